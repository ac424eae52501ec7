"""A refusal that states a code of success: mail failed, and that code does not say why."""

import pytest

import dsnparse

NOTICE = """\
From: MAILER-DAEMON@mail.example
Subject: failed
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; a@dest.example
Action: failed
Status: {status}
Diagnostic-Code: smtp; {reply}

--b--
"""


@pytest.mark.parametrize(
    ("status", "reply", "expected"),
    [
        ("2.1.5", "550 2.1.5 Ok but no", "undetermined"),
        ("2.6.0", "554 2.6.0 Ok but no", "policy"),
        ("5.2.2", "550 2.1.5 Ok but no", "mailbox_full"),
    ],
)
def test_code_of_success_is_no_reason_to_fail(status: str, reply: str, expected: str) -> None:
    (recipient,) = dsnparse.parse(NOTICE.format(status=status, reply=reply).encode()).recipients
    assert (recipient.action, recipient.reason) == ("failed", expected)
