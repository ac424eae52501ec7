"""Which SMTP command a refusal answered, where only the words for people say so: `(in reply to RCPT TO command)`, `>>> RCPT TO:`.

A status part has no field for it (RFC 3464). The words that stand before a command are data of the vendor; what they belong to is
told by the place: the recipient named last before them.
"""

import re
from typing import Final

from dsnparse.report import Found, Reading
from dsnparse.wire.entity import View

MAX_COMMAND: Final = 40


class Cue:
    """Words that stand before a command, however the lines are wrapped."""

    def __init__(self, words: str) -> None:
        self.first = words.split(" ", 1)[0].encode("utf-8")
        self.pattern = re.compile(rb"\s+".join(re.escape(word).encode("utf-8") for word in words.split()) + rb"\s+")

    def find(self, data: bytes, start: int, end: int) -> int:
        """Return where the command begins, or -1."""
        if data.find(self.first, start, end) < 0:
            return -1
        match = self.pattern.search(data, start, end)
        return match.end() if match else -1


def read_phases(view: View, recipients: list[Reading], cues: tuple[Cue, ...]) -> None:
    """Add `command` to each recipient that has none and is followed, in the words for people, by a cue and a command."""
    known = [cue for cue in cues if cue.find(view.data, view.start, view.end) >= 0]
    if not known:
        return
    lower = view.data[view.start : view.end].lower()
    places: list[tuple[int, int, Reading]] = []
    for reading in recipients:
        if "command" not in reading and "address" in reading:
            at = lower.find(reading["address"].value.lower().encode("utf-8"))
            places.append((view.start + at, len(places), reading))
    places.sort()
    for turn, (at, _, reading) in enumerate(places):
        stop = places[turn + 1][0] if turn + 1 < len(places) else view.end
        first = view.start if len(places) == 1 else at
        if found := [place for cue in known if (place := cue.find(view.data, first, stop)) >= 0]:
            start = min(found)
            text = view.data[start : min(start + MAX_COMMAND, view.end)].decode("utf-8", "replace")
            end = min(start + MAX_COMMAND, view.end)
            reading["command"] = Found(text, "notice", start, end, view.part)
