"""Keys from a file or the environment, never from the command line, which everybody on the machine can read."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dsnparse.errors import TokenError
from dsnparse.secretfile import read_secret
from dsnparse.tokens.keys import Keys, parse_keys

VARIABLE: Final = "DSNPARSE_KEYS"


def load_keys(path: str | Path | None = None, environment: Mapping[str, str] = os.environ) -> Keys:
    """Return the keys of a file, or else those that $DSNPARSE_KEYS holds or the file that $DSNPARSE_KEYS_FILE names."""
    if path is None and (text := environment.get(VARIABLE)):
        return _named(text, f"${VARIABLE}")
    path = path or environment.get(f"{VARIABLE}_FILE")
    if not path:
        message = f"no keys: name their file, in ${VARIABLE}_FILE or with --keys"
        raise TokenError(message)
    return _named(read_secret(path, TokenError, what="file of keys", private=True), str(path))


def _named(text: str, source: str) -> Keys:
    try:
        return parse_keys(text)
    except TokenError as error:
        message = f"{source}: {error}"
        raise TokenError(message) from None
