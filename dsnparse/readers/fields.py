"""Found values from the fields of a report part: one field, one cleaned value, one span.

What every reader of `name: value` parts shares; it knows field shapes (RFC 3464 section 2.1), not what a field means.
"""

import re
from collections.abc import Iterator
from typing import Final

from dsnparse.limits import DIAGNOSTIC, LINE
from dsnparse.report import Found, Source
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import View
from dsnparse.wire.header import unfold

# RFC 3464 section 2.1:  a field, folded as in RFC 5322, in groups that an empty line ends.
# Quirks: a reply continues in column 0 (`550-...`): a line without `name:` belongs to the field before; a blank before the colon.
FIELD: Final = re.compile(
    rb"(?:^|(?<=\n))([A-Za-z][A-Za-z0-9_-]{0,60})[ \t]*:[ \t]*"
    rb"([^\n]*(?:\n(?![\r\t ]*\n|[\r\t ]*\Z|[A-Za-z][A-Za-z0-9_-]{0,60}[ \t]*:)[^\n]+)*)"
)
BLANK_LINE: Final = re.compile(rb"(?:^|\n)[ \t\r]*\n")


def fields_of(view: View) -> Iterator[tuple[str, int, int, bool]]:
    """Yield (name as sent, start and end of the value, whether an empty line stands before) of each field."""
    after = view.start
    for match in FIELD.finditer(view.data, view.start, view.end):
        start, end = match.span(2)
        while end > start and view.data[end - 1] in b" \t\r\n":
            end -= 1
        gap = match.start() > after and BLANK_LINE.search(view.data, max(view.start, after - 1), match.start()) is not None
        yield match[1].decode("ascii"), start, end, gap
        after = match.end()


def line_value(view: View, start: int, end: int, cap: int = LINE) -> str:
    """Return a field value as one clean line, encoded words undone."""
    return clean(unfold(view.data[start : min(end, start + 4 * cap)]), cap)


def text_value(view: View, start: int, end: int) -> str:
    """Return a free-text value as one clean line, nothing decoded."""
    return clean(text_of(view.data[start : min(end, start + 2 * DIAGNOSTIC)]), DIAGNOSTIC)


def found(view: View, value: object, start: int, end: int, source: Source, rule: str = "") -> Found:
    """Tell where in `view` a value was read."""
    return Found(value, source, start, end, view.part, rule)


def typed(view: View, start: int, end: int) -> tuple[str, int]:
    """Split `type; value` (RFC 3464 section 2.1.2): the type in lower case, empty where there is none, and where the value starts."""
    semicolon = view.data.find(b";", start, min(end, start + 64))
    if semicolon < 0:
        return "", start
    kind = view.data[start:semicolon].strip().lower()
    if not kind or not TYPE.fullmatch(kind):
        return "", start
    semicolon += 1
    while semicolon < end and view.data[semicolon] in b" \t\r\n":
        semicolon += 1
    return kind.decode("ascii"), semicolon


# RFC 3464 section 2.1.2:  a type is an atom.
# Quirk: `rfc/822`, and a sentence in place of a type (`Reason 1 (Unable-To-Transfer)`), which is no type at all.
TYPE: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_./-]{0,40}")
