"""LineTable: a vendor's notice as compiled patterns, one look at a line telling which line of the table it is.

An alternation in `re` tries its patterns one by one (14 us a line for forty of them, and worse than linear on a hostile line);
one RE2 Set asks all of them at once (2 us, linear whatever the line).
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
    r"(?:\"[^\"]{1,100}\"|[^\s<>\"'(),:;\[\]@][^\s<>\"(),:;\[\]@]{0,100})@(?:\[[0-9A-Za-z.:]{2,60}\]|[^\s<>\"'(),:;\[\]@/\\|*?!=]{1,255})"
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
    """The compiled notice of one vendor: which pattern fits a line is one question to one RE2 Set.

    The patterns of `ends`, `skips` and `lines` stand in the Set in this order, and the first that fits wins. Only the groups
    of the winner are then asked of `re`, or of RE2 where the line is long. What the vendor leaves open of `delays` and
    `refuses` is taken from `base`.
    """

    def __init__(self, vendor: str, notice: Notice, base: "LineTable | None" = None) -> None:
        self.vendor = vendor
        self.starts = not notice.begins
        self._begins = len(notice.begins)
        self._ends = self._begins + len(notice.ends)
        self._skips = self._ends + len(notice.skips)
        self._lines = [_Line(f"{vendor}.lines[{number}]", pattern) for number, pattern in enumerate(notice.lines)]
        whole = (*_named(vendor, "begins", notice.begins), *_named(vendor, "ends", notice.ends), *_named(vendor, "skips", notice.skips))
        self._set = PhraseSet((*whole, *((line.name, line.pattern) for line in self._lines)), whole=True)
        self.delays = PhraseSet(_named(vendor, "delays", notice.delays)) if notice.delays or not base else base.delays
        self.refuses = PhraseSet(_named(vendor, "refuses", notice.refuses)) if notice.refuses or not base else base.refuses

    def read(self, data: bytes, start: int, end: int, *, begun: bool) -> LineMatch | None:
        """Return what the line `data[start:end]` says, or None where no pattern fits the whole of it."""
        for number in self._set.hits(data[start:end]):
            if number < self._begins:
                if not begun:
                    return BEGINS
            elif begun:
                if number < self._ends:
                    return ENDS
                if number < self._skips:
                    return SKIPS
                line = self._lines[number - self._skips]
                return line.name, line.spans(data, start, end)
        return None


BEGINS: Final[LineMatch] = ("begins", {})
ENDS: Final[LineMatch] = ("ends", {})
SKIPS: Final[LineMatch] = ("skips", {})


class _Line:
    """One line pattern and the fields of its groups."""

    def __init__(self, name: str, pattern: str) -> None:
        self.name = name
        self.pattern = expand(pattern)
        for field in GROUP.findall(self.pattern):
            if field not in FIELDS:
                message = f"{name}: no such field: '{field}'"
                raise RuleError(message)
        source = self.pattern.encode("utf-8")
        try:
            self._short = re.compile(source, re.IGNORECASE)
            self._long: Any = re2.compile(source, options())
        except (re.error, re2.error) as error:
            message = f"{name}: {error}"
            raise RuleError(message) from error
        self._groups = tuple(self._short.groupindex.items())

    def spans(self, data: bytes, start: int, end: int) -> dict[str, tuple[int, int]]:
        """Return field -> span of each group that took part and is not empty."""
        if end - start <= LONG_LINE:
            match, base = self._short.fullmatch(data, start, end), 0
        else:
            match, base = self._long.fullmatch(data[start:end]), start
        found = {}
        for field, group in self._groups if match else ():
            first, last = match.span(group)
            if 0 <= first < last:
                found[field] = (base + first, base + last)
        return found


def _named(vendor: str, name: str, patterns: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(f"{vendor}.{name}[{number}]", expand(pattern)) for number, pattern in enumerate(patterns)]
