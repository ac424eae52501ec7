"""imaplib and imap_tools, taught caution: capped reading, STARTTLS that drops what was injected, capabilities of today."""

import imaplib
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from dsnparse.errors import LoginError, UnreachableError
from dsnparse.mailbox import Caps
from dsnparse.mailbox.address import Address
from dsnparse.mailbox.reach import connect, secure
from dsnparse.mailbox.secret import Credentials
from dsnparse.mailbox.stream import Stream

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# What imaplib and imap_tools raise where a server sends something that is no IMAP.
FAULTS: Final = (imaplib.IMAP4.error, ImapToolsError, OSError, ValueError, LookupError, TypeError, AttributeError)
# imaplib keeps each line that a server tells on its own account.
MOST_LINES: Final = 200_000


class Client(imaplib.IMAP4):
    """The protocol of one connection."""

    def __init__(self, address: Address, caps: Caps) -> None:
        self.address = address
        self.caps = caps
        self.lines = 0
        super().__init__(address.host, address.port)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:  # noqa: ARG002
        """Connect."""
        self.host, self.port = host, port
        self.sock = connect(self.address, self.caps)
        self.stream = Stream(self.sock, self.caps)

    def begin_tls(self) -> None:
        """Go on under TLS, and ask anew what the server can do: what it said before could have been anybody's words."""
        if "STARTTLS" not in self.capabilities:
            reason = "the server offers no STARTTLS; use imaps:// where it has that"
            raise UnreachableError(reason)
        if self._simple_command("STARTTLS")[0] != "OK":
            reason = "the server refused STARTTLS"
            raise UnreachableError(reason)
        plain, self.sock = self.sock, secure(self.sock, self.address)
        self.sock.settimeout(plain.gettimeout())
        self.stream.secured(self.sock)
        self.refresh()

    def refresh(self) -> None:
        """Ask what the server can do: it may say more after the login, such as MOVE."""
        _, said = self.capability()
        self.capabilities = tuple(said[-1].decode("ascii", "replace").upper().split())

    def send(self, data: "ReadableBuffer") -> None:
        """Send a command, or a part of one."""
        self.lines = 0
        self.stream.answer()
        self.sock.sendall(data)

    def read(self, size: int) -> bytes:
        """Read a literal."""
        return self.stream.exactly(size)

    def readline(self) -> bytes:
        """Read a line."""
        self.lines += 1
        if self.lines > MOST_LINES:
            reason = f"the server sent more than {MOST_LINES} lines in answer to one command"
            raise UnreachableError(reason)
        return self.stream.line()

    def shutdown(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


class Session(BaseMailBox):
    """A session of imap_tools over our client."""

    client: Client

    def __init__(self, address: Address, caps: Caps) -> None:
        self.address = address
        self.caps = caps
        super().__init__()

    def _get_mailbox_client(self) -> Client:
        return Client(self.address, self.caps)

    def enter(self, credentials: Credentials, secret: str) -> None:
        """Log in by the safest way that both sides know."""
        client = self.client
        if self.address.secure and not self.address.scheme.endswith("s"):
            client.begin_tls()
        try:
            if credentials.by_token:
                self._by_token(secret)
            elif "LOGINDISABLED" in client.capabilities:
                reason = "the server allows no login with a password here"
                raise LoginError(reason)
            elif "AUTH=PLAIN" in client.capabilities:
                self.login_utf8(self.address.user, secret, initial_folder=None)
            else:
                self.login(self.address.user, secret, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnexpectedCommandStatusError) as error:
            raise refused(error) from None
        client.refresh()

    def _by_token(self, token: str) -> None:
        answers = iter((f"user={self.address.user}\1auth=Bearer {token}\1\1".encode(),))
        # A refused token is explained in a challenge, to which the answer is an empty line.
        self.client.authenticate("XOAUTH2", lambda _: next(answers, b""))


def refused(error: Exception) -> UnreachableError:
    """Return the error for a login that failed: for good, or because the server is not itself right now."""
    said = error.command_result[1][-1] if isinstance(error, UnexpectedCommandStatusError) else str(error)
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if "[UNAVAILABLE]" in words or "[INUSE]" in words:
        return UnreachableError(f"the server cannot log anybody in now: {words}")
    return LoginError(f"the server refused the login: {words}")
