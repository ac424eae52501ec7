"""What follows from a failure for an address: whether it is mailed again. Pure rules; the store remembers for them."""

from dsnparse.policy.breaker import Allowance, allowance
from dsnparse.policy.category import CATEGORIES, Category, category
from dsnparse.policy.policy import DEFAULT_POLICY, Policy
from dsnparse.policy.score import Fact, State, Verdict, judge, score

__all__ = [
    "CATEGORIES",
    "DEFAULT_POLICY",
    "Allowance",
    "Category",
    "Fact",
    "Policy",
    "State",
    "Verdict",
    "allowance",
    "category",
    "judge",
    "score",
]
