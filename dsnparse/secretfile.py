"""What an owner keeps in a small file, so that it stands in no argument: a password, a token, keys, an URL with a password."""

import os
import stat
from pathlib import Path
from typing import Final

from dsnparse.errors import DsnparseError

LONGEST: Final = 64 << 10
# A group may read keys: the program that signs and the one that verifies need not be the same user.
TOO_OPEN: Final = stat.S_IWGRP | stat.S_IRWXO


def read_secret(path: str | Path, wrong: type[DsnparseError], *, what: str = "text", private: bool = False) -> str:
    """Return the text of a file, at most its first `LONGEST` bytes; raise `wrong` if that cannot be.

    `what` it should have been stands in the error. `private` refuses a file that others may read, or that its group may write.
    """
    try:
        with Path(path).open("rb") as file:
            if private:
                _refuse_open(path, os.fstat(file.fileno()).st_mode, wrong)
            return file.read(LONGEST).decode()
    except OSError as error:
        message = f"{path}: {(error.strerror or 'cannot be read').lower()}"
        raise wrong(message) from None
    except UnicodeDecodeError:
        message = f"{path}: is no {what}"
        raise wrong(message) from None


def _refuse_open(path: str | Path, mode: int, wrong: type[DsnparseError]) -> None:
    if stat.S_ISREG(mode) and mode & TOO_OPEN:
        message = f"{path}: is open to others (mode {stat.S_IMODE(mode):04o}): chmod 640"
        raise wrong(message)
