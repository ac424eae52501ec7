"""An account over POP3 (RFC 1939, STLS RFC 2595): one folder without flags, where nothing can be moved.

Keys are the unique-ids. `poplib` takes no line above 2 KB, so that one long line of a message ends the session, it changes
line ends, and it holds each line as an object, which is twenty times the memory where lines are empty; answers of many
lines are therefore read by us, a block at a time. What is deleted is gone at QUIT and not before.
"""

import poplib
import re
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
# Their unique-ids are held in memory, some 150 bytes each.
MOST_MESSAGES: Final = 2_000_000
# A server that refuses so many and hands out none would have us write as many notes about them.
MOST_REFUSED: Final = 200
XOAUTH2: Final = "AUTH XOAUTH2"
ALL_LINES: Final = 99_999_999
# RFC 1939 section 3: the last line is a dot by itself; a dot is put before every other line that begins with one.
LAST_LINE: Final = re.compile(rb"\n\.\r?\n")
LONGEST_END: Final = len(b"\n.\r\n")
# RFC 1939 section 7: unique-id = 1*70 %x21-7E. Longer ones, spaces and other bytes do no harm.
UNIQUE_ID: Final = re.compile(rb"\n([0-9]{1,10}) +([^\x00-\x20\x7f][^\x00-\x1f\x7f]{0,511})(?=\r?\n)")
SIZE: Final = re.compile(rb"\n([0-9]{1,10}) +([0-9]{1,15})(?![0-9])")


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
        if self.stream.held:
            reason = "the server said something that it was not asked"
            raise UnreachableError(reason)
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

    def message(self, command: str) -> bytes:
        """Return a message as it was before the server made it an answer: dots unstuffed, line ends kept.

        Of one that is too long one byte more than the limit is kept, so that the parser sees that it is.
        """
        most = self.caps.max_message_bytes + 1
        # To unstuff takes away a third at most: of "..\n".
        return bytes(self.body(command, 2 * most)).replace(b"\n.", b"\n")[1 : most + 1]

    def body(self, command: str, most: int | None = None) -> bytearray:
        """Return a line end and then the lines of an answer, of which no more than `most` bytes are kept."""
        self.ask(command)
        body, looked = bytearray(b"\n"), 0
        while not (end := LAST_LINE.search(body, looked)):
            if most is not None:
                del body[most : 1 - LONGEST_END]
            looked = max(0, len(body) + 1 - LONGEST_END)
            if not (block := self.stream.some()):
                reason = "the server hung up in the middle of an answer"
                raise UnreachableError(reason)
            body += block
        self.stream.held[:0] = body[end.end() :]
        del body[end.start() + 1 :]
        return body


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
        self.too_long: dict[int, int] = {}
        self.refused = 0
        self.client: Client | None = None
        self.has_top = False
        self._enter()

    def open(self, folder: str, *, read_only: bool) -> int:  # noqa: ARG002
        """Begin a session where none is open, and list what is there."""
        client = self._enter()
        with self._plainly():
            self.numbers = {}
            for number, key in _unique_ids(client.body("UIDL")):
                if self.numbers.setdefault(key.decode("ascii", "backslashreplace").rstrip(), number) != number:
                    reason = "the server gives one unique-id to several messages, so they cannot be told apart"
                    raise SourceError(reason)
            sizes = ((int(size[1]), int(size[2])) for size in SIZE.finditer(client.body("LIST")))
            self.too_long = {number: size for number, size in sizes if size > 2 * self.caps.max_message_bytes}
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
        if number in self.too_long:
            return Letter(key, problem=f"{self.too_long[number]} bytes are more than a session may bring")
        client = self._enter()
        with self._plainly():
            try:
                # Servers with flags mark as read what RETR fetches, and not what TOP does.
                raw = client.message(f"TOP {number} {ALL_LINES}" if self.has_top else f"RETR {number}")
            except poplib.error_proto as error:
                self._count_refused()
                return Letter(key, problem=f"the server does not hand it out: {_said(error)}")
            self.refused = -1
            return Letter(key, raw)

    def _count_refused(self) -> None:
        """Give up on a server that has handed out nothing so far."""
        if self.refused < 0:
            return
        self.refused += 1
        if self.refused > MOST_REFUSED:
            reason = f"the server refused the first {MOST_REFUSED} messages that it was asked for"
            raise UnreachableError(reason)

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
        return b"\nTOP\r\n" in client.body("CAPA").upper()
    except poplib.error_proto:  # older than CAPA (RFC 2449)
        return False


def _unique_ids(body: bytearray) -> Iterator[tuple[int, bytes]]:
    """Yield the number of each message and its unique-id."""
    lines = body.count(b"\n") - 1
    if lines > MOST_MESSAGES:
        reason = f"the server lists more than {MOST_MESSAGES} messages"
        raise UnreachableError(reason)
    for match in UNIQUE_ID.finditer(body):
        lines -= 1
        yield int(match[1]), match[2]
    if lines:
        reason = f"the server's list of unique-ids has lines that are none, {lines} of them"
        raise UnreachableError(reason)


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
