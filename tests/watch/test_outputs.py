"""Events on their way out: each once in a file, each at least once at a webhook, whatever breaks in between."""

import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from dovecot import Dovecot
from feed import add, deliver, people
from letters import addresses, bounce, events, holding

from dsnparse.errors import SinkError, UsageError
from dsnparse.store import Store, open_store
from dsnparse.watch.event_file import EventFile
from dsnparse.watch.webhook import Webhook

Run = Callable[..., tuple[int, str, str]]


def test_a_file_gets_each_event_once(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events"
    for numbers in ((1, 2), (), (3,)):
        add(store, *numbers)
        assert deliver(store, EventFile(str(path)))
    assert addresses(path) == people(1, 2, 3)


def test_a_line_that_was_not_confirmed_is_not_written_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events"
    add(store, 1, 2, 3)
    EventFile(str(path)).write(list(store.feed("nobody"))[:2])  # and then the plug was pulled
    assert deliver(store, EventFile(str(path)))
    assert addresses(path) == people(1, 2, 3)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 0.6, 0.99])
def test_half_a_line_is_cut_off(share: float, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events"
    add(store, 1, 2)
    assert deliver(store, EventFile(str(path)))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with open_store(f"sqlite:///{tmp_path}/other.db") as other:  # one that has confirmed nothing yet
        add(other, 1, 2)
        assert deliver(other, EventFile(str(path)))
    assert addresses(path) == people(1, 2)


@pytest.mark.parametrize("content", [b"a diary, without an end", b'{"x": 1}\n', b"text\n"])
def test_a_file_of_somebody_else_is_left_alone(content: bytes, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "diary"
    path.write_bytes(content)
    add(store, 1)
    assert not deliver(store, EventFile(str(path)))
    assert path.read_bytes() == content


def test_a_file_with_the_events_of_another_store(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events"
    with open_store(f"sqlite:///{tmp_path}/other.db") as other:
        add(other, 7, 8, 9)
        assert deliver(other, EventFile(str(path)))
    add(store, 1)
    assert not deliver(store, EventFile(str(path)))
    assert addresses(path) == people(7, 8, 9)


def test_a_file_may_be_rotated_away(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events"
    add(store, 1)
    deliver(store, EventFile(str(path)))
    path.rename(tmp_path / "events.1")
    add(store, 2)
    deliver(store, EventFile(str(path)))
    assert addresses(path) == people(2)


def test_a_full_disk_is_waited_for(store: Store) -> None:
    add(store, 1)
    assert not deliver(store, EventFile("/dev/full/events"))


class Receiver(ThreadingHTTPServer):
    """A receiver of webhooks that answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status = receiver.answers.pop(0) if receiver.answers else 204
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?a=b"

    def addresses(self) -> list[str]:
        return [json.loads(body)["recipient"]["address"] for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def post(store: Store, hook: Webhook) -> bool:
    try:
        return deliver(store, hook)
    finally:
        hook.close()


@pytest.mark.parametrize(("secret", "key"), [("canary", b"canary"), ("whsec_Y2FuYXJ5", b"canary")])
def test_a_webhook_is_signed(secret: str, key: bytes, store: Store, receiver: Receiver) -> None:
    add(store, 1)
    assert post(store, Webhook(receiver.url, lambda: secret))
    headers, body = receiver.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac.digest(key, signed, sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["idempotency-key"] == headers["webhook-id"] == json.loads(body)["event_id"]


def test_what_a_receiver_refuses_comes_again_in_order(store: Store, receiver: Receiver) -> None:
    add(store, 1, 2, 3)
    receiver.answers = [204, 500]
    assert not post(store, Webhook(receiver.url, None))
    assert post(store, Webhook(receiver.url, None))
    assert list(dict.fromkeys(receiver.addresses())) == people(1, 2, 3)
    keys = {
        address: headers["idempotency-key"]
        for address, (headers, _) in zip(receiver.addresses(), receiver.got, strict=True)
    }
    assert len(set(keys.values())) == 3
    assert "webhook-signature" not in receiver.got[0][0]


def test_redirects_are_not_followed(store: Store, receiver: Receiver) -> None:
    add(store, 1)
    receiver.answers = [302]
    assert not post(store, Webhook(receiver.url, None))
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "url", ["http://receiver.example/", "ftp://x.example/", "https://", "https://a:b@x.example/", "x"]
)
def test_no_webhook(url: str) -> None:
    with pytest.raises(UsageError):
        Webhook(url, None)


def test_a_secret_that_is_none(store: Store, receiver: Receiver) -> None:
    add(store, 1)
    assert not post(store, Webhook(receiver.url, lambda: "whsec_?"))
    with pytest.raises(SinkError):
        Webhook(receiver.url, lambda: "whsec_?").check()
    assert receiver.got == []


def test_nothing_is_moved_before_every_output_has_it(
    server: Dovecot, user: str, run: Run, receiver: Receiver, tmp_path: Path
) -> None:
    server.deliver(user, bounce(1), bounce(2))
    argv: Any = (
        server.url(user),
        "--action",
        "any=move:Done",
        "--jsonl",
        tmp_path / "events",
        "--webhook",
        receiver.url,
    )
    receiver.answers = [503]
    status, _, err = run("fetch", *argv)
    client = server.imap(user)
    assert (status, "the receiver answered 503" in err, holding(client, "INBOX", "UNSEEN")) == (3, True, 2)
    status, _, err = run("fetch", *argv)
    assert (status, "acted=2" in err, holding(client, "Done"), len(events(tmp_path / "events"))) == (0, True, 2, 2)
    assert list(dict.fromkeys(receiver.addresses())) == people(1, 2)
