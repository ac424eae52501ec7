"""The flood breaker: when far more addresses than usual are about to be suppressed, something is wrong, and a person should look.

It counts what the policy would suppress and nothing else. A flood of reports that nobody believes anyway does not trip it, or else it
would be a way to keep true failures from counting.
"""

from msgspec import Struct

from dsnparse.policy.policy import Policy


class Allowance(Struct, frozen=True):
    """How many addresses may be suppressed within an hour, by all reporters and by one of them."""

    all: int
    one_reporter: int

    def tripped(self, by_all: int, by_reporter: int) -> str:
        """Return why the breaker trips when there would be so many, empty if it does not."""
        if by_all > self.all:
            return f"more than {self.all} addresses within an hour"
        if by_reporter > self.one_reporter:
            return f"more than {self.one_reporter} addresses within an hour by one reporter"
        return ""


def allowance(policy: Policy) -> Allowance:
    """Return how many addresses may be suppressed within an hour."""
    most = max(policy.flood_floor, int(policy.active * policy.flood_share))
    return Allowance(most, max(policy.flood_floor, int(most * policy.reporter_share)))
