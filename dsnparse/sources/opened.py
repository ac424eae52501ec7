"""From an entry to its messages: what is there is opened, looked into, and read as what it is."""

import os
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Final

from dsnparse.errors import SourceError
from dsnparse.escape import file_name
from dsnparse.sources import mbox
from dsnparse.sources.entries import STDIN, Entry
from dsnparse.sources.files import Identity, RefusedError, VanishedError, open_regular, read_some, read_up_to
from dsnparse.sources.items import Item, Message, PassedOver, Unread
from dsnparse.sources.maildir import moved

HEAD: Final = 64 << 10
BLOCK: Final = 1 << 20


def read_entry(entry: Entry, cap: int, output: Identity | None = None) -> Iterator[Item]:
    """Yield what is in a file, or why it could not be read."""
    name = file_name(entry.path)
    try:
        if entry.problem:
            raise entry.problem
        if entry.path == STDIN and entry.place == "named":
            yield from _contents(0, STDIN, cap)
        else:
            yield from _file(entry.path, cap, output)
    except RefusedError as reason:
        yield Unread(name, str(reason)) if entry.place == "named" or entry.problem else PassedOver(name, str(reason))
    except VanishedError as error:
        yield from _gone(entry, error, cap, output)
    except SourceError as error:
        yield Unread(name, str(error))


def _gone(entry: Entry, error: SourceError, cap: int, output: Identity | None) -> Iterator[Item]:
    """Look for a message of a Maildir where it is now; any other file that was listed has vanished."""
    if entry.place == "named":
        yield Unread(file_name(entry.path), str(error))
        return
    now = moved(entry.path) if entry.place == "maildir" else None
    if now:
        yield from read_entry(Entry(now, "named"), cap, output)
    else:
        yield Unread(file_name(entry.path), "vanished", failed=False)


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
        yield from whole_mailbox(mbox.split(blocks, cap), name, cap)
    else:
        yield Message(name, _rest(descriptor, head, cap + 1))


def _rest(descriptor: int, head: bytes, size: int) -> bytes:
    if len(head) < min(HEAD, size):
        return head
    return head + read_up_to(descriptor, size - len(head))


def whole_mailbox(stretches: Iterator[bytearray], name: str, cap: int) -> Iterator[Message]:
    """Yield the messages of an mbox; a lone message that begins with a From line is that message, just as it is."""
    first = next(stretches)
    second = next(stretches, None)
    if second is None:
        yield Message(name, bytes(first[: cap + 1]))
        return
    empty = True
    for message in numbered(chain((first, second), stretches), name, cap):
        empty = False
        yield message
    if empty:
        yield Message(name, b"")


def numbered(stretches: Iterator[bytearray], name: str, cap: int, number: int = 1) -> Iterator[Message]:
    """Yield the messages of stretches of an mbox, of which the first one has this number."""
    for stretch in stretches:
        if mbox.is_removed(stretch):
            continue
        # By its suffix an .eml file is one message: that one keeps the name, only what follows it is numbered.
        lone = number == 1 and name.lower().endswith(".eml")
        yield Message(name if lone else f"{name}#{number}", mbox.message(stretch)[: cap + 1])
        number += 1
