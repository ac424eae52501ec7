"""Undo transfer encodings and character sets: whatever a part was sent as, UTF-8 comes out.

Damage never raises: what decodes is decoded, the rest stays or turns into U+FFFD. The label of a part is believed
first; then UTF-8, ISO-2022-JP by its escapes, chardet's guess, and windows-1252, which fits anything.
"""

import binascii
import re
from typing import Final

from dsnparse.late import late
from dsnparse.wire.charset import ASCII, CODECS, find_charset

_TOKEN: Final = re.compile(rb"[\s\"']*([A-Za-z0-9-]{1,30})")
_BASE64: Final = rb"A-Za-z0-9+/"
_NOT_BASE64: Final = bytes(
    sorted(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
)
# The look-behind lets a run of blanks be tried once only, from its first blank.
_TRAILING_BLANKS: Final = late(rb"(?<![ \t])[ \t]+(?=[\r\n]|\Z)")
_SOFT_BREAK: Final = late(rb"=\r(?:\r{0,2}\n)?")
_BEGIN: Final = late(rb"(?:^|(?<=[\r\n]))begin(?:-base64)? [0-7]{3,4} [^\r\n]*\r?\n")
_HIGH: Final = bytes(range(0x80, 0x100))
# What stands before a high byte is taken by slicing: to look for it from every byte of a long line would take a thousand steps each.
_FROM_HIGH: Final = late(rb"[\x80-\xff][^\r\n]{0,500}")
_BEFORE_HIGH: Final = 500
_SAMPLE: Final = 4 << 10
_SURE: Final = 0.2  # below, chardet takes French for Greek
_REPLACED: Final = "\ufffd"


def undo_transfer(data: bytes, encoding: bytes) -> bytes:
    """Undo a Content-Transfer-Encoding; `data` comes back as it is if the encoding is none or unknown."""
    match = _TOKEN.match(encoding)
    undo = _UNDO.get(match[1].lower()) if match else None
    return undo(data) if undo else data


def _undo_base64(data: bytes) -> bytes:
    body, padding, rest = data.partition(b"=")
    digits = body.translate(None, _NOT_BASE64)
    if len(digits) % 4 == 1:  # six bits are no byte
        digits = digits[:-1]
    decoded = binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
    rest = rest.strip(b"= \t\r\n") if padding else b""
    return decoded + b"\n" + rest if rest else decoded  # a list server's footer, added to the encoded text


def _undo_quoted_printable(data: bytes) -> bytes:
    data = _TRAILING_BLANKS.sub(b"", data)
    if b"=\r" in data:  # a2b_qp drops all up to the next LF after "=\r"
        data = _SOFT_BREAK.sub(b"=\n", data)
    return binascii.a2b_qp(data)


def _undo_uuencode(data: bytes) -> bytes:
    begin = _BEGIN.search(data)
    if begin is None:
        return data
    body = data[begin.end() :]
    if b"-base64" in begin[0]:
        return _undo_base64(body.partition(b"====")[0])
    decoded = []
    for line in body.replace(b"\r", b"\n").split(b"\n"):
        if line == b"end":
            break
        decoded.append(_undo_uu_line(line))
    return b"".join(decoded)


def _undo_uu_line(line: bytes) -> bytes:
    if not line:
        return b""
    wanted = (((line[0] - 32) & 63) * 4 + 5) // 3  # some encoders add a checksum after the last character
    try:
        return binascii.a2b_uu(line[: max(1, wanted)])
    except binascii.Error:
        return b""


_UNDO: Final = {
    b"base64": _undo_base64,
    b"quoted-printable": _undo_quoted_printable,
    b"x-uuencode": _undo_uuencode,
    b"uuencode": _undo_uuencode,
    b"x-uue": _undo_uuencode,
    b"uue": _undo_uuencode,
}


def supported(charset: str) -> bool:
    """Tell whether a label names a character set that can be read."""
    return find_charset(charset) != ""


def to_utf8(data: bytes, charset: str, *, guess: bool = True) -> tuple[bytes, str]:
    """Convert text to UTF-8; also returns the name of the character set it was really read as.

    Without `guess` the ladder has no chardet, which takes milliseconds: for values of which a message may have thousands.
    """
    name = _as_marked(data, find_charset(charset))
    if name in ("", ASCII, "utf-8", "windows-1252") and (plain := _as_utf8(data)):
        return plain
    escaped = _by_escapes(data)
    order = (escaped, name, "utf-8") if data.isascii() else (name, "utf-8", escaped)
    for candidate in dict.fromkeys(order):
        for codec in CODECS.get(candidate, ()):
            try:
                return _encoded(data.decode(codec)), candidate
            except UnicodeError:
                continue
    return _read_damaged(data, escaped or name, guess=guess)


def _as_marked(data: bytes, name: str) -> str:
    """Correct the label of UTF-16: by its byte order mark, or because text without a NUL is none."""
    if not name.startswith("utf-16"):
        return name
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return "utf-16be" if data.startswith(b"\xfe") else "utf-16le"
    return ASCII if data.isascii() and b"\0" not in data else name


def _as_utf8(data: bytes) -> tuple[bytes, str] | None:
    """Return the same object if it is text already: 97 of 100 parts."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if data.isascii():
        return None if b"\x1b$" in data else (data, ASCII)
    try:
        data.decode()
    except UnicodeError:
        return None
    return data, "utf-8"


def _encoded(text: str) -> bytes:
    return text.removeprefix("\ufeff").encode("utf-8", "replace")  # UTF-7 can spell a lone surrogate


def _by_escapes(data: bytes) -> str:
    """Tell ISO-2022 apart by its escapes, which Japanese and Korean servers also send without a label."""
    if b"\x1b$)C" in data:
        return "iso-2022-kr"
    return "iso-2022-jp" if b"\x1b$" in data else ""


def _read_damaged(data: bytes, name: str, *, guess: bool) -> tuple[bytes, str]:
    """Read what no likely character set reads without error."""
    odd = len(data) if name.startswith("iso-2022") else len(data) - len(data.translate(None, _HIGH))
    for candidate in (name, "utf-8"):  # right but for a character cut in half
        if candidate in CODECS and candidate != "windows-1252":
            text = data.decode(CODECS[candidate][0], "replace")
            if text.count(_REPLACED) * 8 <= odd:
                return _encoded(text), candidate
    likely = _guess(data) if guess else "windows-1252"
    try:
        return _encoded(data.decode(CODECS[likely][0])), likely
    except UnicodeError:
        return _encoded(data.decode("cp1252", "replace")), "windows-1252"


def _guess(data: bytes) -> str:
    """Ask chardet, with a bounded sample of the lines that matter."""
    from chardet import detect  # noqa: PLC0415 - costs 50 ms, for one message in a thousand

    sample: list[bytes] = []
    size = behind = 0
    for match in _FROM_HIGH.finditer(data):
        before = data[max(behind, match.start() - _BEFORE_HIGH) : match.start()]
        line = before[max(before.rfind(b"\n"), before.rfind(b"\r")) + 1 :] + match[0]
        behind = match.end()
        sample.append(line)
        size += len(line)
        if size > _SAMPLE:
            break
    found = detect(b"\n".join(sample)[:_SAMPLE])
    name = find_charset(found["encoding"] or "")
    return name if name in CODECS and found["confidence"] >= _SURE else "windows-1252"
