"""What a run counts, and the summary of it."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from dsnparse.escape import escape
from dsnparse.report import Report

# Names of domains come from mail: of very many different ones, the rare ones are forgotten.
DOMAINS: Final = 50_000
SHOWN: Final = 10
UNEXPLAINED: Final = frozenset(("", "undetermined"))

Counts = dict[str, int]


class Tally(Struct):
    """Numbers of messages by kind and vendor, of recipients by reason and domain, and of what was not read or not wanted."""

    kinds: Counts = field(default_factory=dict)
    vendors: Counts = field(default_factory=dict)
    reasons: Counts = field(default_factory=dict)
    domains: Counts = field(default_factory=dict)
    recipients: int = 0
    unexplained: int = 0
    unknown_writer: int = 0
    unread: int = 0
    failed: int = 0
    left_out: int = 0

    def report(self, report: Report) -> None:
        """Count one report."""
        add(self.kinds, report.kind)
        if report.kind != "other":
            if report.vendor:
                add(self.vendors, report.vendor)
            else:
                self.unknown_writer += 1
        for recipient in report.recipients:
            self.recipients += 1
            add(self.reasons, recipient.reason)
            self.unexplained += recipient.reason in UNEXPLAINED
            if domain := recipient.address.rpartition("@")[2]:
                add(self.domains, domain.lower())

    def merge(self, other: "Tally") -> None:
        """Count what another one has counted."""
        for name in self.__struct_fields__:
            value = getattr(other, name)
            if isinstance(value, dict):
                mine = getattr(self, name)
                for key, count in value.items():
                    add(mine, key, count)
            else:
                setattr(self, name, getattr(self, name) + value)
        if len(self.domains) > 2 * DOMAINS:
            self.domains = dict(top(self.domains, DOMAINS))

    @property
    def messages(self) -> int:
        """How many messages have a record."""
        return sum(self.kinds.values())

    def summary(self) -> Iterator[str]:
        """Yield what came out, a line for each thing counted."""
        yield from _line("kinds", self.kinds)
        yield from _line("reasons", self.reasons)
        yield from _line("vendors", self.vendors)
        yield from _line("domains", self.domains)
        if self.unexplained or self.unknown_writer:
            yield f"unknown: {self.unexplained:,} recipients without a reason, {self.unknown_writer:,} reports of unknown software"
        if self.left_out:
            yield f"left out: {self.left_out:,} messages that were not asked for"
        if self.unread:
            yield f"not read: {self.unread:,} inputs"


def add(counts: Counts, key: str, count: int = 1) -> None:
    """Count one thing, or several."""
    counts[key] = counts.get(key, 0) + count


def top(counts: Counts, number: int) -> list[tuple[str, int]]:
    """Return the most frequent ones; of two that are as frequent, the first by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:number]


def _line(name: str, counts: Counts) -> Iterator[str]:
    if counts:
        shown = ", ".join(f"{count:,} {escape(key) or 'none'}" for key, count in top(counts, SHOWN))
        rest = len(counts) - SHOWN
        yield f"{name}: {shown}" + (f", and {rest:,} more" if rest > 0 else "")
