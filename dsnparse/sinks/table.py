"""A table for eyes: one row a recipient, cut to the width of the terminal.

Columns are measured on the first rows only, so that a long run is shown as it goes and memory stays small.
There are no colours: what reaches the terminal is printable text and line ends, nothing else.
"""

from collections.abc import Iterable
from typing import Final

from dsnparse.escape import escape
from dsnparse.report import Recipient, Report

COLUMNS: Final = ("source", "kind", "vendor", "address", "action", "status", "reason", "advice")
MEASURED: Final = 200
GAP: Final = "  "
NARROWEST: Final = 8
# A file is told by the end of its path, all else by its beginning.
CUT_LEFT: Final = frozenset(("source",))
NOBODY: Final = Recipient()

Row = tuple[str, ...]


class Table:
    """Reports as aligned lines, at most `width` cells wide (0: as wide as they are); each vocabulary has a column."""

    def __init__(self, width: int = 0, vocabularies: Iterable[str] = ()) -> None:
        self.width = width
        self.vocabularies = tuple(dict.fromkeys(vocabularies))
        self.columns = (*COLUMNS, *self.vocabularies)
        self.waiting: list[Row] = []
        self.widths: list[int] = []

    def begin(self) -> bytes:
        """Return nothing: the heading waits for the first rows."""
        return b""

    def report(self, report: Report) -> bytes:
        """Return a row for each recipient, or one for the report."""
        return self._rows(self._row(report, each) for each in report.recipients or (NOBODY,))

    def unread(self, source: str, error: str) -> bytes:
        """Return a row that says why there is no report."""
        rest = [""] * (len(self.columns) - 4)
        return self._rows([(escape(source), "unread", "", escape(error), *rest)])

    def end(self) -> bytes:
        """Return the rows that still wait."""
        return self._release() if self.waiting else b""

    def _rows(self, rows: Iterable[Row]) -> bytes:
        self.waiting.extend(rows)
        return self._release() if self.widths or len(self.waiting) >= MEASURED else b""

    def _release(self) -> bytes:
        rows, self.waiting = self.waiting, []
        if not self.widths:
            rows.insert(0, tuple(name.upper() for name in self.columns))
            self.widths = fit([max(map(cells, column)) for column in zip(*rows, strict=True)], self.width)
        return "".join(map(self._line, rows)).encode()

    def _row(self, report: Report, recipient: Recipient) -> Row:
        values = (
            report.source or "",
            report.kind,
            report.vendor or "",
            recipient.address or recipient.original_recipient,
            recipient.action or "",
            recipient.status or str(recipient.reply_code or ""),
            recipient.own_reason or recipient.reason,
            "" if recipient is NOBODY else recipient.advice,
            *(recipient.labels.get(name, "") for name in self.vocabularies),
        )
        return tuple(map(escape, values))

    def _line(self, row: Row) -> str:
        columns = zip(self.columns, row, self.widths, strict=True)
        return GAP.join(pad(text, width, left=name in CUT_LEFT) for name, text, width in columns).rstrip() + "\n"


def fit(widths: list[int], total: int) -> list[int]:
    """Column widths that fill at most `total` cells; the widest give way first, none below NARROWEST."""
    room = total - len(GAP) * (len(widths) - 1)
    if not total or sum(widths) <= room:
        return widths
    low, high = NARROWEST, max(widths)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(width, middle) for width in widths) <= room:
            low = middle
        else:
            high = middle - 1
    return [min(width, low) for width in widths]


def pad(text: str, width: int, *, left: bool = False) -> str:
    """Return the text in exactly `width` cells, cut at its end or, if `left`, at its beginning."""
    size = cells(text)
    if size <= width:
        return text + " " * (width - size)
    kept = _tail(text, width - 1) if left else head(text, width - 1)
    cut = f"…{kept}" if left else f"{kept}…"
    return cut + " " * (width - 1 - cells(kept))


def cells(text: str) -> int:
    """Count how many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - costs 20 ms, and most tables are ASCII

    return cell_len(text)


def head(text: str, width: int) -> str:
    """Return as much of the beginning of a text as fits."""
    kept = text[:width]
    while cells(kept) > width:
        kept = kept[:-1]
    return kept


def _tail(text: str, width: int) -> str:
    kept = text[-width:]
    while cells(kept) > width:
        kept = kept[1:]
    return kept
