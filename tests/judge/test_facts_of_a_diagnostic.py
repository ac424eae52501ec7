"""What a diagnostic states beyond its reason, in whole messages: where it is read, and where it is not."""

from collections.abc import Callable

import pytest
from effort import ENDS

from dsnparse import Recipient, parse
from dsnparse.judge.checks import find_checks, find_tls_fault
from dsnparse.judge.durations import find_durations
from dsnparse.judge.listing import find_listing
from dsnparse.judge.particulars import moved_to
from dsnparse.judge.sizes import mailbox_sizes, message_sizes
from dsnparse.report import NO_FACTS

HEAD = (
    "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
    "Final-Recipient: rfc822; ines@dest.example\r\n"
)
END = "\r\n--b--\r\n"


def told(diagnostic: str, *, status: str = "5.0.0", end: str = END) -> Recipient:
    fields = f"Action: failed\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {diagnostic}"
    (recipient,) = parse(f"{HEAD}{fields}{end}".encode()).recipients
    return recipient


@pytest.mark.parametrize(
    ("diagnostic", "address"),
    [
        ("551 User not local; please try <ines@new.example>", "ines@new.example"),
        ("551 5.1.6 <ines@dest.example>: User has moved to ines@new.example", "ines@new.example"),
        ("551 5.1.6 please forward to <ines@new.example>", "ines@new.example"),
        ("550 5.1.6 New address is ines@new.example, not ines@dest.example", "ines@new.example"),
        ("550 Neue E-Mail-Adresse: ines@new.example", "ines@new.example"),
        ("550 5.1.6 moved to ines@new.example, questions to postmaster@dest.example", "ines@new.example"),
        ("550 5.1.6 moved, mail to INES@dest.example is not forwarded", ""),
        ("550 5.1.6 recipient no longer on server: ines@dest.example", ""),
        ("551 5.1.6 moved, write to postmaster@dest.example", ""),
    ],
)
def test_new_address(diagnostic: str, address: str) -> None:
    recipient = told(diagnostic)
    assert (recipient.reason, recipient.facts.new_address) == ("mailbox_moved", address)


def test_of_a_message_that_was_cut_off_there_is_no_half_address() -> None:
    assert told("551 5.1.6 moved to ines@new.exam", end="").facts == NO_FACTS
    assert told("551 5.1.6 moved to ines@new.example").facts.new_address == "ines@new.example"
    assert told("551 5.1.6 moved to <ines@new.example> since", end="").facts.new_address == "ines@new.example"


@pytest.mark.parametrize(
    "diagnostic",
    [
        "550 5.1.1 unknown user; try <ines@new.example>, message size 20 MB, limit 10 MB, will retry for 2 days",
        "552 5.3.4 Headers too large (32768 bytes max)",
    ],
)
def test_what_the_reason_is_not_about_is_not_read(diagnostic: str) -> None:
    recipient = told(diagnostic)
    assert recipient.facts == NO_FACTS
    assert "facts" not in recipient.evidence


def test_waiting_is_asked_of_what_passes() -> None:
    assert told("450 4.7.1 Greylisted for 5 minutes", status="4.7.1").retry_after == 300
    assert told("550 5.7.1 blocked for 5 minutes", status="5.7.1").retry_after is None


def test_a_list_is_told_with_its_page() -> None:
    recipient = told("554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org")
    assert recipient.blocklist == "zen.spamhaus.org"
    assert recipient.blocklist_lookup == "https://check.spamhaus.org/results/?query=192.0.2.9"


LONG = 400_000
READERS: list[Callable[[str], object]] = [
    lambda text: find_listing.__wrapped__(text, "ip_blocklisted"),
    lambda text: find_listing.__wrapped__(text, "domain_blocklisted"),
    find_durations.__wrapped__,
    message_sizes.__wrapped__,
    mailbox_sizes.__wrapped__,
    find_tls_fault.__wrapped__,
    lambda text: find_checks.__wrapped__(text, "dmarc_fail", ""),
    moved_to.__wrapped__,
]
PUMPS = (
    "a.", "a@a.", "x" * 63 + ".", "x" * 64 + "@", "::1:", "1,000,", "10 mb/", "1h", "5 minutes ", "continue for ", "try again ", "spf [a.b] with ip: ",
    "spf=fail ", "certificate ", "from a@", "moved to a", "blocked by list.", "[1.2.3.4", "spamhaus ", "http://a?id=a@b.c ", "not tls ",
)  # fmt: skip


@ENDS
@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("pump", PUMPS)
def test_no_text_is_too_much(read: Callable[[str], object], pump: str) -> None:
    for tail in ("!", " 5 minutes 10 mb"):
        read(pump * (LONG // len(pump)) + tail)
