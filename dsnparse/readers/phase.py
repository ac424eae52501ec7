"""Which SMTP command a refusal answered, where only the words for people say so: `(in reply to RCPT TO command)`, `>>> RCPT TO:`.

A status part has no field for it (RFC 3464). The words that stand before a command are data of the vendor; what they belong to is
told by the place: the recipient named last before them.
"""

from dsnparse.report import Found, Reading
from dsnparse.wire.entity import View

MAX_COMMAND = 40


def read_phases(view: View, recipients: list[Reading], cues: tuple[bytes, ...]) -> None:
    """Add `command` to each recipient that has none and is followed, in the words for people, by a cue and a command."""
    open_ones = [reading for reading in recipients if "command" not in reading and "address" in reading]
    words = view.data[view.start : view.end]
    known = [cue for cue in cues if cue in words]
    if not known or not open_ones:
        return
    lower = words.lower()
    places = sorted((lower.find(reading["address"].value.lower().encode("utf-8")), n) for n, reading in enumerate(open_ones))
    for turn, (at, number) in enumerate(places):
        stop = places[turn + 1][0] if turn + 1 < len(places) else len(words)
        found = [(place, cue) for cue in known if (place := words.find(cue, max(at, 0), stop)) >= 0]
        if found and (at >= 0 or len(open_ones) == 1):
            place, cue = min(found)
            start = place + len(cue)
            end = min(start + MAX_COMMAND, len(words))
            text = words[start:end].split(b"\n", 1)[0].decode("utf-8", "replace")
            open_ones[number]["command"] = Found(text, "notice", view.start + start, view.start + start + len(text), view.part)
