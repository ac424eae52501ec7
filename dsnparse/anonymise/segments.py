"""A text and the bytes it was sent as: what is replaced in the one is written anew in the other, in the same encoding.

A text is a row of segments, such as the lines of a quoted-printable part or the encoded words of a field. A segment in which nothing
is replaced keeps its very bytes; since a replacement is mostly as long as what it replaces, lines end where they did.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple

from dsnparse.wire.charset import CODECS, find_charset
from dsnparse.wire.encoding import undo_transfer

SOFT_BREAK: Final = re.compile(rb"(=[ \t]*\r?\n)")
ESCAPE: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
# RFC 2045 section 6.7 rules 2 and 3: printable ASCII but "=", blanks and line breaks stand for themselves.
NEVER_LITERAL: Final = frozenset(range(256)) - frozenset(range(ord(" "), ord("~") + 1)) - frozenset(
    b"\t\r\n"
) | frozenset(b"=")
TRAILING: Final = re.compile(rb"[ \t](?=\r?\n|\Z)")
# RFC 2047 section 2:  encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
WORD: Final = re.compile(rb"=\?([A-Za-z0-9_:.+-]{1,60})(\*[A-Za-z-]{0,40})?\?([QqBb])\?([^?\r\n]{0,2000})\?=")
LITERAL_IN_WORD: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/.")
SPECIAL_IN_WORD: Final = frozenset(b"=?_ ")


class Edit(NamedTuple):
    """Characters `start` to `end` of a text become `new`."""

    start: int
    end: int
    new: str


class Segment(NamedTuple):
    """A stretch of text, its bytes, and how other text is written in their place; None where the bytes hold no text."""

    text: str
    raw: bytes
    encode: Callable[[str], bytes] | None = None


def text_of(segments: Iterable[Segment]) -> str:
    """Return the whole text."""
    return "".join(segment.text for segment in segments)


def write(segments: Iterable[Segment], edits: list[Edit]) -> bytes:
    """Return the bytes with the edits, which are in order and apart, made."""
    written: list[bytes] = []
    start = first = 0
    for segment in segments:
        end = start + len(segment.text)
        while first < len(edits) and edits[first].end <= start:
            first += 1
        text = _edited(segment.text, start, end, edits, first)
        written.append(segment.raw if segment.encode is None or text == segment.text else segment.encode(text))
        start = end
    return b"".join(written)


def edited(text: str, edits: list[Edit]) -> str:
    """Return a text with the edits made."""
    return _edited(text, 0, len(text), edits, 0)


def _edited(text: str, start: int, end: int, edits: list[Edit], first: int) -> str:
    pieces: list[str] = []
    at = start
    for number in range(first, len(edits)):
        edit = edits[number]
        if edit.start >= end:
            break
        low, high = max(edit.start, start), min(edit.end, end)
        pieces.append(text[at - start : low - start])
        pieces.append(edit.new[low - edit.start : len(edit.new) if edit.end <= end else high - edit.start])
        at = high
    pieces.append(text[at - start :])
    return "".join(pieces)


def choose_codec(data: bytes, label: str) -> str:
    """Return a codec that reads `data` and writes the same bytes again: the one that the label names, if it does."""
    for codec in (*CODECS.get(find_charset(label), ()), "utf-8"):
        try:
            if data.decode(codec).encode(codec) == data:
                return codec
        except UnicodeError:
            continue
    return "latin-1"


def plain(data: bytes, label: str = "") -> list[Segment]:
    """Return what was sent as it is."""
    codec = "ascii" if data.isascii() and b"\x1b" not in data else choose_codec(data, label)
    return [Segment(data.decode(codec), data, lambda text: text.encode(codec, "replace"))]


def value(data: bytes) -> list[Segment]:
    """Return the value of a field; encoded words are read, and blanks between two of them are no text."""
    segments: list[Segment] = []
    end = 0
    for match in WORD.finditer(data):
        gap = data[end : match.start()]
        if gap:
            segments += [Segment("", gap)] if end and not gap.strip(b" \t\r\n") else plain(gap)
        segments.append(_encoded_word(match))
        end = match.end()
    return segments + plain(data[end:])


def _encoded_word(match: re.Match[bytes]) -> Segment:
    charset, language, encoding, encoded = match.groups()
    in_base64 = encoding in b"Bb"
    data = undo_transfer(encoded, b"base64") if in_base64 else _undo_escapes(encoded.replace(b"_", b" "))
    codec = choose_codec(data, charset.decode("ascii"))
    literal = LITERAL_IN_WORD | set(encoded) - SPECIAL_IN_WORD
    head = b"=?" + charset + (language or b"") + b"?" + encoding + b"?"

    def encode(text: str) -> bytes:
        new = text.encode(codec, "replace")
        return head + (base64.b64encode(new) if in_base64 else _q(new, literal)) + b"?="

    return Segment(data.decode(codec), match[0], encode)


def _q(data: bytes, literal: frozenset[int]) -> bytes:
    return b"".join(
        bytes((byte,)) if byte in literal else b"_" if byte == ord(" ") else b"=%02X" % byte for byte in data
    )


def body(data: bytes, encoding: bytes, label: str) -> list[Segment]:
    """Return the text of a part's body."""
    name = encoding.strip().lower()
    if name == b"base64":
        return _base64(data, label)
    if name == b"quoted-printable":
        return list(_quoted_printable(data, label))
    return plain(data, label)


def _base64(data: bytes, label: str) -> list[Segment]:
    """Return the text of base64, written anew in lines as long as the first one was."""
    undone = undo_transfer(data, b"base64")
    codec = choose_codec(undone, label)
    return [Segment(undone.decode(codec), data, lambda text: wrap_base64(text.encode(codec, "replace"), data))]


def wrap_base64(decoded: bytes, like: bytes) -> bytes:
    """Return base64 in lines like those of `like`."""
    lines = like.strip().split(b"\n")
    size = len(lines[0].strip()) if len(lines) > 1 else max(len(lines[0]), 1 << 30)
    ending = b"\r\n" if b"\r\n" in like else b"\n"
    encoded = base64.b64encode(decoded)
    wrapped = ending.join(encoded[start : start + size] for start in range(0, len(encoded), size))
    before = like[: len(like) - len(like.lstrip())]
    return before + wrapped + like[len(like.rstrip()) :]


def _quoted_printable(data: bytes, label: str) -> Iterator[Segment]:
    """Yield the stretches between soft line breaks (RFC 2045 section 6.7)."""
    pieces = SOFT_BREAK.split(data)
    codec = choose_codec(_undo_escapes(b"".join(pieces[::2])), label)
    escaped = {int(digits, 16) for digits in ESCAPE.findall(data)} - set(ESCAPE.sub(b"", data))
    carry = b""
    for number, piece in enumerate(pieces):
        if number % 2:
            if not carry:
                yield Segment("", piece)
            else:
                carry += piece
            continue
        carry += piece
        text = _decoded(_undo_escapes(SOFT_BREAK.sub(b"", carry)), codec)
        if text is None and number + 1 < len(pieces):  # the break stands inside of a character
            continue
        yield Segment(text or "", carry, partial(_encode_quoted_printable, codec=codec, escaped=frozenset(escaped)))
        carry = b""


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _undo_escapes(data: bytes) -> bytes:
    return ESCAPE.sub(lambda match: bytes((int(match[1], 16),)), data)


def _encode_quoted_printable(text: str, codec: str, escaped: frozenset[int]) -> bytes:
    data = text.encode(codec, "replace")
    escaped |= NEVER_LITERAL
    written = b"".join(b"=%02X" % byte if byte in escaped else bytes((byte,)) for byte in data)
    return TRAILING.sub(lambda match: b"=%02X" % match[0][0], written)
