"""The URL of a store: sqlite:///relative, sqlite:////absolute, or postgresql://host/database."""

import os
from pathlib import Path
from typing import Final

from dsnparse.errors import UsageError
from dsnparse.policy import DEFAULT_POLICY, Policy
from dsnparse.store.database import Database
from dsnparse.store.migrate import bring_up
from dsnparse.store.sqlite import PATIENCE, Sqlite
from dsnparse.store.store import Store

SQLITE: Final = "sqlite:///"
POSTGRESQL: Final = ("postgresql://", "postgresql+psycopg://")


def default_url() -> str:
    """Return the URL of the store that nobody named: a file among the state of the user, or of the service (systemd tells where)."""
    return f"{SQLITE}{state_folder() / 'store.db'}"


def state_folder() -> Path:
    """Return the folder of our state."""
    if given := os.environ.get("STATE_DIRECTORY"):
        return Path(given.partition(":")[0])
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "dsnparse"


def open_store(
    url: str, *, policy: Policy = DEFAULT_POLICY, patience: float = PATIENCE, migrate: bool = False
) -> Store:
    """Open a store, or make it where there is none; StoreError says what is wrong with it, UsageError with the URL.

    `policy` says what follows from events for addresses. `patience` is how many seconds to wait for another process to finish its write. A store of an older version is refused, unless
    `migrate`.
    """
    database = open_database(url, patience)
    try:
        bring_up(database, migrate=migrate)
    except BaseException:
        database.close()
        raise
    return Store(database, policy)


def open_database(url: str, patience: float = PATIENCE) -> Database:
    """Open what the URL names, whatever is in it."""
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return Sqlite(Path(url.removeprefix(SQLITE)), patience)
    if url.startswith(POSTGRESQL):
        from dsnparse.store.postgresql import Postgresql  # noqa: PLC0415 - it brings SQLAlchemy, which is an extra

        return Postgresql(url, patience)
    message = f"{url.partition('://')[0]}: a store is sqlite:///PATH or postgresql://HOST/DATABASE"
    raise UsageError(message)
