"""The schema of a store and its versions: the files in schema/, applied in order, each in the transaction that notes it."""

from typing import Final

from dsnparse.errors import StoreError
from dsnparse.resource import names, read
from dsnparse.store.database import Database, Transaction

FOLDER: Final = "store/schema"
VERSIONS: Final = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)"
NOTED: Final = "SELECT COALESCE(MAX(version), 0) FROM schema_version"
NOTE: Final = "INSERT INTO schema_version (version) VALUES (:version)"


def steps() -> tuple[str, ...]:
    """Return the statements of each version, the first version first."""
    return tuple(read(FOLDER, name).decode() for name in names(FOLDER, ".sql"))


def bring_up(database: Database, *, migrate: bool) -> int:
    """Make the schema the newest one and return how many versions that took; an older one is refused unless `migrate`."""
    wanted = steps()
    version = version_of(database)
    if version > len(wanted):
        message = f"the store is of version {version}, which this dsnparse does not know: it was written by a later one"
        raise StoreError(message)
    if 0 < version < len(wanted) and not migrate:
        message = f"the store is of version {version}, this dsnparse needs {len(wanted)}: run `dsnparse store migrate`"
        raise StoreError(message)
    return _apply(database, wanted) if version < len(wanted) else 0


def version_of(database: Database) -> int:
    """Return the version of the schema, 0 for an empty database."""
    with database.writing() as transaction:
        return _version(transaction)


def _apply(database: Database, wanted: tuple[str, ...]) -> int:
    with database.writing() as transaction:
        version = _version(transaction)  # once more: another process may have been faster
        for number, script in enumerate(wanted[version:], version + 1):
            for statement in script.replace("{serial}", database.serial).split(";\n"):
                if statement.strip():
                    transaction.run(statement)
            transaction.run(NOTE, {"version": number})
        return len(wanted) - version


def _version(transaction: Transaction) -> int:
    transaction.run(VERSIONS)
    return int(transaction.run(NOTED)[0][0])
