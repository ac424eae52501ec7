"""The only readers of files: paths in, messages out, in the order in which they were named.

Whatever one input does, the next one is read: an input that fails is an `Unread` in its place.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from dsnparse.sources.entries import STDIN, entries
from dsnparse.sources.files import Identity
from dsnparse.sources.items import Item, Message, PassedOver, Unread
from dsnparse.sources.opened import read_entry, read_remote

__all__ = ["STDIN", "Item", "Message", "PassedOver", "Unread", "messages"]


def messages(paths: Iterable[str], cap: int, output: Identity | None = None) -> Iterator[Item]:
    """Yield the messages of all `paths`: files, folders with all beneath, mbox files, Maildirs, `-` for standard input.

    Of a message longer than `cap` bytes, `cap` + 1 are read, so that the parser sees the cut. `output` is never read.
    """
    for remote, group in groupby(entries(paths), lambda entry: entry.place == "remote"):
        if remote:
            yield from read_remote((entry.path for entry in group), cap)
        else:
            for entry in group:
                yield from read_entry(entry, cap, output)
