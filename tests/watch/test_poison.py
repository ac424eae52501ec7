"""What cannot be read is put aside, with the reason, and the run goes on."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from dovecot import Dovecot
from letters import addresses, bounce, holding

Run = Callable[..., tuple[int, str, str]]

# A parser that ends its process, as a fault in a C extension would.
POISONED = """
import os, sys
import dsnparse, dsnparse.parse
real = dsnparse.parse
def parse(raw, **more):
    if b"poison" in bytes(raw):
        os._exit(99)
    return real(raw, **more)
dsnparse.parse = parse
"""


@pytest.fixture
def poisoned(tmp_path: Path) -> Callable[..., int]:
    """`dsnparse fetch` with such a parser; returns the exit status."""
    (tmp_path / "sitecustomize.py").write_text(POISONED)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}

    def fetch(*argv: str) -> int:
        command = [sys.executable, "-m", "dsnparse", "fetch", *argv, "--jsonl", str(tmp_path / "events")]
        return subprocess.run(command, env=environment, check=False, stderr=subprocess.DEVNULL).returncode

    return fetch


def test_a_message_that_ends_the_process_is_put_aside(
    server: Dovecot, user: str, tmp_path: Path, state: Path, poisoned: Callable[..., int]
) -> None:
    server.deliver(user, bounce(1), bounce(2).replace(b"could not", b"poison"), bounce(3))
    argv = (server.url(user), "--action", "any=move:Done,unreadable=move:Odd")
    assert [poisoned(*argv) for _ in range(3)] == [99, 1, 0]
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user3@dest.example"]
    (note,) = (state / "quarantine").glob("*.json")
    assert json.loads(note.read_text())["reason"] == "parsing it ended the process with status 99"
    assert b"poison" in note.with_suffix(".eml").read_bytes()
    client = server.imap(user)
    assert [holding(client, folder) for folder in ("INBOX", "Done", "Odd")] == [0, 2, 1]


def mount(*argv: str | Path, program: str = "mount") -> int:
    path = shutil.which(program)
    return subprocess.run([path, *argv], check=False, capture_output=True).returncode if path else 1


def test_a_full_disk_stops_it_before_the_mailbox_is_touched(
    server: Dovecot, user: str, run: Run, tmp_path: Path
) -> None:
    server.deliver(user, *(bounce(number) for number in range(40)))
    disk = tmp_path / "disk"
    disk.mkdir()
    if mount("-t", "tmpfs", "-o", "size=192k", "none", disk):
        pytest.skip("no disk can be made here that is full")
    try:
        argv = (server.url(user), "--store", f"sqlite:///{disk}/store.db", "--action", "any=move:Done")
        (disk / "fill").write_bytes(b"x" * 20_000)
        status, _, err = run("fetch", *argv)
        assert (status, "no space left" in err or "disk" in err) == (3, True), err
        client = server.imap(user)
        assert holding(client, "INBOX", "UNSEEN") == 40
        assert mount("-o", "remount,size=20m", disk) == 0
        status, _, err = run("fetch", *argv)
        assert (status, "new=40" in err or "acted=40" in err, holding(client, "Done")) == (0, True, 40)
    finally:
        assert mount(disk, program="umount") == 0


def test_a_store_that_cannot_be_written(server: Dovecot, user: str, run: Run) -> None:
    server.deliver(user, bounce(1))
    status, _, err = run("fetch", server.url(user), "--store", "sqlite:////proc/store.db", "--action", "any=delete")
    assert (status, "store.db" in err, holding(server.imap(user), "INBOX", "UNSEEN")) == (3, True, 1)
