"""Copies of a message within a text, though nobody announced them: told by their header, which has the fields of RFC 5322 alone.

A notice may well say `From:`, `To:` and `Error:` of itself.
"""

import re
from typing import Final

AS_SENT: Final = rb"received|return-path|message-id|mime-version|dkim-signature|delivered-to|x-[a-z0-9-]{1,60}"
FIELD: Final = (
    rb"(?:from|to|cc|bcc|subject|date|sent|sender|reply-to|in-reply-to|references|content-[a-z-]{1,40}|list-[a-z]{1,20}"
    rb"|thread-[a-z]{1,10}|user-agent|importance|priority|precedence|auto-submitted|organization|" + AS_SENT + rb")"
)
# RFC 5322 section 2.2, held to what a copy in a notice may be long.
HEADER: Final = re.compile(
    rb"(?i)(?:[ \t>]{0,20}" + FIELD + rb"[ \t]*:[^\n]{0,1000}(?:\n[ \t]+[^\s:][^\n]{0,1000}){0,20}(?:\n|\Z)){3,60}"
)
AUTHOR: Final = re.compile(rb"(?im)^[ \t>]*from[ \t]*:")
MATTER: Final = re.compile(rb"(?im)^[ \t>]*(?:subject|" + AS_SENT + rb")[ \t]*:")
TRACE: Final = re.compile(rb"(?im)^[ \t>]*(?:" + AS_SENT + rb")[ \t]*:")
# RFC 3676 section 4.3:  dash dash blank
SIGNATURE: Final = re.compile(rb"--[ ]\r?\n")
BELOW: Final = re.compile(rb"\s{0,200}(?:[^\n@]{0,100}\n\s{0,100})?>?(?i:from|date|subject|" + AS_SENT + rb")[ \t]*:")


def copy_at(data: bytes, start: int, end: int) -> tuple[int, bool]:
    """Return where the header that begins at `start` ends, `start` where none does, and whether it stands there as it was sent.

    A header has three fields, with an author and a matter; what people need to know of a message are fewer than those it was sent with.
    """
    match = HEADER.match(data, start, end)
    if match is None or not (AUTHOR.search(match[0]) and MATTER.search(match[0])):
        return start, False
    return match.end(), TRACE.search(match[0]) is not None


def is_signature(data: bytes, start: int, end: int) -> bool:
    """Tell whether the line at `start` is the one above a signature."""
    return SIGNATURE.match(data, start, end) is not None


def announces_copy(data: bytes, start: int, end: int) -> bool:
    """Tell whether a header stands below the line that ends at `start`, maybe with one line between that names nobody."""
    return BELOW.match(data, start, end) is not None
