"""Layer: vendor files that belong together, ours or the user's, in the order in which they are asked, and what they know as sets."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from dsnparse.errors import RuleError
from dsnparse.rules.phrases import Atoms, OneOf, PhraseSet
from dsnparse.rules.schema import Notice, ReasonRule, Vendor

ANY: Final = "any"
# A reason phrase that occurs: its vendor, the rule, the name of the rule.
Phrase = tuple[str, ReasonRule, str]

# Tells the words of a set of patterns by its name; none where they are to be worked out.
Known = Callable[[str], Atoms] | None


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
        self._phrases = PhraseSet(
            ((where, rule.pattern) for _, rule, where in self._causes), atoms and atoms("reasons")
        )

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

    def phrases(self) -> list[Phrase]:
        """Return every reason there is, in the vendors' order."""
        return self._causes

    def sets(self) -> dict[str, PhraseSet]:
        """Return its sets of patterns by their names."""
        return {"header": self._header.set, "notice": self._notice.set, "reasons": self._phrases}


class Tags:
    """What tells by its words alone whose host spoke."""

    def __init__(self, vendors: list[Vendor]) -> None:
        self._each = [(vendor.name, OneOf(vendor.tags)) for vendor in vendors if vendor.tags]
        self._any = OneOf(tag for vendor in vendors for tag in vendor.tags)

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


def ordered_vendors(vendors: list[Vendor]) -> list[Vendor]:
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


def lay_over(ours: Vendor, own: Vendor) -> Vendor:
    """Return one of our vendors with the patterns of another file before its own; its reasons stay in their layer."""
    notice = own.notice or ours.notice
    if own.notice and ours.notice:
        kinds = own.notice.__struct_fields__
        notice = Notice(**{kind: getattr(own.notice, kind) + getattr(ours.notice, kind) for kind in kinds})
    return replace(ours, notice=notice, kind=own.kind or ours.kind, replies=own.replies + ours.replies)


def winner(rules: Sequence[ReasonRule], rank: Callable[[str], int]) -> int:
    """Return which of the rules that fit a text gives its reason: that of the lowest rank, of several the first.

    A reason yields to a rule that is `over` it, unless all do.
    """
    yields = {reason for rule in rules for reason in rule.over}
    firm = [number for number, rule in enumerate(rules) if rule.means not in yields] or range(len(rules))
    return min(firm, key=lambda number: rank(rules[number].means))
