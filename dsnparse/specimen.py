"""A bounce that loads, when it is read, what nearly all bounces need: rules, patterns and knowledge load when they are first used."""

from typing import Final

# One of every step that nearly all take: a status part, a notice, a reason, the returned header.
PLAIN: Final = b"""\
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
"""
