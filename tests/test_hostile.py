"""Hostile messages: the truth comes out or a defect says that it does not, nothing planted does, and every string is clean."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from effort import SOON
from msgspec import json

from dsnparse import Report, parse, to_json
from dsnparse.limits import Limits

MADE = runpy.run_path(str(Path(__file__).with_name("hostile") / "make.py"))
KINDS = MADE["KINDS"]
strings = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "hostile_rows.py"))["strings_of"]
SIZES = (3, 300, 3_000)
BOUNCES = frozenset(("failure", "delay", "success"))
# C0 except tab and line feed, DEL, C1, the separators of lines and paragraphs, bidi controls, surrogates.
DIRT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST = 8 << 10
ADDRESS = re.compile(rb"[^\s<>,;:()\[\]\"]+@[A-Za-z0-9.-]+[A-Za-z0-9]")


def case_of(kind: str, size: int) -> Any:  # noqa: ANN401 - a Case of a module that is no package
    return KINDS[kind](size)


def failed(report: Report) -> list[str]:
    return [each.address for each in report.recipients if report.kind in BOUNCES and each.action == "failed"]


def named(report: Report) -> set[str]:
    """Return all that comes out as a recipient's address."""
    names = {name for each in report.recipients for name in (each.address, *each.aliases, each.original_recipient)}
    return names - {""}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_truth_comes_out(kind: str, size: int) -> None:
    case = case_of(kind, size)
    report = parse(case.raw)
    missed = set(case.must) - set(failed(report))
    assert missed == set() or (report.defects and not case.strict)
    assert named(report) & set(case.never) == set()
    assert case.outcome in (None, report.kind)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_strings_are_clean_and_bounded(kind: str, size: int) -> None:
    report = parse(case_of(kind, size).raw)
    told = strings(json.decode(to_json(report)))
    assert [text for text in told if DIRT.search(text) or len(text.encode()) > LONGEST] == []


@pytest.mark.parametrize("kind", KINDS)
def test_cut_anywhere_names_nobody_new(kind: str) -> None:
    """A message cut short may lose recipients; it never gains one that is not a whole address in the whole message."""
    case = case_of(kind, 3)
    whole = {found[0].decode() for found in ADDRESS.finditer(case.raw)} | set(failed(parse(case.raw)))
    for end in range(0, len(case.raw), max(1, len(case.raw) // 60)):
        assert set(failed(parse(case.raw[:end]))) - whole == set(), end


@pytest.mark.parametrize(
    ("kind", "size", "limit"),
    [
        ("nested_multiparts", 30, "max_depth"),
        ("many_parts", 1_100, "max_parts"),
        ("huge_boundary", 1_100, "max_boundary_bytes"),
        ("many_unknown_fields", 210, "max_ds_fields"),
        ("many_recipients", 10_010, "max_recipients"),
        ("one_letter_notice", 11_000, "max_notice_lines"),
        ("many_refused_commands", 5_300, "max_notice_lines"),
        ("one_letter_notice", 140_000, "max_text_scan_bytes"),
        ("many_returned_fields", 2_100, "max_header_fields"),
        ("long_field", 1_100_000, "max_header_bytes"),
    ],
)
def test_limit_is_told(kind: str, size: int, limit: str) -> None:
    report = parse(case_of(kind, size).raw)
    assert f"limit:{limit}" in [defect.kind for defect in report.defects]
    assert report.complete is False


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("long_subject", "subject"),
        ("huge_reply", "diagnostic"),
        ("huge_notice_reply", "diagnostic"),
        ("long_returned_subject", "original.subject"),
    ],
)
def test_cut_is_told(kind: str, field: str) -> None:
    assert f"truncated:{field}" in [defect.kind for defect in parse(case_of(kind, 3_000).raw).defects]


def test_many_recipients_are_all_found() -> None:
    case = case_of("many_recipients", 9_999)
    assert failed(parse(case.raw)) == list(case.must)


@SOON
@pytest.mark.parametrize(
    ("before", "unit", "after"),
    [
        (b">>> DATA\n", b" ", b"!"),
        (b">>> DATA\n", b"\t", b"!"),
        (b"   ----- Transcript of session follows -----\n", b" ", b"!"),
    ],
)
def test_a_long_run_of_one_sign_is_read(before: bytes, unit: bytes, after: bytes) -> None:
    """Minutes where a pattern begins anew at each sign of the run, which the usual limits would cut short."""
    wide = Limits(max_text_scan_bytes=1 << 20, max_line_bytes=1 << 20)
    head = b"From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n\n"
    parse(head + before + unit * 500_000 + after + b"\n", limits=wide)


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\n" * 9999, b"\0" * 9999, bytes(range(256)) * 40, b"\x7fELF" + b"\0" * 999]
)
def test_what_is_no_message_is_other(raw: bytes) -> None:
    assert (parse(raw).kind, parse(raw).recipients) == ("other", ())
