"""The lab with root: real servers bounce, and nothing of them is left behind. `make test-lab` runs these."""

import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.lab

SERVERS = ("postfix", "exim", "sendmail", "opensmtpd")
ONLY = "r-unknown$|r-greylist$|r-notareply|d-nxdomain|dsn-relayed$|dsn-never$|u-utf8both|l-unknown"
LAB = [sys.executable, "-m", "corpus.lab"]


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Begin a run and wait until a server has been started in it."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    command = [*LAB, "run", *arguments, "--output", str(folder)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert run.stdout
    printed = [run.stdout.readline()]
    while printed[-1] and "started" not in printed[-1]:
        printed.append(run.stdout.readline())
    assert printed[-1], "".join(printed)
    return run


def processes(folder: Path) -> set[str]:
    """Process ids in the network namespaces of the run that works in this folder."""
    inside = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"SCRATCH={folder}".encode() in (process / "environ").read_bytes():
                inside.add((process / "ns/net").readlink())
    inside.discard(Path("/proc/self/ns/net").readlink())
    return {process.name for process in Path("/proc").glob("[0-9]*") if _namespace(process) in inside}


def _namespace(process: Path) -> Path | None:
    with contextlib.suppress(OSError):
        return (process / "ns/net").readlink()
    return None


def interfaces(process: str) -> set[str]:
    """Names of the network interfaces that a process sees."""
    with contextlib.suppress(OSError):
        lines = Path("/proc", process, "net/dev").read_text().splitlines()[2:]
        return {line.partition(":")[0].strip() for line in lines}
    return set()


def are_gone(ids: set[str]) -> bool:
    """Wait a little until none of these runs any more."""
    for _ in range(50):
        if not any(Path("/proc", one).exists() for one in ids):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("server", SERVERS)
def test_server_bounces(server: str, tmp_path: Path) -> None:
    with start(tmp_path, server, "--only", ONLY) as run:
        ids = processes(tmp_path)
        assert len(ids) > 2
        assert {name for one in ids for name in interfaces(one)} == {"lo"}
        assert run.wait(120) == 0
    assert are_gone(ids)
    assert not list(tmp_path.glob("dsnparse-lab-*"))
    folder = tmp_path / "bookworm" / server
    facts = json.loads((folder / "run.json").read_text())
    assert facts["server"] == server
    assert re.search(r"\d+\.\d+", facts["version"])
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines()]
    assert {row["capture"] for row in rows} == {path.name for path in folder.glob("*.eml")}
    unknown = (folder / "r-unknown.eml").read_bytes()
    assert unknown.startswith(b"Return-Path: <>\r\n")
    assert b"unknown@dest.example" in unknown
    assert not re.search(rb"(?<!\r)\n", unknown), "what comes over the wire has CRLF"
    for row in rows:
        line, _, sent = (folder / row["capture"]).read_bytes().partition(b"\r\n")
        assert line == f"Return-Path: <{row['mail_from']}>".encode()
        assert hashlib.sha256(sent).hexdigest() == row["sha256"]
    assert {"r-unknown", "r-greylist", "d-nxdomain"} <= {row["scenario"] for row in rows}
    assert "dsn-never" not in {row["scenario"] for row in rows}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running(number: int, tmp_path: Path) -> None:
    with start(tmp_path, "postfix") as run:
        time.sleep(1)
        ids = processes(tmp_path)
        assert len(ids) > 2
        os.kill(run.pid, number)
        assert run.wait(20) == (-number if number == signal.SIGKILL else 130)
    assert are_gone(ids)
