"""How fast each container is read, and how much memory that takes: `containers.py [--megabytes N] [--folder DIR]`.

Writes N megabytes of messages in each form into DIR (by default a temporary folder) and reads them, without parsing, in a process
of its own. The last column is that process's high-water mark, which must not depend on N.
"""

import argparse
import bz2
import gzip
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Final, cast

MESSAGE: Final = Path(__file__).parent.parent / "corpus" / "postfix" / "four-recipients-four-reasons.eml"
READ: Final = """
import re, sys, time
from pathlib import Path
from dsnparse.sources import Message, messages
begun = time.process_time()
count = size = 0
for item in messages([sys.argv[1]], 32 << 20):
    assert isinstance(item, Message), item
    count += 1
    size += len(item.raw)
seconds = time.process_time() - begun
# Not that of getrusage, which a process takes over from the one that started it.
peak = re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())
print(count, size, seconds, peak[1])
"""


def messages(megabytes: int) -> Iterator[bytes]:
    """Yield as many messages as make up so many megabytes, each with a little that no other has: mail shrinks tenfold, not more."""
    raw = MESSAGE.read_bytes().replace(b"\r\n", b"\n")
    for _ in range((megabytes << 20) // len(raw) + 1):
        yield b"X-Noise: " + os.urandom(150).hex().encode() + b"\n" + raw


def write_mbox(file: IO[bytes], megabytes: int) -> None:
    """Write an mbox."""
    for raw in messages(megabytes):
        file.write(b"From robot Mon Jun  2 10:00:00 2025\n%s\n" % raw)


def write_tar(file: IO[bytes], megabytes: int) -> None:
    """Write a tar."""
    with tarfile.open(fileobj=file, mode="w|") as archive:
        for number, raw in enumerate(messages(megabytes)):
            header = tarfile.TarInfo(f"{number}.eml")
            header.size = len(raw)
            archive.addfile(header, BytesIO(raw))
            vars(archive)["members"] = []  # it would keep all of them


def write_zip(file: IO[bytes], megabytes: int) -> None:
    """Write a zip."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, raw in enumerate(messages(megabytes)):
            archive.writestr(f"{number}.eml", raw)


Write = Callable[[IO[bytes], int], None]
PLAIN: Final[dict[str, Write]] = {"mbox": write_mbox, "tar": write_tar, "zip": write_zip}


def packed_file(path: Path, packed: str) -> IO[bytes]:
    """Open a file that compresses what is written into it."""
    if packed == "gz":
        return cast("IO[bytes]", gzip.open(path, "wb", 1))
    if packed == "bz2":
        return bz2.open(path, "wb", 1)
    return lzma.open(path, "wb", preset=0)


def main() -> None:
    """Print one line for each container."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=64)
    parser.add_argument("--folder", type=Path)
    parser.add_argument(
        "--only", action="append", help="a container, such as mbox or mbox.gz; may be given several times"
    )
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    print(f"{'container':10} {'messages':>9} {'MB':>7} {'MB/s':>7} {'µs/message':>11} {'peak MiB':>9}")
    try:
        for name in [*PLAIN, *(f"{plain}.{packed}" for plain in ("mbox", "tar") for packed in ("gz", "bz2", "xz"))]:
            if not options.only or name in options.only:
                measure(name, folder / f"bench.{name}", options.megabytes)
    finally:
        if not options.folder:
            shutil.rmtree(folder)


def measure(name: str, path: Path, megabytes: int) -> None:
    """Write one container, read it, and take it away again."""
    plain, _, packed = name.partition(".")
    with packed_file(path, packed) if packed else path.open("wb") as file:
        PLAIN[plain](file, megabytes)
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    path.unlink()
    count, size, seconds, peak = map(float, done.stdout.split())
    print(
        f"{name:10} {count:9.0f} {size / 1e6:7.0f} {size / 1e6 / seconds:7.0f} {seconds / count * 1e6:11.1f} {peak / 1024:9.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
