"""Addresses: bare ones by one pattern, quoted ones by flanker's grammar, what stands around them is peeled off first.

An address decides who gets no more mail, so nothing is guessed: a value that can be read as two addresses is none.
"""

import re
from collections.abc import Iterator
from typing import Final

from dsnparse.late import late
from dsnparse.limits import ADDRESS, DOMAIN, LINE, LOCAL_PART, LONG_LOCAL_PART
from dsnparse.wire.clean import is_fit
from dsnparse.wire.grammar import TYPE
from dsnparse.wire.quiet import import_quietly

# RFC 5322 section 3.2.3:  atext, and "." wherever it stands (redacted and Japanese addresses do not follow dot-atom)
_ATEXT: Final = rb"A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-"
# RFC 5321 section 4.1.3:  address-literal = "[" ( IPv4 / "IPv6:" … / tag ":" … ) "]"
_LITERAL: Final = rb"\[[A-Za-z0-9-]{1,20}[.:][A-Za-z0-9.:-]{1,60}\]"


def _bare_pattern(other: bytes, before: bytes = b"") -> re.Pattern[bytes]:
    """Compile the pattern of an address on its own; `other` are bytes which both sides of the "@" may also have.

    Quirks: "[" in local parts and "_" in host names, a final dot, one angle bracket. A leading "|" is a command.
    """
    label = rb"[A-Za-z0-9_" + other + rb"-]{1,63}+"
    domain = label + rb"(?:\." + label + rb")*|" + _LITERAL
    local = rb"[" + _ATEXT + rb"\[\]" + other + rb"]{1,%d}+" % LONG_LOCAL_PART
    return re.compile(before + rb"[ \t]*+<?(?!\|)((" + local + rb")@(?!-)(" + domain + rb"))\.?>?[ \t]*+")


_PLAIN: Final = _bare_pattern(b"")
_TYPED: Final = _bare_pattern(b"", rb"((?:" + TYPE.pattern + rb")?)")  # RFC 3464 section 2.3.1
_BARE: Final = _bare_pattern(rb"\x80-\xff")  # RFC 6531

# Running text is searched for "@" (a pattern that begins with a local part is tried at every byte: 340 against 15 ns
# a byte), what stands before it is read backwards. "a@b@c" is no address, whichever half one takes.
_AT: Final = re.compile(rb"@(?<=[" + _ATEXT + rb"\"\x80-\xff]@)(?=[A-Za-z0-9_\[\x80-\xff-])(?![A-Za-z0-9_.-]{0,64}@)")
_WRAP: Final = rb"(?:[ \t]{1,8}|[ \t]{0,8}\r?\n[ \t]{0,8})"  # a sentence may be folded at each of its blanks
_AND: Final = "and|or|und|oder|et|ou|y|e|o|en|of|i|oraz|и|&".encode()
_TO: Final = "to|for|an|für|à|a|ad|per|para|pour|aan|voor|do|dla|till|til|для".encode()
_BESIDE: Final = re.compile(
    rb"[>)\]\"']{0,3}(?:(?:[ \t]{0,8}[,;])?"
    + _WRAP
    + b"(?:"
    + _AND
    + b")"
    + _WRAP
    + b"(?:(?:"
    + _TO
    + b")"
    + _WRAP
    + rb")?|[ \t]{0,8}[,;][ \t]{0,8})[<\[(\"']{0,3}"
)
_ATEXT_BYTES: Final = bytes(byte for byte in range(128) if re.match(b"[" + _ATEXT + b"]", bytes((byte,))))
_RUN: Final = _ATEXT_BYTES + bytes(range(0x80, 0x100))
_NOT_BEFORE: Final = frozenset(b"@\\")
# A run of ASCII next to Chinese or Japanese words is an address next to words. So a character of three bytes or more
# stands only beside its like and digits, while those of two bytes (Latin, Greek, Cyrillic …) mix with ASCII.
_TWO: Final = rb"[\xc3-\xdf][\x80-\xbf]"
_MORE: Final = rb"[\xe0\xe1\xe4-\xee][\x80-\xbf]{2}|\xe3[\x81-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3}"
_LOCAL: Final = re.compile(rb"(?:[" + _ATEXT + rb"]|" + _TWO + rb")+|(?:" + _MORE + rb"|[0-9._-])+")
_LOCAL_AFTER_WORDS: Final = late(rb"(?:[\xe0-\xef][\x80-\xbf]{2}|\xc2[\x80-\xbf])([" + _ATEXT + rb"]+)\Z")
_QUOTED: Final = late(rb'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])+"')
_LABEL: Final = (
    rb"(?:(?>[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)(?![\xc3-\xdf])"
    rb"|(?:[A-Za-z0-9-]|" + _TWO + rb"){1,63}|(?:" + _MORE + rb"|[0-9-]){1,21})"
)
_DOMAIN: Final = re.compile(
    rb"(?>" + _LABEL + rb"(?:\." + _LABEL + rb"){0,126}|" + _LITERAL + rb")(?!-{0,63}[A-Za-z0-9_@]|\"@)"
)
# What people put around an address in running text, although it is atext.
_WRAPPERS: Final = {b"'": b"'", b"`": b"'", b"*": b"*", b"|": b"|", b"{": b"}"}

_MAX_VALUE: Final = 2 << 10
_FOLD: Final = late(r"\r?\n[ \t]++|\r?\n\Z|\t")
_XTEXT: Final = late(rb"\+([0-9A-F]{2})")
# RFC 6533 section 3:  EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}"  - of ASCII, only what xtext lacks
_UNITEXT: Final = late(
    r"\\x\{0{0,4}(2[Bb]|3[Dd]|5[Cc]|[89A-Fa-f][0-9A-Fa-f]|[1-9A-Fa-f][0-9A-Fa-f]{2,4}|10[0-9A-Fa-f]{4})\}"
)
# RFC 3464 section 2.3.1:  address-type ";"  - only known ones, since "a;b@example.com" is no address of type "a";
# with ":" as Lotus, Exchange and web forms write it
_TYPE: Final = late(
    r"<? *(?:(?i:(?:rfc-?822|smtp|utf-?8|x-?400|local|system|unknown|unix|uucp|fax|x-[a-z0-9-]{1,30}) *;|(?:rfc-?822|smtp|mailto):) *)"
    r"{1,2}"
)
_X400: Final = late(r"(?:^|[/;])[ ]*(?i:[capsgo]|cn|ou[1-4]?|dda:[^=]{1,20}|dd\.[^=]{1,20})=")
_X400_SMTP: Final = late(r"(?i:smtp|rfc-?822)=([^;/=]{1,320})")
# RFC 2156 section 3.3:  printable strings spell the characters they lack
_X400_SPELT: Final = (("(a)", "@"), ("(p)", "%"), ("(u)", "_"), ("(b)", "!"))

_COMMENT: Final = late(r'"[^"\\]*+(?:\\.[^"\\]*+)*"|\\.|(\([^()\\]*+(?:\\.[^()\\]*+)*\))')
_MAX_NESTED: Final = 5
# RFC 5321 section 4.1.2:  A-d-l ":"  - a route, long dead, still quoted
_ROUTE: Final = late(r"(^|<)[ ]*@[A-Za-z0-9.,@ _\[\]-]{1,500}:")
# RFC 5322 section 3.4:  name-addr = [display-name] angle-addr
# Quirk: names that should be quoted, as in `Doe, Jane [Sales] <jane@example.com>`, but never one with an "@" in it.
_NAMED: Final = late(r'[^<>@()"\\]*+(?:"[^"\\]*+"[^<>@()"\\]*+)*<([^<>]*)>')
_TWICE: Final = late(r"'?([^<>'\" ]+)'? *<([^<>]*)>")
_LOOSE_ENDS: Final = " <>'\".,;:`"
_ATOM: Final = late(r"[._+-]*[A-Za-z0-9][A-Za-z0-9._+-]*")
_UNQUOTED: Final = late(r'[^\x00- "(),.:;<>@\[\\\]\x7f]+(?:\.[^\x00- "(),.:;<>@\[\\\]\x7f]+)*')
_ESCAPED: Final = late(r"\\(.)")


def read_address(value: bytes | str, *, grammar: bool = True) -> str | None:
    """Read the one address of a field value: `user@example.com`, or a bare local part where that is all there is.

    Without `grammar` quoted local parts are not read: flanker takes 3 us a byte, too much for thousands of values.
    """
    try:
        if isinstance(value, str):
            value = value.encode("utf-8")
        if match := _PLAIN.fullmatch(value):  # 99 of 100
            if match[1].islower() and len(value) <= DOMAIN:  # nothing left to do or to check for 9 of 10
                return match[1].decode()
            return _joined(match[2].decode(), match[3].decode())
        return _read_rare(_FOLD.sub(" ", value.decode()), grammar=grammar) if len(value) <= _MAX_VALUE else None
    except UnicodeError:
        return None


def read_typed(data: bytes, start: int, end: int) -> tuple[str | None, int]:
    """Read the address of `rfc822; user@example.com`, and tell where it begins, which is `start` where there is no type."""
    match = _TYPED.fullmatch(data, start, end)
    if match and match[3].islower() and end - start <= DOMAIN:  # 9 of 10
        return match[3].decode("ascii"), match.end(1)
    kind = TYPE.match(data, start, end)
    first = kind.end() if kind else start
    return read_address(data[first:end]), first


def _read_rare(text: str, *, grammar: bool) -> str | None:
    text = text.strip(" ")
    if kind := _TYPE.match(text):
        text = text[kind.end() :]
    text = _UNITEXT.sub(_undo_unitext, text)
    if not is_fit(text) or text.startswith("|"):
        return None
    if _X400.search(text):
        return _read_x400(text)
    core = text.strip(_LOOSE_ENDS)
    return _bare(core) or _read_mailbox(text, grammar=grammar) or _local_only(core)


def _bare(text: str) -> str | None:
    match = _BARE.fullmatch(text.encode("utf-8"))
    return _joined(match[2].decode(), match[3].decode()) if match else None


def _joined(local: str, domain: str) -> str | None:
    """Put an address together, within its caps."""
    address = f"{local}@{domain.lower()}"
    return address if len(address.encode("utf-8")) <= ADDRESS and len(domain.encode("utf-8")) <= DOMAIN else None


def _local_only(text: str) -> str | None:
    return text if len(text) <= LOCAL_PART and _ATOM.fullmatch(text) else None


def _read_x400(text: str) -> str | None:
    found = {_bare(_undo_x400(match[1])) for match in _X400_SMTP.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _undo_x400(text: str) -> str:
    for spelt, character in _X400_SPELT:
        text = text.replace(spelt, character).replace(spelt.upper(), character)
    return text.strip()


def _read_mailbox(text: str, *, grammar: bool) -> str | None:
    """Read an address with comments, a display name, a route or a quoted local part."""
    if "@" not in text:
        return None
    for _ in range(_MAX_NESTED):  # the innermost comments first
        text, removed = _without_comments(text)
        if not removed:
            break
    text = _ROUTE.sub(r"\1", text.strip(" .,;"))
    if named := _NAMED.fullmatch(text):
        text = named[1]
    elif twice := _TWICE.fullmatch(text):
        text = twice[1] if _bare(twice[1]) == _bare(twice[2]) else ""
    return _bare(text) or (_parsed(text) if grammar and len(text) <= ADDRESS else None)


def _without_comments(text: str) -> tuple[str, bool]:
    stripped = _COMMENT.sub(lambda match: " " if match[1] else match[0], text)
    return stripped, stripped != text


def _parsed(text: str) -> str | None:
    lexing = import_quietly("flanker.addresslib._parser.lexer")
    parser = import_quietly("flanker.addresslib._parser.parser").mailbox_parser
    try:
        mailbox = parser.parse(text, lexer=lexing.lexer.clone())
    except (lexing.lex.LexError, SyntaxError):
        return None
    local, domain = mailbox.local_part, mailbox.domain
    if local.startswith('"'):
        unquoted = _ESCAPED.sub(r"\1", local[1:-1])
        return _joined(unquoted if _UNQUOTED.fullmatch(unquoted) else local, domain) if _bare(f"x@{domain}") else None
    return _bare(f"{local}@{domain}")


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
    for sign in _AT.finditer(data, start, end):
        at = sign.start()
        domain = _DOMAIN.match(data, at + 1, end)
        first = _local_part_before(data, start, at) if domain else -1
        if domain is None or first < 0:
            continue
        last = domain.end()
        if _WRAPPERS.get(data[first : first + 1]) == data[last : last + 1] and first + 1 < at:
            first += 1
        yield first, last


def next_to(data: bytes, at: int, end: int) -> Iterator[tuple[int, int]]:
    """Find the bare addresses that stand behind the one that ends at `at`, each parted by signs from the one before."""
    while sign := _BESIDE.match(data, at, end):
        first = sign.end()
        span = next(find_addresses(data, first, min(end, first + ADDRESS)), None)
        if span is None or span[0] > first:
            return
        yield span
        at = span[1]


def first_of_row(data: bytes, start: int) -> tuple[int, int] | None:
    """Find the first of the bare addresses that stand before the one at `start` on its line, parted by signs; None if there is none."""
    line = max(data.rfind(b"\n", 0, start) + 1, start - LINE)
    if data.find(b"@", line, start) < 0:
        return None
    first, behind = None, start
    for span in reversed(list(find_addresses(data, line, start))):
        sign = _BESIDE.match(data, span[1], behind)
        if sign is None or sign.end() != behind:
            break
        first, behind = span, span[0]
    return first


def _local_part_before(data: bytes, start: int, at: int) -> int:
    """Return where the local part that ends at `at` begins; -1 if there is none."""
    window = data[max(start, at - LOCAL_PART - 1) : at]
    if window.endswith(b'"'):
        first = window.rfind(b'"', 0, -1)
        local = window[first:] if first >= 0 and _QUOTED.fullmatch(window, first) else b""
    else:
        local = window[len(window.rstrip(_RUN)) :]
        if not _LOCAL.fullmatch(local):
            tail = _LOCAL_AFTER_WORDS.search(local)
            local = tail[1] if tail else b""
    first = at - len(local)
    if not 0 < len(local) <= LOCAL_PART or local.startswith(b"//"):  # http://host/?to=user@example.com
        return -1
    return first if first == start or data[first - 1] not in _NOT_BEFORE else -1
