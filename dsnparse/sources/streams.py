"""Bytes that are read once, from the first to the last, wherever they come from: a file, a pipe, a member of an archive."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO, Final

from dsnparse.errors import SourceError

HEAD: Final = 64 << 10
BLOCK: Final = 1 << 20
# What may be held in memory of a thing that must be read out of order: a zip which comes through a pipe, or in an archive.
HELD: Final = 32 << 20


class Stream:
    """`more` gives the next bytes, as many as it likes, none at the end; `again` the whole thing from its beginning."""

    __slots__ = ("again", "at", "block", "more")

    def __init__(
        self, more: Callable[[], bytes], block: bytes = b"", again: Callable[[], BinaryIO] | None = None
    ) -> None:
        self.more = more
        # What was got, and how far it was read: to cut off each time what was read would cost a copy of the rest.
        self.block = block
        self.at = 0
        self.again = again

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, or all there are, and leave them to be read."""
        if len(self.block) - self.at < size:
            head = self.read(size)
            self.block, self.at = head + self.block[self.at :], 0
        return self.block[self.at : self.at + size]

    def read(self, size: int) -> bytes:
        """Read `size` bytes, fewer only at the end."""
        found = self._take(size)
        if len(found) == size:
            return found
        blocks, missing = [found], size - len(found)
        while missing > 0 and self._fill():
            blocks.append(self._take(missing))
            missing -= len(blocks[-1])
        return b"".join(blocks) if len(blocks) != 2 or found else blocks[1]  # noqa: PLR2004 - the only one

    def blocks(self) -> Iterator[bytes]:
        """Yield all that is left."""
        while self.at < len(self.block) or self._fill():
            yield self._take(len(self.block))

    def skip(self, size: int) -> int:
        """Read past `size` bytes and return how many of them there were."""
        left = size
        while left > 0 and (self.at < len(self.block) or self._fill()):
            step = min(left, len(self.block) - self.at)
            self.at += step
            left -= step
        return size - left

    def _take(self, size: int) -> bytes:
        """Return what is there, no more than `size` bytes of it."""
        start = self.at
        self.at = min(start + size, len(self.block))
        return self.block[start : self.at]

    def _fill(self) -> bool:
        """Get more, where all was read."""
        self.block, self.at = self.more(), 0
        return bool(self.block)

    def seekable(self) -> BinaryIO:
        """Return what can be read in any order: the thing itself, or a copy in memory if it is not too long."""
        if self.again:
            return self.again()
        whole = self.read(HELD + 1)
        if len(whole) > HELD:
            reason = f"too long to be read through a pipe or inside an archive: more than {HELD >> 20} MiB"
            raise SourceError(reason)
        return BytesIO(whole)
