"""What is ended when the command is interrupted: installations and machines, whichever thread waits for them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import LabError

_interrupted = threading.Event()
_ends: set[Callable[[], None]] = set()


@contextmanager
def ended_on_interrupt(end: Callable[[], None]) -> Iterator[None]:
    """Have `end` called if the command is interrupted meanwhile; nothing begins after that."""
    _ends.add(end)
    try:
        if _interrupted.is_set():
            end()
            msg = "interrupted"
            raise LabError(msg)
        yield
    finally:
        _ends.discard(end)


def end_all() -> None:
    """End all that runs."""
    _interrupted.set()
    for end in tuple(_ends):
        end()
