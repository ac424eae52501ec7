"""`--isolate`: a message that kills the parser costs one message, and a parser that is taken over reaches nothing."""

import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from feed import maildir
from letters import addresses, bounce, ordinary

import dsnparse
from dsnparse.errors import SourceError
from dsnparse.watch.alone import Worker

Run = Callable[..., tuple[int, str, str]]
# What a fault in a library would do, or a message that has taken over the process.
FAULTS = """
import os, socket
import dsnparse, dsnparse.parse
from dsnparse.watch import confine
confine.SECONDS = 1
real = dsnparse.parse
def parse(raw, **more):
    text = bytes(raw)
    if b"exit" in text:
        os._exit(99)
    if b"abort" in text:
        os.abort()
    if b"memory" in text:
        bytearray(2 << 30)
    while b"spin" in text:
        pass
    if b"network" in text:
        try:
            socket.create_connection(("127.0.0.1", 9))
        except PermissionError:
            os._exit(41)
    if b"program" in text:
        try:
            os.execv("/bin/true", ["true"])
        except PermissionError:
            os._exit(42)
    return real(raw, **more)
dsnparse.parse = parse
"""
REASONS = {
    "exit": "parsing it ended the process with status 99",
    "abort": "parsing it ended the process with signal 6",
    "memory": "there is not enough memory to parse it",
    "spin": "parsing it took more than 1 seconds of processor time",
    "network": "parsing it ended the process with status 41",
    "program": "parsing it ended the process with status 42",
}


@pytest.fixture
def faulty(tmp_path: Path) -> dict[str, str]:
    """The environment in which the parser has these faults."""
    (tmp_path / "sitecustomize.py").write_text(FAULTS)
    return {**os.environ, "PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}


def command(*argv: str | Path) -> list[str]:
    return [sys.executable, "-m", "dsnparse", *map(str, argv)]


def reasons(state: Path) -> dict[str, str]:
    """The reasons that stand beside what was put aside, by what it held."""
    found = {}
    for path in (state / "quarantine").glob("*.json"):
        (fault,) = (name for name in REASONS if name.encode() in path.with_suffix(".eml").read_bytes())
        found[fault] = json.loads(path.read_text())["reason"]
    return found


def faults() -> list[bytes]:
    return [bounce(100 + number).replace(b"could not", name.encode()) for number, name in enumerate(REASONS)]


def test_messages_that_kill_the_parser_cost_no_other(faulty: dict[str, str], tmp_path: Path, state: Path) -> None:
    mixed = [message for number, fault in enumerate(faults()) for message in (bounce(number), fault)]
    box = maildir(tmp_path / "box", *mixed, bounce(50))
    argv = (
        f"maildir:{box}",
        "--isolate",
        "--jsonl",
        tmp_path / "events",
        "--action",
        "any=move:Done,unreadable=move:Odd",
    )
    assert subprocess.run(command("fetch", *argv), env=faulty, check=False).returncode == 1
    assert addresses(tmp_path / "events") == [f"user{number}@dest.example" for number in (*range(len(REASONS)), 50)]
    assert reasons(state) == REASONS
    left = {folder: len(list(box.glob(f"{folder}/*/*"))) for folder in (".Done", ".Odd")}
    assert (left, list(box.glob("new/*"))) == ({".Done": len(REASONS) + 1, ".Odd": len(REASONS)}, [])


def test_a_rehearsal_tells_of_them(faulty: dict[str, str], tmp_path: Path) -> None:
    box = maildir(tmp_path / "box", bounce(1), faults()[0], bounce(2))
    argv = command("fetch", "--dry-run", f"maildir:{box}", "--isolate", "--action", "unreadable=move:Odd")
    done = subprocess.run(argv, env=faulty, check=False, capture_output=True)
    told = [json.loads(line) for line in done.stdout.split(b"\n") if line]
    assert (done.returncode, [each.get("error", "") for each in told]) == (1, ["", REASONS["exit"], ""])
    assert told[1]["action"] == "move:Odd"


def test_pipe_takes_them(faulty: dict[str, str], tmp_path: Path, state: Path) -> None:
    for message in (bounce(1), faults()[0], bounce(2)):
        argv = command("pipe", "--jsonl", tmp_path / "events")
        done = subprocess.run(argv, env={**faulty, "DSNPARSE_ISOLATE": "true"}, input=message, check=False)
        assert done.returncode == 0
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]
    assert reasons(state) == {"exit": REASONS["exit"]}


def test_lmtp_takes_them(faulty: dict[str, str], tmp_path: Path, state: Path) -> None:
    place = tmp_path / "lmtp"
    argv = command("lmtp", "--listen", f"unix:{place}", "--jsonl", tmp_path / "events", "--isolate")
    with subprocess.Popen(argv, env=faulty, stderr=subprocess.PIPE) as server:
        assert server.stderr
        assert b"listening" in server.stderr.readline()
        with smtplib.LMTP(str(place)) as client:
            for message in (bounce(1), faults()[0], faults()[1], bounce(2)):
                client.sendmail("", ["a@example.com"], message)
        server.terminate()
        assert server.wait(60) == 143
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]
    assert set(reasons(state)) == {"exit", "abort"}


def test_watch_goes_on(faulty: dict[str, str], tmp_path: Path, state: Path) -> None:
    box = maildir(tmp_path / "box", bounce(1), faults()[0])
    (tmp_path / "settings.toml").write_text(f'url = "maildir:{box}"\nisolate = true\ninterval = 0.1\n')
    argv = command("watch", "--config", tmp_path / "settings.toml", "--jsonl", tmp_path / "events")
    with subprocess.Popen(argv, env=faulty, stderr=subprocess.DEVNULL) as service:
        try:
            _until(lambda: bool(reasons(state)))
            (box / "new" / "1750000001.0.test").write_bytes(bounce(2))
            _until(lambda: len(addresses(tmp_path / "events")) == 2)
        finally:
            service.terminate()
        assert service.wait(60) == 143
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        with suppress(FileNotFoundError):
            if is_so():
                return
        time.sleep(0.05)
    raise AssertionError


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with closing(Worker()) as running:
        yield running


def test_the_report_is_the_same(worker: Worker, varied: Path) -> None:
    raw = varied.read_bytes()
    assert worker.parse(raw) == dsnparse.parse(raw)


def test_signals_to_all_processes_of_a_service_are_for_the_parent(worker: Worker) -> None:
    process = worker.begun()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process.send_signal(number)
    assert worker.parse(ordinary(1)).kind == "other"
    assert worker.begun() is process


def test_a_process_that_does_not_start_is_no_message_to_blame_for() -> None:
    with closing(Worker(("/nowhere",))) as broken, pytest.raises(SourceError, match="does not start"):
        broken.parse(ordinary(1))


def test_the_doctor_tells_what_is_closed(run: Run, tmp_path: Path) -> None:
    box = maildir(tmp_path / "box")
    status, out, _ = run("doctor", f"maildir:{box}", "--isolate")
    assert (status, "ok       isolate: 1024 MiB of memory and 10 seconds a message, no network" in out) == (0, True), (
        out
    )
    assert "isolate" not in run("doctor", f"maildir:{box}")[1]


def test_the_doctor_tells_what_is_open(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = maildir(tmp_path / "box")
    monkeypatch.setattr(Worker, "is_offline", lambda _: False)
    status, out, _ = run("doctor", f"maildir:{box}", "--isolate")
    assert (status, "warning  isolate: " in out, "cannot be closed" in out) == (0, True, True)


def _broken(_: Worker) -> bool:
    message = "the process does not start"
    raise SourceError(message)


def test_the_doctor_tells_what_does_not_start(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worker, "is_offline", _broken)
    status, out, _ = run("doctor", f"maildir:{maildir(tmp_path / 'box')}", "--isolate")
    assert (status, "wrong    isolate: the process does not start" in out) == (1, True)
