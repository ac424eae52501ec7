"""One JSON array, written as it grows; a run that is stopped leaves it open, so that half a result never looks whole."""

from dsnparse.report import Report
from dsnparse.sinks import Encode, record


class JsonArray:
    """Reports as the elements of one array, each on a line of its own."""

    def __init__(self, encode: Encode) -> None:
        self.encode = encode
        self.comma = b""

    def begin(self) -> bytes:
        """Open the array."""
        return b"[\n"

    def report(self, report: Report) -> bytes:
        """Return one element; the line break before its successor is written with the successor."""
        return self._element(self.encode(report))

    def unread(self, source: str, error: str) -> bytes:
        """Return one element with the key `error`."""
        return self._element(record.unread(source, error))

    def end(self) -> bytes:
        """Close the array."""
        return b"\n]\n" if self.comma else b"]\n"

    def _element(self, encoded: bytes) -> bytes:
        element = self.comma + encoded
        self.comma = b",\n"
        return element
