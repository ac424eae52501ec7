"""CSV (RFC 4180, lines ending in LF): one row a recipient, and one row for a report without recipients.

A spreadsheet runs a cell that begins with "=" as a formula, whatever the quotes around it, and mail is written by
strangers; such a cell gets a leading apostrophe unless raw cells are asked for.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import fields

from dsnparse.report import Original, Recipient, Report

# Also after blanks and after a line break inside the cell: importers trim, and may split there. The wide forms of the
# four signs (U+FF1D, FF0B, FF0D, FF20) are folded to the narrow ones by East Asian editions.
FORMULA: Final = re.compile(r"(?:\A|[\r\n])[^\S\r\n]*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]|\A[\t\r]")
QUOTED: Final = re.compile(r'[",\r\n]')

REPORT: Final = ("source", "kind", "vendor", "reporting_mta", "arrival_date", "message_id", "subject", "date")
ORIGINAL: Final = ("message_id", "from", "to", "subject")
RECIPIENT: Final = (
    "address",
    "original_recipient",
    "action",
    "status",
    "reply_code",
    "reason",
    "own_reason",
    "detail",
    "permanence",
    "fault",
    "advice",
    "retry_after",
    "blocklist",
    "remote_mta",
    "remote_ip",
    "command",
    "diagnostic",
    "confidence",
    "agreement",
)
# What does not fit in a cell, even if all fields are asked for; JSON has it.
NESTED: Final = frozenset(
    (
        "original",
        "recipients",
        "feedback",
        "disposition",
        "defects",
        "evidence",
        "headers",
        "extensions",
        "labels",
        "facts",
    )
)


class CsvRows:
    """Reports as rows; `every` takes all fields that fit in a cell, `raw` leaves cells as they are.

    Each of the `vocabularies` has a column, `label_sisimai` and so on, for what it calls the reason.
    """

    def __init__(self, *, every: bool = False, raw: bool = False, vocabularies: Iterable[str] = ()) -> None:
        self.raw = raw
        self.vocabularies = tuple(dict.fromkeys(vocabularies))
        self.of_report = Columns(Report, REPORT, every=every)
        self.of_original = Columns(Original, ORIGINAL, every=every)
        self.of_recipient = Columns(Recipient, RECIPIENT, every=every)

    def begin(self) -> bytes:
        """Return the header row."""
        original = (f"original_{name}" for name in self.of_original.names)
        labels = (f"label_{name}" for name in self.vocabularies)
        return self._row([*self.of_report.names, *original, *self.of_recipient.names, *labels, "error"])

    def report(self, report: Report) -> bytes:
        """Return a row for each recipient."""
        shared = [*self.of_report.cells(report), *self.of_original.cells(report.original)]
        if not report.recipients:
            return self._row([*shared, *self.of_recipient.blank, *self._labels(None), ""])
        return b"".join(
            self._row([*shared, *self.of_recipient.cells(each), *self._labels(each), ""]) for each in report.recipients
        )

    def unread(self, source: str, error: str) -> bytes:
        """Return a row with the source and, in the last cell, the error."""
        blank = [*self.of_report.blank[1:], *self.of_original.blank, *self.of_recipient.blank, *self._labels(None)]
        return self._row([source, *blank, error])

    def end(self) -> bytes:
        """Return nothing."""
        return b""

    def _labels(self, recipient: Recipient | None) -> list[str]:
        return [recipient.labels.get(name, "") if recipient else "" for name in self.vocabularies]

    def _row(self, cells: list[str]) -> bytes:
        return (",".join(quote(cell if self.raw else disarm(cell)) for cell in cells) + "\n").encode()


class Columns:
    """The fields of one Struct that become cells."""

    def __init__(self, struct: type[Struct], chosen: tuple[str, ...], *, every: bool) -> None:
        attributes = {field.encode_name: field.name for field in fields(struct)}
        others = (name for name in attributes if name not in {*chosen, *NESTED})
        self.names = (*chosen, *others) if every else chosen
        self.attributes = [attributes[name] for name in self.names]
        self.blank = [""] * len(self.names)

    def cells(self, value: Struct) -> Iterator[str]:
        """Return the cells of one value."""
        return (_text(getattr(value, name)) for name in self.attributes)


def disarm(cell: str) -> str:
    """Return the cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if FORMULA.search(cell) else cell


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def quote(cell: str) -> str:
    """Return the cell, in quotes where it needs them."""
    return '"' + cell.replace('"', '""') + '"' if QUOTED.search(cell) else cell
