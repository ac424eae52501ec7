"""Events as syslog messages (RFC 5424), each at least once, to servers of the test that keep what they were sent."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from feed import add, deliver, maildir, people
from letters import bounce
from listening import listening

from dsnparse.errors import SinkError, UsageError
from dsnparse.store import Store
from dsnparse.watch.syslog import Syslog, hostname, line

Run = Callable[..., tuple[int, str, str]]
# RFC 5424 section 6, as far as it says what may stand where.
MESSAGE = re.compile(
    rb"<(?P<pri>\d{1,3})>1 (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) "
    rb"(?P<proc>[!-~]{1,128}) (?P<id>[!-~]{1,32}) - (?P<text>[ -~]+)"
)


class Receiver:
    """A server that reads what it is sent; `gives_up_after` so many bytes it hangs up in the middle."""

    def __init__(self, listener: socket.socket, context: ssl.SSLContext | None = None) -> None:
        self.listener = listener
        self.context = context
        self.sessions: list[bytes] = []
        self.gives_up_after: int | None = None
        self.hangs_up = True
        self.held: list[socket.socket] = []

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
                if self.context:
                    client = self.context.wrap_socket(client, server_side=True)
            except ssl.SSLError:
                continue
            except OSError:
                return
            self._session(client)

    def _session(self, client: socket.socket) -> None:
        got = b""
        limit = self.gives_up_after
        with suppress(OSError):
            while (limit is None or len(got) < limit) and (block := client.recv(100)):
                got += block
        self.sessions.append(got)
        if self.hangs_up:
            client.close()
        else:
            self.held.append(client)

    def messages(self) -> list[bytes]:
        return [message for session in self.sessions for message in counted(session)]


def counted(session: bytes) -> Iterator[bytes]:
    """Take a stream apart by its octet counts."""
    while session:
        length, _, rest = session.partition(b" ")
        yield rest[: int(length)]
        session = rest[int(length) :]


@contextmanager
def receiving(listener: socket.socket, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    server = Receiver(listener, context)
    try:
        with listening(server.serve, listener):
            yield server
    finally:
        for each in server.held:
            each.close()


@pytest.fixture
def tcp() -> Iterator[tuple[Receiver, str]]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    with receiving(listener) as server:
        yield server, url


def addresses(messages: list[bytes]) -> list[str]:
    found = []
    for message in messages:
        parts = MESSAGE.fullmatch(message)
        assert parts, message
        event = json.loads(parts["text"])
        assert (parts["pri"], parts["app"], parts["id"]) == (b"22", b"dsnparse", event["kind"].encode())
        assert parts["host"].decode() == hostname()
        found.append(event["recipient"]["address"])
    return found


def test_each_event_is_a_message(tcp: tuple[Receiver, str], store: Store) -> None:
    server, url = tcp
    for numbers in (range(1, 40), (), (40,)):
        add(store, *numbers)
        assert deliver(store, Syslog(url))
    assert addresses(server.messages()) == people(*range(1, 41))


def test_the_same_event_is_the_same_message(tcp: tuple[Receiver, str], store: Store) -> None:
    server, url = tcp
    add(store, 1)
    for _ in range(2):
        Syslog(url).write(list(store.feed("nobody")))  # as after a crash
    first, second = server.messages()
    assert first == second


@pytest.mark.parametrize("limit", [0, 100, 2000])
def test_what_a_server_has_not_read_comes_again(limit: int, tcp: tuple[Receiver, str], store: Store) -> None:
    server, url = tcp
    add(store, *range(1, 101))
    server.gives_up_after = limit
    with pytest.raises(SinkError, match=r"reset|broken pipe|not connected"):
        Syslog(url).write(list(store.feed("nobody")))
    server.gives_up_after = None
    server.sessions.clear()
    assert deliver(store, Syslog(url))
    assert addresses(server.messages()) == people(*range(1, 101))


def test_a_server_that_does_not_hang_up_is_not_believed(
    tcp: tuple[Receiver, str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dsnparse.watch.syslog.PATIENCE", 0.2)
    server, url = tcp
    server.hangs_up = False
    add(store, 1)
    with pytest.raises(SinkError, match="no answer in time"):
        Syslog(url).write(list(store.feed("nobody")))


def test_a_server_that_talks_is_given_up(store: Store) -> None:
    add(store, 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            with listener.accept()[0] as client, suppress(OSError):
                while True:
                    client.sendall(b"x" * 10_000)

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(SinkError, match="talks"):
            Syslog(f"tcp://127.0.0.1:{listener.getsockname()[1]}").write(list(store.feed("nobody")))
        thread.join()


def test_under_tls_the_certificate_is_verified(store: Store, signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, *range(1, 30))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed / "cert.pem", signed / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"tls://localhost:{listener.getsockname()[1]}"
    with receiving(listener, context) as server:
        with pytest.raises(SinkError, match="certificate"):
            Syslog(url).write(list(store.feed("nobody")))
        monkeypatch.setenv("SSL_CERT_FILE", str(signed / "cert.pem"))
        assert Syslog(url).check() == "answers"
        assert deliver(store, Syslog(url))
        assert addresses(server.messages()) == people(*range(1, 30))


def test_a_unix_socket_of_datagrams(store: Store, tmp_path: Path) -> None:
    add(store, 1, 2)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(tmp_path / "log"))
        assert deliver(store, Syslog(f"unix:{tmp_path}/log"))
        assert addresses([log.recv(1 << 16), log.recv(1 << 16)]) == people(1, 2)


def test_a_unix_socket_of_a_stream(store: Store, tmp_path: Path) -> None:
    add(store, 1, 2)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(tmp_path / "log"))
    listener.listen()
    with receiving(listener) as server:
        assert deliver(store, Syslog(f"unix:{tmp_path}/log"))
        assert addresses(server.messages()) == people(1, 2)


def test_whatever_a_message_holds_a_line_is_one_line_of_ascii(store: Store) -> None:
    raw_events = list(store.feed("nobody"))
    assert raw_events == []
    add(store, 1)
    (event,) = store.feed("nobody")
    changed: dict[str, Any] = {"message_id": "<é\u202e\n\x1b[31m@x>", "because": "\N{SNOWMAN}"}
    for name, value in changed.items():
        event = type(event)(**{**{f: getattr(event, f) for f in event.__struct_fields__}, name: value})
    parts = MESSAGE.fullmatch(line(event, "host"))
    assert parts
    assert {name: json.loads(parts["text"])[name] for name in changed} == changed


def test_nothing_is_moved_before_the_server_has_it(tcp: tuple[Receiver, str], run: Run, tmp_path: Path) -> None:
    server, url = tcp
    box = maildir(tmp_path / "box", bounce(1), bounce(2))
    argv = (f"maildir:{box}", "--action", "any=move:Done", "--syslog")
    status, _, err = run("fetch", *argv, f"unix:{tmp_path}/nothing")
    assert (status, "output failed" in err, len(list(box.glob("new/*")))) == (3, True, 2)
    status, out, _ = run("doctor", *argv, url)
    assert (status, f"syslog:{url.removeprefix('tcp://')}: answers" in out) == (0, True)
    status, _, _ = run("fetch", *argv, url)
    assert (status, len(list(box.glob("new/*"))), addresses(server.messages())) == (0, 0, people(1, 2))


@pytest.mark.parametrize("url", ["udp://localhost", "tcp://log.example", "tls://", "unix:", "unix:log", "/dev/log"])
def test_no_address_of_a_server(url: str) -> None:
    with pytest.raises(UsageError):
        Syslog(url)
