"""What people paste: replies of servers, and lines of the logs of Postfix, Exim, Sendmail, Exchange, qmail and OpenSMTPD."""

import sys

import pytest
from effort import SOON

import dsnparse
from dsnparse.explain import explain_input
from dsnparse.explain.lines import logical_lines
from dsnparse.explain.logs import read_log

LONG = 200_000
BOB = "bob@example.net"
POSTFIX = "Nov 22 10:00:00 mail postfix/smtp[9]: 4F2ABCDEF: to=<bob@example.net>, relay="
EXIM = "2025-01-01 10:00:00 1tSabc-0000000abcd-1Xyz "
SENDMAIL = (
    "Nov 22 10:00:00 mail sendmail[12]: u2C5abcd012345: to=<bob@example.net>, delay=00:00:01, mailer=esmtp, pri=120, "
)
TRACKING = "2025-01-01T10:00:00.000Z,,mx1,192.0.2.9,mx1,,,SMTP,"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            (
                f"{POSTFIX}mx.example.net[192.0.2.1]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced"
                " (host mx.example.net[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command))"
            ),
            (BOB, "user_unknown", "failed", "permanent"),
        ),
        (
            (
                f"{POSTFIX}none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred"
                " (connect to mx.example.net[192.0.2.1]:25: Connection refused)"
            ),
            (BOB, "host_unreachable", "delayed", "temporary"),
        ),
        (
            f"{POSTFIX}mx.example.net[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 1)",
            (BOB, "delivered", "delivered", None),
        ),
        (
            (
                f"{EXIM}** bob@example.net R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.1] X=TLS1.3:AES_256_GCM:256 CV=yes:"
                " SMTP error from remote mail server after RCPT TO:<bob@example.net>: 550 5.1.1 User unknown"
            ),
            (BOB, "user_unknown", "failed", "permanent"),
        ),
        (
            (
                f"{EXIM}== bob@example.net R=dnslookup T=remote_smtp defer (-44) H=mx.example.net [192.0.2.1]:"
                " SMTP error from remote mail server after RCPT TO:<bob@example.net>: 451 4.7.1 Greylisted, try again in 300 seconds"
            ),
            (BOB, "greylisted", "delayed", "temporary"),
        ),
        (
            f"{SENDMAIL}relay=mx.example.net. [192.0.2.1], dsn=5.1.1, stat=User unknown",
            (BOB, "user_unknown", "failed", "permanent"),
        ),
        (
            f"{SENDMAIL}relay=mx.example.net. [192.0.2.1], dsn=4.2.2, stat=Deferred: 452 4.2.2 Mailbox full",
            (BOB, "mailbox_full", "delayed", "temporary"),
        ),
        (
            (
                f'{TRACKING}FAIL,1,<a@b.example>,x,bob@example.net,"[{{LRT=1}};{{LED=550 5.1.10 RESOLVER.ADR.RecipientNotFound;'
                ' Recipient not found by SMTP address lookup};{FQDN=mx.example.net};{IP=192.0.2.1}]",1,1'
            ),
            (BOB, "user_unknown", "failed", "permanent"),
        ),
        (
            "2025-01-01T10:00:00.000Z,Internet,08DC0A0B0C0D0E0F,9,192.0.2.9:2525,192.0.2.1:25,<,550 5.1.1 User unknown,",
            ("", "user_unknown", None, "permanent"),
        ),
        (
            "@400 delivery 3: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_5.1.1_no_such_user_here/",
            ("", "user_unknown", "failed", "permanent"),
        ),
        (
            (
                "Nov 22 10:00:00 mail smtpd[9]: 0a1b mta delivery evpid=1 from=<a@b.example> to=<bob@example.net> rcpt=<->"
                ' relay="192.0.2.1 (mx.example.net)" delay=1s result="TempFail" stat="451 4.7.1 Greylisted"'
            ),
            (BOB, "greylisted", "delayed", "temporary"),
        ),
        ("550 5.1.1 User unknown", ("", "user_unknown", None, "permanent")),
        ("<<< 550 5.1.1 User unknown", ("", "user_unknown", None, "permanent")),
        ("smtp; 550 5.1.1 User unknown", ("", "user_unknown", None, "permanent")),
        ("450 5.2.3 Msg Size greater than allowed by Remote Host", ("", "message_too_big", None, "temporary")),
        ("451 4.7.1 Greylisting in action, please come back in 00:02:00", ("", "greylisted", None, "temporary")),
    ],
)
def test_a_line(line: str, expected: object) -> None:
    (finding,) = dsnparse.explain(line).findings
    assert (finding.subject, finding.reason, finding.action, finding.permanence) == expected


def test_the_host_of_a_log_line_is_named() -> None:
    line = f"{EXIM}** bob@example.net R=x T=y H=mx.example.net [192.0.2.1]: 550 5.1.1 User unknown"
    assert dsnparse.explain(line).findings[0].happened == "mx.example.net has no mailbox for bob@example.net."


def test_evidence_stands_in_the_text_that_was_given() -> None:
    text = (
        f"überall\n{POSTFIX}mx.example.net[192.0.2.1]:25, delay=1, dsn=5.1.1, status=bounced (550 5.1.1 User unknown)\n"
    )
    raw = text.encode()
    (finding,) = dsnparse.explain(text).findings
    spans = {value.field: raw[value.start : value.end].decode() for value in finding.values if value.end}
    assert (spans["address"], spans["diagnostic"], spans["remote_mta"]) == (
        BOB,
        "550 5.1.1 User unknown",
        "mx.example.net",
    )


def test_lines_of_one_reply_are_one() -> None:
    text = (
        "550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n"
        "550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.\n"
        "550 5.7.26 gsmtp\n"
        "452 4.2.2 Mailbox full\n"
        "550-5.1.1 No such\n"
    )
    assert [finding.reason for finding in dsnparse.explain(text).findings] == [
        "authentication_fail",
        "mailbox_full",
        "user_unknown",
    ]


def test_a_dialogue_has_findings_for_its_refusals_only() -> None:
    text = "220 mx.example.net ESMTP\n>>> RCPT TO:<bob@example.net>\n<<< 550 5.1.1 User unknown\n221 2.0.0 Bye\n"
    assert [finding.reason for finding in dsnparse.explain(text).findings] == ["user_unknown"]


@pytest.mark.parametrize(
    ("raw", "asked"),
    [
        (b"550 5.1.1 User unknown\r\n", "reply"),
        (b"5.7.1\n", "code"),
        (
            b"u2C5abcd012345: to=<bob@example.net>, delay=1, relay=mx.example.net., dsn=5.1.1, stat=User unknown\n",
            "reply",
        ),
        (b"From: ada@example.com\nSubject: 550 5.1.1 User unknown\n\nhello\n", "message"),
        (b"", "message"),
        (b"\xff\xfe", "message"),
    ],
)
def test_bytes_are_a_message_or_what_was_typed(raw: bytes, asked: str) -> None:
    assert explain_input(raw).asked == asked


@SOON
@pytest.mark.parametrize("unit", ["to=<", "a", " ", "{LED=", "** a@b", ", dsn=", "550-", "550 5.1.1 "])
def test_long_and_hostile_lines_are_read(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["dsnparse.explain.lines"], "LONGEST", LONG * 2)
    dsnparse.explain(unit * (LONG // len(unit)) + "to=<a@b>")


@SOON
def test_no_more_lines_are_read_than_somebody_pastes() -> None:
    assert len(list(logical_lines("550 5.1.1 x\n" * 20_000))) == 1_000
    dsnparse.explain("550 5.1.1 x\n" * 20_000)


@pytest.mark.parametrize("text", ["550 \udcff\x1b[31m5.1.1 User unknown", "550 5.1.1 User\u202e unknown\x07"])
def test_what_is_pasted_is_cleaned_like_mail(text: str) -> None:
    (finding,) = dsnparse.explain(text).findings
    values = {value.field: value.value for value in finding.values}
    assert finding.reason == "user_unknown"
    assert str(values["diagnostic"]).isprintable()


@SOON
@pytest.mark.parametrize(
    "line",
    [
        "to=<a>, dsn=5.1.1, reply=," * 300,
        "{LED=x}{FQDN=}" * 500 + "{IP=",
        ",FAIL,a@b.example," * 400,
        "** a@b R=x H=y " * 500 + "\t",
        "to=<" * 1_900,
    ],
)
def test_no_line_of_a_log_is_too_long(line: str) -> None:
    read_log(line * 100)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("550 SC-003", [("ip_blocklisted", "Outlook.com, Hotmail, Live and MSN")]),
        ("account storage limit", [("mailbox_full", "GoDaddy")]),
        ("550 5.1.1 User unknown", [("user_unknown", "")]),
        ("550 5.7.26 unauthenticated gsmtp", [("authentication_fail", "")]),
        ("550 5.9.9 qwertz", [("undetermined", "")]),
    ],
)
def test_vendors_are_asked_where_the_words_of_anybody_say_little(reply: str, expected: list[tuple[str, str]]) -> None:
    assert [(finding.reason, finding.vendor) for finding in dsnparse.explain(reply).findings] == expected


def test_lines_have_the_places_of_their_bytes() -> None:
    text = "ä\n\n550-one\r\n550 two\n" + "x" * 9_000 + "\nend"
    lines = list(logical_lines(text))
    assert [line.text[:20] for line in lines] == ["ä", "550-one\r\n550 two", "x" * 20, "end"]
    assert [text.encode()[line.start :][:3] for line in lines] == ["ä\n".encode(), b"550", b"xxx", b"end"]
    assert (lines[0].span(0, 1), len(lines[2].text)) == ((0, 2), 8_000)


def test_a_reply_that_never_ends_is_cut() -> None:
    lines = list(logical_lines("550-x\n" * 5_000))
    assert sum(len(line.text) for line in lines) < 8_000
