"""A message or its report to an explanation: the right sentence, causes in the order that fits the case, advice that spares the innocent."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

import dsnparse
from dsnparse import Recipient, Report
from dsnparse.explain import places, verify, words
from dsnparse.registry import ReasonEntry, reasons
from dsnparse.registry.knowledge import causes, fixes, remedy
from dsnparse.report import AuthCheck, DiagnosticFacts, Original

CORPUS = Path(__file__).parent.parent / "corpus"
# What no look-up from outside can tell.
UNVERIFIED = {
    "delivered",
    "auto_reply",
    "challenge_response",
    "feedback",
    "list_request",
    "not_a_bounce",
    "sending_quota",
    "sender_suspended",
    "submission_failed",
}


def explained(**fields: Any) -> dsnparse.Finding:  # noqa: ANN401 - any field of a recipient
    (finding,) = dsnparse.explain(Report(kind="failure", recipients=(Recipient(**fields),))).findings
    return finding


def test_every_sample_is_explained(sample: Path, raw: bytes, truth: dict[str, Any]) -> None:
    explanation = dsnparse.explain(raw, source=sample.name)
    findings = {finding.subject.lower(): finding for finding in explanation.findings}
    for judged in truth.get("recipients", []):
        finding = findings[judged["address"].lower()]
        assert finding.reason in {judged["reason"], *judged.get("also_reason", [])}
        assert all((finding.happened, finding.causes, finding.fixes, finding.address_advice))
        assert not (finding.fault in ("sender", "content", "system") and finding.handling == "stop")
    for check in (check for finding in explanation.findings for check in finding.checks):
        assert (check.command + check.page).isprintable()
        assert shlex.split(check.command) or check.page.startswith(("http://", "https://"))
    assert json.loads(dsnparse.to_json(explanation))["kind"] == truth["kind"]


@pytest.mark.parametrize("entry", reasons().values(), ids=lambda entry: entry.name)
def test_every_reason_has_its_texts(entry: ReasonEntry) -> None:
    finding = explained(reason=entry.name, permanence="permanent", advice=entry.default_advice, fault=entry.fault)
    assert all((finding.happened, finding.causes, finding.fixes, finding.actors, finding.address_advice))
    assert bool(finding.checks) is (entry.name not in UNVERIFIED)
    assert finding.happened[0].isupper()
    assert finding.happened.endswith(".")
    assert "{" not in finding.happened


@pytest.mark.parametrize("entry", reasons().values(), ids=lambda entry: entry.name)
@pytest.mark.parametrize("permanence", ["permanent", "temporary", None])
def test_only_a_fault_of_the_address_for_good_ends_it(entry: ReasonEntry, permanence: Any) -> None:  # noqa: ANN401
    advice = "retry" if entry.default_advice == "suppress" and permanence != "permanent" else entry.default_advice
    finding = explained(reason=entry.name, permanence=permanence, advice=advice, fault=entry.fault)
    innocent = entry.fault in ("sender", "content", "system")
    assert (finding.handling == "stop") is (advice == "suppress")
    assert not (innocent and finding.handling == "stop")
    if entry.name not in ("suppressed", "list_request"):
        assert finding.address_advice.startswith("Stop " if finding.handling == "stop" else "Keep ")
    if innocent and permanence == "permanent" and entry.suppress == "no":
        assert finding.handling == "keep"


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({"reason": "tls_failed", "facts": DiagnosticFacts(tls="dane")}, "tls_failed.dane"),
        ({"reason": "tls_failed", "facts": DiagnosticFacts(tls="certificate_expired")}, "tls_failed.expired"),
        ({"reason": "spf_fail", "facts": DiagnosticFacts(auth=(AuthCheck("spf", "permerror"),))}, "spf_fail.error"),
        ({"reason": "dmarc_fail", "detail": "no_record"}, "dmarc_fail.no_record"),
        ({"reason": "ip_blocklisted", "detail": "dynamic_range"}, "ip_blocklisted.dynamic"),
        ({"reason": "dns_failure", "diagnostic": "451 LDAP lookup failed"}, "dns_failure.directory"),
        ({"reason": "protocol_error", "reply_code": 503}, "protocol_error.login_first"),
        ({"reason": "user_unknown"}, "user_unknown.misspelt"),
    ],
)
def test_what_the_case_speaks_for_comes_first(fields: dict[str, Any], first: str) -> None:
    assert explained(**fields).causes[0].id == first


def test_the_words_that_speak_for_a_cause_are_quoted() -> None:
    cause = explained(reason="mailbox_disabled", diagnostic="550 5.2.1 Account suspended").causes[0]
    assert (cause.id, cause.quote) == ("mailbox_disabled.suspended", "suspend")


@pytest.mark.parametrize(
    ("fields", "found"), [({"reply_code": 471}, True), ({"reply_code": 451}, False)], ids=["471", "451"]
)
def test_what_is_only_of_one_code_is_left_out_elsewhere(fields: dict[str, Any], found: bool) -> None:
    ids = [cause.id for cause in explained(reason="system_error", **fields).causes]
    assert ("system_error.own_filter" in ids) is found


def test_what_the_vendor_documents_comes_before_what_is_usual() -> None:
    (finding,) = dsnparse.explain("421 4.7.0 [TSS04] Messages from 192.0.2.71 temporarily deferred").findings
    assert finding.causes[0].vendor == finding.fixes[0].vendor == finding.notes[0].vendor == "Yahoo and AOL"
    assert finding.causes[0].id.startswith("yahoo.reasons[")
    assert finding.causes[0].sources
    assert finding.causes[1].id.startswith("poor_reputation.")


def test_evidence_is_the_text_that_was_read() -> None:
    raw = (CORPUS / "postfix" / "four-recipients-four-reasons.eml").read_bytes()
    for finding in dsnparse.explain(raw).findings:
        values = {value.field: value for value in finding.values}
        address = values["address"]
        assert raw[address.start : address.end].decode() == address.text == finding.subject
        assert values["reason"].value == finding.reason


def test_a_report_without_its_bytes_has_values_without_their_text() -> None:
    raw = (CORPUS / "qmail" / "unknown-user.eml").read_bytes()
    report = dsnparse.parse(raw)
    with_text, without = dsnparse.explain(report, raw=raw), dsnparse.explain(report)
    assert with_text.findings[0].values[0].text == "unknown@dest.example"
    assert without.findings[0].values[0].text == ""
    assert with_text.findings[0].causes == without.findings[0].causes


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("failure", "undetermined"),
        ("auto_reply", "auto_reply"),
        ("challenge", "challenge_response"),
        ("disposition", "not_a_bounce"),
        ("other", "not_a_bounce"),
    ],
)
def test_a_report_of_nobody_has_one_finding(kind: Any, reason: str) -> None:  # noqa: ANN401
    (finding,) = dsnparse.explain(Report(kind=kind)).findings
    assert (finding.subject, finding.reason, finding.handling) == ("", reason, "keep")


def test_readings_that_lost() -> None:
    (finding,) = dsnparse.explain("550 5.1.1 <bob@example.net>: mailbox full, user unknown").findings
    told = {rival.by.partition("[")[0]: (rival.reading, rival.why) for rival in finding.rivals}
    assert finding.reason == "mailbox_full"
    assert told["any.reasons"] == ("user_unknown", "mailbox_full goes before user_unknown (rank 10 before 39)")
    assert told["enhanced"] == ("user_unknown", "the words say more than the code")


def test_the_status_field_that_was_bettered_is_a_rival() -> None:
    finding = explained(reason="user_unknown", status="5.1.1", status_field="5.0.0")
    assert ("5.0.0", "Status field") in {(rival.reading, rival.by) for rival in finding.rivals}


def test_other_parts_of_the_message_are_rivals() -> None:
    raw = (CORPUS / "postfix" / "four-recipients-four-reasons.eml").read_bytes()
    raw = raw.replace(
        b"Diagnostic-Code: smtp; 550 5.1.1 <unknown@dest.example>", b"Diagnostic-Code: smtp; 550 5.2.1 <closed>"
    )
    finding = next(item for item in dsnparse.explain(raw).findings if item.subject == "unknown@dest.example")
    (rival,) = [rival for rival in finding.rivals if rival.reading.startswith("diagnostic ")]
    start, end = map(int, rival.by.rpartition(" ")[2].split("-"))
    assert rival.by.startswith("notice, bytes ")
    assert (b"550 5.1.1" in raw[start:end], rival.why) == (True, "status goes first")


def test_names_of_the_case_are_filled_in() -> None:
    original = Original(
        from_="Ada <ada@example.com>",
        return_path="<bounces@mail.example.com>",
        headers=(("DKIM-Signature", "v=1; a=rsa-sha256; d=example.com; s=key1; b=x"),),
    )
    recipient = Recipient(
        address="bob@example.net",
        remote_mta="mx.example.net",
        remote_ip="192.0.2.1",
        diagnostic="host 192.0.2.1 said: 550 [198.51.100.7] blocked",
        blocklist="zen.spamhaus.org",
    )
    known = places.places(recipient, Report(kind="failure", reporting_mta="out.example.com", original=original))
    assert known == {
        "recipient": "bob@example.net",
        "domain": "example.net",
        "mx": "mx.example.net",
        "server": "mx.example.net",
        "zone": "zen.spamhaus.org",
        "sender": "bounces@mail.example.com",
        "envelope_domain": "mail.example.com",
        "from_domain": "example.com",
        "selector": "key1",
        "dkim_domain": "example.com",
        "reporter": "out.example.com",
        "helo": "out.example.com",
        "server_host": "out.example.com",
        "ip": "198.51.100.7",
        "reversed_ip": "7.100.51.198",
    }
    commands = {check.id: check.command for check in verify.verify("ip_blocklisted", known)}
    assert commands["ip_blocklisted.ask"] == "dig +short 7.100.51.198.zen.spamhaus.org"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"address": "bob@example.net;reboot"}, "recipient"),
        ({"address": "$(id)@example.net"}, "recipient"),
        ({"address": "-oX@example.net"}, "recipient"),
        ({"address": "bob@-example.net"}, "domain"),
        ({"address": "bob@localhost"}, "domain"),
        ({"address": "bob@" + "a." * 200 + "example"}, "domain"),
        ({"remote_mta": "mx.example.net\n;id"}, "mx"),
        ({"remote_mta": "--help.example"}, "mx"),
        ({"blocklist": "zen..example"}, "zone"),
        ({"diagnostic": "999.1.1.1 blocked"}, "ip"),
        ({"diagnostic": "127.0.0.1 blocked"}, "ip"),
        ({"address": "bob@\udcff.example"}, "domain"),
    ],
)
def test_what_is_no_name_is_left_to_fill_in(fields: dict[str, Any], name: str) -> None:
    assert name not in places.places(Recipient(**fields), None)


def test_a_sentence_names_an_address_that_no_command_may_have() -> None:
    finding = explained(reason="address_syntax", address="bob at example.net")
    assert finding.happened == "bob at example.net is not a valid address, so that no server can take it."
    assert [check.command for check in finding.checks] == ["dig +short MX RECIPIENT-DOMAIN"]


def test_odd_but_valid_addresses_are_quoted() -> None:
    known = places.places(Recipient(address="o'hara$x@example.net"), None)
    command = next(check.command for check in verify.verify("user_unknown", known) if "swaks" in check.command)
    assert shlex.split(command)[2] == "o'hara$x@example.net"
    assert "MAIL-SERVER" in command


def test_names_beyond_ascii_are_asked_for_as_dns_has_them() -> None:
    assert places.places(Recipient(address="bob@bücher.example"), None)["domain"] == "xn--bcher-kva.example"


def test_what_is_left_to_fill_in_is_told() -> None:
    (check, *_) = verify.verify("ptr_missing", {})
    assert (check.command, check.unknown) == ("dig +short -x SENDING-IP", ("SENDING-IP",))


def test_the_page_of_the_list_comes_first() -> None:
    page = "https://check.spamhaus.org/results/?query=192.0.2.7"
    assert explained(reason="ip_blocklisted", blocklist_lookup=page).checks[0].page == page


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"facts": DiagnosticFacts(new_address="new@example.net")}, "The new address: new@example.net."),
        ({"facts": DiagnosticFacts(size_limit=10_485_760, message_size=20_971_520)}, "The limit: 10 MB."),
        ({"facts": DiagnosticFacts(mailbox_limit=512)}, "The mailbox holds 512 bytes."),
        ({"facts": DiagnosticFacts(mailbox_used=3 << 40)}, "Used: 3072 GB."),
        ({"facts": DiagnosticFacts(queue_left=172_800)}, "The sending server tries for another 2 days."),
        ({"blocklist": "zen.spamhaus.org"}, "The list: zen.spamhaus.org."),
        (
            {"will_retry_until": "2025-06-05T10:00:00+00:00", "action": "delayed"},
            "The sending server tries until 2025-06-05T10:00:00+00:00.",
        ),
        ({"facts": DiagnosticFacts(auth=(AuthCheck("spf", "fail", "example.com"),))}, "SPF: fail for example.com."),
    ],
)
def test_particulars(fields: dict[str, Any], line: str) -> None:
    assert line in explained(reason="undetermined", **fields).particulars


@pytest.mark.parametrize(
    ("seconds", "text"), [(1, "1 second"), (90, "90 seconds"), (300, "5 minutes"), (3600, "1 hour")]
)
def test_times_for_people(seconds: int, text: str) -> None:
    assert words.span(seconds) == text


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        ({"action": "delayed", "permanence": "temporary"}, "The sending server goes on trying"),
        (
            {"permanence": "temporary", "retry_after": 300},
            "It may pass: a later attempt can succeed. It asks to wait 5 minutes.",
        ),
        ({"permanence": "permanent", "advice": "retry"}, "It may pass"),
        ({"permanence": "permanent", "advice": "fix_sender"}, "Send it again only after"),
        ({"permanence": "permanent", "advice": "suppress"}, "Sending the same message again will not help."),
        ({"action": "delivered", "permanence": "permanent"}, ""),
    ],
)
def test_whether_another_attempt_helps(fields: dict[str, Any], begins: str) -> None:
    assert explained(reason="greylisted", **fields).again.startswith(begins)


def test_everything_is_in_the_schema() -> None:
    schema = dsnparse.schema(dsnparse.Explanation)
    raw = (CORPUS / "postfix" / "four-recipients-four-reasons.eml").read_bytes()
    got = json.loads(dsnparse.to_json(dsnparse.explain(raw)))
    assert schema["$defs"]["Explanation"]["properties"].keys() >= got.keys()
    for finding in got["findings"]:
        assert schema["$defs"]["Finding"]["properties"].keys() >= finding.keys()
        assert set(schema["$defs"]["Finding"]["required"]) <= finding.keys()
        for name, kind in (("causes", "Statement"), ("checks", "Check"), ("values", "Value"), ("codes", "Code")):
            properties = schema["$defs"][kind]["properties"].keys()
            assert all(properties >= item.keys() for item in finding.get(name, []))


@pytest.mark.parametrize("name", reasons())
def test_knowledge_is_sound(name: str) -> None:
    assert remedy(name).reason == name
    for entry in (*causes(name), *fixes(name)):
        assert entry.text[0].isupper() or entry.text[0].isdigit()
        assert entry.text.endswith(".")
        assert entry.sources


def test_an_own_rule_says_what_it_documents(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(
        "name = 'acme'\ntitle = 'Acme Mail'\nhosts = ['mx.acme.example']\n[[reasons]]\nmeans = 'mailbox_full'\n"
        "match = 'no room left in the box'\nexamples = ['552 No room left in the box of ines']\nmeaning = 'The box is full.'\n"
    )
    rules = dsnparse.load_rules(tmp_path)
    (finding,) = dsnparse.explain("552 No room left in the box of bob", rules=rules).findings
    (note,) = finding.notes
    assert (finding.reason, finding.vendor, note.text, note.vendor) == (
        "mailbox_full",
        "Acme Mail",
        "The box is full.",
        "Acme Mail",
    )
    assert note.id == "own/acme.reasons[0]"


def test_words_that_lost_to_a_code_are_rivals() -> None:
    (finding,) = dsnparse.explain("550 5.1.1 rejected by policy").findings
    assert finding.reason == "user_unknown"
    assert ("policy", "weaker than enhanced[5.1.1]") in {(rival.reading, rival.why) for rival in finding.rivals}
