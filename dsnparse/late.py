"""late: patterns that few messages need, each compiled when it is first used: at import they would take 30 ms.

What every message needs is compiled at import as ever: a late pattern costs 50 ns more each time.
"""

import re
from typing import Any, AnyStr, cast


def late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what is used like re.compile(pattern, flags)."""
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))


class _Late:
    """A pattern on call: what is asked of it is what the compiled one answers, and is kept."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of a pattern
        value = self.__dict__[name] = getattr(re.compile(self.pattern, self.flags), name)
        return value
