"""What the benchmarks of whole archives read: the samples in many wrappings, and bounces that grow in one way."""

import io
import os
import random
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FROM: Final = b"From MAILER-DAEMON Mon Jun  2 10:00:00 2025\n"


def chosen(count: int) -> list[bytes]:
    """Return so many samples, with LF, as an mbox has them."""
    paths = sorted(path for path in (ROOT / "corpus").glob("*/*.eml") if path.parent.name != "hostile")
    samples = [path.read_bytes().replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") for path in paths]
    return random.Random(1).choices(samples, k=count)  # noqa: S311 - no secret


def write_files(messages: list[bytes], folder: Path) -> Path:
    """Write a folder of files."""
    loose = folder / "files"
    loose.mkdir()
    for number, raw in enumerate(messages):
        (loose / f"{number:06}.eml").write_bytes(raw)
    return loose


def write_mbox(messages: list[bytes], folder: Path) -> Path:
    """Write an mbox."""
    (folder / "mbox").write_bytes(b"".join(FROM + raw.rstrip(b"\n") + b"\n\n" for raw in messages))
    return folder / "mbox"


def write_archives(messages: list[bytes], folder: Path) -> Iterator[Path]:
    """Write the archives that this Python can."""
    plain = folder / "plain"
    with tarfile.open(plain, "w") as archive:
        for number, raw in enumerate(messages):
            member = tarfile.TarInfo(f"{number:06}.eml")
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    with tarfile.open(folder / "all.tar.gz", "w:gz", compresslevel=1) as packed, tarfile.open(plain) as archive:
        for member in archive:
            packed.addfile(member, archive.extractfile(member))
    yield folder / "all.tar.gz"
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        for number, raw in enumerate(messages):
            zipped.writestr(f"{number:06}.eml", raw)
    yield folder / "all.zip"
    try:
        zstandard = import_module("zstandard")
    except ImportError:
        print("zstandard is not installed: no tar.zst", file=sys.stderr)
        return
    (folder / "all.tar.zst").write_bytes(zstandard.compress(plain.read_bytes(), 1))
    yield folder / "all.tar.zst"


def write_sparse(path: Path, size: int) -> int:
    """Write an mbox of bounces, each of which returns a message of 100 kB that is a hole in the file."""
    hole, count = 100_000, 0
    head = FROM + bounce(1).partition(b"\nHello.")[0] + b"\n"
    tail = b"\n\n--b--\n\n"
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(head)
            file.seek(hole, os.SEEK_CUR)
            file.write(tail)
            count += 1
    return count


def bounce(recipients: int, *, body: bytes = b"Hello.\n", fields: int = 0) -> bytes:
    """Return a report about so many recipients."""
    group = (
        "\nFinal-Recipient: rfc822; user{}@dest.example\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n"
    )
    groups = "".join(map(group.format, range(recipients))).encode()
    more = b"".join(b"X-Field-%d: a value of no interest\n" % number for number in range(fields))
    return b"".join(
        (
            more,
            b"From: mailer-daemon@mx.example\nSubject: Undelivered mail\n",
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\n',
            b"Your message could not be delivered.\n\n--b\nContent-Type: message/delivery-status\n\n",
            b"Reporting-MTA: dns; mx.example\n",
            groups,
            b"\n--b\nContent-Type: message/rfc822\n\nFrom: ada@example.com\nSubject: hello\n\n",
            body,
            b"\n--b--\n",
        )
    )


def nested(depth: int) -> bytes:
    """Return a message whose parts lie so deep in one another."""
    opened = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number) for number in range(depth))
    return b"From: a@example.com\n" + b"".join(opened) + b"Content-Type: text/plain\n\nHello.\n"


LADDERS: Final[dict[str, tuple[Callable[[int], bytes], tuple[int, ...]]]] = {
    "recipients": (bounce, (1, 10, 100, 1_000, 10_000)),
    "bytes returned": (
        lambda size: bounce(1, body=b"All work and no play makes one a dull parser.\n" * (size // 46)),
        (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 50_000_000),
    ),
    "levels of nesting": (nested, (1, 10, 100, 1_000)),
    "header fields": (lambda count: bounce(1, fields=count), (10, 100, 1_000, 10_000, 100_000)),
}
