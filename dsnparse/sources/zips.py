"""A zip archive by its central directory, one member at a time (PKWARE APPNOTE 6.3.10, the sections named below).

The zipfile module holds the whole directory in memory, some 700 bytes a member: here a million members take none.
"""

import stat
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final
from zlib import crc32

from msgspec import Struct

from dsnparse.errors import SourceError
from dsnparse.sources.budget import Budget
from dsnparse.sources.compressed import STEP, expand_one
from dsnparse.sources.members import Member, leads_out, name_of
from dsnparse.sources.streams import BLOCK, Stream

# 4.3.16, 4.3.14, 4.3.15, 4.3.12, 4.3.7, without what is of no use to us.
END: Final = struct.Struct("<4s6xHLL2x")
END_64: Final = struct.Struct("<4s36xQQ")
LOCATOR: Final = struct.Struct("<8xQ4x")
ENTRY: Final = struct.Struct("<5xB2xHH4xLLLHHH4xLL")
LOCAL: Final = struct.Struct("<26xHH")
COMMENT: Final = 1 << 16
# 4.4.5
METHODS: Final = {8: "deflate", 12: "bzip2", 20: "zstd", 93: "zstd", 95: "xz"}
STORED: Final = 0
# How long nothing is by each method.
NOTHING: Final = {STORED: 0, 8: 2}
ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
IN_UTF8: Final = 0x800
# 4.5.3: what does not fit into the entry stands in this extra field.
ZIP64: Final = 1
ZIP64_FIELD: Final = struct.Struct("<HH")
FULL: Final = 0xFFFFFFFF
FULL_SHORT: Final = 0xFFFF
UNIX: Final = 3
LONGEST: Final = ENTRY.size + 3 * FULL_SHORT


class Entry(Struct, gc=False):
    """What the directory says of one member."""

    name: bytes
    system: int
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    attributes: int
    offset: int


def members(file: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Yield the members; the contents of one are to be read before the next is asked for."""
    start, end, offset_of_all = _directory(file)
    for entry in _entries(file, start, end):
        budget.member()
        charset = "utf-8" if entry.flags & IN_UTF8 else "cp437"
        name = name_of(entry.name, charset)
        if name.endswith("/"):
            continue
        if problem := _problem(entry, name):
            yield Member(name, problem=problem)
        else:
            yield _member(file, entry, name, offset_of_all, budget)


def _member(file: BinaryIO, entry: Entry, name: str, offset_of_all: int, budget: Budget) -> Member:
    if entry.size == entry.checksum == 0 and entry.packed == NOTHING.get(entry.method):
        return Member(name, Stream(bytes))  # there may be thousands of them, and nothing to look for
    at = entry.offset + offset_of_all
    head = _read_at(file, at, LOCAL.size)
    if len(head) < LOCAL.size or not head.startswith(b"PK\3\4"):
        return Member(name, problem="a damaged archive: this member is not where it should be")
    name_size, extra_size = LOCAL.unpack(head)
    packed = _range(file, at + LOCAL.size + name_size + extra_size, entry.packed)
    contents = packed if entry.method == STORED else expand_one(METHODS[entry.method], packed, budget)
    return Member(name, _checked(contents, entry))


def _problem(entry: Entry, name: str) -> str:
    kind = stat.S_IFMT(entry.attributes >> 16) if entry.system == UNIX else 0
    if leads_out(name):
        return "its name leads out of the archive"
    if entry.flags & ENCRYPTED:
        return "encrypted"
    if kind not in {0, stat.S_IFREG}:
        return f"not a regular file but {'a symbolic link' if kind == stat.S_IFLNK else 'a device'}"
    if entry.method != STORED and entry.method not in METHODS:
        return f"compressed by a method that is not known here ({entry.method})"
    return ""


def _directory(file: BinaryIO) -> tuple[int, int, int]:
    """Return where the directory begins and ends, and how far all is from where it says it is: there may be a program before."""
    length = file.seek(0, 2)
    tail_start = max(0, length - COMMENT - END.size)
    tail = _read_at(file, tail_start, COMMENT + END.size)
    at = tail.rfind(b"PK\5\6", 0, len(tail) - END.size + 4)
    if at < 0:
        reason = "a damaged archive: it has no directory, so its end is missing"
        raise SourceError(reason)
    _, count, size, offset = END.unpack_from(tail, at)
    end = tail_start + at
    if FULL in (size, offset) or count == FULL_SHORT:
        size, offset, end = _directory_64(file, size, offset, end)
    start = end - size
    if start < 0 or start < offset:
        reason = "a damaged archive: its directory is not where it should be"
        raise SourceError(reason)
    return start, end, start - offset


def _directory_64(file: BinaryIO, size: int, offset: int, end: int) -> tuple[int, int, int]:
    end -= LOCATOR.size
    locator = _read_at(file, end, LOCATOR.size)
    if not locator.startswith(b"PK\6\7"):
        return size, offset, end + LOCATOR.size  # it is just as full as that
    # It stands before the locator, unless it was made longer by whoever knows why: then where the locator says.
    for at in (end - END_64.size, *LOCATOR.unpack(locator)):
        record = _read_at(file, at, END_64.size)
        if record.startswith(b"PK\6\6") and len(record) == END_64.size:
            _, size, offset = END_64.unpack(record)
            return size, offset, at
    reason = "a damaged archive: its directory is not where it should be"
    raise SourceError(reason)


def _entries(file: BinaryIO, start: int, end: int) -> Iterator[Entry]:
    window, at = b"", 0
    while start < end or at < len(window):
        if len(window) - at < LONGEST and start < end:
            block = _read_at(file, start, min(BLOCK, end - start))
            window, at, start = window[at:] + block, 0, start + len(block) if block else end
        if not window.startswith(b"PK\1\2", at) or len(window) - at < ENTRY.size:
            reason = "a damaged archive: its directory is wrong"
            raise SourceError(reason)
        entry, at = _entry(window, at)
        yield entry


def _entry(window: bytes, at: int) -> tuple[Entry, int]:
    """Return the entry at a place of the directory, and the place of the next one."""
    system, flags, method, checksum, packed, size, name_size, extra_size, comment_size, attributes, offset = (
        ENTRY.unpack_from(window, at)
    )
    name_at = at + ENTRY.size
    extra_at = name_at + name_size
    end = extra_at + extra_size
    if FULL in (size, packed, offset):
        size, packed, offset = _zip64(window[extra_at:end], (size, packed, offset))
    name = window[name_at:extra_at]
    return Entry(name, system, flags, method, checksum, packed, size, attributes, offset), end + comment_size


def _zip64(extra: bytes, fields: tuple[int, int, int]) -> Iterator[int]:
    """Yield the fields, each that is full as the extra field has it."""
    at, end = 0, 0
    while at + ZIP64_FIELD.size <= len(extra):
        kind, size = ZIP64_FIELD.unpack_from(extra, at)
        at += ZIP64_FIELD.size
        if kind == ZIP64:
            end = at + size
            break
        at += size
    for field in fields:
        if field == FULL and at + 8 <= end:
            yield int.from_bytes(extra[at : at + 8], "little")
            at += 8
        else:
            yield field


def _read_at(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(max(0, at))
    return file.read(max(0, size))


def _range(file: BinaryIO, at: int, size: int) -> Stream:
    """Return a range of the file; another part of the file may be read in between."""
    left = [at, size]

    def more() -> bytes:
        block = _read_at(file, left[0], min(STEP, left[1]))
        left[0] += len(block)
        left[1] -= len(block)
        return block

    return Stream(more)


def _checked(contents: Stream, entry: Entry) -> Stream:
    """Return contents that are compared, when they come to their end, with what the directory says of them."""
    state = [0, 0]

    def more() -> bytes:
        block = contents.read(STEP)
        state[0] += len(block)
        state[1] = crc32(block, state[1])
        if not block and (state[0], state[1]) != (entry.size, entry.checksum):
            reason = "damaged: its length or checksum is wrong"
            raise SourceError(reason)
        return block

    return Stream(more)
