"""The catalogue: all vendor files loaded when the first message needs them, each pattern compiled when a text first asks for it."""

import re
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from typing import Any, Final

import msgspec
import re2

from dsnparse.errors import RuleError
from dsnparse.report import Kind
from dsnparse.rules.index import find_index, make_index, read_index, vendor_files
from dsnparse.rules.kinds import KindRules
from dsnparse.rules.layer import ANY, Known, Layer, Phrase, Tags, lay_over, ordered_vendors
from dsnparse.rules.margins import Margins
from dsnparse.rules.phrases import Atoms, OneOf, PhraseSet, options
from dsnparse.rules.schema import Notice, Vendor
from dsnparse.rules.table import LineTable, expand

# What stands before the name of a vendor file, and of its rules, that is the user's own.
OWN: Final = "own/"

# Servers say the same few thousand things about millions of people: without the person a text is known at once (4 us, not 100).
# What is remembered never changes an answer, since every text is looked at without the person.
# A word next to an address, as East Asia writes, is none of it: letters from U+0800 on and the marks of Latin-1 stand outside.
_AROUND: Final = r"\s<>()\[\]\"',;:=\x80-\xbf\u0800-\U0010ffff"
SOMEBODY: Final = re.compile(
    rf"(?<![^{_AROUND}])(?:([^{_AROUND}@]+@[^{_AROUND}]*[^{_AROUND}.])"
    r"|([0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.]))|((?=[A-Za-z_-]{0,40}[0-9])[0-9A-Za-z_-]{14,100}(?![\w-])))",
    re.ASCII,
)
ANYBODY: Final = ("", "a@a.example", "192.0.2.1", "x0")
KNOWN_TEXTS: Final = 4_096
# A long text is seldom met again, except where one message tells it of thousands of recipients.
KNOWN_LONG_TEXTS: Final = 16
LONG_TEXT: Final = 600
# What may stand above the first words by which a notice is known: a line of the site's own, but not what a person writes of it.
PREFACE: Final = 80


class Compiled:
    """One vendor, its parts made when first used."""

    def __init__(self, vendor: Vendor, base: "Compiled | None" = None, atoms: Known = None) -> None:
        self.vendor = vendor
        self.name = vendor.name
        self.base = base
        self.atoms = atoms

    @cached_property
    def table(self) -> LineTable | None:
        """The line table of its notices."""
        notice, base = self.vendor.notice, self.base.table if self.base else None
        return LineTable(self.name, notice, base, self.atoms) if notice else None

    @cached_property
    def replies(self) -> "Replies":
        """The patterns that unwrap a reply from the sentence around it."""
        return Replies(self.name, self.vendor.replies, self.atoms)

    def signs_at_top(self, words: bytes) -> bool:
        """Tell whether words that are those of one of its notices are so from the beginning on."""
        found = (pattern.search(words) for pattern in self._signatures)
        return any(match.start() <= PREFACE for match in found if match)

    @cached_property
    def _signatures(self) -> list[Any]:
        return [re2.compile(pattern, options()) for pattern in self.vendor.recognise.notice]

    def sets(self) -> dict[str, PhraseSet]:
        """Return every set of patterns of its own by its name."""
        return {f"{self.name}.replies": self.replies.set} | (self.table.sets() if self.table else {})


class Replies:
    """Sentences around a reply: the first that fits is taken apart."""

    def __init__(self, vendor: str, patterns: tuple[str, ...], atoms: Known = None) -> None:
        self.vendor = vendor
        named = ((f"{vendor}.replies[{number}]", expand(pattern)) for number, pattern in enumerate(patterns))
        self.set = PhraseSet(named, atoms and atoms(f"{vendor}.replies"), capture=True)
        self.unwrap = lru_cache(KNOWN_LONG_TEXTS)(self._unwrap)

    def _unwrap(self, text: str) -> tuple[str, dict[str, str]] | None:
        """Return the name of the first pattern that fits and its groups."""
        for number in self.set.hits(text):
            if match := self.set.pattern(number).search(text):
                return f"{self.vendor}.replies[{number}]", match.groupdict()
        return None


class Catalogue:
    """All vendors in the order in which they are asked; `own` are vendors of the user, asked before ours.

    A vendor of one's own that is named like one of ours is laid over it.
    """

    def __init__(self, vendors: Iterable[Vendor], atoms: Known = None, own: Iterable[Vendor] = ()) -> None:
        ours = {vendor.name: vendor for vendor in vendors}
        mine = {vendor.name: vendor for vendor in own}
        for vendor in ours.values():
            if missing := set(vendor.before) - ours.keys():
                message = f"{vendor.name}: before: no such vendor: '{min(missing)}'"
                raise RuleError(message)
        ordered = ordered_vendors(list(ours.values()))
        self._ours = Layer(ordered, atoms)
        self._layers = [Layer(ordered_vendors(list(mine.values())), mark=OWN), self._ours] if mine else [self._ours]
        self._marks = [layer.mark for layer in self._layers]
        rules = [(f"{v.name}.kinds[{n}]", rule) for v in ordered for n, rule in enumerate(v.kinds)]
        self._our_kinds = KindRules(rules, atoms)
        own_rules = [(f"{OWN}{v.name}.kinds[{n}]", rule) for v in mine.values() for n, rule in enumerate(v.kinds)]
        self._kinds = [KindRules(own_rules), self._our_kinds] if own_rules else [self._our_kinds]
        changed = {name: lay_over(ours[name], vendor) if name in ours else vendor for name, vendor in mine.items()}
        self.any = Compiled(changed.get(ANY, ours[ANY]), None, None if ANY in changed else atoms)
        self.vendors = {
            name: Compiled(changed.get(name, vendor), self.any, None if name in changed else atoms)
            for name, vendor in (ours | changed).items()
        } | {ANY: self.any}
        self._hosts = {host: vendor.name for vendor in reversed(ordered) for host in vendor.hosts}
        self._hosts |= {host: vendor.name for vendor in mine.values() for host in vendor.hosts}
        self.tagged = Tags([*mine.values(), *ordered]).owner
        self._known = lru_cache(KNOWN_TEXTS)(self._find)
        self._known_long = lru_cache(KNOWN_LONG_TEXTS)(self._find)
        notice = self.any.vendor.notice or Notice()
        self.forwards, self.senders, self.robots = map(OneOf, (notice.forwards, notice.senders, notice.robots))
        titles = (notice.subjects, notice.late, notice.personal, notice.digests)
        self.subjects, self.late, self.personal, self.digests = map(OneOf, titles)

    @property
    def commands(self) -> tuple[str, ...]:
        """The very words before the SMTP command that was refused."""
        return (self.any.vendor.notice or Notice()).commands

    @cached_property
    def margins(self) -> Margins:
        """What stands around the words of anybody's notices."""
        return Margins(self.any.vendor.notice or Notice(), self.any.atoms)

    def atoms(self) -> dict[str, Atoms]:
        """Return the words of every set of patterns of ours by its name: what an index holds."""
        sets = self._ours.sets() | self._our_kinds.sets()
        sets["any.warnings"] = self.margins.warnings
        for vendor in self.vendors.values():
            sets |= vendor.sets()
        return {name: sets[name].atoms for name in sorted(sets)}

    def recognise(self, header: bytes, notice: bytes) -> tuple[Compiled | None, bool]:
        """Return the vendor that wrote a message, and whether its words are those of a notice: the words go before the header."""
        for layer in self._layers:
            name, signed = layer.recognise(header, notice, self.forwards)
            if name:
                return self.vendors[name], signed
        return None, False

    def kind_by_header(self, header: bytes) -> Kind | None:
        """Return what the header tells by itself of a message that no vendor signed: a kind of other mail."""
        return next(filter(None, (rules.by_header(header) for rules in self._kinds)), None)

    def kind_by_words(self, header: bytes, subject: str, words: str) -> Kind | None:
        """Return which kind of other mail a message is by header, subject and first words."""
        return next(filter(None, (rules.by_words(header, subject, words) for rules in self._kinds)), None)

    def owner(self, host: str) -> str | None:
        """Return the name of the vendor a host belongs to: by the host name or any domain above it."""
        while host:
            if name := self._hosts.get(host):
                return name
            host = host.partition(".")[2]
        return None

    def speakers(self, host: str | None, writer: Compiled | None) -> "Speakers":
        """Return whose phrases count, in order: the vendor of the host that spoke, the writer of the report, anybody."""
        names = dict.fromkeys(name for name in (host, writer.name if writer else None, ANY) if name)
        return self, tuple(f"{mark}{name}" for mark in self._marks for name in names)

    def causes(self, text: str) -> list[Phrase]:
        """Return (vendor, rule, name of the rule) of every reason whose phrase occurs in `text`, in the vendors' order."""
        if len(text) <= LONG_TEXT:
            return self._known(without_person(text))
        return self._known_long(text)

    def rules(self) -> list[Phrase]:
        """Return (vendor, rule, name of the rule) of every reason there is, in the vendors' order."""
        return [phrase for layer in self._layers for phrase in layer.phrases()]

    def rule(self, name: str) -> Phrase | None:
        """Return the reason whose rule has this name, such as `exim.reasons[3]`."""
        return self._named.get(name)

    @cached_property
    def _named(self) -> dict[str, Phrase]:
        return {phrase[2]: phrase for phrase in self.rules()}

    def title(self, name: str) -> str:
        """Return what people call the vendor of a phrase."""
        return self.vendors[name.removeprefix(OWN)].vendor.title

    def _find(self, text: str) -> list[Phrase]:
        return [phrase for layer in self._layers for phrase in layer.causes(text)]


# Whose phrases count, and in which order.
Speakers = tuple[Catalogue, tuple[str, ...]]


def without_person(text: str) -> str:
    """Return a diagnostic with the same address, IP address and queue id in the place of every one."""
    return SOMEBODY.sub(lambda match: ANYBODY[match.lastindex or 0], text)


def decode_vendor(name: str, text: str) -> Vendor:
    """Read one vendor file; a RuleError names the file and the place in it."""
    import tomllib  # noqa: PLC0415 - 4 ms, which a run with an index saves

    try:
        vendor = msgspec.convert(tomllib.loads(text), Vendor)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"{name}.toml: {error}"
        raise RuleError(message) from error
    if vendor.name != name:
        message = f"{name}.toml: its name is '{vendor.name}'"
        raise RuleError(message)
    return vendor


def our_vendors() -> tuple[Iterable[Vendor], Known]:
    """Return the vendors in dsnparse/vendors, and what tells the words of their patterns where there is an index."""
    files = vendor_files()
    if index := read_index(files):
        return index.vendors, index.words
    return [decode_vendor(name, text.decode("utf-8")) for name, text in files.items()], None


def build_index() -> bytes:
    """Return what vendors/index.json has to be for the vendor files as they are."""
    files = vendor_files()
    vendors = [decode_vendor(name, text.decode("utf-8")) for name, text in files.items()]
    return make_index(files, vendors, Catalogue(vendors).atoms())


def index_is_fresh() -> bool:
    """Tell whether vendors/index.json is what it has to be."""
    return find_index() == build_index()


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of the vendor files in dsnparse/vendors."""
    return Catalogue(*our_vendors())
