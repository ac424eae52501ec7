"""Which files of a folder are messages: all of them, in the order of their names' bytes, subfolders included.

An MH folder has its own order, and a Maildir too.

Messages are kept under every suffix and none, so a suffix says nothing, with one exception: beneath a folder which
holds `.eml` files the suffixes of COMPANIONS are notes about messages. Names with a leading dot are never messages.
Links to files are followed, links to folders are not: they may lead anywhere, or in circles.
A file named by itself is always read.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from dsnparse.errors import SourceError
from dsnparse.sources import maildir, mh
from dsnparse.sources.files import failure

COMPANIONS: Final = frozenset(("json", "jsonl", "toml", "md", "py", "csv", "lock"))


class Listed(Struct, frozen=True, gc=False):
    """A file to read, or a folder with the `problem` why it could not be listed."""

    path: str
    in_maildir: bool = False
    problem: SourceError | None = None


def is_folder(path: str) -> bool:
    """Tell whether a named path, which may be a link, leads to a folder."""
    try:
        return Path(path).is_dir()
    except OSError:  # it cannot even be looked at, which opening it will tell
        return False


def walk(root: str) -> Iterator[Listed]:
    """Yield all candidates beneath `root`, without recursion: folders may be nested deeper than Python's stack."""
    companions = Companions(root)
    pending = [_folder(root)]
    while pending:
        path = pending.pop()
        if not path.endswith(os.sep):
            if not companions.include(path):
                yield Listed(path)
            continue
        try:
            entries = _entries(path)
            messages = _take_maildir(path, entries)
        except OSError as error:
            yield Listed(path.rstrip(os.sep), problem=failure(error))
            continue
        yield from (Listed(each, in_maildir=True) for each in messages)
        pending.extend(path + name for name in reversed(entries))


class Companions:
    """Whether notes about messages are to be expected beneath a root; looked at once, when the first suffix asks."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.expected: bool | None = None

    def include(self, path: str) -> bool:
        """Whether this file is such a note."""
        if path.rpartition(".")[2].lower() not in COMPANIONS:
            return False
        if self.expected is None:
            self.expected = any(name.lower().endswith(".eml") for _, _, names in os.walk(self.root) for name in names)
        return self.expected


def _folder(name: str) -> str:
    return name if name.endswith(os.sep) else name + os.sep


def _entries(folder: str) -> list[str]:
    """Return the names in a folder, sorted; folders, but not links to folders, carry a separator at their end."""
    with os.scandir(folder) as found:
        names = [_folder(entry.name) if entry.is_dir(follow_symlinks=False) else entry.name for entry in found]
    shown = sorted((name for name in names if not name.startswith(".")), key=os.fsencode)
    if mh.SIGNS.isdisjoint(names):
        return shown
    return mh.numbered(shown) + [name for name in shown if name.endswith(os.sep)]


def _take_maildir(folder: str, entries: list[str]) -> list[str]:
    """Return the messages of the Maildir that `folder` is, if it is one, and take its own subfolders out of `entries`."""
    own = [_folder(name) for name in maildir.FOLDERS]
    if not set(own) <= set(entries):
        return []
    messages = list(maildir.paths(folder))
    entries[:] = [name for name in entries if name not in {*own, _folder("tmp")}]
    return messages
