"""The URL of a store: sqlite:///relative, sqlite:////absolute, or postgresql://host/database."""

from pathlib import Path
from typing import Final

from dsnparse.errors import StoreError
from dsnparse.store.database import Database
from dsnparse.store.migrate import bring_up
from dsnparse.store.sqlite import PATIENCE, Sqlite
from dsnparse.store.store import Store

SQLITE: Final = "sqlite:///"
POSTGRESQL: Final = ("postgresql://", "postgresql+psycopg://")


def open_store(url: str, *, patience: float = PATIENCE, migrate: bool = False) -> Store:
    """Open a store, or make it where there is none; StoreError says what is wrong.

    `patience` is how many seconds to wait for another process to finish its write. A store of an older version is refused, unless
    `migrate`.
    """
    database = open_database(url, patience)
    try:
        bring_up(database, migrate=migrate)
    except BaseException:
        database.close()
        raise
    return Store(database)


def open_database(url: str, patience: float = PATIENCE) -> Database:
    """Open what the URL names, whatever is in it."""
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return Sqlite(Path(url.removeprefix(SQLITE)), patience)
    if url.startswith(POSTGRESQL):
        from dsnparse.store.postgresql import Postgresql  # noqa: PLC0415 - it brings SQLAlchemy, which is an extra

        return Postgresql(url, patience)
    message = f"{url.partition('://')[0]}: a store is sqlite:///PATH or postgresql://HOST/DATABASE"
    raise StoreError(message)
