"""A log of what was sent, which a report can be matched with: a CSV file, or a table in SQLite. Anything else is a function of yours.

Both have the columns `message_id`, `recipient` and, if you like, `sent`: seconds since 1970. A CSV file begins with a line of their names;
it is read as a whole, and again when it has changed. The table is called `sent`, and has an index on (message_id, recipient).
"""

import csv
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from dsnparse.errors import SourceError
from dsnparse.tokens.code import AHEAD, DAY, LIFETIME, normal

TABLE: Final = """
CREATE TABLE IF NOT EXISTS sent (message_id TEXT NOT NULL, recipient TEXT NOT NULL, sent REAL, PRIMARY KEY (message_id, recipient))
WITHOUT ROWID"""
FIND: Final = "SELECT sent FROM sent WHERE message_id = ? AND recipient = ?"
ADD: Final = "INSERT OR REPLACE INTO sent (message_id, recipient, sent) VALUES (?, ?, ?)"
CLEAN: Final = "DELETE FROM sent WHERE sent < ?"
NEEDED: Final = ("message_id", "recipient")
MAGIC: Final = b"SQLite format 3\0"


class SentLog(Protocol):
    """Whether a message was sent to a recipient, asked at the time its report arrived."""

    def __call__(self, message_id: str, recipient: str, at: float) -> bool:
        """Tell it."""

    def close(self) -> None:
        """Give back what it holds."""


def open_sent_log(path: str | Path) -> SentLog:
    """Return the log in a file; SourceError says what is wrong with it."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            first = file.read(len(MAGIC))
    except OSError as error:
        raise _failure(path, error) from error
    return SentTable(path) if first == MAGIC else SentCsv(path)


class SentCsv:
    """A log in a CSV file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version: tuple[int, int, int] | None = None
        self.rows: dict[tuple[str, str], float | None] = {}
        self.turn = threading.Lock()
        self._refresh()

    def __call__(self, message_id: str, recipient: str, at: float) -> bool:
        """Tell whether it was sent."""
        with self.turn:
            self._refresh()
        key = _id(message_id), normal(recipient)
        return key in self.rows and in_time(self.rows[key], at)

    def close(self) -> None:
        """Do nothing: the file is not kept open."""

    def _refresh(self) -> None:
        try:
            status = self.path.stat()
            version = (status.st_ino, status.st_size, status.st_mtime_ns)
            if version != self.version:
                with self.path.open(encoding="utf-8-sig", newline="") as file:
                    self.rows = dict(_read(self.path, csv.DictReader(file)))
                self.version = version
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise _failure(self.path, error) from error


class SentTable:
    """A log in SQLite, which a program that sends may write with `add`."""

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = Path(path)
        self.turn = threading.Lock()
        with self._said():
            mode = "rwc" if create else "ro"
            url = f"file:{self.path.absolute().as_posix().replace('%', '%25').replace('?', '%3f').replace('#', '%23')}?mode={mode}"
            self.connection = sqlite3.connect(url, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
        if create:
            self._create()

    def _create(self) -> None:
        try:
            with self._said():
                self.connection.execute("PRAGMA journal_mode=WAL")
                self.connection.execute(TABLE)
        except SourceError:
            self.close()
            raise

    def __call__(self, message_id: str, recipient: str, at: float) -> bool:
        """Tell whether it was sent."""
        with self.turn, self._said():
            found = self.connection.execute(FIND, (_id(message_id), normal(recipient))).fetchone()
        return found is not None and in_time(found[0], at)

    def add(self, message_id: str, recipient: str, sent: float | None = None) -> None:
        """Note that a message is being sent: call it before, since a report may come at once."""
        with self.turn, self._said():
            self.connection.execute(ADD, (_id(message_id), normal(recipient), sent))

    def clean(self, before: float) -> int:
        """Forget what was sent before that moment, and return how much it was."""
        with self.turn, self._said():
            return self.connection.execute(CLEAN, (before,)).rowcount

    def close(self) -> None:
        """Close it."""
        self.connection.close()

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _failure(self.path, error) from error


def in_time(sent: float | None, at: float) -> bool:
    """Tell whether a report that arrived at `at` can be about what was sent then; None: nobody knows when."""
    return sent is None or -AHEAD * DAY <= at - sent <= LIFETIME * DAY


def _id(message_id: str) -> str:
    return message_id.strip().strip("<>").lower()


def _read(path: Path, reader: "csv.DictReader[str]") -> Iterator[tuple[tuple[str, str], float | None]]:
    if missing := [name for name in NEEDED if name not in (reader.fieldnames or ())]:
        message = f"{path}: the first line has no column {missing[0]}"
        raise SourceError(message)
    for row in reader:
        yield (
            (_id(row["message_id"] or ""), normal(row["recipient"] or "")),
            _time(path, reader.line_num, row.get("sent")),
        )


def _time(path: Path, line: int, text: str | None) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        message = f"{path}:{line}: sent is {text!r}, not a number of seconds since 1970"
        raise SourceError(message) from None


def _failure(path: Path, error: Exception) -> SourceError:
    said = error.strerror if isinstance(error, OSError) else str(error)
    return SourceError(f"{path}: the sent log cannot be read: {(said or 'unknown').lower()}")
