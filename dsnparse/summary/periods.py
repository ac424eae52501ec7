"""Days to periods: so few that a chart shows them all, without holes, and not stretched by a forged date."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import accumulate
from typing import Final

from dsnparse.summary.shape import Period

COLUMNS: Final = 62
# How many characters of a date name a day, a month, a year.
LENGTHS: Final = (10, 7, 4)
# Of all that is dated, one in so many may lie before the first period, and one after the last.
STRAY: Final = 100
FATES: Final = ("failed", "delayed", "delivered", "complaints")

Days = Mapping[str, Counter[str]]


def day_of(text: str) -> str:
    """Return the day of a date in ISO 8601, empty where the text is none."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def periods(days: Days) -> tuple[tuple[Period, ...], int]:
    """Return the periods, and how many recipients lie outside."""
    first, last = _bulk(days)
    if not first:
        return (), 0
    length = next((each for each in LENGTHS if _span(first, last, each) <= COLUMNS), LENGTHS[-1])
    names = list(_names(first[:length], last[:length]))[-COLUMNS:]
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    outside = 0
    for day, fates in days.items():
        if day[:length] in counts:
            counts[day[:length]].update(fates)
        else:
            outside += fates.total()
    return tuple(Period(name, *(count[fate] for fate in FATES)) for name, count in counts.items()), outside


def _bulk(days: Days) -> tuple[str, str]:
    """Return the first and the last day, without the few that lie far off."""
    ordered = sorted(days)
    sums = list(accumulate(days[day].total() for day in ordered))
    if not sums:
        return "", ""
    stray = sums[-1] // STRAY
    first = next(day for day, count in zip(ordered, sums, strict=True) if count > stray)
    last = next(day for day, count in zip(ordered, sums, strict=True) if count >= sums[-1] - stray)
    return first, last


def _span(first: str, last: str, length: int) -> int:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if length == LENGTHS[0]:
        return (end - start).days + 1
    years = end.year - start.year
    return years + 1 if length == LENGTHS[2] else years * 12 + end.month - start.month + 1


def _names(first: str, last: str) -> Iterator[str]:
    """Yield all names from the first to the last: none is left out because nothing happened."""
    match len(first):
        case 10:
            start, end = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
            yield from (date.fromordinal(each).isoformat() for each in range(start, end + 1))
        case 7:
            start, end = _month(first), _month(last)
            yield from (f"{each // 12:04}-{each % 12 + 1:02}" for each in range(start, end + 1))
        case _:
            yield from (f"{each:04}" for each in range(int(first), int(last) + 1))


def _month(name: str) -> int:
    return int(name[:4]) * 12 + int(name[5:]) - 1
