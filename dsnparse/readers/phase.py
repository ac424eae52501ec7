"""Which SMTP command a refusal answered, where only the words for people say so: `(in reply to RCPT TO command)`, `>>> RCPT TO:`.

A status part has no field for it (RFC 3464). The words that stand before a command are data of the vendor; what they belong to is
told by the place: the recipient named last before them.
"""

import re
from functools import cache
from operator import itemgetter
from typing import Final

from dsnparse.report import Found, Reading
from dsnparse.wire.address import find_addresses
from dsnparse.wire.entity import View

MAX_COMMAND: Final = 40
BLANK: Final = 0x20


class Cue:
    """Words that stand before a command, however the lines are wrapped."""

    def __init__(self, words: str) -> None:
        self.rarest = max(words.split(), key=len).encode("utf-8")
        self.spelt = words.encode("utf-8") + b" "
        self.before = self.spelt.index(self.rarest)
        self.pattern = re.compile(rb"\s+".join(re.escape(word).encode("utf-8") for word in words.split()) + rb"\s+")

    def find(self, data: bytes, start: int, end: int) -> int:
        """Return where the command begins, or -1."""
        at = data.find(self.rarest, start, end)
        if at < 0:
            return -1
        first = at - self.before
        behind = first + len(self.spelt)
        not_wrapped = first >= start and data[first:behind] == self.spelt and behind < end and data[behind] > BLANK
        if not_wrapped:  # 9 of 10
            return behind
        match = self.pattern.search(data, start, end)
        return match.end() if match else -1


@cache
def cues(commands: tuple[str, ...]) -> tuple[Cue, ...]:
    """Compile the words that stand before a command (see rules/schema.Notice)."""
    return tuple(Cue(words) for words in commands)


def read_phases(view: View, recipients: list[Reading], cues: tuple[Cue, ...]) -> None:
    """Add `command` to each recipient that has none and is followed, in the words for people, by a cue and a command."""
    known = [(at, cue) for cue in cues if (at := cue.find(view.data, view.start, view.end)) >= 0]
    waiting = [reading for reading in recipients if "command" not in reading and "address" in reading]
    if not known or not waiting:
        return
    if len(waiting) == 1:
        _said(waiting[0], view, [at for at, _ in known])
        return
    places = _first_places(view)
    found = [(places.get(reading["address"].value.lower().encode("utf-8"), -1), reading) for reading in waiting]
    order = sorted((item for item in found if item[0] >= 0), key=itemgetter(0))
    stops = [at for at, _ in order[1:]] + [view.end]
    for (start, reading), stop in zip(order, stops, strict=False):
        _said(reading, view, [at for _, cue in known if (at := cue.find(view.data, start, stop)) >= 0])


def _first_places(view: View) -> dict[bytes, int]:
    """Return where each address of a text stands first."""
    places: dict[bytes, int] = {}
    for start, end in find_addresses(view.data, view.start, view.end):
        places.setdefault(view.data[start:end].lower(), start)
    return places


def _said(reading: Reading, view: View, places: list[int]) -> None:
    if places:
        start = min(places)
        end = min(start + MAX_COMMAND, view.end)
        # Postfix folds its sentence at any blank, the ones of "end of DATA" too
        said = b" ".join(view.data[start:end].split())
        reading["command"] = Found(said.decode("utf-8", "replace"), "notice", start, end, view.part)
