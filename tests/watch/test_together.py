"""Several processes at one mailbox and one file of events: nothing double, nothing lost."""

import subprocess
import sys
from pathlib import Path

from dovecot import Dovecot
from letters import addresses, bounce, holding

MESSAGES = 300


def test_two_processes_at_one_mailbox(server: Dovecot, user: str, tmp_path: Path) -> None:
    server.fill(user, *map(bounce, range(MESSAGES)))
    argv = [sys.executable, "-m", "dsnparse", "fetch", server.url(user), "--jsonl", str(tmp_path / "events")]
    argv += ["--action", "any=move:Done"]
    running = [subprocess.Popen(argv, stderr=subprocess.PIPE) for _ in range(4)]
    ended = {process.returncode for process in running if process.communicate()}
    assert ended <= {0, 75}
    assert 0 in ended
    assert sorted(addresses(tmp_path / "events")) == sorted(f"user{number}@dest.example" for number in range(MESSAGES))
    assert holding(server.imap(user), "Done") == MESSAGES


def test_two_mailboxes_into_one_file(server: Dovecot, user: str, tmp_path: Path) -> None:
    running = []
    for number in range(3):
        server.fill(f"{user}{number}", *map(bounce, range(number * 100, number * 100 + 60)))
        argv = [sys.executable, "-m", "dsnparse", "fetch", server.url(f"{user}{number}")]
        running.append(subprocess.Popen([*argv, "--jsonl", str(tmp_path / "events")]))
    assert [process.wait() for process in running] == [0, 0, 0]
    expected = [f"user{number * 100 + each}@dest.example" for number in range(3) for each in range(60)]
    assert sorted(addresses(tmp_path / "events")) == sorted(expected)
