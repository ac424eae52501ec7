"""Events in a stream of a real Redis: each at least once, a batch whole or not at all."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dovecot import free_ports
from feed import add, deliver, maildir, people
from letters import bounce
from programs import running

from dsnparse.errors import SinkError, UsageError
from dsnparse.store import Store

redis = pytest.importorskip("redis")
from dsnparse.watch.redis_stream import RedisStream  # noqa: E402 - where there is no redis, there are no tests of it

Run = Callable[..., tuple[int, str, str]]
PROGRAM = shutil.which("redis-server")
PASSWORD = "canary"  # noqa: S105


class Server:
    """A Redis with an open default user, and one that has a password."""

    def __init__(self, folder: Path, signed: Path) -> None:
        self.folder = folder
        self.signed = signed
        self.port, self.secure_port = free_ports(2)
        self.url = f"redis://127.0.0.1:{self.port}"
        self.socket = folder / "socket"

    @contextmanager
    def up(self, *more: str) -> Iterator[None]:
        assert PROGRAM
        ports = ["--port", str(self.port), "--tls-port", str(self.secure_port), "--unixsocket", str(self.socket)]
        tls = ["--tls-cert-file", str(self.signed / "cert.pem"), "--tls-key-file", str(self.signed / "key.pem")]
        tls += ["--tls-ca-cert-file", str(self.signed / "cert.pem"), "--tls-auth-clients", "no"]
        user = ["--user", "sender", "on", f">{PASSWORD}", "~dsnparse", "+@all", "-@dangerous"]
        keep = ["--dir", str(self.folder), "--appendonly", "yes", "--save", ""]
        with running([PROGRAM, *ports, *tls, *user, *keep, *more], self.port, self.folder / "log"):
            yield

    def client(self) -> Any:  # noqa: ANN401 - there is no type of what may not be installed
        return redis.Redis(host="127.0.0.1", port=self.port)

    def events(self, stream: str = "dsnparse") -> list[dict[str, Any]]:
        with self.client() as client:
            entries = client.xrange(stream)
        found = [json.loads(fields[b"event"]) for _, fields in entries]
        assert [fields[b"event_id"].decode() for _, fields in entries] == [event["event_id"] for event in found]
        return found

    def addresses(self, stream: str = "dsnparse") -> list[str]:
        return [event["recipient"]["address"] for event in self.events(stream)]


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, signed: Path) -> Server:
    if PROGRAM is None:
        pytest.skip("Redis is not installed (Debian: redis-server)")
    return Server(tmp_path_factory.mktemp("redis"), signed)


def stream(url: str, *, maxlen: int = 0, password: str = "", name: str = "dsnparse") -> RedisStream:
    return RedisStream(url, name, maxlen, (lambda: password) if password else None)


def test_a_stream_gets_each_event_in_order(server: Server, store: Store) -> None:
    with server.up():
        for numbers in ((1, 2), (), (3,)):
            add(store, *numbers)
            assert deliver(store, stream(server.url))
        assert server.addresses() == people(1, 2, 3)


def test_what_was_not_confirmed_comes_again_under_its_id(server: Server, store: Store) -> None:
    add(store, 1, 2, 3)
    with server.up():
        sink = stream(server.url)
        sink.write(list(store.feed("nobody"))[:2])  # and then the plug was pulled
        sink.close()
        assert deliver(store, stream(server.url))
        found = server.events()
    assert [event["recipient"]["address"] for event in found] == people(1, 2, 1, 2, 3)
    assert len({event["event_id"] for event in found}) == 3


def test_a_server_that_is_away_gets_all_when_it_is_back(server: Server, store: Store) -> None:
    add(store, 1)
    sink = stream(server.url)
    with server.up():
        assert deliver(store, sink)
    add(store, 2)
    assert not deliver(store, sink)
    with server.up():
        assert deliver(store, sink)
        assert server.addresses() == people(1, 2)


def test_a_connection_that_was_closed_is_opened_anew(server: Server, store: Store) -> None:
    sink = stream(server.url)
    with server.up(), server.client() as other:
        add(store, 1)
        sink.write(list(store.feed("x")))
        other.client_kill_filter(_type="normal", skipme=True)
        sink.write(list(store.feed("x")))
        assert server.addresses() == people(1, 1)
    sink.close()


def test_a_server_without_room_takes_none_of_a_batch(server: Server, store: Store) -> None:
    add(store, *range(100))
    with server.up("--maxmemory", "1", "--maxmemory-policy", "noeviction"):
        with pytest.raises(SinkError, match="memory"):
            stream(server.url).write(list(store.feed("x")))
        assert server.events() == []
        with server.client() as client:
            client.config_set("maxmemory", 0)
        assert deliver(store, stream(server.url))
        assert server.addresses() == people(*range(100))


def test_a_stream_keeps_about_as_many_as_it_is_told(server: Server, store: Store) -> None:
    add(store, *range(700))
    with server.up():
        assert deliver(store, stream(server.url, maxlen=200))
        found = server.addresses()
    assert 200 <= len(found) < 400
    assert found == people(*range(700))[-len(found) :]


def test_numbers_of_databases_and_names_of_streams(server: Server, store: Store) -> None:
    add(store, 1)
    with server.up(), redis.Redis(host="127.0.0.1", port=server.port, db=3) as client:
        assert deliver(store, stream(f"{server.url}/3", name="bounces"))
        assert client.xlen("bounces") == 1


def test_a_unix_socket(server: Server, store: Store) -> None:
    add(store, 1)
    with server.up():
        assert deliver(store, stream(f"unix:{server.socket}"))
        assert server.addresses() == people(1)


def test_under_tls_the_certificate_is_verified(server: Server, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, 1)
    url = f"rediss://sender@localhost:{server.secure_port}"
    with server.up():
        with pytest.raises(SinkError, match="certificate"):
            stream(url, password=PASSWORD).write(list(store.feed("x")))
        monkeypatch.setenv("SSL_CERT_FILE", str(server.signed / "cert.pem"))
        assert deliver(store, stream(url, password=PASSWORD))
        assert server.addresses() == people(1)


def test_a_password_that_is_refused_is_not_told(server: Server) -> None:
    with server.up():
        url = f"redis://sender@127.0.0.1:{server.port}"
        with pytest.raises(SinkError, match="invalid username-password pair") as caught:
            stream(url, password="secret-of-ours").check()  # noqa: S106
        assert "secret-of-ours" not in str(caught.value)
        assert stream(url, password=PASSWORD).check() == "answers"


def test_what_a_check_says(server: Server) -> None:
    with pytest.raises(SinkError, match="refused"):
        stream(server.url).check()
    with server.up():
        assert stream(server.url).check() == "answers"
        with server.client() as client:
            client.rpush("dsnparse", "x")
            with pytest.raises(SinkError, match="dsnparse is there, and is no stream"):
                stream(server.url).check()
            client.config_set("appendonly", "no")
        assert "loses what is new" in stream(server.url, name="other").check()


def test_nothing_is_moved_before_the_stream_has_it(server: Server, run: Run, tmp_path: Path, state: Path) -> None:
    box = maildir(tmp_path / "box", bounce(1), bounce(2))
    argv: Any = (f"maildir:{box}", "--action", "any=move:Done", "--redis", server.url, "--redis-maxlen", "1000")
    status, _, err = run("fetch", *argv)
    assert (status, "output failed" in err, len(list(box.glob("new/*")))) == (3, True, 2)
    with server.up():
        status, out, err = run("doctor", *argv)
        assert (status, f"redis:127.0.0.1:{server.port}#dsnparse: answers" in out) == (0, True), out
        status, _, err = run("fetch", *argv)
        assert (status, "acted=2" in err, len(list(box.glob("new/*")))) == (0, True, 0)
        assert server.addresses() == people(1, 2)
    assert state.exists()


def test_a_secret_that_cannot_be_read_is_the_fault_of_the_output(run: Run, tmp_path: Path) -> None:
    box = maildir(tmp_path / "box", bounce(1))
    nowhere = ("--redis", "redis://localhost", "--redis-password-file", tmp_path / "nothing")
    status, _, err = run("fetch", f"maildir:{box}", "--action", "any=move:Done", *nowhere)
    assert (status, "output failed sink=redis:localhost:6379" in err, "no such file" in err) == (3, True, True)
    status, out, _ = run("doctor", f"maildir:{box}", *nowhere)
    assert (status, f"{tmp_path}/nothing: no such file" in out) == (1, True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://cache.example", "use rediss://"),
        ("rediss://user:canary@cache.example", "a password in an address"),
        ("rediss://cache.example/first", "no number of a database"),
        ("http://cache.example", "is not rediss://"),
        ("rediss://", "is not rediss://"),
        ("rediss://cache.example:port", "is not rediss://"),
        ("rediss://cache.example?password=x", "is not rediss://"),
        ("rediss://cache.example%0d%0a", "line break"),
    ],
)
def test_no_address_of_a_server(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        stream(url)
    assert "canary" not in str(caught.value)


def test_the_client_is_imported_where_it_is_used(tmp_path: Path) -> None:
    box = maildir(tmp_path / "box", bounce(1))
    code = "import sys; from dsnparse.cli import main; main(sys.argv[1:]); print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code, "fetch", f"maildir:{box}"], capture_output=True, text=True, check=True
    )
    assert {"redis", "nats"} & set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("module", "argv"), [("redis", ["--redis", "redis://localhost"]), ("nats", ["--nats", "nats://localhost"])]
)
def test_a_client_that_is_not_installed_is_named(module: str, argv: list[str], tmp_path: Path) -> None:
    code = f"import sys; sys.modules['{module}'] = None; from dsnparse.cli import main; sys.exit(main(sys.argv[1:]))"
    box = maildir(tmp_path / "box")
    done = subprocess.run(
        [sys.executable, "-c", code, "fetch", f"maildir:{box}", *argv], capture_output=True, text=True, check=False
    )
    assert (done.returncode, f"pip install 'dsnparse[{module}]'" in done.stderr) == (2, True), done.stderr
