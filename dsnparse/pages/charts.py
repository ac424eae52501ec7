"""Where the bars of a chart stand. The template draws them, and a table beside it says the same in numbers."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from dsnparse.summary.periods import FATES
from dsnparse.summary.shape import Period

WIDTH: Final = 960
HEIGHT: Final = 240
# Below the bars there is room for the names of periods, on the left for numbers.
BASE: Final = 204
LEFT: Final = 64
TOP: Final = 12
# Every so many pixels a period may have its name written.
NAME_ROOM: Final = 96
LINES: Final = 4
WIDEST_BAR: Final = 48


class Box(Struct, frozen=True):
    """A part of a bar: what it stands for, in words and as a class of the style sheet."""

    x: float
    y: float
    width: float
    height: float
    fate: str
    title: str


class Mark(Struct, frozen=True):
    """A name or a number at the edge of the chart."""

    at: float
    text: str


class Columns(Struct, frozen=True):
    """A chart of bars side by side."""

    boxes: tuple[Box, ...]
    names: tuple[Mark, ...]
    lines: tuple[Mark, ...]
    fates: tuple[str, ...]


def columns(periods: Sequence[Period]) -> Columns:
    """Return the chart of what happened over time."""
    most = _round_up(max((_total(each) for each in periods), default=0))
    step = (WIDTH - LEFT) / max(len(periods), 1)
    boxes = [box for place, period in enumerate(periods) for box in _bar(period, LEFT + place * step, step, most)]
    every = max(1, -int(-NAME_ROOM // step))
    names = [Mark(LEFT + (place + 0.5) * step, each.name) for place, each in enumerate(periods) if place % every == 0]
    lines = [Mark(_height(most * line / LINES, most), f"{most * line // LINES:,}") for line in range(LINES + 1)]
    present = tuple(fate for fate in FATES if any(getattr(each, fate) for each in periods))
    return Columns(tuple(boxes), tuple(names), tuple(lines), present)


def share(count: int, most: int) -> float:
    """Return how long the bar of a table is, in hundredths of the longest one; what is there at all is seen."""
    return max(1.0, round(100 * count / most, 1)) if count and most else 0.0


def _bar(period: Period, x: float, step: float, most: int) -> list[Box]:
    boxes, below = [], 0
    width = min(step * 0.8, WIDEST_BAR)
    for fate in FATES:
        count: int = getattr(period, fate)
        if count:
            top, bottom = _height(below + count, most), _height(below, most)
            left = x + (step - width) / 2
            title = f"{period.name}: {count:,} {fate}"
            boxes.append(Box(round(left, 2), round(top, 2), round(width, 2), round(bottom - top, 2), fate, title))
            below += count
    return boxes


def _height(count: float, most: int) -> float:
    return BASE - (BASE - TOP) * count / most


def _total(period: Period) -> int:
    return sum(getattr(period, fate) for fate in FATES)


def _round_up(count: int) -> int:
    """Return the next number that divides well: 4, 8, 20, 40, 80, 200."""
    size = LINES
    while size < count:
        size = next((size * each // 4 for each in (8, 20) if size * each // 4 >= count), size * 10)
    return size
