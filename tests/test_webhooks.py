"""Events of sending services in JSON, as their documentation has them, with made-up people."""

import json
from typing import Any

import pytest

from dsnparse import Limits, Recipient, Report, parse, part_text

Event = dict[str, Any]

SENDGRID: Event = {
    "email": "ines@dest.example",
    "timestamp": 1748858400,
    "smtp-id": "<14c5d75ce93.dfd.64b469@example.com>",
    "event": "bounce",
    "category": ["news"],
    "sg_event_id": "c29tZS1pZA",
    "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001",
    "reason": '550 5.1.1 The email account that you tried to reach does not exist: "ines" unknown',
    "status": "5.1.1",
    "type": "bounce",
}
MAILGUN: Event = {
    "signature": {"timestamp": "1748858400", "token": "t", "signature": "s"},
    "event-data": {
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": 1748858400.5,
        "log-level": "error",
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "recipient": "ines@dest.example",
        "delivery-status": {
            "attempt-no": 1,
            "message": "5.2.2 <ines@dest.example> Mailbox full / Boîte pleine",
            "code": 552,
            "enhanced-code": "5.2.2",
            "description": "",
            "mx-host": "mx.dest.example",
        },
        "message": {
            "headers": {
                "to": "ines@dest.example",
                "message-id": "a@example.com",
                "from": "x@example.com",
                "subject": "Hi",
            }
        },
    },
}
POSTMARK: Event = {
    "RecordType": "Bounce",
    "MessageStream": "outbound",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist",
    "Email": "ines@dest.example",
    "From": "x@example.com",
    "BouncedAt": "2025-06-02T10:00:00Z",
    "Subject": "Hi",
    "Content": "Received: ...",
}


def report(event: Event) -> Report:
    return parse(json.dumps(event).encode())


def changed(event: Event, /, **members: object) -> Event:
    return {**event, **{name.replace("_", "-"): value for name, value in members.items()}}


def mailgun(delivery: Event | None = None, **members: object) -> Event:
    inner = {**MAILGUN["event-data"], **members}
    inner["delivery-status"] = delivery if delivery is not None else inner["delivery-status"]
    return {**MAILGUN, "event-data": inner}


@pytest.mark.parametrize(
    ("event", "vendor", "action", "verdict"),
    [
        (SENDGRID, "sendgrid", "failed", ("5.1.1", 550, "user_unknown", "permanent")),
        (
            changed(SENDGRID, event="dropped", reason="Bounced Address", status="5.0.0"),
            "sendgrid", "failed", ("5.0.0", None, "suppressed", "permanent"),
        ),
        (
            changed(SENDGRID, event="deferred", reason="", response="451 4.7.1 Greylisted, please try again later", status="", attempt="3"),
            "sendgrid", "delayed", ("4.7.1", 451, "greylisted", "temporary"),
        ),
        (
            changed(SENDGRID, reason="", status="", type="blocked", bounce_classification="x") | {"bounce_classification": "Reputation"},
            "sendgrid", "failed", ("", None, "poor_reputation", None),
        ),
        (
            {"created": 1748858400, "email": "ines@dest.example", "reason": "550 5.1.1 no such user", "status": "5.1.1"},
            "sendgrid", "failed", ("5.1.1", 550, "user_unknown", "permanent"),
        ),
        (MAILGUN, "mailgun", "failed", ("5.2.2", 552, "mailbox_full", "temporary")),
        (MAILGUN["event-data"], "mailgun", "failed", ("5.2.2", 552, "mailbox_full", "temporary")),
        (
            mailgun(severity="temporary", delivery={"code": 421, "message": "4.7.0 try again later"}),
            "mailgun", "delayed", ("4.7.0", 421, "system_unavailable", "temporary"),
        ),
        (
            mailgun(reason="suppress-bounce", delivery={"code": 605, "message": "", "description": "Not delivering to previously bounced address"}),
            "mailgun", "failed", ("", None, "suppressed", "permanent"),
        ),
        (mailgun(reason="suppress-complaint", delivery={}), "mailgun", "failed", ("", None, "suppressed", "permanent")),
        (
            {"event": "bounced", "recipient": "ines@dest.example", "domain": "example.com", "message-headers": "[]",
             "code": "550", "error": "5.1.1 no such user here", "timestamp": "1748858400"},
            "mailgun", "failed", ("5.1.1", 550, "user_unknown", "permanent"),
        ),
        (POSTMARK, "postmark", "failed", ("5.1.1", 550, "user_unknown", "permanent")),
        (changed(POSTMARK, Type="DnsError", TypeCode=256, Details=""), "postmark", "failed", ("", None, "dns_failure", "temporary")),
        (changed(POSTMARK, Type="SpamNotification", Details=""), "postmark", "failed", ("", None, "spam_content", "permanent")),
        (changed(POSTMARK, Type="Transient", Details="smtp;451 4.4.1 timed out"), "postmark", "delayed", ("4.4.1", 451, "host_unreachable", "temporary")),
        (changed(POSTMARK, Type="HardBounce", Details=""), "postmark", "failed", ("", None, "undetermined", None)),
    ],
)  # fmt: skip
def test_events_are_reports(event: Event, vendor: str, action: str, verdict: tuple[object, ...]) -> None:
    got = report(event)
    (recipient,) = got.recipients
    assert (got.vendor, got.standard, got.kind) == (vendor, False, "delay" if action == "delayed" else "failure")
    assert (recipient.address, recipient.action) == ("ines@dest.example", action)
    assert (recipient.status, recipient.reply_code, recipient.reason, recipient.permanence) == verdict


@pytest.mark.parametrize("event", [SENDGRID, MAILGUN, POSTMARK])
def test_when_it_was_and_of_which_message(event: Event) -> None:
    got = report(event)
    assert got.date == "2025-06-02T10:00:00+00:00"
    expected = {"<14c5d75ce93.dfd.64b469@example.com>", "a@example.com", "883953f4-6105-42a2-a16a-77a8eac79483"}
    assert got.original.message_id in expected
    assert got.original.subject == ("" if event is SENDGRID else "Hi")


@pytest.mark.parametrize(
    ("event", "kind", "addresses"),
    [
        (changed(SENDGRID, event="delivered", response="250 OK", reason=""), "success", ["ines@dest.example"]),
        (mailgun(event="delivered", delivery={"code": 250, "message": "OK"}), "success", ["ines@dest.example"]),
        ({"RecordType": "Delivery", "Recipient": "ines@dest.example", "DeliveredAt": "2025-06-02T10:00:00Z", "Details": "250 OK"}, "success", ["ines@dest.example"]),
        (changed(SENDGRID, event="spamreport"), "feedback", ["ines@dest.example"]),
        (mailgun(event="complained"), "feedback", ["ines@dest.example"]),
        (changed(POSTMARK, Type="SpamComplaint", TypeCode=100001, RecordType="SpamComplaint"), "feedback", ["ines@dest.example"]),
        (changed(SENDGRID, event="unsubscribe"), "list_request", []),
        (changed(POSTMARK, Type="AutoResponder"), "auto_reply", []),
        (changed(POSTMARK, Type="ChallengeVerification"), "challenge", []),
        (changed(SENDGRID, event="open"), "other", []),
        (changed(SENDGRID, event="click", url="https://example.com/"), "other", []),
        (mailgun(event="opened"), "other", []),
        (changed(SENDGRID, email="nobody"), "failure", ["nobody"]),
        ({"name": "x", "value": 1}, "other", []),
    ],
)  # fmt: skip
def test_kinds(event: Event, kind: str, addresses: list[str]) -> None:
    got = report(event)
    assert (got.kind, [recipient.address for recipient in got.recipients]) == (kind, addresses)


def spoken(raw: bytes, recipient: Recipient, name: str) -> bytes:
    evidence = recipient.evidence[name]
    return part_text(raw, evidence.part)[evidence.start : evidence.end]


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_evidence_points_into_the_json(compact: bool, ascii_only: bool) -> None:
    for event in (SENDGRID, MAILGUN, POSTMARK):
        raw = json.dumps(event, ensure_ascii=ascii_only, indent=None if compact else 2).encode()
        (recipient,) = parse(raw).recipients
        assert spoken(raw, recipient, "address") == b"ines@dest.example"
        if event is not POSTMARK:
            assert spoken(raw, recipient, "status") == recipient.status.encode()
        assert recipient.diagnostic.split()[-1].encode() in spoken(raw, recipient, "diagnostic")
        assert b"Email" not in spoken(raw, recipient, "address")
    raw = json.dumps(SENDGRID).encode()
    (recipient,) = parse(raw).recipients
    assert spoken(raw, recipient, "diagnostic").startswith(b"550 5.1.1 The email account")
    assert spoken(raw, recipient, "action") == b"bounce"


def test_the_code_and_the_text_of_a_reply_are_put_together_and_both_are_the_evidence() -> None:
    raw = json.dumps(MAILGUN).encode()
    (recipient,) = parse(raw).recipients
    assert recipient.diagnostic == "552 5.2.2 <ines@dest.example> Mailbox full / Boîte pleine"
    evidence = spoken(raw, recipient, "diagnostic")
    assert evidence.startswith(b"5.2.2 <ines")
    assert evidence.endswith(b"552")
    assert recipient.remote_mta == "mx.dest.example"


@pytest.mark.parametrize(
    "event",
    [
        changed(SENDGRID, email=None),
        changed(SENDGRID, reason=["x"], status={"a": 1}, timestamp="yesterday"),
        changed(SENDGRID, timestamp=10**30, event=5),
        changed(SENDGRID, reason="x" * 300_000),
        changed(MAILGUN) | {"event-data": "x"},
        mailgun(recipient={"a": 1}),
        changed(POSTMARK, Type=None, Details=7),
    ],
)
def test_odd_values_do_not_hurt(event: Event) -> None:
    assert report(event).kind in {"failure", "other"}


def test_an_event_longer_than_a_text_is_scanned_is_read() -> None:
    got = report(changed(POSTMARK, Content="x" * 400_000))
    assert (got.kind, got.defects) == ("failure", ())


def test_an_event_that_is_cut_is_none() -> None:
    raw = json.dumps(POSTMARK).encode()
    for end in range(1, len(raw), 7):
        assert parse(raw[:end]).recipients == ()
    assert parse(raw, limits=Limits(max_message_bytes=200)).recipients == ()


def test_a_deep_object_is_none() -> None:
    assert parse(b'{"email":' * 100_000).kind == "other"
