"""A plot with two logarithmic axes as SVG, a panel for each table: nothing to install."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, isfinite, log10
from typing import Final

Curve = Sequence[tuple[float, float]]

WIDTH: Final = 360
HEIGHT: Final = 260
MARGIN: Final = 48
COLOURS: Final = ("#0b6e99", "#d9730d", "#4d6461", "#ad1a72")


def log_log(panels: Mapping[str, Mapping[str, Curve]], unit: str) -> str:
    """Return the drawing; a straight line of slope 1 is time that grows as the input does."""
    drawn = [panel(name, curves, unit, place * WIDTH) for place, (name, curves) in enumerate(panels.items())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(panels) * WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="10"><rect width="100%" height="100%" fill="white"/>{"".join(drawn)}</svg>\n'
    )


def panel(name: str, curves: Mapping[str, Curve], unit: str, left: int) -> str:
    """Return one panel."""
    points = [point for curve in curves.values() for point in curve if isfinite(point[1])]
    across = Axis([x for x, _ in points], left + MARGIN, left + WIDTH - 12)
    up = Axis([y for _, y in points], HEIGHT - MARGIN, 24)
    parts = [f'<text x="{left + MARGIN}" y="14" font-size="12">{escape(name)} ({escape(unit)})</text>']
    below = f'y="{HEIGHT - MARGIN + 14}" text-anchor="middle"'
    parts += [f'<text x="{across(tick):.0f}" {below}>{tick:,.0f}</text>' for tick in across.ticks()]
    for tick in up.ticks():
        y = up(tick)
        parts.append(f'<path d="M{left + MARGIN} {y:.0f}H{left + WIDTH - 12}" stroke="#ddd"/>')
        parts.append(f'<text x="{left + MARGIN - 4}" y="{y + 3:.0f}" text-anchor="end">{tick:g}</text>')
    for place, (tool, curve) in enumerate(curves.items()):
        line = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in curve if isfinite(y))
        colour = COLOURS[place % len(COLOURS)]
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        x = left + MARGIN + place * 80
        parts.append(f'<text x="{x}" y="{HEIGHT - 12}" fill="{colour}">{escape(tool)}</text>')
    return "".join(parts)


class Axis:
    """Powers of ten between two edges."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low = floor(log10(min(values)))
        self.high = max(ceil(log10(max(values))), self.low + 1)
        self.start = start
        self.end = end

    def __call__(self, value: float) -> float:
        """Return where a value is."""
        share = (log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return the powers of ten."""
        return [10.0**power for power in range(self.low, self.high + 1)]
