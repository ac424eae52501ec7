"""Small parts of a watched mailbox by themselves."""

import json
import socket
from pathlib import Path

import pytest

from dsnparse.errors import LoginError, UnreachableError
from dsnparse.mailbox import Caps
from dsnparse.mailbox.secret import Credentials, from_file
from dsnparse.mailbox.stream import Stream
from dsnparse.watch.backoff import Backoff
from dsnparse.watch.log import Log
from dsnparse.watch.notify import notify


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1")
        assert sock.recv(100) == b"READY=1"
    notify("READY=1")  # nobody listens any more, which is no fault
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")


def test_waits_grow_to_fifteen_minutes() -> None:
    backoff = Backoff()
    waits = [backoff.wait() for _ in range(15)]
    assert all(0.5 * 2**number <= wait <= 2**number for number, wait in enumerate(waits[:9]))
    assert all(450 <= wait <= 900 for wait in waits[10:])
    backoff.reset()
    assert backoff.wait() <= 1


def test_a_log_line_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    Log().say("lost", retry_in=3, text="no\n\x1b[31m such")
    Log(as_json=True).say("lost", text="no\n such")
    plain, structured = capfd.readouterr().err.strip().split("\n")
    assert plain == "dsnparse: lost retry_in=3 no\\x0a\\x1b[31m such"
    assert {**json.loads(structured), "time": 0} == {"time": 0, "event": "lost", "text": "no\n such"}


def test_plain_text_behind_starttls_ends_the_session() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        stream = Stream(ours, Caps())
        theirs.sendall(b"A1 OK begin TLS\r\nA2 OK injected\r\n")
        assert stream.line() == b"A1 OK begin TLS\r\n"
        with pytest.raises(UnreachableError, match="plain text after it agreed to TLS"):
            stream.secured(ours)


def test_the_first_line_of_a_file_is_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"correct horse\r\nsecond line\n")
    assert Credentials(password=lambda: from_file(str(path))).secret() == "correct horse"
    path.write_bytes(b"\xff")
    with pytest.raises(LoginError, match="is no text"):
        from_file(str(path))
    with pytest.raises(LoginError, match="line break"):
        Credentials(password=lambda: "a\r\nb").secret()
