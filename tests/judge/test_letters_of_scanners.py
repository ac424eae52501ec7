"""Scanners write to both sides: who sent the mail learns that it failed, whom it was for does not."""

import pytest

import dsnparse

SENDERS = ("virusadmin@gw.example", '"GFI MailSecurity" <administrator@gw.example>', "postmaster@gw.example")
LETTER = "From: {}\nTo: me@src.example\nSubject: Alert\n\n{}"


@pytest.mark.parametrize("writer", SENDERS)
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Our gateway has blocked an e-mail which you sent.\n\nTo: bo@dest.example\nReason: attachment type .exe is not allowed\n", "attachment_rejected"),
        ("A virus was found in a message you sent to <bo@dest.example>.\nIt has been deleted.\n", "virus"),
        ("The content filter stopped your message.\n\nRecipient: bo@dest.example\nReason: infected with W32.Example\n", "virus"),
    ],
)  # fmt: skip
def test_sender_learns_that_his_mail_failed(writer: str, words: str, reason: str) -> None:
    report = dsnparse.parse(LETTER.format(writer, words).encode())
    assert [(item.address, item.action, item.reason) for item in report.recipients] == [
        ("bo@dest.example", "failed", reason)
    ]


@pytest.mark.parametrize("writer", SENDERS)
@pytest.mark.parametrize(
    "words",
    [
        "A virus was found in a message sent to you by bo@dest.example.\nThe message has been deleted.\n",
        "Our gateway has blocked an e-mail for you.\n\nFrom: bo@dest.example\nReason: attachment of type .exe\n",
        "You can release the message, which was quarantined:\nFrom: bo@dest.example\nTo: me@src.example\n",
        "We have removed a virus from a message which you sent.\n\nTo: bo@dest.example\nIt was then delivered.\n",
        "This month we quarantined 1,200 messages. Contact bo@dest.example for details.\n",
    ],
)
def test_recipient_is_told_of_no_failure(writer: str, words: str) -> None:
    report = dsnparse.parse(LETTER.format(writer, words).encode())
    assert (report.kind, report.recipients) == ("other", ())
