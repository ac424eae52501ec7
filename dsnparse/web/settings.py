"""What a service is told when it starts."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from msgspec import Struct

from dsnparse.errors import UsageError
from dsnparse.limits import DEFAULT_LIMITS, Limits
from dsnparse.rules.catalogue import Catalogue
from dsnparse.store import Store

VARIABLE: Final = "DSNPARSE_TOKEN"
SHORTEST_TOKEN: Final = 16
LONGEST_TOKEN: Final = 4096
LOCAL: Final = frozenset(("localhost", "127.0.0.1", "::1"))


class Settings(Struct, frozen=True, kw_only=True):
    """The service's limits, its token (empty: none is asked for), the names it answers to (none: all), and its store.

    `max_body` is of one request, `max_bytes` of all that are being read or answered; `seconds` is how long a body may take to arrive.
    """

    max_body: int = 32 << 20
    max_bytes: int = 128 << 20
    max_messages: int = 1_000
    seconds: float = 30.0
    token: str = ""
    hosts: frozenset[str] = LOCAL
    limits: Limits = DEFAULT_LIMITS
    rules: Catalogue | None = None
    store: Store | None = None


def read_token(path: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the token of a file, or else of the environment; empty where there is none. It is never an argument."""
    token = _of_file(path) if path else environment.get(VARIABLE, "").strip()
    if (path or token) and not (len(token) >= SHORTEST_TOKEN and token.isascii() and token.isprintable()):
        message = f"{path or f'${VARIABLE}'}: a token has at least {SHORTEST_TOKEN} characters, all of them ASCII"
        raise UsageError(message)
    return token


def is_local(host: str) -> bool:
    """Tell whether only this machine can reach a service that listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _of_file(path: str) -> str:
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(LONGEST_TOKEN).strip()
    except OSError as error:
        message = f"{path}: {(error.strerror or 'cannot be read').lower()}"
        raise UsageError(message) from None
    except UnicodeDecodeError:
        message = f"{path}: is no text"
        raise UsageError(message) from None
