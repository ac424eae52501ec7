"""Messages that could not be read, put aside as files with the reason beside them."""

import os
from pathlib import Path

import msgspec

from dsnparse.errors import SinkError
from dsnparse.escape import escape
from dsnparse.sinks.output import WholeFile, failure


class Quarantine:
    """A folder with `<digest>.eml` and `<digest>.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, digest: str, raw: bytes, reason: str, source: str) -> None:
        """Keep a message, whole or not at all, and then the reason."""
        self._write(f"{digest}.eml", raw)
        self.note(digest, reason, source)

    def note(self, name: str, reason: str, source: str) -> None:
        """Keep the reason why a message is not there."""
        note = {"source": source, "reason": escape(reason)}
        self._write(f"{name}.json", msgspec.json.encode(note) + b"\n")

    def _write(self, name: str, content: bytes) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise failure(error) from None
        file = WholeFile(os.fspath(self.folder / name))
        try:
            file.write(content)
            file.commit()
        except SinkError:
            file.abandon()
            raise
