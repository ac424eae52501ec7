"""PhraseSet: many RE2 patterns as one automaton, and the options all patterns of ours are compiled with."""

from collections.abc import Iterable
from typing import Any, Final

import re2

from dsnparse.errors import RuleError

SET_MEMORY: Final = 64 << 20


def options(*, capture: bool = True) -> Any:  # noqa: ANN401 - re2 has no types
    """Return the options every RE2 pattern of ours is compiled with: case does not count, errors are raised, not printed."""
    chosen = re2.Options()
    chosen.case_sensitive = False
    chosen.log_errors = False
    chosen.never_capture = not capture
    return chosen


class PhraseSet:
    """Many patterns asked at once (an RE2 Set): the numbers of those that occur in a text, or fit the whole of it, in linear time."""

    def __init__(self, patterns: Iterable[tuple[str, str]], *, whole: bool = False) -> None:
        chosen = options(capture=False)
        chosen.max_mem = SET_MEMORY
        self._set = re2.Set.FullMatchSet(chosen) if whole else re2.Set.SearchSet(chosen)
        self.size = 0
        for where, pattern in patterns:
            try:
                self._set.Add(pattern)
            except re2.error as error:
                message = f"{where}: {error}"
                raise RuleError(message) from error
            self.size += 1
        if self.size:
            self._set.Compile()

    def hits(self, text: bytes | str) -> list[int]:
        """Return the numbers of the patterns that occur in `text`, lowest first."""
        return sorted(self._set.Match(text) or ()) if self.size else []

    def any(self, text: bytes | str) -> bool:
        """Tell whether any of the patterns occurs in `text`."""
        return bool(self.size and self._set.Match(text))
