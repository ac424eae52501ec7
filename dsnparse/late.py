"""What is made when it is first used: patterns that few messages need (`late`), values of an object (`lazy`).

All patterns together would take 30 ms at import. What every message needs is compiled there as ever: a late pattern costs 50 ns more
each time.
"""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, AnyStr, Generic, TypeVar, cast

T = TypeVar("T")


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


class lazy(Generic[T]):  # noqa: N801 - used like property
    """A value made when first asked for: functools.cached_property without the lock it takes before Python 3.12."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make
        self.name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, owner: Any, _: type) -> T:  # noqa: ANN401 - of whatever class
        """Make the value, and put it where Python looks before it asks here again."""
        made = owner.__dict__[self.name] = self.make(owner)
        return made
