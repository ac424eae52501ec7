"""Imported once by the process from which workers are forked, so that none of them loads the rules again."""

import gc

import dsnparse

# One of every step that nearly all bounces take: a status part, a notice, a reason, the returned header.
BOUNCE = b"""\
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

dsnparse.to_json(dsnparse.parse(BOUNCE))
# What is here stays for ever: no collection of a worker need look at it, or copy its pages.
gc.freeze()
