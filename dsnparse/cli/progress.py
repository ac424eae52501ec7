"""How far a long run has come, on standard error of a terminal; short runs show nothing and never import rich."""

import time
from typing import TYPE_CHECKING, Final

from dsnparse.cli.say import say
from dsnparse.escape import escape

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import ProgressColumn, TaskID

PATIENCE: Final = 0.5
PERIOD: Final = 0.1


class Progress:
    """A count of messages that is drawn again ten times a second, by the run itself and not by a thread."""

    def __init__(self, *, wanted: bool) -> None:
        self.count = 0
        self.due = time.monotonic() + PATIENCE if wanted else float("inf")
        self.bar: Bar | None = None
        self.task: TaskID | None = None

    def tick(self) -> None:
        """One more input is done."""
        self.count += 1
        self.redraw()

    def redraw(self) -> None:
        """Draw, if it is time."""
        now = time.monotonic()
        if now >= self.due:
            self.due = now + PERIOD
            self._draw()

    def say(self, text: str) -> None:
        """One line for people, above the count."""
        if self.bar is None:
            say(text)
        else:
            self.bar.console.out(f"dsnparse: {escape(text)}", highlight=False)

    def close(self) -> None:
        """Take the count off the screen."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None

    def _draw(self) -> None:
        if self.bar is None:
            self.bar, self.task = open_bar(_columns())
        if self.task is not None:
            self.bar.update(self.task, completed=self.count, refresh=True)


def open_bar(columns: "tuple[str | ProgressColumn, ...]") -> "tuple[Bar, TaskID]":
    """Show a bar of these columns."""
    from rich.console import Console  # noqa: PLC0415 - 90 ms that short runs do not pay
    from rich.progress import Progress as Bar  # noqa: PLC0415 - part of the same 90 ms

    bar = Bar(
        *columns,
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = bar.add_task("", total=None, messages="", kinds="")
    bar.start()
    return bar, task


def _columns() -> "tuple[str | ProgressColumn, ...]":
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - part of the same 90 ms

    return SpinnerColumn(), TextColumn("{task.completed:,} messages"), TimeElapsedColumn()
