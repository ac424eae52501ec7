"""What was done to a text that the header of its part does not tell: HTML, a transfer encoding, escaped signs, doubled line ends.

Such mail is written by forms and scripts, or lost a field of its header on the way. What is taken for an encoding is one throughout.
"""

import re
from typing import Final

from dsnparse.late import late

HTML: Final = re.compile(rb"\s{0,200}<(?:(?i:!doctype\s{1,9}html|html|head|body)\b|!--)")
BASE64: Final = re.compile(rb"\s{0,100}(?:[A-Za-z0-9+/]{60,76}\r?\n){2,5000}[A-Za-z0-9+/]{0,76}={0,2}\s{0,100}\Z")
# A line of words that "=" breaks where a line of quoted-printable is full (RFC 2045 section 6.7).
SOFT_BREAK: Final = re.compile(rb"[^\n=]{0,74} [^\n=]{0,74}=\r?\n[^\s=]")
LONG_LINE: Final = range(60, 77)
NO_QUOTED_PRINTABLE: Final = late(rb"=(?!\r?\n|[0-9A-F]{2})")
# An address between its angle brackets, or a line of an SMTP session.
ESCAPED: Final = late(
    rb"&lt;[^\s&<>@]{1,64}@[^\s&<>@]{1,255}&gt;|&lt;-{1,3}[ \t]|-{1,3}&gt;[ \t]|(?:(?:&gt;){3}|(?:&lt;){3})[ \t]"
)
ENTITY: Final = late(rb"&(lt|gt|amp|quot|#39);")
SIGNS: Final = {b"lt": b"<", b"gt": b">", b"amp": b"&", b"quot": b'"', b"#39": b"'"}
# Blanks that no rule expects: of a fixed width, and of none.
NO_BREAK: Final = "\u00a0".encode()
NO_WIDTH: Final = late("\u200b|\u2060|\ufeff".encode())

# Where line ends were converted twice each line has an empty one below it, and where one was empty there are three.
SINGLE_END: Final = re.compile(rb"[^\r\n]\r?\n[^\r\n]")
ENDS: Final = late(rb"(?:\r?\n){2,}")
EMPTY_ONES: Final = late(rb"(?:\r?\n){4}")
FIELDS: Final = re.compile(rb"(?:(?:[!-9;-~]{1,100}[ \t]{0,9}:|[ \t])[^\r\n]{0,1000}\r?\n\r?\n(?:\r?\n){0,4}){4}")
DOUBLED_SAMPLE: Final = 4 << 10
DOUBLED_LINES: Final = 4


def is_html(data: bytes, start: int, end: int) -> bool:
    """Tell whether a text that is called plain is a web page."""
    return HTML.match(data, start, end) is not None


def undeclared_encoding(data: bytes, start: int, end: int) -> bytes:
    """Return the transfer encoding of a text that is said to have none."""
    at = data.find(b"=\n", start, end)
    if at < 0:
        at = data.find(b"=\r\n", start, end)
    if at >= 0:
        line = data.rfind(b"\n", start, at) + 1 or start
        is_broken = at - line in LONG_LINE and SOFT_BREAK.match(data, line, end)
        if is_broken and not NO_QUOTED_PRINTABLE.search(data, start, end):
            return b"quoted-printable"
    return b"base64" if BASE64.match(data, start, end) else b""


def is_escaped(data: bytes, start: int = 0, end: int | None = None) -> bool:
    """Tell whether the angle brackets of an address or a session were escaped for HTML."""
    stop = len(data) if end is None else end
    at = data.find(b"&lt;", start, stop)
    return at >= 0 and ESCAPED.search(data, start, stop) is not None


def plainly(text: bytes) -> bytes:
    """Return UTF-8 text with its escaped signs as they are read, and blanks as blanks."""
    if is_escaped(text):
        text = ENTITY.sub(lambda found: SIGNS[found[1]], text)
    if NO_BREAK in text:
        text = text.replace(NO_BREAK, b" ")
    return text if text.isascii() else NO_WIDTH.sub(b"", text)


def single_spaced(data: bytes, start: int, end: int, *, fields: bool) -> bytes | None:
    """Return `data` with half of the line ends between `start` and `end` made blanks, so that nothing moves; None if none is doubled.

    Paragraphs of one line each look alike: `fields` tells of text that has none, else an empty line must have been doubled, too.
    """
    most = min(end, start + DOUBLED_SAMPLE)
    if SINGLE_END.search(data, start, most):
        return None
    if not (FIELDS.match(data, start, most) if fields else EMPTY_ONES.search(data, start, most)):
        return None
    if data.count(b"\n", start, most) < 2 * DOUBLED_LINES:
        return None
    return data[:start] + ENDS.sub(_half, data[start:end]) + data[end:]


def _half(ends: re.Match[bytes]) -> bytes:
    run = ends[0]
    return b" " * (len(run) // 2) + run[len(run) // 2 :]
