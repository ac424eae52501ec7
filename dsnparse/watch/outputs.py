"""The outputs of a watched mailbox, each fed from the store with a place of its own, so that none waits for another."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final, Protocol

from msgspec import Struct

from dsnparse.errors import BusyError, SinkError, StoreError
from dsnparse.store import Event, Store
from dsnparse.watch.backoff import Backoff
from dsnparse.watch.log import Log

BATCH: Final = 500
PATIENCE: Final = 10.0
PAUSE: Final = 0.02


class Mark(Struct):
    """How far a sink is."""

    offset: int
    event_id: str


class Sink(Protocol):
    """A place for events: what `write` returned from is there for good."""

    name: str

    def check(self) -> str:
        """Say that it can be used, or raise SinkError; nothing is written."""

    def recover(self) -> Mark | None:
        """Return the last event that is there for good, None where the sink cannot tell."""

    def write(self, events: Sequence[Event]) -> None:
        """Take the events, or raise SinkError."""

    def close(self) -> None:
        """Give back what is open."""


class Outputs:
    """All sinks that are configured; each must have an event before the message of it is put away."""

    def __init__(
        self, store: Store, sinks: Iterable[Sink], log: Log, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.store = store
        self.log = log
        self.clock = clock
        self.lanes = [_Lane(sink) for sink in sinks]

    def deliver(self) -> bool:
        """Hand on all that is new; False where a sink does not take it now."""
        taken = [self._deliver(lane) for lane in self.lanes]
        return all(taken)

    def close(self) -> None:
        """Give back what is open."""
        for lane in self.lanes:
            lane.sink.close()

    def _recover(self, sink: Sink) -> None:
        """Confirm what a crash left unconfirmed; a sink that has the events of another store would never get ours."""
        mark = sink.recover()
        if mark is None or mark.offset <= self.store.confirmed(sink.name):
            return
        event = next(self.store.feed(sink.name, mark.offset - 1), None)
        if event is None or event.event_id != mark.event_id:
            reason = "what is in it came from another store"
            raise SinkError(reason)
        self.store.confirm(sink.name, mark.offset)

    def _deliver(self, lane: "_Lane") -> bool:
        if self.clock() < lane.due:
            return False
        try:
            with self._turn(lane.sink):
                self._recover(lane.sink)
                self._drain(lane.sink)
        except StoreError:
            raise
        except SinkError as error:
            wait = lane.backoff.wait()
            lane.due = self.clock() + wait
            self.log.say("output failed", sink=lane.sink.name, retry_in=round(wait), text=str(error))
            return False
        lane.backoff.reset()
        return True

    @contextmanager
    def _turn(self, sink: Sink) -> Iterator[None]:
        """Keep other processes of this store from feeding the same sink at the same time."""
        ends = self.clock() + PATIENCE
        while True:
            with ExitStack() as held:
                try:
                    held.enter_context(self.store.lock(sink.name))
                except BusyError:
                    if self.clock() > ends:
                        reason = "another process has been feeding it for too long"
                        raise SinkError(reason) from None
                else:
                    yield
                    return
            time.sleep(PAUSE)

    def _drain(self, sink: Sink) -> None:
        batch: list[Event] = []
        for event in self.store.feed(sink.name):
            batch.append(event)
            if len(batch) == BATCH:
                self._write(sink, batch)
                batch = []
        if batch:
            self._write(sink, batch)

    def _write(self, sink: Sink, batch: list[Event]) -> None:
        sink.write(batch)
        self.store.confirm(sink.name, batch[-1].offset)


class _Lane:
    """A sink, and when it may be tried again."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.backoff = Backoff()
        self.due = 0.0
