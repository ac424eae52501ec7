"""The store: messages in, events out, each exactly once."""

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Final, Self

from dsnparse.store import rows
from dsnparse.store.database import Database, Transaction, Values
from dsnparse.store.event import CommitResult, Event, Processed

PAGE: Final = 500

KNOWN: Final = "SELECT uid FROM places WHERE account = :account AND folder = :folder AND uidvalidity = :uidvalidity"
SEEN: Final = "SELECT digest FROM messages WHERE "
ATTEMPT: Final = """
INSERT INTO attempts (digest, count, last) VALUES (:digest, 1, :now)
ON CONFLICT (digest) DO UPDATE SET count = attempts.count + 1, last = :now RETURNING count"""
FORGET_ATTEMPTS: Final = "DELETE FROM attempts WHERE digest = :digest"
CONFIRM: Final = """
INSERT INTO sinks (name, confirmed) VALUES (:name, :seq)
ON CONFLICT (name) DO UPDATE SET confirmed = :seq WHERE sinks.confirmed < :seq"""
CONFIRMED: Final = "SELECT confirmed FROM sinks WHERE name = :name"


class Store:
    """An open store; threads may share it, processes open their own. It is its own context manager."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def lock(self, account: str) -> AbstractContextManager[None]:
        """Hold a mailbox for this process; BusyError at once if another one has it."""
        return self.database.lock(account)

    def known(self, account: str, folder: str, uidvalidity: int, uids: Iterable[str]) -> set[str]:
        """Return which of `uids` have been committed."""
        place: Values = {"account": account, "folder": folder, "uidvalidity": uidvalidity}
        found: set[str] = set()
        with self.database.reading() as transaction:
            for page in pages(uids):
                names, values = _listed(page)
                found.update(row[0] for row in transaction.run(f"{KNOWN} AND uid IN ({names})", {**place, **values}))
        return found

    def seen(self, digests: Iterable[str]) -> set[str]:
        """Return which messages have been committed, wherever they lay: what UIDs cannot tell after UIDVALIDITY has changed."""
        found: set[str] = set()
        with self.database.reading() as transaction:
            for page in pages(digests):
                names, values = _listed(page)
                found.update(row[0] for row in transaction.run(f"{SEEN} digest IN ({names})", values))
        return found

    def begin_attempt(self, digest: str) -> int:
        """Count an attempt to read a message, for good, before it is made: 1 the first time. `commit` ends the count."""
        with self.database.writing() as transaction:
            return int(transaction.run(ATTEMPT, {"digest": digest, "now": time.time()})[0][0])

    def commit(self, batch: Iterable[Processed]) -> CommitResult:
        """Keep the messages, their recipients, events and places: all of the batch, or nothing of it.

        What was committed before is not committed again; only a new place of it is noted.
        """
        now = time.time()
        messages = duplicates = events = 0
        with self.database.writing() as transaction:
            for message in batch:
                added = _add(transaction, message, now)
                messages += added is not None
                duplicates += added is None
                events += added or 0
        return CommitResult(messages=messages, duplicates=duplicates, events=events)

    def feed(self, sink: str, after: int | None = None) -> Iterator[Event]:
        """Yield the events after offset `after`, by default after the last one that `sink` has confirmed."""
        offset = self.confirmed(sink) if after is None else after
        while True:
            with self.database.reading() as transaction:
                page = transaction.run(rows.EVENTS, {"after": offset, "most": PAGE})
            yield from map(rows.read_event, page)
            if len(page) < PAGE:
                return
            offset = page[-1][0]

    def confirm(self, sink: str, offset: int) -> None:
        """Note that a sink has all events up to `offset` for good; it never goes back."""
        with self.database.writing() as transaction:
            transaction.run(CONFIRM, {"name": sink, "seq": offset})

    def confirmed(self, sink: str) -> int:
        """Return the last offset that a sink has confirmed, 0 at first."""
        with self.database.reading() as transaction:
            found = transaction.run(CONFIRMED, {"name": sink})
        return int(found[0][0]) if found else 0


def pages(values: Iterable[str]) -> Iterator[list[str]]:
    """Cut values into lists that fit into one statement."""
    page: list[str] = []
    for value in values:
        page.append(value)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _listed(page: list[str]) -> tuple[str, dict[str, str]]:
    values = {f"v{number}": value for number, value in enumerate(page)}
    return ", ".join(f":{name}" for name in values), values


def _add(transaction: Transaction, message: Processed, now: float) -> int | None:
    """Add one message and return how many events it made, None if it was there."""
    new = transaction.run(rows.ADD_MESSAGE, rows.message_row(message, now))
    if message.place is not None:
        transaction.run(rows.ADD_PLACE, rows.place_row(message.place, message.digest))
    transaction.run(FORGET_ATTEMPTS, {"digest": message.digest})
    if not new:
        return None
    people = list(rows.recipient_rows(message))
    transaction.many(rows.ADD_RECIPIENT, people)
    transaction.many(rows.ADD_EVENT, [{"event_id": each["event_id"]} for each in people])
    return len(people)
