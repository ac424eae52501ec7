import subprocess
import sys
import time
from pathlib import Path

import pytest

from dsnparse.errors import BusyError
from dsnparse.store import open_store

SCRIPT = Path(__file__).with_name("crash.py")
# Several processes at one store: each commits the same messages, in an order of its own.
WRITER = """
import random, sys
sys.path.insert(0, sys.argv[3])
from conftest import processed
from dsnparse.store import open_store
numbers = list(range(200))
random.Random(int(sys.argv[2])).shuffle(numbers)
with open_store(sys.argv[1]) as store:
    for start in range(0, 200, 7):
        store.commit([processed(number) for number in numbers[start:start + 7]])
"""
HOLDER = """
import sys, time
from dsnparse.store import open_store
with open_store(sys.argv[1]) as store, store.lock("imap://a.example"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_killed_between_any_two_statements(url: str) -> None:
    command = [sys.executable, SCRIPT, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.stderr, int(done.stdout or 0) > 30) == ("", True)


def test_two_processes_at_one_store(url: str) -> None:
    open_store(url).close()
    command = [sys.executable, "-c", WRITER, url]
    writers = [subprocess.Popen([*command, str(seed), str(SCRIPT.parent)]) for seed in range(2)]
    assert [each.wait(120) for each in writers] == [0, 0]
    with open_store(url) as store:
        events = list(store.feed("test"))
        assert sorted(each.digest for each in events) == sorted(f"{number:064x}" for number in range(200))
        assert [each.offset for each in events] == sorted({each.offset for each in events})


def test_a_reader_misses_nothing_while_others_write(url: str) -> None:
    open_store(url).close()
    command = [sys.executable, "-c", WRITER, url]
    writers = [subprocess.Popen([*command, str(seed), str(SCRIPT.parent)]) for seed in range(2)]
    seen: list[int] = []
    with open_store(url) as store:
        running = True
        while running:
            running = any(each.poll() is None for each in writers)
            for event in store.feed("reader"):
                seen.append(event.offset)
                store.confirm("reader", event.offset)
        assert seen == [each.offset for each in store.feed("test")]
    assert len(seen) == 200
    assert [each.wait(10) for each in writers] == [0, 0]


def test_a_killed_process_holds_nothing(url: str) -> None:
    open_store(url).close()
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    holder.kill()
    holder.wait(10)
    holder.stdout.close()
    with open_store(url) as store:
        for _ in range(100):  # a server notices a moment later
            try:
                with store.lock("imap://a.example"):
                    break
            except BusyError:
                time.sleep(0.05)
        else:
            pytest.fail("still held")
