"""A file that lists inputs, one path a line: `@list`, and `@-` for a list on standard input."""

import os
from collections.abc import Iterator
from typing import Final

from dsnparse.errors import SourceError
from dsnparse.sources.files import open_regular, read_some

LIST: Final = "@"
STANDARD_INPUT: Final = "-"
BLOCK: Final = 64 << 10
# What no system opens need not be held in memory.
LONGEST: Final = 64 << 10


def lines(path: str) -> Iterator[str]:
    """Yield the paths in a list as it is read; empty lines say nothing."""
    if path == STANDARD_INPUT:
        yield from _lines(0)
        return
    descriptor = open_regular(path)
    try:
        yield from _lines(descriptor)
    finally:
        os.close(descriptor)


def _lines(descriptor: int) -> Iterator[str]:
    kept = b""
    while block := read_some(descriptor, BLOCK):
        *whole, kept = (kept + block).split(b"\n")
        yield from (os.fsdecode(line) for raw in whole if (line := raw.rstrip(b"\r")))
        if len(kept) > LONGEST:
            reason = "no list of paths: a line is too long"
            raise SourceError(reason)
    if line := kept.rstrip(b"\r"):
        yield os.fsdecode(line)
