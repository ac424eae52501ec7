"""Outputs that grow block by block.

A file grows under a hidden name beside the place where it appears when it is whole. Unlike a temporary file that one
outlives the process: a run that is killed is continued at an offset that was made sure of. Its name begins with a dot,
and such files of a folder are never read as messages.
"""

import os
from pathlib import Path
from typing import Final

from dsnparse.errors import SinkError
from dsnparse.sinks.blocks import Layout
from dsnparse.sinks.output import Output, Stream, failure, replace

SUFFIX: Final = ".partial"
OPEN: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
# Where there is a call that leaves the time of the last change out, it is cheaper.
SYNC: Final = getattr(os, "fdatasync", os.fsync)


def hidden(path: Path, suffix: str) -> Path:
    """Return the name of a file of ours that belongs to an output."""
    return path.with_name(f".{path.name}{suffix}")


class Growing:
    """Blocks with what stands around them, on their way to an output."""

    def __init__(self, output: Output, layout: Layout) -> None:
        self.output = output
        self.layout = layout
        self.offset = 0

    def begin(self) -> None:
        """Write what stands before the first block."""
        self._append(self.layout.begin)

    def write(self, block: bytes) -> None:
        """Write a block."""
        if block:
            if self.layout.between and self.offset > len(self.layout.begin):
                self._append(self.layout.between)
            self._append(block)

    def sync(self) -> int:
        """Return how much is written; a stream cannot be made surer of."""
        return self.offset

    def finish(self) -> None:
        """Write what stands behind the last block."""
        self._append(self.layout.end if self.offset > len(self.layout.begin) else self.layout.blank)

    def commit(self) -> None:
        """Finish it."""
        self.finish()
        self.output.commit()

    def close(self) -> None:
        """Leave it as it is."""
        self.output.abandon()

    def _append(self, block: bytes) -> None:
        self.output.write(block)
        self.offset += len(block)


class Spool(Growing):
    """A file that grows in hiding."""

    def __init__(self, path: str, layout: Layout) -> None:
        self.stream = Stream(-1)
        super().__init__(self.stream, layout)
        # Renaming over a link would replace the link and not the file it names.
        self.path = Path(os.path.realpath(path))
        self.partial = hidden(self.path, SUFFIX)

    def begin(self) -> None:
        """Start anew."""
        self._open(0)
        super().begin()

    def resume(self, offset: int) -> None:
        """Go on where an earlier run was sure of what it had written."""
        if not self.partial.exists():
            reason = f"{self.partial} is gone"
            raise SinkError(reason)
        self._open(offset)

    def sync(self) -> int:
        """Make sure of all that is written, and return how much that is."""
        try:
            SYNC(self.stream.descriptor)
        except OSError as error:
            raise failure(error) from None
        return self.offset

    def commit(self) -> None:
        """Put the whole output in its place."""
        self.finish()
        try:
            os.fsync(self.stream.descriptor)
            replace(self.partial, self.path)
        except OSError as error:
            raise failure(error) from None
        self.close()

    def close(self) -> None:
        """Leave it as it is."""
        if self.stream.descriptor >= 0:
            os.close(self.stream.descriptor)
            self.stream.descriptor = -1

    def remove(self) -> None:
        """Take it away."""
        self.close()
        self.partial.unlink(missing_ok=True)

    def _open(self, offset: int) -> None:
        try:
            self.stream.descriptor = os.open(self.partial, OPEN, 0o666)
            if os.fstat(self.stream.descriptor).st_size < offset:
                reason = f"{self.partial} is shorter than it was"
                raise SinkError(reason)
            os.ftruncate(self.stream.descriptor, offset)
            os.lseek(self.stream.descriptor, offset, os.SEEK_SET)
        except OSError as error:
            raise failure(error) from None
        self.offset = offset
