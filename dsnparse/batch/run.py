"""The run: hands out what the plan names, and puts what comes back in its order.

Each thing that the plan names has a place. Unordered, frames are written as they come; else those of the first unfinished
place are written at once and those of later ones wait, but not too many: a worker that is far ahead is not listened to,
so that its connection fills up and it waits.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from dsnparse.batch.exchange import Frame, Parsing, Task, known
from dsnparse.batch.place import Place
from dsnparse.batch.pool import Hand, Pool
from dsnparse.batch.rescue import rescue
from dsnparse.sources.items import PassedOver, Unread

# Bytes of blocks that may wait for their turn, and how many places may be begun for each worker.
AHEAD: Final = 12 << 20
WINDOW: Final = 4


class Keep(Protocol):
    """Where the run leaves what is finished."""

    def frame(self, place: Place, frame: Frame) -> None:
        """Write one frame, the next one of its place."""

    def aside(self, message: Parsing) -> str:
        """Put a message that killed a worker aside, and return what is to be said of that."""

    def tick(self) -> None:
        """Do what is to be done from time to time."""


class Run:
    """One run; `messages` is how many an earlier one that is continued has written."""

    def __init__(
        self, plan: Iterator[Place], pool: Pool, keep: Keep, *, ordered: bool, limit: int | None, messages: int = 0
    ) -> None:
        self.plan = plan
        self.pool = pool
        self.keep = keep
        self.ordered = ordered
        self.limit = limit
        self.messages = messages
        self.window = WINDOW * len(pool.hands)
        self.places: dict[int, Place] = {}
        self.waiting: dict[int, list[Frame]] = {}
        self.held = 0
        self.again: list[tuple[Place, Task]] = []

    def all(self, period: float | None = None) -> None:
        """Work until all is written; `period` is how often, in seconds, there is a tick even if nothing happens."""
        if self.limit is not None and self.messages >= self.limit:
            return
        self._hand_out()
        while busy := [*self.pool.busy()]:
            for hand in self.pool.wait(filter(self._heard, busy), period):
                if hand.connection in self.pool.hands:  # reaching the limit sends all others away
                    self._listen(hand)
            self._hand_out()
            self.keep.tick()

    def _hand_out(self) -> None:
        for hand in self.pool.idle():
            if self.again:
                place, task = self.again.pop()
            elif self._may_begin() and (begun := next(self.plan, None)):
                place, task = begun, first_task(begun)
                self.places[place.number] = place
            else:
                return
            hand.give(place.number, task)

    def _may_begin(self) -> bool:
        return not self.ordered or len(self.places) < self.window

    def _heard(self, hand: Hand) -> bool:
        return not self.ordered or hand.place == next(iter(self.places)) or self.held < AHEAD

    def _listen(self, hand: Hand) -> None:
        answer = hand.hear()
        if answer is None:
            self._bury(hand)
        elif isinstance(answer, Frame):
            place = self.places[hand.place]
            place.received += answer.items
            if answer.done:
                hand.task = None
            self._take(place, answer)

    def _bury(self, hand: Hand) -> None:
        place = self.places[hand.place]
        why = self.pool.replace(hand)
        self.again.append((place, rescue(place, hand, why, self.keep.aside)))

    def _take(self, place: Place, frame: Frame) -> None:
        if self.ordered and place.number != next(iter(self.places)):
            self.waiting.setdefault(place.number, []).append(frame)
            self.held += weight(frame)
            return
        self._write(place, frame)
        while self.ordered and self.places:
            first = next(iter(self.places))
            frames = self.waiting.pop(first, [])
            for waiting in frames:
                self.held -= weight(waiting)
                if first in self.places:
                    self._write(self.places[first], waiting)
            if first in self.places:
                return

    def _write(self, place: Place, frame: Frame) -> None:
        if self.limit is not None and self.messages + frame.messages > self.limit:
            self._cut(place, self.limit - self.messages)
            return
        self.keep.frame(place, frame)
        self.messages += frame.messages
        if frame.done:
            del self.places[place.number]
        if self.messages == self.limit:
            self._end()

    def _cut(self, place: Place, rest: int) -> None:
        """Let only the `rest` of the messages that are wanted be done again: nobody cuts a block in two."""
        self._end()
        place.received = place.written
        self.places[place.number] = place
        self.pool.open(1)
        self.again = [(place, first_task(place, rest))]

    def _end(self) -> None:
        self.pool.close()
        self.places, self.waiting, self.again, self.held, self.plan = {}, {}, [], 0, iter(())


def first_task(place: Place, limit: int | None = None) -> Task:
    """Return what is to be done for a place; for one that is continued, the rest."""
    if isinstance(place.unit, Unread | PassedOver):
        return Task(known=(known(place.unit),))
    return Task(shard=place.unit, skip=place.received, limit=limit)


def weight(frame: Frame) -> int:
    """Return how much memory a frame that waits takes, about."""
    return sum(map(len, frame.blocks))
