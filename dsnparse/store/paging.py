"""Long lists of values, cut into what one statement takes."""

from collections.abc import Iterable, Iterator
from typing import Final

# SQLite took 999 parameters before 2020.
PAGE: Final = 500


def pages(values: Iterable[str]) -> Iterator[list[str]]:
    """Cut values into lists that fit into one statement."""
    page: list[str] = []
    for value in values:
        page.append(value)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def listed(page: list[str]) -> tuple[str, dict[str, str]]:
    """Return the parameters for `IN (…)`, and their values."""
    values = {f"v{number}": value for number, value in enumerate(page)}
    return ", ".join(f":{name}" for name in values), values
