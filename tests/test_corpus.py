"""Every pair of the corpus: the report says what the truth says, and names nobody else."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dsnparse import Report, parse, to_json

OUTCOMES = frozenset(("failure", "delay", "success"))
ORIGINS = {"captured": {"server", "system", "scenario"}, "written": {"after", "scenario"}}


def test_report_says_what_the_truth_says(report: Report, truth: dict[str, Any]) -> None:
    said = json.loads(to_json(report, all_fields=True))
    assert list(differences(said, truth)) == []


def test_report_names_nobody_else(report: Report, truth: dict[str, Any]) -> None:
    if truth["kind"] not in OUTCOMES and truth["kind"] != "feedback":
        assert report.recipients == ()
    elif truth["kind"] in OUTCOMES:
        assert sorted(item.address for item in report.recipients) == sorted(
            item["address"] for item in truth["recipients"]
        )


def test_not_a_bounce(corpus: Path) -> None:
    paths = sorted(corpus.glob("not-bounces/*.eml"))
    reports = [(path.name, parse(path.read_bytes())) for path in paths]
    assert paths
    assert [name for name, report in reports if (report.kind, report.recipients) != ("other", ())] == []


def test_samples_have_a_truth_and_an_origin(corpus: Path) -> None:
    manifests = sorted(corpus.glob("*/manifest.toml"))
    assert {path.parent.name for path in manifests} == {path.parent.name for path in corpus.glob("*/*.eml")}
    for manifest in manifests:
        entries = tomllib.loads(manifest.read_text("utf-8"))
        names = {path.stem for path in manifest.parent.glob("*.eml")}
        assert entries.keys() == names == {path.stem for path in manifest.parent.glob("*.json")}, manifest
        for name, entry in entries.items():
            assert entry.keys() == {"origin", *ORIGINS.get(entry.get("origin", ""), ())}, (manifest, name)
            assert all(entry.values()), (manifest, name)
            assert list(missing(json.loads(manifest.with_name(f"{name}.json").read_text("utf-8")))) == [], name


def missing(truth: dict[str, Any]) -> Iterator[str]:
    """Tell what a truth does not say."""
    yield from {"kind", "recipients"} - truth.keys()
    needed = {"address", "reason"} | ({"action"} if truth["kind"] in OUTCOMES else set())
    for recipient in truth["recipients"]:
        yield from needed - recipient.keys()


def test_samples_are_stored_as_sent(corpus: Path) -> None:
    for path in corpus.glob("*/*.eml"):
        raw = path.read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n") > 0, path


@pytest.mark.parametrize(
    ("said", "truth", "expected"),
    [
        ({"kind": "delay"}, {"kind": "delay"}, []),
        ({"kind": "delay"}, {"kind": "failure"}, ["kind: 'delay', not 'failure'"]),
        ({"original": {"message_id": "<1@a.example>"}}, {"original": {"message_id": "1@a.example"}}, []),
        ({"urls": ["a"]}, {"urls": ["b"]}, ["urls: ['a'], not ['b']"]),
        ({"reason": "policy"}, {"reason": "spam", "also_reason": ["policy"]}, []),
        (
            {"reason": "expired"},
            {"reason": "spam", "also_reason": ["policy"]},
            ["reason: 'expired', not 'spam' or 'policy'"],
        ),
        ({"recipients": []}, {"recipients": [{"address": "a@b.example"}]}, ["recipients[a@b.example]: missing"]),
        (
            {"recipients": [{"address": "a@b.example", "status": "5.1.2"}]},
            {"recipients": [{"address": "a@b.example", "status": "5.1.1"}]},
            ["recipients[a@b.example].status: '5.1.2', not '5.1.1'"],
        ),
    ],
)
def test_differences_are_seen(said: dict[str, Any], truth: dict[str, Any], expected: list[str]) -> None:
    assert differences(said, truth) == expected


def differences(said: dict[str, Any], truth: dict[str, Any], where: str = "") -> list[str]:
    """Return what a truth claims and a report does not say."""
    found: list[str] = []
    for key, expected in truth.items():
        actual = said.get(key)
        if key == "recipients":
            found += _recipients(actual or [], expected)
        elif isinstance(expected, dict):
            found += differences(actual or {}, expected, f"{where}{key}.")
        elif key != "also_reason" and not _equal(
            key, actual, fair := [expected, *(truth.get("also_reason", ()) if key == "reason" else ())]
        ):
            found.append(f"{where}{key}: {actual!r}, not {' or '.join(map(repr, fair))}")
    return found


def _recipients(said: list[dict[str, Any]], truth: list[dict[str, Any]]) -> list[str]:
    by_address = {item["address"]: item for item in said}
    found: list[str] = []
    for expected in truth:
        address = expected["address"]
        if address in by_address:
            found += differences(by_address[address], expected, f"recipients[{address}].")
        else:
            found.append(f"recipients[{address}]: missing")
    return found


def _equal(key: str, actual: object, fair: list[Any]) -> bool:
    if key == "message_id" and isinstance(actual, str):
        actual = actual.removeprefix("<").removesuffix(">")
    return actual in fair
