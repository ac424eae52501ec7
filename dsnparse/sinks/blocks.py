"""Blocks: many records in one form as bytes that can be written one after another, by whoever has not seen the others.

A process that parses makes blocks; the process that writes only joins them, with what the form has before, between and
after them.
"""

from collections.abc import Callable
from functools import partial
from typing import Literal, Protocol

from msgspec import Struct

from dsnparse.encode import to_json
from dsnparse.report import Report
from dsnparse.sinks import Format

Name = Literal["jsonl", "json", "csv", "arrow"]


class Form(Struct, frozen=True):
    """How records look: the form, and the options of it that were asked for."""

    name: Name
    all_fields: bool = False
    csv_raw: bool = False
    vocabularies: tuple[str, ...] = ()


class Layout(Struct, frozen=True):
    """What a whole output has around its blocks; `blank` is all that follows `begin` when there are none."""

    begin: bytes = b""
    between: bytes = b""
    end: bytes = b""
    blank: bytes = b""


class Block(Protocol):
    """Records on their way into one block."""

    def report(self, report: Report) -> None:
        """Add a report."""

    def unread(self, source: str, error: str) -> None:
        """Add an input without a report."""

    def take(self) -> bytes:
        """Return the block, and begin the next one."""


class TextBlock:
    """A block of a format whose records are text."""

    def __init__(self, make: Callable[[], Format]) -> None:
        self.make = make
        self.format = make()
        self.pieces: list[bytes] = []

    def report(self, report: Report) -> None:
        """Add a report."""
        self.pieces.append(self.format.report(report))

    def unread(self, source: str, error: str) -> None:
        """Add an input without a report."""
        self.pieces.append(self.format.unread(source, error))

    def take(self) -> bytes:
        """Return the block; the next one begins like a first one."""
        block = b"".join(self.pieces)
        self.pieces, self.format = [], self.make()
        return block


def open_block(form: Form) -> Block:
    """Return an empty block."""
    if form.name == "arrow":
        from dsnparse.sinks.arrow_rows import ArrowBlock  # noqa: PLC0415 - an extra

        return ArrowBlock()
    return TextBlock(_format(form))


def layout(form: Form) -> Layout:
    """Return what stands around the blocks of a form."""
    if form.name == "arrow":
        from dsnparse.sinks.arrow_rows import END, schema  # noqa: PLC0415

        return Layout(begin=bytes(schema().serialize()), end=END, blank=END)
    if form.name == "json":
        return Layout(begin=b"[\n", between=b",\n", end=b"\n]\n", blank=b"]\n")
    return Layout(begin=_format(form)().begin())


def _format(form: Form) -> Callable[[], Format]:
    if form.name == "csv":
        from dsnparse.sinks.csv_rows import CsvRows  # noqa: PLC0415 - only the form asked for is imported

        rows = CsvRows(every=form.all_fields, raw=form.csv_raw, vocabularies=form.vocabularies)
        return lambda: rows
    from dsnparse.sinks.json_array import JsonArray  # noqa: PLC0415
    from dsnparse.sinks.jsonl import JsonLines  # noqa: PLC0415

    encode = partial(to_json, all_fields=form.all_fields)
    return partial(JsonArray, encode) if form.name == "json" else partial(JsonLines, encode)
