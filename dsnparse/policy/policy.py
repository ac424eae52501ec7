"""The settings of the suppression policy, with defaults that harm nobody who was only named by a stranger."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from dsnparse.errors import RuleError
from dsnparse.policy.category import Category, check_own


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an address is suppressed, for how long, and when nothing is any more.

    - `categories`: of some reasons, other categories (hard, soft, none) than ours.
    - `confidence`: a failure that its report is less sure of is soft.
    - `threshold`: soft failures that suppress; each day counts at most one, and half as much `half_life` days later.
    - `soft_days`, `hard_days`: how long an address stays suppressed, 0 for ever. Complaints are for ever.
    - `unproven`: what is done with reports that are neither verified nor matched: `slowly` takes two for one, of two days and about
      two messages; `never` is for those who have tokens or a sent log, where a true report is a proven one.
    - `active`: how many addresses are mailed at all, for the flood breaker; 0 where nobody knows.
    - `flood_floor`, `flood_share`, `reporter_share`: it trips when more than `flood_share` of `active`, and more than `flood_floor`,
      would be suppressed within an hour, or more than `reporter_share` of this number by one reporter alone.
    """

    categories: Mapping[str, Category] = {}
    confidence: float = 0.5
    threshold: float = 5.0
    half_life: float = 30.0
    soft_days: int = 90
    hard_days: int = 0
    unproven: Literal["slowly", "never"] = "slowly"
    active: int = 0
    flood_floor: int = 50
    flood_share: float = 0.01
    reporter_share: float = 0.2

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        check_own(self.categories)
        for name in ("threshold", "half_life"):
            if getattr(self, name) <= 0:
                message = f"policy: {name} must be above 0"
                raise RuleError(message)
        for name in ("confidence", "soft_days", "hard_days", "active", "flood_floor", "flood_share", "reporter_share"):
            if getattr(self, name) < 0:
                message = f"policy: {name} must not be below 0"
                raise RuleError(message)


DEFAULT_POLICY: Final = Policy()
