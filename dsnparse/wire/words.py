"""Encoded words (RFC 2047) and parameters (RFC 2045, 2231) of a header value.

Encoded words are found here, by one linear pattern, and undone by flanker. flanker is asked for bytes only (by way of
Latin-1, which loses none) and never sees the name of a character set, so that no message can choose a codec. Its reader
of RFC 2231 parameters was tried and left out: under Python 3 it reads every character set as UTF-8, joins sections in
the order they come, and leaves backslashes in.
"""

from collections.abc import Iterator
from typing import Final

from dsnparse.late import late
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.encoding import to_utf8
from dsnparse.wire.quiet import import_quietly

# RFC 2047 section 2:  encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
# RFC 2231 section 5 adds a language:  charset "*" language
# Quirk: blanks and a final "?" inside of the text are sent by hand-made encoders.
_WORD: Final = late(r"=\?([!-)+-<>@-~]{1,60})(?:\*[!-<>@-~]{0,40})?\?([QqBb])\?([ ->@-~]*\??)\?=")
_NOT_BASE64: Final = late(r"[^A-Za-z0-9+/]")
_MAX_VALUE: Final = 64 << 10

# RFC 2045 section 5.1:  parameter := attribute "=" value  ;  value := token / quoted-string
# Quirk: blanks around "=", none or a blank instead of ";", a quote that never closes (then up to the next ";").
_PARAMETER: Final = late(
    r"""(?:^|(?<=[;\s]))([!#$%&'*+.0-9A-Z^_`a-z{|}~-]{1,60})[ \t]*=[ \t]*(?:"([^"\\]*+(?:\\.[^"\\]*+)*)"|"([^;]*)|([^;\s"][^;\s]*))"""
)
_ESCAPED: Final = late(r"\\(.)")
# RFC 2231 section 7:  attribute-char *("*" section) ["*"]
_SECTION: Final = late(r"([^*]+)(?:\*([0-9]{1,2}))?(\*?)")
_PERCENT: Final = late(rb"%([0-9A-Fa-f]{2})")

_Word = tuple[str, str, str]
_Sections = dict[int, tuple[str, bool]]


def decode_words(value: bytes, max_words: int = 200, *, cap: int = 1024) -> str:
    """Undo the encoded words of a field value; those after the first `max_words` stay as they are."""
    text = text_of(value[:_MAX_VALUE])
    pieces: list[str] = []
    group: list[_Word] = []
    end = 0
    for count, match in enumerate(_WORD.finditer(text)):
        if count == max_words:
            break
        charset, encoding, encoded = match.groups()
        gap = text[end : match.start()]
        if group and (gap.strip(" \t") or group[-1][0] != charset.lower()):
            pieces.append(_undo(group))
            group = []
        if not count or gap.strip(" \t"):  # blanks between two words are not text
            pieces.append(gap)
        group.append((charset.lower(), encoding.lower(), encoded))
        end = match.end()
    if group:
        pieces.append(_undo(group))
    return clean("".join((*pieces, text[end:])), cap)


def _undo(group: list[_Word]) -> str:
    """Decode adjacent words of one character set together: some senders split in the middle of a character."""
    flanker = import_quietly("flanker.mime.message.headers.encodedword")
    words = "".join(f"=?latin-1?{encoding}?{_well_formed(encoding, encoded)}?=" for _, encoding, encoded in group)
    raw: str = flanker.mime_to_unicode(words)
    return to_utf8(raw.encode("latin-1", "replace"), group[0][0], guess=False)[0].decode("utf-8", "replace")


def _well_formed(encoding: str, encoded: str) -> str:
    """Drop what flanker would give up at: junk in base64 and a last digit that makes no byte."""
    if encoding == "q":
        return encoded.replace("?", "=3F")
    digits = _NOT_BASE64.sub("", encoded)
    return digits[:-1] if len(digits) % 4 == 1 else digits


def parameters(value: bytes, max_params: int = 50) -> dict[str, str]:
    """Return the parameters of a field value by lower-case name; the first one of a name wins."""
    found: dict[str, str] = {}
    sections: dict[str, _Sections] = {}
    for name, text in _plain_parameters(text_of(value), max_params):
        if "*" not in name:  # 99 of 100
            found.setdefault(name, clean(text))
        elif match := _SECTION.fullmatch(name):
            sections.setdefault(match[1], {}).setdefault(int(match[2] or 0), (text, match[3] == "*"))
    for name, parts in sections.items():
        if joined := _join(parts):
            found[name] = joined  # the sender's own better spelling of a plain one (RFC 2231 section 3)
    return found


def _plain_parameters(text: str, max_params: int) -> Iterator[tuple[str, str]]:
    for count, match in enumerate(_PARAMETER.finditer(text)):
        if count == max_params:
            return
        name, quoted, unclosed, token = match.groups()
        yield name.lower(), _ESCAPED.sub(r"\1", quoted) if quoted is not None else (unclosed or token or "").rstrip('"')


def _join(parts: _Sections) -> str:
    """Join the sections 0, 1, … of one parameter; the first says the character set of all encoded ones."""
    raw: list[bytes] = []
    charset = ""
    for number in range(len(parts)):
        if number not in parts:
            break
        text, encoded = parts[number]
        if encoded and number == 0 and text.count("'") >= 2:  # noqa: PLR2004 - charset'language'text
            charset, _, text = text.split("'", 2)
        octets = text.encode("utf-8", "replace")
        raw.append(_PERCENT.sub(lambda match: bytes((int(match[1], 16),)), octets) if encoded else octets)
    return clean(to_utf8(b"".join(raw), charset, guess=False)[0].decode("utf-8", "replace"))
