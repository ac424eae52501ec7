"""LineTable: a vendor's notice as compiled patterns, one look at a line telling which line of the table it is.

Whole-line patterns fail at their first words, so an alternation in `re` is quick on the lines of real notices (2 us); lines
without an "@", the most, are spared the patterns that need one. It is made when the first line asks for it (20 ms). Long lines,
where backtracking could hurt, go to RE2, which is never worse than linear, one pattern at a time as their words are there. An RE2
Set was tried for all lines: it meets a new state at almost every byte it has not seen (80 us a line).
"""

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, Final

from dsnparse.errors import RuleError
from dsnparse.report import Action, Recipient
from dsnparse.rules.phrases import KNOWN_TEXTS, Atoms, PhraseSet
from dsnparse.rules.schema import Notice
from dsnparse.wire.address import find_addresses

# A group of a line pattern is one of these; the last four are weaker than a field (see schema.Notice).
FIELDS: Final = frozenset(Recipient.__struct_fields__) | {"candidate", "text", "alias", "hidden"}
LONG_LINE: Final = 200
GROUP: Final = re.compile(r"\(\?P<([a-z_]+)>")

# What a pattern may name in braces: an address with what may stand around it, a host name, an IP address. `candidate`, `alias`
# and `original_recipient` are addresses in another role. RFC 5321 section 4.1.2; quirks: `[SMTP:a@b]`, `'a@b'`, `mailto:a@b`.
# Beyond ASCII it takes any letter and mark; what of them is a word beside the address is told by `_within`.
MAILBOX: Final = r"(?:\"[^\"]{1,100}\"|[^\s<>\"'(),:;\[\]@/|][^\s<>\"(),:;\[\]@]{0,100})@(?:\[[0-9A-Za-z.:]{2,60}\]|[^\s<>\"'(),:;\[\]@/\\|*?!={}`]{1,255})"
AROUND: Final = r"[<\[\"'({`]{0,3}(?:(?:smtp|mailto|rfc822|utf-8)[:;] ?<?)?"
MAILBOXES: Final = ("address", "candidate", "alias", "original_recipient")
FRAGMENTS: Final = {
    **{f"{{{role}}}": rf"{AROUND}(?P<{role}>{MAILBOX})[>\])\"'}}]{{0,3}}" for role in MAILBOXES},
    "{someone}": rf"{AROUND}{MAILBOX}[>\])\"'}}]{{0,3}}",
    # A mailbox without its domain, as a name in a list has it.
    "{name}": r"[<\[\"'(]{0,2}(?P<address>[A-Za-z0-9][A-Za-z0-9._+&=-]{0,63})[>\])\"']{0,2}",
    # What stands between a word and an address: it ends at a sign that no address has, so that no letter of it is cut off.
    "{gap}": r"(?:[^\n]{0,120}?[\s<>\[(\"':;,=])??",
    # What stands between a word and the next address, where that word is no part of it.
    "{on}": r"[^@\n]{0,200}(?:[\s<>\[(\"':;,=]|：|（|，)",  # noqa: RUF001 - the signs of East Asia
    "{host}": r"(?P<remote_mta>[A-Za-z0-9][A-Za-z0-9._-]{0,254})",
    "{ip}": r"(?P<remote_ip>[0-9A-Fa-f:.]{3,45})",
    # A line of signs, and its end.
    "{ruler}": r"[-_=*~]{20,200}[ \t\r]*\n",
}

# Signs of the words of a local part, and how many it has at most: RFC 5321 sections 4.1.2 and 4.5.3.1.1.
WORDS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-"
LOCAL_PART: Final = 64

# The name of the pattern that fits, such as `exim.lines[3]`, and field -> span of each group that is not empty.
LineMatch = tuple[str, dict[str, tuple[int, int]]]


def expand(pattern: str) -> str:
    """Put the fragments a pattern names into it."""
    for name, fragment in FRAGMENTS.items():
        if name in pattern:
            pattern = pattern.replace(name, fragment)
    return pattern


class LineTable:
    """The notice of one vendor; what it leaves open of what tells the fate of mail is taken from `base`."""

    def __init__(
        self, vendor: str, notice: Notice, base: "LineTable | None" = None, atoms: Callable[[str], Atoms] | None = None
    ) -> None:
        self.vendor = vendor
        self.starts = not notice.begins
        self._begins = _Lines(f"{vendor}.begins", _named(vendor, notice, "begins"), atoms)
        self._announces = _Lines(f"{vendor}.announces", _named(vendor, notice, "announces"), atoms)
        self._names = _Lines(f"{vendor}.names", _named(vendor, notice, "names"), atoms)
        self._lines = _Lines(f"{vendor}.lines", _named(vendor, notice, "ends", "spares", "skips", "lines"), atoms)
        own = {kind: _phrases(vendor, kind, notice, atoms) for kind in TOLD if getattr(notice, kind) or not base}
        told: dict[str, PhraseSet] = {kind: getattr(base, kind) for kind in TOLD if base} | own
        self.delays, self.finals, self.refuses, self.delivers = (
            told["delays"],
            told["finals"],
            told["refuses"],
            told["delivers"],
        )
        self.relays, self.waits, self.fails, self.reaches = (
            told["relays"],
            told["waits"],
            told["fails"],
            told["reaches"],
        )
        # Headings come again and again, and so do the words of rows.
        self.fate = lru_cache(KNOWN_TEXTS)(self._fate)
        self.fate_in_row = lru_cache(KNOWN_TEXTS)(self._fate_in_row)
        self._sets = own | {
            "begins": self._begins.long,
            "announces": self._announces.long,
            "names": self._names.long,
            "lines": self._lines.long,
        }

    def _fate(self, words: str) -> Action | None:
        """Return what became of those below a heading."""
        if action := self._fate_in_row(words):
            return action if action != "delivered" or not self.refuses.any(words) else "failed"
        return "failed" if self.refuses.any(words) else None

    def _fate_in_row(self, words: str) -> Action | None:
        """Return what became of somebody of whom a line tells it."""
        if self.waits.any(words) or self.delays.any(words):
            return "delayed"
        if self.fails.any(words) or self.finals.any(words):
            return "failed"
        return "delivered" if self.reaches.any(words) else None

    def begins(self, data: bytes, start: int, end: int) -> bool:
        """Tell whether reading starts after the line `data[start:end]`."""
        return self._begins.read(data, start, end) is not None

    def announces(self, data: bytes, start: int, end: int) -> bool:
        """Tell whether the line `data[start:end]` says that names follow."""
        return data[end - 1] == COLON and self._announces.read(data, start, end) is not None

    def name(self, data: bytes, start: int, end: int) -> LineMatch | None:
        """Return what the line `data[start:end]` says where it stands in a list of names, or None."""
        return self._names.read(data, start, end)

    def read(self, data: bytes, start: int, end: int) -> LineMatch | None:
        """Return what the line `data[start:end]` says, or None where no pattern fits the whole of it."""
        return self._lines.read(data, start, end)

    def sets(self) -> dict[str, PhraseSet]:
        """Return its sets of patterns by their names."""
        return {f"{self.vendor}.{name}": phrases for name, phrases in self._sets.items()}


# A pattern with an address in it, outside of any choice, fits no line without an "@".
NEEDS_AT: Final = re.compile(r"[)}]@[(\[]|\.\*@")
# From so many lines on it pays to have the patterns that may fit a line without an "@" in an alternation of their own.
MANY_LINES: Final = 500
TOLD: Final = ("delays", "finals", "refuses", "delivers", "relays", "waits", "fails", "reaches")
ENDS: Final[LineMatch] = ("ends", {})
SPARES: Final[LineMatch] = ("spares", {})
SKIPS: Final[LineMatch] = ("skips", {})
FIXED: Final = {"ends": ENDS, "spares": SPARES, "skips": SKIPS}
COLON: Final = 0x3A


class _Lines:
    """Line patterns as one alternation, made when first asked: the first that fits the whole line wins."""

    def __init__(self, name: str, named: list[tuple[str, str, str]], atoms: Callable[[str], Atoms] | None) -> None:
        self._patterns = [Line(where, kind, pattern) for where, kind, pattern in named]
        self.long = PhraseSet([(where, pattern) for where, _, pattern in named], atoms and atoms(name), capture=True)
        self._count = 0

    def read(self, data: bytes, start: int, end: int) -> LineMatch | None:
        if not self._patterns:
            return None
        if end - start > LONG_LINE:
            return self._read_long(data, start, end)
        if self._count < MANY_LINES:
            self._count += 1
            patterns, short = self._any
        else:
            patterns, short = self._any if data.find(b"@", start, end) >= 0 else self._without
        match = short(data, start, end)
        number = match and match.lastindex  # the only group that took part
        return patterns[number - 1].said(data, start, end) if number else None

    def _read_long(self, data: bytes, start: int, end: int) -> LineMatch | None:
        line = data[start:end]
        for number in self.long.candidates(line):
            if match := self.long.pattern(number).fullmatch(line):
                return self._patterns[number].fields(match, start)
        return None

    @cached_property
    def _any(self) -> "Alternation":
        return _alternation(self._patterns)

    @cached_property
    def _without(self) -> "Alternation":
        return _alternation([line for line in self._patterns if not NEEDS_AT.search(line.pattern)])


class Line:
    """One line pattern and the fields of its groups."""

    def __init__(self, name: str, kind: str, pattern: str) -> None:
        self.name = name
        self.pattern = pattern
        self.fixed = FIXED.get(kind)
        self._groups = tuple(enumerate(GROUP.findall(pattern), 1))  # the named groups are all there are
        for _, field in self._groups:
            if field not in FIELDS:
                message = f"{name}: no such field: '{field}'"
                raise RuleError(message)

    @cached_property
    def _short(self) -> re.Pattern[bytes]:
        return _compile(self.name, self.pattern)

    def said(self, data: bytes, start: int, end: int) -> LineMatch:
        """Return what a line says that fits."""
        match = None if self.fixed else self._short.fullmatch(data, start, end)
        return self.fields(match, 0)

    def fields(self, match: Any, base: int) -> LineMatch:  # noqa: ANN401 - a match of `re` or of `re2`
        """Return field -> span of each group that took part and is not empty."""
        if self.fixed:
            return self.fixed
        found = {}
        for group, field in self._groups if match else ():
            first, last = match.span(group)
            if 0 <= first < last:
                if field in MAILBOXES:
                    if not (value := match.group(group)).isascii():
                        first, last = _within(value, first, last)
                    first -= _cut_off(match.string[max(0, first - LOCAL_PART) : first])
                found[field] = (base + first, base + last)
        return self.name, found


def _cut_off(before: bytes) -> int:
    """Return how many signs of an address stand before what a pattern took for it, having read its first word as one of its own."""
    return len(before) - len(before.rstrip(WORDS)) if before[-1:].isalnum() else 0


def _within(value: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the address is between words that have no blank beside it, as East Asia writes, or quotes of other languages."""
    first, last = next(find_addresses(value, 0, len(value)), (0, end - start))
    return start + first, start + last


# Patterns, and the look at a line that tells by the number of its only group which of them fits.
Alternation = tuple[list[Line], Callable[[bytes, int, int], re.Match[bytes] | None]]


def _alternation(lines: list[Line]) -> Alternation:
    source = "|".join(f"({GROUP.sub('(?:', line.pattern)})" for line in lines)
    return lines, _compile(f"{lines[0].name} and others" if lines else "", source).fullmatch


def _compile(name: str, pattern: str) -> re.Pattern[bytes]:
    try:
        return re.compile(pattern.encode("utf-8"), re.IGNORECASE)
    except re.error as error:
        message = f"{name}: {error}"
        raise RuleError(message) from error


def _named(vendor: str, notice: Notice, *kinds: str) -> list[tuple[str, str, str]]:
    return [
        (f"{vendor}.{kind}[{number}]", kind, expand(pattern))
        for kind in kinds
        for number, pattern in enumerate(getattr(notice, kind))
    ]


def _phrases(vendor: str, kind: str, notice: Notice, atoms: Callable[[str], Atoms] | None) -> PhraseSet:
    named = [(where, pattern) for where, _, pattern in _named(vendor, notice, kind)]
    return PhraseSet(named, atoms and atoms(f"{vendor}.{kind}"))
