"""How much work something is: no test compares times, which differ from machine to machine and with the load.

Python that does too much makes too many calls. A pattern that does too much makes none: for those, the text is so long that one
which is not linear would run three times as long as a mark allows. What is right takes a thirtieth of that, on a slow machine too.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Final

import pytest

# For what takes half a second at most.
SOON: Final = pytest.mark.timeout(20)
# For what takes three seconds at most.
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
