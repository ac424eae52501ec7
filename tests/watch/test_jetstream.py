"""Events in a stream of a real NATS server: each at least once, and once within the window in which the stream knows it."""

import asyncio
import json
import os
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from dovecot import free_ports
from feed import add, deliver, maildir, people
from letters import bounce
from programs import running

from dsnparse.errors import SinkError, UsageError
from dsnparse.store import Store

nats = pytest.importorskip("nats")
nkeys = pytest.importorskip("nkeys")
from nats_accounts import Accounts  # noqa: E402 - where there is no NATS, there are no tests of it

from dsnparse.watch.jetstream import JetStream  # noqa: E402

Run = Callable[..., tuple[int, str, str]]
PROGRAM = shutil.which("nats-server", path="/usr/bin:/usr/sbin:/usr/local/bin")
PASSWORD = "canary"  # noqa: S105
USERS = """
authorization { users: [
  { user: open, password: open }
  { user: sender, password: canary, permissions: { publish: ["bounces", "dsnparse.>"], subscribe: ["_INBOX.>"] } }
] }
no_auth_user: open
"""
OPEN_WITH = 'authorization { token: "canary" }'


class Server:
    """A NATS server; streams are kept from one start to the next."""

    def __init__(self, folder: Path, signed: Path) -> None:
        self.folder = folder
        self.signed = signed
        (self.port,) = free_ports(1)
        self.url = f"nats://127.0.0.1:{self.port}"

    @contextmanager
    def up(self, more: str = USERS) -> Iterator[Popen[bytes]]:
        assert PROGRAM
        storage = f'jetstream {{ store_dir: "{self.folder}/store" }}'
        config = self.folder / "nats.conf"
        config.write_text(f"listen: 127.0.0.1:{self.port}\n{storage}\n{more}\n")
        with running([PROGRAM, "-c", config], self.port, self.folder / "log") as process:
            yield process

    @property
    def tls(self) -> str:
        return f'tls {{ cert_file: "{self.signed}/cert.pem", key_file: "{self.signed}/key.pem" }}\n'

    def make(self, *subjects: str, name: str = "DSN", **login: object) -> None:
        """Make a stream."""

        async def step(jetstream: Any) -> None:  # noqa: ANN401
            await jetstream.add_stream(name=name, subjects=subjects or ["dsnparse.*"])

        self.ask(step, **login)

    def addresses(self, name: str = "DSN", **login: object) -> list[str]:
        found = []

        async def step(jetstream: Any) -> None:  # noqa: ANN401
            for number in range(1, (await jetstream.stream_info(name)).state.messages + 1):
                message = await jetstream.get_msg(name, number)
                event = json.loads(message.data)
                assert message.headers["Nats-Msg-Id"] == event["event_id"]
                found.append(event["recipient"]["address"])

        self.ask(step, **login)
        return found

    def ask(self, step: Callable[..., Any], **login: object) -> None:
        async def asked() -> None:
            client = await nats.connect(self.url, allow_reconnect=False, **login)
            try:
                await step(client.jetstream())
            finally:
                await client.close()

        asyncio.run(asked())


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, signed: Path) -> Server:
    if PROGRAM is None:
        pytest.skip("NATS is not installed (Debian: nats-server)")
    return Server(tmp_path_factory.mktemp("nats"), signed)


def stream(url: str, *, subject: str = "dsnparse.events", password: str = "", credentials: str = "") -> JetStream:
    return JetStream(url, subject, (lambda: password) if password else None, credentials)


def test_a_stream_gets_each_event_in_order(server: Server, store: Store) -> None:
    with server.up():
        server.make()
        for numbers in (range(1, 50), (), (50,)):
            add(store, *numbers)
            assert deliver(store, stream(server.url))
        assert server.addresses() == people(*range(1, 51))


def test_what_was_not_confirmed_is_known_to_the_stream(server: Server, store: Store) -> None:
    add(store, 1, 2, 3)
    with server.up():
        server.make()
        sink = stream(server.url)
        sink.write(list(store.feed("nobody"))[:2])  # and then the plug was pulled
        sink.close()
        assert deliver(store, stream(server.url))
        assert server.addresses() == people(1, 2, 3)


def test_a_server_that_is_away_gets_all_when_it_is_back(server: Server, store: Store) -> None:
    sink = stream(server.url)
    with server.up():
        server.make()
        add(store, 1)
        sink.write(list(store.feed("x")))
    add(store, 2)
    with pytest.raises(SinkError, match=r"."):
        sink.write(list(store.feed("x"))[1:])
    assert not deliver(store, sink)
    with server.up():
        assert deliver(store, sink)
        assert server.addresses() == people(1, 2)


def test_a_server_that_falls_silent_is_given_up(server: Server, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsnparse.watch.jetstream.PATIENCE", 0.5)
    add(store, 1)
    with server.up() as process:
        server.make()
        sink = stream(server.url)
        sink.write(list(store.feed("x")))
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)  # all its threads stand still
        with pytest.raises(SinkError, match="no answer in time"):
            sink.write(list(store.feed("x")))
        process.send_signal(signal.SIGCONT)
        assert deliver(store, sink)
        assert server.addresses() == people(1)


def test_a_subject_that_no_stream_takes(server: Server, store: Store) -> None:
    add(store, 1)
    with server.up():
        assert not deliver(store, stream(server.url))
        with pytest.raises(SinkError, match=r"no stream takes dsnparse\.events"):
            stream(server.url).check()
        server.make("bounces")
        assert deliver(store, stream(server.url, subject="bounces"))
        assert server.addresses() == people(1)


def test_it_can_be_used_inside_of_another_loop(server: Server, store: Store) -> None:
    add(store, 1)

    async def caller() -> bool:
        return deliver(store, stream(server.url))

    with server.up():
        server.make()
        assert asyncio.run(caller())


@pytest.mark.parametrize(("users", "user"), [(USERS, "sender@"), (OPEN_WITH, "")])
def test_passwords_and_tokens(users: str, user: str, server: Server, store: Store) -> None:
    add(store, 1)
    login: dict[str, object] = {} if user else {"token": PASSWORD}
    url = f"nats://{user}127.0.0.1:{server.port}"
    with server.up(users):
        server.make(**login)
        with pytest.raises(SinkError, match="authorization violation") as caught:
            stream(url, password="secret-of-ours").check()  # noqa: S106
        assert "secret-of-ours" not in str(caught.value)
        assert deliver(store, stream(url, password=PASSWORD))
        assert server.addresses(**login) == people(1)


def test_a_file_of_credentials(server: Server, store: Store, tmp_path: Path) -> None:
    accounts = Accounts()
    path = tmp_path / "user.creds"
    path.write_text(accounts.credentials())
    login: dict[str, object] = {"user_credentials": str(path)}
    add(store, 1)
    with server.up(accounts.config()):
        server.make(**login)
        with pytest.raises(SinkError):
            stream(server.url).check()
        assert not deliver(store, stream(server.url, credentials=str(tmp_path / "nothing")))
        assert deliver(store, stream(server.url, credentials=str(path)))
        assert server.addresses(**login) == people(1)


def test_under_tls_the_certificate_is_verified(server: Server, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, 1)
    url = f"tls://sender@localhost:{server.port}"
    with server.up(USERS + server.tls):
        with pytest.raises(SinkError, match="certificate"):
            stream(url, password=PASSWORD).check()
        monkeypatch.setenv("SSL_CERT_FILE", str(server.signed / "cert.pem"))
        server.make()
        assert deliver(store, stream(url, password=PASSWORD))
        assert server.addresses() == people(1)


@pytest.mark.parametrize("user", ["sender@", ""])
def test_without_tls_nothing_secret_is_said(user: str) -> None:
    """Somebody in between says that there is no TLS here, which a client may believe."""
    said = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as client:
                client.sendall(
                    b'INFO {"server_id":"x","version":"2.9.0","max_payload":1000000,"auth_required":true}\r\n'
                )
                while block := client.recv(1000):
                    said.append(block)
                    client.sendall(b"PONG\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"tls://{user}localhost:{listener.getsockname()[1]}"
        with pytest.raises(SinkError, match="without TLS"):
            stream(url, password=PASSWORD).check()
        thread.join()
    assert PASSWORD.encode() not in b"".join(said)


def test_what_a_check_says(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SinkError, match="refused"):
        stream(server.url).check()
    with server.up():
        server.make()
        assert stream(server.url).check() == "answers; stream DSN drops what comes twice within 120 seconds"
        monkeypatch.setattr("dsnparse.watch.jetstream.CONNECT", 1)
        url = f"nats://sender@127.0.0.1:{server.port}"  # who may publish, and ask for nothing
        assert "does not tell" in stream(url, password=PASSWORD).check()


def test_nothing_is_moved_before_the_stream_has_it(server: Server, run: Run, tmp_path: Path) -> None:
    box = maildir(tmp_path / "box", bounce(1), bounce(2))
    argv: Any = (f"maildir:{box}", "--action", "any=move:Done", "--nats", server.url)
    with server.up():
        status, _, err = run("fetch", *argv)
        assert (status, "no stream takes" in err, len(list(box.glob("new/*")))) == (3, True, 2)
        server.make()
        status, out, err = run("doctor", *argv)
        assert (status, f"nats:127.0.0.1:{server.port}#dsnparse.events: answers" in out) == (0, True), out
        status, _, err = run("fetch", *argv)
        assert (status, "acted=2" in err, len(list(box.glob("new/*")))) == (0, True, 0)
        assert server.addresses() == people(1, 2)


@pytest.mark.parametrize("url", ["nats://queue.example", "tls://a:b@queue.example", "ws://queue.example", "tls://"])
def test_no_address_of_a_server(url: str) -> None:
    with pytest.raises(UsageError):
        stream(url)


@pytest.mark.parametrize("subject", ["", "a b", "dsnparse.*", "dsnparse.>", ".a", "a\r\nPUB x"])
def test_no_subject(subject: str) -> None:
    with pytest.raises(UsageError, match="no subject"):
        stream("nats://localhost", subject=subject)
