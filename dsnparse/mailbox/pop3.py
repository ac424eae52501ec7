"""An account over POP3 (RFC 1939, STLS RFC 2595): one folder without flags, where nothing can be moved.

Keys are the unique-ids. `poplib` takes no line above 2 KB, so that one long line of a message ends the session, and it
changes line ends; answers of many lines are therefore read by us. What is deleted is gone at QUIT and not before.
"""

import poplib
import socket
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import Final, NoReturn

from dsnparse.errors import LoginError, SourceError, UnreachableError
from dsnparse.mailbox import Caps, Letter, Trace
from dsnparse.mailbox.action import Action
from dsnparse.mailbox.address import Address, refuse_breaks
from dsnparse.mailbox.reach import connect, plainly, secure
from dsnparse.mailbox.secret import Credentials
from dsnparse.mailbox.stream import Stream

FAULTS: Final = (poplib.error_proto, OSError, ValueError, LookupError, TypeError, AttributeError)
IN_BATCH: Final = 100
BATCH_BYTES: Final = 8 << 20
MOST_MESSAGES: Final = 10_000_000
XOAUTH2: Final = "AUTH XOAUTH2"
PAIR: Final = 2
ALL_LINES: Final = 99_999_999


class Client(poplib.POP3):
    """poplib over our capped stream."""

    def __init__(self, address: Address, caps: Caps) -> None:
        self.address = address
        self.caps = caps
        try:
            super().__init__(address.host, address.port)
        except BaseException:
            if hasattr(self, "stream"):
                self.stream.sock.close()
            raise

    def _create_socket(self, timeout: float) -> socket.socket:  # noqa: ARG002
        sock = connect(self.address, self.caps)
        self.stream = Stream(sock, self.caps)
        return sock

    def _putline(self, line: bytes) -> None:
        self.stream.answer()
        self.sock.sendall(line + b"\r\n")

    def _getline(self) -> tuple[bytes, int]:
        line = self.stream.line()
        if not line:
            reason = "the server hung up"
            raise UnreachableError(reason)
        return line.rstrip(b"\r\n"), len(line)

    def ask(self, command: str) -> bytes:
        """Send a command and return what begins with a plus; what does not raises."""
        self._putline(command.encode())
        answer: bytes = self._getresp()  # type: ignore[attr-defined]
        return answer

    def begin_tls(self) -> None:
        """Go on under TLS."""
        self.ask("STLS")
        plain, self.sock = self.sock, secure(self.sock, self.address)
        self.sock.settimeout(plain.gettimeout())
        self.stream.secured(self.sock)

    def raw(self, command: str) -> bytes:
        """Return an answer of many lines just as it was before the server made it one: dots unstuffed, line ends kept."""
        self.ask(command)
        lines, size = [], 0
        while (line := self.stream.line()) not in {b".\r\n", b".\n"}:
            if not line.endswith(b"\n"):
                reason = "the server hung up in the middle of a message"
                raise UnreachableError(reason)
            # Of a message that is too long one byte more is kept, so that the parser sees that it is.
            if size <= self.caps.max_message_bytes:
                lines.append(line.removeprefix(b"."))
                size += len(lines[-1])
        return b"".join(lines)[: self.caps.max_message_bytes + 1]


class Pop3Mailbox:
    """A session with a POP3 server; the server shows what was there when it began, so each look is a session."""

    verbs = frozenset(("keep", "delete"))
    capabilities: frozenset[str] = frozenset()

    def __init__(self, address: Address, credentials: Credentials, caps: Caps) -> None:
        self.address = address
        self.caps = caps
        self.credentials = credentials
        self.secrets: tuple[str, ...] = ()
        self.numbers: dict[str, int] = {}
        self.sizes: dict[int, int] = {}
        self.client: Client | None = None
        self.has_top = False
        self._enter()

    def open(self, folder: str, *, read_only: bool) -> int:  # noqa: ARG002
        """Begin a session where none is open, and list what is there."""
        client = self._enter()
        with self._plainly():
            self.numbers = {}
            for line in _lines(client.raw("UIDL")):
                number, _, key = line.partition(b" ")
                if self.numbers.setdefault(key.decode("ascii", "replace").strip(), int(number)) != int(number):
                    reason = "the server gives one unique-id to several messages, so they cannot be told apart"
                    raise SourceError(reason)
            pairs = [line.split() for line in _lines(client.raw("LIST"))]
            self.sizes = {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) >= PAIR}
        return 0

    def pages(self, after: str = "") -> Iterator[list[str]]:  # noqa: ARG002 - unique-ids have no order
        """Yield the unique-ids."""
        yield list(self.numbers)

    def fetch(self, keys: Iterable[str]) -> Iterator[list[Letter]]:
        """Yield the messages."""
        batch: list[Letter] = []
        held = 0
        for key in keys:
            if key not in self.numbers:
                continue
            batch.append(self._retrieve(key))
            held += len(batch[-1].raw)
            if len(batch) == IN_BATCH or held > BATCH_BYTES:
                yield batch
                batch, held = [], 0
        if batch:
            yield batch

    def act(self, keys: list[str], action: Action) -> list[Trace]:
        """Mark messages as deleted; they go when the session ends well."""
        if action.verb != "delete":
            reason = f"{action}: over POP3 messages can only be kept or deleted"
            raise SourceError(reason)
        client = self._enter()
        with self._plainly():
            for key in keys:
                client.dele(self.numbers[key])
        return [Trace(key) for key in keys]

    def restore(self, trace: Trace, action: Action, folder: str) -> bool:  # noqa: ARG002
        """Return False: what was deleted is gone."""
        return False

    def wait(self, folder: str, seconds: float) -> None:  # noqa: ARG002
        """End the session, so that others may have the mailbox, and sleep."""
        self._leave()
        time.sleep(seconds)

    def close(self) -> None:
        """Quit, which is when the server deletes."""
        with suppress(UnreachableError):
            self._leave()

    def _plainly(self) -> AbstractContextManager[None]:
        return plainly(self.address, FAULTS, self.secrets)

    def _enter(self) -> Client:
        if self.client is not None:
            return self.client
        secret = self.credentials.secret()
        self.secrets = (secret,)
        with self._plainly():
            client = Client(self.address, self.caps)
            try:
                if self.address.secure and self.address.scheme == "pop3":
                    client.begin_tls()
                self._log_in(client, secret)
                self.has_top = _has_top(client)
            except BaseException:
                client.close()
                raise
        self.client = client
        return client

    def _log_in(self, client: Client, secret: str) -> None:
        refuse_breaks("the name of the user", self.address.user)
        try:
            if self.credentials.by_token:
                client.ask(XOAUTH2)
                answer = f"user={self.address.user}\1auth=Bearer {secret}\1\1".encode()
                # A refused token is explained in a challenge, to which the answer is an empty line.
                if not client.ask(b64encode(answer).decode()).startswith(b"+OK"):
                    client.ask("")
            else:
                client.user(self.address.user)
                client.pass_(secret)
        except poplib.error_proto as error:
            _refused(error)

    def _retrieve(self, key: str) -> Letter:
        number = self.numbers[key]
        if self.sizes.get(number, 0) > 2 * self.caps.max_message_bytes:
            return Letter(key, problem=f"{self.sizes[number]} bytes are more than a session may bring")
        client = self._enter()
        with self._plainly():
            try:
                # Servers with flags mark as read what RETR fetches, and not what TOP does.
                return Letter(key, client.raw(f"TOP {number} {ALL_LINES}" if self.has_top else f"RETR {number}"))
            except poplib.error_proto as error:
                return Letter(key, problem=f"the server does not hand it out: {_said(error)}")

    def _leave(self) -> None:
        client, self.client = self.client, None
        if client is not None:
            with self._plainly():
                try:
                    client.quit()
                finally:
                    client.close()


def _has_top(client: Client) -> bool:
    try:
        return b"TOP" in (line.strip().upper() for line in _lines(client.raw("CAPA")))
    except poplib.error_proto:  # older than CAPA (RFC 2449)
        return False


def _lines(answer: bytes) -> list[bytes]:
    return [line.rstrip(b"\r") for line in answer.split(b"\n") if line]


def _said(error: poplib.error_proto) -> str:
    said = error.args[0] if error.args else b""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _refused(error: poplib.error_proto) -> NoReturn:
    words = _said(error)
    kind = (
        UnreachableError if any(code in words for code in ("[SYS/TEMP]", "[IN-USE]", "[LOGIN-DELAY]")) else LoginError
    )
    message = f"the server refused the login: {words}"
    raise kind(message) from None
