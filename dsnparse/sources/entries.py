"""What paths stand for: files by themselves, and all those of folders, one after another in the order of reading."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec import Struct

from dsnparse.errors import SourceError
from dsnparse.sources.folders import is_folder, walk
from dsnparse.sources.globs import is_pattern, matches
from dsnparse.sources.lists import LIST, lines

STDIN: Final = "-"
# One letter and a colon is a drive; `::` is a chain of fsspec, which remote.py refuses.
URL: Final = re.compile(r"([a-z][a-z0-9+.-]{1,30})(?:://|::)")

# Where a file was met: named by itself it must be there, in a folder it may be no input, in a Maildir it may have moved.
Place = Literal["named", "folder", "maildir", "remote"]


class Entry(Struct, frozen=True, gc=False):
    """A file to read, or a folder with the `problem` why it could not be listed."""

    path: str
    place: Place
    problem: SourceError | None = None


def entries(paths: Iterable[str]) -> Iterator[Entry]:
    """Yield the files of all `paths`; standard input is one named `-`."""
    for path in paths:
        if path == STDIN:
            yield Entry(path, "named")
        elif path.startswith(LIST):
            yield from _listed(path[len(LIST) :])
        else:
            yield from _named(path)


def _named(path: str) -> Iterator[Entry]:
    if URL.match(path):
        yield from _remote(path)
    elif is_folder(path):
        for listed in walk(path):
            yield Entry(listed.path, "maildir" if listed.in_maildir else "folder", listed.problem)
    elif is_pattern(path) and (found := matches(path)):
        for match in found:
            yield from _named(match)
    else:
        yield Entry(path, "named")


def _remote(url: str) -> Iterator[Entry]:
    from dsnparse.sources.remote import find, label  # noqa: PLC0415 - few runs need it

    try:
        for found in find(url):
            yield Entry(found, "remote")
    except SourceError as error:
        yield Entry(label(url), "named", error)


def _listed(path: str) -> Iterator[Entry]:
    """Yield what a list names, and the list itself only if it cannot be read."""
    try:
        for named in lines(path):
            yield from _named(named)
    except SourceError as error:
        yield Entry(LIST + path, "named", error)
