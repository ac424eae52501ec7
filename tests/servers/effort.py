"""How much work something is, in what is the same on every machine and under every load; no test looks at a clock.

Python that does too much makes too many calls. A pattern that does too much makes none: for those, the text is so long that one
which is not linear would run for minutes, and `ENDS` fails it.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Final

import pytest

# A hundred times what the slowest takes.
ENDS: Final = pytest.mark.timeout(100)


def calls(function: Callable[..., object], *arguments: object) -> int:
    """Return how many functions are called, Python's own among them."""
    number = 0

    def count(_frame: FrameType, event: str, _: object) -> None:
        nonlocal number
        number += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function(*arguments)
    finally:
        sys.setprofile(before)
    return number
