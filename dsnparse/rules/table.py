"""LineTable: a vendor's notice as compiled patterns, one look at a line telling which line of the table it is.

Patterns run in `re` (0.7 us a line); its wrapper makes RE2 ten times slower per call, but RE2 is never worse than linear, so long
lines go there. Both agree on what a pattern means: vendor files are written in RE2's dialect.
"""

import re
from typing import Any, Final

import re2

from dsnparse.errors import RuleError
from dsnparse.report import Recipient
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


def options(*, capture: bool = True) -> Any:  # noqa: ANN401 - re2 has no types
    """Return the options every RE2 pattern of ours is compiled with: case does not count, errors are raised, not printed."""
    chosen = re2.Options()
    chosen.case_sensitive = False
    chosen.log_errors = False
    chosen.never_capture = not capture
    return chosen


def expand(pattern: str) -> str:
    """Put the fragments a pattern names into it."""
    for name, fragment in FRAGMENTS.items():
        if name in pattern:
            pattern = pattern.replace(name, fragment)
    return pattern


class Patterns:
    """Several patterns as one: `match` tells the first that fits a whole line, and the spans of its groups."""

    def __init__(self, where: str, patterns: tuple[str, ...]) -> None:
        self.where = where
        source = "|".join(self._part(number, pattern) for number, pattern in enumerate(patterns)).encode("utf-8")
        try:
            self.short = re.compile(source, re.IGNORECASE)
            self.long: Any = re2.compile(source, options())
        except (re.error, re2.error) as error:
            message = f"{where}: {error}"
            raise RuleError(message) from error
        index = self.short.groupindex
        self._lines = {index[f"line_{number}"]: number for number in range(len(patterns))}
        self._fields: list[list[tuple[str, int]]] = [[] for _ in patterns]
        for name, group in index.items():
            field, number = name.rsplit("_", 1)
            if field != "line":
                self._fields[int(number)].append((field, group))

    def _part(self, number: int, pattern: str) -> str:
        pattern = expand(pattern)
        for field in GROUP.findall(pattern):
            if field not in FIELDS:
                message = f"{self.where}[{number}]: no such field: '{field}'"
                raise RuleError(message)
        renamed = GROUP.sub(lambda match: f"(?P<{match[1]}_{number}>", pattern)
        return f"(?P<line_{number}>{renamed})"

    def fits(self, data: bytes, start: int, end: int) -> bool:
        """Tell whether any pattern fits the whole line."""
        if end - start > LONG_LINE:
            return self.long.fullmatch(data[start:end]) is not None
        return self.short.fullmatch(data, start, end) is not None

    def match(self, data: bytes, start: int, end: int) -> LineMatch | None:
        """Return what the line `data[start:end]` says, or None where no pattern fits the whole of it."""
        if end - start > LONG_LINE:
            return self._match_long(data[start:end], start)
        match = self.short.fullmatch(data, start, end)
        if match is None or match.lastindex is None:
            return None
        number = self._lines[match.lastindex]  # the outermost group closes last
        spans = {field: match.span(group) for field, group in self._fields[number] if match.end(group) > match.start(group)}
        return f"{self.where}[{number}]", spans

    def _match_long(self, line: bytes, base: int) -> LineMatch | None:
        match = self.long.fullmatch(line)
        if match is None:
            return None
        number = next(number for group, number in self._lines.items() if match.start(group) >= 0)
        spans = {}
        for field, group in self._fields[number]:
            start, end = match.span(group)
            if 0 <= start < end:
                spans[field] = (base + start, base + end)
        return f"{self.where}[{number}]", spans


class LineTable:
    """The compiled notice of one vendor; what it leaves open of `delays` and `refuses` is taken from `base`."""

    def __init__(self, vendor: str, notice: Notice, base: "LineTable | None" = None) -> None:
        self.vendor = vendor
        self.begins = _patterns(vendor, "begins", notice.begins)
        self.ends = _patterns(vendor, "ends", notice.ends)
        self.skips = _patterns(vendor, "skips", notice.skips)
        self.lines = _patterns(vendor, "lines", notice.lines)
        self.delays = _patterns(vendor, "delays", notice.delays) or (base and base.delays)
        self.refuses = _patterns(vendor, "refuses", notice.refuses) or (base and base.refuses)


def _patterns(vendor: str, name: str, patterns: tuple[str, ...]) -> Patterns | None:
    return Patterns(f"{vendor}.{name}", patterns) if patterns else None
