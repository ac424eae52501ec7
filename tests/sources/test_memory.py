"""A container of any size takes the memory of one message."""

import gzip
import subprocess
import sys
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

MESSAGE = b"Subject: x\n\n" + b"a line of a message that is neither long nor short\n" * 80
COUNT = 24_000
WHOLE = COUNT * len(MESSAGE) >> 20  # MiB
READ = """
import re, sys
from pathlib import Path
from dsnparse.sources import Message, messages, shards
cap = 32 << 20
items = messages([sys.argv[1]], cap)
if sys.argv[2] == "shards":
    items = (item for shard in shards.plan([sys.argv[1]], cap=cap) for item in shards.read(shard, cap=cap))
count = sum(isinstance(item, Message) for item in items)
# Not that of getrusage, which a process takes over from the one that started it.
peak = re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())
print(count, int(peak[1]) >> 10)
"""


def write_mbox(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(COUNT):
            file.write(b"From robot Mon Jun  2 10:00:00 2025\n" + MESSAGE + b"\n")


def write_tar(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        for number in range(COUNT):
            header = tarfile.TarInfo(str(number))
            header.size = len(MESSAGE)
            archive.addfile(header, BytesIO(MESSAGE))


def write_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(COUNT):
            archive.writestr(str(number), MESSAGE)


def write_gzip(path: Path) -> None:
    with gzip.open(path, "wb", 1) as file:
        for number in range(COUNT):
            file.write(b"From robot Mon Jun  2 10:00:00 2025\nX: %d\n" % hash(number) + MESSAGE + b"\n")


@pytest.mark.parametrize(
    ("write", "way"),
    [
        (write_mbox, "messages"),
        (write_mbox, "shards"),
        (write_tar, "messages"),
        (write_zip, "messages"),
        (write_gzip, "messages"),
    ],
)
def test_high_water(write: object, way: str, tmp_path: Path) -> None:
    assert callable(write)
    write(tmp_path / "in")
    command = [sys.executable, "-c", READ, str(tmp_path / "in"), way]
    count, peak = map(int, subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.split())
    assert count == COUNT
    assert peak < 80 < WHOLE
