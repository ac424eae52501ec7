"""What was forgotten: everything of the original by which somebody could be known, looked for in the new message, raw and decoded.

It shares no code with what replaces: it asks the parser's own readers what the texts are, and compares sets.
"""

import re
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterator
from html import unescape
from typing import Final, NamedTuple
from urllib.parse import unquote

from dsnparse.anonymise.hosts import find_ip, is_nobodys
from dsnparse.anonymise.known import (
    LABELS,
    ROLES,
    TLDS,
    is_program,
    is_providers_own,
    is_reserved,
    is_role,
    provider_suffix,
    vocabulary,
    words,
)
from dsnparse.limits import DEFAULT_LIMITS
from dsnparse.readers.envelope import WANTED
from dsnparse.readers.returned import HEADERS_ONLY, WHOLE
from dsnparse.wire.address import find_addresses
from dsnparse.wire.encoding import to_utf8, undo_transfer
from dsnparse.wire.entity import Tree, walk
from dsnparse.wire.header import all_fields
from dsnparse.wire.words import decode_words

WORD: Final = re.compile(r"[^\W_]+")
IP: Final = re.compile(
    r"(?<![0-9A-Za-z.])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?![0-9A-Za-z:]|\.[0-9])"
)
KNOWN_HOST: Final = re.compile(r"[a-z0-9_-]{1,63}+(?:\.[a-z0-9_-]{1,63}+){1,20}")
HOST: Final = re.compile(r"(?<![A-Za-z0-9_.@%-])[A-Za-z0-9_-]{1,63}+(?:\.[A-Za-z0-9_-]{1,63}+){1,20}")
FOLD: Final = re.compile(r"\r?\n[ \t]+")
XTEXT: Final = re.compile(r"\+([0-9A-F]{2})")
BASE64_RUN: Final = re.compile(r"[A-Za-z0-9+/]{16,10000}={0,2}")
NO_NAME: Final = re.compile(r"(?<![^\s<>])[^\s<>]*@\S*|<[^<>]*>")
QUOTED_NAME: Final = re.compile(
    r"(?m)^[ \t>|*-]{0,10}(?:from|to|cc|reply-to|von|an|de|para):[ \t]{0,9}([^\r\n<@]{1,200})<[^\r\n<>@]{1,250}@"
)
NAMED: Final = words("from to cc sender reply-to resent-from resent-to")
MOST: Final = 200
SHORTEST: Final = 4
SHORTEST_NAME: Final = 3
LONG_NAME: Final = 7
LONG: Final = 12
DEPTH: Final = 8
RAW: Final = "raw message"


class Leftover(NamedTuple):
    """Something of the original that is still there: what it is, and in which text."""

    what: str
    value: str
    where: str


class Features(NamedTuple):
    """What a message tells of people and machines; each with the text it was first seen in."""

    addresses: dict[str, str]
    hosts: dict[str, str]
    ips: dict[str, str]
    words: dict[str, str]
    names: dict[str, str]


def find_leftovers(original: bytes, new: bytes, keep: frozenset[str] = frozenset()) -> list[Leftover]:
    """Return what of `original` can be recognised in `new`, and addresses in it that may be somebody's."""
    before, after = features(original), features(new)
    found = [Leftover("address", value, where) for value, where in after.addresses.items() if not _is_safe(value, keep)]
    found += _same("address", before.addresses, after.addresses, keep, _is_safe_address)
    found += _same("host", before.hosts, after.hosts, keep, _is_known_host)
    found += _same("IP address", before.ips, after.ips, keep, is_nobodys)
    found += _same("name", before.names, after.words, keep, _is_common)
    found += _same("local part", _locals(before), after.words, keep, _is_common)
    found += _same(
        "identifier", {w: t for w, t in before.words.items() if _is_identifier(w)}, after.words, keep, _is_common
    )
    found += _within(before, after, keep)
    found += _spelt(before, texts(new), keep)
    return list(dict.fromkeys(found))


def _same(
    what: str, before: dict[str, str], after: dict[str, str], keep: frozenset[str], is_safe: Callable[[str], bool]
) -> list[Leftover]:
    return [
        Leftover(what, value, after[value])
        for value in before
        if value in after and value not in keep and not is_safe(value)
    ]


def _within(before: Features, after: Features, keep: frozenset[str]) -> list[Leftover]:
    """Look for names, up to a number of them, within longer words, such as logins."""
    known = {**before.names, **_locals(before)}
    wanted = [name for name in known if len(name) >= LONG_NAME and not _is_common(name) and name not in keep][:MOST]
    joined = "\n".join(word for word in after.words if not _is_common(word))
    return [Leftover("name", name, "a longer word") for name in wanted if name in joined]


def _spelt(before: Features, views: Iterator[tuple[str, str]], keep: frozenset[str]) -> list[Leftover]:
    """Look for the addresses, up to a number of them, as mere characters: within other words, or joined over a fold."""
    wanted = [value for value in before.addresses if not _is_safe_address(value) and value not in keep][:MOST]
    found = []
    for where, text in views:
        lower = text.lower()
        joined = FOLD.sub("", lower)
        found += [Leftover("address", value, where) for value in wanted if value in lower or value in joined]
    return found


def _locals(before: Features) -> dict[str, str]:
    return {
        word: where
        for value, where in before.addresses.items()
        if not is_role(value.partition("@")[0])
        for word in WORD.findall(value.partition("@")[0])
        if len(word) >= SHORTEST
    }


def _is_identifier(word: str) -> bool:
    return len(word) >= LONG and word.isascii() and not word.isalpha() and not word.isdigit()


def _is_common(word: str) -> bool:
    return word in vocabulary() or word in ROLES or word in LABELS or word.isdigit()


def _is_known_host(host: str) -> bool:
    return is_reserved(host) or provider_suffix(host) != ""


def _is_safe(address: str, keep: frozenset[str]) -> bool:
    """Tell whether an address may stand in a sample: its domain is reserved, or it is a provider's own."""
    local, _, domain = address.rpartition("@")
    return (
        is_reserved(domain)
        or "." not in domain
        or domain.startswith("[")
        or is_providers_own(local, domain)
        or address in keep
        or domain in keep
    )


def _is_safe_address(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    local = local.rpartition("=")[2] or local  # `smtp.mailfrom=postmaster@dest.example`
    return is_providers_own(local, domain) or (is_role(local) and (is_reserved(domain) or "." not in domain))


def words_of(raw: bytes) -> set[str]:
    """Return all words of a message in lower case, none of which a replacement should be."""
    return {word for _, text in texts(raw) for word in WORD.findall(text.lower())}


def features(raw: bytes) -> Features:
    """Return what a message tells of people and machines."""
    found = Features({}, {}, {}, {}, {})
    for where, text in texts(raw):
        if where != RAW:  # encoded text looks like identifiers, and its lines end within words
            for view in _spellings(text):
                _take(found, where, view)
    return found


def _take(found: Features, where: str, text: str) -> None:
    """Add what one text tells."""
    lower = text.lower()
    data = lower.encode("utf-8", "replace")
    spans = find_addresses(data, 0, len(data))
    addresses = [data[start:end].decode("utf-8", "replace") for start, end in spans]
    hosts = [match[0].strip("-") for match in HOST.finditer(lower) if not is_program(lower, *match.span())]
    is_named = " field " in where and where.rpartition(" ")[2] in NAMED
    displayed = NO_NAME.sub(" ", lower) if is_named else " ".join(QUOTED_NAME.findall(lower))
    names = WORD.findall(displayed)
    for known, values in (
        (
            found.addresses,
            [value for value in addresses if "=@" not in value],
        ),  # `header.i=@dest.example` is no mailbox
        (found.hosts, [value for value in hosts if value.rpartition(".")[2] in TLDS and len(value) > SHORTEST]),
        (found.ips, [match[0] for match in IP.finditer(text) if find_ip(match[0])]),
        (found.words, _words(text)),
        (found.names, [value for value in names if len(value) >= SHORTEST_NAME]),
    ):
        for value in values:
            known.setdefault(value, where)


def _words(text: str) -> list[str]:
    """Return the words of a text without those of reserved and well-known hosts and of text in base64."""
    lower = BASE64_RUN.sub(lambda match: " " if _undo_base64(match[0]) else match[0], text).lower()
    return WORD.findall(KNOWN_HOST.sub(lambda match: " " if _is_known_host(match[0].strip("-")) else match[0], lower))


def _spellings(text: str) -> Iterator[str]:
    """Yield a text as it is and as URLs, HTML, xtext and base64 may spell it."""
    yield text
    if "%" in text and (undone := unquote(text)) != text:
        yield undone
    if "&" in text and (undone := unescape(text)) != text:
        yield undone
    if "+" in text and (undone := XTEXT.sub(lambda match: chr(int(match[1], 16)), text)) != text:
        yield undone
    for match in BASE64_RUN.finditer(text):
        if decoded := _undo_base64(match[0]):
            yield decoded


def _undo_base64(run: str) -> str:
    """Return the text that a run of base64 spells, empty where it is none."""
    try:
        text = a2b_base64(run[: len(run) // 4 * 4]).decode("ascii")
    except (Error, UnicodeError):
        return ""
    return text if text.isprintable() else ""


def texts(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield every text of a message with the place it stands in: the raw bytes, each field, each decoded part."""
    yield RAW, to_utf8(raw, "utf-8", guess=False)[0].decode("utf-8", "replace")
    waiting = [(raw, "", 0)]
    while waiting:
        data, place, depth = waiting.pop()
        tree = walk(data, DEFAULT_LIMITS, WANTED)
        yield f"{place}between parts", _outside(tree)
        for part in tree.parts:
            name = f"{place}part {part.number}"
            for field, value in all_fields(data, part.start, part.body, DEFAULT_LIMITS.max_header_fields):
                yield (
                    f"{name} field {field.lower()}",
                    decode_words(value.encode("utf-8", "replace"), cap=1 << 16) if "=?" in value else value,
                )
            content = _content(tree, part.number)
            if part.media in WHOLE or part.media in HEADERS_ONLY:
                if depth < DEPTH:
                    waiting.append((content.lstrip(b"\r\n"), f"{name} returned ", depth + 1))
            elif part.media.startswith((b"text", b"message/", b"application/json")):
                charset = tree.parameters(part).get("charset", "") if b"content-type" in part.fields else ""
                yield name, to_utf8(content, charset, guess=False)[0].decode("utf-8", "replace")


def _outside(tree: Tree) -> str:
    """Return what stands before, between and behind the parts, delimiters too."""
    pieces, at = [], 0
    for part in tree.parts:
        if part.start >= at:
            pieces.append(tree.data[at : part.start])
            at = part.body if part.media.startswith(b"multipart/") else part.end
    return b"\n".join([*pieces, tree.data[at:]]).decode("utf-8", "replace")


def _content(tree: Tree, number: int) -> bytes:
    part = tree.parts[number]
    return undo_transfer(tree.data[part.body : part.end], tree.value(part, b"content-transfer-encoding").strip())
