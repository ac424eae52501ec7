"""Keys from a file or the environment, never from the command line, which everybody on the machine can read."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dsnparse.errors import TokenError
from dsnparse.tokens.keys import Keys, parse_keys

VARIABLE: Final = "DSNPARSE_KEYS"
# A group may read it: the program that signs and the one that verifies need not be the same user.
TOO_OPEN: Final = stat.S_IWGRP | stat.S_IRWXO


def load_keys(path: str | Path | None = None, environment: Mapping[str, str] = os.environ) -> Keys:
    """Return the keys of a file, or else those that $DSNPARSE_KEYS holds or the file that $DSNPARSE_KEYS_FILE names."""
    if path is None and (text := environment.get(VARIABLE)):
        return _named(text, f"${VARIABLE}")
    path = path or environment.get(f"{VARIABLE}_FILE")
    if not path:
        message = f"no keys: name their file, in ${VARIABLE}_FILE or with --keys"
        raise TokenError(message)
    return _named(_read(Path(path)), str(path))


def _named(text: str, source: str) -> Keys:
    try:
        return parse_keys(text)
    except TokenError as error:
        message = f"{source}: {error}"
        raise TokenError(message) from None


def _read(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISREG(mode) and mode & TOO_OPEN:
                message = f"{path}: is open to others (mode {stat.S_IMODE(mode):04o}): chmod 640"
                raise TokenError(message)
            return file.read(4096)
    except OSError as error:
        message = f"{path}: {(error.strerror or 'cannot be read').lower()}"
        raise TokenError(message) from None
    except UnicodeDecodeError:
        message = f"{path}: is no file of keys"
        raise TokenError(message) from None
