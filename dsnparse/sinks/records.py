"""Records of any kind, with the same fields each: a table for eyes, JSON Lines, or CSV."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import json

from dsnparse.escape import escape
from dsnparse.sinks.csv_rows import disarm, quote
from dsnparse.sinks.table import GAP, MEASURED, cells, fit, pad

Value = str | int | float | None
Record = Mapping[str, Value]
BLOCK: Final = 500


def lines(records: Iterable[Record], columns: tuple[str, ...], form: str, width: int = 0) -> Iterator[bytes]:
    """Yield blocks of whole lines: the records as `table`, `csv` or `jsonl`."""
    if form == "table":
        yield from _table(records, columns, width)
    elif form == "csv":
        yield (",".join(columns) + "\n").encode()
        yield from _blocks((_csv(record, columns) for record in records), BLOCK)
    else:
        yield from _blocks((json.encode({name: record[name] for name in columns}) + b"\n" for record in records), BLOCK)


def moment(seconds: float | None) -> str | None:
    """Return a moment in ISO 8601, to the second."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _csv(record: Record, columns: tuple[str, ...]) -> bytes:
    return (",".join(quote(disarm(_text(record[name]))) for name in columns) + "\n").encode()


def _table(records: Iterable[Record], columns: tuple[str, ...], width: int) -> Iterator[bytes]:
    """Measure the first rows only, so that a long table is shown as it comes."""
    widths: list[int] = []
    waiting: list[tuple[str, ...]] = [tuple(name.upper() for name in columns)]
    for record in records:
        waiting.append(tuple(escape(_text(record[name])) for name in columns))
        if len(waiting) > MEASURED:
            widths = widths or _widths(waiting, width)
            yield _shown(waiting, widths)
            waiting = []
    yield _shown(waiting, widths or _widths(waiting, width)) if waiting else b""


def _widths(rows: list[tuple[str, ...]], width: int) -> list[int]:
    return fit([max(map(cells, column)) for column in zip(*rows, strict=True)], width)


def _shown(rows: list[tuple[str, ...]], widths: list[int]) -> bytes:
    shown = (GAP.join(map(pad, row, widths)).rstrip() + "\n" for row in rows)
    return "".join(shown).encode("utf-8", "backslashreplace")


def _blocks(parts: Iterable[bytes], size: int) -> Iterator[bytes]:
    block: list[bytes] = []
    for part in parts:
        block.append(part)
        if len(block) == size:
            yield b"".join(block)
            block = []
    yield b"".join(block)


def _text(value: Value) -> str:
    return "" if value is None else str(value)
