"""Copies of a message within a text, though nobody announced them: told by their header, which has the fields of RFC 5322 alone.

A notice may well say `From:`, `To:` and `Error:` of itself.
"""

import re
from typing import Final, Literal

Copy = Literal["", "summary", "sent"]

AS_SENT: Final = rb"received|return-path|mime-version|dkim-signature|delivered-to|x-[a-z0-9-]{1,60}"
FIELD: Final = (
    rb"(?:from|to|cc|bcc|subject|date|sent|message-id|sender|reply-to|in-reply-to|references|content-[a-z-]{1,40}|list-[a-z]{1,20}"
    rb"|thread-[a-z]{1,10}|user-agent|importance|priority|precedence|auto-submitted|organization|" + AS_SENT + rb")"
)
# RFC 5322 section 2.2, held to what a copy in a notice may be long; a folded line is no field, so that there is one way to read it.
FIELDS: Final = re.compile(
    rb"(?i)(?:[ \t>]{0,20}+" + FIELD + rb"[ \t]*+:[^\n]{0,1000}+"
    rb"(?:\n[ \t]++(?!" + FIELD + rb"[ \t]*+:)[^\s:][^\n]{0,1000}+){0,20}(?:\n|\Z)){3,400}"
)
# One more field below, such as `Error:`, makes it the notice's own.
MORE: Final = re.compile(rb"(?i)[ \t>]{0,20}[a-z][a-z0-9 -]{1,40}:")
AUTHOR: Final = re.compile(rb"(?im)^[ \t>]*from[ \t]*:")
MATTER: Final = re.compile(rb"(?im)^[ \t>]*(?:subject|message-id|" + AS_SENT + rb")[ \t]*:")
TRACE: Final = re.compile(rb"(?im)^[ \t>]*(?:" + AS_SENT + rb")[ \t]*:")
BELOW: Final = re.compile(
    rb"\s{0,200}(?:[^\n@]{0,100}\n\s{0,100})?(?:>[ \t]?)?(?i:from|date|subject|message-id|" + AS_SENT + rb")[ \t]*:"
)


def copy_at(data: bytes, start: int, end: int) -> tuple[int, Copy]:
    """Return where the fields end that begin at `start`, and whether they are of a copy: a summary for people, or a header as it was sent.

    A header has three fields, with an author and a matter. What is none for one of its fields is none for those below.
    """
    match = FIELDS.match(data, start, end)
    if match is None:
        return start, ""
    if MORE.match(data, match.end(), end) or not (AUTHOR.search(match[0]) and MATTER.search(match[0])):
        return match.end(), ""
    return match.end(), "sent" if TRACE.search(match[0]) else "summary"


class Copies:
    """Where copies stand in a text that is read line by line; `end` is where the fields end that were met last."""

    def __init__(self, data: bytes, end: int) -> None:
        self.data = data
        self.last = end
        self.end = 0
        self.copy: Copy = ""

    def at(self, start: int) -> Copy:
        """Return what the line at `start` belongs to; lines are asked for from above."""
        if start >= self.end:
            self.end, self.copy = copy_at(self.data, start, self.last)
        return self.copy if start < self.end else ""


def announces_copy(data: bytes, start: int, end: int) -> bool:
    """Tell whether a header stands below the line that ends at `start`, maybe with one line between that names nobody."""
    return BELOW.match(data, start, end) is not None
