"""Mail that a real Postfix delivers into `dsnparse pipe` and `dsnparse lmtp`; what cannot be stored stays in its queue, and comes later."""

import os
import signal
import smtplib
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from letters import addresses, bounce, events
from postfix import PROGRAM, Postfix, postfix

import dsnparse


@pytest.fixture(scope="module")
def mta() -> Iterator[Postfix]:
    if PROGRAM is None:
        pytest.skip("Postfix is not installed (Debian: postfix)")
    if os.getuid():
        pytest.skip("only root can start Postfix")
    with (
        tempfile.TemporaryDirectory(prefix="dsnparse-test-", ignore_cleanup_errors=True) as folder,
        postfix(Path(folder)) as running,
    ):
        yield running


# `dsnparse`, but a store that others write to is waited for no longer than a second.
IMPATIENT = """
from dsnparse.cli import main
from dsnparse.store.sqlite import Sqlite
Sqlite.__init__.__defaults__ = (1.0,)
raise SystemExit(main())
"""


@contextmanager
def lmtp(mta: Postfix, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Our server, with the group of Postfix, whose client has to reach the socket."""
    argv = [
        sys.executable,
        "-c",
        IMPATIENT,
        "lmtp",
        "--listen",
        f"unix:{mta.socket}",
        "--jsonl",
        str(folder / "events"),
    ]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, group="postfix", extra_groups=[]) as process:
        assert process.stderr
        assert b"listening" in process.stderr.readline()
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()


def send(mta: Postfix, to: str, *messages: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", mta.port) as client:
        for message in messages:
            client.sendmail("", to.split(), message)


def is_empty(queue: list[str]) -> bool:
    return not queue


def stored(path: Path) -> dict[object, tuple[object, ...]]:
    """Return what is stored of each recipient."""
    return {
        each["recipient"]["address"]: tuple(
            each["recipient"][name] for name in ("action", "status", "reason", "diagnostic")
        )  # type: ignore[index]
        for each in events(path)
    }


def expected(*messages: bytes) -> dict[object, tuple[object, ...]]:
    """Return what the library says of the same messages."""
    told = (each for message in messages for each in dsnparse.parse(message).recipients)
    return {each.address: (each.action, each.status, each.reason, each.diagnostic) for each in told}


MESSAGES = (bounce(1, "a@dest.example", "b@dest.example"), bounce(2), bounce(3))


def test_pipe(mta: Postfix) -> None:
    send(mta, "x@pipe.example", *MESSAGES)
    mta.wait(is_empty)
    wanted = expected(*MESSAGES)
    assert {address: each for address, each in stored(mta.events).items() if address in wanted} == wanted
    assert len(set(addresses(mta.events))) == len(addresses(mta.events))


@pytest.mark.parametrize("domain", ["pipe", "lmtp"])
def test_a_message_to_several_addresses_is_stored_once(domain: str, mta: Postfix, tmp_path: Path) -> None:
    with lmtp(mta, tmp_path):
        send(mta, f"x@{domain}.example y@{domain}.example", bounce(7))
        mta.wait(is_empty)
    path = mta.events if domain == "pipe" else tmp_path / "events"
    assert addresses(path).count("user7@dest.example") == 1


def test_pipe_while_the_store_is_read_only(mta: Postfix) -> None:
    before = addresses(mta.events) if mta.events.exists() else []
    mta.state.chmod(0o555)
    store = mta.state / "store.db"
    if store.exists():
        store.chmod(0o444)
    try:
        send(mta, "x@pipe.example", bounce(4))
        mta.wait(lambda queue: len(queue) == 1 and "store.db" in queue[0])
        assert (addresses(mta.events) if mta.events.exists() else []) == before
    finally:
        mta.state.chmod(0o755)
        if store.exists():
            store.chmod(0o600)
    mta.wait(is_empty)
    assert addresses(mta.events) == [*before, "user4@dest.example"]


def test_lmtp(mta: Postfix, tmp_path: Path) -> None:
    with lmtp(mta, tmp_path):
        send(mta, "x@lmtp.example", *MESSAGES)
        mta.wait(is_empty)
    assert stored(tmp_path / "events") == expected(*MESSAGES)
    assert len(addresses(tmp_path / "events")) == 4


def test_lmtp_while_the_store_is_locked(mta: Postfix, state: Path, tmp_path: Path) -> None:
    with lmtp(mta, tmp_path):
        with closing(sqlite3.connect(state / "store.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            send(mta, "x@lmtp.example", bounce(5))
            mta.wait(lambda queue: len(queue) == 1 and "451 4.3.0 Not stored" in queue[0])
            other.execute("ROLLBACK")
        assert not (tmp_path / "events").exists()
        mta.wait(is_empty)
    assert addresses(tmp_path / "events") == ["user5@dest.example"]


def test_lmtp_while_nobody_listens(mta: Postfix, tmp_path: Path) -> None:
    send(mta, "x@lmtp.example", bounce(6))
    mta.wait(lambda queue: len(queue) == 1 and bool(queue[0]))
    with lmtp(mta, tmp_path):
        mta.wait(is_empty)
    assert addresses(tmp_path / "events") == ["user6@dest.example"]
