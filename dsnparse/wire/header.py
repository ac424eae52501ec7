"""Header blocks: where one ends, the wanted fields of it as spans, and all of its fields as clean text."""

import re
from typing import Final

from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.grammar import END_OF_HEADER, NAME, VALUE, field_pattern
from dsnparse.wire.words import decode_words

Span = tuple[int, int]
Fields = dict[str, Span]

ALL_FIELDS: Final = re.compile(rb"(?:^|(?<=\n))(" + NAME + rb")[ \t]*:[ \t]*(" + VALUE + rb")")
MAX_FIELD_TEXT: Final = 8 << 10


class Wanted:
    """The field names one reader asks for, compiled once."""

    def __init__(self, *names: str) -> None:
        self.first, self.other = field_pattern(names)

    def find(self, data: bytes, start: int, end: int) -> Fields:
        """Return the span of the first occurrence of each wanted field, under its lower-case name."""
        found: Fields = {}
        if match := self.first.match(data, start, end):
            found[match[1].decode("ascii").lower()] = match.span(2)
        for match in self.other.finditer(data, start, end):
            found.setdefault(match[1].decode("ascii").lower(), match.span(2))
        return found


def end_of_header(data: bytes, start: int, end: int) -> Span:
    """Return where the header that begins at `start` ends and where its body begins."""
    if data[start : start + 1] == b"\n":
        return start, start + 1
    if data[start : start + 2] == b"\r\n":
        return start, start + 2
    match = END_OF_HEADER.search(data, start, end)
    return (match.start() + 1, match.end()) if match else (end, end)


def unfold(value: bytes) -> str:
    """Return a field value as one clean line, encoded words (RFC 2047) undone."""
    if b"=?" in value:  # 1 value of 100
        return decode_words(value)
    return clean(text_of(value))


def all_fields(data: bytes, start: int, end: int, most: int) -> tuple[tuple[str, str], ...]:
    """Return every field of a header in order, values unfolded and clean but encoded words left as they are."""
    pairs = []
    for match in ALL_FIELDS.finditer(data, start, end):
        if len(pairs) == most:
            break
        name, value = match.groups()
        pairs.append((name.decode("ascii"), clean(text_of(value[:MAX_FIELD_TEXT]), MAX_FIELD_TEXT)))
    return tuple(pairs)
