"""An SQLite database from a spool of JSON Lines: the tables `reports` and `recipients`.

Columns are the fields of the Structs: text and numbers as they are, `original` as columns of its own, all that is nested
deeper as JSON, which SQLite's -> and ->> read. What is absent or empty is NULL. `number` counts the reports from 1 in the
order of the messages; `report` in the other table is that number, `position` counts from 1 in the report.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, inspect, json
from msgspec.structs import fields

from dsnparse.errors import SinkError
from dsnparse.report import Original, Recipient, Report

AT_ONCE: Final = 500
TYPES: Final[dict[type, str]] = {inspect.IntType: "INTEGER", inspect.BoolType: "INTEGER", inspect.FloatType: "REAL"}
ELSEWHERE: Final = frozenset(("original", "recipients"))
# The answers that everybody asks first: what happened to this address, and whom did this happen to?
INDEXES: Final = (
    "CREATE INDEX recipients_by_report ON recipients (report)",
    "CREATE INDEX recipients_by_address ON recipients (address)",
    "CREATE INDEX recipients_by_reason ON recipients (reason)",
)

Row = list[Any]


class Columns:
    """The fields of one Struct as columns."""

    def __init__(self, struct: type[Struct], prefix: str = "") -> None:
        self.fields = [each for each in fields(struct) if each.encode_name not in ELSEWHERE]
        self.prefix = prefix

    def declared(self) -> Iterator[str]:
        """Yield the columns with their types."""
        for each in self.fields:
            yield f'"{self.prefix}{each.encode_name}" {_type(inspect.type_info(each.type))}'

    def row(self, value: dict[str, Any]) -> Iterator[object]:
        """Yield the cells of a JSON object, in which fields with their defaults are left out."""
        for each in self.fields:
            cell = value.get(each.encode_name, each.default)
            yield json.encode(cell).decode() if isinstance(cell, list | dict) else _cell(cell)


REPORT: Final = Columns(Report)
ORIGINAL: Final = Columns(Original, "original_")
RECIPIENT: Final = Columns(Recipient)


def build(spool: Path, path: Path) -> None:
    """Write the database."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            # It is synced and gets its name when it is whole; until then nothing of it need survive.
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN")
            _fill(database, spool)
            for statement in INDEXES:
                database.execute(statement)
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise SinkError(str(error)) from None


def _fill(database: sqlite3.Connection, spool: Path) -> None:
    reports = ["number INTEGER PRIMARY KEY", *REPORT.declared(), *ORIGINAL.declared(), "error TEXT"]
    recipients = ["report INTEGER NOT NULL REFERENCES reports (number)", "position INTEGER", *RECIPIENT.declared()]
    database.execute(f"CREATE TABLE reports ({', '.join(reports)})")
    database.execute(f"CREATE TABLE recipients ({', '.join(recipients)})")
    add_report = f"INSERT INTO reports VALUES ({_marks(reports)})"  # noqa: S608 - of our own names
    add_recipient = f"INSERT INTO recipients VALUES ({_marks(recipients)})"  # noqa: S608
    with spool.open("rb") as lines:
        numbered = enumerate(lines, 1)
        while some := [(number, json.decode(line)) for number, line in islice(numbered, AT_ONCE)]:
            database.executemany(add_report, (_report(number, record) for number, record in some))
            database.executemany(add_recipient, (row for number, record in some for row in _recipients(number, record)))


def _report(number: int, record: dict[str, Any]) -> Row:
    if error := record.get("error"):
        blank = [None] * (len(REPORT.fields) + len(ORIGINAL.fields) - 1)
        return [number, record["source"], *blank, error]
    return [number, *REPORT.row(record), *ORIGINAL.row(record.get("original", {})), None]


def _recipients(number: int, record: dict[str, Any]) -> Iterator[Row]:
    for position, recipient in enumerate(record.get("recipients", ()), 1):
        yield [number, position, *RECIPIENT.row(recipient)]


def _cell(value: object) -> object:
    """Return text and numbers as they are; what is empty, or a default that is no value of a cell, is NULL."""
    return value if isinstance(value, int | float) or (isinstance(value, str) and value) else None


def _type(info: inspect.Type) -> str:
    kinds = info.types if isinstance(info, inspect.UnionType) else (info,)
    return next((TYPES[type(each)] for each in kinds if type(each) in TYPES), "TEXT")


def _marks(columns: list[str]) -> str:
    return ", ".join("?" * len(columns))
