"""Causes that stand above people: a notice may sort them by what went wrong, or quote each reply before whom it is about.

A notice is read line by line, and what it says is taken of whoever was named last. Where people are named below the causes, that
is somebody else.
"""

import re
from bisect import bisect_right
from typing import Final, NamedTuple

from dsnparse.limits import DIAGNOSTIC
from dsnparse.readers.readings import NoticeReading
from dsnparse.report import Found, Reading
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.lines import COLONS

# A reply at the beginning of a line, in brackets or quotes, or behind a colon: not "after 450 minutes".
REPLY: Final = re.compile(
    rb"(?:^|[(:\"']|\xef\xbc[\x88\x9a])[ \t]{0,40}([45][0-9]{2}[ -][^\r\n]*?[^\s:)\"'])(?:[\s:)\"']|\xef\xbc[\x89\x9a]|\xe3\x80\x82){0,8}$",
    re.MULTILINE,
)
LABEL: Final = re.compile(rb"[^@:\r\n]{2,40}(?::|\xef\xbc\x9a)")
BULLETS: Final = b" \t*-+#>"
# One cause alone, or one person, tells nothing of the order.
SEVERAL: Final = 2
# So many signs beside an address say nothing of him: a bullet, brackets, "for".
BESIDE: Final = 16
Span = tuple[int, int]


class Lead(NamedTuple):
    """Lines that name nobody, right above one that does."""

    start: int
    end: int
    is_title: bool  # they begin a paragraph, end in a colon, or stand further left
    reply: Span | None


def share_causes(reading: NoticeReading) -> None:
    """Give everybody the cause that stands above him, in a notice that names people below the causes."""
    if len(reading.recipients) < SEVERAL or not (leads := _leads(reading)):
        return
    above = _Spans(leads)
    for item, lead in zip(reading.recipients, leads, strict=True):
        above.drop(item)
        if lead and lead.reply:
            item.setdefault("diagnostic", _found(reading, *lead.reply))
        elif lead:
            item["text"] = _found(reading, lead.start, lead.end)
    above.drop(reading.shared, "diagnostic")


class _Spans:
    """Where the causes stand."""

    def __init__(self, leads: list[Lead | None]) -> None:
        spans = sorted({(lead.start, lead.end) for lead in leads if lead})
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def drop(self, item: Reading, *fields: str) -> None:
        """Take from somebody what is said of others: those who stand below it."""
        for field in fields or ("diagnostic", "text"):
            if said := item.get(field):
                number = bisect_right(self.starts, said.start) - 1
                if number >= 0 and said.start < self.ends[number]:
                    del item[field]


def _found(reading: NoticeReading, start: int, end: int) -> Found:
    value = clean(text_of(reading.view.data[start:end]), DIAGNOSTIC)
    return Found(value, "notice", start, end, reading.view.part)


def _leads(reading: NoticeReading) -> list[Lead | None]:
    """Return what stands above each, or nothing where people are not named below the causes.

    They are where the first has a reply above him and so have others, or where each stands in a paragraph of people below its title;
    and where nothing stands below the last of a paragraph.
    """
    people, lines = reading.recipients, _Lines(reading)
    at = [lines.index(item) for item in people]
    if at != sorted(at) or at[0] < 0:
        return []
    is_last = at[-1] + 1 == len(lines.spans)
    leads: list[Lead | None] = []
    for number, index in enumerate(at):
        low = at[number - 1] if number else -1
        if number and (index == low or (index == low + 1)):
            leads.append(leads[-1])  # a list goes on
        else:
            leads.append(lines.lead(low, index) or _heading(reading, people[number], is_last=is_last))
        if number and lines.goes_on(low) and not (index <= low + 1 or _begins(leads[-1], lines.spans[low + 1])):
            return []
    if lines.goes_on(at[-1]):
        return []
    replies = {lead.reply for lead in leads if lead and lead.reply}
    if len(replies) >= SEVERAL and leads[0] and leads[0].reply:
        return leads
    is_sorted = all(lead and (lead.is_title or _is_record(reading, lead, leads[0])) for lead in leads)
    return leads if is_sorted and len({*leads}) >= SEVERAL and lines.are_bare(people, at) else []


def _is_record(reading: NoticeReading, lead: Lead, first: Lead | None) -> bool:
    """Tell whether both begin with the same label: so begins each of the records."""
    data = reading.view.data
    return (
        first is not None
        and (label := LABEL.match(data, first.start)) is not None
        and data.startswith(label[0], lead.start)
    )


def _heading(reading: NoticeReading, item: Reading, *, is_last: bool) -> Lead | None:
    """Return the heading of a list, which an empty line may part from it.

    It has a reply in it, or ends in a colon, or nothing is said below the last of all.
    """
    if not (span := reading.above.get(id(item))):
        return None
    reply = REPLY.search(reading.view.data, *span)
    is_title = is_last or reading.view.data.endswith(COLONS, *span)
    return Lead(*span, is_title, reply.span(1) if reply else None) if reply or is_title else None


def _begins(lead: Lead | None, line: Span) -> bool:
    return lead is not None and lead.start == line[0]


class _Lines:
    """The lines of a notice, as far as they are words."""

    def __init__(self, reading: NoticeReading) -> None:
        self.data = reading.view.data
        self.spans = reading.words
        self.starts = [start for start, _ in self.spans]

    def index(self, item: Reading) -> int:
        """Return which line names somebody; -1 where it is none of them."""
        place = item.get("address") or item.get("candidate") or item["hidden"]
        index = bisect_right(self.starts, place.start) - 1
        return index if index >= 0 and place.start < self.spans[index][1] else -1

    def goes_on(self, index: int) -> bool:
        """Tell whether the next line stands right below."""
        if index + 1 >= len(self.spans):
            return False
        return self.data.count(b"\n", self.spans[index][1], self.spans[index + 1][0]) == 1

    def lead(self, low: int, index: int) -> Lead | None:
        """Return the lines that name nobody between two that do, as far as they stand right above the second."""
        first = index
        while first - 1 > low and self.goes_on(first - 1) and self.data.find(b"@", *self.spans[first - 1]) < 0:
            first -= 1
        if first == index:
            return None
        start, end = self.starts[first], self.spans[index - 1][1]
        aside = self.indent(index - 1) - self.indent(index)
        if aside > 0:
            return None  # it hangs below what stands above
        reply = REPLY.search(self.data, start, end)
        is_title = aside < 0 or first == 0 or not self.goes_on(first - 1) or self.data.endswith(COLONS, start, end)
        return Lead(start, end, is_title, reply.span(1) if reply else None)

    def indent(self, index: int) -> int:
        """Return how far a line stands to the right, its bullet counted."""
        start, end = self.spans[index]
        words = self.data[start:end].lstrip(BULLETS)
        return end - len(words) - self.data.rfind(b"\n", 0, start) - 1

    def are_bare(self, people: list[Reading], at: list[int]) -> bool:
        """Tell whether the lines of people say nothing but who is meant."""
        rest = {index: self.spans[index][1] - self.spans[index][0] for index in at}
        for item, index in zip(people, at, strict=True):
            place = item.get("address") or item.get("candidate") or item["hidden"]
            rest[index] -= place.end - place.start
        return max(rest.values()) <= BESIDE
