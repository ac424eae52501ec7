"""The bytes of a server, read with a cap on everything: line, literal, answer, silence, slowness.

Both `imaplib` and `poplib` trust their server with all of these; their clients here read through this instead.
"""

import select
import socket
import ssl
import time
from typing import Final

from dsnparse.errors import UnreachableError
from dsnparse.mailbox import Caps

BLOCK: Final = 64 << 10
LONGEST_LINE: Final = 1 << 20
# What a server may send in answer to one command beyond a batch of messages.
MARGIN: Final = 64 << 20


class Stream:
    """What arrives on a socket."""

    def __init__(self, sock: socket.socket, caps: Caps) -> None:
        self.sock = sock
        self.caps = caps
        self.held = bytearray()
        self.answer()

    def answer(self) -> None:
        """Begin to count anew: a command was sent."""
        self.since = time.monotonic()
        self.ends = self.since + self.caps.answer_seconds
        self.received = 0

    def secured(self, sock: socket.socket) -> None:
        """Go on under TLS; what came in plain text behind the answer to STARTTLS was put there by somebody else."""
        if self.held:
            reason = "the server sent plain text after it agreed to TLS"
            raise UnreachableError(reason)
        self.sock = sock

    def line(self) -> bytes:
        """Return one line with its end, or what was left of it when the server hung up."""
        self.since = time.monotonic()
        looked = 0
        while (end := self.held.find(b"\n", looked)) < 0:
            looked = len(self.held)
            if looked > LONGEST_LINE:
                reason = f"the server sent a line longer than {LONGEST_LINE} bytes"
                raise UnreachableError(reason)
            if not self._more():
                end = looked - 1
                break
        return self._take(end + 1)

    def exactly(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer where the server hung up."""
        if size > self.caps.max_message_bytes + BLOCK:
            reason = f"the server announced {size} bytes where {self.caps.max_message_bytes} were asked for at most"
            raise UnreachableError(reason)
        self.since = time.monotonic()
        while len(self.held) < size and self._more():
            pass
        return self._take(size)

    def some(self) -> bytes:
        """Return what is there, after a wait where that is nothing; no bytes at the end."""
        self.since = time.monotonic()
        if not self.held:
            self._more()
        return self._take(len(self.held))

    def ready(self, seconds: float) -> bool:
        """Tell whether something is there to read, within `seconds`."""
        if self.held or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        poller = select.poll()
        poller.register(self.sock, select.POLLIN)
        return bool(poller.poll(max(0, seconds) * 1000))

    def _take(self, size: int) -> bytes:
        taken = bytes(memoryview(self.held)[:size])
        del self.held[:size]
        return taken

    def _more(self) -> bool:
        """Read what is there; False at the end."""
        block = self.sock.recv(BLOCK)
        self.held += block
        self.received += len(block)
        self._refuse_excess()
        return bool(block)

    def _refuse_excess(self) -> None:
        now = time.monotonic()
        if self.received > self.caps.max_message_bytes + MARGIN:
            reason = f"the server sent {self.received} bytes in answer to one command"
        elif now > self.ends:
            reason = f"the server took longer than {self.caps.answer_seconds:.0f} seconds for one answer"
        elif now - self.since > self.caps.silence_seconds and len(self.held) < self.caps.bytes_per_second * (
            now - self.since
        ):
            reason = f"the server sends less than {self.caps.bytes_per_second} bytes a second"
        else:
            return
        raise UnreachableError(reason)
