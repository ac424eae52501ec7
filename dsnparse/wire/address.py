"""Addresses: bare ones by one pattern, all others by flanker's grammar.

An address decides who gets no more mail, so nothing is guessed: a value that can be read as two addresses is none.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from dsnparse.limits import DOMAIN, LOCAL_PART
from dsnparse.wire.clean import is_fit
from dsnparse.wire.quiet import hush_flanker

# RFC 5322 section 3.2.3:  atext, and "." wherever it stands (redacted and Japanese addresses do not follow dot-atom)
_ATEXT: Final = rb"A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-"
# Quirk: "_" in host names; RFC 6531 lets any non-ASCII character in.
_LABEL: Final = rb"[A-Za-z0-9_\x80-\xff-]{1,63}"
# RFC 5321 section 4.1.3:  address-literal = "[" ( IPv4 / "IPv6:" … / tag ":" … ) "]"
_LITERAL: Final = rb"\[[A-Za-z0-9.:-]{1,60}\]"
_BARE: Final = re.compile(
    rb"[ \t]*<?(?!\|)(["
    + _ATEXT
    + rb"\[\]\x80-\xff]{1,64})@("
    + _LABEL
    + rb"(?:\."
    + _LABEL
    + rb")*+|"
    + _LITERAL
    + rb")\.?>?[ \t]*"
)

# In running text a run of ASCII next to Chinese or Japanese words is the address. So a character of three bytes or
# more stands only beside its like and digits, while those of two bytes (Latin, Greek, Cyrillic …) mix with ASCII.
_TWO: Final = rb"[\xc3-\xdf][\x80-\xbf]"
_MORE: Final = rb"(?:[\xe0\xe1\xe4-\xee][\x80-\xbf]{2}|\xe3[\x81-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3}|[0-9._-])"
_EDGE: Final = rb"(?<![" + _ATEXT + rb"@\\\x80-\xff])"
_LOCAL: Final = (
    rb"(?:(?:" + _EDGE + rb"|(?<=[\xe0-\xef][\x80-\xbf]{2})|(?<=\xc2[\x80-\xbf]))[" + _ATEXT + rb"]{1,64}"
    rb"|" + _EDGE + rb"(?:(?:[" + _ATEXT + rb"]|" + _TWO + rb"){1,64}|" + _MORE + rb"{1,32})"
    rb"|" + _EDGE + rb'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~]){1,62}")'
)
_TEXT_LABEL: Final = (
    rb"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?+(?![\xc3-\xdf])"
    rb"|(?:[A-Za-z0-9-]|" + _TWO + rb"){1,63}|" + _MORE.replace(b"[0-9._-]", b"[0-9-]") + rb"{1,21})"
)
ADDRESS: Final = (
    _LOCAL
    + rb"@(?>"
    + _TEXT_LABEL
    + rb"(?:\."
    + _TEXT_LABEL
    + rb"){0,126}+|"
    + _LITERAL
    + rb")(?!-{0,63}[A-Za-z0-9_@])"
)
_ADDRESS: Final = re.compile(ADDRESS)
# What people put around an address in running text, although it is atext.
_WRAPPERS: Final = {b"'": b"'", b"`": b"'", b"*": b"*", b"|": b"|", b"{": b"}"}

_MAX_VALUE: Final = 2 << 10
_XTEXT: Final = re.compile(rb"\+([0-9A-F]{2})")
# RFC 6533 section 3:  EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}"  - of ASCII, only what xtext lacks
_UNITEXT: Final = re.compile(
    r"\\x\{0{0,4}(2[Bb]|3[Dd]|5[Cc]|[89A-Fa-f][0-9A-Fa-f]|[1-9A-Fa-f][0-9A-Fa-f]{2,4}|10[0-9A-Fa-f]{4})\}"
)
# RFC 3464 section 2.3.1:  address-type ";"  - and with ":", as Lotus, Exchange and web forms write it
_TYPE: Final = re.compile(r"(?:(?:[A-Za-z0-9][A-Za-z0-9._ -]{0,39};|(?i:smtp|mailto|rfc-?822):)[ ]*){1,2}")
_X400: Final = re.compile(r"(?:^|[/;])[ ]*(?i:[capsgo]|cn|ou[1-4]?|dda:[^=]{1,20}|dd\.[^=]{1,20})=")
_X400_SMTP: Final = re.compile(r"(?i:smtp|rfc-?822)=([^;/=]{1,320})")
# RFC 2156 section 3.3:  printable strings spell the characters they lack
_X400_SPELT: Final = (("(a)", "@"), ("(p)", "%"), ("(u)", "_"), ("(b)", "!"))

_COMMENT: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|\\.|(\((?:[^()\\]|\\.)*+\))')
_MAX_NESTED: Final = 5
# RFC 5321 section 4.1.2:  A-d-l ":"  - a route, long dead, still quoted
_ROUTE: Final = re.compile(r"(^|<)[ ]*@[A-Za-z0-9.,@ _\[\]-]{1,500}:")
# Quirk: a display name that should be quoted, as in `Doe, Jane [Sales] <jane@example.com>`.
_LOOSE_NAME: Final = re.compile(r'[^<>@()"\\]*<([^<>]*)>[.,; ]*')
_TWICE: Final = re.compile(r"['\"]?([^<>'\" ]+)['\"]? *<([^<>]*)>")
_LOOSE_ENDS: Final = " <>'\".,;:`"
_ATOM: Final = re.compile(r"[._+-]*[A-Za-z0-9][A-Za-z0-9._+-]*")
_UNQUOTED: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+)*"
)
_ESCAPED: Final = re.compile(r"\\(.)")


def read_address(value: bytes | str) -> str | None:
    """Read the one address of a field value: `user@example.com`, or a bare local part where that is all there is."""
    if isinstance(value, str):
        value = value.encode("utf-8", "replace")
    if (match := _BARE.fullmatch(value)) and value.isascii():  # 99 of 100
        local, domain = match.groups()
        if len(domain) <= DOMAIN:
            return f"{local.decode()}@{domain.decode().lower()}"
    if len(value) > _MAX_VALUE:
        return None
    try:
        text = value.decode("utf-8").strip(" \t\r\n")
    except UnicodeError:
        return None
    return _read_rare(text) if is_fit(text.replace("\t", " ")) else None


def _read_rare(text: str) -> str | None:
    if kind := _TYPE.match(text):
        text = text[kind.end() :]
    text = _UNITEXT.sub(_undo_unitext, text)
    if not is_fit(text) or text.startswith("|"):
        return None
    if _X400.search(text):
        return _read_x400(text)
    core = text.strip(_LOOSE_ENDS)
    return _bare(core) or _read_by_grammar(text) or _local_only(core)


def _bare(text: str) -> str | None:
    match = _BARE.fullmatch(text.encode("utf-8"))
    return _joined(match[1].decode("utf-8"), match[2].decode("utf-8")) if match else None


def _joined(local: str, domain: str) -> str | None:
    """Put an address together, within its caps."""
    if len(local.encode("utf-8")) > LOCAL_PART or len(domain.encode("utf-8")) > DOMAIN:
        return None
    return f"{local}@{domain.lower()}"


def _local_only(text: str) -> str | None:
    return text if len(text) <= LOCAL_PART and _ATOM.fullmatch(text) else None


def _read_x400(text: str) -> str | None:
    match = _X400_SMTP.search(text)
    if match is None:
        return None
    inner = match[1]
    for spelt, character in _X400_SPELT:
        inner = inner.replace(spelt, character).replace(spelt.upper(), character)
    return _bare(inner.strip())


def _read_by_grammar(text: str) -> str | None:
    """Read an address with comments, a display name, a route or a quoted local part."""
    if "@" not in text:
        return None
    for _ in range(_MAX_NESTED):  # the innermost comments first
        text, removed = _without_comments(text)
        if not removed:
            break
    text = _ROUTE.sub(r"\1", text.strip())
    if found := _parsed(text):
        return found
    if twice := _TWICE.fullmatch(text):
        name, address = _bare(twice[1]), _bare(twice[2])
        return address if name == address else None
    loose = _LOOSE_NAME.fullmatch(text)
    return _bare(loose[1]) or _parsed(loose[1]) if loose else None


def _without_comments(text: str) -> tuple[str, bool]:
    stripped = _COMMENT.sub(lambda match: " " if match[1] else match[0], text)
    return stripped, stripped != text


def _parsed(text: str) -> str | None:
    parse, failures = _grammar()
    try:
        mailbox = parse(text)
    except failures:
        return None
    if mailbox is None:
        return None
    local, domain = mailbox.local_part, mailbox.domain
    if local.startswith('"'):
        unquoted = _ESCAPED.sub(r"\1", local[1:-1])
        return _joined(unquoted if _UNQUOTED.fullmatch(unquoted) else local, domain) if _bare(f"x@{domain}") else None
    return _bare(f"{local}@{domain}")


@cache
def _grammar() -> tuple[Any, tuple[type[Exception], ...]]:
    """Import flanker's parser of mailboxes: 90 ms, once."""
    hush_flanker()
    from flanker.addresslib._parser.lexer import lex, lexer  # noqa: PLC0415
    from flanker.addresslib._parser.parser import mailbox_parser  # noqa: PLC0415

    return lambda text: mailbox_parser.parse(text, lexer=lexer.clone()), (lex.LexError, SyntaxError)


def _undo_unitext(match: re.Match[str]) -> str:
    point = int(match[1], 16)
    return match[0] if 0xD800 <= point < 0xE000 else chr(point)  # noqa: PLR2004 - surrogates are no characters


def undo_xtext(value: bytes) -> bytes:
    """Undo xtext (RFC 3461 section 4); a value that is not well-formed is returned unchanged."""
    if b"+" not in value:
        return value
    if value.count(b"+") != len(_XTEXT.findall(value)):
        return value
    return _XTEXT.sub(lambda match: bytes((int(match[1], 16),)), value)


def find_addresses(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Find the bare addresses in running text; spans without what surrounds them."""
    for match in _ADDRESS.finditer(data, start, end):
        first, last = match.span()
        if data[first : first + 2] == b"//":  # http://host/?to=user@example.com
            continue
        if _WRAPPERS.get(data[first : first + 1]) == data[last : last + 1]:
            first += 1
        yield first, last
