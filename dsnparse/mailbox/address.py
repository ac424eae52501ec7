"""The address of a mailbox: `imaps://user@host:port/folder`, `pop3s://user@host`, `maildir:PATH`, `mbox:PATH`.

A password has no place in it: every user of the machine reads the command line of every process.
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from msgspec import Struct

from dsnparse.errors import UsageError
from dsnparse.escape import escape

PORTS: Final = {"imaps": 993, "imap": 143, "pop3s": 995, "pop3": 110}
LOCAL: Final = ("maildir", "mbox")
SCHEMES: Final = (*PORTS, *LOCAL)
# What would end a command line of IMAP or POP3, and so begin another one.
BREAKS: Final = ("\r", "\n", "\0")


class Address(Struct, frozen=True, kw_only=True):
    """Where a mailbox is; `secure` is False only for a server on this very machine."""

    scheme: str
    user: str = ""
    host: str = ""
    port: int = 0
    folder: str = ""
    path: str = ""
    secure: bool = True

    @property
    def account(self) -> str:
        """The name of the account in the store, in locks and in logs."""
        if self.scheme in LOCAL:
            return f"{self.scheme}:{self.path}"
        return f"{self.scheme.rstrip('s')}://{self.user}@{self.host}:{self.port}"


def read_address(url: str) -> Address:
    """Read the address of a mailbox; UsageError tells what is wrong with it."""
    scheme, colon, rest = url.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in SCHEMES:
        _refuse(url, f"begins with none of {', '.join(f'{name}:' for name in SCHEMES)}")
    refuse_breaks("the address of a mailbox", unquote(url))
    if scheme in LOCAL:
        path = rest.removeprefix("//")
        if not path:
            _refuse(url, "names no file or folder")
        return Address(scheme=scheme, path=str(Path(path).absolute()))
    return _server(url, scheme)


def refuse_breaks(what: str, text: str) -> None:
    """Refuse what could carry a second command into a session; to quote it would leave that to the server."""
    if any(char in text for char in BREAKS):
        message = f"{what} holds a line break or a NUL"
        raise UsageError(message)


def _server(url: str, scheme: str) -> Address:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[scheme]
    except ValueError as error:
        _refuse(url, str(error).lower())
    if parts.password is not None:
        message = (
            "a password in an address is seen by every user of the machine: use --password-file or --token-command"
        )
        raise UsageError(message)
    if not host or not parts.username:
        _refuse(url, f"is not {scheme}://USER@HOST")
    secure = _is_secure(url, parts, host)
    folder = unquote(parts.path.removeprefix("/"))
    return Address(scheme=scheme, user=unquote(parts.username), host=host, port=port, folder=folder, secure=secure)


def _is_secure(url: str, parts: SplitResult, host: str) -> bool:
    options = parse_qs(parts.query, keep_blank_values=True)
    if set(options) - {"tls"} or options.get("tls", ["none"]) != ["none"]:
        _refuse(url, "has an option other than tls=none")
    if "tls" not in options:
        return True
    if not is_loopback(host):
        _refuse(url, "asks for a session without TLS, which is possible with this machine only")
    if parts.scheme.endswith("s"):
        _refuse(url, "asks for TLS and for none")
    return False


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its name alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(url: str, why: str) -> NoReturn:
    message = f"{escape(url)}: {why}"
    raise UsageError(message)
