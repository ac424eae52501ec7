"""What became of each recipient of a notice: the mail never reaches some, may still reach others, and has reached some more."""

import re
from collections.abc import Container
from typing import Final

from dsnparse.limits import DIAGNOSTIC
from dsnparse.readers.readings import NoticeReading
from dsnparse.report import Action, Found, Reading
from dsnparse.rules.table import LineTable
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import View

# A reply that refuses for good, and any reply: of one that puts mail off it is not said whether the mail was given up.
REFUSED: Final = re.compile(r"(?:\A|[\s(\[:])5(?:[0-9]{2}(?:[ -]|\Z)|\.[0-9]{1,3}\.[0-9])", re.ASCII)
CODED: Final = re.compile(r"[45](?:[0-9]{2}(?:[ -]|\Z)|\.[0-9]{1,3}\.[0-9])", re.ASCII)
# Of fewer people a notice tells no different fates.
SEVERAL: Final = 2
# So much of what is said of somebody tells what became of the mail; the rest tells why.
OPENING: Final = 300
NOWHERE: Final = (0, 0)


def tell_apart(reading: NoticeReading, table: LineTable) -> None:
    """Say of each recipient what became of the mail, if it is not the same for all of them.

    Headings count where one of them is of those who may still get it; else what is said of each, and only what leaves no doubt.
    """
    above = [reading.above.get(id(item)) for item in reading.recipients]
    headings = {span: reading.view.data[slice(*span)].decode("utf-8", "replace") for span in above if span}
    waiting = {span for span, words in headings.items() if table.waits_for(words)}
    reading.waits = bool(above) and all(span in waiting for span in above)
    if len(above) < SEVERAL:
        return
    titles = _titles(headings, waiting, reading.view.part, table) if waiting else {}
    own = [_own(item, headings) for item in reading.recipients]
    told = {words: _told(words, table) for words in {_opening(said) for said in own}}  # many share one reply
    fates = [
        titles.get(span or NOWHERE) or _of_one(said, told[_opening(said)])
        for span, said in zip(above, own, strict=True)
    ]
    reading.mixed = {fate.value for fate in fates if fate} == {"delayed", "failed"}
    if not reading.mixed:
        return
    for item, said, fate in zip(reading.recipients, own, fates, strict=True):
        if said is None:
            item.pop("text", None)  # the heading of those who stand below
        if fate:
            item["action"] = fate


def arrival(view: View, table: LineTable, rule: str, start: int, end: int) -> Reading:
    """Return what is said beside an address that the mail reached: as here, or on a server that tells nobody more."""
    said = view.data[start:end]
    reading = {"diagnostic": Found(clean(text_of(said), DIAGNOSTIC), "notice", start, end, view.part, rule)}
    if table.relays.any(said):
        reading["action"] = Found("relayed", "notice", start, end, view.part, rule)
    return reading


def _titles(
    headings: dict[tuple[int, int], str], waiting: set[tuple[int, int]], part: int, table: LineTable
) -> dict[tuple[int, int], Found]:
    """Return what became of those below each heading, if it says so."""
    lost = {span for span, words in headings.items() if table.refuses.any(words) or table.finals.any(words)}
    return {span: Found("delayed" if span in waiting else "failed", "notice", *span, part) for span in waiting | lost}


def _of_one(said: Found | None, action: Action | None) -> Found | None:
    return Found(action, "notice", said.start, said.end, said.part, said.rule) if said and action else None


def _told(words: str, table: LineTable) -> Action | None:
    """Return what became of those of whom this is said, if it leaves no doubt."""
    if REFUSED.search(words):
        return "failed"
    if CODED.match(words):
        return None
    if table.waits_for(words):
        return "delayed"
    return "failed" if table.finals.any(words) else None


def _opening(said: Found | None) -> str:
    return str(said.value)[:OPENING] if said else ""


def _own(item: Reading, headings: Container[tuple[int, int]]) -> Found | None:
    """Return what is said of one alone."""
    said = item.get("diagnostic") or item.get("text")
    return said if said and (said.start, said.end) not in headings else None
