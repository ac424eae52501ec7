"""The services inside the process of the tests: a thread is their client, and stops them with a signal as systemd does."""

import os
import signal
import smtplib
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from dovecot import Dovecot, free_ports
from letters import addresses, bounce

from dsnparse.watch.alone import DiedError, Worker

Run = Callable[..., tuple[int, str, str]]


def meanwhile(act: Callable[[], object]) -> threading.Thread:
    """Do something in a thread, and then have the process told to stop."""

    def step() -> None:
        try:
            act()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=step)
    thread.start()
    return thread


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with suppress(OSError):
            if condition():
                return
        time.sleep(0.05)


def test_lmtp(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "lmtp"

    def act() -> None:
        until(place.exists)
        time.sleep(0.2)
        with smtplib.LMTP(str(place)) as client:
            client.sendmail("", ["a@example.com"], bounce(1))

    client = meanwhile(act)
    status, _, err = run("lmtp", "--listen", f"unix:{place}", "--jsonl", tmp_path / "events")
    client.join()
    assert (status, "stored kind=failure" in err, addresses(tmp_path / "events")) == (143, True, ["user1@dest.example"])


def test_watch(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    server.fill(user, bounce(1))
    events, place = tmp_path / "events", f"127.0.0.1:{free_ports(1)[0]}"
    scraped = []

    def act() -> None:
        until(lambda: addresses(events))
        server.deliver(user, bounce(2))
        until(lambda: len(addresses(events)) > 1)
        with urllib.request.urlopen(f"http://{place}/metrics") as answer:
            scraped.append(answer.read())

    client = meanwhile(act)
    status, _, _ = run("watch", server.url(user), "--jsonl", events, "--metrics", place, "--action", "any=move:Done")
    client.join()
    assert (status, addresses(events)) == (143, ["user1@dest.example", "user2@dest.example"])
    assert b"dsnparse_events_total" in scraped[0]


def test_pipe(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(bounce(1))
    kept = os.dup(0)
    try:
        with (tmp_path / "mail").open("rb") as file:
            os.dup2(file.fileno(), 0)
            assert run("pipe", "--jsonl", tmp_path / "events") == (0, "", "")
            assert run("pipe")[0] == 75  # nothing is left to read
    finally:
        os.dup2(kept, 0)
        os.close(kept)
    assert addresses(tmp_path / "events") == ["user1@dest.example"]


def test_a_worker_parses_and_may_die() -> None:
    worker = Worker()
    try:
        assert [worker.parse(bounce(number)).kind for number in (1, 2)] == ["failure", "failure"]
        assert worker.process
        worker.process.kill()
        worker.process.wait()
        with pytest.raises(DiedError, match="signal 9"):
            worker.parse(bounce(3))
        assert worker.parse(bounce(3)).kind == "failure"
    finally:
        worker.close()
