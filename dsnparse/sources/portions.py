"""Archives in portions, so that several processes can share one: tar, zip, what is compressed as a whole, exports in JSON.

Nothing in such a file tells where its messages begin. To expand and pass over one takes a hundredth of the time that it takes to
parse it, so each process does so with those of others, and one more reads ahead and counts: what a portion is, is told by numbers.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from dsnparse.sources.entries import Entry, Place
from dsnparse.sources.items import Item, Message
from dsnparse.sources.opened import read_entry

# A portion is work for about half a second.
ITEMS: Final = 250
BYTES: Final = 1 << 20
# In the place of how many items there are: all that are left.
REST: Final = -1


class Counted(Struct, frozen=True, array_like=True):
    """How many items a portion has, and of how many bytes; at the end comes one of none."""

    items: int
    size: int


# Tells the portions of a file, from the first to the last.
Survey = Callable[[Entry], Iterator[Counted]]


def count(items: Iterable[Item]) -> Iterator[Counted]:
    """Yield the portions that items make."""
    number = size = 0
    for item in items:
        number += 1
        size += len(item.raw) if isinstance(item, Message) else 0
        if number == ITEMS or size >= BYTES:
            yield Counted(number, size)
            number = size = 0
    if number:
        yield Counted(number, size)


class Archive:
    """A file that is read portion by portion, and how many of its items are behind."""

    def __init__(self, path: bytes, place: Place, cap: int) -> None:
        self.path = path
        self._items = read_entry(Entry(os.fsdecode(path), place), cap)
        self._behind = 0

    def leads_to(self, path: bytes, first: int) -> bool:
        """Tell whether reading on leads to the item of this number of a file."""
        return self.path == path and self._behind <= first

    def portion(self, first: int, items: int, passed: Callable[[], None] = lambda: None) -> Iterator[Item]:
        """Yield so many items from the one numbered `first` on; `passed` is called for each of those before it."""
        for item in self._items:
            self._behind += 1
            if self._behind <= first:
                passed()
                continue
            yield item
            if self._behind == first + items:
                return
