"""The list of suppressed addresses: what it says, why, and what a person makes of it."""

import time
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec import Struct

from dsnparse.store import decide
from dsnparse.store.database import Database, Row, Transaction, Values
from dsnparse.store.paging import listed, pages
from dsnparse.tokens.code import normal

# `suppressed`: not to be mailed. `held`: the flood breaker kept it from being suppressed, somebody should look.
Standing = Literal["suppressed", "held"]

COLUMNS: Final = "address, held, category, since, expires, because, event_id"
CURRENT: Final = "(expires IS NULL OR expires > :now)"
ONE: Final = f"SELECT {COLUMNS} FROM suppressions WHERE address = :address AND {CURRENT}"
PAGE_OF_ALL: Final = f"""
SELECT {COLUMNS} FROM suppressions WHERE held = :held AND {CURRENT} AND address > :after ORDER BY address LIMIT :most"""
SOME: Final = f"SELECT address FROM suppressions WHERE held = 0 AND {CURRENT}"
HISTORY: Final = "SELECT at, verb, because, event_id FROM history WHERE address = :address ORDER BY seq"
REMOVE: Final = "DELETE FROM suppressions WHERE address = :address RETURNING address"
RELEASE: Final = "UPDATE suppressions SET held = 0 WHERE address = :address AND held = 1 RETURNING address"
PAGE: Final = 1000


class Suppression(Struct, frozen=True, kw_only=True):
    """One address that is not to be mailed, since when, until when (None: for ever), and why."""

    address: str
    standing: Standing
    category: str
    since: float
    expires: float | None
    because: str
    event_id: str


class Step(Struct, frozen=True, kw_only=True):
    """One thing that happened to an address."""

    at: float
    verb: str
    because: str
    event_id: str


class Suppressions:
    """The suppressed addresses of one store."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def find(self, address: str) -> Suppression | None:
        """Return what holds an address back now, None if nothing does."""
        with self.database.reading() as transaction:
            found = transaction.run(ONE, {"address": normal(address), "now": time.time()})
        return _suppression(found[0]) if found else None

    def among(self, addresses: Iterable[str]) -> set[str]:
        """Return which of the addresses are not to be mailed, as they were given: one question for a whole mailing."""
        now = time.time()
        asked = {address: normal(address) for address in addresses}
        found: set[str] = set()
        with self.database.reading() as transaction:
            for page in pages(asked.values()):
                names, values = listed(page)
                rows = transaction.run(f"{SOME} AND address IN ({names})", {**values, "now": now})
                found.update(row[0] for row in rows)
        return {address for address, key in asked.items() if key in found}

    def all(self, standing: Standing = "suppressed") -> Iterator[Suppression]:
        """Yield all of one standing, by address."""
        after = ""
        while True:
            values: Values = {"held": int(standing == "held"), "after": after, "now": time.time(), "most": PAGE}
            with self.database.reading() as transaction:
                page = transaction.run(PAGE_OF_ALL, values)
            yield from map(_suppression, page)
            if len(page) < PAGE:
                return
            after = page[-1][0]

    def history(self, address: str) -> list[Step]:
        """Return all that happened to an address, the oldest first."""
        with self.database.reading() as transaction:
            rows = transaction.run(HISTORY, {"address": normal(address)})
        return [Step(at=row[0], verb=row[1], because=row[2], event_id=row[3]) for row in rows]

    def add(self, addresses: Iterable[str], because: str, *, expires: float | None = None) -> int:
        """Suppress addresses by hand, and return how many."""
        now, count = time.time(), 0
        with self.database.writing() as transaction:
            for address in addresses:
                row: Values = {
                    "address": normal(address),
                    "held": 0,
                    "category": "manual",
                    "since": now,
                    "expires": expires,
                    "because": because,
                    "event_id": "",
                }
                transaction.run(decide.SUPPRESS, row)
                _remember(transaction, normal(address), now, "add", because)
                count += 1
        return count

    def remove(self, addresses: Iterable[str], because: str) -> list[str]:
        """Let addresses be mailed again, forget their score, and return those that were suppressed or held."""
        return self._each(REMOVE, addresses, "remove", because, forget=True)

    def release(self, addresses: Iterable[str], because: str) -> list[str]:
        """Suppress held addresses after all, and return those that were held."""
        return self._each(RELEASE, addresses, "release", because, forget=False)

    def _each(self, statement: str, addresses: Iterable[str], verb: str, because: str, *, forget: bool) -> list[str]:
        now, done = time.time(), []
        with self.database.writing() as transaction:
            for address in map(normal, addresses):
                if forget:
                    transaction.run(decide.DROP_STATE, {"address": address})
                if transaction.run(statement, {"address": address}):
                    _remember(transaction, address, now, verb, because)
                    done.append(address)
        return done


def _remember(transaction: Transaction, address: str, at: float, verb: str, because: str) -> None:
    values: Values = {"address": address, "at": at, "verb": verb, "because": because, "event_id": ""}
    transaction.run(decide.REMEMBER, values)


def _suppression(row: Row) -> Suppression:
    return Suppression(
        address=row[0],
        standing="held" if row[1] else "suppressed",
        category=row[2],
        since=row[3],
        expires=row[4],
        because=row[5],
        event_id=row[6],
    )
