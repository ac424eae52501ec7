"""Messages as rows, and rows as events."""

from collections.abc import Iterator
from typing import Final

from msgspec import json

from dsnparse.report import Recipient
from dsnparse.store.database import Row, Values
from dsnparse.store.event import Event, Place, Processed, event_id
from dsnparse.trust.level import UNVERIFIED, Trust

ADD_MESSAGE: Final = """
INSERT INTO messages
  (digest, received, stored, account, kind, vendor, message_id, reporting_mta, original_message_id, error, report)
VALUES
  (:digest, :received, :stored, :account, :kind, :vendor, :message_id, :reporting_mta, :original_message_id, :error, :report)
ON CONFLICT (digest) DO NOTHING RETURNING digest"""
ADD_PLACE: Final = """
INSERT INTO places (account, folder, uidvalidity, uid, digest) VALUES (:account, :folder, :uidvalidity, :uid, :digest)
ON CONFLICT (account, folder, uidvalidity, uid) DO NOTHING"""
ADD_RECIPIENT: Final = """
INSERT INTO recipients (event_id, digest, position, address, action, status, reason, level, trust, record)
VALUES (:event_id, :digest, :position, :address, :action, :status, :reason, :level, :trust, :record)"""
ADD_EVENT: Final = "INSERT INTO events (event_id) VALUES (:event_id)"
EVENTS: Final = """
SELECT e.seq, e.event_id, r.digest, r.position, m.account, m.received, m.stored, m.kind, m.vendor, m.message_id,
  m.reporting_mta, m.original_message_id, r.record, r.trust
FROM events e JOIN recipients r ON r.event_id = e.event_id JOIN messages m ON m.digest = r.digest
WHERE e.seq > :after ORDER BY e.seq LIMIT :most"""

_recipient: Final = json.Decoder(Recipient)
_trust: Final = json.Decoder(Trust)


def message_row(message: Processed, now: float) -> Values:
    """Return the row of a message."""
    report = message.report
    return {
        "digest": message.digest,
        "received": message.received or now,
        "stored": now,
        "account": message.place.account if message.place else "",
        "kind": report.kind,
        "vendor": report.vendor or "",
        "message_id": report.message_id,
        "reporting_mta": report.reporting_mta,
        "original_message_id": report.original.message_id,
        "error": message.error,
        "report": json.encode(report).decode(),
    }


def place_row(place: Place, digest: str) -> Values:
    """Return the row of a place."""
    return {
        "account": place.account,
        "folder": place.folder,
        "uidvalidity": place.uidvalidity,
        "uid": place.uid,
        "digest": digest,
    }


def recipient_rows(message: Processed) -> Iterator[Values]:
    """Return the rows of all recipients of a message; trust that is not given is none. ValueError: it is given for some only."""
    people = message.report.recipients
    levels = message.trust or (UNVERIFIED,) * len(people)
    for position, (recipient, trust) in enumerate(zip(people, levels, strict=True)):
        yield {
            "event_id": event_id(message.digest, position),
            "digest": message.digest,
            "position": position,
            "address": recipient.address,
            "action": recipient.action or "",
            "status": recipient.status,
            "reason": recipient.reason,
            "level": trust.level,
            "trust": json.encode(trust).decode(),
            "record": json.encode(recipient).decode(),
        }


def read_event(row: Row) -> Event:
    """Return the event of a row of EVENTS."""
    return Event(
        offset=row[0],
        event_id=row[1],
        digest=row[2],
        index=row[3],
        account=row[4],
        received=row[5],
        stored=row[6],
        kind=row[7],
        vendor=row[8],
        message_id=row[9],
        reporting_mta=row[10],
        original_message_id=row[11],
        recipient=_recipient.decode(row[12]),
        trust=_trust.decode(row[13]),
    )
