"""PostgreSQL through SQLAlchemy Core: the same statements, one writer at a time by an advisory lock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Final

from dsnparse.errors import BusyError, DsnparseError, StoreError
from dsnparse.store.database import Row, Values

try:
    import psycopg  # noqa: F401 - the driver that SQLAlchemy asks for
    from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
    from sqlalchemy.exc import ArgumentError, DBAPIError
except ImportError as error:
    needed = 'PostgreSQL needs SQLAlchemy and psycopg: pip install "dsnparse[postgresql]"'
    raise StoreError(needed) from error

DRIVER: Final = "postgresql+psycopg"
WRITER: Final = "dsnparse writer"
# SQLSTATE: lock_not_available, the server has no room, a read-only transaction.
STATES: Final = {
    "53100": "the disk of the server is full",
    "25006": "is read-only",
    "42501": "permission denied",
}
TIMED_OUT: Final = "55P03"


class PostgresqlTransaction:
    """Statements on one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def run(self, statement: str, values: Values | None = None) -> list[Row]:
        """Run one statement and return its rows."""
        result = self.connection.execute(text(statement), values or {})
        return [tuple(row) for row in result] if result.returns_rows else []

    def many(self, statement: str, rows: Sequence[Values]) -> None:
        """Run one statement for each of `rows`."""
        if rows:
            self.connection.execute(text(statement), rows)


class Postgresql:
    """One database, a pool of connections."""

    serial = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

    def __init__(self, url: str, patience: float) -> None:
        self.url = _parsed(url)
        self.patience = patience
        self.engine: Engine = create_engine(self.url, pool_pre_ping=True, hide_parameters=True)

    @contextmanager
    def reading(self) -> Iterator[PostgresqlTransaction]:
        """Begin a transaction that only reads, all of it from one moment."""
        with self._said(), self.engine.begin() as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            yield PostgresqlTransaction(connection)

    @contextmanager
    def writing(self) -> Iterator[PostgresqlTransaction]:
        """Begin a transaction that writes: numbers are given out before they can be seen, so writers must not overlap."""
        with self._said(), self.engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = {int(self.patience * 1000)}"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _key(WRITER)})
            yield PostgresqlTransaction(connection)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold an advisory lock as long as a connection of its own lives."""
        with self._said():
            connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            with self._said():
                taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(name)}).scalar()
            if not taken:
                message = f"{name}: another process is at this mailbox"
                raise BusyError(message)
            yield
        finally:
            connection.invalidate()
            connection.close()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._failure(error) from error

    def _failure(self, error: DBAPIError) -> DsnparseError:
        state = getattr(error.orig, "sqlstate", None) or ""
        place = f"PostgreSQL at {self.url.host or 'the local socket'}"
        if state == TIMED_OUT:
            return BusyError(f"{place}: another process has been writing to the store for too long")
        said = str(error.orig).strip().partition("\n")[0]
        return StoreError(f"{place}: {STATES.get(state, said)}")


def _parsed(url: str) -> URL:
    try:
        return make_url(url).set(drivername=DRIVER)
    except (ArgumentError, ValueError) as error:
        message = "the URL of the store is no URL of PostgreSQL"
        raise StoreError(message) from error


def _key(name: str) -> int:
    """Return the number of a lock: advisory locks are named by 64 bits."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
