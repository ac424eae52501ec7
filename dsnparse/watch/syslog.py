"""Events sent to a syslog server in the format of RFC 5424: each at least once, its id in the JSON that is the message.

Syslog has no answer, so over TCP and TLS each batch has a connection of its own: we say that nothing more will come, and the batch is
there when the server, which has read to that end, hangs up as well. Datagrams to another machine are lost without a word, so that
there are none but those of a Unix socket, which are not.
"""

import errno
import json
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import msgspec

from dsnparse.errors import SinkError
from dsnparse.store import Event
from dsnparse.watch.outputs import Mark
from dsnparse.watch.target import UNIX, read_target, words

PORTS: Final = {"tcp": 601, "tls": 6514}
FORM: Final = "tls://HOST[:PORT], tcp:// on this machine, or unix:/dev/log"
PATIENCE: Final = 30
CONNECT: Final = 10
# RFC 5424 section 6.2.1: facility 2 is the mail system, severity 6 informational.
PRIORITY: Final = 2 * 8 + 6
LONGEST_HOSTNAME: Final = 255
LONGEST_ANSWER: Final = 64 << 10


class Syslog:
    """One server."""

    def __init__(self, url: str) -> None:
        self.target = read_target(url, PORTS, FORM)
        self.name = f"syslog:{self.target}"
        self.host = hostname()

    def check(self) -> str:
        """Connect, and see that the server hangs up when we do."""
        self._send([])
        return "answers"

    def recover(self) -> Mark | None:
        """Return None: how far the server is, only the store knows."""
        return None

    def write(self, events: Sequence[Event]) -> None:
        """Send the events in their order."""
        self._send([line(event, self.host) for event in events])

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    def _send(self, lines: list[bytes]) -> None:
        try:
            with self._connected() as sock:
                if sock.type == socket.SOCK_DGRAM:
                    for each in lines:
                        sock.send(each)
                    return
                sock.sendall(b"".join(map(framed, lines)))
                _end(sock)
        except OSError as error:
            raise SinkError(words(error)) from None

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        where = self.target
        sock = (
            _unix(where.path) if where.scheme == UNIX else socket.create_connection((where.host, where.port), CONNECT)
        )
        try:
            sock.settimeout(PATIENCE)
            if where.secure:
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=where.host)
            yield sock
        finally:
            sock.close()


def line(event: Event, host: str) -> bytes:
    """Return an event as a message of RFC 5424; it is the same whenever it is sent."""
    stamp = datetime.fromtimestamp(event.stored, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    # As ASCII it needs no byte order mark (section 6.4), at which readers of JSON stumble, and nothing in it moves a terminal.
    text = json.dumps(msgspec.to_builtins(event), separators=(",", ":"))
    return f"<{PRIORITY}>1 {stamp} {host} dsnparse - {event.kind} - {text}".encode("ascii")


def framed(message: bytes) -> bytes:
    """Return a message as it is sent in a stream, by octet counting (RFC 6587 section 3.4.1, RFC 5425)."""
    return b"%d %s" % (len(message), message)


def hostname() -> str:
    """Return the name of this machine as the format allows it."""
    name = "".join(char for char in socket.gethostname() if "!" <= char <= "~")
    return name[:LONGEST_HOSTNAME] or "-"


def _unix(path: str) -> socket.socket:
    """Connect to a Unix socket, of datagrams as most systems have it, or of a stream."""
    try:
        return _connect_unix(path, socket.SOCK_DGRAM)
    except OSError as error:
        if error.errno != errno.EPROTOTYPE:
            raise
    return _connect_unix(path, socket.SOCK_STREAM)


def _connect_unix(path: str, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, kind)
    try:
        sock.connect(path)
    except OSError:
        sock.close()
        raise
    return sock


def _end(sock: socket.socket) -> None:
    """Say that nothing more will come, and wait until the server hangs up: a reset means that it has not read all."""
    if isinstance(sock, ssl.SSLSocket):
        try:
            sock = sock.unwrap()
        except ssl.SSLEOFError:  # it hung up without the farewell of TLS
            return
    sock.shutdown(socket.SHUT_WR)
    read = 0
    while block := sock.recv(LONGEST_ANSWER):
        read += len(block)
        if read > LONGEST_ANSWER:
            reason = "the server talks and talks"
            raise SinkError(reason)
