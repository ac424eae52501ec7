import csv
import io
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsnparse.encode import to_json
from dsnparse.report import AuthCheck, Defect, DiagnosticFacts, Evidence, Original, Recipient, Report
from dsnparse.sinks import Format
from dsnparse.sinks.csv_rows import CsvRows, disarm
from dsnparse.sinks.json_array import JsonArray
from dsnparse.sinks.jsonl import JsonLines
from dsnparse.sinks.table import Table, cells, fit, pad

ADA = Recipient(
    address="ada@example.org", action="failed", status="5.1.1", reply_code=550, reason="user_unknown", advice="suppress"
)
BOB = Recipient(address="bob@example.org", action="delayed", urls=("https://example.org/1", "https://example.org/2"))
TWO = Report(
    source="two.eml",
    kind="failure",
    vendor="exim",
    original=Original(message_id="<1@example.org>"),
    recipients=(ADA, BOB),
)
NONE = Report(source="none.eml", kind="other")


def encode(report: Report) -> bytes:
    return json.dumps([report.source, report.kind]).encode()


def written(form: Format, *items: Report | tuple[str, str]) -> str:
    body = b"".join(form.report(item) if isinstance(item, Report) else form.unread(*item) for item in items)
    return (form.begin() + body + form.end()).decode()


def test_json_lines() -> None:
    expected = '["two.eml", "failure"]\n{"source":"x","error":"gone"}\n["none.eml", "other"]\n'
    assert written(JsonLines(encode), TWO, ("x", "gone"), NONE) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], []),
        ([NONE], [["none.eml", "other"]]),
        ([TWO, ("x", "gone"), NONE], [["two.eml", "failure"], {"source": "x", "error": "gone"}, ["none.eml", "other"]]),
        ([("x", "gone")], [{"source": "x", "error": "gone"}]),
    ],
)
def test_json_array(items: list[Any], expected: list[Any]) -> None:
    text = written(JsonArray(encode), *items)
    assert (json.loads(text), text[-1]) == (expected, "\n")


def test_all_fields_are_there_under_their_json_names() -> None:
    evidence = {"status": Evidence(source="status", part=0, start=1, end=2)}
    report = Report(kind="failure", defects=(Defect("cut"),), recipients=(Recipient(evidence=evidence),))
    got = json.loads(to_json(report, all_fields=True))
    assert set(got) == set(Report.__struct_encode_fields__)
    assert set(got["recipients"][0]) == set(Recipient.__struct_encode_fields__)
    assert got["recipients"][0]["evidence"]["status"] == {
        "source": "status",
        "part": 0,
        "start": 1,
        "end": 2,
        "rule": "",
    }
    assert got["defects"] == [{"kind": "cut", "start": 0, "end": 0, "detail": ""}]
    assert (got["from"], got["feedback"], got["complete"], got["original"]["headers"]) == ("", None, True, [])


def test_facts_are_given_where_there_are_any() -> None:
    facts = DiagnosticFacts(size_limit=1024, auth=(AuthCheck("spf", "fail", "a.example"), AuthCheck("dkim", "none")))
    told = Report(kind="failure", recipients=(Recipient(facts=facts), BOB))
    (with_facts, without) = json.loads(to_json(told))["recipients"]
    auth = [
        {"method": "spf", "result": "fail", "domain": "a.example"},
        {"method": "dkim", "result": "none"},
    ]
    assert (with_facts["facts"], "facts" in without) == ({"size_limit": 1024, "auth": auth}, False)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_a_row_for_each_recipient_and_one_for_a_report_without() -> None:
    got = rows(written(CsvRows(), TWO, NONE, ("x", "gone")))
    keys = ("source", "kind", "original_message_id", "address", "reply_code", "error")
    assert [tuple(row[key] for key in keys) for row in got] == [
        ("two.eml", "failure", "<1@example.org>", "ada@example.org", "550", ""),
        ("two.eml", "failure", "<1@example.org>", "bob@example.org", "", ""),
        ("none.eml", "other", "", "", "", ""),
        ("x", "", "", "", "", "gone"),
    ]
    assert {len(row) for row in got} == {32}


def test_csv_with_all_fields_has_all_that_fit_in_a_cell() -> None:
    (_, row) = rows(written(CsvRows(every=True), TWO))
    assert (row["urls"], row["complete"], row["standard"], row["original_extent"], row["from"]) == (
        "https://example.org/1 https://example.org/2",
        "true",
        "false",
        "none",
        "",
    )
    assert not {"evidence", "recipients", "original_headers", "extensions", "facts"} & set(row)
    assert "blocklist_lookup" in row


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("|x", "'|x"),
        ("%x", "'%x"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a\n=1", "'a\n=1"),
        ("a\r\n \t@1", "'a\r\n \t@1"),
        ("a=1", "a=1"),
        ("ada@example.org", "ada@example.org"),
        ("5.1.1 -- x", "5.1.1 -- x"),
        ("", ""),
    ],
)
def test_cells_that_a_spreadsheet_would_run_get_an_apostrophe(cell: str, expected: str) -> None:
    assert disarm(cell) == expected


@given(st.text(alphabet=st.sampled_from("=+-@|%\t\r\n ',\"ab\u3000\x0b"), max_size=30))
def test_no_line_of_any_cell_begins_as_a_formula(text: str) -> None:
    (row,) = rows(written(CsvRows(), Report(kind="other", subject=text)))
    lines = [line.strip() for line in re.split("[\r\n]", text)]
    armed = any(line[:1] in set("=+-@|%") for line in lines if line) or text[:1] in {"\t", "\r"}
    assert row["subject"] == (f"'{text}" if armed else text)


def test_raw_cells_are_left_as_they_are() -> None:
    (row,) = rows(written(CsvRows(raw=True), Report(kind="other", subject='=1,"x"\n')))
    assert row["subject"] == '=1,"x"\n'


def test_table() -> None:
    assert written(Table(), TWO, NONE, ("x", "gone")) == (
        "SOURCE    KIND     VENDOR  ADDRESS          ACTION   STATUS  REASON        ADVICE\n"
        "two.eml   failure  exim    ada@example.org  failed   5.1.1   user_unknown  suppress\n"
        "two.eml   failure  exim    bob@example.org  delayed                        none\n"
        "none.eml  other\n"
        "x         unread           gone\n"
    )


def test_a_table_of_nothing_is_empty() -> None:
    assert written(Table()) == ""


def test_a_table_flows_after_its_first_rows() -> None:
    table = Table()
    early = [table.report(NONE) for _ in range(199)]
    release = table.report(NONE)
    late = table.report(NONE)
    assert (set(early), release.count(b"\n"), late.count(b"\n"), table.end()) == ({b""}, 201, 1, b"")


@pytest.mark.parametrize("width", [40, 80, 90, 100])
def test_a_table_is_no_wider_than_the_terminal(width: int) -> None:
    report = Report(source="/very/long" * 9 + "/名前.eml", kind="failure", recipients=(ADA,))
    lines = written(Table(width), report).split("\n")
    least = 8 * 8 + 7 * 2
    assert max(map(cells, lines)) <= max(width, least)
    assert "前.eml " in lines[1]


def test_a_table_shows_no_character_a_terminal_acts_upon() -> None:
    evil = "\x1b[31m\u202e\u2028\x9b\n\r\x07"
    report = Report(source=evil, kind="other", recipients=(Recipient(address=evil, reason=evil),))
    text = written(Table(), report, (evil, evil))
    assert text.replace("\n", "").isprintable()
    assert text.count("\n") == 3


@pytest.mark.parametrize(
    ("widths", "total", "expected"),
    [
        ([5, 5], 0, [5, 5]),
        ([5, 5], 12, [5, 5]),
        ([30, 10], 32, [20, 10]),
        ([30, 30], 32, [15, 15]),
        ([30, 30], 3, [8, 8]),
        ([30, 3], 25, [20, 3]),
    ],
)
def test_the_widest_columns_give_way(widths: list[int], total: int, expected: list[int]) -> None:
    assert fit(widths, total) == expected


@pytest.mark.parametrize(
    ("text", "width", "left", "expected"),
    [
        ("abc", 5, False, "abc  "),
        ("abcdef", 4, False, "abc…"),
        ("abcdef", 4, True, "…def"),
        ("名前名前", 5, False, "名前…"),
        ("名前名前", 4, False, "名… "),
        ("名前名前", 4, True, "…前 "),
    ],
)
def test_text_is_cut_to_cells(text: str, width: int, left: bool, expected: str) -> None:
    assert pad(text, width, left=left) == expected


def test_an_ascii_table_does_not_import_rich() -> None:
    code = (
        "import sys; from dsnparse.sinks.table import Table; from dsnparse.report import Report\n"
        "t = Table(20); t.report(Report(kind='other', source='a' * 99)); t.end(); sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
