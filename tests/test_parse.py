import sys
from hashlib import sha256

import pytest

import dsnparse
from dsnparse.limits import DEFAULT_LIMITS
from dsnparse.message import open_message
from dsnparse.report import DiagnosticFacts

MODULE = sys.modules["dsnparse.parse"]
# As it is: tests are collected before conftest takes the net away.
UNEXPECTED = MODULE.UNEXPECTED


@pytest.mark.parametrize("error", [ValueError, KeyError, RecursionError, UnicodeDecodeError("utf-8", b"", 0, 1, "odd")])
def test_fault_of_ours_costs_one_message(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(MODULE, "UNEXPECTED", UNEXPECTED)
    monkeypatch.setattr(MODULE, "open_message", fail)
    report = dsnparse.parse(b"From: a@b.example\n\n", source="x.eml")
    assert (report.source, report.kind, report.complete, report.recipients) == ("x.eml", "other", False, ())
    assert [defect.kind for defect in report.defects] == ["internal-error"]


@pytest.mark.parametrize("error", [MemoryError, OSError, KeyboardInterrupt, SystemExit])
def test_memory_and_interrupts_pass_through(error: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(MODULE, "UNEXPECTED", UNEXPECTED)
    monkeypatch.setattr(MODULE, "open_message", fail)
    with pytest.raises(error):
        dsnparse.parse(b"From: a@b.example\n\n")


def test_the_short_way_with_an_empty_message_is_the_long_one() -> None:
    read = MODULE.read_report(open_message(b"", DEFAULT_LIMITS), source="x.eml", id_=sha256(b"").hexdigest())
    assert dsnparse.parse(b"", source="x.eml") == read


def test_everything_is_in_the_schema() -> None:
    schema = dsnparse.schema()
    names = schema["$defs"]["Report"]["properties"].keys()
    assert {"source", "id", "kind", "from", "recipients", "original", "defects", "complete"} <= names
    assert {"facts", "blocklist_lookup"} <= schema["$defs"]["Recipient"]["properties"].keys()
    assert schema["$defs"]["DiagnosticFacts"]["properties"].keys() == set(DiagnosticFacts.__struct_fields__)
    assert "certificate_expired" in str(schema["$defs"]["DiagnosticFacts"]["properties"]["tls"])


HEAD = "Return-Path: <>\nFrom: postmaster@dest.example\nTo: me@origin.example\nSubject: Undeliverable: Hi\nContent-Type: text/plain\n\n"
NDR = """Delivery has failed to these recipients or distribution lists:

{}
The recipient's e-mail address was not found in the recipient's e-mail system.

Diagnostic information for administrators:

Generating server: mail.dest.example

bo@dest.example
#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##

Original message headers:

Received: from mail.origin.example (192.0.2.7) by mail.dest.example (192.0.2.25)
 with Microsoft SMTP Server id 8.2.234.1; Tue, 3 Mar 2026 23:34:45 +0900
Subject: Hi
From: me@origin.example
To: bo@dest.example
"""


@pytest.mark.parametrize("shown", ["Bo", "Bo Lind", "bo@dest.example", "Bo Lind<mailto:bo@dest.example>", "BO.LIND"])
def test_names_that_exchange_shows_are_no_addresses(shown: str) -> None:
    report = dsnparse.parse((HEAD + NDR.format(shown)).encode())
    assert [(item.address, item.diagnostic) for item in report.recipients] == [
        ("bo@dest.example", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found")
    ]


def test_field_that_ends_the_notice_is_the_first_of_the_returned_message() -> None:
    words = NDR.format("Bo Lind").replace("Original message headers:\n\n", "")
    report = dsnparse.parse((HEAD + words).encode())
    assert report.original is not None
    assert [name for name, _ in report.original.headers] == ["Received", "Subject", "From", "To"]


@pytest.mark.parametrize("layout", ["{}: {}\n", "<{}>:\n{}\n\n", "{}\n    {}\n\n", "- {} ({})\n"])
def test_nobody_has_the_reason_that_somebody_else_was_given(layout: str) -> None:
    said = {"one@dest.example": "the sky is blue", "bo@dest.example": "no such user", "two@dest.example": "so it is"}
    words = "Your message could not be delivered:\n\n" + "".join(layout.format(*item) for item in said.items())
    report = dsnparse.parse((HEAD + words).encode())
    assert {item.address: (item.reason, item.advice) for item in report.recipients} == {
        "one@dest.example": ("undetermined", "review"),
        "bo@dest.example": ("user_unknown", "suppress"),
        "two@dest.example": ("undetermined", "review"),
    }


def test_words_about_all_people_give_each_his_reason() -> None:
    words = "No such user here: your message could not be delivered to\n\n  one@dest.example\n  two@dest.example\n"
    report = dsnparse.parse((HEAD + words).encode())
    assert [item.reason for item in report.recipients] == ["user_unknown"] * 2


def test_sentence_of_japan_is_read_where_lines_part_it() -> None:
    words = "お客さまが送信されたメールは、宛先のメールアドレスが\n存在しないため、お届けすることができませんでした。\n\n宛先: {}\n"
    report = dsnparse.parse((HEAD + words.format("bo@dest.example")).encode())
    assert [(item.address, item.reason) for item in report.recipients] == [("bo@dest.example", "user_unknown")]


@pytest.mark.parametrize(
    ("reason", "reply"),
    [("Reason: The mailbox is not there.", "Response: {}"), ("실패이유 : 존재하지 않는 수신자입니다. (확인해 주세요.)", "상세내용 : {}")],
)  # fmt: skip
def test_reply_counts_for_more_than_the_words_before_it(reason: str, reply: str) -> None:
    said = "550 5.7.1 Refused by our rules"
    words = f"Your message could not be delivered.\n\nTo: bo@dest.example\n{reason}\n{reply.format(said)}\n"
    report = dsnparse.parse((HEAD + words).encode())
    assert [(item.address, item.diagnostic) for item in report.recipients] == [("bo@dest.example", said)]
