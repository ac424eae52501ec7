"""How far the places of a message agree is told of the very address that is given."""

import pytest

from dsnparse import parse

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: ada@example.com
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<{told}>: User unknown
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Original-Recipient: rfc822; {original}
Final-Recipient: rfc822; {final}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
--b
Content-Type: text/rfc822-headers

From: ada@example.com
To: {to}
Message-ID: <1@example.com>

--b--
"""
INES, INEZ = "ines@dest.example", "inez@dest.example"


@pytest.mark.parametrize(
    ("told", "original", "final", "to", "expected"),
    [
        (INES, INES, INES, INES, "agree"),
        (INES, INES, INES, INEZ, "agree"),
        (INEZ, INES, INES, INES, "conflict"),
        # The address that is given stands in one place, whatever the others say of the original recipient.
        (INES, INES, INEZ, INES, "single_source"),
        (INES, INEZ, INEZ, INES, "conflict"),
    ],
)
def test_the_address_itself_is_confirmed(told: str, original: str, final: str, to: str, expected: str) -> None:
    raw = REPORT.format(told=told, original=original, final=final, to=to).encode()
    (recipient,) = parse(raw).recipients
    assert (recipient.address, recipient.agreement) == (final, expected)
