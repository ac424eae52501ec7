"""Ctrl-C and its kin: they end the run between two messages or two lines, never inside a line.

A signal raises `Stopped`, except while a block is being written: then it waits for the block. The second signal does
not wait, since whoever reads our output may be stuck.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, Self

STATUS: Final = {
    getattr(signal, name): 128 + getattr(signal, name)
    for name in ("SIGHUP", "SIGINT", "SIGTERM")
    if hasattr(signal, name)
}


class Stopped(BaseException):
    """The run was stopped by a signal; no `except Exception` may swallow it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Stop:
    """Turns signals into `Stopped` while it is entered."""

    def __init__(self) -> None:
        self.before: dict[int, Any] = {}
        self.shielded = False
        self.pending = 0

    def __enter__(self) -> Self:
        """Set the handlers."""
        # Only the main thread may set handlers. A signal that our parent told us to ignore (nohup) stays ignored.
        if threading.current_thread() is threading.main_thread():
            for number in STATUS:
                if signal.getsignal(number) not in {signal.SIG_IGN, None}:
                    self.before[number] = signal.signal(number, self._arrived)
        return self

    def __exit__(self, *_: object) -> None:
        """Put back those that were there before."""
        for number, handler in self.before.items():
            signal.signal(number, handler)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Hold the first signal back until the block is done."""
        self.shielded = True
        try:
            yield
        finally:
            self.shielded = False
        if self.pending:
            raise Stopped(self.pending)

    def _arrived(self, number: int, _frame: FrameType | None) -> None:
        if self.shielded and not self.pending:
            self.pending = STATUS[number]
            return
        raise Stopped(STATUS[number])
