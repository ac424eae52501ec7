import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dsnparse.policy import Policy
from dsnparse.report import Original, Recipient, Report
from dsnparse.store import Processed, Store, open_store
from dsnparse.trust import Trust

Make = Callable[..., Processed]
DAY = 86_400
START = 1_750_000_000.0
INES = "ines@dest.example"
RENAMED = Report(
    kind="failure",
    recipients=(
        Recipient(
            address="own@internal.dest.example",
            original_recipient=INES,
            action="failed",
            reason="user_unknown",
            permanence="permanent",
            confidence=1.0,
        ),
    ),
)


@pytest.fixture
def proving(url: str) -> Iterator[Store]:
    """A store of somebody who has tokens or a sent log."""
    with open_store(url, policy=Policy(unproven="never")) as opened:
        yield opened


@pytest.fixture
def light(sqlite_url: str) -> Iterator[Store]:
    with open_store(sqlite_url) as opened:
        yield opened


def standing(store: Store, address: str = INES) -> str:
    found = store.suppressions.find(address)
    return found.standing if found else ""


def verbs(store: Store, address: str = INES) -> list[str]:
    return [step.verb for step in store.suppressions.history(address)]


def test_a_proven_hard_failure_suppresses(store: Store, message: Make) -> None:
    one = message(1, INES, level="verified")
    assert store.commit([one]).suppressed == (INES,)
    found = store.suppressions.find("Ines@Dest.Example")
    assert found is not None
    assert (found.standing, found.category, found.since, found.expires) == ("suppressed", "hard", one.received, None)
    assert found.because == "hard failure (user_unknown), verified"
    (event,) = store.feed("test")
    assert (event.decision, event.because, event.event_id) == ("suppress", found.because, found.event_id)
    (step,) = store.suppressions.history(INES)
    assert (step.verb, step.because, step.event_id) == ("suppress", found.because, event.event_id)


def test_an_unproven_one_does_not(store: Store, message: Make) -> None:
    assert store.commit([message(1, INES), message(2, INES, level="forged")]).suppressed == ()
    assert (standing(store), verbs(store)) == ("", ["count", "ignore"])


def test_the_same_message_decides_once(store: Store, message: Make) -> None:
    batch = [message(1, INES, level="verified"), message(1, INES, level="verified")]
    store.commit(batch)
    store.commit(batch)
    assert verbs(store) == ["suppress"]


def test_one_token_counts_once(store: Store, message: Make) -> None:
    full = Recipient(address=INES, action="failed", reason="mailbox_full", permanence="temporary")
    for number in range(20):
        replay = message(
            number,
            report=Report(kind="failure", recipients=(full,)),
            trust=(Trust(level="verified", proof="token"),),
            received=START + number * DAY,
        )
        store.commit([replay])
    assert verbs(store) == ["count", *["ignore"] * 19]
    assert standing(store) == ""


def test_the_forwarded_subscriber_is_meant(store: Store, message: Make) -> None:
    trust = (Trust(level="verified", address="Ines@dest.example"),)
    assert store.commit([message(1, "noa@forward.example", trust=trust)]).suppressed == (INES,)
    assert standing(store, "noa@forward.example") == ""


@pytest.mark.parametrize(
    ("trust", "expected"),
    [
        (Trust(level="matched", address=INES), INES),
        (Trust(level="verified"), "own@internal.dest.example"),
        (Trust(level="matched"), "own@internal.dest.example"),
    ],
)
def test_the_address_that_is_proven_is_meant(trust: Trust, expected: str, light: Store, message: Make) -> None:
    assert light.commit([message(1, report=RENAMED, trust=(trust,))]).suppressed == (expected,)
    assert standing(light, expected) == "suppressed"


def test_without_proof_the_address_we_wrote_to_is_meant(light: Store, message: Make) -> None:
    light.commit([message(1, report=RENAMED)])
    assert verbs(light, INES) == ["count"]
    assert verbs(light, "own@internal.dest.example") == []


def test_a_hard_failure_is_stronger_than_soft_ones(sqlite_url: str, message: Make) -> None:
    full = Report(kind="failure", recipients=(Recipient(address=INES, action="failed", reason="mailbox_full"),))
    with open_store(sqlite_url, policy=Policy(threshold=1, soft_days=36500)) as store:
        store.commit([message(1, report=full, trust=(Trust(level="verified"),))])
        assert store.suppressions.find(INES).category == "soft"  # type: ignore[union-attr]
        store.commit([message(2, report=full, trust=(Trust(level="verified"),))])
        store.commit([message(3, INES, level="verified")])
        found = store.suppressions.find(INES)
        assert (found.category, found.expires) == ("hard", None)  # type: ignore[union-attr]
        store.commit([message(4, INES, level="verified")])
        assert verbs(store) == ["suppress", "ignore", "suppress", "ignore"]


def test_a_person_decides(store: Store, message: Make) -> None:
    assert store.suppressions.add([INES, "ADA@dest.example"], "asked by telephone") == 2
    assert [each.address for each in store.suppressions.all()] == ["ada@dest.example", INES]
    assert store.suppressions.among(["Ines@dest.example", "bob@dest.example"]) == {"Ines@dest.example"}
    assert store.suppressions.remove(["INES@dest.example", "bob@dest.example"], "a mistake") == [INES]
    assert standing(store) == ""
    assert [(step.verb, step.because) for step in store.suppressions.history(INES)] == [
        ("add", "asked by telephone"),
        ("remove", "a mistake"),
    ]
    store.commit([message(1, INES, level="verified")])
    assert standing(store) == "suppressed"


def test_removal_forgets_the_score(light: Store, message: Make) -> None:
    light.commit([message(1, INES)])
    assert light.suppressions.remove([INES], "known to be good") == []
    light.commit([message(2, INES, received=START + DAY * 3)])
    assert verbs(light) == ["count", "count"]


def test_suppression_by_hand_may_end(light: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    light.suppressions.add([INES], "on holiday", expires=time.time() + 100)
    assert standing(light) == "suppressed"
    now = time.time()
    monkeypatch.setattr("dsnparse.store.suppressions.time.time", lambda: now + 101)
    assert (standing(light), light.suppressions.among([INES]), list(light.suppressions.all())) == ("", set(), [])


def test_many_addresses_at_once(store: Store) -> None:
    people = [f"user{number}@dest.example" for number in range(2500)]
    store.suppressions.add(people[::2], "x")
    assert store.suppressions.among(people) == set(people[::2])
    assert [each.address for each in store.suppressions.all()] == sorted(people[::2])


def test_forged_hard_failures_suppress_nobody(sqlite_url: str, message: Make) -> None:
    levels = ("unverified", "plausible", "forged")
    with open_store(sqlite_url, policy=Policy(unproven="never", active=100_000)) as store:
        for day in range(10):
            batch = [
                message(
                    day * 5000 + number,
                    f"user{number}@dest.example",
                    level=levels[number % 3],
                    received=START + day * DAY,
                )
                for number in range(1000)
            ]
            result = store.commit(batch)
            assert (result.messages, result.suppressed, result.held) == (1000, (), ())
        assert store.commit([message(200_000, INES, level="verified")]).suppressed == (INES,)
        assert [each.address for each in store.suppressions.all()] == [INES]


def test_a_flood_is_held(store: Store, message: Make) -> None:
    flood = [message(number, f"user{number:03}@dest.example", level="verified", received=START) for number in range(80)]
    result = store.commit(flood)
    assert (len(result.suppressed), len(result.held)) == (50, 30)
    held = list(store.suppressions.all("held"))
    assert [each.address for each in held] == list(result.held)
    assert held[0].because.endswith("held, since there would be more than 50 addresses within an hour")
    assert store.suppressions.among([result.held[0]]) == set()
    again = store.commit([message(100, result.held[0], level="verified", received=START + 1)])
    assert (again.suppressed, again.held) == ((), ())
    assert store.commit([message(101, INES, level="verified", received=START + 3601)]).suppressed == (INES,)
    assert store.suppressions.release([result.held[0], INES, "bob@dest.example"], "looked at it") == [result.held[0]]
    assert standing(store, result.held[0]) == "suppressed"
    assert store.suppressions.remove([result.held[1]], "looked at it") == [result.held[1]]
    assert verbs(store, result.held[0]) == ["hold", "ignore", "release"]


def test_a_flood_by_one_reporter_is_held(sqlite_url: str, message: Make) -> None:
    def by(number: int, reporter: str) -> Processed:
        person = Recipient(
            address=f"u{number}@dest.example",
            action="failed",
            reason="user_unknown",
            permanence="permanent",
            confidence=1.0,
        )
        report = Report(kind="failure", reporting_mta=reporter, recipients=(person,))
        return message(number, report=report, trust=(Trust(level="verified"),), received=START)

    with open_store(sqlite_url, policy=Policy(active=100_000)) as store:
        one = store.commit([by(number, "mx.dest.example") for number in range(250)])
        assert (len(one.suppressed), len(one.held)) == (200, 50)
        assert (
            len(store.commit([by(number, f"mx{number}.dest.example") for number in range(300, 600)]).suppressed) == 300
        )


def test_floods_that_nobody_believes_do_not_trip_the_breaker(proving: Store, message: Make) -> None:
    proving.commit([message(number, f"u{number}@dest.example", received=START) for number in range(200)])
    assert proving.commit([message(900, INES, level="verified", received=START)]).suppressed == (INES,)


class Address(RuleBasedStateMachine):
    """One address and all that can happen to it, against a model that keeps every fact and counts anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.policy = Policy(threshold=2.5, half_life=10, soft_days=20)
        self.store = open_store("sqlite:///:memory:", policy=self.policy)
        self.number = 0
        self.day = 20_000
        self.soft: set[int] = set()
        self.hard: list[int] = []
        self.until: float | None = 0.0

    def teardown(self) -> None:
        self.store.close()

    @initialize()
    def begin(self) -> None:
        self.fail("mailbox_full", "verified")

    @rule(days=st.integers(0, 30))
    def time_goes_by(self, days: int) -> None:
        self.day += days

    @rule(
        reason=st.sampled_from(["mailbox_full", "user_unknown", "ip_blocklisted"]),
        level=st.sampled_from(["verified", "unverified", "forged"]),
    )
    def fail(self, reason: str, level: str) -> None:
        self.commit(
            Recipient(address=INES, action="failed", reason=reason, permanence="permanent", confidence=1.0), level
        )
        if level == "forged" or reason == "ip_blocklisted":
            return
        hard = reason == "user_unknown"
        if self.until is None or (self.until > self.day and not hard):
            return
        if not hard:
            self.soft.add(self.day)
            if sum(0.5 ** ((self.day - each) / 10) for each in self.soft) >= 2.5:
                self.suppress(self.day + 20)
        elif level == "verified":
            self.suppress(None)
        elif self.day not in self.hard:
            self.hard = [each for each in [*self.hard, self.day] if self.day - each <= 365]
            if len(self.hard) == 2:
                self.suppress(None)

    @rule(level=st.sampled_from(["verified", "unverified"]))
    def arrive(self, level: str) -> None:
        self.commit(Recipient(address=INES, action="delivered", reason="delivered"), level)
        if level == "verified" and self.until is not None and self.until <= self.day:
            self.soft.clear()
            self.hard.clear()

    @rule()
    def remove(self) -> None:
        self.store.suppressions.remove([INES], "by hand")
        self.until = 0.0
        self.soft.clear()
        self.hard.clear()

    def suppress(self, until: float | None) -> None:
        self.until = until
        self.soft.clear()
        self.hard.clear()

    def commit(self, recipient: Recipient, level: str) -> None:
        self.number += 1
        original = Original(message_id=f"m{self.number}")
        message = Processed(
            digest=f"{self.number:064x}",
            report=Report(kind="failure", recipients=(recipient,), original=original),
            trust=(Trust(level=level),),  # type: ignore[arg-type]
            received=self.day * DAY,
        )
        self.store.commit([message])

    @invariant()
    def the_list_is_as_the_model_says(self) -> None:
        with self.store.database.reading() as transaction:
            rows = transaction.run("SELECT held, expires FROM suppressions")
        expected = [] if self.until == 0.0 else [(0, None if self.until is None else self.until * DAY)]
        assert [tuple(row) for row in rows] == expected


TestAddress = Address.TestCase
TestAddress.settings = settings(max_examples=60, stateful_step_count=40, derandomize=True, database=None)
