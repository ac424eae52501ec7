"""Retention: what is older than it need be goes, but never what a sink still waits for, nor what keeps a message from counting twice.

Of an old message its digest and places stay, which tell nothing of anybody: it may still lie in the mailbox.
"""

import time
from typing import Final

from msgspec import Struct

from dsnparse.store.database import Database

DAY: Final = 86_400
# Messages of before the moment that no sink waits for: the slowest one has confirmed all their events.
OLD: Final = """
FROM messages WHERE received < :before AND report <> '' AND NOT EXISTS (
  SELECT 1 FROM recipients r JOIN events e ON e.event_id = r.event_id
  WHERE r.digest = messages.digest AND e.seq > :confirmed)"""
# Without any sink nothing waits.
SLOWEST: Final = "SELECT COALESCE(MIN(confirmed), :most) FROM sinks"
FORGET_EVENTS: Final = f"""
DELETE FROM events WHERE event_id IN (SELECT event_id FROM recipients WHERE digest IN (SELECT digest {OLD}))"""
FORGET_RECIPIENTS: Final = f"""
DELETE FROM recipients WHERE digest IN (SELECT digest {OLD})"""
COUNT: Final = f"SELECT COUNT(*) {OLD}"
EMPTY: Final = f"""
UPDATE messages SET report = '', account = '', message_id = '', original_message_id = '', reporting_mta = '', error = ''
WHERE digest IN (SELECT digest {OLD})"""
OTHERS: Final = (
    "DELETE FROM history WHERE at < :before",
    "DELETE FROM scores WHERE changed < :before",
    "DELETE FROM attempts WHERE last < :before",
    "DELETE FROM flood WHERE at < :before",
    "DELETE FROM proofs WHERE at < :proofs_before",
)
EXPIRED: Final = "DELETE FROM suppressions WHERE expires <= :now RETURNING address"
LAST: Final = 2**62
# Longer than any token lives, or else a replayed one would count again.
PROOF_DAYS: Final = 90


class Retained(Struct, frozen=True):
    """How many messages were emptied, and how many suppressions had expired."""

    messages: int
    expired: int


def retain(database: Database, days: float) -> Retained:
    """Forget what is older than that many days."""
    now = time.time()
    with database.writing() as transaction:
        confirmed = int(transaction.run(SLOWEST, {"most": LAST})[0][0])
        old = {"before": now - days * DAY, "confirmed": confirmed}
        count = int(transaction.run(COUNT, old)[0][0])
        for statement in (FORGET_EVENTS, FORGET_RECIPIENTS, EMPTY):
            transaction.run(statement, old)
        proofs = now - max(days, PROOF_DAYS) * DAY
        for statement in OTHERS:
            transaction.run(statement, {"before": now - days * DAY, "proofs_before": proofs})
        return Retained(count, len(transaction.run(EXPIRED, {"now": now})))
