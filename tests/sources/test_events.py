"""JSON files: which of them hold events, and how many."""

import base64
import io
import json
import zipfile
from pathlib import Path

import pytest

from dsnparse import parse
from dsnparse.sources import Item, Message, PassedOver, Unread, messages

CAP = 1 << 20
SES = {
    "notificationType": "Bounce",
    "bounce": {"bouncedRecipients": [{"emailAddress": "a@dest.example"}]},
    "mail": {"source": "x@example.com"},
}
OPEN = {"eventType": "Open", "mail": {}, "open": {}}
SENDGRID = {"email": "a@dest.example", "timestamp": 1748858400, "event": "bounce", "reason": "550 5.1.1 no such user"}
MAILGUN = {"event": "failed", "recipient": "a@dest.example", "timestamp": 1.0, "id": "x", "reason": "bounce"}
POSTMARK = {"Type": "HardBounce", "TypeCode": 1, "Email": "a@dest.example", "Details": "550 5.1.1 no such user"}
MAIL = "From: MAILER-DAEMON@example.com\r\nSubject: Undelivered\r\n\r\nx\r\n"
NONE = "JSON, but no event of a sending service that is known here"


def sns(event: object) -> dict[str, object]:
    return {"Type": "Notification", "MessageId": "1", "Message": json.dumps(event)}


def read(data: bytes | object, tmp_path: Path, cap: int = CAP) -> list[Item]:
    (tmp_path / "in.json").write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return list(messages([str(tmp_path / "in.json")], cap))


def labels(items: list[Item]) -> list[str]:
    return [item.source.rpartition("in.json")[2] for item in items]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (SES, [SES]),
        (sns(SES), [sns(SES)]),
        (SENDGRID, [SENDGRID]),
        ([SENDGRID], [SENDGRID]),
        ([SENDGRID, MAILGUN, POSTMARK], [SENDGRID, MAILGUN, POSTMARK]),
        ({"signature": {}, "event-data": MAILGUN}, [{"signature": {}, "event-data": MAILGUN}]),
        ({"items": [MAILGUN, MAILGUN], "paging": {}}, [MAILGUN, MAILGUN]),
        ({"TotalCount": 1, "Bounces": [POSTMARK]}, [POSTMARK]),
        ({"Records": [{"EventSource": "aws:sns", "Sns": sns(SES)}, {"Sns": sns(SES)}]}, [sns(SES), sns(SES)]),
        ({"Records": [{"body": json.dumps(sns(SES))}]}, [sns(SES)]),
        ({"Messages": [{"MessageId": "1", "Body": json.dumps(SES)}]}, [SES]),
        ({"version": "0", "detail-type": "Email Bounced", "source": "aws.ses", "detail": SES}, [SES]),
        (OPEN, [OPEN]),
    ],
)
def test_events_of_a_document(document: object, expected: list[object], tmp_path: Path) -> None:
    items = read(document, tmp_path)
    assert [json.loads(item.raw) for item in items if isinstance(item, Message)] == expected
    numbers = [""] if len(expected) == 1 else [f"#{number}" for number in range(1, len(expected) + 1)]
    assert labels(items) == numbers
    for item in items:
        assert isinstance(item, Message)
        report = parse(item.raw)
        assert [each.address for each in report.recipients] == ([] if expected == [OPEN] else ["a@dest.example"])


@pytest.mark.parametrize(
    "document",
    [
        {"Body": MAIL},
        {"recipient": "b@example.com", "body-mime": MAIL, "body-plain": "x"},
        {"RawEmail": MAIL, "From": "x"},
        {"notificationType": "Received", "mail": {}, "content": MAIL},
        {"notificationType": "Received", "mail": {}, "content": base64.b64encode(MAIL.encode()).decode()},
        sns({"notificationType": "Received", "mail": {}, "content": MAIL}),
    ],
)
def test_a_message_in_an_event_is_the_message(document: object, tmp_path: Path) -> None:
    assert read(document, tmp_path) == [Message(str(tmp_path / "in.json"), MAIL.encode())]


@pytest.mark.parametrize("encoded", [True, False])
def test_a_message_in_fields_is_put_together(encoded: bool, tmp_path: Path) -> None:
    fields = [["From", "MAILER-DAEMON@example.com"], ["Content-Type", "multipart/report"], ["Subject", "Undelivered"]]
    document = {
        "message-headers": json.dumps(fields) if encoded else fields,
        "body-plain": "Zustellung unmöglich",
        "recipient": "x",
    }
    (item,) = read(document, tmp_path)
    assert isinstance(item, Message)
    head, _, body = item.raw.decode().partition("\r\n\r\n")
    assert head.split("\r\n") == [
        "From: MAILER-DAEMON@example.com",
        "Subject: Undelivered",
        "Content-Type: text/plain; charset=utf-8",
    ]
    assert body == "Zustellung unmöglich"


def lines(*documents: object) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in documents)


def test_events_one_a_line(tmp_path: Path) -> None:
    data = lines(SENDGRID, sns(SES)) + b"\r\n\n" + lines([MAILGUN, POSTMARK], {"a": 1}) + b"rubbish\n" + lines(SES)[:-1]
    items = read(data, tmp_path)
    assert labels(items) == ["#1", "#2", "#3", "#4", "#5", "#6", "#7"]
    got = [json.loads(item.raw) if isinstance(item, Message) else getattr(item, "error", "") for item in items]
    assert got == [SENDGRID, sns(SES), MAILGUN, POSTMARK, NONE, "a line that is no JSON, or too long", SES]


def test_events_one_a_line_are_read_one_by_one(tmp_path: Path) -> None:
    long = {**POSTMARK, "Content": "x" * 2000}
    items = read(lines(SENDGRID, long, *([SENDGRID] * 30_000)), tmp_path, cap=1000)
    assert len(items) == 30_002
    assert items[1] == Unread(f"{tmp_path / 'in.json'}#2", "a line that is no JSON, or too long")
    assert {type(item) for item in items[2:]} == {Message}


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"name": "x"},
        [1, 2],
        [{"kind": "failure", "recipients": []}],
        {"Type": "SubscriptionConfirmation", "Message": "You have chosen"},
    ],
)
def test_json_that_holds_no_event_is_no_input(document: object, tmp_path: Path) -> None:
    assert read(document, tmp_path) == [Unread(str(tmp_path / "in.json"), NONE)]
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("notes.json", json.dumps(document))
        archive.writestr("a.eml", MAIL)
    label = f"{tmp_path / 'in.zip'}!"
    assert list(messages([str(tmp_path / "in.zip")], CAP)) == [Message(f"{label}a.eml", MAIL.encode())]
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("notes.json", json.dumps(document))
    reason = "an archive with nothing to read: hidden files, notes, JSON that is no event"
    assert list(messages([str(tmp_path / "in.zip")], CAP)) == [PassedOver(str(tmp_path / "in.zip"), reason)]


def test_notes_beside_samples_are_still_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(MAIL)
    (tmp_path / "a.json").write_text(json.dumps(SES))
    assert [item.source for item in messages([str(tmp_path)], CAP)] == [str(tmp_path / "a.eml")]


@pytest.mark.parametrize(
    "data", [b"{", b"[x] Subject: y\n\nz", b"{rubbish}", b'{"a": 1', b"[" * 200_000, b'{"a":' * 50_000]
)
def test_what_merely_begins_like_json_is_a_message(data: bytes, tmp_path: Path) -> None:
    assert read(data, tmp_path) == [Message(str(tmp_path / "in.json"), data)]


def test_one_value_longer_than_a_message_may_be_is_told(tmp_path: Path) -> None:
    (item,) = read([SENDGRID] * 1000, tmp_path, cap=1000)
    assert isinstance(item, Unread)
    assert "write one event a line" in item.error


def test_some_of_several_are_no_events(tmp_path: Path) -> None:
    items = read([SENDGRID, {"a": 1}], tmp_path)
    assert items[1] == Unread(f"{tmp_path / 'in.json'}#2", NONE)


def test_events_in_an_archive(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("events.jsonl", lines(SENDGRID, SES))
    (tmp_path / "in.json").write_bytes(buffer.getvalue())
    assert labels(list(messages([str(tmp_path / "in.json")], CAP))) == ["!events.jsonl#1", "!events.jsonl#2"]
