"""An mbox as a stream of messages (RFC 4155): linear time, memory of one message.

It is read in blocks, not mapped into memory: a mapped file which its owner cuts short kills the reader with SIGBUS,
and a pipe cannot be mapped at all. A line opens a message when it starts with "From ", holds a time of day, and stands
after an empty line. Not every writer quotes such lines inside a message, and bounces return messages with theirs; such a
line is told by both of two signs: it is introduced ("the returned message:"), and it is older than the message it is in.
An mbox grows by delivery, so a sender alone cannot bring about both to hide the message that comes next.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from typing import Final

from dsnparse.late import late

# What is kept back of each block, so that a line is never judged before it is there: longer than any From line.
HOLD: Final = 512
CONTEXT: Final = len(b"\n\r\n")
FROM_LINE: Final = rb"(?>From [^\r\n]{0,300}?[0-9]{1,2}:[0-9]{2}[^\r\n]{0,100}\r?\n)"
OPENING: Final = re.compile(FROM_LINE)
WRITTEN: Final = re.compile(rb"[^\r\n]")
# From lines with no message below them are skipped here, where a million of them cost nothing. Those that might introduce
# what comes next, for they end in a colon, are looked at one by one.
SEPARATOR: Final = late(
    rb"(?:(?<=\n\n)|(?<=\n\r\n))(?=(" + FROM_LINE + rb"))"
    rb"(?:" + FROM_LINE.replace(rb"\r?\n", rb"(?<=[0-9A-Za-z])\r?\n") + rb"\r?\n(?=" + FROM_LINE + rb"))*"
)
# A line that ends in a colon, or the last header field of a MIME part.
INTRODUCTION: Final = late(rb"[^\n]{0,300}:\Z|Content-[A-Za-z-]{1,40}:")
MOMENT: Final = late(
    rb"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}([0-9]{1,2}) ([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    rb"(?: [A-Z]{3,5}| [+-][0-9]{4})? ([0-9]{4})"
)
MONTHS: Final = b"JanFebMarAprMayJunJulAugSepOctNovDec"
# mboxrd: a line of the message which is "From " after any number of ">" carries one ">" more. Eight are as many as were
# ever met; a pattern that takes any number costs a microsecond a line, and all lines may be such.
QUOTED: Final = tuple(b"\n" + b">" * depth + b"From " for depth in range(1, 9))

Moment = tuple[int, int, int, bytes]


def begins(head: bytes) -> bool:
    """Tell whether a file which begins with `head` (512 bytes of it or more) may be an mbox."""
    return OPENING.match(head, 0, HOLD) is not None


def split(blocks: Iterable[bytes], cap: int) -> Iterator[bytearray]:
    """Yield the stretches from one From line to the next, cut where more than `cap` bytes of message would be left."""
    for _, stretch in located(blocks, cap):
        yield stretch


def located(blocks: Iterable[bytes], cap: int) -> Iterator[tuple[int, bytearray]]:
    """Yield the same stretches, each with the offset at which it begins; read from there on, all come out alike."""
    # What `message` takes away: the From line, and one byte of seven where each line is "\n>From ".
    room = cap + 1 + cap // 6 + HOLD
    start, at, kept, before = 0, 0, bytearray(), b""
    for piece, line, skipped in _pieces(blocks):
        kept += piece[: room - len(kept)]
        at += len(piece)
        before = (before + piece)[-HOLD:] if len(piece) < HOLD else piece[-HOLD:]
        if not line:
            continue
        if _is_quotation(line, before, kept):
            if not skipped:
                continue
            # The next From line is no quotation: what stands before it is this one, which introduces nothing.
            first = skipped.find(b"\nFrom ") + 1 or len(skipped)
            kept += skipped[: min(first, room - len(kept))]
        yield start, kept
        at += len(skipped)
        start, kept = at, bytearray()
    yield start, kept


def is_removed(stretch: bytearray) -> bool:
    """Tell whether there is a From line with nothing below it, which is what programs leave of a message they removed."""
    opening = OPENING.match(stretch)
    return not WRITTEN.search(stretch, opening.end() if opening else 0)


def message(stretch: bytearray, most: int) -> bytes:
    """Return the message of a stretch: without the From line and the empty line that closes it, ">From " unquoted.

    No more than `most` bytes of it; what is left of the stretch is of no use.
    """
    if b">From " in stretch:
        for quoted in QUOTED:  # the short ones first, or a line would lose two
            stretch = stretch.replace(quoted, b"\n" + quoted[2:])
    if opening := OPENING.match(stretch):
        del stretch[: opening.end()]
    if stretch.endswith(b"\n\r\n"):
        del stretch[-2:]
    elif stretch.endswith(b"\n\n"):
        del stretch[-1:]
    del stretch[most:]
    return bytes(stretch)


Piece = tuple[bytes, bytes, bytes]


def _pieces(blocks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield all bytes in pieces: text, the From line that follows it if one does, and the lines skipped from there on."""
    window, done = b"", 0
    for block in blocks:
        window += block
        done = yield from _cut(window, done, max(done, len(window) - HOLD))
        start = max(0, done - CONTEXT)
        window, done = window[start:], done - start
    yield from _cut(window, done, len(window))


def _cut(window: bytes, start: int, end: int) -> Generator[Piece, None, int]:
    """Yield the pieces of `window` from `start` to `end` or a little further, and return how far they go."""
    at = start - 1
    while (at := window.find(b"\nFrom ", max(0, at), end + len(b"From "))) >= 0:
        at += 1
        if match := SEPARATOR.match(window, at):
            yield window[start:at], match[1], match[0]
            start = at = match.end()
            end = max(end, start + 1)  # past the "F", or the line would be found again
    yield window[start:end], b"", b""
    return end


def _is_quotation(line: bytes, before: bytes, stretch: bytearray) -> bool:
    """Tell whether a From line belongs to the message in which it stands, after `before`."""
    text = before.rstrip()
    if not INTRODUCTION.match(text, text.rfind(b"\n") + 1):
        return False
    quoted, delivered = _moment(line), _moment(stretch[:HOLD].partition(b"\n")[0])
    return quoted is not None and delivered is not None and quoted < delivered


def _moment(line: bytes | bytearray) -> Moment | None:
    """Read the local time of a From line, in a form that can be compared."""
    found = MOMENT.search(line)
    return (int(found[4]), MONTHS.index(found[1]), int(found[2]), bytes(found[3])) if found else None
