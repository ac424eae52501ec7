"""The workers as their parent sees them: started, given tasks, listened to, replaced when they die."""

import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Final

from dsnparse.batch import exchange, worker
from dsnparse.batch.exchange import Answer, Frame, Opening, Parsing, Ready, Task
from dsnparse.errors import DsnparseError

# Forked from a process that has loaded the rules and has no threads: quick, and safe whatever the parent has imported.
CONTEXT: Final = multiprocessing.get_context("forkserver")
FAREWELL: Final = 2.0


class WorkerError(DsnparseError):
    """Workers die before they have done anything."""


class Hand:
    """One worker, and what it is at."""

    def __init__(self, settings: bytes) -> None:
        self.connection, theirs = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=worker.main, args=(theirs, settings), daemon=True)
        self.process.start()
        theirs.close()
        self.ready = False
        self.task: Task | None = None
        self.place = -1
        self.items = 0
        self.opening: Opening | None = None
        self.parsing: Parsing | None = None

    def give(self, place: int, task: Task) -> None:
        """Give it a task, which belongs to a place in the order."""
        self.place, self.task, self.items, self.opening, self.parsing = place, task, 0, None, None
        with suppress(OSError):  # if it is dead, listening to it will tell
            self.connection.send_bytes(exchange.encode(task))

    def hear(self) -> Answer | None:
        """Return what it says next; None if it is dead."""
        try:
            answer: Answer = exchange.read_answer(self.connection.recv_bytes())
        except (EOFError, OSError):
            return None
        match answer:
            case Ready():
                self.ready = True
            case Opening():
                self.opening, self.parsing = answer, None
            case Parsing():
                self.parsing = answer
            case Frame():
                self.items, self.parsing = self.items + answer.items, None
        return answer

    def bury(self) -> str:
        """Clear away a dead worker, and return what it died of."""
        self.connection.close()
        self.process.join()
        code = self.process.exitcode or 0
        self.process.close()
        return cause(code)

    def dismiss(self) -> None:
        """End it, whatever it is at."""
        self.connection.close()
        self.process.kill()
        self.process.join(FAREWELL)
        if self.process.exitcode is not None:
            self.process.close()


class Pool:
    """So many workers."""

    def __init__(self, settings: exchange.Settings, jobs: int) -> None:
        CONTEXT.set_forkserver_preload(["dsnparse.batch.preload", "dsnparse.batch.worker"])
        self.settings = exchange.encode(settings)
        self.hands: dict[Connection, Hand] = {}
        self.open(jobs)

    def open(self, jobs: int) -> None:
        """Start so many more."""
        for _ in range(jobs):
            self._add()

    def idle(self) -> Iterator[Hand]:
        """Yield those that have nothing to do."""
        return (hand for hand in [*self.hands.values()] if hand.task is None)

    def busy(self) -> Iterator[Hand]:
        """Yield those that have a task."""
        return (hand for hand in [*self.hands.values()] if hand.task is not None)

    def wait(self, hands: Iterable[Hand], timeout: float | None) -> list[Hand]:
        """Return those of some workers that have something to say, or have died."""
        return [self.hands[each] for each in wait([hand.connection for hand in hands], timeout) if each in self.hands]

    def replace(self, hand: Hand) -> str:
        """Put a new worker in the place of a dead one, and return what that died of."""
        del self.hands[hand.connection]
        why = hand.bury()
        if not hand.ready:
            reason = f"workers do not start: {why}"
            raise WorkerError(reason)
        self._add()
        return why

    def close(self) -> None:
        """End all workers."""
        while self.hands:
            self.hands.popitem()[1].dismiss()

    def _add(self) -> None:
        hand = Hand(self.settings)
        self.hands[hand.connection] = hand


def cause(code: int) -> str:
    """Say in words what an exit status means."""
    if code == worker.NO_MEMORY:
        return "not enough memory"
    if code == -signal.SIGPROF:
        return "too much processor time"
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit status {code}"
