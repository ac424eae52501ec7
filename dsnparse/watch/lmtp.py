"""Messages taken over LMTP (RFC 2033): one reply for each recipient, 250 when the records are on the disk, 451 when they cannot be.

The server listens on a Unix socket or on loopback unless told otherwise: whoever can reach it can make records.
"""

import asyncio
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from dsnparse.errors import DsnparseError, UsageError
from dsnparse.mailbox import Caps
from dsnparse.watch.handover import Handover
from dsnparse.watch.log import Log

UNIX: Final = "unix:"
LONGEST_LINE: Final = 1 << 20
MOST_SESSIONS: Final = 50
SILENCE: Final = 60.0
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TAKEN: Final = "250 2.0.0 Stored"
LATER: Final = "451 4.3.0 Not stored, try again later"
TOO_FAST: Final = "451 4.7.0 Too many messages, try again later"
TOO_MANY: Final = b"421 4.3.2 Too many sessions, try again later\r\n"


class Server(LMTP):
    """aiosmtpd, with lines as long as real messages have them."""

    line_length_limit = LONGEST_LINE


class Rate:
    """So many messages a second, and no more; up to a second's worth may come at once."""

    def __init__(self, limit: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.clock = clock
        self.left = self.most = max(1.0, limit)
        self.looked = clock()

    def allows(self) -> bool:
        """Tell whether one more may come now, and count it if so."""
        now = self.clock()
        self.left = min(self.most, self.left + (now - self.looked) * self.limit)
        self.looked = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Receiver:
    """What aiosmtpd calls for each message."""

    def __init__(self, handover: Handover, log: Log, rate: Rate) -> None:
        self.handover = handover
        self.log = log
        self.rate = rate

    async def handle_DATA(self, _server: LMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name it calls
        """Store the message, and answer for each recipient."""
        recipients = [str(each) for each in envelope.rcpt_tos]
        return "\r\n".join([self._take(envelope, recipients)] * len(recipients))

    def _take(self, envelope: Envelope, recipients: list[str]) -> str:
        if not self.rate.allows():
            return TOO_FAST
        content = envelope.original_content or b""
        try:
            report = self.handover.take(content, recipients)
        except DsnparseError as error:
            self.log.say("not stored", text=str(error))
            return LATER
        self.log.say("stored", kind=report.kind, recipients=len(report.recipients))
        return TAKEN


def serve(handover: Handover, log: Log, place: str, rate: float) -> int:
    """Answer at `unix:PATH` or HOST:PORT until a signal comes; return its exit status."""
    receiver = Receiver(handover, log, Rate(rate))
    sock = _listen(place)
    try:
        return asyncio.run(_serve(receiver, sock, lambda: log.say("listening", at=place)))
    finally:
        sock.close()
        if place.startswith(UNIX):
            with suppress(OSError):
                Path(place.removeprefix(UNIX)).unlink()


async def _serve(receiver: Receiver, sock: socket.socket, ready: Callable[[], None]) -> int:
    sessions: set[asyncio.Transport] = set()

    def session() -> asyncio.Protocol:
        return _Counted(receiver, sessions)

    loop = asyncio.get_running_loop()
    server = await (
        loop.create_unix_server(session, sock=sock)
        if sock.family == getattr(socket, "AF_UNIX", None)
        else loop.create_server(session, sock=sock)
    )
    stopped: asyncio.Future[int] = loop.create_future()
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, _stop, stopped, number)
    ready()
    arrived = await stopped
    server.close()
    for transport in sessions:
        transport.abort()  # who was not answered sends the message again
    return 128 + arrived


def _stop(stopped: asyncio.Future[int], number: int) -> None:
    # An exception out of a signal handler would end in the task that it happens to fall into.
    if not stopped.done():
        stopped.set_result(number)


class _Counted(Server):
    """One session among a limited number."""

    def __init__(self, receiver: Receiver, sessions: set[asyncio.Transport]) -> None:
        self.sessions = sessions
        super().__init__(
            receiver,
            data_size_limit=2 * Caps().max_message_bytes,
            hostname="localhost",  # or it would be looked up
            ident="dsnparse",
            enable_SMTPUTF8=True,
            timeout=SILENCE,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            if len(self.sessions) >= MOST_SESSIONS:
                transport.write(TOO_MANY)
                transport.close()
                return
            self.sessions.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self.sessions.discard(self.transport)
            super().connection_lost(error)


def _listen(place: str) -> socket.socket:
    try:
        if place.startswith(UNIX):
            return _listen_unix(Path(place.removeprefix(UNIX)))
        host, _, port = place.rpartition(":")
        return socket.create_server((host or "127.0.0.1", int(port)))
    except (OSError, ValueError, OverflowError) as error:
        message = f"cannot listen at {place!r}: {error}"
        raise UsageError(message) from None


def _listen_unix(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with suppress(FileNotFoundError):
            if path.is_socket():
                path.unlink()  # what a killed server left behind
        sock.bind(str(path))
        path.chmod(0o660)
        sock.listen()
    except OSError:
        sock.close()
        raise
    return sock
