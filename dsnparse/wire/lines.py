"""Lines of words for people: what the signs in and around them tell, whatever the words are."""

import re
from typing import Final

# What may stand between an address and what is said of it.
AFTER_ADDRESS: Final = re.compile(rb"[>)\]\"'}\s:.,;-]{0,20}")
# RFC 5321 section 4.2:  a blank behind the code of a line says that the reply ends with it
LAST_OF_REPLY: Final = re.compile(rb"[45][0-9]{2} ")
CODE: Final = re.compile(rb"\b[45](?:[0-9]{2}\b|\.[0-9]\.)")
# What ends a heading or the name of a row, with the colon of East Asia; and what may open the value of a row.
COLONS: Final = (b":", "\uff1a".encode())
LABELS: Final = (*COLONS, b"=")
ROW: Final = re.compile(rb"[A-Za-z\x80-\xff][^:@\r\n]{1,30}(?::|\xef\xbc\x9a)[ \t]")
OPENERS: Final = b" \t\"'(<["
# Below such a line a footer begins, unless what follows is known to be a reply or somebody else's address.
RULER: Final = re.compile(rb"[-_=*~#]{5,}+")
# It may end what another heading began.
HEADING: Final = re.compile(rb"[^@]{1,80}:")
# One that stands above people: it may be a sentence, or stand between rulers.
TITLE: Final = re.compile(rb"[^@]{1,200}(?::|-{3})")
# An address that was folded, and goes on in the next line: within its brackets, or with a dot between two parts of its domain.
HALF: Final = re.compile(
    rb"<[^\s<>]{3,320}\r?\n[ \t]*+[A-Za-z0-9._-]{1,255}>"
    rb"|.[^\s<>@]{0,100}@[^\s<>@.]{1,64}\.\r?\n[ \t]*+[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,63}){0,3}[>)\]:,;.]{0,3}[ \t\r]*+\n",
    re.DOTALL,
)
# An address of a list, and where the next one begins, on the same line or the next.
LISTED: Final = re.compile(rb"@[^\s<>@,;]{1,255}[>\])\"']{0,3}[ ]?[,;]\s{0,80}[<\[(\"']{0,3}\Z")
GAP: Final = 340
# The beginning of an address whose bracket is still open where its line ends.
BEGUN: Final = re.compile(rb"<[^\s<>@]{1,100}\r?\n[ \t]{0,16}\Z")


class Headings:
    """The heading above the lines that are being read: it begins a paragraph, or ends in a colon, and names nobody."""

    __slots__ = ("begins", "goes_on", "span")

    def __init__(self) -> None:
        self.span: tuple[int, int] | None = None
        self.goes_on = False
        self.begins = True

    def line(self, data: bytes, start: int, end: int, *, named: bool) -> None:
        """Take a line; `named` tells that it names somebody who has no "@"."""
        if named or data.find(b"@", start, end) >= 0:
            self.goes_on = self.begins = False
        elif self.goes_on and self.span:
            self.span = (self.span[0], end)
        elif self.begins or TITLE.fullmatch(data, start, end):
            self.span, self.goes_on, self.begins = (start, end), True, False

    def gap(self) -> None:
        """Take an empty line."""
        self.goes_on, self.begins = False, True


def is_half(data: bytes, start: int) -> bool:
    """Tell whether the address that begins at `start` goes on in the next line, or began in the one before."""
    if HALF.match(data, max(start - 1, 0)):
        return True
    return BEGUN.search(data[max(start - GAP, 0) : start]) is not None


def is_labelled(data: bytes, start: int) -> bool:
    """Tell whether the name of a row stands before what begins at `start`, on the same line."""
    return data[data.rfind(b"\n", 0, start) + 1 : start].rstrip(OPENERS).endswith(LABELS)


def is_another_reply(data: bytes, above: tuple[int, int], start: int, end: int) -> bool:
    """Tell whether a line is a reply of its own below a whole one, as Sendmail writes those about hosts below those about people.

    Below mere words it is one that has a label: `Response: 550 ...`.
    """
    if not LAST_OF_REPLY.match(data, start, end):
        return False
    if LAST_OF_REPLY.match(data, *above):
        return True
    is_labelled = data[above[1] : start].rstrip(OPENERS).endswith(LABELS)
    return is_labelled and not CODE.search(data, *above)


def goes_on_with_list(data: bytes, start: int) -> bool:
    """Tell whether a list of addresses goes on at `start`: one stands before it, and a comma or a semicolon."""
    above = data[max(start - GAP, 0) : start]
    last = above.rfind(b"@")
    return last >= 0 and LISTED.match(above, last) is not None
