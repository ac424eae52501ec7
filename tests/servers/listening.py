"""A server of the test's own, in a thread."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

PATIENCE = 20


@contextmanager
def listening(serve: Callable[[], object], listener: socket.socket) -> Iterator[None]:
    """Let `serve` accept from `listener` until the end of the block; then it meets a closed one, and is waited for."""
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE)
        assert not thread.is_alive(), serve
