"""The source of a message in pieces: what values were read from is marked, and of a long source only what lies near is shown."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from dsnparse.report import Recipient

# Bytes of one source that are shown, and around each mark; marks of one source.
SHOWN: Final = 64 << 10
AROUND: Final = 400
MARKS: Final = 1_000

Decoded = Callable[[int], bytes]


class Span(Struct, frozen=True, order=True):
    """Bytes from `start` to `end`, and the field that was read from them."""

    start: int
    end: int
    field: str


class Piece(Struct, frozen=True):
    """A stretch of the source; `fields` were read from it, `id` is where links to a value lead, `skipped` bytes before it are not shown."""

    text: str
    fields: tuple[str, ...] = ()
    id: str = ""
    skipped: int = 0


class SourceText(Struct, frozen=True):
    """A source in pieces; part 0 is the raw message, another one a part of it as decoded."""

    part: int
    pieces: tuple[Piece, ...]
    rest: int = 0


def sources(recipients: Iterable[Recipient], decoded: Decoded) -> list[SourceText]:
    """Return the raw message, and each decoded part that something was read from."""
    spans: dict[int, set[Span]] = {0: set()}
    for recipient in recipients:
        for field, evidence in recipient.evidence.items():
            found = spans.setdefault(evidence.part, set())
            if len(found) < MARKS:
                found.add(Span(evidence.start, evidence.end, field))
    return [_source(part, decoded(part), sorted(found)) for part, found in sorted(spans.items())]


def anchor(part: int, start: int) -> str:
    """Return the name of the place where a value was read."""
    return f"read-{part}-{start}"


def _source(part: int, text: bytes, spans: list[Span]) -> SourceText:
    windows = [(start, end) for start, end in _windows(len(text), spans) if start < end]
    pieces: list[Piece] = []
    shown = 0
    for window in windows:
        first, *others = _pieces(part, text, spans, window)
        pieces += [replace(first, skipped=window[0] - shown), *others]
        shown = window[1]
    return SourceText(part, tuple(pieces), len(text) - shown)


def _windows(size: int, spans: list[Span]) -> Iterator[tuple[int, int]]:
    """Yield what is shown: all of a short source, else its beginning and what lies around marks."""
    if size <= SHOWN:
        yield 0, size
        return
    start, end, left = 0, AROUND * 4, SHOWN
    for span in spans:
        if span.start - AROUND > end:
            yield start, end
            left -= end - start
            start = span.start - AROUND
        end = min(max(end, span.end + AROUND), size)
        if end - start > left:
            yield start, start + left
            return
    yield start, end


def _pieces(part: int, text: bytes, spans: list[Span], window: tuple[int, int]) -> Iterator[Piece]:
    """Yield the pieces of one window, cut where a mark begins or ends."""
    start, end = window
    inside = [span for span in spans if span.start < end and span.end > start]
    begun = {span.start for span in inside}
    edges = sorted({start, end, *(min(max(edge, start), end) for span in inside for edge in (span.start, span.end))})
    active: list[Span] = []
    waiting = iter(inside)
    following = next(waiting, None)
    for left, right in pairwise(edges):
        while following is not None and following.start <= left:
            active.append(following)
            following = next(waiting, None)
        active = [span for span in active if span.end > left]
        fields = tuple(dict.fromkeys(span.field for span in active))
        name = anchor(part, left) if left in begun else ""
        yield Piece(_readable(text[left:right]), fields, name)


def _readable(text: bytes) -> str:
    return text.replace(b"\r\n", b"\n").decode("utf-8", "surrogateescape")
