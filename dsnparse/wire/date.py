"""Dates: RFC 5322 date-time, and what is sent in its place, to ISO 8601 with an offset."""

import re
from typing import Final

from dsnparse.late import late

# RFC 5322 section 3.3:  date-time = [ day-of-week "," ] day month year hour ":" minute [ ":" second ] zone
# Quirks: two-digit years, zone names (RFC 5322 section 4.3), no zone, dashes between day, month and year.
DATE_TIME: Final = re.compile(
    r"\s*(?:[A-Za-z]{3,9}\.?,?\s*)?([0-9]{1,2})[ -]\s*([A-Za-z]{3})[a-z]{0,6}[ -]\s*([0-9]{4}|[0-9]{2}),?\s+"
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\.[0-9]{1,6})?\s*([+-][0-9]{4}(?![0-9])|[A-Za-z]{1,5})?",
    re.ASCII,
)
# What 19 of 20 dates look like, to the letter, on a day that every month has: this alone is tried first, at a fifth of the cost.
USUAL: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, {1,2})?(0?[1-9]|1[0-9]|2[0-8]) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([0-9]{4})"
    r" ((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]) ([+-](?:[01][0-9]|2[0-3]))([0-5][0-9])(?: \(|\Z)",
    re.ASCII,
)
# asctime(3), as old MTAs write it: `Mon Mar 27 18:06:29 2006 GMT`
ASCTIME: Final = late(
    r"\s*[A-Za-z]{3}\s+([A-Za-z]{3})\s+([0-9]{1,2})\s+([0-9]{1,2}):([0-9]{2}):([0-9]{2})\s+(?:([A-Za-z]{1,5})\s+)?([0-9]{4})(?:\s+([+-][0-9]{4}|[A-Za-z]{1,5}))?",
    re.ASCII,
)
# ISO 8601 with whatever stands between its numbers: `2012-10-31 04-46-42` (SendGrid)
ISO: Final = late(
    r"\s*([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[T ]([0-9]{2})[:-]([0-9]{2})[:-]([0-9]{2})(?:\.[0-9]{1,9})?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
NUMBERS: Final = {name.title(): f"{number:02}" for name, number in MONTHS.items()}
DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# RFC 5322 section 4.3, and the two names that mean universal time everywhere.
ZONES: Final = {
    "UT": "+00:00", "UTC": "+00:00", "GMT": "+00:00", "Z": "+00:00", "EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00",
    "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00",
}  # fmt: skip
UNKNOWN_ZONE: Final = "-00:00"  # RFC 3339 section 4.3: the time is known, the place is not
MAX_DATE: Final = 200


def iso_date(text: str) -> str | None:
    """Return a date as `2025-06-02T10:00:00+00:00`, or None where the text is no date that exists."""
    if match := USUAL.match(text):
        day, month, year, clock, east, fraction = match.groups()
        return f"{year}-{NUMBERS[month]}-{day:0>2}T{clock}{east}:{fraction}"
    text = text[:MAX_DATE]
    if match := DATE_TIME.match(text):
        day, month, year, hour, minute, second, zone = match.groups()
        return _iso(
            (_year(year), MONTHS.get(month.lower(), 0), int(day)),
            (int(hour), int(minute), int(second or 0)),
            _zone(zone),
        )
    if match := ASCTIME.match(text):
        month, day, hour, minute, second, before, year, after = match.groups()
        return _iso(
            (int(year), MONTHS.get(month.lower(), 0), int(day)),
            (int(hour), int(minute), int(second)),
            _zone(after or before),
        )
    if match := ISO.match(text):
        year, month, day, hour, minute, second, zone = match.groups()
        return _iso((int(year), int(month), int(day)), (int(hour), int(minute), int(second)), _zone(zone))
    return None


def _year(text: str) -> int:
    """RFC 5322 section 4.3: two digits below 50 are of this century, others of the last."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 50 else 1900)  # noqa: PLR2004 - the RFC's own numbers


def _zone(text: str | None) -> str | None:
    if text is None:
        return UNKNOWN_ZONE
    if text[0] not in "+-":
        return ZONES.get(text.upper(), UNKNOWN_ZONE)
    hours, minutes = text[1:3], text[-2:]
    return f"{text[0]}{hours}:{minutes}" if hours < "24" and minutes < "60" else None


def _iso(day: tuple[int, int, int], time: tuple[int, int, int], zone: str | None) -> str | None:
    """Put a date together, if there is such a day and such a time."""
    year, month, number = day
    hour, minute, second = time
    if zone is None or not (1 <= month <= len(DAYS) and 1 <= number <= DAYS[month - 1]) or time > (23, 59, 60):
        return None
    if max(minute, second - 1) > LAST_MINUTE or (day[1:] == LEAP_DAY and not _is_leap(year)):
        return None
    return f"{year:04}-{month:02}-{number:02}T{hour:02}:{minute:02}:{second:02}{zone}"


LAST_MINUTE: Final = 59
LEAP_DAY: Final = (2, 29)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def iso_time(seconds: float) -> str | None:
    """Return the seconds since 1970 in the same form, None beyond the years that have four digits."""
    from datetime import UTC, datetime  # noqa: PLC0415 - 2 ms that mail does without

    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0).isoformat()
    except (OverflowError, OSError, ValueError):
        return None
