"""Messages that tests make, and what became of them."""

import imaplib
import json
from pathlib import Path

ORDINARY = b"From: ines@example.com\nTo: bounces@example.com\nSubject: lunch\nMessage-ID: <%d@example.com>\n\nHello.\n"
# What no reader of the tests survives.
POISON = b"X-Poison: yes"


def bounce(number: int, *addresses: str, fields: str = "") -> bytes:
    """A failure report that is like no other; `fields` are more of its header."""
    groups = "".join(
        f"\nFinal-Recipient: rfc822; {each}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
        for each in addresses or (f"user{number}@dest.example",)
    )
    return f"""\
From: Mail Delivery Subsystem <mailer-daemon@mx.example.org>
To: bounces@example.com
Subject: Undelivered mail
Message-ID: <notice-{number}@mx.example.org>
{fields}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
{groups}
--b--
""".encode()


def ordinary(number: int) -> bytes:
    return ORDINARY % number


def poison(number: int) -> bytes:
    return POISON + b"\n" + bounce(number)


def events(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def addresses(path: Path) -> list[str]:
    return [event["recipient"]["address"] for event in events(path)]  # type: ignore[index]


def holding(client: imaplib.IMAP4, folder: str, criteria: str = "ALL") -> int:
    """How many messages of a folder are so."""
    assert client.select(f'"{folder}"', readonly=True)[0] == "OK"
    return len(client.search(None, criteria)[1][0].split())
