import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsnparse.policy import Allowance, Fact, Policy, State, Verdict, allowance, judge, score
from dsnparse.trust import LEVELS

DAY = 86_400
POLICY = Policy()
DAYS = st.lists(st.integers(20_000, 20_200), unique=True, max_size=40)


def fact(category: str, level: str = "verified", day: float = 20_000, message_id: str = "", reason: str = "x") -> Fact:
    values = {"category": category, "level": level, "at": day * DAY, "message_id": message_id, "reason": reason}
    return Fact(**values)  # type: ignore[arg-type]


def run(facts: list[Fact], policy: Policy = POLICY) -> tuple[State, list[str]]:
    state, verbs = State(), []
    for each in facts:
        state, verdict = judge(policy, state, each)
        verbs.append(verdict.verb)
    return state, verbs


@pytest.mark.parametrize("category", ["hard", "complaint"])
@pytest.mark.parametrize("level", LEVELS)
def test_only_what_is_proven_suppresses_at_once(category: str, level: str) -> None:
    expected = {"verified": "suppress", "matched": "suppress", "forged": "ignore"}.get(level, "count")
    assert run([fact(category, level)])[1] == [expected]


@pytest.mark.parametrize("level", ["plausible", "unverified", "forged"])
@pytest.mark.parametrize("category", ["hard", "soft", "complaint", "success"])
def test_who_can_prove_needs_no_guesses(category: str, level: str) -> None:
    facts = [fact(category, level, 20_000 + number, str(number)) for number in range(100)]
    state, verbs = run(facts, Policy(unproven="never"))
    assert (state, set(verbs)) == (State(), {"ignore"})


@settings(derandomize=True, database=None)
@given(
    st.lists(st.tuples(st.sampled_from(["hard", "complaint", "soft", "success"]), st.integers(0, 99), st.text("ab")))
)
def test_what_is_forged_changes_nothing(facts: list[tuple[str, int, str]]) -> None:
    state, verbs = run([fact(category, "forged", day, message_id) for category, day, message_id in facts])
    assert (state, set(verbs) <= {"ignore"}) == (State(), True)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ((20_001, "n"), "suppress"),
        ((20_000, "n"), "ignore"),
        ((20_001, "m"), "ignore"),
        ((19_990, "n"), "suppress"),
        ((20_365, "n"), "suppress"),
        ((20_366, "n"), "count"),
    ],
)
def test_unproven_failures_take_two_days_and_two_messages(second: tuple[int, str], expected: str) -> None:
    facts = [fact("hard", "unverified", 20_000, "m"), fact("hard", "plausible", *second)]
    assert run(facts)[1] == ["count", expected]


def test_soft_failures_of_five_days() -> None:
    state, verbs = run([fact("soft", day=20_000 + number) for number in range(6)])
    assert (state, verbs) == (State(), [*["count"] * 5, "suppress"])


def test_soft_failures_count_once_a_day() -> None:
    assert run([fact("soft", day=20_000 + number / 100) for number in range(99)])[1] == ["count", *["ignore"] * 98]


def test_rare_soft_failures_never_suppress() -> None:
    assert set(run([fact("soft", day=20_000 + 60 * number) for number in range(100)])[1]) == {"count"}


def test_what_is_remembered_stays_small() -> None:
    state, _ = run([fact("soft", day=20_000 + 40 * number) for number in range(1000)])
    assert len(state.days) <= 10


@settings(derandomize=True, database=None)
@given(DAYS)
def test_the_order_of_reports_does_not_matter(days: list[int]) -> None:
    patient = Policy(threshold=1000)
    forth, back = (run([fact("soft", day=day) for day in order], patient)[0] for order in (days, days[::-1]))
    assert forth == back
    assert forth.days == tuple(sorted(days))


@settings(derandomize=True, database=None)
@given(DAYS.filter(bool))
def test_the_score_decays(days: list[int]) -> None:
    state = State(days=tuple(sorted(days)))
    at = [score(POLICY, state, max(days) + 30 * number) for number in range(10)]
    assert all(math.isclose(later, earlier / 2) for earlier, later in pairwise(at))


@settings(derandomize=True, database=None)
@given(DAYS, st.integers(20_000, 20_200))
def test_a_success_forgets_what_was_before_it(days: list[int], success: int) -> None:
    patient = Policy(threshold=1000)
    facts = [fact("soft", day=day) for day in days]
    assert run([*facts, fact("success", day=success)], patient)[0].days == tuple(sorted(d for d in days if d > success))


@pytest.mark.parametrize(("level", "expected"), [("verified", "reset"), ("matched", "reset"), ("plausible", "ignore")])
def test_only_a_proven_success_counts(level: str, expected: str) -> None:
    start = State(days=(20_000,), unproven=((20_000, "m"),))
    after, verdict = judge(POLICY, start, fact("success", level, 20_001))
    assert (verdict.verb, after) == (expected, State() if expected == "reset" else start)


@pytest.mark.parametrize(
    ("category", "days", "expected"),
    [("hard", 0, None), ("hard", 10, 20_010 * DAY), ("complaint", 10, None)],
)
def test_how_long_it_lasts(category: str, days: int, expected: float | None) -> None:
    assert judge(Policy(hard_days=days), State(), fact(category))[1].expires == expected


def test_a_soft_suppression_ends() -> None:
    verdict = judge(Policy(threshold=1, soft_days=7), State(), fact("soft", reason="mailbox_full"))[1]
    because = "soft failures on 1 days, the last one mailbox_full: score 1.00"
    assert verdict == Verdict("suppress", because, 20_007 * DAY)


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        (0, Allowance(50, 50)),
        (5_000, Allowance(50, 50)),
        (100_000, Allowance(1_000, 200)),
        (1_000_000, Allowance(10_000, 2_000)),
    ],
)
def test_allowance(active: int, expected: Allowance) -> None:
    assert allowance(Policy(active=active)) == expected


@pytest.mark.parametrize(
    ("by_all", "by_reporter", "expected"),
    [
        (1000, 200, ""),
        (1001, 1, "more than 1000"),
        (201, 201, "more than 200 addresses within an hour by one reporter"),
    ],
)
def test_the_breaker(by_all: int, by_reporter: int, expected: str) -> None:
    assert Allowance(1000, 200).tripped(by_all, by_reporter).startswith(expected)
    assert bool(Allowance(1000, 200).tripped(by_all, by_reporter)) is bool(expected)
