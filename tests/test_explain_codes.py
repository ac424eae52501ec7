"""Codes and markers: each that a list of codes may hold has a meaning, likely causes and a fix."""

import pytest

import dsnparse
from dsnparse.registry import reasons
from dsnparse.registry.knowledge import _causes, _checks, _fixes, _likely, _notes, _remedies
from dsnparse.registry.tables import enhanced_codes, reply_codes

# Every row of the code tables in the documents that docs/seeds.md lists, as they are written there.
ROWS = (
    "1.0.1 1.1.1 2.1.1 2.1.4 2.2.0 2.2.1 2.5.0 2.5.1 2.5.2 3.5.4 4.2.0 4.2.1 4.2.2 4.3.1 4.3.2 4.4.1 4.4.2 4.4.6 4.4.7 4.4.9 "
    "4.5.0 4.5.1 4.5.2 4.6.5 4.7.1 5.0.0 5.0.1 5.0.2 5.0.3 5.0.4 5.1.0 5.1.1 5.1.2 5.1.3 5.2.3 5.3.0 5.4.1 5.5.0 5.5.1 5.5.2 "
    "5.5.3 5.5.4 5.7.1"
)
COLLECTED = (
    "1.0 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 2.0 2.1 2.2 2.3 2.4 3.0 3.1 3.2 3.3 3.4 4.0 4.1 4.2 4.3 4.4 4.5 4.6 4.7 5.0 5.1 5.2 5.3 "
    "5.4 5.5 6.0 6.1 6.2 6.3 6.4 6.5 7.0 7.1 7.2 7.3 7.4 7.5 7.6 7.7 7.18 7.22"
)
OTHERS = (
    "200 211 214 220 221 240 250 251 252 334 354 420 421 422 431 432 441 442 446 447 449 450 451 452 453 465 471 500 501 502 503 504 "
    "510 511 512 513 521 523 530 541 550 551 552 553 554 571"
)


def first(text: str) -> dsnparse.Finding:
    return dsnparse.explain(text).findings[0]


@pytest.mark.parametrize(
    "code",
    [
        *ROWS.split(),
        *OTHERS.split(),
        *(f"{digit}.{rest}" for rest in COLLECTED.split() for digit in "245"),
        *map(str, reply_codes()),
    ],
)
def test_every_code_has_meaning_causes_and_fix(code: str) -> None:
    explanation = dsnparse.explain(code)
    assert explanation.asked == "code"
    for finding in explanation.findings:
        assert all((finding.title, finding.happened, finding.causes, finding.fixes, finding.codes)), finding.subject


@pytest.mark.parametrize("code", [code.replace("X", "5", 1) for code in enhanced_codes() if "X" not in code[2:]])
def test_every_registered_code_is_explained(code: str) -> None:
    finding = first(code)
    assert (finding.subject, finding.codes[0].registered) == (code, True)
    assert finding.causes


@pytest.mark.parametrize(
    ("code", "subjects"),
    [
        ("1.0.1", ["101"]),
        ("3.5.4", ["354"]),
        ("5.0.1", ["501", "5.0.1"]),
        ("5.5.0", ["5.5.0", "550"]),
        ("5.1.1", ["5.1.1", "511"]),
        ("5.7.26", ["5.7.26"]),
        ("SMTP error 554", ["554"]),
        ("#5.7.1", ["5.7.1", "571"]),
        ("550 5.7.26", ["5.7.26", "550"]),
        ("550 5.0.0", ["550", "5.0.0"]),
        ("550-5.1.1", ["5.1.1", "550"]),
        ("799", []),
        ("6.1.1", []),
    ],
)
def test_readings_of_a_code(code: str, subjects: list[str]) -> None:
    assert [finding.subject for finding in dsnparse.explain(code).findings] == subjects


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("5.1.99", "Addressing Status"),
        ("4.99.1", "Persistent Transient Failure"),
        ("5.7.999", "Security or Policy Status"),
    ],
)
def test_an_unregistered_code_is_told_by_its_subject_or_class(code: str, title: str) -> None:
    finding = first(code)
    assert (finding.title, finding.reason, finding.codes[0].registered) == (title, "undetermined", False)
    assert finding.handling == "keep"


@pytest.mark.parametrize(
    ("code", "handling"),
    [
        ("5.1.1", "stop"),
        ("510", "stop"),
        ("4.1.1", "keep_for_now"),
        ("550", "keep_for_now"),
        ("554", "keep"),
        ("5.7.1", "keep"),
        ("452", "keep"),
        ("5.2.2", "keep_for_now"),
        ("250", "keep"),
    ],
)
def test_a_code_that_may_mean_several_things_condemns_no_address(code: str, handling: str) -> None:
    assert first(code).handling == handling


def test_no_code_condemns_for_a_fault_of_others() -> None:
    codes = [*map(str, reply_codes()), *(code.replace("X", "5", 1) for code in enhanced_codes() if "X" not in code[2:])]
    wrong = [
        finding.subject
        for code in codes
        for finding in dsnparse.explain(code).findings
        if finding.fault in ("sender", "content", "system") and finding.handling == "stop"
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "vendor"),
    [
        ("420", "GroupWise"),
        ("431", "Exchange"),
        ("452", "Gmail"),
        ("554", "Lotus Domino"),
        ("111", "SquirrelMail, Mailman"),
        ("5.7.1", "SFR"),
        ("5.7.515", "Microsoft Exchange Online"),
    ],
)
def test_vendors_of_a_code(code: str, vendor: str) -> None:
    finding = first(code)
    assert vendor in {statement.vendor for statement in (*finding.causes, *finding.notes)}


@pytest.mark.parametrize(
    ("marker", "vendor", "reason"),
    [
        ("TSS04", "Yahoo and AOL", "poor_reputation"),
        ("[TSS04]", "Yahoo and AOL", "poor_reputation"),
        ("BL23", "Yahoo and AOL", "ip_blocklisted"),
        ("S3150", "Microsoft Exchange Online", "ip_blocklisted"),
        ("IB401", "GoDaddy", "auth_required"),
    ],
)
def test_markers(marker: str, vendor: str, reason: str) -> None:
    explanation = dsnparse.explain(marker)
    (finding,) = explanation.findings
    assert (explanation.asked, finding.subject, finding.reason) == ("marker", marker.strip("[]"), reason)
    assert vendor in finding.notes[0].vendor
    assert finding.causes[0].vendor == finding.notes[0].vendor


@pytest.mark.parametrize("text", ["foo", "XQ", "999", "12-34", "Z9Z9Z9", "", " ", "\x00"])
def test_what_is_no_marker_has_no_findings(text: str) -> None:
    assert dsnparse.explain(text).findings == ()


def test_knowledge_belongs_to_reasons_and_codes() -> None:
    names = set(reasons())
    for filed in (_causes(), _fixes(), _checks()):
        assert set(filed) <= names
    assert set(_remedies()) == names
    assert {name for likely in _likely().values() for name in likely} <= names
    codes = {str(code) for code in reply_codes()} | {"4.7.1", "5.7.1"}
    assert set(_notes()) <= codes
    assert {code for code in _likely() if code[0] != "X"} <= codes


def test_facts_that_causes_ask_for_can_be_given() -> None:
    details = {detail for entry in reasons().values() for detail in entry.details}
    prefixes = ("vendor:", "code:", "auth:", "tls:")
    entries = [entry for filed in _causes().values() for entry in filed]
    asked = {fact for entry in entries for fact in entry.given if not fact.startswith(prefixes)}
    assert asked <= details
