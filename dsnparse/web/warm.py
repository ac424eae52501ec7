"""What a first request would otherwise wait for, half a second and more: rules, patterns and knowledge, all loaded when they are first used."""

from typing import Final

import dsnparse
from dsnparse.web.settings import Settings

# Between them they take nearly every step: a status part and a returned message; words alone, encoded, of other characters, with an
# address that only a grammar reads.
MESSAGES: Final = (
    b"""\
From: mailer-daemon@mx.example
To: ada@example.com
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered:
<bob@example.net>: host mx.example.net said: 550 5.1.1 User unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: message/rfc822

Subject: hello

--b--
""",
    b"""\
From: =?utf-8?q?Postmaster_f=C3=BCr_alle?= <postmaster@mx.example>
Subject: =?iso-8859-1?q?Unzustellbar=3A_f=FCr_Bob?=
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Your message could not be delivered to the following recipient:

  "bob (sales) o'neil"@example.net
     4=3D52 The server of the recipient answered, and it was said f=FCr alle: a text that nobody has a rule for
""",
)


def warm_up(settings: Settings) -> None:
    """Read and explain a few messages, and forget the answers."""
    for raw in MESSAGES:
        dsnparse.to_json(dsnparse.parse(raw, limits=settings.limits, rules=settings.rules))
        dsnparse.explain(raw, limits=settings.limits, rules=settings.rules)
    dsnparse.explain("5.7.1", rules=settings.rules)
