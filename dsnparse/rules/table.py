"""LineTable: a vendor's notice as compiled patterns, one look at a line telling which line of the table it is.

Whole-line patterns fail at their first words, so an alternation in `re` is quick on the lines of real notices (2 us); lines
without an "@", the most, are spared the patterns that need one. Long lines, where backtracking could hurt, go to RE2, which is never
worse than linear. An RE2 Set was tried for all lines: it meets a new state at almost every byte it has not seen (80 us a line).
"""

import re
from typing import Any, Final

import re2

from dsnparse.errors import RuleError
from dsnparse.report import Recipient
from dsnparse.rules.phrases import PhraseSet, options
from dsnparse.rules.schema import Notice

# A group of a line pattern is one of these; the last four are weaker than a field (see schema.Notice).
FIELDS: Final = frozenset(Recipient.__struct_fields__) | {"candidate", "text", "alias", "hidden"}
LONG_LINE: Final = 200
GROUP: Final = re.compile(r"\(\?P<([a-z_]+)>")

# What a pattern may name in braces: an address with what may stand around it, a host name, an IP address. `candidate`, `alias`
# and `original_recipient` are addresses in another role. RFC 5321 section 4.1.2; quirks: `[SMTP:a@b]`, `'a@b'`, `mailto:a@b`.
MAILBOX: Final = (
    r"(?:\"[^\"]{1,100}\"|[^\s<>\"'(),:;\[\]@/|][^\s<>\"(),:;\[\]@]{0,100})@(?:\[[0-9A-Za-z.:]{2,60}\]|[^\s<>\"'(),:;\[\]@/\\|*?!=]{1,255})"
)
AROUND: Final = r"[<\[\"'(]{0,3}(?:(?:smtp|mailto|rfc822|utf-8)[:;] ?<?)?"
FRAGMENTS: Final = {
    **{f"{{{role}}}": rf"{AROUND}(?P<{role}>{MAILBOX})[>\])\"']{{0,3}}" for role in ("address", "candidate", "alias", "original_recipient")},
    "{someone}": rf"{AROUND}{MAILBOX}[>\])\"']{{0,3}}",
    # What stands between a word and an address: it ends at a sign that no address has, so that no letter of it is cut off.
    "{gap}": r"(?:[^\n]{0,120}?[\s<>\[(\"':;,=])??",
    "{host}": r"(?P<remote_mta>[A-Za-z0-9][A-Za-z0-9._-]{0,254})",
    "{ip}": r"(?P<remote_ip>[0-9A-Fa-f:.]{3,45})",
}

# The name of the pattern that fits, such as `exim.lines[3]`, and field -> span of each group that is not empty.
LineMatch = tuple[str, dict[str, tuple[int, int]]]


def expand(pattern: str) -> str:
    """Put the fragments a pattern names into it."""
    for name, fragment in FRAGMENTS.items():
        if name in pattern:
            pattern = pattern.replace(name, fragment)
    return pattern


class LineTable:
    """The compiled notice of one vendor; what it leaves open of `delays` and `refuses` is taken from `base`."""

    def __init__(self, vendor: str, notice: Notice, base: "LineTable | None" = None) -> None:
        self.vendor = vendor
        self.starts = not notice.begins
        named = [
            (f"{vendor}.{kind}[{number}]", kind, expand(pattern))
            for kind in ("ends", "skips", "lines")
            for number, pattern in enumerate(getattr(notice, kind))
        ]
        self._begins = _Lines([(f"{vendor}.begins[{n}]", "begins", expand(p)) for n, p in enumerate(notice.begins)])
        self._any = _Lines(named)
        self._without = _Lines([item for item in named if not NEEDS_AT.search(item[2])])
        self.delays = PhraseSet(_phrases(vendor, "delays", notice.delays)) if notice.delays or not base else base.delays
        self.refuses = PhraseSet(_phrases(vendor, "refuses", notice.refuses)) if notice.refuses or not base else base.refuses

    def begins(self, data: bytes, start: int, end: int) -> bool:
        """Tell whether reading starts after the line `data[start:end]`."""
        return self._begins.read(data, start, end) is not None

    def read(self, data: bytes, start: int, end: int) -> LineMatch | None:
        """Return what the line `data[start:end]` says, or None where no pattern fits the whole of it."""
        lines = self._any if data.find(b"@", start, end) >= 0 else self._without
        return lines.read(data, start, end)


# A pattern with an address in it, outside of any choice, fits no line without an "@".
NEEDS_AT: Final = re.compile(r"\)@\(|\.\*@")
ENDS: Final[LineMatch] = ("ends", {})
SKIPS: Final[LineMatch] = ("skips", {})


class _Lines:
    """Line patterns as one alternation: the first that fits the whole line wins."""

    def __init__(self, named: list[tuple[str, str, str]]) -> None:
        self._patterns = [_Line(name, kind, pattern) for name, kind, pattern in named]
        source = "|".join(f"({GROUP.sub('(?:', pattern)})" for _, _, pattern in named)
        groups = [re.compile(GROUP.sub("(?:", pattern)).groups for _, _, pattern in named]
        # The group number of each alternative: 1, and one more for every group inside those before it.
        self._numbers = {1 + number + sum(groups[:number]): number for number in range(len(named))}
        self._short = re.compile(source.encode("utf-8"), re.IGNORECASE)
        self._long: Any = re2.compile(source.encode("utf-8"), options())

    def read(self, data: bytes, start: int, end: int) -> LineMatch | None:
        if not self._patterns:
            return None
        if end - start <= LONG_LINE:
            match = self._short.fullmatch(data, start, end)
            number = match.lastindex if match else None  # the outermost group closes last
        else:
            match = self._long.fullmatch(data[start:end])
            number = next((group for group in self._numbers if match.start(group) >= 0), None) if match else None
        return self._patterns[self._numbers[number]].said(data, start, end) if number else None


class _Line:
    """One line pattern and the fields of its groups."""

    def __init__(self, name: str, kind: str, pattern: str) -> None:
        self.name = name
        self.fixed = {"ends": ENDS, "skips": SKIPS}.get(kind)
        for field in GROUP.findall(pattern):
            if field not in FIELDS:
                message = f"{name}: no such field: '{field}'"
                raise RuleError(message)
        source = pattern.encode("utf-8")
        try:
            self._short = re.compile(source, re.IGNORECASE)
            self._long: Any = re2.compile(source, options())
        except (re.error, re2.error) as error:
            message = f"{name}: {error}"
            raise RuleError(message) from error
        self._groups = tuple(self._short.groupindex.items())

    def said(self, data: bytes, start: int, end: int) -> LineMatch:
        """Return field -> span of each group that took part and is not empty."""
        if self.fixed:
            return self.fixed
        if end - start <= LONG_LINE:
            match, base = self._short.fullmatch(data, start, end), 0
        else:
            match, base = self._long.fullmatch(data[start:end]), start
        found = {}
        for field, group in self._groups if match else ():
            first, last = match.span(group)
            if 0 <= first < last:
                found[field] = (base + first, base + last)
        return self.name, found


def _phrases(vendor: str, name: str, patterns: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(f"{vendor}.{name}[{number}]", expand(pattern)) for number, pattern in enumerate(patterns)]
