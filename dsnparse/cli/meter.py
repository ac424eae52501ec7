"""How far a batch is, on standard error of a terminal: share, rate, time left, and what came out so far."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dsnparse.batch.tally import Tally, top
from dsnparse.cli.progress import Progress, open_bar

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

KINDS: Final = 3
# Files whose size is asked for between two drawings: the total is found while the run goes on.
STEP: Final = 500


class Meter(Progress):
    """A bar that is drawn again ten times a second, by the run itself and not by a thread."""

    def __init__(self, paths: Iterable[str], *, wanted: bool) -> None:
        super().__init__(wanted=wanted)
        self.sizes = sizes(paths)
        self.total = 0
        self.known = False
        self.begun = time.monotonic()
        self.before = -1
        self.tally = Tally()
        self.size = 0

    def show(self, tally: Tally, messages: int, size: int) -> None:
        """See what is done by now; draw it when it is time."""
        if self.before < 0:  # what an earlier run did says nothing of our rate
            self.before = messages
        self.tally, self.count, self.size = tally, messages, size
        self.redraw()

    @property
    def rate(self) -> float:
        """Messages a second in this run."""
        return (self.count - max(self.before, 0)) / max(time.monotonic() - self.begun, 1e-3)

    def _draw(self) -> None:
        self._measure()
        if self.bar is None:
            self.bar, self.task = open_bar(_columns())
        if self.task is not None:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in top(self.tally.kinds, KINDS))
            self.bar.update(
                self.task,
                completed=min(self.size, self.total) if self.known else 0,
                total=self.total if self.known else None,
                messages=f"{self.count:,} messages, {self.rate:,.0f}/s",
                kinds=kinds,
                refresh=True,
            )

    def _measure(self) -> None:
        for _ in range(STEP):
            if self.known:
                return
            size = next(self.sizes, None)
            self.known = size is None
            self.total += size or 0


def sizes(paths: Iterable[str]) -> Iterator[int]:
    """Yield the sizes of all files there are; it is an estimate: nothing is looked into."""
    for path in paths:
        if not Path(path).is_dir():
            yield _size(path)
        for folder, _, names in os.walk(path):
            yield from (_size(f"{folder}{os.sep}{name}") for name in names)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0


def _columns() -> "tuple[str | ProgressColumn, ...]":
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - 90 ms that short runs do not pay

    texts = TextColumn("{task.fields[messages]}"), TimeRemainingColumn(), TextColumn("{task.fields[kinds]}")
    return BarColumn(20), TaskProgressColumn(), *texts
