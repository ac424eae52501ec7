"""JSON Lines: one report, one line."""

from dsnparse.report import Report
from dsnparse.sinks import Encode, record


class JsonLines:
    """Reports as lines of JSON."""

    def __init__(self, encode: Encode) -> None:
        self.encode = encode

    def begin(self) -> bytes:
        """Return nothing."""
        return b""

    def report(self, report: Report) -> bytes:
        """Return one line."""
        return self.encode(report) + b"\n"

    def unread(self, source: str, error: str) -> bytes:
        """Return one line as well, with the key `error`."""
        return record.unread(source, error) + b"\n"

    def end(self) -> bytes:
        """Return nothing."""
        return b""
