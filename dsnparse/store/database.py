"""What the store needs of a database, and no more: statements inside transactions, and locks by name."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Values = Mapping[str, str | int | float | None]
Row = Sequence[Any]


class Transaction(Protocol):
    """Statements that take effect together, when the transaction ends without an exception."""

    def run(self, statement: str, values: Values | None = None) -> list[Row]:
        """Run one statement with its `:name` parameters and return its rows."""

    def many(self, statement: str, rows: Sequence[Values]) -> None:
        """Run one statement for each of `rows`."""


class Database(Protocol):
    """An open database; `serial` is what it calls a number that it counts up itself."""

    serial: str

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that only reads, all of it from one moment."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that writes; there is one at a time, so that events become visible in the order of their offsets."""

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock `name`; BusyError at once if another process does."""

    def close(self) -> None:
        """Give everything back."""
