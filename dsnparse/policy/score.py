"""judge: what one fact does to one address. A pure function of the policy, of what is remembered, and of the fact.

The score is not kept but counted: the days that had a soft failure are remembered, and each weighs half as much every `half_life`
days. So reports may be read in any order, as a mailbox gives them, and two of one day are one.
"""

import math
from typing import Final, Literal

from msgspec import Struct

from dsnparse.policy.category import Category
from dsnparse.policy.policy import Policy
from dsnparse.trust.level import Level

DAY: Final = 86_400
PROVEN: Final = frozenset(("verified", "matched"))
# Unproven hard failures that suppress: of different days, about different messages.
REPEATS: Final = 2
# What is older says nothing any more, and what is remembered stays small.
REMEMBERED_DAYS: Final = 365
WORD: Final = {"hard": "hard failure", "complaint": "complaint", "soft": "soft failure", "success": "delivery"}

# `count` and `reset` change what is remembered, `suppress` ends it; `hold` is a suppression that waits for a person.
Verb = Literal["suppress", "hold", "count", "reset", "ignore"]


class Fact(Struct, frozen=True, kw_only=True):
    """What a report says about an address: `at` is when the report arrived, `message_id` is of the message that failed."""

    category: Category
    level: Level
    at: float
    message_id: str = ""
    reason: str = ""

    @property
    def day(self) -> int:
        """Return the number of its day."""
        return int(self.at // DAY)


class State(Struct, frozen=True, omit_defaults=True):
    """What is remembered of an address: the days of soft failures, and the unproven hard failures with the message of each."""

    days: tuple[int, ...] = ()
    unproven: tuple[tuple[int, str], ...] = ()


class Verdict(Struct, frozen=True):
    """What follows from a fact, and why; `expires` is when a suppression ends, None for never."""

    verb: Verb
    because: str
    expires: float | None = None


NOTHING: Final = State()


def judge(policy: Policy, state: State, fact: Fact) -> tuple[State, Verdict]:
    """Return what is remembered from now on, and what follows."""
    if fact.category == "none":
        return state, Verdict("ignore", f"{fact.reason or 'this'} says nothing about the address")
    if fact.level == "forged":
        return state, Verdict("ignore", f"{WORD[fact.category]}, but the report is forged")
    if fact.level not in PROVEN and policy.unproven == "never":
        return state, Verdict("ignore", f"{WORD[fact.category]}, but the report is {fact.level}")
    if fact.category == "success":
        return _success(state, fact)
    if fact.category == "soft":
        return _soft(policy, state, fact)
    return _hard(policy, state, fact)


def score(policy: Policy, state: State, day: int) -> float:
    """Return how much the soft failures of an address weigh on a day."""
    return sum(math.exp2(-abs(day - each) / policy.half_life) for each in state.days)


def _success(state: State, fact: Fact) -> tuple[State, Verdict]:
    if fact.level not in PROVEN:  # or else anyone could keep an address alive
        return state, Verdict("ignore", f"delivery, but the report is {fact.level}")
    # A success says nothing about failures after it: reports may be read in any order.
    later = State(
        days=tuple(each for each in state.days if each > fact.day),
        unproven=tuple(each for each in state.unproven if each[0] > fact.day),
    )
    return later, Verdict("reset", "delivery")


def _soft(policy: Policy, state: State, fact: Fact) -> tuple[State, Verdict]:
    if fact.day in state.days:
        return state, Verdict("ignore", f"soft failure ({fact.reason}), but this day has counted already")
    days = (*state.days, fact.day)
    newest = max(days)
    state = State(tuple(sorted(each for each in days if newest - each <= REMEMBERED_DAYS)), state.unproven)
    weight = score(policy, state, newest)
    if weight < policy.threshold:
        return state, Verdict("count", f"soft failure ({fact.reason}): score {weight:.2f} of {policy.threshold:g}")
    because = f"soft failures on {len(state.days)} days, the last one {fact.reason}: score {weight:.2f}"
    return NOTHING, Verdict("suppress", because, _end(fact.at, policy.soft_days))


def _hard(policy: Policy, state: State, fact: Fact) -> tuple[State, Verdict]:
    word = f"{WORD[fact.category]} ({fact.reason})"
    expires = _end(fact.at, policy.hard_days) if fact.category == "hard" else None
    if fact.level in PROVEN:
        return NOTHING, Verdict("suppress", f"{word}, {fact.level}", expires)
    seen = _with(state.unproven, (fact.day, fact.message_id))
    if seen == state.unproven:
        return state, Verdict("ignore", f"{word}, {fact.level}: of a day or about a message that has counted already")
    if len(seen) < REPEATS:
        return State(state.days, seen), Verdict("count", f"{word}, {fact.level}: {len(seen)} of {REPEATS}")
    return NOTHING, Verdict("suppress", f"{word}, {fact.level}, on {REPEATS} days about {REPEATS} messages", expires)


def _with(seen: tuple[tuple[int, str], ...], new: tuple[int, str]) -> tuple[tuple[int, str], ...]:
    """Add an unproven failure, unless one of its day or about its message is there; what is too old goes."""
    newest = max((new[0], *(day for day, _ in seen)))
    kept = tuple(each for each in seen if newest - each[0] <= REMEMBERED_DAYS)
    if any(new[0] == day or new[1] == message_id for day, message_id in kept):
        return seen
    return (*kept, new)


def _end(at: float, days: int) -> float | None:
    return at + days * DAY if days else None
