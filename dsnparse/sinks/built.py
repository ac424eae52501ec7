"""Outputs that cannot grow: a Parquet file or a database is built from a spool when all of that is there.

So each of them is continued after a kill like any other output, and appears whole or not at all. A build that fails, for
want of space, say, is done again from the same spool by the next run.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dsnparse.errors import SinkError
from dsnparse.sinks.blocks import Layout
from dsnparse.sinks.output import failure, replace
from dsnparse.sinks.spool import Spool, hidden

SUFFIX: Final = ".building"

# From the spool to a new file or folder.
Build = Callable[[Path, Path], None]


class Built(Spool):
    """A spool, and what is made of it."""

    def __init__(self, path: str, layout: Layout, build: Build) -> None:
        super().__init__(path, layout)
        self.build = build
        self.building = hidden(self.path, SUFFIX)

    def begin(self) -> None:
        """Start anew; a folder with files in it is nothing to be replaced."""
        if self.path.is_dir() and any(self.path.iterdir()):
            reason = f"{self.path} is a folder with files in it"
            raise SinkError(reason)
        super().begin()

    def commit(self) -> None:
        """Build the output, and put it in its place."""
        self.finish()
        self.sync()
        try:
            clear(self.building)
            self.build(self.partial, self.building)
            settle(self.building)
            if self.path.is_dir():  # by a run that was killed here: no other gets so far
                clear(self.path)
            replace(self.building, self.path)
        except OSError as error:
            raise failure(error) from None
        except SinkError:
            clear(self.building)
            raise
        self.remove()


def clear(path: Path) -> None:
    """Take away what an earlier attempt has left."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def settle(path: Path) -> None:
    """Make sure that a file, or all files of a folder, are on the disk."""
    for each in [*path.rglob("*"), path]:
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
