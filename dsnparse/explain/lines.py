"""The lines of a text that somebody pasted, those of one reply taken together, each with the place of its bytes."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

MOST_LINES: Final = 1_000
LONGEST: Final = 8_000
# A line of a dialogue, as logs and clients mark what the server said.
SAID: Final = re.compile(r"\s*(?:<<<|<-|S:|<)\s+(?=[2-5][0-9]{2}[ -])", re.ASCII)
# RFC 5321 section 4.2.1: a hyphen behind the code tells that more lines follow.
MORE: Final = re.compile(r"\s*(?:(?:<<<|<-|S:|<)\s+)?[2-5][0-9]{2}-", re.ASCII)


class Line(NamedTuple):
    """A line, or the lines of one reply, and where its bytes begin."""

    text: str
    start: int

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the place of some of its characters, in bytes."""
        before = self.start + len(self.text[:first].encode())
        return before, before + len(self.text[first:last].encode())


def logical_lines(text: str) -> Iterator[Line]:
    """Yield the lines that are not empty; one that is too long ends early."""
    start, held = 0, ""
    for line in text.split("\n", MOST_LINES)[:MOST_LINES]:
        held = f"{held}\n{line}" if held else line
        if MORE.match(line) and len(held) < LONGEST:
            continue
        if held.strip():
            yield Line(held[:LONGEST], start)
        start, held = start + len(held.encode()) + 1, ""
    if held.strip():
        yield Line(held[:LONGEST], start)
