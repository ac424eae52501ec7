"""late: patterns that few messages need, each compiled when it is first used: at import they would take 30 ms.

What every message needs is compiled at import as ever: a late pattern costs 50 ns more each time.
"""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, AnyStr, cast


def late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what is used like re.compile(pattern, flags)."""
    return cast("re.Pattern[AnyStr]", _Late(lambda: re.compile(pattern, flags), pattern))


def late_phrases(pattern: str) -> re.Pattern[str]:
    """Return the same for RE2: many phrases, looked for anywhere in a text, take it a tenth of the time that `re` takes."""
    return cast("re.Pattern[str]", _Late(lambda: import_module("re2").compile(pattern), pattern))


class _Late:
    """A pattern on call: what is asked of it is what the compiled one answers, and is kept."""

    def __init__(self, make: Callable[[], Any], pattern: str | bytes) -> None:
        self.make = make
        self.pattern = pattern

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of a pattern
        value = self.__dict__[name] = getattr(self.make(), name)
        return value
