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

    __slots__ = ("again", "ahead", "more")

    def __init__(
        self, more: Callable[[], bytes], ahead: bytes = b"", again: Callable[[], BinaryIO] | None = None
    ) -> None:
        self.more = more
        self.ahead = ahead
        self.again = again

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, or all there are, and leave them to be read."""
        if len(self.ahead) < size:
            head = self.read(size)
            self.ahead = head + self.ahead
        return self.ahead[:size]

    def read(self, size: int) -> bytes:
        """Read `size` bytes, fewer only at the end."""
        if len(self.ahead) >= size:
            block, self.ahead = self.ahead[:size], self.ahead[size:]
            return block
        blocks, missing = [self.ahead], size - len(self.ahead)
        self.ahead = b""
        while missing > 0 and (block := self.more()):
            self.ahead = block[missing:]
            blocks.append(block[:missing] if self.ahead else block)
            missing -= len(blocks[-1])
        return blocks[1] if len(blocks) == 2 and not blocks[0] else b"".join(blocks)  # noqa: PLR2004 - the only one

    def blocks(self) -> Iterator[bytes]:
        """Yield all that is left."""
        if self.ahead:
            block, self.ahead = self.ahead, b""
            yield block
        yield from iter(self.more, b"")

    def skip(self, size: int) -> int:
        """Read past `size` bytes and return how many of them there were."""
        left = size
        while left > 0 and (block := self.ahead or self.more()):
            self.ahead = block[left:]
            left -= min(left, len(block))
        return size - left

    def seekable(self) -> BinaryIO:
        """Return what can be read in any order: the thing itself, or a copy in memory if it is not too long."""
        if self.again:
            return self.again()
        whole = self.read(HELD + 1)
        if len(whole) > HELD:
            reason = f"too long to be read through a pipe or inside an archive: more than {HELD >> 20} MiB"
            raise SourceError(reason)
        return BytesIO(whole)
