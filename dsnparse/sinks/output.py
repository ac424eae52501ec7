"""Where bytes go: standard output, or a file that appears whole or not at all."""

import errno
import os
import select
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from dsnparse.errors import SinkError

STDOUT: Final = 1
NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class ClosedPipeError(SinkError):
    """Whoever read our output has gone, which is no fault."""


class Output(Protocol):
    """A place for bytes."""

    def write(self, block: bytes) -> None:
        """Write all of it, or raise SinkError."""

    def commit(self) -> None:
        """Make what is written last."""

    def abandon(self) -> None:
        """Leave nothing half done that can be undone: the run failed."""


class Stream:
    """An open descriptor, such as standard output. Nothing is held back, so nothing is left to fail at exit."""

    def __init__(self, descriptor: int = STDOUT) -> None:
        self.descriptor = descriptor

    def write(self, block: bytes) -> None:
        """Write all of it."""
        rest = memoryview(block)
        while rest:
            try:
                rest = rest[os.write(self.descriptor, rest) :]
            except BlockingIOError:  # a terminal is shared, and others may have made it so
                select.select([], [self.descriptor], [])
            except OSError as error:
                raise failure(error) from None

    def commit(self) -> None:
        """Do nothing: all is written."""

    def abandon(self) -> None:
        """Do nothing: what is written is written."""


class Device(Stream):
    """Something named as output which exists and is no regular file, such as /dev/null or a FIFO."""

    def __init__(self, path: str) -> None:
        try:
            super().__init__(os.open(path, os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)))
        except OSError as error:
            raise failure(error) from None

    def commit(self) -> None:
        """Close it, which is when some devices say that they are full."""
        try:
            os.close(self.descriptor)
        except OSError as error:
            raise failure(error) from None

    def abandon(self) -> None:
        """Close it."""
        with suppress(OSError):
            os.close(self.descriptor)


class WholeFile(Stream):
    """A file written under a temporary name beside it, and renamed when all of it is on the disk."""

    def __init__(self, path: str) -> None:
        # Renaming over a link would replace the link and not the file it names.
        self.path = Path(os.path.realpath(path))
        self.temporary = self.path.with_name(f".dsnparse-{os.urandom(8).hex()}.tmp")
        try:
            super().__init__(os.open(self.temporary, NEW, 0o666))
        except OSError as error:
            raise failure(error) from None

    def commit(self) -> None:
        """Put the file in its place, and see that it survives a power cut."""
        try:
            os.fsync(self.descriptor)
            self._close()
            replace(self.temporary, self.path)
        except OSError as error:
            raise failure(error) from None

    def abandon(self) -> None:
        """Take the temporary file away."""
        with suppress(OSError):
            self._close()
        with suppress(OSError):
            self.temporary.unlink()

    def _close(self) -> None:
        if self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            os.close(descriptor)


def replace(temporary: Path, path: Path) -> None:
    """Give a finished file its name, with the permissions of the one that it replaces; the name survives a power cut."""
    if path.exists():
        temporary.chmod(stat.S_IMODE(path.stat().st_mode))
    temporary.replace(path)
    keep_name(path)


def keep_name(path: Path) -> None:
    """See that the name of a file survives a power cut."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def open_output(path: str) -> Output:
    """Open the output named `path`; `-` is standard output."""
    if path == "-":
        return Stream()
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return WholeFile(path)
    except OSError as error:
        raise failure(error) from None
    except ValueError:
        reason = "no possible file name"
        raise SinkError(reason) from None
    return WholeFile(path) if stat.S_ISREG(mode) else Device(path)


def identity(path: str) -> tuple[int, int] | None:
    """Return device and number of the file we write, when it is one: it may lie in a folder that is read."""
    try:
        status = os.fstat(STDOUT) if path == "-" else Path(path).stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def failure(error: OSError) -> SinkError:
    """Return the SinkError for what the system answered."""
    if error.errno in {errno.EPIPE, errno.ESHUTDOWN}:
        return ClosedPipeError("closed pipe")
    return SinkError((error.strerror or "cannot be written").lower())
