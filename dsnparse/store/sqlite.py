"""SQLite by the standard library: write-ahead log, and every commit on the disk before it counts (synchronous=FULL)."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

from dsnparse.errors import BusyError, DsnparseError, StoreError
from dsnparse.store.database import Row, Values
from dsnparse.store.filelock import hold

PATIENCE: Final = 30.0
# RETURNING is of March 2021.
OLDEST: Final = (3, 35, 0)
MEANING: Final = {
    sqlite3.SQLITE_FULL: "no space left on the disk",
    sqlite3.SQLITE_READONLY: "is read-only",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is its folder there, and yours to write?",
    sqlite3.SQLITE_PERM: "permission denied",
    sqlite3.SQLITE_IOERR: "the disk failed",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a copy",
    sqlite3.SQLITE_NOTADB: "is no SQLite database",
}
BUSY: Final = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
PRIMARY: Final = 0xFF


class SqliteTransaction:
    """Statements on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def run(self, statement: str, values: Values | None = None) -> list[Row]:
        """Run one statement and return its rows."""
        return self.connection.execute(statement, values or {}).fetchall()

    def many(self, statement: str, rows: Sequence[Values]) -> None:
        """Run one statement for each of `rows`."""
        self.connection.executemany(statement, rows)


class Sqlite:
    """One file, one connection; threads take turns."""

    serial = "INTEGER PRIMARY KEY AUTOINCREMENT"

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        if sqlite3.sqlite_version_info < OLDEST:
            message = f"SQLite {sqlite3.sqlite_version} is too old: the store needs 3.35 or later"
            raise StoreError(message)
        self.path = path
        self.turn = threading.RLock()
        with self._said():
            self.connection = sqlite3.connect(
                path, timeout=patience, isolation_level=None, check_same_thread=False, cached_statements=256
            )
            self._prepare()

    @contextmanager
    def reading(self) -> Iterator[SqliteTransaction]:
        """Begin a transaction that only reads."""
        with self._transaction("BEGIN") as transaction:
            yield transaction

    @contextmanager
    def writing(self) -> Iterator[SqliteTransaction]:
        """Begin a transaction that writes: the one of another process is waited for."""
        with self._transaction("BEGIN IMMEDIATE") as transaction:
            yield transaction

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold a lock file beside the database."""
        return hold(self.path, name)

    def close(self) -> None:
        """Close the file; SQLite then folds its log into it."""
        self.connection.close()

    def _prepare(self) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[SqliteTransaction]:
        with self.turn, self._said():
            self.connection.execute(begin)
            try:
                yield SqliteTransaction(self.connection)
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled back already
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _failure(self, error: sqlite3.Error) -> DsnparseError:
        code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
        if code in BUSY:
            return BusyError(f"{self.path}: another process has been writing to the store for too long")
        return StoreError(f"{self.path}: {MEANING.get(code, str(error))}")
