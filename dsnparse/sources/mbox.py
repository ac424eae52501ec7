"""An mbox as a stream of messages (RFC 4155): linear time, memory of one message.

It is read in blocks, not mapped into memory: a mapped file which its owner cuts short kills the reader with SIGBUS,
and a pipe cannot be mapped at all. A line opens a message when it starts with "From ", holds a time of day, and
stands after an empty line; other "From " lines are text of somebody who did not quote them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

# What is kept back of each block, so that a line is never judged before it is there: longer than any From line.
HOLD: Final = 512
CONTEXT: Final = len(b"\n\r\n")
FROM_LINE: Final = rb"From [^\r\n]{0,300}?[0-9]{1,2}:[0-9]{2}[^\r\n]{0,100}\r?\n"
OPENING: Final = re.compile(FROM_LINE)
SEPARATOR: Final = re.compile(rb"(?:(?<=\n\n)|(?<=\n\r\n))(?=" + FROM_LINE + rb")")
# mboxrd: a line of the message which is "From " after any number of ">" carries one ">" more.
QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def begins(head: bytes) -> bool:
    """Tell whether a file which begins with `head` (512 bytes of it or more) may be an mbox."""
    return OPENING.match(head, 0, HOLD) is not None


def split(blocks: Iterable[bytes], cap: int) -> Iterator[bytearray]:
    """Yield the stretches from one From line to the next, cut where more than `cap` bytes of message would be left."""
    # What `message` takes away: the From line, and one byte of seven where each line is "\n>From ".
    room = cap + 1 + cap // 6 + HOLD
    kept = bytearray()
    for stretch, closed in _stretches(blocks):
        kept += stretch[: room - len(kept)]
        if closed:
            yield kept
            kept = bytearray()
    yield kept


def message(stretch: bytearray) -> bytes:
    """Return the message of a stretch: without the From line and the empty line that closes it, ">From " unquoted."""
    # In place, because a stretch may be as long as the longest message.
    if opening := OPENING.match(stretch):
        del stretch[: opening.end()]
    if stretch.endswith(b"\n\r\n"):
        del stretch[-2:]
    elif stretch.endswith(b"\n\n"):
        del stretch[-1:]
    return QUOTED.sub(rb"\1", stretch) if b">From " in stretch else bytes(stretch)


def _stretches(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield all bytes in pieces, and after each whether a From line follows it."""
    window, done = b"", 0
    for block in blocks:
        window += block
        end = max(done, len(window) - HOLD)
        yield from _pieces(window, done, end)
        start = max(0, end - CONTEXT)
        window, done = window[start:], end - start
    yield from _pieces(window, done, len(window))


def _pieces(window: bytes, start: int, end: int) -> Iterator[tuple[bytes, bool]]:
    for match in SEPARATOR.finditer(window, start):
        if match.start() >= end:
            break
        yield window[start : match.start()], True
        start = match.start()
    yield window[start:end], False
