"""What goes into the store and what comes out: processed messages in, events out."""

from hashlib import sha256
from typing import Final

from msgspec import Struct

from dsnparse.report import Kind, Recipient, Report
from dsnparse.trust.level import UNVERIFIED, Trust

# Of the event, not of the package: a new number makes new events of old messages.
VERSION: Final = 1


class Place(Struct, frozen=True, kw_only=True):
    """Where a message lay: `uid` is the UID of IMAP, the unique-id of POP3, or the name of a file."""

    account: str
    folder: str = ""
    uidvalidity: int = 0
    uid: str = ""


class Processed(Struct, frozen=True, kw_only=True):
    """One message that was read: `digest` is the SHA-256 of its bytes in hex, `trust` has one entry a recipient of the report.

    `received` is when it arrived, in seconds since 1970. `place` is None for what is handed over and not fetched. `error` says
    why it has been put aside unparsed.
    """

    digest: str
    report: Report
    trust: tuple[Trust, ...] = ()
    place: Place | None = None
    received: float = 0.0
    error: str = ""


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One recipient of one message, as sinks get it: the same event has the same `event_id` for ever.

    `decision` is what the policy did about the address, `because` says why in words.
    """

    offset: int
    event_id: str
    digest: str
    index: int
    account: str
    received: float
    stored: float
    kind: Kind
    vendor: str = ""
    message_id: str = ""
    reporting_mta: str = ""
    original_message_id: str = ""
    recipient: Recipient
    trust: Trust = UNVERIFIED
    decision: str = ""
    because: str = ""


class CommitResult(Struct, frozen=True, kw_only=True):
    """What one commit did: new messages, messages known before, new events, and what became of addresses.

    `held` are addresses that the flood breaker kept from being suppressed; somebody should look.
    """

    messages: int = 0
    duplicates: int = 0
    events: int = 0
    suppressed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def event_id(digest: str, index: int, version: int = VERSION) -> str:
    """Return the name of the event of recipient number `index` of a message; a pure function."""
    return sha256(f"{digest}:{index}:{version}".encode()).hexdigest()
