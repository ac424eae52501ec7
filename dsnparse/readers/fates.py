"""What became of each recipient of a notice: the mail never reaches some, may still reach others, and has reached some more."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from dsnparse.limits import DIAGNOSTIC
from dsnparse.readers.readings import ADDRESSES, NoticeReading
from dsnparse.report import Action, Found, Reading
from dsnparse.rules.table import LineMatch, LineTable
from dsnparse.wire.address import read_address
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import Tree, View
from dsnparse.wire.lines import COLONS

# Replies: one that refuses for good; any that refuses (one that puts mail off tells not whether it was given up); one that takes the mail.
REFUSED: Final = re.compile(r"(?:\A|[\s(\[:>\"'])5(?:[0-9]{2}(?:[ -]|\Z)|\.[0-9]{1,3}\.[0-9])", re.ASCII)
PUT_OFF: Final = re.compile(r"^\W{0,8}4(?:[0-9]{2}(?:[ -]|$)|\.[0-9]{1,3}\.[0-9])", re.ASCII | re.MULTILINE)
TAKEN: Final = re.compile(r"^\W{0,60}2[0-9]{2}(?:[ -]|$)", re.ASCII | re.MULTILINE)
# What is said below an address tells it as well where it begins with a label.
LABEL: Final = re.compile(r"\W{0,8}\w{2,20}(?: \w{2,20})?\s{0,3}[:=]\s{0,20}\w")
EMPTY_LINE: Final = re.compile(rb"[ \t\r]*\n[ \t\r]*\n")
# Of fewer people a notice tells no different fates.
SEVERAL: Final = 2
# So much of a line, of a heading or of what is said below tells what became of the mail.
OPENING: Final = 300
Span = tuple[int, int]


class Fate(NamedTuple):
    """What became of somebody, and where that is said."""

    action: Action
    span: Span


def tell_apart(reading: NoticeReading, table: LineTable) -> None:
    """Say of each recipient what became of the mail, where it is not the same for all; whom it reached is left out then.

    Where the lines of several people tell different fates, they go before the headings above them.
    """
    view, people = reading.view, reading.recipients
    above = [reading.above.get(id(item)) for item in people]
    headings = {span: _of_heading(view, span, table) for span in above if span}
    below = [headings[span] if span else None for span in above]
    own: list[Fate | None] = [None] * len(people)
    if len(people) >= SEVERAL or "cut" in reading.shared:  # there is somebody else, though nobody can tell who
        lines = [_line(view, item) for item in people]
        told = {words: _of_line(words, table) for words, _ in lines}  # many share one reply
        own = [Fate(action, span) if (action := told[words]) else None for words, span in lines]
    differ = len({fate.action for fate in own if fate}) >= SEVERAL
    if any(own) and len({*above}) == 1 and _has_arrived(below[0]):
        below = [None] * len(people)  # what stands above all of them parts nobody from the others
    fates = [_stronger(mine, theirs, differ=differ) for mine, theirs in zip(own, below, strict=True)]
    _settle(reading, fates, headings)


def _settle(reading: NoticeReading, fates: list[Fate | None], headings: dict[Span, Fate | None]) -> None:
    """Leave out whom the mail reached, and tell the others apart."""
    actions = [fate and fate.action for fate in fates]
    reading.arrives = bool(actions) and all(action == "delivered" for action in actions)
    if reading.arrives and "cut" in reading.shared:
        reading.recipients = []
        return
    if len({*actions}) < SEVERAL:
        reading.waits = bool(actions) and actions[0] == "delayed"
        return
    told = list(zip(reading.recipients, fates, strict=True))
    # Where nothing is said of a failure, those of whom nothing is said have got the mail, too.
    fails = bool({"failed", "delayed"} & {*actions}) or reading.refuses or reading.replies
    kept = [(item, fate) for item, fate in told if not (fails and _has_arrived(fate))]
    reading.waits = all(fate and fate.action == "delayed" for _, fate in kept)
    reading.mixed = {"delayed", "failed"} <= {*actions}
    reading.recipients = [item for item, _ in kept]
    for item, fate in kept:
        if (text := item.get("text")) and text.start > _place(item).start and _is_above(reading.view, text, headings):
            del item["text"]  # it speaks of those who stand below
        if fate and (reading.mixed or fate.action == "delivered"):
            item["action"] = Found(fate.action, "notice", *fate.span, reading.view.part)


def _is_above(view: View, text: Found, headings: dict[Span, Fate | None]) -> bool:
    """Tell whether words below somebody are the heading of others: it ends in a colon, or they stand right below it."""
    if (text.start, text.end) not in headings:
        return False
    return view.data.endswith(COLONS, text.start, text.end) or not EMPTY_LINE.match(view.data, text.end)


def blamed(view: View, table: LineTable, said: Span, tree: Tree) -> Iterator[Reading]:
    """Yield whom a reply speaks of, for where nobody is named but in it: `Error: could not deliver to user@example.com`."""
    words = view.data[said[0] : said[1]].replace(b"\r", b" ").replace(b"\n", b" ")
    rule, spans = (words and table.read(words, 0, len(words))) or ("", {})
    for field in ADDRESSES & spans.keys():
        start, end = (said[0] + at for at in spans[field])
        if not tree.is_cut(view, end) and (address := read_address(view.data[start:end])):
            item = Found(address, "notice", start, end, view.part, rule)
            yield {"candidate": item, "address": item}


def arrivals(view: View, table: LineTable, match: LineMatch | None, tree: Tree) -> Iterator[Reading]:
    """Yield whom a line names that speaks of those whom the mail reached."""
    rule, spans = match or ("", {})
    for field in ADDRESSES & spans.keys():
        start, end = spans[field]
        if not tree.is_cut(view, end) and (address := read_address(view.data[start:end])):
            reading = {"address": Found(address, "notice", start, end, view.part, rule)}
            yield reading | (_arrival(view, table, rule, *spans["diagnostic"]) if "diagnostic" in spans else {})


def _arrival(view: View, table: LineTable, rule: str, start: int, end: int) -> Reading:
    """Return what is said beside an address that the mail reached: as here, or on a server that tells nobody more."""
    said = view.data[start:end]
    reading = {"diagnostic": Found(clean(text_of(said), DIAGNOSTIC), "notice", start, end, view.part, rule)}
    if table.relays.any(said):
        reading["action"] = Found("relayed", "notice", start, end, view.part, rule)
    return reading


def _has_arrived(fate: Fate | None) -> bool:
    return fate is not None and fate.action == "delivered"


def _stronger(own: Fate | None, heading: Fate | None, *, differ: bool) -> Fate | None:
    """Return which of the two counts: that mail failed, before anything better, unless the lines themselves tell people apart."""
    if own is None or heading is None or differ:
        return own or heading
    return heading if heading.action == "failed" else own


def _of_heading(view: View, span: Span, table: LineTable) -> Fate | None:
    """Return what became of those below a heading, if it says so."""
    if span[1] - span[0] > OPENING:  # a "not" may stand in what would be left out
        return None
    action = table.fate(" ".join(_text(view, *span).split()))
    return Fate(action, span) if action else None


def _of_line(words: str, table: LineTable) -> Action | None:
    """Return what became of those of whom this is said, if it leaves no doubt."""
    if REFUSED.search(words):
        return "failed"
    if PUT_OFF.search(words):
        return None
    return "delivered" if TAKEN.search(words) else table.fate_in_row(words)


def _line(view: View, item: Reading) -> tuple[str, Span]:
    """Return what stands around an address on its line, and below it if that is a reply or has a label; and where that line is."""
    place = _place(item)
    start = max(view.data.rfind(b"\n", 0, place.start) + 1, place.start - OPENING)
    end = view.data.find(b"\n", place.end, min(view.end, place.end + OPENING))
    end = end if end >= 0 else min(view.end, place.end + OPENING)
    words = f"{_text(view, start, place.start)}\n{_text(view, place.end, end)}"
    said = item.get("diagnostic") or item.get("text")
    if said and said.start >= end:
        below = str(said.value)[:OPENING]
        if LABEL.match(below) or REFUSED.match(below) or TAKEN.match(below):
            words += f"\n{below}"
    return words, (start, end)


def _place(item: Reading) -> Found:
    return item.get("address") or item.get("candidate") or item["hidden"]


def _text(view: View, start: int, end: int) -> str:
    return view.data[start:end].decode("utf-8", "replace")
