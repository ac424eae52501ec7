"""What was done to messages in their mailboxes: noted before it is done, and again when it is, so that a run can be undone."""

import time
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from dsnparse.store.database import Database, Values
from dsnparse.store.event import Place
from dsnparse.store.paging import pages

KNOWN: Final = """
SELECT p.uid, p.digest, COALESCE(m.kind, 'other'), COALESCE(m.error, ''),
  (SELECT MAX(a.done) FROM actions a WHERE a.account = p.account AND a.folder = p.folder
     AND a.uidvalidity = p.uidvalidity AND a.uid = p.uid),
  (SELECT MAX(a.undone) FROM actions a WHERE a.digest = p.digest)
FROM places p LEFT JOIN messages m ON m.digest = p.digest
WHERE p.account = :account AND p.folder = :folder AND p.uidvalidity = :uidvalidity AND p.uid IN """
UNDONE: Final = "SELECT DISTINCT digest FROM actions WHERE undone = 1 AND digest IN "
ATTEMPTS: Final = "SELECT digest, count FROM attempts WHERE digest IN "
ATTEMPT: Final = """
INSERT INTO attempts (digest, count, last) VALUES (:digest, 1, :now)
ON CONFLICT (digest) DO UPDATE SET count = attempts.count + 1, last = :now"""
INTEND: Final = """
INSERT INTO actions
  (run, account, folder, uidvalidity, uid, digest, action, done, to_folder, to_uidvalidity, to_uid, undone)
VALUES (:run, :account, :folder, :uidvalidity, :uid, :digest, :action, 0, '', 0, '', 0)
ON CONFLICT (run, account, folder, uidvalidity, uid) DO NOTHING"""
DONE: Final = """
UPDATE actions SET done = 1, to_folder = :to_folder, to_uidvalidity = :to_uidvalidity, to_uid = :to_uid
WHERE run = :run AND account = :account AND folder = :folder AND uidvalidity = :uidvalidity AND uid = :uid"""
OF_RUN: Final = """
SELECT seq, account, folder, uidvalidity, uid, digest, action, to_folder, to_uidvalidity, to_uid
FROM actions WHERE run = :run AND undone = 0 ORDER BY seq"""
RUNS: Final = "SELECT run, COUNT(*), SUM(undone) FROM actions GROUP BY run ORDER BY MIN(seq) DESC LIMIT 20"
UNDO: Final = "UPDATE actions SET undone = 1 WHERE seq = :seq"


class Known(Struct, frozen=True, gc=False):
    """A message that has its records: what it was, and whether anything was done to it already, or undone."""

    digest: str
    kind: str
    error: str
    done: bool
    undone: bool


class Deed(Struct, frozen=True, kw_only=True):
    """One action on one message; `now` is where it is since, with an empty uid where the server did not tell."""

    place: Place
    digest: str
    action: str
    now: Place
    seq: int = 0


class Journal:
    """The actions in a store."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def known(self, place: Place, uids: Iterable[str]) -> dict[str, Known]:
        """Return what is known of messages of a folder."""
        where: dict[str, str | int] = {
            "account": place.account,
            "folder": place.folder,
            "uidvalidity": place.uidvalidity,
        }
        found: dict[str, Known] = {}
        with self.database.reading() as transaction:
            for page in pages(uids):
                names, values = _listed(page)
                for uid, digest, kind, error, done, undone in transaction.run(KNOWN + names, {**where, **values}):
                    found[uid] = Known(digest, kind, error, bool(done), bool(undone))
        return found

    def undone(self, digests: Iterable[str]) -> set[str]:
        """Return which messages somebody brought back: they are left alone from then on."""
        found: set[str] = set()
        with self.database.reading() as transaction:
            for page in pages(digests):
                names, values = _listed(page)
                found.update(row[0] for row in transaction.run(UNDONE + names, values))
        return found

    def attempts(self, digests: Iterable[str]) -> dict[str, int]:
        """Return how often messages were begun and not finished."""
        found: dict[str, int] = {}
        with self.database.reading() as transaction:
            for page in pages(digests):
                names, values = _listed(page)
                found.update({row[0]: int(row[1]) for row in transaction.run(ATTEMPTS + names, values)})
        return found

    def begin_attempts(self, digests: Iterable[str]) -> None:
        """Count an attempt at each message, in one transaction."""
        now = time.time()
        with self.database.writing() as transaction:
            transaction.many(ATTEMPT, [{"digest": digest, "now": now} for digest in digests])

    def intend(self, run: str, deeds: Iterable[Deed]) -> None:
        """Note what is about to be done."""
        with self.database.writing() as transaction:
            transaction.many(INTEND, [_row(run, deed) for deed in deeds])

    def done(self, run: str, deeds: Iterable[Deed]) -> None:
        """Note that it was done, and where the messages are now."""
        with self.database.writing() as transaction:
            transaction.many(DONE, [_row(run, deed) for deed in deeds])

    def of_run(self, run: str) -> list[Deed]:
        """Return what a run did and nobody has undone."""
        with self.database.reading() as transaction:
            rows = transaction.run(OF_RUN, {"run": run})
        return [
            Deed(
                seq=row[0],
                place=Place(account=row[1], folder=row[2], uidvalidity=row[3], uid=row[4]),
                digest=row[5],
                action=row[6],
                now=Place(account=row[1], folder=row[7], uidvalidity=row[8], uid=row[9]),
            )
            for row in rows
        ]

    def runs(self) -> list[tuple[str, int, int]]:
        """Return the last runs that did something: name, how many actions, how many of them undone."""
        with self.database.reading() as transaction:
            return [(row[0], int(row[1]), int(row[2])) for row in transaction.run(RUNS)]

    def undo(self, deed: Deed) -> None:
        """Note that an action was undone."""
        with self.database.writing() as transaction:
            transaction.run(UNDO, {"seq": deed.seq})


def _row(run: str, deed: Deed) -> Values:
    return {
        "run": run,
        "account": deed.place.account,
        "folder": deed.place.folder,
        "uidvalidity": deed.place.uidvalidity,
        "uid": deed.place.uid,
        "digest": deed.digest,
        "action": deed.action,
        "to_folder": deed.now.folder,
        "to_uidvalidity": deed.now.uidvalidity,
        "to_uid": deed.now.uid,
    }


def _listed(page: list[str]) -> tuple[str, dict[str, str]]:
    values = {f"v{number}": value for number, value in enumerate(page)}
    return f"({', '.join(f':{name}' for name in values)})", values
