"""What makes a string fit for a report: valid, visible, one line, bounded.

Everything a report holds goes through `clean`. The sets are spelt out instead of asked of `unicodedata`, so that one
message gives one answer under every Python's Unicode tables.
"""

import re
from typing import Final

from dsnparse.late import late
from dsnparse.wire.encoding import to_utf8

# CRLF, the other ASCII breaks, and the three Unicode ones: NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR.
_BREAKS: Final = "\n\x0b\x0c\r\x85\u2028\u2029"
_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# General category Cf: zero width, bidi controls, tags, annotation; and surrogates, which are no characters at all.
_FORMAT: Final = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_CONTROLS: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"

_SPACE: Final = late(f"[\t{_BREAKS}{_SPACES}]")
_UNFIT: Final = late(f"[{_CONTROLS}{_FORMAT}]")
_ODD: Final = re.compile(f"[{_CONTROLS}{_FORMAT}{_SPACES}\t\n\r\u2028\u2029]")
_RUNS: Final = late(" {2,}")
_FOLD: Final = re.compile(rb"[ \t]*+(?:\r\n?|\n)[ \t\r\n]*")
# A long run of Han and kana that goes on in the next line was wrapped there: such text has no blanks. A full stop ends it.
_HAN: Final = rb"[\xe3-\xe9][\x80-\xbf]{2}"
_WRAPPED: Final = late(rb"((?:" + _HAN + rb"){8}(?<!\xe3\x80\x82))[ \t]*\r?\n[ \t]*(?=" + _HAN + rb")")


def clean(text: str, cap: int = 1024) -> str:
    """Make `text` fit for a report: scrubbed and at most `cap` bytes of UTF-8."""
    if len(text) * 4 <= cap and text.isprintable() and "  " not in text:  # 97 values of 100
        return text.strip(" ")
    return clip(scrub(text), cap)[0]


def scrub(text: str) -> str:
    """Drop what is not visible and collapse blanks; a line break or tab is a blank."""
    if not text.isprintable():  # 1 value of 50
        text = _UNFIT.sub("", _SPACE.sub(" ", text))
    if "  " in text:
        text = _RUNS.sub(" ", text)
    return text.strip(" ")


def clip(text: str, cap: int) -> tuple[str, bool]:
    """Cut scrubbed text at a character so that it has at most `cap` bytes of UTF-8; tell whether it was cut."""
    if len(text) * 4 <= cap:  # no character is longer than four bytes
        return text, False
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= cap:
        return text, False
    return encoded[:cap].decode("utf-8", "ignore").rstrip(" "), True


def is_fit(text: str) -> bool:
    """Tell whether `text` holds nothing but visible characters and plain blanks."""
    return text.isprintable() or not _ODD.search(text)


def unwrap(value: bytes) -> bytes:
    """Join the lines of UTF-8 text that Chinese and Japanese sentences were wrapped into."""
    return value if value.isascii() else _WRAPPED.sub(rb"\1", value)


def text_of(value: bytes) -> str:
    """Read the value of a field: unfolded, in whatever character set it turns out to be."""
    if b"\n" in value or b"\r" in value:
        value = _FOLD.sub(b" ", unwrap(value))
    if value.isascii() and b"\x1b" not in value:  # ESC: ISO-2022-JP sent raw
        return value.decode("ascii")
    return to_utf8(value, "", guess=False)[0].decode("utf-8", "replace")
