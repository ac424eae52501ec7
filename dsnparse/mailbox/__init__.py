"""Where bounces arrive: IMAP, POP3, Maildir and mbox behind one small interface.

A mailbox lists keys, fetches raw bytes, and does what it is told to messages by key; it knows nothing of bounces or of
the store. Fetching never marks a message as read. Nothing here is imported by `import dsnparse`.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from dsnparse.errors import SourceError
from dsnparse.mailbox.action import Action
from dsnparse.mailbox.address import Address
from dsnparse.mailbox.secret import Credentials


class Letter(Struct, frozen=True, gc=False):
    """One message as fetched; `problem` says why there are no bytes where the mailbox could not give them.

    `received` is when it arrived, in seconds since 1970, 0 where nobody knows.
    """

    key: str
    raw: bytes = b""
    problem: str = ""
    received: float = 0.0


class Trace(Struct, frozen=True, gc=False):
    """What an action left behind: where a message is now, as far as the mailbox told, so that it can be brought back."""

    key: str
    folder: str = ""
    generation: int = 0
    now: str = ""


class Mailbox(Protocol):
    """A session with one account: the actions it has means for, and what the server calls its capabilities."""

    verbs: frozenset[str]
    capabilities: frozenset[str]

    def open(self, folder: str, *, read_only: bool) -> int:
        """Turn to a folder and return its generation (UIDVALIDITY, 0 where there is no such thing)."""

    def pages(self, after: str = "") -> Iterator[list[str]]:
        """Yield the keys of the messages in the open folder, those later than `after` where keys have an order."""

    def fetch(self, keys: Iterable[str]) -> Iterator[list[Letter]]:
        """Yield the messages in batches that memory can hold; a message that is gone is left out."""

    def act(self, keys: list[str], action: Action) -> list[Trace]:
        """Do one thing to the messages; those that are gone are passed over."""

    def restore(self, trace: Trace, action: Action, folder: str) -> bool:
        """Undo an action on one message; False where it is not to be found any more."""

    def wait(self, folder: str, seconds: float) -> None:
        """Return when something may have arrived in a folder since it was last listed, after `seconds` at the latest."""

    def close(self) -> None:
        """End the session; what was told to the server is done."""


class Caps(Struct, frozen=True, kw_only=True):
    """What a server may cost us; every wait ends."""

    max_message_bytes: int = 32 << 20
    connect_seconds: float = 10
    silence_seconds: float = 60
    answer_seconds: float = 30 * 60
    bytes_per_second: int = 1024


def open_mailbox(address: Address, credentials: Credentials, caps: Caps) -> Mailbox:
    """Connect to the mailbox at `address`; each kind is imported only when it is met."""
    if address.scheme in {"imaps", "imap"}:
        from dsnparse.mailbox.imap import ImapMailbox  # noqa: PLC0415

        return ImapMailbox(address, credentials, caps)
    if address.scheme in {"pop3s", "pop3"}:
        from dsnparse.mailbox.pop3 import Pop3Mailbox  # noqa: PLC0415

        return Pop3Mailbox(address, credentials, caps)
    if address.scheme == "maildir":
        from dsnparse.mailbox.maildir import MaildirMailbox  # noqa: PLC0415

        return MaildirMailbox(address, caps)
    if address.scheme == "mbox":
        from dsnparse.mailbox.mbox import MboxMailbox  # noqa: PLC0415

        return MboxMailbox(address, caps)
    reason = f"{address.scheme}: is no mailbox; there are imaps, imap, pop3s, pop3, maildir and mbox"
    raise SourceError(reason)
