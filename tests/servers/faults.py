"""Calls that go wrong: a process that is killed at one of them, before it or halfway through it, or told that it failed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
COMPILER = shutil.which("cc")


class Harm(IntEnum):
    """What happens to a call; the numbers are those of faults.c."""

    KILLED = 0
    KILLED_HALFWAY = 1
    DISK_FULL = 2
    BROKEN = 3


class Run(NamedTuple):
    """How a run ended, and how many calls could have gone wrong in it, 0 if it was killed."""

    status: int
    calls: int
    said: str


class Faults:
    """A process that runs our command, one fork for each run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def run(self, argv: Sequence[str], number: int = 0, harm: Harm = Harm.KILLED) -> Run:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({"argv": argv, "number": number, "harm": harm}), file=self.process.stdin, flush=True)
        return Run(**json.loads(self.process.stdout.readline()))


@contextmanager
def faults(folder: Path) -> Iterator[Faults]:
    """Compile what is preloaded, and start the process."""
    library = folder / "faults.so"
    assert COMPILER
    options = ["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC"]
    subprocess.run([COMPILER, *options, "-o", library, HERE / "faults.c", "-ldl"], check=True)
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    with subprocess.Popen(
        [sys.executable, HERE / "faulty.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield Faults(process)
