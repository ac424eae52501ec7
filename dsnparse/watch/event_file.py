"""Events appended to a file of JSON Lines, each once: the file itself tells how far it is.

A line counts when it is on the disk. After a crash the last line may be half there, and is cut off; or it may be whole and not yet
confirmed to the store, which its offset then tells. The file may be rotated away at any time.
"""

import os
from collections.abc import Sequence
from typing import Final, NoReturn

import msgspec

from dsnparse.errors import SinkError
from dsnparse.sinks.output import failure
from dsnparse.store import Event
from dsnparse.watch.outputs import Mark

BLOCK: Final = 64 << 10
LONGEST_LINE: Final = 16 << 20
BEGINNING: Final = b'{"offset":'
OPEN: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)


class EventFile:
    """A file of events."""

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)
        self.name = f"jsonl:{self.path}"

    def check(self) -> str:
        """Open it for writing."""
        try:
            os.close(self._open())
        except OSError as error:
            raise _failure(self.path, error) from None
        return "can be written"

    def recover(self) -> Mark | None:
        """Cut off a line that is not whole, and return the last event."""
        try:
            descriptor = self._open()
            try:
                return self._recover(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _failure(self.path, error) from None

    def write(self, events: Sequence[Event]) -> None:
        """Append, and see to it that it is on the disk; what was written of a batch that failed is taken back."""
        block = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
        try:
            descriptor = self._open()
            try:
                self._append(descriptor, block)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _failure(self.path, error) from None

    def close(self) -> None:
        """Do nothing: the file is not kept open, so that it can be rotated."""

    def _open(self) -> int:
        return os.open(self.path, OPEN, 0o640)

    @staticmethod
    def _append(descriptor: int, block: bytes) -> None:
        before = os.fstat(descriptor).st_size
        rest = memoryview(block)
        try:
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise

    def _recover(self, descriptor: int) -> Mark | None:
        size = os.fstat(descriptor).st_size
        tail, end = b"", size
        while end and tail.count(b"\n") < 2 and len(tail) < LONGEST_LINE:  # noqa: PLR2004 - the ends of the last two lines
            start = max(0, end - BLOCK)
            tail = os.pread(descriptor, end - start, start) + tail
            end = start
        whole, newline, rest = tail.rpartition(b"\n")
        last = whole.rpartition(b"\n")[2]
        mark = self._mark(last) if newline else None
        if rest and not newline and not BEGINNING.startswith(rest[: len(BEGINNING)]):
            self._refuse()
        os.ftruncate(descriptor, size - len(rest))
        os.fsync(descriptor)
        return mark

    def _mark(self, line: bytes) -> Mark:
        try:
            return msgspec.json.decode(line, type=Mark)
        except msgspec.MsgspecError:
            return self._refuse()

    def _refuse(self) -> NoReturn:
        reason = f"{self.path}: its last line is no event, so this is not a file of ours"
        raise SinkError(reason)


def _failure(path: str, error: OSError) -> SinkError:
    return SinkError(f"{path}: {failure(error)}")
