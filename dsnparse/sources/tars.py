"""A tar archive as a stream of members: ustar, pax and GNU (POSIX.1-2017, pax, "ustar Interchange Format").

The tarfile module keeps a record of every member, believes sizes, and reads extended headers of any length into memory;
of all that it can do we need to find names and contents.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from dsnparse.errors import SourceError
from dsnparse.sources.budget import Budget
from dsnparse.sources.members import Member, leads_out, name_of
from dsnparse.sources.streams import BLOCK, Stream

RECORD: Final = 512
SUM: Final = slice(148, 156)
SIGNED: Final = re.compile(rb"[\x80-\xff]")
OCTAL: Final = re.compile(rb"[ \0]*([0-7]{1,12})[ \0]*\Z")
PAX: Final = re.compile(rb"([0-9]{1,6}) (path|size|GNU\.sparse\.[a-z]{1,10})=")
PAX_LENGTH: Final = re.compile(rb"([0-9]{1,6}) ")
# How long an extended header may be: no name is a mebibyte long.
EXTENDED: Final = 1 << 20
# A folder, the label of a volume, the names of a folder: nothing to read. A kind nobody knows is a file (POSIX).
SILENT: Final = frozenset((b"5", b"V", b"D"))
WITHOUT: Final = frozenset((b"1", b"2", b"3", b"4", b"5", b"6"))
SPARSE: Final = b"S"
KINDS: Final = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a FIFO",
    b"S": "a sparse file",
    b"M": "the rest of a file in another volume",
}


class Header(Struct, gc=False):
    """What the headers say of the next member."""

    name: str
    size: int
    kind: bytes
    sparse: bool = False


def begins(head: bytes) -> bool:
    """Tell whether a file which begins with `head` is a tar archive: by its magic, before POSIX by its checksum alone."""
    if len(head) < RECORD:
        return False
    if head[257:262] == b"ustar":
        return True
    stated = _octal(head[SUM])
    return stated is not None and head[0] > 0 and _is_sum(head[:RECORD], stated)


def members(stream: Stream, budget: Budget) -> Iterator[Member]:
    """Yield the members; the contents of one are to be read before the next is asked for."""
    for header in _headers(stream, budget):
        left = [header.size]
        if problem := _problem(header):
            yield Member(header.name, problem=problem)
        elif header.kind not in SILENT and not header.name.endswith("/"):
            yield Member(header.name, _contents(stream, left))
        padding = -header.size % RECORD
        if stream.skip(left[0] + padding) < left[0]:
            reason = "the archive ends within a member"
            raise SourceError(reason)


def _problem(header: Header) -> str:
    if header.kind in KINDS or header.sparse:
        return f"not a regular file but {KINDS.get(header.kind, KINDS[SPARSE])}"
    if header.kind not in SILENT and leads_out(header.name):
        return "its name leads out of the archive"
    return ""


def _contents(stream: Stream, left: list[int]) -> Stream:
    """Return the next `left` bytes of an archive; what was not read of them stays in `left`."""

    def more() -> bytes:
        block = stream.read(min(BLOCK, left[0]))
        if not block and left[0]:
            reason = "the archive ends within this member"
            raise SourceError(reason)
        left[0] -= len(block)
        return block

    return Stream(more)


def _headers(stream: Stream, budget: Budget) -> Iterator[Header]:
    """Yield a header for each member, extended ones put into it; two records of zeros, or the end of the file, end it."""
    extended = Header("", -1, b"")
    while (record := stream.read(RECORD)).strip(b"\0"):
        if len(record) < RECORD or not _is_sum(record, _octal(record[SUM])):
            reason = "a damaged archive: a header is wrong"
            raise SourceError(reason)
        size, kind = _size(record[124:136]), record[156:157]
        if kind in {b"x", b"L", b"K", b"g"}:
            text = _extended(stream, size)
            _extend(extended, kind, text)
            continue
        budget.member()
        if kind == SPARSE:
            _skip_map(stream, record)
        size = 0 if kind in WITHOUT else size if extended.size < 0 else extended.size
        yield Header(extended.name or _name(record), size, kind, extended.sparse)
        extended = Header("", -1, b"")


def _extended(stream: Stream, size: int) -> bytes:
    text = stream.read(min(size, EXTENDED) + -min(size, EXTENDED) % RECORD)
    if size > EXTENDED or len(text) < size:
        reason = "a damaged archive: an extended header is too long"
        raise SourceError(reason)
    return text[:size]


def _skip_map(stream: Stream, record: bytes) -> None:
    """Skip the records that go on with the map of a sparse file, where a flag says that there is one more."""
    more = record[482:483]
    while more == b"\1":
        more = stream.read(RECORD)[504:505]


def _extend(extended: Header, kind: bytes, text: bytes) -> None:
    if kind == b"L":
        extended.name = name_of(text.rstrip(b"\0"))
        return
    at = 0
    while kind == b"x" and (length := PAX_LENGTH.match(text, at)):
        end = at + int(length[1])
        if found := PAX.match(text, at):
            value = text[found.end() : max(found.end(), end - 1)]
            if found[2] == b"path":
                extended.name = name_of(value)
            elif found[2] == b"size":
                extended.size = int(value) if re.fullmatch(rb"[0-9]{1,15}", value) else extended.size
            else:
                extended.sparse = True
        at = max(end, length.end())


def _name(record: bytes) -> str:
    name = record[:100].partition(b"\0")[0]
    prefix = record[345:500].partition(b"\0")[0] if record[257:263] == b"ustar\0" else b""
    return name_of(prefix + b"/" + name if prefix else name)


def _size(field: bytes) -> int:
    if field[0] == 0x80:  # noqa: PLR2004 - GNU: the rest is a binary number
        return int.from_bytes(field[1:], "big")
    size = _octal(field)
    if size is None:
        if not field.strip(b" \0"):
            return 0
        reason = "a damaged archive: a size is wrong"
        raise SourceError(reason)
    return size


def _octal(field: bytes) -> int | None:
    found = OCTAL.match(field)
    return int(found[1], 8) if found else None


def _is_sum(record: bytes, stated: int | None) -> bool:
    """Tell whether a header has the sum that it states: by bytes, or as old systems summed them, with signs."""
    total = sum(record) - sum(record[SUM]) + 8 * ord(" ")
    if total == stated:
        return True
    return (
        stated is not None
        and stated < total
        and stated == total - 256 * len(SIGNED.findall(record[: SUM.start] + record[SUM.stop :]))
    )
