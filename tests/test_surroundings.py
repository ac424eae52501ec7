"""What gateways and mailing lists do to a message on its way: it says the same as before."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from dsnparse import Limits, Report, parse
from dsnparse.message import open_message

WARNINGS: Final = (
    (
        b"CAUTION: This email originated from outside of the organization. Do not\nclick links or open attachments unless you recognize the sender and know\n"
        b"the content is safe.\n\n"
    ),
    b"[EXTERNAL EMAIL] Do not open attachments from unknown senders.\n\n",
    b"***************\n* EXTERNAL *\n***************\n\n",
    b"You don't often get email from mail@relay.example. Learn why this is important<https://aka.ms/LearnAboutSenderIdentification>\n\n",
    b"ACHTUNG: Diese E-Mail stammt von einem externen Absender.\n\n",
)
FOOTERS: Final = (
    b"\n_______________________________________________\nNews mailing list\nnews@lists.example\nhttp://lists.example/listinfo/news\n",
    b"\n_______________________________________________\nNews mailing list -- news@lists.example\nTo leave send a mail to news-leave@lists.example\n",
    (
        b'\n-- \nYou received this message because you are subscribed to the Google Groups "News" group.\n'
        b"To unsubscribe from this group, send an email to news+unsubscribe@lists.example.\n"
    ),
    b"\n---------------------------------------------------------------------\nTo unsubscribe, e-mail: news-unsubscribe@lists.example\n",
    b"\n\nTo unsubscribe from this group, send an email to:\nnews-unsubscribe@lists.example\n",
    b"\n\nKind regards\n\nIT Help Desk\nhelpdesk@corp.example | www.corp.example\n",
    b"\n\nBest regards,\nThe Postmaster\npostmaster@corp.example\n",
    b"\n\nCordialement\nsupport@corp.example\n",
    b"\n\n[Geprueft durch Mailscan 4.1 - keine Viren gefunden]\n",
    b"\n\nNo virus found in this message.\nChecked by AVG - www.avg.example\n",
    b"\n\nThis email has been checked for viruses by Avast antivirus software.\nhttps://www.avast.example/antivirus\n",
    b"\n\nThis e-mail is confidential. If it has reached you in error please notify postmaster@corp.example and delete it.\n",
)
SUBJECT: Final = re.compile(rb"(?im)^subject:[ \t]*")
TAGS: Final = (b"[EXTERNAL] ", b"***SPAM*** ", b"{Spam?} ", b"[SPAM: 7.2][EXT] ", b"External: ")
STATUS_TYPE: Final = re.compile(rb"(?im)^(content-type:\s*)message/delivery-status[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
TYPES: Final = (
    rb"\1text/plain; charset=us-ascii",
    rb'\1application/octet-stream; name="ATT00001"',
)
MULTIPART: Final = re.compile(rb"(?im)^content-type:\s*multipart/[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
DELIMITED: Final = re.compile(rb"\s*(?:[^\n]*MIME[^\n]*\n(?:[^\n]*\n){0,2}\s*)?--[^\s]+\s*\r\n[Cc]ontent-")
PLAIN: Final = (b"", b"7bit", b"8bit", b"binary")
STATUS_PART: Final = re.compile(rb"(?ims)^content-type:\s*message/delivery-status.*?\r\n\r\n(.*?)\r\n--")
END: Final = b"\r\n"


def fates(report: Report) -> tuple[object, ...]:
    """Return what a report says that nothing around the notice may change."""
    return report.kind, sorted(
        (item.address or "", item.action, item.status, item.reason) for item in report.recipients
    )


def around(raw: bytes) -> Iterator[bytes]:
    """Yield a message as gateways and lists leave it."""
    for tag in TAGS:
        yield SUBJECT.sub(lambda found, tag=tag: found[0] + tag, raw, count=1)  # type: ignore[misc]
    if not raw.rstrip().endswith(b">"):  # what follows markup is no line of its own
        for footer in FOOTERS:
            yield raw + footer


def warned(raw: bytes) -> Iterator[bytes]:
    """Yield a message with warnings above its words, where they are plain."""
    tree = open_message(raw, Limits()).tree
    part = next((part for part in tree.parts if part.media.startswith(b"text") and part.end > part.body), None)
    if part and part.media == b"text/plain" and tree.value(part, b"content-transfer-encoding").strip().lower() in PLAIN:
        for warning in WARNINGS:
            yield tree.data[: part.body] + warning + tree.data[part.body :]


def retyped(raw: bytes) -> Iterator[bytes]:
    """Yield a report whose delivery-status part was given another type, and maybe the whole too."""
    for media in TYPES:
        changed, count = STATUS_TYPE.subn(media, raw)
        if count:
            yield changed
            yield re.sub(rb"(?i)multipart/report", b"multipart/mixed", changed, count=1)


def unlabelled(raw: bytes) -> Iterator[bytes]:
    """Yield a notice of parts without the field that says so."""
    if b"feedback" in raw or b"\r\n\r\nContent-" in raw:  # there the type of the whole tells
        return
    header, gap, body = raw.partition(b"\r\n\r\n")
    rest, count = MULTIPART.subn(b"", header + b"\r\n")
    if count and DELIMITED.match(body):
        yield rest.rstrip(b"\r\n") + gap + body


def respaced(raw: bytes) -> Iterator[bytes]:
    """Yield a message whose line ends a converter doubled: all of them, or those of the body, or of the delivery-status part."""
    header, gap, body = raw.partition(END + END)
    if b"=" + END not in body:  # a soft line break takes the empty line for its own
        yield raw.replace(END, END + END)
        yield header + gap + body.replace(END, END + END)
    if part := STATUS_PART.search(raw):
        yield raw[: part.start(1)] + part[1].replace(END, END + END) + raw[part.end(1) :]


def beheaded(raw: bytes) -> Iterator[bytes]:
    """Yield a report of which somebody kept all but the header."""
    header, _, body = raw.partition(END + END)
    part = STATUS_PART.search(raw)
    if part and b"inal-Recipient" in part[1] and b"multipart/report" in header.lower():
        yield body.lstrip()


def test_a_message_says_the_same_however_it_is_dressed(sample: Path) -> None:
    raw = sample.read_bytes()
    expected = fates(parse(raw))
    for changed in (*around(raw), *warned(raw), *retyped(raw), *unlabelled(raw), b"\xef\xbb\xbf" + raw):
        assert fates(parse(changed)) == expected


def test_a_message_says_the_same_when_its_line_ends_are_doubled(sample: Path) -> None:
    raw = sample.read_bytes()
    expected = fates(parse(raw))
    for changed in respaced(raw):
        assert fates(parse(changed)) == expected


def test_a_report_without_its_header_says_the_same(sample: Path) -> None:
    raw = sample.read_bytes()
    expected = fates(parse(raw))
    for changed in beheaded(raw):
        report = parse(changed)
        assert report.standard
        if report.vendor == parse(raw).vendor:  # else the vendor's own meanings went with the header
            assert fates(report) == expected


@pytest.mark.parametrize("media", TYPES)
def test_whoever_attaches_a_file_of_status_fields_reports_nothing(media: bytes) -> None:
    raw = (
        b"From: Anna <anna@corp.example>\nTo: help@origin.example\nSubject: What does this mean?\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nI got this file. What is it?\n\n--b\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.relay.example\n\nFinal-Recipient: rfc822; joe@dest.example\n"
        b"Action: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    report = parse(STATUS_TYPE.sub(media, raw))
    assert (report.kind, report.recipients, report.standard) == ("other", (), False)


NOTICE: Final = (
    b"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.relay.example>\nTo: me@origin.example\nSubject: Returned mail\n\n"
    b"Your message could not be delivered to:\n\n<joe@dest.example>: 550 5.1.1 User unknown\n"
)


def test_a_notice_comes_through_a_gateway_as_its_one_attachment() -> None:
    gateway = (
        b"From: Mail Delivery System <MAILER-DAEMON@gw.example>\nTo: me@origin.example\nSubject: Returned mail\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
    )
    report = parse(gateway + NOTICE + b"\n--b--\n")
    assert fates(report) == fates(parse(NOTICE))
    assert [item.address for item in report.recipients] == ["joe@dest.example"]


def test_a_delimiter_below_words_begins_no_part() -> None:
    copy = (
        b"\n--- Below this line is a copy of the message.\n\nFrom: me@origin.example\nTo: joe@dest.example\nSubject: Hello\n"
        b"Message-ID: <1@origin.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n\nFinal-Recipient: rfc822; ada@corp.example\n"
        b"Action: failed\nStatus: 5.1.1\n\n--x--\n"
    )
    report = parse(NOTICE + copy)
    assert fates(report) == fates(parse(NOTICE))
    assert (report.standard, report.original.subject) == (False, "Hello")


def test_what_stands_below_the_end_of_a_letter_still_tells_why() -> None:
    words = (
        b"Hello,\n\nyour message could not be delivered to joe@dest.example.\n\nKind regards\nThe mail team\nTel. +1 555 0100\nteam@corp.example\n\n"
        b"Technical details:\n550 5.2.2 Mailbox full\n"
    )
    report = parse(NOTICE.partition(b"\n\n")[0] + b"\n\n" + words)
    assert fates(report) == ("failure", [("joe@dest.example", "failed", "5.2.2", "mailbox_full")])


def test_what_is_odd_about_a_text_is_told_once() -> None:
    raw = (
        NOTICE.partition(b"\n\n")[0] + b"\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain; charset=utf-8\n\nNicht zustellbar f\xfcr:\n\n<joe@dest.example>: 550 5.1.1 User unknown\n\n"
        b"--b\nContent-Type: text/plain\n\nReporting-MTA: dns; mx.relay.example\n\nFinal-Recipient: rfc822; joe@dest.example\n"
        b"Action: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    assert [defect.kind for defect in parse(raw).defects] == ["charset"]


HEADER: Final = NOTICE.partition(b"\n\n")[0]
ONE: Final = [("joe@dest.example", "failed", "5.1.1", "user_unknown")]


def test_html_with_the_footer_of_a_list_behind_it_is_the_notice() -> None:
    raw = (
        HEADER + b"\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        b"<p>Your message could not be delivered to:</p><p>&lt;joe@dest.example&gt;: 550 5.1.1 User unknown</p>\n--b\n"
        b"Content-Type: text/plain\n\n_____\nNews mailing list\nnews@lists.example\n\n--b--\n"
    )
    assert fates(parse(raw)) == ("failure", ONE)


def test_plain_text_is_read_before_its_html_version_wherever_it_stands() -> None:
    raw = (
        HEADER
        + b"\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        b"<p>See the plain version, or ask help@corp.example.</p>\n--b\nContent-Type: text/plain\n\n"
        b"Your message could not be delivered to:\n\n<joe@dest.example>: 550 5.1.1 User unknown\n\n--b--\n"
    )
    assert fates(parse(raw)) == ("failure", ONE)


def test_a_folded_reply_that_lost_its_blanks_is_read_to_its_end() -> None:
    raw = (
        HEADER
        + b"\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.relay.example\n\nFinal-Recipient: rfc822; joe@dest.example\n"
        b"Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.1]\n"
        b"blocked: see our list of addresses that sent spam to us since\nhttps://lists.example/q?ip=192.0.2.1\nx-note: yes\n\n--b--\n"
    )
    (recipient,) = parse(raw).recipients
    assert recipient.diagnostic == (
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked: see our list of addresses that sent spam to us since"
        " https://lists.example/q?ip=192.0.2.1"
    )
    assert recipient.extensions == (("x-note", "yes"),)
