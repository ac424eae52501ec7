"""The journal of a run: what of the outputs is sure to be on the disk, so that a run killed at any moment can go on.

JSON Lines beside the first output, hidden like it. The first line is what was asked for; each other one is a checkpoint:
first the outputs are synced, then the line is written and synced, so what a line says is true whenever it is whole.
Lines hold only what changed, but for the places that are open: the last line has these all.
"""

import fcntl
import os
from hashlib import blake2b
from pathlib import Path
from typing import Final

from msgspec import DecodeError, Struct, ValidationError, field, json

from dsnparse.batch import exchange
from dsnparse.batch.place import Place, Unit, name
from dsnparse.batch.tally import Tally
from dsnparse.errors import DsnparseError
from dsnparse.sinks.output import Stream, failure
from dsnparse.sinks.spool import hidden

SUFFIX: Final = ".journal"
OPEN: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)


class RefusedError(DsnparseError):
    """What was asked for does not go with the run that is to be continued."""


class Header(Struct, frozen=True):
    """What was asked for: the words for an option, and its value as text."""

    asked: dict[str, str]


class Open(Struct, array_like=True, frozen=True):
    """How many items of a place are written."""

    digest: str
    items: int


class Checkpoint(Struct, omit_defaults=True):
    """What has become sure since the last line; `places` are those that are done, with the digests of their units."""

    offsets: list[int]
    messages: int = 0
    places: dict[int, str] = field(default_factory=dict)
    open: dict[int, Open] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    finished: bool = False


class Journal:
    """The file, and what its lines say altogether."""

    def __init__(self, output: Path) -> None:
        self.path = hidden(output, SUFFIX)
        self.stream = Stream(-1)
        self.offsets: list[int] = []
        self.messages = 0
        self.places: dict[int, str] = {}
        self.open: dict[int, Open] = {}
        self.tally = Tally()
        self.finished = False

    @property
    def exists(self) -> bool:
        """Whether an earlier run has left one."""
        return self.path.exists()

    def begin(self, header: Header) -> None:
        """Start anew."""
        self._open()
        self._append(json.encode(header))

    def resume(self, header: Header) -> None:
        """Read what an earlier run has left, and go on in the same file."""
        self._open()
        content = self.path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if not whole:  # killed before anything was written
            return
        try:
            first, *lines = whole.split(b"\n")[:-1]
            self._compare(json.decode(first, type=Header), header)
            for line in lines:
                self._apply(json.decode(line, type=Checkpoint))
        except (DecodeError, ValidationError):
            reason = f"{self.path} is no journal of this version; remove it to start anew"
            raise RefusedError(reason) from None
        os.ftruncate(self.stream.descriptor, len(whole))
        os.lseek(self.stream.descriptor, 0, os.SEEK_END)

    def add(self, checkpoint: Checkpoint) -> None:
        """Add what is sure by now."""
        self._append(json.encode(checkpoint))

    def check(self, number: int, unit: Unit) -> Place | None:
        """Return the place of a unit, with what is written of it; None if that is all. Refuse a unit that has changed."""
        known = self.places.get(number) or (self.open[number].digest if number in self.open else None)
        if known and known != digest(unit):
            reason = f"the inputs have changed since: {name(unit)} is not what was read there; remove {self.path} to start anew"
            raise RefusedError(reason)
        if number in self.places:
            return None
        items = self.open[number].items if number in self.open else 0
        return Place(number, unit, received=items, written=items)

    def close(self) -> None:
        """Leave it for a later run."""
        if self.stream.descriptor >= 0:
            os.close(self.stream.descriptor)
            self.stream.descriptor = -1

    def remove(self) -> None:
        """Take it away: all is done."""
        self.path.unlink(missing_ok=True)
        self.close()

    def _compare(self, before: Header, now: Header) -> None:
        for what in sorted(before.asked.keys() | now.asked.keys()):
            old, new = before.asked.get(what, ""), now.asked.get(what, "")
            if old != new:
                reason = f"{what} was {old or 'nothing'!s} in the run to be continued, and is {new or 'nothing'} now; remove {self.path} to start anew"
                raise RefusedError(reason)

    def _apply(self, line: Checkpoint) -> None:
        self.offsets, self.messages, self.open = line.offsets, line.messages, line.open
        self.places |= line.places
        self.tally.merge(line.tally)
        self.finished = line.finished

    def _open(self) -> None:
        try:
            self.stream = Stream(os.open(self.path, OPEN, 0o666))
            fcntl.flock(self.stream.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            reason = f"another run is writing this output (it holds {self.path})"
            raise RefusedError(reason) from None
        except OSError as error:
            raise failure(error) from None

    def _append(self, line: bytes) -> None:
        self.stream.write(line + b"\n")
        try:
            os.fsync(self.stream.descriptor)
        except OSError as error:
            raise failure(error) from None


def digest(unit: Unit) -> str:
    """Return what tells one unit from another: its names and sizes."""
    return blake2b(exchange.encode(unit), digest_size=8).hexdigest()
