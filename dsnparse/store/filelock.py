"""A lock by name, as a file beside the store: the system gives it back when its process ends, however that ends.

It is of no use on a network file system, where such locks are kept by nobody or by a server that may forget them: there it is refused.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from dsnparse.errors import BusyError, StoreError

MOUNTS: Final = Path("/proc/self/mounts")
NETWORK: Final = ("nfs", "cifs", "smb", "afs", "ceph", "glusterfs", "fuse.sshfs", "9p")
ESCAPED_BLANK: Final = "\\040"


@contextmanager
def hold(store: Path, name: str) -> Iterator[None]:
    """Hold the lock `name` of a store; BusyError at once if another process has it."""
    if kind := network_file_system(store):
        message = f"{store}: is on a network file system ({kind}), where two processes cannot be kept apart"
        raise StoreError(message)
    path = store.with_name(f"{store.name}.{sha256(name.encode()).hexdigest()[:16]}.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"{path}: {(error.strerror or 'cannot be written').lower()}"
        raise StoreError(message) from error
    try:
        _take(descriptor, name)
        yield
    finally:
        os.close(descriptor)


def network_file_system(path: Path, mounts: Path = MOUNTS) -> str:
    """Return the kind of the network file system that `path` is on, empty if it is on none or nobody can tell."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").split("\n")
    except OSError:
        return ""
    folder = path.resolve().parent
    found = {_mounted(words[1]): words[2] for line in lines if len(words := line.split(" ")) > 2}  # noqa: PLR2004
    nearest = next((found[each] for each in (folder, *folder.parents) if each in found), "")
    return nearest if nearest.startswith(NETWORK) else ""


def _mounted(word: str) -> Path:
    return Path(word.replace(ESCAPED_BLANK, " "))


def _take(descriptor: int, name: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"{name}: another process is at this mailbox"
        raise BusyError(message) from None
