"""Regular files and nothing else: opened without waiting, known by what was opened and not by what was listed."""

import errno
import os
import select
import stat
from pathlib import Path
from typing import Final

from dsnparse.errors import SourceError

# O_NONBLOCK: a FIFO nobody writes to would hold the run for ever. O_NOCTTY: a terminal must not become ours.
OPEN: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
KINDS: Final = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}

Identity = tuple[int, int]


class VanishedError(SourceError):
    """The file was gone when it was opened."""


class RefusedError(SourceError):
    """What is there is not for reading: no regular file, or the file we write."""


def open_regular(path: str, output: Identity | None = None) -> int:
    """Open the regular file at `path`, which must not be `output`: reading what we write would never end."""
    try:
        # The kind is asked for first because to open a device may already do something: a tape rewinds.
        _refuse(Path(path).stat(), output)
        descriptor = os.open(path, OPEN)
    except OSError as error:
        raise failure(error, path) from None
    except ValueError:
        reason = "no possible file name"
        raise SourceError(reason) from None
    try:
        _refuse(os.fstat(descriptor), output)
    except SourceError:
        os.close(descriptor)
        raise
    return descriptor


def read_up_to(descriptor: int, size: int) -> bytes:
    """Read the next `size` bytes, fewer only at the end of the file."""
    blocks = []
    while size > 0 and (block := read_some(descriptor, size)):
        blocks.append(block)
        size -= len(block)
    return blocks[0] if len(blocks) == 1 else b"".join(blocks)


def read_some(descriptor: int, size: int) -> bytes:
    """Read at least one byte and at most `size` of them; none at the end of the file."""
    while True:
        try:
            return os.read(descriptor, size)
        except BlockingIOError:  # stdin may be shared with a program that made it so
            select.select([descriptor], [], [])
        except OSError as error:
            raise failure(error) from None


def failure(error: OSError, path: str = "") -> SourceError:
    """Return the SourceError for what the system answered."""
    if path and Path(path).is_symlink() and error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
        return RefusedError("a symbolic link that leads nowhere")
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return VanishedError("no such file")
    if error.errno == errno.ENXIO:
        return RefusedError("not a regular file")
    return SourceError((error.strerror or "cannot be read").lower())


def _refuse(status: os.stat_result, output: Identity | None) -> None:
    if not stat.S_ISREG(status.st_mode):
        reason = f"not a regular file but {KINDS.get(stat.S_IFMT(status.st_mode), 'something else')}"
        raise RefusedError(reason)
    if (status.st_dev, status.st_ino) == output:
        reason = "this file is the output"
        raise RefusedError(reason)
