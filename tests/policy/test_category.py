import pytest

from dsnparse.errors import RuleError
from dsnparse.policy import CATEGORIES, Policy, category
from dsnparse.registry import reasons
from dsnparse.report import Feedback, Permanence, Recipient, Report

NEVER = frozenset(("sender", "reputation", "policy", "content", "rate", "security"))


def of(reason: str, permanence: Permanence | None = "permanent", **more: object) -> str:
    values = {"action": "failed", "confidence": 1.0, **more}
    recipient = Recipient(address="a@b.example", reason=reason, permanence=permanence, **values)  # type: ignore[arg-type]
    policy = Policy()
    return category(Report(kind="failure"), recipient, policy.categories, policy.confidence)


@pytest.mark.parametrize(
    ("reason", "permanence", "expected"),
    [
        ("user_unknown", "permanent", "hard"),
        ("user_unknown", "temporary", "soft"),
        ("user_unknown", None, "hard"),
        ("mailbox_disabled", "permanent", "hard"),
        ("mailbox_disabled", None, "soft"),
        ("host_unknown", "permanent", "hard"),
        ("host_unknown", "temporary", "soft"),
        ("mailbox_full", "permanent", "soft"),
        ("expired", "permanent", "soft"),
        ("suppressed", "permanent", "hard"),
        ("ip_blocklisted", "permanent", "none"),
        ("poor_reputation", "permanent", "none"),
        ("policy", "permanent", "none"),
        ("spam_content", "permanent", "none"),
        ("undetermined", "permanent", "none"),
        ("", "permanent", "none"),
    ],
)
def test_category(reason: str, permanence: Permanence | None, expected: str) -> None:
    assert of(reason, permanence) == expected


def test_a_failure_that_is_not_sure_is_soft() -> None:
    assert [of("user_unknown", confidence=each) for each in (0.49, 0.5)] == ["soft", "hard"]


def test_what_is_no_failure() -> None:
    assert of("user_unknown", action="delayed") == "none"
    assert of("user_unknown", action="relayed") == "none"
    assert of("delivered", action="delivered") == "success"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("abuse", "complaint"), ("Abuse", "complaint"), ("", "complaint"), ("not-spam", "none"), ("auth-failure", "none")],
)
def test_complaints(kind: str, expected: str) -> None:
    report = Report(kind="feedback", feedback=Feedback(type=kind))
    assert category(report, Recipient(address="a@b.example", reason="feedback"), {}, 0.5) == expected


@pytest.mark.parametrize("name", [name for name, entry in reasons().items() if entry.group in NEVER])
def test_faults_of_others_never_count(name: str) -> None:
    assert {of(name, permanence) for permanence in ("permanent", "temporary", None)} == {"none"}
    for wanted in ("hard", "soft"):
        with pytest.raises(RuleError, match=f"policy: {name} says nothing about the address"):
            Policy(categories={name: wanted})  # type: ignore[dict-item]
    assert Policy(categories={name: "none"})


def test_a_user_may_know_better() -> None:
    recipient = Recipient(address="a@b.example", action="failed", reason="mailbox_full", permanence="permanent")
    assert category(Report(kind="failure"), recipient, {"mailbox_full": "hard"}, 0.5) == "hard"


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"categories": {"box_of_wood": "hard"}}, "no reason 'box_of_wood'"),
        ({"categories": {"user_unknown": "harder"}}, "user_unknown: 'harder' is none of hard, none, soft"),
        ({"threshold": 0}, "threshold must be above 0"),
        ({"half_life": -1}, "half_life must be above 0"),
        ({"soft_days": -1}, "soft_days must not be below 0"),
        ({"active": -1}, "active must not be below 0"),
    ],
)
def test_settings_that_make_no_sense(wrong: dict[str, object], text: str) -> None:
    with pytest.raises(RuleError, match=text):
        Policy(**wrong)  # type: ignore[arg-type]


def test_every_sample_has_a_category(report: Report) -> None:
    for recipient in report.recipients:
        found = category(report, recipient, {}, 0.5)
        assert found in CATEGORIES
        if reasons()[recipient.reason].group in NEVER:
            assert found == "none"
        if found == "hard":
            assert recipient.advice == "suppress"
