"""The catalogue: all vendor files loaded when the first message needs them, each pattern compiled when a text first asks for it."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, lru_cache
from typing import Final

import msgspec
from msgspec.structs import replace

from dsnparse.errors import RuleError
from dsnparse.report import Kind
from dsnparse.rules.index import find_index, make_index, read_index, vendor_files
from dsnparse.rules.kinds import KindRules
from dsnparse.rules.phrases import Atoms, OneOf, PhraseSet, one_of
from dsnparse.rules.schema import Notice, ReasonRule, Vendor
from dsnparse.rules.table import LineTable, expand

ANY: Final = "any"
# What stands before the name of a vendor file, and of its rules, that is the user's own.
OWN: Final = "own/"

# A reason phrase that occurs: its vendor, the rule, the name of the rule.
Phrase = tuple[str, ReasonRule, str]

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


# Tells the words of a set of patterns by its name; none where they are to be worked out.
Known = Callable[[str], Atoms] | None


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


class Layer:
    """Vendor files that belong together: the sets that recognise their vendors, and the causes they know.

    `mark` stands before the names of its vendors in a Phrase, so that rules of one's own are told from ours of the same vendor.
    """

    def __init__(self, vendors: list[Vendor], atoms: Known = None, mark: str = "") -> None:
        self.mark = mark
        self._header = _Signatures([(v.name, v.recognise.header) for v in vendors], atoms and atoms("header"))
        self._notice = _Signatures([(v.name, v.recognise.notice) for v in vendors], atoms and atoms("notice"))
        self._before = {vendor.name: frozenset(vendor.before) for vendor in vendors}
        self._copied = {name for vendor in vendors for name in vendor.before}
        self._order = {vendor.name: number for number, vendor in enumerate(vendors)}
        self._causes: list[Phrase] = [
            (f"{mark}{v.name}", rule, f"{mark}{v.name}.reasons[{n}]")
            for v in vendors
            for n, rule in enumerate(v.reasons)
        ]
        self._phrases = PhraseSet(((where, rule.match) for _, rule, where in self._causes), atoms and atoms("reasons"))

    def recognise(self, header: bytes, notice: bytes, forwards: OneOf) -> tuple[str, bool]:
        """Return the name of the vendor that wrote a message, if any, and whether its words are those of a notice.

        Words below a line of `forwards` are of somebody else.
        """
        names = self._notice.names(notice)
        if names and len(own := forwards.before(notice)) < len(notice):
            names = self._notice.names(own)
        if not names:
            return min(self._header.names(header), key=self._order.__getitem__, default=""), False
        name = min(names, key=self._order.__getitem__)
        if name in self._copied:  # others write the same words: their header tells
            for other in self._header.names(header):
                if name in self._before[other]:
                    name = other
        return name, True

    def causes(self, text: str) -> list[Phrase]:
        """Return every reason whose phrase occurs in `text`, in the vendors' order."""
        return [self._causes[number] for number in self._phrases.hits(text)]

    def sets(self) -> dict[str, PhraseSet]:
        """Return its sets of patterns by their names."""
        return {"header": self._header.set, "notice": self._notice.set, "reasons": self._phrases}


class Catalogue:
    """All vendors in the order in which they are asked; `own` are vendors of the user, asked before ours.

    A vendor of one's own that is named like one of ours is laid over it.
    """

    def __init__(self, vendors: Iterable[Vendor], atoms: Known = None, own: Iterable[Vendor] = ()) -> None:
        ours = {vendor.name: vendor for vendor in vendors}
        mine = {vendor.name: vendor for vendor in own}
        for vendor in (*ours.values(), *mine.values()):
            if missing := set(vendor.before) - ours.keys() - mine.keys():
                message = f"{vendor.name}: before: no such vendor: '{min(missing)}'"
                raise RuleError(message)
        ordered = _ordered(list(ours.values()))
        self._ours = Layer(ordered, atoms)
        self._layers = [Layer(_ordered(list(mine.values())), mark=OWN), self._ours] if mine else [self._ours]
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
        self.tagged = _Tags([*mine.values(), *ordered]).owner
        self._known = lru_cache(KNOWN_TEXTS)(self._find)
        self._known_long = lru_cache(KNOWN_LONG_TEXTS)(self._find)
        notice = self.any.vendor.notice or Notice()
        self.commands = notice.commands
        self.forwards = one_of(notice.forwards)
        self.senders, self.subjects, self.personal = map(one_of, (notice.senders, notice.subjects, notice.personal))

    def atoms(self) -> dict[str, Atoms]:
        """Return the words of every set of patterns of ours by its name: what an index holds."""
        sets = self._ours.sets() | self._our_kinds.sets()
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

    def _find(self, text: str) -> list[Phrase]:
        return [phrase for layer in self._layers for phrase in layer.causes(text)]


# Whose phrases count, and in which order.
Speakers = tuple[Catalogue, tuple[str, ...]]


def without_person(text: str) -> str:
    """Return a diagnostic with the same address, IP address and queue id in the place of every one."""
    return SOMEBODY.sub(lambda match: ANYBODY[match.lastindex or 0], text)


def winner(rules: Sequence[ReasonRule], rank: Callable[[str], int]) -> int:
    """Return which of the rules that fit a text gives its reason: that of the lowest rank, of several the first.

    A reason yields to a rule that is `over` it, unless all do.
    """
    yields = {reason for rule in rules for reason in rule.over}
    firm = [number for number, rule in enumerate(rules) if rule.means not in yields] or range(len(rules))
    return min(firm, key=lambda number: rank(rules[number].means))


class _Tags:
    """What tells by its words alone whose host spoke."""

    def __init__(self, vendors: list[Vendor]) -> None:
        self._each = [(vendor.name, one_of(vendor.tags)) for vendor in vendors if vendor.tags]
        self._any = one_of(tag for vendor in vendors for tag in vendor.tags)

    def owner(self, text: str) -> str | None:
        """Return the name of the vendor whose own marker stands in a reply."""
        if not self._any.search(text):  # 99 of 100
            return None
        return next((name for name, tags in self._each if tags.search(text)), None)


class _Signatures:
    """Patterns of many vendors as one set that answers with vendor names."""

    def __init__(self, vendors: Iterable[tuple[str, tuple[str, ...]]], atoms: Atoms | None) -> None:
        named = [(name, pattern) for name, patterns in vendors for pattern in patterns]
        self._names = [name for name, _ in named]
        self.set = PhraseSet(((f"{name}.recognise", pattern) for name, pattern in named), atoms)

    def names(self, text: bytes | str) -> list[str]:
        return [self._names[number] for number in self.set.hits(text)]


def lay_over(ours: Vendor, own: Vendor) -> Vendor:
    """Return one of our vendors with the patterns of another file before its own; its reasons stay in their layer."""
    notice = own.notice or ours.notice
    if own.notice and ours.notice:
        kinds = own.notice.__struct_fields__
        notice = Notice(**{kind: getattr(own.notice, kind) + getattr(ours.notice, kind) for kind in kinds})
    return replace(ours, notice=notice, replies=own.replies + ours.replies)


def _ordered(vendors: list[Vendor]) -> list[Vendor]:
    """Put every vendor in front of those it is `before`, otherwise by name; `any` comes last."""
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
