"""Killed at any moment and started again: every recipient has one record, in the store and in the file, and nothing else was touched.

DSNPARSE_TEST_KILLS=300 makes as many kills. They come after a random share of the processor time that a whole run needs, which a
busy machine does not change, or, each second time, of its duration, which falls into waiting as well.
"""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

from dovecot import Dovecot
from letters import addresses, bounce, holding, ordinary

KILLS = int(os.environ.get("DSNPARSE_TEST_KILLS", "4"))
MESSAGES = 500


class Runs:
    """Runs of one command."""

    def __init__(self, server: Dovecot, who: str, folder: Path) -> None:
        self.argv = [sys.executable, "-m", "dsnparse", "fetch", server.url(who), "--jsonl", str(folder / "events")]
        self.argv += ["--store", f"sqlite:///{folder}/store.db", "--action", "any=move:Done"]

    def whole(self) -> tuple[float, float]:
        """Run to the end; return the time of the processor that it took, and the time of the clock."""
        before, began = _processor_time(), time.monotonic()
        done = subprocess.run(self.argv, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return _processor_time() - before, time.monotonic() - began

    def killed_by_processor_time(self, seconds: float) -> bool:
        timer = partial(
            signal.setitimer, signal.ITIMER_PROF, seconds
        )  # it outlives exec, and nobody handles its signal
        done = subprocess.run(self.argv, stderr=subprocess.PIPE, check=False, preexec_fn=timer)
        assert done.returncode in {0, -signal.SIGPROF}, done.stderr.decode()
        return done.returncode != 0

    def killed_by_the_clock(self, seconds: float) -> bool:
        with subprocess.Popen(self.argv, stderr=subprocess.PIPE) as process:
            try:
                _, err = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return True
        assert process.returncode == 0, err.decode()
        return False


def test_kill_at_random_moments(server: Dovecot, user: str, tmp_path: Path) -> None:
    chance = random.Random(20251102)  # noqa: S311 - to be repeated
    kills = number = 0
    needed, duration = scenario(server, user, tmp_path, number).whole()
    check(server, f"{user}0", tmp_path / "0")
    while kills < KILLS:
        number += 1
        runs = scenario(server, user, tmp_path, number)
        # As many kills in one round as leave a chance to each part of the run.
        for _ in range(min(10, KILLS - kills)):
            share = chance.uniform(0.1, 1.0)
            by_clock = kills % 2 == 1
            kills += (
                runs.killed_by_the_clock(share * duration)
                if by_clock
                else runs.killed_by_processor_time(share * needed)
            )
        runs.whole()
        check(server, f"{user}{number}", tmp_path / str(number))


def scenario(server: Dovecot, user: str, folder: Path, number: int) -> Runs:
    (folder / str(number)).mkdir()
    server.fill(f"{user}{number}", *map(message, range(MESSAGES)))
    return Runs(server, f"{user}{number}", folder / str(number))


def message(number: int) -> bytes:
    """Every fifth message is ordinary mail."""
    return ordinary(number) if number % 5 == 0 else bounce(number, f"a{number}@dest.example", f"b{number}@dest.example")


def check(server: Dovecot, who: str, folder: Path) -> None:
    bounces = [number for number in range(MESSAGES) if number % 5]
    expected = Counter(f"{letter}{number}@dest.example" for number in bounces for letter in "ab")
    assert Counter(addresses(folder / "events")) == expected
    client = server.imap(who)
    assert holding(client, "INBOX") == holding(client, "INBOX", "UNSEEN") == MESSAGES - len(bounces)
    assert holding(client, "Done") == len(bounces)


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
