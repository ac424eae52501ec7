"""The catalogue: all vendor files loaded, checked and compiled, once, when the first message needs them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final

import msgspec
import re2

from dsnparse.errors import RuleError
from dsnparse.rules.schema import ReasonRule, Vendor
from dsnparse.rules.phrases import PhraseSet, options
from dsnparse.rules.table import LineTable, expand

ANY: Final = "any"

# A reason phrase that occurs: its vendor, the rule, the name of the rule.
Phrase = tuple[str, ReasonRule, str]

# Servers say the same few thousand things about millions of people: without the person a text is known at once (4 us, not 100).
# What is remembered never changes an answer, since every text is looked at without the person.
SOMEBODY: Final = re.compile(r"(?<!\S)\S*@\S*|(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])|(?<![\w-])(?=[0-9A-Za-z_-]{0,40}[0-9])[0-9A-Za-z_-]{14,100}(?![\w-])", re.ASCII)
KNOWN_TEXTS: Final = 4_096
LONG_TEXT: Final = 600


class Compiled:
    """One vendor, its parts compiled when first used."""

    def __init__(self, vendor: Vendor, base: "Compiled | None" = None) -> None:
        self.vendor = vendor
        self.name = vendor.name
        self.base = base

    @cached_property
    def table(self) -> LineTable | None:
        """The line table of its notices."""
        return LineTable(self.name, self.vendor.notice, self.base and self.base.table) if self.vendor.notice else None

    @cached_property
    def replies(self) -> "Replies":
        """The patterns that unwrap a reply from the sentence around it."""
        return Replies(self.name, self.vendor.replies)


class Replies:
    """Sentences around a reply: one question tells whether any fits, only the first that does is taken apart."""

    def __init__(self, vendor: str, patterns: tuple[str, ...]) -> None:
        self.vendor = vendor
        self._patterns = [expand(pattern) for pattern in patterns]
        self._set = PhraseSet((f"{vendor}.replies[{n}]", pattern) for n, pattern in enumerate(self._patterns))
        self._compiled: dict[int, Any] = {}

    def unwrap(self, text: str) -> tuple[str, dict[str, str]] | None:
        """Return the name of the first pattern that fits and its groups."""
        for number in self._set.hits(text):
            pattern = self._compiled.get(number)
            if pattern is None:
                pattern = self._compiled[number] = re2.compile(self._patterns[number], options())
            if match := pattern.search(text):
                return f"{self.vendor}.replies[{number}]", match.groupdict()
        return None


class Catalogue:
    """All vendors in the order in which they are asked, and the sets that recognise them."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        ordered = _ordered(list(vendors))
        self.any = Compiled(ordered[-1])
        self.vendors = {vendor.name: Compiled(vendor, self.any) for vendor in ordered[:-1]} | {ANY: self.any}
        self._header = _Signatures((v.name, v.recognise.header) for v in ordered)
        self._notice = _Signatures((v.name, v.recognise.notice) for v in ordered)
        self._hosts = {host: vendor.name for vendor in reversed(ordered) for host in vendor.hosts}
        self._order = {vendor.name: number for number, vendor in enumerate(ordered)}
        self._causes: list[Phrase] = [(v.name, rule, f"{v.name}.reasons[{n}]") for v in ordered for n, rule in enumerate(v.reasons)]
        self._phrases = PhraseSet((where, rule.match) for _, rule, where in self._causes)
        self._known = lru_cache(KNOWN_TEXTS)(self._find)

    def recognise(self, header: bytes, notice: bytes) -> tuple[Compiled | None, bool]:
        """Return the vendor that wrote a message, and whether its words are those of a notice: the words go before the header."""
        names = self._notice.names(notice)
        by_words = bool(names)
        names = names or self._header.names(header)
        return (self.vendors[min(names, key=self._order.__getitem__)] if names else None), by_words

    def owner(self, host: str) -> str | None:
        """Return the name of the vendor a host belongs to: by the host name or any domain above it."""
        while host:
            if name := self._hosts.get(host):
                return name
            host = host.partition(".")[2]
        return None

    def speakers(self, host: str | None, writer: Compiled | None) -> "Speakers":
        """Return whose phrases count, in order: the vendor of the host that spoke, the writer of the report, anybody."""
        names = (host, writer.name if writer else None, ANY)
        return self, tuple(dict.fromkeys(name for name in names if name)) if names[:2] != (None, None) else (ANY,)

    def causes(self, text: str) -> list[Phrase]:
        """Return (vendor, rule, name of the rule) of every reason whose phrase occurs in `text`, in the vendors' order."""
        if len(text) <= LONG_TEXT:
            return self._known(SOMEBODY.sub("a@a.example", text))
        return self._find(text)

    def _find(self, text: str) -> list[Phrase]:
        return [self._causes[number] for number in self._phrases.hits(text)]


# Whose phrases count, and in which order.
Speakers = tuple[Catalogue, tuple[str, ...]]


class _Signatures:
    """Patterns of many vendors as one set that answers with vendor names."""

    def __init__(self, vendors: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        named = [(name, pattern) for name, patterns in vendors for pattern in patterns]
        self._names = [name for name, _ in named]
        self._set = PhraseSet((f"{name}.recognise", pattern) for name, pattern in named)

    def names(self, text: bytes | str) -> list[str]:
        return [self._names[number] for number in self._set.hits(text)]


def _ordered(vendors: list[Vendor]) -> list[Vendor]:
    """Put every vendor in front of those it is `before`, otherwise by name; `any` comes last."""
    names = {vendor.name for vendor in vendors}
    for vendor in vendors:
        if missing := set(vendor.before) - names:
            message = f"{vendor.name}: before: no such vendor: '{min(missing)}'"
            raise RuleError(message)
    waiting = sorted((v for v in vendors if v.name != ANY), key=lambda v: v.name)
    ordered: list[Vendor] = []
    while waiting:
        held = {name for vendor in waiting for name in vendor.before}
        free = [vendor for vendor in waiting if vendor.name not in held]
        if not free:
            message = f"before: a circle among {', '.join(vendor.name for vendor in waiting)}"
            raise RuleError(message)
        ordered += free
        waiting = [vendor for vendor in waiting if vendor.name in held]
    return ordered + [v for v in vendors if v.name == ANY]


def decode_vendor(name: str, text: str) -> Vendor:
    """Read one vendor file; a RuleError names the file and the place in it."""
    try:
        vendor = msgspec.convert(tomllib.loads(text), Vendor)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"{name}.toml: {error}"
        raise RuleError(message) from error
    if vendor.name != name:
        message = f"{name}.toml: its name is '{vendor.name}'"
        raise RuleError(message)
    return vendor


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of the vendor files in dsnparse/vendors, compiled once."""
    folder = files("dsnparse") / "vendors"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return Catalogue(decode_vendor(item.name.removesuffix(".toml"), item.read_text("utf-8")) for item in found)
