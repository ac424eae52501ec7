"""`dsnparse lmtp`, spoken to by smtplib."""

import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from letters import addresses, bounce

from dsnparse.watch.lmtp import Rate


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A server on a Unix socket, with a store of its own."""
    path = tmp_path / "lmtp"
    argv = [sys.executable, "-m", "dsnparse", "lmtp", "--listen", f"unix:{path}", "--jsonl", str(tmp_path / "events")]
    with subprocess.Popen([*argv, *getattr(request, "param", [])], stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert b"listening" in process.stderr.readline()
        try:
            yield path
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 143
        finally:
            process.kill()
    assert not path.exists()


def test_one_reply_for_each_recipient(place: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(place))
        file = sock.makefile("rwb")
        assert file.readline().startswith(b"220")
        for line in (b"LHLO x", b"MAIL FROM:<>", b"RCPT TO:<a@example.com>", b"RCPT TO:<b@example.com>", b"DATA"):
            file.write(line + b"\r\n")
            file.flush()
            while (answer := file.readline())[3:4] == b"-":
                pass
            assert answer[:1] in b"23"
        file.write(bounce(1).replace(b"\n", b"\r\n") + b".\r\n")
        file.flush()
        assert [file.readline(), file.readline()] == [b"250 2.0.0 Stored\r\n"] * 2
        file.close()
    assert addresses(tmp_path / "events") == ["user1@dest.example"]


def test_a_message_that_comes_again_is_one(place: Path, tmp_path: Path) -> None:
    for _ in range(2):
        with smtplib.LMTP(str(place)) as client:
            client.sendmail("", ["a@example.com"], bounce(1))
            client.sendmail("", ["a@example.com"], bounce(2) + b"x" * 100_000)
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]


def reply(client: smtplib.LMTP, number: int) -> int:
    client.docmd("MAIL FROM:<>")
    client.docmd("RCPT TO:<a@example.com>")
    return client.data(bounce(number))[0]


@pytest.mark.parametrize("place", [["--rate", "0.01"]], indirect=True)
def test_too_many_messages_are_put_off(place: Path) -> None:
    with smtplib.LMTP(str(place)) as client:
        client.docmd("LHLO", "x")
        assert [reply(client, number) for number in range(3)] == [250, 451, 451]


def test_what_cannot_be_stored_is_put_off(place: Path, state: Path) -> None:
    with smtplib.LMTP(str(place)) as client:
        client.docmd("LHLO", "x")
        assert reply(client, 1) == 250
        with closing(sqlite3.connect(state / "store.db")) as database:
            database.execute("DROP TABLE places")
            database.execute("DROP TABLE messages")
        assert reply(client, 2) == 451


def test_rate() -> None:
    now = [0.0]
    rate = Rate(2, lambda: now[0])
    assert [rate.allows() for _ in range(3)] == [True, True, False]
    now[0] = 0.5
    assert [rate.allows() for _ in range(2)] == [True, False]
    now[0] = 100.0
    assert [rate.allows() for _ in range(3)] == [True, True, False]


def test_a_place_that_cannot_be() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dsnparse", "lmtp", "--listen", "nowhere"], capture_output=True, check=False
    )
    assert (done.returncode, b"cannot listen at 'nowhere'" in done.stderr) == (2, True)
