"""How long to wait before the next attempt: twice as long each time, never the same for two that failed together."""

import random
from typing import Final

FIRST: Final = 1.0
LONGEST: Final = 15 * 60.0


class Backoff:
    """Waits from one second to fifteen minutes."""

    def __init__(self) -> None:
        self.next = FIRST

    def wait(self) -> float:
        """Return the seconds to wait now, between half of the time and all of it."""
        seconds = self.next
        self.next = min(LONGEST, 2 * seconds)
        return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - it protects no secret

    def reset(self) -> None:
        """Begin anew: an attempt went well."""
        self.next = FIRST
