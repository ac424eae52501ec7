"""The only readers of files: paths in, messages out, in the order in which they were named.

Whatever one input does, the next one is read: an input that fails is an `Unread` in its place.
"""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Final

from msgspec import Struct

from dsnparse.errors import SourceError
from dsnparse.escape import file_name
from dsnparse.sources import mbox
from dsnparse.sources.files import Identity, RefusedError, VanishedError, open_regular, read_some, read_up_to
from dsnparse.sources.folders import Listed, is_folder, walk
from dsnparse.sources.maildir import moved

STDIN: Final = "-"
HEAD: Final = 64 << 10
BLOCK: Final = 1 << 20


class Message(Struct, frozen=True, gc=False):
    """The bytes of one message, and where they were: a path, or `path#n` in an mbox; `-` is standard input."""

    source: str
    raw: bytes


class Unread(Struct, frozen=True, gc=False):
    """An input that could not be read; `failed` is false for a listed file that was gone before its turn came."""

    source: str
    error: str
    failed: bool = True


class PassedOver(Struct, frozen=True, gc=False):
    """Something in a folder which is no input at all, such as a FIFO."""

    source: str
    reason: str


Item = Message | Unread | PassedOver


def messages(paths: Iterable[str], cap: int, output: Identity | None = None) -> Iterator[Item]:
    """Yield the messages of all `paths`: files, folders with all beneath, mbox files, Maildirs, `-` for standard input.

    Of a message longer than `cap` bytes, `cap` + 1 are read, so that the parser sees the cut. `output` is never read.
    """
    for path in paths:
        if path == STDIN:
            yield from _guarded(STDIN, _contents(0, STDIN, cap))
        elif is_folder(path):
            for listed in walk(path):
                yield from _listed(listed, cap, output)
        else:
            yield from _guarded(file_name(path), _file(path, cap, output))


def _listed(listed: Listed, cap: int, output: Identity | None) -> Iterator[Item]:
    name = file_name(listed.path)
    if listed.problem:
        yield _unread(name, listed.problem)
        return
    try:
        yield from _file(listed.path, cap, output)
    except RefusedError as reason:
        yield PassedOver(name, str(reason))
    except VanishedError as error:
        now = moved(listed.path) if listed.in_maildir else None
        yield from _guarded(file_name(now), _file(now, cap, output)) if now else iter((_unread(name, error),))
    except SourceError as error:
        yield Unread(name, str(error))


def _guarded(name: str, items: Iterator[Item]) -> Iterator[Item]:
    try:
        yield from items
    except SourceError as error:
        yield Unread(name, str(error))


def _unread(name: str, problem: SourceError) -> Unread:
    if isinstance(problem, VanishedError):
        return Unread(name, "vanished", failed=False)
    return Unread(name, str(problem))


def _file(path: str, cap: int, output: Identity | None) -> Iterator[Item]:
    descriptor = open_regular(path, output)
    try:
        yield from _contents(descriptor, file_name(path), cap)
    finally:
        os.close(descriptor)


def _contents(descriptor: int, name: str, cap: int) -> Iterator[Message]:
    head = read_up_to(descriptor, min(HEAD, cap + 1))
    if mbox.begins(head):
        blocks = chain((head,), iter(partial(read_some, descriptor, BLOCK), b""))
        yield from _mailbox(mbox.split(blocks, cap), name, cap)
    else:
        yield Message(name, _rest(descriptor, head, cap + 1))


def _rest(descriptor: int, head: bytes, size: int) -> bytes:
    if len(head) < min(HEAD, size):
        return head
    return head + read_up_to(descriptor, size - len(head))


def _mailbox(stretches: Iterator[bytearray], name: str, cap: int) -> Iterator[Message]:
    """Yield the messages of an mbox; a lone message that begins with a From line is that message, just as it is."""
    first = next(stretches)
    second = next(stretches, None)
    if second is None:
        yield Message(name, bytes(first[: cap + 1]))
        return
    number = 0
    for stretch in chain((first, second), stretches):
        raw = mbox.message(stretch)
        # A From line with nothing below it is what programs leave of a message they removed.
        if raw.strip(b"\r\n"):
            number += 1
            # By its suffix an .eml file is one message: that one keeps the name, only what follows it is numbered.
            lone = number == 1 and name.lower().endswith(".eml")
            yield Message(name if lone else f"{name}#{number}", raw[: cap + 1])
    if not number:
        yield Message(name, b"")
