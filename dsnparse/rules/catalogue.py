"""The catalogue: all vendor files loaded, checked and compiled, once, when the first message needs them."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

import msgspec
import re2

from dsnparse.errors import RuleError
from dsnparse.rules.schema import ReasonRule, Vendor
from dsnparse.rules.phrases import PhraseSet, options
from dsnparse.rules.table import LineTable, expand

ANY: Final = "any"


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
    def replies(self) -> tuple[Any, ...]:
        """The patterns that unwrap a reply from the sentence around it."""
        return tuple(re2.compile(expand(pattern), options()) for pattern in self.vendor.replies)

    @cached_property
    def reasons(self) -> PhraseSet:
        """Its reason phrases as one set, numbered as in the file."""
        return PhraseSet((f"{self.name}.reasons[{n}]", rule.match) for n, rule in enumerate(self.vendor.reasons))

    def causes(self, text: str) -> Iterator[tuple[ReasonRule, str]]:
        """Yield the reasons whose phrase occurs in `text`, in file order, each with its name."""
        for number in self.reasons.hits(text):
            yield self.vendor.reasons[number], f"{self.name}.reasons[{number}]"


class Catalogue:
    """All vendors in the order in which they are asked, and the sets that recognise them."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        ordered = _ordered(list(vendors))
        self.any = Compiled(ordered[-1])
        self.vendors = {vendor.name: Compiled(vendor, self.any) for vendor in ordered[:-1]} | {ANY: self.any}
        self._header = _Signatures((v.name, v.recognise.header) for v in ordered)
        self._notice = _Signatures((v.name, v.recognise.notice) for v in ordered)
        self._hosts = _Signatures((v.name, v.hosts) for v in ordered)
        self._order = {vendor.name: number for number, vendor in enumerate(ordered)}

    def recognise(self, header: bytes, notice: bytes) -> tuple[Compiled | None, bool]:
        """Return the vendor that wrote a message, by its header and its words, and whether the words are those of a notice."""
        by_words = self._notice.names(notice)
        names = {*self._header.names(header), *by_words}
        return (self.vendors[min(names, key=self._order.__getitem__)] if names else None), bool(by_words)

    def host(self, name: str) -> Compiled | None:
        """Return the vendor a host belongs to."""
        names = self._hosts.names(name) if name else []
        return self.vendors[names[0]] if names else None


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
