"""The lab with root: real servers bounce, and nothing of them is left behind. `make test-lab` runs these."""

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


def running() -> set[str]:
    """Command lines of processes that belong to a run."""
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
    return {line.decode(errors="replace") for line in lines if b"corpus.lab." in line or b"lowerdir=" in line}


@pytest.mark.parametrize("server", SERVERS)
def test_server_bounces(server: str, tmp_path: Path) -> None:
    before = running()
    done = subprocess.run(
        [*LAB, "run", server, "--only", ONLY, "--output", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "bookworm" / server
    run = json.loads((folder / "run.json").read_text())
    assert run["server"] == server
    assert re.match(r"\d+\.\d+", run["version"].partition(":")[2] or run["version"])
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines()]
    assert {row["capture"] for row in rows} == {path.name for path in folder.glob("*.eml")}
    unknown = (folder / "r-unknown.eml").read_bytes()
    assert unknown.startswith(b"Return-Path: <>\r\n")
    assert b"unknown@dest.example" in unknown
    assert not re.search(rb"(?<!\r)\n", unknown), "the bytes of the wire have CRLF"
    assert "dsn-never" not in {row["scenario"] for row in rows}
    assert running() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running(number: int, tmp_path: Path) -> None:
    before = running()
    with subprocess.Popen([*LAB, "run", "postfix", "--output", tmp_path], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        while "started" not in run.stdout.readline():
            assert run.poll() is None
        time.sleep(1)
        os.kill(run.pid, number)
        status = run.wait(20)
    time.sleep(1)
    assert status == (-number if number == signal.SIGKILL else 130)
    assert running() == before
