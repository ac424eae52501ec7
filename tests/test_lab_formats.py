"""Drift of formats: what counts as the form of a notice, and what a change of it looks like."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.lab import cli, formats
from corpus.lab.errors import LabError
from corpus.lab.formats import Drift, compare, find_runs, read_run, read_stored, write_stored
from corpus.lab.run import Run
from corpus.lab.server import Server
from corpus.lab.shape import fixed, shape

NOTICE = """\
Return-Path: <>
Received: by mail.lab.example (Postfix)
\tid 491C7552A6F; Sun, 22 Nov 2026 00:57:38 +0000 (UTC)
Date: Sun, 22 Nov 2026 00:57:38 +0000 (UTC)
From: Mail Delivery System <MAILER-DAEMON@lab.example>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="491C7552A6F.1795309058/mail.lab.example"

--491C7552A6F.1795309058/mail.lab.example
Content-Type: text/plain; charset=utf-8

This is the mail system at host mail.lab.example.

<unknown@dest.example>: host mx.dest.example[127.0.0.2] said: 550
    No such user here (in reply to RCPT TO command)

--491C7552A6F.1795309058/mail.lab.example
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.lab.example
Arrival-Date: Sun, 22 Nov 2026 00:57:38 +0000 (UTC)

Final-Recipient: rfc822; unknown@dest.example
Action: failed
Status: 5.0.0

--491C7552A6F.1795309058/mail.lab.example
Content-Type: message/rfc822

Received: by one.example
Received: by two.example
Subject: Quarterly report

Hello
--491C7552A6F.1795309058/mail.lab.example--
"""


def test_shape_of_a_notice() -> None:
    assert shape(NOTICE.encode()) == {
        "parts: multipart/report; report-type=delivery-status (text/plain, message/delivery-status, message/rfc822)",
        "notice: Received Date From Subject MIME-Version Content-Type",
        "field: Date: DATE",
        "field: From: Mail Delivery System <ADDRESS>",
        "field: Subject: Undelivered Mail Returned to Sender",
        "field: MIME-Version: 1.0",
        "field: Content-Type: multipart/report; report-type=delivery-status; boundary",
        "header of text/plain: Content-Type",
        "header of message/delivery-status: Content-Type",
        "header of message/rfc822: Content-Type",
        "text: This is the mail system at host HOST.",
        "text: <ADDRESS>: host HOST[IP] said: 550",
        "text: No such user here (in reply to RCPT TO command)",
        "status: Reporting-MTA Arrival-Date",
        "status Reporting-MTA: dns; HOST",
        "status Arrival-Date: DATE",
        "status: Final-Recipient Action Status",
        "status Final-Recipient: rfc822; ADDRESS",
        "status Action: failed",
        "status Status: 5.0.0",
        "returned as message/rfc822, with its body: Received Subject",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Arrived 2026-11-22T09:40:17.123Z, Nov 22 09:40:17", "Arrived DATE, DATE"),
        ("from a+b=c@dest.example at [127.0.0.2] and ::1", "from ADDRESS at [IP] and IP"),
        ("queue ids 491C7552A6F, 1xV4CJ-0000EQ-0s, 6AM9raJ7000772", "queue ids ID, ID, ID"),
        ("host mx1.multi.example, example.com; rfc822; utf-8; 8BITMIME", "host HOST, HOST; rfc822; utf-8; 8BITMIME"),
        ("tried for 3 seconds, 1m24s, 0.5s; 12345 bytes", "tried for N seconds, TIME, TIME; N bytes"),
        ("id=00135-04-3 - spam, code 04711-02/jurDOdCqJSrj", "id=ID - spam, code ID"),
        ("\tid 17f", "id ID"),
        ("250 2.0.0 <a@b.example> WDiuM/uyJmoqGgAAXQ3WRA:T2 Saved", "250 2.0.0 <ADDRESS> ID Saved"),
        ("message size 4031 exceeds size limit 2000 of server", "message size N exceeds size limit 2000 of server"),
        ("550 5.1.1  User   unknown", "550 5.1.1 User unknown"),
        ("MAIL FROM:<a@b.example> SIZE=1676", "MAIL FROM:<ADDRESS> SIZE=N"),
    ],
)
def test_words_that_differ_from_mail_to_mail(text: str, expected: str) -> None:
    assert fixed(text) == expected


@pytest.mark.parametrize(
    "notice",
    [b"", b"\xff\xfe\r\n\r\n\xff", b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xe9", NOTICE.encode()[:700]],
)
def test_shape_of_what_is_broken(notice: bytes) -> None:
    assert any(fact.startswith("parts: ") for fact in shape(notice))


def make_run(folder: Path, notices: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    run = {"server": "postfix", "suite": "bookworm", "version": "3.7.11"}
    (folder / "run.json").write_text(json.dumps(run))
    rows = [json.dumps({"capture": f"{name}.eml", "scenario": name}) for name in notices]
    (folder / "index.jsonl").write_text("\n".join(rows) + "\n")
    for name, notice in notices.items():
        (folder / f"{name}.eml").write_text(notice)
    return folder


def drift(tmp_path: Path, change: Callable[[str], str], *scenarios: str) -> Drift:
    """Compare two runs of these scenarios, the second with a change of its notices."""
    old = make_run(tmp_path / "old/postfix", dict.fromkeys(scenarios, NOTICE))
    new = make_run(tmp_path / "new/postfix", dict.fromkeys(scenarios, change(NOTICE)))
    return compare(read_run(old), read_run(new))


def test_another_mail_is_no_change(tmp_path: Path) -> None:
    def other_mail(notice: str) -> str:
        other = notice.replace("491C7552A6F", "5A1B2C3D4E").replace("unknown@dest.example", "other@dest2.example")
        return other.replace("22 Nov 2026 00:57:38", "23 Nov 2026 07:08:09").replace("Sun,", "Mon,")

    found = drift(tmp_path, other_mail, "r-noenh")
    assert not found.came
    assert not found.went
    assert list(found.lines()) == ["postfix 3.7.11 (bookworm): no change in 21 facts"]


@pytest.mark.parametrize(
    ("before", "after", "fact"),
    [
        ("Action: failed\nStatus: 5.0.0", "Status: 5.0.0\nAction: failed", "status: Final-Recipient Status Action"),
        ("Action: failed", "Action: failed\nX-New: 1", "status: Final-Recipient Action X-New Status"),
        ("MIME-Version: 1.0\n", "", "notice: Received Date From Subject Content-Type"),
        ("multipart/report; report-type=delivery-status", "multipart/mixed", "parts: multipart/mixed (text/plain, message/delivery-status, message/rfc822)"),
        ("Subject: Undelivered Mail", "Subject: Undeliverable Mail", "field: Subject: Undeliverable Mail Returned to Sender"),
        ("This is the mail system", "Here is the mail system", "text: Here is the mail system at host HOST."),
        ("message/rfc822\n", "text/rfc822-headers\n", "header of text/rfc822-headers: Content-Type"),
    ],
)  # fmt: skip
def test_change_of_form(before: str, after: str, fact: str, tmp_path: Path) -> None:
    found = drift(tmp_path, lambda notice: notice.replace(before, after), "r-noenh", "r-unknown", "d-nxdomain")
    assert fact in found.came
    assert found.certain
    assert f"   + {fact}    [d-nxdomain, r-noenh, r-unknown]" in list(found.lines())


@pytest.mark.parametrize(
    ("scenario", "certain"),
    [("r-greylist", 0), ("r-droprcpt", 0), ("d-banner421", 0), ("r-unknown", 1), ("l-ex75", 1), ("notice-error", 0)],
)
def test_words_of_a_retry_are_luck(scenario: str, certain: int, tmp_path: Path) -> None:
    found = drift(tmp_path, lambda notice: notice.replace("No such user here", "Connection timed out"), scenario)
    assert len(found.came) == 1
    assert found.certain == certain


def test_scenario_that_brings_no_notice_takes_nothing_away(tmp_path: Path) -> None:
    old = make_run(tmp_path / "old", {"r-unknown": NOTICE, "d-nodata": NOTICE.replace("Action: ", "X-Action: ")})
    new = make_run(tmp_path / "new", {"r-unknown": NOTICE})
    assert not compare(read_run(old), read_run(new)).went


def test_stored_formats_gather_runs_of_one_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "STORED", tmp_path / "formats")
    one = read_run(make_run(tmp_path / "one", {"r-unknown": NOTICE}))
    two = read_run(make_run(tmp_path / "two", {"r-unknown": NOTICE.replace("failed", "delayed")}))
    write_stored(one)
    write_stored(two)
    stored = read_stored(one.path)
    assert {"status Action: failed", "status Action: delayed"} <= set(stored.facts)
    write_stored(replace(two, version="3.7.12"))
    assert "status Action: failed" not in read_stored(one.path).facts


@pytest.mark.parametrize("content", ["", "[]", '{"server": "x"}', "{"])
def test_file_that_is_not_formats(content: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(LabError, match=re.escape(str(tmp_path / "x.json"))):
        read_stored(tmp_path / "x.json")


@pytest.mark.parametrize(
    "path", sorted(formats.STORED.rglob("*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_formats_that_are_stored(path: Path) -> None:
    stored = read_stored(path)
    assert stored.path == path
    assert any(fact.startswith("parts: ") for fact in stored.facts)
    assert all(stored.facts.values())


def test_compare_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place, notice in (("old", NOTICE), ("same", NOTICE), ("new", NOTICE.replace("5.0.0", "5.1.1"))):
        make_run(tmp_path / place / "bookworm/postfix", {"r-unknown": notice})
    make_run(tmp_path / "new/bookworm/exim", {"r-unknown": NOTICE})
    old, same, new = (str(tmp_path / place) for place in ("old", "same", "new"))
    assert cli.main(["compare", old, same]) == 0
    assert cli.main(["compare", old, new]) == 1
    said = capsys.readouterr().out
    assert "bookworm/exim: only in" in said
    assert "   + status Status: 5.1.1    [r-unknown]" in said
    assert cli.main(["compare", old, f"{new}/bookworm"]) == 2
    assert cli.main(["compare", old, str(tmp_path / "nowhere")]) == 2
    (tmp_path / "old/bookworm/postfix/index.jsonl").unlink()
    assert cli.main(["compare", old, same]) == 2
    assert "is not the folder of a run" in capsys.readouterr().err


def test_drift_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def pretend(server: Server, suite: str, folder: Path, *_: object) -> Run:
        if server.name == "exim":
            msg = "it does not start"
            raise LabError(msg)
        shutil.rmtree(folder, ignore_errors=True)
        make_run(folder, {"r-unknown": notices[-1]})
        return Run(server.name, "3.7.11", suite, "", 1.0, captures=1, refused={}, silent=[])

    installed: list[str] = []
    notices = [NOTICE]
    monkeypatch.setattr(formats, "STORED", tmp_path / "formats")
    monkeypatch.setattr(cli, "check_host", lambda: None)
    monkeypatch.setattr(cli, "make_root", lambda recipe, _suite, *, afresh: installed.append(f"{recipe.name} {afresh}"))
    monkeypatch.setattr(cli, "capture", pretend)
    command = ["drift", "postfix", "--output", str(tmp_path)]
    assert cli.main(command) == 1
    assert cli.main([*command, "--accept"]) == 0
    assert cli.main(command) == 0
    notices.append(NOTICE.replace("Action: failed", "X-New: 1\nAction: failed"))
    assert cli.main(command) == 1
    assert "   + status: Final-Recipient X-New Action Status    [r-unknown]" in capsys.readouterr().out
    # What an earlier run of a server has left is not taken for that of today.
    make_run(tmp_path / "bookworm/exim", {"r-unknown": NOTICE})
    assert cli.main(["drift", "exim", "--output", str(tmp_path), "--accept"]) == 1
    assert not (tmp_path / "formats/bookworm/exim.json").exists()
    assert installed == ["postfix True"] * 4 + ["exim True"]


def test_runs_are_found_by_their_place(tmp_path: Path) -> None:
    make_run(tmp_path / "trixie/postfix", {"r-unknown": NOTICE})
    assert list(find_runs(tmp_path)) == [Path("trixie/postfix")]
