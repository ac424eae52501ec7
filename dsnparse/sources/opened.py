"""From an entry to its messages: what is there is opened, and read as what it is."""

import os
import stat
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from dsnparse.errors import SourceError
from dsnparse.escape import file_name
from dsnparse.sources.budget import Budget
from dsnparse.sources.contents import Layer, contents
from dsnparse.sources.entries import STDIN, Entry
from dsnparse.sources.files import Identity, RefusedError, VanishedError, open_regular, read_some, read_up_to
from dsnparse.sources.items import Item, PassedOver, Unread
from dsnparse.sources.maildir import moved
from dsnparse.sources.streams import BLOCK, HEAD, Stream

STANDARD_INPUT: Final = 0


def read_entry(entry: Entry, cap: int, output: Identity | None = None) -> Iterator[Item]:
    """Yield what is in a file, or why it could not be read."""
    name = file_name(entry.path)
    try:
        if entry.problem:
            raise entry.problem
        if entry.path == STDIN and entry.place == "named":
            yield from _contents(STANDARD_INPUT, STDIN, cap)
        else:
            yield from _file(entry.path, cap, output)
    except RefusedError as reason:
        yield Unread(name, str(reason)) if entry.place == "named" or entry.problem else PassedOver(name, str(reason))
    except VanishedError as error:
        yield from _gone(entry, error, cap, output)
    except SourceError as error:
        yield Unread(name, str(error))


def read_remote(urls: Iterable[str], cap: int) -> Iterator[Item]:
    """Yield what is behind URLs, many of which are asked for together."""
    from dsnparse.sources.remote import read  # noqa: PLC0415 - few runs need it

    yield from read(urls, cap)


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


def _contents(descriptor: int, name: str, cap: int) -> Iterator[Item]:
    # Most files are short: the first look has all of them.
    head = read_up_to(descriptor, HEAD)
    consumed = len(head)

    def more() -> bytes:
        nonlocal consumed
        block = read_some(descriptor, BLOCK) if consumed >= HEAD else b""
        consumed += len(block)
        return block

    def again() -> BinaryIO:
        file = os.fdopen(descriptor, "rb", closefd=False)
        file.seek(0)
        return file

    stream = Stream(more, head, again if _is_file(descriptor) else None)
    yield from contents(stream, Layer(name, cap, Budget(lambda: consumed)))


def _is_file(descriptor: int) -> bool:
    """Tell whether it can be read again from its beginning: all that we open can, standard input where a file is put into it."""
    return descriptor != STANDARD_INPUT or stat.S_ISREG(os.fstat(descriptor).st_mode)
