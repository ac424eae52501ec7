"""Where an output is reached: SCHEME://[USER@]HOST[:PORT][/PATH], or unix:PATH.

A password has no place in it, since every user of the machine reads the command line of every process; and without TLS there is
only this machine.
"""

import os
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

from dsnparse.errors import UsageError
from dsnparse.escape import escape
from dsnparse.mailbox.address import is_loopback, refuse_breaks

UNIX: Final = "unix"


class Target(Struct, frozen=True, kw_only=True):
    """A server; `path` is that of a Unix socket, or what follows the host without its slash."""

    scheme: str
    user: str = ""
    host: str = ""
    port: int = 0
    path: str = ""
    secure: bool = False

    def __str__(self) -> str:
        """Return it as it is told to people, and known in the store."""
        if self.scheme == UNIX:
            return self.path
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" + (f"/{self.path}" if self.path else "")


def read_target(url: str, ports: Mapping[str, int], form: str) -> Target:
    """Read the address of a server; `ports` has the scheme without TLS, and then the one with it. UsageError says that it is not a `form`."""
    wrong = UsageError(f"{escape(url)}: is not {form}")
    refuse_breaks("the address of an output", unquote(url))
    scheme, _, rest = url.partition(":")
    if scheme == UNIX and rest.startswith("/"):
        return Target(scheme=UNIX, path=rest)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or ports.get(parts.scheme, 0)
    except ValueError:
        raise wrong from None
    if not host or parts.scheme not in ports or parts.query or parts.fragment:
        raise wrong
    return Target(
        scheme=parts.scheme,
        user=_user(parts),
        host=host,
        port=port,
        path=unquote(parts.path.strip("/")),
        secure=_is_secure(parts.scheme, host, [*ports]),
    )


def words(error: Exception) -> str:
    """Say what went wrong with a connection."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate does not hold: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionError) and error.errno:
        return os.strerror(error.errno).lower()
    text = error.strerror if isinstance(error, OSError) else ""
    return (text or str(error) or type(error).__name__).lower()


def _user(parts: SplitResult) -> str:
    if parts.password is not None:
        message = "a password in an address is seen by every user of the machine: give it by a file"
        raise UsageError(message)
    return unquote(parts.username or "")


def _is_secure(scheme: str, host: str, schemes: list[str]) -> bool:
    plain, secure = schemes
    if scheme == plain and not is_loopback(host):
        message = f"{plain}:// is without TLS, which is possible with this machine only: use {secure}://"
        raise UsageError(message)
    return scheme == secure
