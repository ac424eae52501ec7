"""Fields of a report part: one after the other, typed values split, each value cleaned.

What every reader of `name: value` parts shares; it knows the shape of fields (RFC 3464 section 2.1), not what they mean.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from dsnparse.limits import DIAGNOSTIC
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import Tree, View
from dsnparse.wire.grammar import TYPE
from dsnparse.wire.header import read_line

# RFC 3464 section 2.1:  a field, folded as in RFC 5322, in groups that an empty line ends.
# Quirks: a blank before the colon; a line in column 0 that is no field (`550-...`) belongs to the field above it. So does, below a
# long line, what begins with a word in small letters (`rejected: Greylisted`, `https://...`): the blanks of the fold were lost.
NAME: Final = (
    rb"(?:[A-Z][A-Za-z0-9_-]{0,60}|[a-z][A-Za-z0-9_]{0,30}-[A-Za-z0-9_-]{0,40}|(?<![^\n]{50}\n)[a-z][A-Za-z0-9_]{0,60})"
)
# A folded value may have lines of blanks in it (RFC 5322 section 4.2), as Google Groups writes a letter into a Diagnostic-Code.
BETWEEN: Final = rb"(?:\n[ \t]++\r?){1,3}(?=\n[ \t]++(?!" + NAME + rb"[ \t]*+:)[^\s])"
FIELD: Final = re.compile(
    rb"^("
    + NAME
    + rb")[ \t]*+:[ \t]*+([^\n]*+(?:(?:"
    + BETWEEN
    + rb")?\n(?!"
    + NAME
    + rb"[ \t]*+:|[ \t\r\f\v]*+(?:\n|\Z))[^\n]*+)*)",
    re.MULTILINE,
)


BLANK: Final = 0x20
EMPTY_LINE: Final = re.compile(rb"\n[ \t\r\f\v]*+\n")


def fields_of(view: View, is_full: Callable[[], bool] = lambda: False) -> Iterator[tuple[bytes, int, int, bool]]:
    """Yield (name as sent, start and end of the value, whether an empty line stands before it) of each field.

    When `is_full` says so of the group that is being read, what is left of it is passed over at once.
    """
    data, behind = view.data, view.start
    while behind < view.end:
        for match in FIELD.finditer(data, behind, view.end):
            first, last = match.span(2)
            gap = match.start() > behind + 1
            behind = last
            while last > first and data[last - 1] <= BLANK:
                last -= 1
            yield match[1], first, last, gap
            if is_full():
                break
        else:
            return
        empty = EMPTY_LINE.search(data, last, view.end)
        behind = empty.start() if empty else view.end


def text_value(view: View, start: int, end: int) -> str:
    """Return a free-text value as one clean line, nothing decoded."""
    value = view.data[start : min(end, start + 2 * DIAGNOSTIC)]
    try:
        text = value.decode("ascii")
    except UnicodeDecodeError:
        return clean(text_of(value), DIAGNOSTIC)
    if "  " in text or not text.isprintable():
        text = " ".join(text.split())
    if text.isprintable() and len(text) <= DIAGNOSTIC and b"\x1b" not in value:
        return text.strip()
    return clean(text_of(value), DIAGNOSTIC)


def said_fields(view: View, tree: Tree) -> Iterator[tuple[str, str, int, int]]:
    """Yield (name, value as one line, start and end of it) of each field, as many as one group may have."""
    for count, (name, start, end, _) in enumerate(fields_of(view)):
        if count == tree.limits.max_ds_fields:
            tree.limit("max_ds_fields", start, view.end)
            return
        yield name.decode("ascii"), read_line(view.data, start, end), start, end


def typed(view: View, start: int, end: int) -> tuple[str, int]:
    """Split `type; value`: the type in lower case, empty where there is none, and where the value starts."""
    match = TYPE.match(view.data, start, end)
    return (match[1].decode("ascii").lower(), match.end()) if match else ("", start)
