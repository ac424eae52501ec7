"""Header blocks: where one ends, the wanted fields of it as spans, and all of its fields as clean text."""

import re
from typing import Final

from dsnparse.limits import DIAGNOSTIC, LINE
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.grammar import END_OF_HEADER, FOLD, NAME, PAIR, VALUE, field_pattern

Span = tuple[int, int]
Fields = dict[bytes, Span]
Pairs = tuple[tuple[str, str], ...]

# What a header of plain mail is made of; a block without any other byte needs no cleaning.
PLAIN: Final = bytes(range(0x20, 0x7F)) + b"\n\r\t"
MAX_FIELD_TEXT: Final = DIAGNOSTIC
NEWLINE: Final = 0x0A


class Wanted:
    """The field names one reader asks for, compiled once."""

    def __init__(self, *names: str) -> None:
        self.first, self.other = field_pattern(names)

    def find(self, data: bytes, start: int, end: int) -> Fields:
        """Return the span of the first occurrence of each wanted field, under its lower-case name."""
        return self.read(data, start, end)[0]

    def read(self, data: bytes, start: int, end: int) -> tuple[Fields, int, int]:
        """Return the same, and where the header ends and its body begins: both at `end` where no empty line ends it."""
        found: Fields = {}
        # Nothing but a line end, or a byte order mark, stands before the first field.
        if (start == 0 or data[start - 1] != NEWLINE) and (match := self.first.match(data, start, end)):
            found[match[1].lower()] = match.span(2)
        for match in self.other.finditer(data, start - 1 if start else 0, end):
            name = match[1]
            if name is None:
                return found, match.start() + 1, match.end()
            name = name.lower()
            if name not in found:
                found[name] = match.span(2)
        return found, end, end


def end_of_header(data: bytes, start: int, end: int) -> Span:
    """Return where the header that begins at `start` ends and where its body begins; both are `end` where no empty line does it."""
    # From the newline before the header on, if there is one: a header may be empty.
    match = END_OF_HEADER.search(data, start - 1 if start else 0, end)
    if match is None:
        return end, end
    if start == 0 and data[:2] in (b"\r\n", b"\n", b"\n\n"):
        return 0, data.index(b"\n") + 1
    return match.start() + 1, match.end()


def read_line(data: bytes, start: int, end: int) -> str:
    """Return a field value as one clean line, encoded words (RFC 2047) undone."""
    try:
        text = data[start:end].decode("ascii").strip()
    except UnicodeDecodeError:
        return _read_odd_line(data[start : min(end, start + 4 * LINE)])
    if "=?" not in text and len(text) <= LINE:
        if text.isprintable() and "  " not in text:  # 18 values of 20
            return text
        folded = " ".join(text.split())
        if folded.isprintable() and "\x1b" not in text:
            return folded
    return _read_odd_line(data[start : min(end, start + 4 * LINE)])


def _read_odd_line(value: bytes) -> str:
    if b"=?" in value:  # 1 value of 100
        from dsnparse.wire.words import decode_words  # noqa: PLC0415 - it brings flanker, which takes 0.2 s to import

        return clean(decode_words(value), LINE)
    return clean(text_of(value), LINE)


def all_fields(data: bytes, start: int, end: int, most: int) -> Pairs:
    """Return every field of a header in order, values unfolded and clean but encoded words left as they are."""
    block = data[start:end]
    if block.translate(None, PLAIN):  # 8-bit text or control characters: 1 header of 20
        pairs = PAIR.findall(FOLD.sub(b" ", block))[:most]
        return tuple((name.decode("ascii"), clean(text_of(value), MAX_FIELD_TEXT)) for name, value in pairs)
    if b"\r" in block:
        block = block.replace(b"\r", b"")
    found = PAIR_TEXT.findall(block.decode("ascii"))
    return tuple(
        [
            (name, value if value.isprintable() and len(value) < MAX_FIELD_TEXT else _one_line(value))
            for name, value in found[:most]
        ]
    )


def _one_line(value: str) -> str:
    return " ".join(value.split())[:MAX_FIELD_TEXT].rstrip()


# RFC 5322 section 2.2 once more, for text, and with the folded lines of a value.
PAIR_TEXT: Final = re.compile((rb"^(" + NAME + rb")[ \t]*:[ \t]*(" + VALUE + rb")").decode("ascii"), re.MULTILINE)
