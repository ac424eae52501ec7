import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from dsnparse.cli import show as show_module
from dsnparse.cli.show import show
from dsnparse.explanation import Actor, Explanation, Finding, Value

Run = Callable[..., tuple[int, bytes, str]]
LOG = (
    b"Nov 22 10:00:00 mail postfix/smtp[9]: 4F2ABCDEF: to=<bob@example.net>, relay=mx.example.net[192.0.2.1]:25, delay=1,"
    b" delays=0/0/1/0, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.1] said: 550 5.1.1 User unknown"
    b" (in reply to RCPT TO command))\n"
)


def test_explains_a_bounce(bounce: str, run: Run) -> None:
    status, out, err = run("explain", bounce)
    text = out.decode()
    assert (status, err) == (0, "")
    assert text.startswith(
        f"{bounce}: failure, written by an unknown vendor\n"
        "\n"
        "  bob@example.net: No such mailbox (user_unknown)\n"
        "    mx.example.net has no mailbox for bob@example.net.\n"
        "    Read in\n"
    )
    assert "      Diagnostic-Code: smtp; 550 5.1.1 User unknown\n" + " " * 29 + "^" * 22 + "\n" in text
    assert "    Likely causes\n      1. " in text
    assert "    What helps\n      - The author: " in text
    assert "    The address\n      Stop mailing this address: take it off your lists. " in text
    assert "        swaks --to bob@example.net --server mx.example.net --quit-after RCPT\n" in text
    assert "    Values\n" not in text


def test_why_shows_every_value_and_the_readings_that_lost(bounce: str, run: Run) -> None:
    _, out, _ = run("explain", "--why", bounce)
    text = out.decode()
    assert "      action             failed\n" in text
    assert " " * 25 + "Action: failed\n" + " " * 33 + "^^^^^^\n" in text
    assert "    Read in\n" not in text
    corpus = Path(__file__).parents[2] / "corpus"
    _, out, _ = run("explain", "--why", corpus / "postfix" / "mailbox-full-multi-line.eml")
    assert re.search(
        r"    Readings that lost\n(?:      .*\n)*      system_full \(any\.reasons\[[0-9]+\]\): ", out.decode()
    )


def test_facts_are_told_in_words(run: Run) -> None:
    sample = Path(__file__).parents[2] / "corpus" / "exchange_online" / "quoted-5.7.515-with-three-results.eml"
    _, out, _ = run("explain", "--why", str(sample))
    assert re.search(r"\n      facts {14}auth spf fail, dmarc fail origin\.example\n {25}status, bytes ", out.decode())
    assert "SPF: fail. DMARC: fail for origin.example." in " ".join(out.decode().split())


def test_json_has_spans_that_hold_their_text(bounce: str, run: Run) -> None:
    raw = Path(bounce).read_bytes()
    status, out, _ = run("explain", "--json", bounce)
    (finding,) = json.loads(out)["findings"]
    values = {value["field"]: value for value in finding["values"]}
    spans = {name: raw[value["start"] : value["end"]] for name, value in values.items() if "source" in value}
    assert (status, values["address"]["value"], spans["address"]) == (0, "bob@example.net", b"bob@example.net")
    assert {name: span.decode() for name, span in spans.items()} == {
        name: values[name].get("text", "") for name in spans
    }


@pytest.mark.parametrize(
    ("argv", "heading"),
    [
        (["554"], "  554: Transaction failed (most often ip_blocklisted)\n"),
        (["550", "5.7.26"], "  5.7.26: Multiple authentication checks failed (most often authentication_fail)\n"),
        (["TSS04"], "  TSS04: Poor reputation (poor_reputation)\n"),
        (["550 5.1.1 User unknown"], "  (no address): No such mailbox (user_unknown)\n"),
    ],
)
def test_explains_what_is_typed(argv: list[str], heading: str, run: Run) -> None:
    status, out, err = run("explain", *argv)
    assert (status, out.decode().startswith(heading), err) == (0, True, "")


def test_a_file_goes_before_a_code_of_its_name(
    bounce: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "554").write_bytes(Path(bounce).read_bytes())
    monkeypatch.chdir(tmp_path)
    _, out, _ = run("explain", "554")
    assert out.startswith(b"554: failure, ")


def test_a_log_is_explained_line_by_line(tmp_path: Path, run: Run) -> None:
    log = tmp_path / "mail.log"
    log.write_bytes(LOG + b"Nov 22 10:00:01 mail postfix/qmgr[8]: 4F2ABCDEF: removed\n")
    status, out, _ = run("explain", "--json", log)
    (finding,) = json.loads(out)["findings"]
    assert (status, finding["subject"], finding["reason"]) == (0, "bob@example.net", "user_unknown")


def test_standard_input(spawn: Callable[..., object], tmp_path: Path) -> None:
    log = tmp_path / "one-line"
    log.write_bytes(LOG)
    with log.open("rb") as stdin:
        process = spawn("explain", "-", stdin=stdin)
        out, err = process.communicate(timeout=60)  # type: ignore[attr-defined]
    assert (out.startswith(b"  bob@example.net: No such mailbox (user_unknown)\n"), err) == (True, b"")


@pytest.mark.parametrize("as_json", [True, False])
def test_what_cannot_be_read(as_json: bool, tmp_path: Path, run: Run) -> None:
    status, out, err = run("explain", *["--json"] * as_json, tmp_path / "nothing")
    record = b'{"source":"%s/nothing","error":"no such file"}\n' % str(tmp_path).encode()
    assert (status, out, err) == (1, record * as_json, f"dsnparse: {tmp_path}/nothing: no such file\n")


def test_what_nobody_knows(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "shopping"
    path.write_bytes(b"bread\nbutter\n")
    told = "no message, and no code, reply, log line or marker that is known"
    assert run("explain", path) == (1, b"", f"dsnparse: {path}: {told}\n")


def test_nothing_of_mail_reaches_the_terminal_raw(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "hostile.eml"
    evil = "\x1b]0;owned\x07\u202e$(reboot)`id`;\x9b31m"
    path.write_bytes(
        Path(__file__)
        .with_name("conftest.py")
        .read_bytes()
        .partition(b'BOUNCE = b"""\\\n')[2]
        .partition(b'"""')[0]
        .replace(b"550 5.1.1 User unknown", f"550 5.1.1 User unknown {evil}".encode())
        .replace(b"bob@example.net", f"bob{evil}@example.net".encode())
        .replace(b"mx.example.net", b"mx.example.net;reboot")
    )
    status, out, _ = run("explain", "--why", path)
    text = out.decode()
    commands = [line.strip() for line in text.split("\n") if line.strip().startswith(("dig", "swaks"))]
    assert (status, all(line.isprintable() for line in text.split("\n"))) == (0, True)
    assert commands
    assert [line for line in commands if "reboot" in line or "`" in line] == []


@pytest.mark.parametrize(("no_color", "colours"), [("", True), ("1", False)])
def test_styles_are_of_a_terminal_only(no_color: str, colours: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding(subject="bob@example.net\x1b[31m", title="No such mailbox", happened="It is not there.")
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", terminal := io.StringIO())
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    text = show(Explanation(asked="reply", findings=(finding,)))
    assert ("\x1b[1m" in text, "\x1b[31m" in text) == (colours, False)
    assert "bob@example.net\\x1b[31m: No such mailbox" in text


def test_wide_text_is_underlined_in_cells() -> None:
    value = Value("reason", "mailbox_full", "rule", "x.reasons[0]", 0, 3, 9, "a界", "満杯", " b")
    finding = Finding(subject="x", title="t", happened="h", values=(value,))
    text = show(Explanation(asked="reply", findings=(finding,)))
    assert "      a界満杯 b\n         ^^^^\n" in text


def test_long_evidence_is_broken_and_underlined_in_each_piece() -> None:
    value = Value("reason", "mailbox_full", "rule", "x.reasons[0]", 0, 3, 9, "Text: ", "y" * 150, " end")
    finding = Finding(subject="x", title="t", happened="h", values=(value,))
    lines = show(Explanation(asked="reply", findings=(finding,))).split("\n")
    assert [line for line in lines if "yy" in line or "^" in line] == [
        "      " + "y" * 94,
        "      " + "^" * 94,
        "      " + "y" * 56 + " end",
        "      " + "^" * 56,
    ]


def test_defects_and_parts_are_told() -> None:
    value = Value("reason", "user_unknown", "notice", "x.lines[0]", 1, 14, 19, "Status: ", "5.1.1", "")
    finding = Finding(subject="bob@example.net", title="No such mailbox", happened="It is not there.", values=(value,))
    text = show(Explanation(asked="message", kind="failure", findings=(finding,), defects=("cut at\x1b the end",)))
    assert text.startswith("-: failure, written by an unknown vendor\n")
    assert "      notice, decoded part 1, bytes 14-19, rule x.lines[0]\n" in text
    assert text.endswith("\n  defect: cut at\\x1b the end\n\n")


def test_every_actor_has_a_name() -> None:
    assert set(show_module.ACTORS) == set(get_args(Actor))
