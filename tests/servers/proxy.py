"""A network between two machines that is not to be trusted: it cuts, delays and garbles what a server says."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from listening import listening

# How many bytes the server has said so far in this session, and what it says now: what arrives of it, and whether the session goes on.
Fault = Callable[[int, bytes], tuple[bytes, bool]]


class Proxy:
    """A port in front of another one."""

    def __init__(self, target: int, fault: Fault) -> None:
        self.target = target
        self.fault = fault
        self.said = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads: list[threading.Thread] = []

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self.said = 0
            for step in ((self._forward, client, server), (self._answer, server, client)):
                thread = threading.Thread(target=step[0], args=step[1:], daemon=True)
                thread.start()
                self.threads.append(thread)

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while block := client.recv(1 << 16):
                server.sendall(block)
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            goes_on = True
            while goes_on and (block := server.recv(1 << 16)):
                arrives, goes_on = self.fault(self.said, block)
                self.said += len(block)
                client.sendall(arrives)
        for sock in (client, server):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


@contextmanager
def proxy(target: int, fault: Fault) -> Iterator[Proxy]:
    between = Proxy(target, fault)
    try:
        with listening(between.serve, between.listener):
            yield between
    finally:
        for each in between.threads:
            each.join(5)


def cut_after(limit: int) -> Fault:
    """Hang up after so many bytes."""

    def fault(said: int, block: bytes) -> tuple[bytes, bool]:
        return block[: max(0, limit - said)], said + len(block) < limit

    return fault


def garble_after(limit: int) -> Fault:
    """Change every byte from there on, line ends too."""

    def fault(said: int, block: bytes) -> tuple[bytes, bool]:
        keep = max(0, limit - said)
        return block[:keep] + bytes(byte ^ 0x15 for byte in block[keep:]), said < limit + 5000

    return fault


def slowly(seconds: float) -> Fault:
    """Let everything wait."""

    def fault(_said: int, block: bytes) -> tuple[bytes, bool]:
        time.sleep(seconds)
        return block, True

    return fault


def unharmed(_said: int, block: bytes) -> tuple[bytes, bool]:
    return block, True
