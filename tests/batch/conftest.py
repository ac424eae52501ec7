import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from letters import bounce

from dsnparse.cli import main

Make = Callable[..., Path]
Run = Callable[..., tuple[int, bytes, str]]

# What a fault in a library would do. Workers load it when they start, as does every Python of the test.
FAULTS = """\
import os, signal, time
import dsnparse, dsnparse.sources.portions, dsnparse.sources.shards
real, real_read, real_entry = dsnparse.parse, dsnparse.sources.shards.read, dsnparse.sources.portions.read_entry

def parse(raw, **options):
    if b"X-Fault: kill" in raw:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"X-Fault: segv" in raw:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"X-Fault: spin" in raw:
        while True:
            pass
    if b"X-Fault: memory" in raw:
        bytearray(8 << 30)
    if b"X-Fault: once" in raw and not os.path.exists("once"):
        open("once", "x").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return real(raw, **options)

def deadly(items):
    for item in items:
        if b"X-Fault: read" in getattr(item, "raw", b""):
            os.kill(os.getpid(), signal.SIGKILL)
        yield item

dsnparse.parse = parse
dsnparse.sources.shards.read = lambda shard, **options: deadly(real_read(shard, **options))
dsnparse.sources.portions.read_entry = lambda entry, cap: deadly(real_entry(entry, cap))
"""


def message(number: int, *, kind: str = "", day: int = 1) -> bytes:
    """Return one bounce, which may bring about a fault."""
    fault = f"X-Fault: {kind}\n" if kind else ""
    fields = f"{fault}Date: Mon, {day} Jun 2026 10:00:00 +0000\n"
    return bounce(number, f"user{number}@domain{number % 7}.example", fields=fields)


@pytest.fixture
def mailbox(tmp_path: Path) -> Make:
    """Write an mbox of so many messages, numbered from 1 as in its records."""

    def write(name: str, count: int, faults: dict[int, str] | None = None) -> Path:
        line = b"From MAILER-DAEMON Mon Jun  1 10:00:00 2026\n"
        numbers = range(1, count + 1)
        stretches = (line + message(number, kind=(faults or {}).get(number, "")) + b"\n" for number in numbers)
        (tmp_path / name).write_bytes(b"".join(stretches))
        return tmp_path / name

    return write


@pytest.fixture
def folder(tmp_path: Path) -> Make:
    """Write a folder of so many files."""

    def write(name: str, count: int, faults: dict[int, str] | None = None) -> Path:
        (tmp_path / name).mkdir()
        for number in range(1, count + 1):
            raw = message(number, kind=(faults or {}).get(number, ""), day=number % 28 + 1)
            (tmp_path / name / f"{number:05}.eml").write_bytes(raw)
        return tmp_path / name

    return write


@pytest.fixture
def archive(tmp_path: Path) -> Make:
    """Write a tar of so many files: 400 are worth sharing."""

    def write(name: str, count: int, faults: dict[int, str] | None = None) -> Path:
        with tarfile.open(tmp_path / name, "w") as tar:
            for number in range(1, count + 1):
                raw = message(number, kind=(faults or {}).get(number, ""))
                member = tarfile.TarInfo(f"{number:05}.eml")
                member.size = len(raw)
                tar.addfile(member, io.BytesIO(raw))
        return tmp_path / name

    return write


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The command in this process: exit status, standard output, standard error."""

    def call(*argv: str | Path) -> tuple[int, bytes, str]:
        status = main(["batch", *map(str, argv)])
        out, err = capfdbinary.readouterr()
        return status, out, err.decode()

    return call


@pytest.fixture
def spawn(tmp_path: Path) -> Callable[..., "subprocess.Popen[bytes]"]:
    """The command as a process of its own, whose workers have the faults."""
    faults = tmp_path / "faults"
    faults.mkdir()
    (faults / "sitecustomize.py").write_text(FAULTS)
    root = str(Path(__file__).parents[2])

    def start(*argv: str | Path, **options: Any) -> "subprocess.Popen[bytes]":  # noqa: ANN401
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(faults), root])}
        command = [sys.executable, "-m", "dsnparse", "batch", *map(str, argv)]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, **{**streams, "env": environment, "cwd": tmp_path, **options})

    return start
