"""Fields of a report part: one after the other, typed values split, each value cleaned.

What every reader of `name: value` parts shares; it knows the shape of fields (RFC 3464 section 2.1), not what they mean.
"""

import re
from collections.abc import Iterator
from typing import Final

from dsnparse.limits import DIAGNOSTIC
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import View

# RFC 3464 section 2.1:  a field, folded as in RFC 5322, in groups that an empty line ends.
# Quirks: a blank before the colon; what goes on in column 0 (`550-...`) is joined by `fields_of`.
FIELD: Final = re.compile(rb"([A-Za-z][A-Za-z0-9_-]{0,60})[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\s][^\n]*)*)")
# RFC 3464 section 2.1.2:  a type is an atom.
# Quirk: `rfc/822`, and a sentence in place of a type (`Reason 1 (Unable-To-Transfer)`), which is no type at all.
TYPED: Final = re.compile(rb"[ \t\r\n]*([A-Za-z0-9][A-Za-z0-9_./-]{0,40})[ \t]*;[ \t\r\n]*")


def fields_of(view: View) -> Iterator[tuple[bytes, int, int, bool]]:
    """Yield (name as sent, start and end of the value, whether an empty line stands before it) of each field.

    A line that is neither empty nor a field belongs to the field before it.
    """
    data, at, end = view.data, view.start, view.end
    match_field = FIELD.match
    name, first, last, gap, before = b"", 0, 0, False, False
    while at < end:
        if match := match_field(data, at, end):
            if name:
                yield name, first, last, before
            name, before, gap = match[1], gap, False
            first, at = match.span(2)
            last = at
            while last > first and data[last - 1] <= BLANK:
                last -= 1
            at += 1
            continue
        stop = data.find(b"\n", at, end)
        stop = end if stop < 0 else stop
        if line := data[at:stop].rstrip():
            last = at + len(line) if not gap else last
        else:
            gap = True
        at = stop + 1
    if name:
        yield name, first, last, before


BLANK: Final = 0x20


def text_value(view: View, start: int, end: int) -> str:
    """Return a free-text value as one clean line, nothing decoded."""
    value = view.data[start : min(end, start + 2 * DIAGNOSTIC)]
    try:
        text = b" ".join(value.split()).decode("ascii")
    except UnicodeDecodeError:
        return clean(text_of(value), DIAGNOSTIC)
    if text.isprintable() and len(text) <= DIAGNOSTIC and b"\x1b" not in value:
        return text
    return clean(text_of(value), DIAGNOSTIC)


def typed(view: View, start: int, end: int) -> tuple[str, int]:
    """Split `type; value`: the type in lower case, empty where there is none, and where the value starts."""
    match = TYPED.match(view.data, start, end)
    return (match[1].decode("ascii").lower(), match.end()) if match else ("", start)
