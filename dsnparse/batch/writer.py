"""The parent's own part: frames into the outputs, and now and then a checkpoint."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from dsnparse.batch.exchange import Frame, Parsing
from dsnparse.batch.journal import Checkpoint, Journal, Open, digest
from dsnparse.batch.place import Place, Unit
from dsnparse.batch.tally import Tally
from dsnparse.sinks.output import failure
from dsnparse.sources.items import PassedOver, Unread

PERIOD: Final = 0.5


class Output(Protocol):
    """Somewhere for the blocks of one form."""

    def write(self, block: bytes) -> None:
        """Write a block."""

    def sync(self) -> int:
        """Make sure of what is written, and return how much that is."""


class Watcher(Protocol):
    """Whoever shows how far the run is."""

    def show(self, tally: Tally, messages: int, size: int) -> None:
        """See what is done by now: so many messages, of so many bytes of input."""

    def say(self, text: str) -> None:
        """Say a line."""


class Writer:
    """The outputs of a run, with the journal if they are files."""

    def __init__(
        self,
        outputs: Sequence[Output],
        journal: Journal | None,
        watcher: Watcher,
        *,
        quarantine: Path | None,
        shield: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.outputs = outputs
        self.journal = journal
        self.watcher = watcher
        self.quarantine = quarantine
        self.shield = shield
        self.tally = journal.tally if journal else Tally()
        self.messages = journal.messages if journal else 0
        self.size = 0
        self.open: dict[int, Place] = {}
        self.since = Checkpoint([])
        self.changed = False
        self.due = 0.0

    def places(self, units: Iterator[Unit]) -> Iterator[Place]:
        """Yield what is left to do."""
        for number, unit in enumerate(units):
            place = self.journal.check(number, unit) if self.journal else Place(number, unit)
            if place:
                yield place
            elif not isinstance(unit, Unread | PassedOver):
                self.size += unit.size

    def frame(self, place: Place, frame: Frame) -> None:
        """Write one frame; a signal waits until it is written and known to be."""
        with self.shield():
            for output, block in zip(self.outputs, frame.blocks, strict=True):
                output.write(block)
            place.written += frame.items
            self.changed = True
            self.messages += frame.messages
            self.size += frame.size
            self.tally.merge(frame.tally)
            self.since.tally.merge(frame.tally)
            if frame.done:
                self.open.pop(place.number, None)
                self.since.places[place.number] = digest(place.unit)
            else:
                self.open[place.number] = place
        for note in frame.notes:
            self.watcher.say(note)

    def tick(self) -> None:
        """Show how far it is, and see to a checkpoint when it is time."""
        self.watcher.show(self.tally, self.messages, self.size)
        if self.changed and time.monotonic() >= self.due:
            with self.shield():
                self.checkpoint()
            self.due = time.monotonic() + PERIOD

    def checkpoint(self, *, finished: bool = False) -> None:
        """Make sure of what is written, unless a place can only be continued as a whole."""
        if not self.journal or any(place.uncountable for place in self.open.values()):
            return
        self.since.offsets = [output.sync() for output in self.outputs]
        self.since.messages = self.messages
        self.since.open = {number: Open(digest(place.unit), place.written) for number, place in self.open.items()}
        self.since.finished = finished
        self.journal.add(self.since)
        self.since, self.changed = Checkpoint([]), False

    def aside(self, message: Parsing) -> str:
        """Put a message that killed a worker aside, if there is a folder for such."""
        if self.quarantine is None:
            return ""
        path = self.quarantine / f"{sha256(message.raw).hexdigest()}.eml"
        try:
            self.quarantine.mkdir(parents=True, exist_ok=True)
            path.write_bytes(message.raw)
        except OSError as error:
            raise failure(error) from None
        return f"; it is set aside as {path.name}"
