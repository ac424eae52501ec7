"""The truths of the captures follow from the tables of the lab, and not from the parser."""

import ast
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from corpus.lab import judged, own, samples, spelling, truth, wordings
from corpus.lab.expected import Said, expect
from corpus.lab.notice import read
from corpus.lab.runs import RUNS
from corpus.lab.samples import Sample
from corpus.lab.scenarios import SCENARIOS, Recipient, scenario, to
from corpus.lab.script import refuses
from dsnparse.registry import reasons

LAB = Path(samples.__file__).parent
SAMPLES = list(samples.samples())

REPORT = """\
Subject: {subject}
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

The mail system
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.lab.example
Original-Envelope-Id: env-1234

{groups}
--b
Content-Type: {returned}

Message-ID: <{message_id}>
Subject: Quarterly report

{body}
--b--
"""
REFUSAL = "550 5.1.1 <{0}>: Recipient address rejected: User unknown in virtual mailbox table"


def report(name: str, *groups: str, subject: str = "Undelivered Mail Returned to Sender", body: str = "") -> bytes:
    return REPORT.format(
        subject=subject,
        groups="\n\n".join(groups),
        returned="message/rfc822" if body else "text/rfc822-headers",
        message_id=f"{name}@mail.origin.example",
        body=body,
    ).encode()


def group(address: str, diagnostic: str, action: str = "failed", status: str = "5.0.0") -> str:
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}"


def composed(name: str, raw: bytes, run: str = "postfix") -> dict[str, Any]:
    return truth.compose(SCENARIOS[name], RUNS[run], read(raw))


def test_lab_does_not_know_the_parser() -> None:
    for path in LAB.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.partition(".")[0] == "dsnparse"], path.name


@pytest.mark.parametrize("captured", SAMPLES, ids=lambda captured: f"{captured.run}/{captured.capture}")
def test_truth_follows_from_the_tables(captured: Sample) -> None:
    raw = captured.path.read_bytes()
    manifest = tomllib.loads(captured.path.with_name("manifest.toml").read_text("utf-8"))
    assert json.loads(captured.path.with_suffix(".json").read_text("utf-8")) == captured.truth(raw)
    assert manifest[captured.name] == captured.entry(raw)


def test_every_scenario_has_a_title() -> None:
    assert samples.titles().keys() == SCENARIOS.keys() | own.SCENARIOS.keys()


def test_names_say_what_was_provoked() -> None:
    for chosen in SAMPLES:
        if not chosen.judged:
            assert chosen.name.startswith(samples.titles()[samples.scenario_of(chosen.stem).name][0])


def test_samples_have_names_of_their_own() -> None:
    paths = [sample.path for sample in SAMPLES]
    assert len(set(paths)) == len(paths)
    assert {sample.run for sample in SAMPLES} == RUNS.keys()


def test_reasons_of_wordings_and_judgements_are_known() -> None:
    said = {reason for wording in wordings.every() for reason in (wording.facts.reason, *wording.facts.also)}
    said |= {reason for sample in SAMPLES if sample.judged for row in sample.judged.reasons.values() for reason in row}
    assert said <= reasons().keys()


def test_quoted_reply() -> None:
    address = "unknown@dest.example"
    raw = report("r-unknown", group(address, f"smtp; {REFUSAL.format(address)}") + "\nRemote-MTA: dns; mx.dest.example")
    assert composed("r-unknown", raw) == {
        "kind": "failure",
        "vendor": "postfix",
        "reporting_mta": "mail.lab.example",
        "original": {"message_id": "r-unknown@mail.origin.example", "extent": "headers"},
        "recipients": [
            {
                "address": address,
                "action": "failed",
                "status": "5.1.1",
                "reply_code": 550,
                "reason": "user_unknown",
                "permanence": "permanent",
                "diagnostic": REFUSAL.format(address),
                "remote_mta": "mx.dest.example",
            }
        ],
    }


@pytest.mark.parametrize(
    ("name", "address", "diagnostic", "status", "expected"),
    [
        ("d-nxdomain", "user@nxdomain.example", "X-Postfix; Host or domain name not found", "5.4.4", "host_unknown"),
        ("d-refused", "user@refused.example", "X-Postfix; connect: Connection refused", "4.4.1", "host_unreachable"),
        ("r-droprcpt", "droprcpt@dest.example", "X-Postfix; lost connection while sending", "4.4.2", "connection_lost"),
    ],
)
def test_cause_in_the_words_of_the_server(name: str, address: str, diagnostic: str, status: str, expected: str) -> None:
    recipient = composed(name, report(name, group(address, diagnostic, status=status)))["recipients"][0]
    assert (recipient["reason"], recipient["status"]) == (expected, status)
    assert "reply_code" not in recipient


def test_server_that_says_another_cause_leaves_ours_fair() -> None:
    raw = report("d-refused", group("user@refused.example", "unknown; retry timeout exceeded", status="5.0.0"))
    recipient = composed("d-refused", raw, "exim")["recipients"][0]
    assert (recipient["reason"], recipient["also_reason"]) == ("expired", ["host_unreachable"])


def test_generic_code_in_a_reply_yields_to_a_field_that_says_more() -> None:
    assert spelling.better_status("4.7.1", "4.4.7") == "4.4.7"
    assert spelling.better_status("5.2.2", "5.1.1") == "5.2.2"
    assert spelling.better_status("5.7.1", "5.0.0") == "5.7.1"
    assert spelling.better_status("", "5.0.0") == "5.0.0"


def test_contradicting_reply_claims_no_status() -> None:
    line = "550 4.2.2 Mailbox quota exceeded, permanent for us"
    recipient = composed("r-conflict54", report("r-conflict54", group("conflict54@dest.example", f"smtp; {line}")))
    assert "status" not in recipient["recipients"][0]
    assert recipient["recipients"][0]["permanence"] == "temporary"


def test_success_and_envelope_id() -> None:
    name = "dsn-relayed"
    raw = report(name, group("ok@nodsn.example", "smtp; 250 2.0.0 Ok: queued", "relayed (to non-DSN mailer)", "2.0.0"))
    told = composed(name, raw)
    assert (told["kind"], told["original_envelope_id"]) == ("success", "env-1234")
    assert told["recipients"] == [
        {"address": "ok@nodsn.example", "action": "relayed", "status": "2.0.0", "reason": "delivered"}
    ]


def test_innocent_recipient_shares_the_reply_to_the_content() -> None:
    one = scenario("x", "ok@dest.example", "quotadot@dest.example")
    line = "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException"
    whole = next(iter(expect(one.recipients[1], one).replies)).lines[0].decode()
    assert whole.startswith(line)
    raw = report("x", group("ok@dest.example", f"smtp; {whole}"), group("quotadot@dest.example", f"smtp; {whole}"))
    reasons_ = [item["reason"] for item in truth.compose(one, RUNS["postfix"], read(raw))["recipients"]]
    assert reasons_ == ["mailbox_full", "mailbox_full"]


@pytest.mark.parametrize(
    ("groups", "fault"),
    [
        ([group("stranger@dest.example", "smtp; 550 5.1.1 No")], "names stranger@dest.example"),
        ([group("unknown@dest.example", "smtp; 550 5.1.1 No")], "does not say why unknown@dest.example failed"),
        ([group("unknown@dest.example", "smtp; 250 Ok", "relayed", "2.0.0")], "relayed, although user_unknown"),
        ([], "names nobody we wrote to"),
    ],
)
def test_no_truth_where_tables_and_notice_disagree(groups: list[str], fault: str) -> None:
    with pytest.raises(truth.UnclearError, match=fault):
        composed("r-unknown", report("r-unknown", *groups))


def test_recipient_under_the_domain_that_his_own_is_an_alias_of() -> None:
    line = REFUSAL.format("unknown@dest.example")
    recipient = composed("d-mxcname", report("d-mxcname", group("unknown@dest.example", f"smtp; {line}")), "sendmail")
    assert [(one["address"], one["reason"]) for one in recipient["recipients"]] == [
        ("unknown@dest.example", "user_unknown")
    ]


def test_reply_that_is_cut_short_may_have_lost_its_reason() -> None:
    begun = "450 4.7.1 <greylist@dest.example>: Recipient"
    raw = report("r-greylist", group("greylist@dest.example", f"smtp; {begun}", "delayed", "4.0.0"))
    (recipient,) = composed("r-greylist", raw)["recipients"]
    assert (recipient["reply_code"], recipient["status"]) == (450, "4.7.1")
    assert {recipient["reason"], *recipient["also_reason"]} >= {"greylisted", "undetermined"}
    shorter = report("r-greylist", group("greylist@dest.example", f"smtp; {begun[:30]}", "delayed", "4.0.0"))
    with pytest.raises(truth.UnclearError, match="does not say why"):
        composed("r-greylist", shorter)


@pytest.mark.parametrize(
    ("run", "words", "expected"),
    [
        ("zonemta-alpha", "450 Can't find an MX server for nxdomain.example", "host_unknown"),
        ("zonemta-alpha", "450 Can't connect to any MX server for nxdomain.example", "host_unreachable"),
        ("zonemta-alpha", "450 Error connecting to 127.0.0.8. Unexpected socket close", "connection_lost"),
        ("sendmail", "<user@nxdomain.example>... Deferred Warning: message still undelivered", "undetermined"),
        ("masqmail", "what caused the failure: If you need help, write to", "undetermined"),
    ],
)
def test_wordings(run: str, words: str, expected: str) -> None:
    raw = f"Subject: failure notice\n\n<user@nxdomain.example>\n{words}\n".encode()
    (recipient,) = composed("d-nxdomain", raw, run)["recipients"]
    assert recipient["reason"] == expected


def test_judged_notice_must_agree_with_its_row() -> None:
    raw = report("l-ex67", group("ex67@lab.example", "x-unix; fail: 67: simulated problem", status="5.1.1"))
    row = judged.Judged("program-exit-67", "exit status 67", {"ex67@lab.example": ["user_unknown", "mailer_error"]})
    told = judged.compose(row, "l-ex67", RUNS["postfix"], read(raw))
    assert told["recipients"] == [
        {
            "address": "ex67@lab.example",
            "action": "failed",
            "status": "5.1.1",
            "reason": "user_unknown",
            "also_reason": ["mailer_error"],
        }
    ]
    for wrong in ({"other@lab.example": ["user_unknown"]}, {"ex67@lab.example": ["delivered"]}):
        with pytest.raises(truth.UnclearError):
            judged.compose(judged.Judged("x", "x", wrong), "l-ex67", RUNS["postfix"], read(raw))


def test_notice_is_taken_apart() -> None:
    raw = report("r-unknown", group("a@dest.example", "smtp; 550 first\n second"), body="Hello,\n\nthis is it")
    notice = read(raw.replace(b"\n", b"\r\n"))
    assert notice.subject == "Undelivered Mail Returned to Sender"
    assert notice.message_fields["reporting-mta"] == "dns; mail.lab.example"
    assert [fields["diagnostic-code"] for fields in notice.groups] == ["smtp; 550 first second"]
    assert notice.returned_type == "message/rfc822"
    assert notice.returned_fields["message-id"] == "<r-unknown@mail.origin.example>"
    assert "The mail system" in notice.words
    assert "Hello" not in notice.words


def test_notice_without_parts() -> None:
    notice = read(
        b"Subject: x\nContent-Transfer-Encoding: quoted-printable\n\nno=\nt=3D\n\nMessage headers follow.\n\nA: b\n"
    )
    assert (notice.text, notice.returned) == ("not=\n", "\nA: b\n")


@pytest.mark.parametrize(
    ("line", "words", "expected"),
    [
        ("550 5.1.1 No such user here", "said: 550 5.7.9 No such user here", True),
        ("550 5.1.1 No such user here", "said: 550 5.1.1 No such", False),
        ("550 5.1.1 No caf\xe9 here", "550 5.1.1 No caf\\303\\251 here", True),
        ("550", "said: 550 and no more", True),
        ("550", "bare550@dest.example", False),
        ("550 5.1.1 \ufffd\ufffd", "smtp; 550 5.1.1 ???", True),
    ],
)
def test_reply_is_recognized(line: str, words: str, expected: bool) -> None:
    assert Said(refuses("user_unknown", line), (line,)).stands_in(words) is expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("Unknown@DEST.Example", "unknown@dest.example", True),
        ('"unknown"@dest.example', "unknown@dest.example", True),
        ("u@b\xfccher.example", "u@xn--bcher-kva.example", True),
        ("a@dest.example", "b@dest.example", False),
    ],
)
def test_same_address(ours: str, theirs: str, expected: bool) -> None:
    assert spelling.same_address(ours, theirs) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Unknown@DEST.Example", "Unknown@dest.example"),
        ('"unknown"@dest.example', "unknown@dest.example"),
        ('"john doe"@dest.example', '"john doe"@dest.example'),
    ],
)
def test_plain_address(address: str, expected: str) -> None:
    assert spelling.plain_address(address) == expected


def test_notify_words() -> None:
    assert to("a@dest.example", "SUCCESS,DELAY").notify == {"SUCCESS", "DELAY"}
    assert Recipient("a@dest.example").notify == {"FAILURE", "DELAY"}


def test_captures_folder_must_exist(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["samples", "/no/such/folder"])
    with pytest.raises(SystemExit, match="2"):
        samples.main()
    assert "no such folder: /no/such/folder" in capsys.readouterr().err


def test_adds_only_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["samples", str(tmp_path)])
    assert samples.main() == 0
    assert capsys.readouterr().out == "0 samples added\n"
    first = SAMPLES[0]
    source = tmp_path / first.run / f"{first.capture}.eml"
    source.parent.mkdir()
    source.write_bytes(first.path.read_bytes())
    monkeypatch.setattr(samples, "CORPUS", tmp_path / "corpus")
    (tmp_path / "corpus").mkdir()
    monkeypatch.setattr(samples, "samples", lambda: iter(SAMPLES[:1]))
    assert samples.main() == 0
    assert capsys.readouterr().out == "1 samples added\n"
    assert first.path.read_bytes() == source.read_bytes()
    source.unlink()
    first.path.unlink()
    assert samples.main() == 1
    assert str(source) in capsys.readouterr().err
