"""What a service is told when it starts."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from msgspec import Struct

from dsnparse.errors import UsageError
from dsnparse.limits import DEFAULT_LIMITS, Limits
from dsnparse.rules.catalogue import Catalogue
from dsnparse.secretfile import read_secret
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
    """Return the token of a file, or else of the environment ($DSNPARSE_TOKEN, or the file that $DSNPARSE_TOKEN_FILE names).

    Empty where there is none. It is never an argument.
    """
    token = "" if path else environment.get(VARIABLE, "").strip()
    if not token and (path := path or environment.get(f"{VARIABLE}_FILE", "")):
        token = read_secret(path, UsageError).strip()
    fit = SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN and token.isascii() and token.isprintable()
    if (path or token) and not fit:
        message = (
            f"{path or f'${VARIABLE}'}: a token has {SHORTEST_TOKEN} to {LONGEST_TOKEN} characters, all of them ASCII"
        )
        raise UsageError(message)
    return token


def is_local(host: str) -> bool:
    """Tell whether only this machine can reach a service that listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
