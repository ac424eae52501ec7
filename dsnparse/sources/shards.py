"""The work of one run in pieces that processes can share: each names its inputs and travels as a few bytes.

`plan` says what there is to read, in the order of `messages`, and reads no more of it than it must: small files are
counted, not opened, and only an mbox of some megabytes is read through, to find where its messages begin. To cut it
unseen and look for the next From line would be faster, but whether such a line is a border depends on the message in
which it stands, and a message has the number of those before it. An archive is cut where somebody surveys it. `read`
gives the items of one shard, in any process.
"""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from msgspec import Struct

from dsnparse.errors import SourceError
from dsnparse.escape import file_name
from dsnparse.sources import mbox
from dsnparse.sources.contents import COMPRESSED, numbered
from dsnparse.sources.entries import STDIN, Entry, Place, entries
from dsnparse.sources.files import Identity, open_regular, read_some, read_up_to
from dsnparse.sources.items import Item, PassedOver, Unread
from dsnparse.sources.opened import read_entry, read_remote
from dsnparse.sources.portions import Archive, Survey
from dsnparse.sources.signatures import recognise
from dsnparse.sources.streams import BLOCK, HEAD

# A shard is big enough that its way costs nothing, and small enough that at the end no worker has long to wait for another.
FILES: Final = 200
BYTES: Final = 2 << 20
# A longer file may be an archive that is worth sharing.
ARCHIVE: Final = 512 << 10
SHARED: Final = COMPRESSED | {"zip", "tar", "json"}


class Shard(Struct, frozen=True, tag=True):
    """A piece of work: its `number` is its place in the order, its `size` the bytes to read where that is known."""

    number: int
    size: int


class Files(Shard, frozen=True, tag="files"):
    """Files of any kind, or URLs of one each, one after another; the names are bytes, for not all of them are Unicode."""

    paths: tuple[bytes, ...]
    place: Place


class Stretch(Shard, frozen=True, tag="stretch"):
    """The bytes `start` to `end` of a large mbox: whole messages, of which the first that was not removed is `first`."""

    path: bytes
    place: Place
    start: int
    end: int
    first: int


class Portion(Shard, frozen=True, tag="portion"):
    """So many `items` of an archive from the one numbered `first` on, or all that are left (portions.REST)."""

    path: bytes
    place: Place
    first: int
    items: int


class StandardInput(Shard, frozen=True, tag="stdin"):
    """Standard input, which only the process that has it can read: not one for a worker."""


AnyShard = Files | Stretch | Portion | StandardInput


def plan(
    paths: Iterable[str], *, cap: int, output: Identity | None = None, survey: Survey | None = None
) -> Iterator[AnyShard | Unread | PassedOver]:
    """Yield all there is to read, in shards that need not be even, and what needs no reading to be told.

    Without a `survey`, which reads them, archives are one shard each.
    """
    plan = _Plan(cap, survey)
    for entry in entries(paths):
        yield from plan.add(entry, output)
    yield from plan.flush()


def read(shard: AnyShard, *, cap: int) -> Iterator[Item]:
    """Yield the items of a shard: those that `messages` yields in its place."""
    match shard:
        case Files(paths=paths, place="remote"):
            yield from read_remote(map(os.fsdecode, paths), cap)
        case Files(paths=paths, place=place):
            for path in paths:
                yield from read_entry(Entry(os.fsdecode(path), place), cap)
        case Stretch():
            yield from _stretch(shard, cap)
        case Portion():
            yield from Archive(shard.path, shard.place, cap).portion(shard.first, shard.items)
        case StandardInput():
            yield from read_entry(Entry(STDIN, "named"), cap)


class _Plan:
    """The shards so far, and the files that are not in one yet."""

    def __init__(self, cap: int, survey: Survey | None) -> None:
        self.cap = cap
        self.survey = survey
        self.count = 0
        self.waiting: list[bytes] = []
        self.place: Place = "named"
        self.size = 0

    def add(self, entry: Entry, output: Identity | None) -> Iterator[AnyShard | Unread | PassedOver]:
        """Put one more file where it belongs."""
        size, identity = _looked_at(entry)
        if entry.problem or (identity and identity == output):
            yield from self.flush()
            # It is not opened: there is nothing to list, or it is what we write.
            yield from (item for item in read_entry(entry, self.cap, output) if isinstance(item, Unread | PassedOver))
        elif entry.path == STDIN and entry.place == "named":
            yield from self.flush()
            yield StandardInput(self._next(), 0)
        elif size > BYTES or (self.survey and size > ARCHIVE and _kind(entry.path) in SHARED):
            yield from self.flush()
            yield from self._large(entry, size)
        else:
            if entry.place != self.place or self.size + size > BYTES or len(self.waiting) == FILES:
                yield from self.flush()
            self.place = entry.place
            self.waiting.append(os.fsencode(entry.path))
            self.size += size

    def flush(self) -> Iterator[Files]:
        """Yield the shard of the files that wait, if any do."""
        if self.waiting:
            yield Files(self._next(), self.size, tuple(self.waiting), self.place)
        self.waiting, self.size = [], 0

    def _large(self, entry: Entry, size: int) -> Iterator[AnyShard]:
        path, cut = os.fsencode(entry.path), False
        for start, end, first in _borders(entry.path, size, self.cap):
            cut = True
            yield Stretch(self._next(), end - start, path, entry.place, start, end, first)
        if self.survey and not cut and _kind(entry.path) in SHARED:
            first = 0
            for counted in self.survey(entry):
                cut = True
                yield Portion(self._next(), counted.size, path, entry.place, first, counted.items)
                first += counted.items
        if not cut:
            yield Files(self._next(), size, (path,), entry.place)

    def _next(self) -> int:
        self.count += 1
        return self.count - 1


def _looked_at(entry: Entry) -> tuple[int, Identity | None]:
    """Return size and identity of what is there; 0 and None if it cannot be told, which reading it will explain."""
    if entry.place == "remote":
        return 0, None
    try:
        status = Path(entry.path).stat()
    except (OSError, ValueError):
        return 0, None
    return status.st_size, (status.st_dev, status.st_ino)


def _kind(path: str) -> str | None:
    """Return what a file is by its first bytes."""
    try:
        descriptor = open_regular(path)
    except SourceError:  # the one who reads it will tell
        return None
    try:
        return recognise(read_up_to(descriptor, HEAD))
    except SourceError:
        return None
    finally:
        os.close(descriptor)


def _borders(path: str, size: int, cap: int) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and number of the first message of each part of an mbox; nothing for what is not to be cut."""
    try:
        descriptor = open_regular(path)
    except SourceError:  # the one who reads it will tell
        return
    try:
        head = read_up_to(descriptor, min(HEAD, cap + 1))
        if mbox.begins(head):
            blocks = chain((head,), iter(partial(read_some, descriptor, BLOCK), b""))
            yield from _parts(mbox.located(blocks, cap), size)
    finally:
        os.close(descriptor)


def _parts(stretches: Iterator[tuple[int, bytearray]], size: int) -> Iterator[tuple[int, int, int]]:
    start, first, number = 0, 1, 1
    try:
        for at, stretch in stretches:
            if at - start >= BYTES and number > 1:
                yield start, at, first
                start, first = at, number
            number += not mbox.is_removed(stretch)
    except SourceError:  # so will the reader of the rest
        pass
    if start:
        yield start, size, first


def _stretch(shard: Stretch, cap: int) -> Iterator[Item]:
    path = os.fsdecode(shard.path)
    try:
        descriptor = open_regular(path)
        try:
            os.lseek(descriptor, shard.start, os.SEEK_SET)
            blocks = _blocks(descriptor, shard.end - shard.start)
            yield from numbered(mbox.split(blocks, cap), file_name(path), cap, shard.first)
        finally:
            os.close(descriptor)
    except SourceError as error:
        yield Unread(file_name(path), str(error))


def _blocks(descriptor: int, size: int) -> Iterator[bytes]:
    while size > 0 and (block := read_some(descriptor, min(BLOCK, size))):
        yield block
        size -= len(block)
