"""Several processes that parse at once, each message in one of them; reports come back in the order of the messages."""

import os
import select
import time
from collections import deque
from collections.abc import Collection, Sequence
from typing import Final

from dsnparse.report import Report
from dsnparse.watch.alone import DiedError, Worker

# What is left of the work, the store above all, keeps one core busy beside about so many.
MOST: Final = 4


class Workers:
    """As many workers as there are processors, up to four; each is begun when there is something for it to do."""

    def __init__(self, rules: Sequence[str] = (), count: int = 0) -> None:
        self.workers = [Worker(rules) for _ in range(count or min(MOST, os.cpu_count() or 1))]

    def parse(self, raws: Sequence[bytes]) -> list[Report | DiedError]:
        """Parse messages; where one has ended its process, the error that says how stands in its place."""
        found: dict[int, Report | DiedError] = {}
        left = deque(enumerate(raws))
        given: dict[Worker, int] = {}
        try:
            while left or given:
                for worker in self.workers:
                    if left and worker not in given:
                        given[worker], raw = left.popleft()
                        worker.give(raw)
                for worker in _ready(given):
                    found[given.pop(worker)] = _outcome(worker)
        except BaseException:  # nobody will take the answers that are under way
            self.close()
            raise
        return [found[index] for index in range(len(raws))]

    def close(self) -> None:
        """End all of them."""
        for worker in self.workers:
            worker.close()


def _ready(workers: Collection[Worker]) -> list[Worker]:
    """Return those that have an answer, have died, or have had their time."""
    earliest = min(worker.due for worker in workers)
    by_output = {worker.output(): worker for worker in workers}
    answered = select.select([*by_output], [], [], max(0.0, earliest - time.monotonic()))[0]
    return [by_output[each] for each in answered] or [worker for worker in workers if worker.due <= time.monotonic()]


def _outcome(worker: Worker) -> Report | DiedError:
    try:
        return worker.take()
    except DiedError as error:
        return error
