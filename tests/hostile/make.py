"""Hostile messages with what is known of them: each kind attacks one weak spot of a reader of bounces, at any size n.

Nothing here is random. `KINDS` maps a name to a function of n; a truth never depends on the reader:
`must`: the recipients that failed. A reader may give up on them if it says so with a defect, unless `strict`.
`never`: what must not come out as an address at all. `outcome`: the kind of the report, where only one is right.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

VICTIM: Final = "u@dest.example"
PLANTED: Final = "planted@other.example"

TOP: Final = b"""\
Return-Path: <>
Date: Mon, 2 Jun 2025 10:00:00 +0000
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: list-bounces@sender.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <1@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
"""
WORDS: Final = b"""\
This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<%s>: host mx.dest.example[192.0.2.9] said: 550 5.1.1 <%s>:
    Recipient address rejected: User unknown (in reply to RCPT TO command)
"""
TYPE: Final = b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
PER_MESSAGE: Final = b"Reporting-MTA: dns; mx.example.org\nArrival-Date: Mon, 2 Jun 2025 09:59:30 +0000\n"
RETURNED: Final = (
    b"From: news@sender.example\nTo: u@dest.example\nSubject: News\nMessage-ID: <m1@sender.example>\n\nHello\n"
)
REPLY: Final = b"smtp; 550 5.1.1 <%s>: Recipient address rejected: User unknown"


@dataclass(frozen=True)
class Case:
    """A message, and what is true of it."""

    raw: bytes
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    outcome: str | None = None
    strict: bool = False


def group(
    address: bytes = VICTIM.encode(),
    *,
    action: bytes = b"failed",
    status: bytes = b"5.1.1",
    reply: bytes | None = None,
    extra: bytes = b"",
) -> bytes:
    """Return the fields of one recipient."""
    said = REPLY % address if reply is None else reply
    fields = b"Final-Recipient: rfc822; %s\nAction: %s\nStatus: %s\nDiagnostic-Code: %s\n"
    return fields % (address, action, status, said) + extra


def body(
    groups: bytes | None = None, *, words: bytes | None = None, returned: bytes = RETURNED, mark: bytes = b"b"
) -> bytes:
    """Return the three parts of a report."""
    victim = VICTIM.encode()
    parts = (
        b"Content-Type: text/plain\n\n" + (WORDS % (victim, victim) if words is None else words),
        b"Content-Type: message/delivery-status\n\n" + PER_MESSAGE + b"\n" + (group() if groups is None else groups),
        b"Content-Type: message/rfc822\n\n" + returned,
    )
    return b"".join(b"--%s\n%s\n" % (mark, part) for part in parts) + b"--%s--\n" % mark


def report(
    groups: bytes | None = None,
    *,
    top: bytes = TOP,
    type_: bytes = TYPE,
    words: bytes | None = None,
    returned: bytes = RETURNED,
) -> bytes:
    """Return a whole report by RFC 3464."""
    return top + type_ + b"\n" + body(groups, words=words, returned=returned)


def inner(mark: bytes) -> bytes:
    """Return a report as a part of something else."""
    return TYPE.replace(b'"b"', b'"%s"' % mark) + b"\n" + body(mark=mark)


def plain(words: bytes, *, top: bytes = TOP, type_: bytes = b"Content-Type: text/plain\n") -> bytes:
    """Return a message of text alone."""
    return top + type_ + b"\n" + words


def true(raw: bytes) -> Case:
    """Return a case whose victim is to be found, or given up with a word."""
    return Case(raw, (VICTIM,))


def sure(raw: bytes) -> Case:
    """Return a case harmless enough that the victim has to be found."""
    return Case(raw, (VICTIM,), (PLANTED,), "failure", strict=True)


# Structure.


def nested_multiparts(n: int) -> Case:
    """Return multipart in multipart, the report innermost."""
    opens = b"".join(b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (i, i) for i in range(n))
    closes = b"".join(b"\n--x%d--\n" % i for i in reversed(range(n)))
    return Case(TOP + opens + inner(b"z") + closes)


def nested_messages(n: int) -> Case:
    """Return message/rfc822 in message/rfc822: whatever is innermost was returned, not reported."""
    return Case(TOP + b"Content-Type: message/rfc822\n\n" * n + report(group(PLANTED.encode())), never=(PLANTED,))


def nested_status(n: int) -> Case:
    """Return message/delivery-status in message/delivery-status."""
    return Case(TOP + b"Content-Type: message/delivery-status\n\n" * n + PER_MESSAGE + b"\n" + group())


def prefixed_boundaries(n: int) -> Case:
    """Return nested parts whose boundaries are each a beginning of the next."""
    opens = b"".join(
        b"Content-Type: multipart/mixed; boundary=%s\n\n--%s\n" % (b"a" * i, b"a" * i) for i in range(1, n + 1)
    )
    return Case(TOP + opens + inner(b"z"))


def with_type(value: bytes, n: int = 1) -> Case:
    """Return a report with its own Content-Type."""
    return true(report(type_=b"Content-Type: multipart/report" + value * n + b'; boundary="b"\n'))


STRUCTURE: Final[dict[str, Callable[[int], Case]]] = {
    "untouched": lambda n: sure(report()),  # noqa: ARG005 - every kind is a function of n
    "untouched_text": lambda n: sure(plain(WORDS % (VICTIM.encode(), VICTIM.encode()))),  # noqa: ARG005
    "nested_multiparts": nested_multiparts,
    "nested_messages": nested_messages,
    "nested_status": nested_status,
    "one_boundary_for_all": lambda n: Case(TOP + (TYPE + b"\n--b\n") * n + body()),
    "prefixed_boundaries": prefixed_boundaries,
    "many_parts": lambda n: true(TOP + TYPE + b"\n" + b"--b\nContent-Type: text/plain\n\nx\n" * n + body()),
    "bare_delimiters": lambda n: true(TOP + TYPE + b"\n" + b"--b\n" * n + body()),
    "many_multiparts": lambda n: true(
        TOP
        + TYPE
        + b"\n"
        + b"".join(b"--b\nContent-Type: multipart/mixed; boundary=s%d\n\n--s%d--\n" % (i, i) for i in range(n))
        + body()
    ),
    "no_boundary": lambda n: Case(report(type_=b"Content-Type: multipart/report\n" + b"X-A: b\n" * n)),
    "empty_boundary": lambda n: Case(report(type_=b'Content-Type: multipart/report; boundary=""' + b" " * n + b"\n")),
    "pattern_as_boundary": lambda n: Case(
        TOP + TYPE.replace(b'"b"', b'"' + b"(a+)+" * min(n, 10) + b'"') + b"\n" + body(mark=b"(a+)+" * min(n, 10)),
        (VICTIM,),
    ),
    "huge_boundary": lambda n: Case(TOP + TYPE.replace(b'"b"', b'"' + b"a" * n + b'"') + b"\n" + body(mark=b"a" * n)),
    "never_closed": lambda n: sure(report(returned=RETURNED + b"x\n" * n).replace(b"--b--\n", b"")),
    "two_boundaries": lambda n: Case(
        report(type_=b'Content-Type: multipart/report; boundary="c"; boundary="b"\n' + b"X-A: b\n" * n)
    ),
    "preamble": lambda n: sure(TOP + TYPE + b"\n" + b"This is not a part.\n" * n + body()),
    "blank_lines_first": lambda n: Case(b"\n" * n + report()),
    "partial_message": lambda n: Case(plain(report(), type_=b"Content-Type: message/partial; id=x; number=%d\n" % n)),
}

# Header.

BAD_CHARSETS: Final = (
    b"zlib",
    b"bz2",
    b"idna",
    b"punycode",
    b"rot13",
    b"undefined",
    b"unicode_escape",
    b"utf-7",
    b"utf-16",
    b"mbcs",
    b"hex",
    b"\0",
)


def long_subject(value: bytes) -> Case:
    """Return a report with its own Subject, after which the victim is still to be found."""
    return true(report(top=TOP.replace(b"Undelivered Mail Returned to Sender", value)))


def dated(value: bytes) -> Case:
    """Return a report with this for all its dates."""
    return sure(
        report(
            group(extra=b"Last-Attempt-Date: " + value + b"\n"),
            top=TOP.replace(b"Mon, 2 Jun 2025 10:00:00 +0000", value),
        )
    )


HEADER: Final[dict[str, Callable[[int], Case]]] = {
    "many_fields": lambda n: true(report(top=TOP + b"X-Padding: 0\n" * n)),
    "many_to_fields": lambda n: true(report(top=TOP + b"To: a@a.example\n" * n)),
    "long_field": lambda n: true(report(top=TOP + b"X-Padding: " + b"a" * n + b"\n")),
    "no_colon": lambda n: Case(TOP + b"this is no field\n" * n + TYPE + b"\n" + body()),
    "many_returned_fields": lambda n: true(report(returned=b"X-Padding: 0\n" * n + RETURNED)),
    "long_returned_subject": lambda n: true(report(returned=RETURNED.replace(b"News\n", b"s" * n + b"\n"))),
    "odd_names": lambda n: sure(
        report(top=TOP + b": no name\n__class__: x\nX-\xe9: \xe9\nX Y : z\n::\nSubject\x0b: v\n" * min(n, 9))
    ),
    "long_subject": lambda n: long_subject(b"s" * n),
    "folded_subject": lambda n: long_subject(b"Undelivered" + b"\n a" * n),
    "many_encoded_words": lambda n: long_subject(b"=?utf-8?q?a=C3=A9?= " * n),
    "huge_encoded_word": lambda n: long_subject(b"=?utf-8?b?" + b"QUFB" * n + b"?="),
    "open_encoded_words": lambda n: long_subject(b"=?utf-8?q?x " * n),
    "marks_of_encoded_words": lambda n: long_subject(b"=?" * n),
    "words_that_hide_a_field": lambda n: replace(
        long_subject(b"=?utf-8?q?a=0D=0AFinal-Recipient:_rfc822;_planted@other.example=0D=0A?= " * min(n, 50)),
        never=(PLANTED,),
    ),
    "words_in_bad_charsets": lambda n: long_subject(
        b" ".join(b"=?%s?b?eJzLSM3JyQ==?= =?%s?q?=ff?=" % (name, name) for name in BAD_CHARSETS * min(n, 3))
    ),
    "many_parameters": lambda n: with_type(b"; p=v", n),
    "many_semicolons": lambda n: with_type(b";", n),
    "many_backslashes": lambda n: with_type(b'; x="' + b'\\"' * n + b'"'),
    "open_quotes": lambda n: Case(
        report(type_=b"Content-Type: multipart/report" + b'; a="b' * n + b'; boundary="b"\n')
    ),
    "many_continuations": lambda n: Case(
        report(
            type_=b"Content-Type: multipart/report"
            + b"".join(b';\n boundary*%d=""' % i for i in range(n))
            + b"; boundary=b\n"
        )
    ),
    "odd_continuations": lambda n: with_type(
        b"; name*99999999999999999999=a; n*-1=b; n*0=c; n*0=d; n**=e; n*" + b"9" * n + b"=f"
    ),
    "parameters_in_bad_charsets": lambda n: with_type(
        b"".join(b"; n%d*=%s''%%78%%ff%%00" % (i, name) for i, name in enumerate(BAD_CHARSETS)) * min(n, 3)
    ),
    "nested_comments": lambda n: Case(
        report(top=TOP.replace(b"From: ", b"From: " + b"(" * n).replace(b"Date: ", b"Date: " + b"(" * n))
    ),
    "date_of_digits": lambda n: dated(b"9" * n),
    "date_out_of_range": lambda n: dated(b"Mon, 31 Feb 99999 25:61:61 +" + b"9" * n),
    "date_of_bytes": lambda n: dated(b"\xff\xfe" * n),
}

# Line ends and encodings.

ENCODINGS: Final[dict[str, Callable[[int], Case]]] = {
    "only_cr": lambda n: Case(report(words=WORDS * n).replace(b"\n", b"\r")),
    "cr_cr_lf": lambda n: Case(report(returned=RETURNED + b"x\n" * n).replace(b"\n", b"\r\r\n")),
    "other_line_breaks": lambda n: sure(
        report(
            group(
                extra=b"X-A: b"
                + "\x0b\x0c\x1c\x1d\x1e\x85\u2028".encode() * n
                + b"Final-Recipient: rfc822; planted@other.example\n"
            )
        )
    ),
    "open_base64": lambda n: true(
        report(words=b"").replace(
            b"text/plain", b"text/plain\nContent-Transfer-Encoding: base64\n\n" + b"QUFB" * n + b"Q", 1
        )
    ),
    "base64_of_equals": lambda n: true(
        report(words=b"=" * n).replace(b"text/plain", b"text/plain\nContent-Transfer-Encoding: base64", 1)
    ),
    "bad_quoted_printable": lambda n: true(
        report(words=b"=ZZ=4=\n=" * n).replace(
            b"text/plain", b"text/plain\nContent-Transfer-Encoding: quoted-printable", 1
        )
    ),
    "unknown_encoding": lambda n: true(
        report(words=b"x" * n).replace(b"text/plain", b"text/plain\nContent-Transfer-Encoding: x-" + b"y" * n, 1)
    ),
    "encoded_multipart": lambda n: Case(report(top=TOP + b"Content-Transfer-Encoding: base64\n", words=b"x\n" * n)),
    "bad_uuencode": lambda n: true(report(words=b"begin 644 a\n" + b"\xffM#\n" * n)),
    "nul_and_control": lambda n: Case(
        report(group(b"u\0@dest.example", status=b"5.\x001.1", reply=b"smtp; 550 \0\x1b[2J" * n))
    ),
    "broken_utf8": lambda n: sure(report(group(reply=b"smtp; 550 5.1.1 \xed\xa0\x80\xc0\xaf\xf8" * n))),
} | {
    f"charset_{name.decode('ascii').strip(chr(0)) or 'nul'}": partial(
        lambda name, n: true(
            report(words=WORDS % (b"u@dest.example", b"u@dest.example") + b"a-b+\xff" * n).replace(
                b"text/plain", b"text/plain; charset=" + name, 1
            )
        ),
        name,
    )
    for name in BAD_CHARSETS
}

# The delivery-status part.

STATUSES: Final = {
    "huge": b"5." + b"9" * 5000 + b".1",
    "full_width": "\uff15.\uff11.\uff11".encode(),
    "superscript": "5.\xb2\xb2.1".encode(),
    "negative": b"-5.1.1",
    "dots": b"." * 500,
    "words": b"unknown",
    "empty": b"",
}


def many_recipients(n: int) -> Case:
    """Return a report of n recipients."""
    names = [f"u{i}@dest.example" for i in range(n)]
    return Case(report(b"\n".join(group(name.encode()) for name in names)), tuple(names))


def addressed(value: bytes, never: tuple[str, ...] = ()) -> Case:
    """Return a report about something that is hardly an address."""
    return Case(report(group(value, reply=b"smtp; 550 no"), words=b"It failed.\n"), never=never)


STATUS: Final[dict[str, Callable[[int], Case]]] = {
    "many_recipients": many_recipients,
    "one_recipient_many_times": lambda n: sure(report(b"\n".join([group()] * n))),
    "many_unknown_fields": lambda n: true(report(group(extra=b"X-A: b\n" * n))),
    "many_replies": lambda n: true(report(group(extra=b"Diagnostic-Code: smtp; 550 5.1.1 no\n" * n))),
    "many_empty_groups": lambda n: true(report(b"X-A: b\n\n" * n + group())),
    "many_blank_lines": lambda n: true(report(b"\n" * n + group())),
    "huge_reply": lambda n: sure(report(group(reply=b"smtp; 550 5.1.1 User unknown" + b"\n no such user" * n))),
    "odd_action": lambda n: Case(report(group(action=b"\xff" * n)), (), (PLANTED,)),
    "odd_types": lambda n: Case(
        report(
            b"\n".join(
                b"Final-Recipient: %s\nAction: failed\nStatus: 5.1.1\n" % value
                for value in (b"x400; /C=XX/", b";", b"", b"u@", b"@d") * min(n, 20)
            )
        )
    ),
    "odd_escapes": lambda n: Case(
        report(
            b"Final-Recipient: utf-8; \\x{110000}\\x{D800}\\x{0}"
            + b"\\x{41" * n
            + b"@d.example\nAction: failed\nStatus: 5.1.1\n"
        )
    ),
    "odd_xtext": lambda n: sure(report(group(extra=b"Original-Recipient: rfc822;" + b"+ZZ+0A+" * n + b"\n"))),
    "long_local_part": lambda n: addressed(b"a" * n + b"@dest.example"),
    "long_domain": lambda n: addressed(b"a@" + b"b." * n + b"example"),
    "angles": lambda n: addressed(b"<" * n + b"a@dest.example" + b">" * n),
    "parens": lambda n: addressed(b"(" * n + b"a@dest.example"),
    "ats": lambda n: addressed(b"a" + b"@" * n + b"dest.example"),
    "dots": lambda n: addressed(b"a" + b"." * n + b"@dest.example"),
    "quotes": lambda n: addressed(b'"' * n + b"@dest.example"),
    "backslashes": lambda n: addressed(b'"' + b"\\" * n + b'"@dest.example'),
    "commas": lambda n: addressed(b"a," * n + b"b@dest.example"),
    "routes": lambda n: addressed(b"<@a.example," * n + b":u@dest.example>"),
    "quoted_at": lambda n: addressed(b'"planted@other.example' + b" " * min(n, 9) + b'"@dest.example', (PLANTED,)),
    "address_in_a_comment": lambda n: addressed(b"(planted@other.example)" * min(n, 9) + b"u@dest.example", (PLANTED,)),
    "invisible": lambda n: addressed("u\u200b\u202e@dest\u00ad.example".encode() + b"\xe2\x80\x8b" * min(n, 99)),
} | {
    f"status_{name}": partial(lambda value, n: sure(report(group(status=value, extra=b"X-A: b\n" * min(n, 9)))), value)
    for name, value in STATUSES.items()
}

# Words for people: what makes regular expressions and readers of HTML slow.

UNITS: Final = {
    "spaces": b" ",
    "tabs": b"\t ",
    "dotted": b"a.",
    "digits": b"5",
    "codes": b"5.1.1 550 ",
    "ats": b"a@",
    "addresses": b"<a@b.example> ",
    "open_angles": b"<",
    "angle_ats": b"<a@",
    "parens": b"(",
    "quotes": b'"',
    "colons": b": ",
    "dashes": b"--",
    "replies": b"host a.example said: 550 ",
}
MARKUP: Final = {
    "divs": b"<div>",
    "open_tags": b"<a ",
    "comments": b"<!--",
    "declarations": b"<![CDATA[",
    "entities": b"&#x110000;&amp",
    "scripts": b"<script>",
    "attributes": b'<a href="',
}


def pump(unit: bytes, n: int) -> bytes:
    """Return n times a unit, before something that does not fit, on one line and on many."""
    return unit * n + b"!\n" + (unit * 9 + b"\n") * (n // 10)


NOTIFICATION: Final = (
    b'{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General",'
    b'"bouncedRecipients":[%s]},"mail":{"source":"news@sender.example"}}\n'
)
WORDING: Final[dict[str, Callable[[int], Case]]] = (
    {f"text_{name}": partial(lambda unit, n: Case(plain(pump(unit, n))), unit) for name, unit in UNITS.items()}
    | {
        f"reply_{name}": partial(lambda unit, n: sure(report(group(reply=b"smtp; 550 5.1.1 " + unit * n + b"!"))), unit)
        for name, unit in UNITS.items()
    }
    | {f"subject_{name}": partial(lambda unit, n: long_subject(unit * n + b"!"), unit) for name, unit in UNITS.items()}
    | {
        f"html_{name}": partial(lambda unit, n: Case(plain(pump(unit, n), type_=b"Content-Type: text/html\n")), unit)
        for name, unit in MARKUP.items()
    }
    | {
        "one_letter_notice": lambda n: Case(
            plain(WORDS % (b"u@dest.example", b"u@dest.example") + b"a\n" * n), (VICTIM,)
        ),
        "many_addresses": lambda n: Case(
            plain(
                WORDS % (b"u@dest.example", b"u@dest.example")
                + b"".join(b"<u%d@dest.example>:\n550 5.1.1 no\n" % i for i in range(n))
            )
        ),
        "huge_notice_reply": lambda n: Case(
            plain(WORDS % (b"u@dest.example", b"u@dest.example") + b"    no such user\n" * n), (VICTIM,)
        ),
        "many_refused_commands": lambda n: Case(
            plain(
                b"   ----- Transcript of session follows -----\n... while talking to mx.dest.example.:\n"
                + b"".join(b">>> RCPT To:<u%d@dest.example>\n<<< 550 5.1.1 no\n" % i for i in range(n))
                + b"That was all.\n"
            ),
            tuple(f"u{i}@dest.example" for i in range(n)),
        ),
        "many_names": lambda n: Case(
            plain(b"Your mail could not be delivered to the following recipients:\n" + b"name\n" * n), (), (PLANTED,)
        ),
        "many_names_with_addresses": lambda n: Case(
            plain(
                b"Your mail could not be delivered to the following recipients:\n"
                + b"".join(b"u%d\n" % i for i in range(n)),
                top=TOP + b"X-Failed-Recipients: " + b", ".join(b"u%d@dest.example" % i for i in range(n)) + b"\n",
            ),
            tuple(f"u{i}@dest.example" for i in range(n)),
        ),
        "many_failed_names": lambda n: Case(
            plain(
                b"It could not be delivered. " + b"long words about it. " * n,
                top=TOP + b"X-Failed-Recipients: " + b", ".join(b"u%d@dest.example" % i for i in range(n)) + b"\n",
            )
        ),
        "notification": lambda n: Case(
            plain(NOTIFICATION % b",".join(b'{"emailAddress":"u%d@dest.example"}' % i for i in range(n))),
            tuple(f"u{i}@dest.example" for i in range(n)),
        ),
        "deep_notification": lambda n: Case(
            plain(NOTIFICATION % (b'{"emailAddress":"u@dest.example"},{"x":' + b"[" * n + b"]" * n + b"}")),
            (),
            (PLANTED,),
        ),
        "one_letter_lines": lambda n: true(report(words=WORDS % (b"u@dest.example", b"u@dest.example") + b"a\n" * n)),
    }
)

# Trust: what others wrote is not what the reporter says.

FORGED: Final = report(group(PLANTED.encode()), words=WORDS % (PLANTED.encode(), PLANTED.encode()))
PERSON: Final = b"From: Ines <ines@other.example>\nTo: help@sender.example\nDate: Mon, 2 Jun 2025 10:00:00 +0000\nMIME-Version: 1.0\n"
QUOTED: Final = b"".join(b"> " + line + b"\n" for line in FORGED.split(b"\n"))
AWAY: Final = PERSON + b"Subject: Out of office: News\nAuto-Submitted: auto-replied (vacation)\n"


def attached(n: int) -> bytes:
    """Return a person's mail with a report attached."""
    parts = (
        b"--c\nContent-Type: text/plain\n\nWhat is this?\n"
        + b"--c\nContent-Type: message/rfc822\n\n%s\n" % FORGED * min(n, 5)
    )
    return (
        PERSON + b"Subject: Fwd: Undelivered Mail\nContent-Type: multipart/mixed; boundary=c\n\n" + parts + b"--c--\n"
    )


TRUST: Final[dict[str, Callable[[int], Case]]] = {
    "report_in_the_returned_message": lambda n: sure(report(returned=FORGED * min(n, 5))),
    "report_in_the_epilogue": lambda n: sure(report() + FORGED * min(n, 5)),
    "report_in_the_preamble": lambda n: sure(
        TOP + TYPE + b"\n" + WORDS % (PLANTED.encode(), PLANTED.encode()) * min(n, 5) + body()
    ),
    "report_attached_by_a_person": lambda n: Case(attached(n), never=(PLANTED,), outcome="other"),
    "report_quoted_by_a_person": lambda n: Case(
        plain(b"Why?\n\n" + QUOTED * min(n, 5), top=PERSON + b"Subject: Re: News\n"), never=(PLANTED,), outcome="other"
    ),
    "automatic_reply_with_a_code": lambda n: Case(
        plain(
            b"I am away. My old address says 550 5.1.1 user unknown, write to planted@other.example\n" * min(n, 5),
            top=AWAY,
        ),
        never=(PLANTED,),
        outcome="auto_reply",
    ),
    "one_failed_of_many": lambda n: sure(
        report(
            b"\n".join(
                [
                    group(b"a@dest.example", action=action, status=b"2.0.0", reply=b"smtp; 250 ok")
                    for action in (b"delivered", b"relayed", b"expanded")
                ]
                * min(n, 5)
                + [group()]
            )
        )
    ),
    "delivered_with_a_bad_status": lambda n: Case(
        report(group(action=b"delivered", extra=b"X-A: b\n" * min(n, 9)), words=b"It was delivered.\n"),
        outcome="success",
    ),
}

# What reaches terminals, logs, tables and pages.

INJECTIONS: Final = {
    "terminal": b"\x1b[2J\x1b]0;title\x07\x1b[31m",
    "link": b"\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "c1": "\x9b2J\x9d0;x\x9c".encode() + b"\x9b2J",
    "bidi": "\u202eelpmaxe\u202c\u2066\u2069".encode(),
    "zero_width": "\u200b\u200d\ufeff\u00ad".encode(),
    "separators": "\u2028\u2029\x85".encode(),
    "backspaces": b"\x08\x08\x7f",
    "carriage": b"\rINFO all well",
    "formula": b"=cmd|' /C calc'!A0",
    "markup": b"<script>alert(1)</script>",
    "format": b"%s%n{0.__class__}",
}


def injected(payload: bytes, n: int) -> Case:
    """Return a report with the payload wherever text is taken from."""
    payload *= min(n, 20)
    extra = b"Remote-MTA: dns; mx" + payload + b".dest.example\nX-A: " + payload + b"\n"
    top = TOP.replace(b"(Mail", b"(" + payload + b"Mail").replace(b"Undelivered", payload + b"Undelivered")
    groups = group(reply=b"smtp; 550 5.1.1 " + payload + b" User unknown", extra=extra)
    return true(report(groups, top=top, returned=RETURNED.replace(b"Subject: ", b"Subject: " + payload)))


KINDS: Final[dict[str, Callable[[int], Case]]] = {
    **STRUCTURE,
    **HEADER,
    **ENCODINGS,
    **STATUS,
    **WORDING,
    **TRUST,
    **{f"inject_{name}": partial(injected, payload) for name, payload in INJECTIONS.items()},
}
