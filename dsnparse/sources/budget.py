"""How much may come out of one compressed input: what no honest archive of mail needs ends the reading of it."""

from collections.abc import Callable
from typing import Final

from dsnparse.errors import SourceError

MAX_BYTES: Final = 4 << 30
MAX_RATIO: Final = 200
MAX_MEMBERS: Final = 1_000_000
# Below this many bytes the ratio says nothing: a page of spaces shrinks to a few bytes.
FREE: Final = 10 << 20


class SpentError(SourceError):
    """An input is not read on, with all that is in it."""


class Budget:
    """What came out of one input so far, at all levels together; `consumed` tells how much of the input that took."""

    def __init__(self, consumed: Callable[[], int]) -> None:
        self.consumed = consumed
        self.produced = 0
        self.members = 0

    def spend(self, size: int) -> None:
        """Count bytes that were decompressed."""
        self.produced += size
        if self.produced > MAX_BYTES:
            reason = f"stopped: more than {MAX_BYTES >> 30} GiB come out of it"
            raise SpentError(reason)
        if self.produced > FREE and self.produced > MAX_RATIO * self.consumed():
            reason = f"stopped: what comes out of it is more than {MAX_RATIO} times as long"
            raise SpentError(reason)

    def member(self) -> None:
        """Count one member of an archive, or one of several compressed streams in a file."""
        self.members += 1
        if self.members > MAX_MEMBERS:
            reason = f"stopped: more than {MAX_MEMBERS:,} members"
            raise SpentError(reason)
