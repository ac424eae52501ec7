"""Mail that is no bounce, however much it speaks of bounces: nobody may be suppressed for it."""

from typing import Final

import pytest

import dsnparse

# From, Subject, more of the header, words
LETTERS: Final = {
    "a warning about one's own mailbox": (
        "Postmaster <postmaster@corp.example>",
        "Your mailbox is almost full",
        "",
        "Your mailbox joe@origin.example has reached 95 % of its size limit. If it is full, new messages will be rejected.",
    ),
    "a program that could not write to its master": (
        "System Administrator <root@host.example>",
        "Disk full on host",
        "Auto-Submitted: auto-generated\n",
        "/var is full. Mail to joe@origin.example could not be delivered: no space left on device",
    ),
    "a parcel that nobody took": (
        "Shop <no-reply@delivery.example>",
        "Delivery failed",
        "",
        "Your parcel could not be delivered to joe@origin.example at home. Please choose a new date.",
    ),
    "a lure that looks like a bounce": (
        "Mail Server <mailer@lure.example>",
        "Delivery Failure Notice",
        "",
        "The mailbox joe@origin.example is full and refuses mail. Upgrade now: http://lure.example/x",
    ),
    "another lure": (
        "Mail Delivery <info@lure.example>",
        "Undelivered mail: 3 messages waiting",
        "",
        "Dear joe@origin.example,\n\n3 messages were not delivered to you due to a system error. Recover: http://lure.example",
    ),
    "planned work on a server": (
        "Postmaster <postmaster@corp.example>",
        "Mail server maintenance",
        "",
        "Dear users,\n\nthe mail server will be down on Saturday. Messages may be delayed. Contact helpdesk@corp.example.",
    ),
    "a machine that watches another": (
        "Watch <watch@mon.example>",
        "PROBLEM Host Alert: mx1 is DOWN",
        "Auto-Submitted: auto-generated\n",
        "Host: mx1.example\nState: DOWN\nInfo: Connection refused\nContact: ops@mon.example",
    ),
    "a list of spam that was held": (
        "Quarantine <postmaster@filter.example>",
        "Quarantine digest",
        "",
        "These messages to joe@origin.example have been rejected as spam:\n\none@bulk.example - Win money\ntwo@bulk.example - Pills",
    ),
    "a virus that was kept away": (
        "AntiVirus <postmaster@filter.example>",
        "Virus in mail to you",
        "",
        "A message from eve@bad.example to you (joe@origin.example) contained the virus EICAR and has been deleted.",
    ),
    "a person who asks about a bounce": (
        "Bob <bob@friend.example>",
        "Undelivered Mail Returned to Sender",
        "",
        "Hi, I keep getting this when I write to x@y.example. Any idea?\n\n<x@y.example>: host mx.y.example said: 550 User unknown",
    ),
    "a person who sends a bounce on": (
        "Bob <bob@friend.example>",
        "Fwd: Undelivered Mail Returned to Sender",
        "",
        "This came back.\n\n> This is the mail system at host mx.example.\n> <x@y.example>: host mx.y.example said: 550 User unknown",
    ),
    "a help desk that explains one": (
        "Support <support@isp.example>",
        "Re: [#123] Mail delivery failed",
        "",
        "Dear Joe, the address alice@corp.example does not exist (550 5.1.1 User unknown), that is why your mail was returned.",
    ),
    "a mailing list about mail": (
        "users <owner-users@lists.example>",
        "Re: Undelivered Mail",
        "List-Id: <users.lists.example>\nIn-Reply-To: <1@x.example>\n",
        "> <x@y.example>: host mx.y.example[192.0.2.1] said: 550 5.1.1 User unknown\n\nCheck your tables.",
    ),
    "a summary of a log": (
        "root <root@host.example>",
        "Logwatch for host",
        "",
        "--- Postfix Begin ---\n  3 Bounced\n     550 5.1.1 User unknown: pete@far.example\n--- Postfix End ---",
    ),
    "a person who returns one's mail with a remark": (
        "Bob <bob@friend.example>",
        "Re: Mail delivery failed",
        "",
        "Did not reach me: bob.old@friend.example is unknown.\n\n-----Original Message-----\nFrom: joe@origin.example\nTo: bob.old@friend.example\nSubject: x",
    ),
    "a report of a campaign": (
        "Campaigns <noreply@esp.example>",
        "Campaign report: 12 hard bounces",
        "",
        "12 hard bounces: a@x.example user unknown, b@y.example mailbox full",
    ),
}


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("path", ["Return-Path: <writer@origin.example>\n", ""])
def test_no_bounce(name: str, path: str) -> None:
    sender, subject, more, words = LETTERS[name]
    head = f"{path}From: {sender}\nTo: joe@origin.example\nSubject: {subject}\n{more}Content-Type: text/plain; charset=utf-8\n\n"
    report = dsnparse.parse((head + words + "\n").encode())
    assert (report.kind, report.recipients) == ("other", ())


def test_bounce_of_a_mail_to_oneself() -> None:
    """What names the reader alone is a bounce all the same where it quotes the reply of a server."""
    raw = (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: joe@origin.example\nSubject: failure notice\n\n"
        b"<joe@origin.example>: host mx.origin.example said: 550 5.1.1 User unknown\n"
    )
    report = dsnparse.parse(raw)
    assert (report.kind, [item.address for item in report.recipients]) == ("failure", ["joe@origin.example"])


# Kind, return path, From, Subject, header, words
ROBOTS: Final = {
    "a desk that quotes a code": (
        "auto_reply",
        "",
        "IT Service Desk <it@desk.example>",
        "INC0481177 opened: Undeliverable mail",
        "Auto-Submitted: auto-generated\nX-ServiceNow-Generated: true\n",
        'Incident INC0481177 has been opened. If you received an error such as "550 5.1.1 User unknown" please attach it.',
    ),
    "an address that only sends": (
        "auto_reply",
        "",
        "Kaiin Service <info-reply@kaiin.example>",
        "このメールアドレスは送信専用です",
        "X-Mailer: AutoReply 2.11\n",
        "info-reply@kaiin.example は送信専用のため、お客様のメールは担当者に配信できませんでした。",
    ),
    "one that nobody reads": (
        "auto_reply",
        "",
        "Kundenservice <noreply@strom.example>",
        "Ihre Nachricht konnte nicht zugestellt werden",
        "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: OOF, AutoReply\n",
        "Das Postfach wird nicht gelesen, Ihre Nachricht konnte keinem Mitarbeiter zugestellt werden: kundenservice@strom.example.",
    ),
    "a postmaster who explains": (
        "auto_reply",
        "postmaster@mail.example",
        "Postmaster <postmaster@mail.example>",
        "Re: Your message to postmaster",
        "Auto-Submitted: auto-replied\nIn-Reply-To: <1@origin.example>\n",
        "A human will read your message. Meanwhile:\n\n  550 5.1.1 User unknown\n      The mailbox does not exist.",
    ),
    "a challenge in the words of a delay": (
        "challenge",
        "",
        "Verification <verify@guard.example>",
        "Delivery pending: Verification required for your email to bo@dest.example",
        "",
        "Your email to bo@dest.example has not been delivered yet. It is held until you verify that you are a real person.",
    ),
    "a challenge by a mailer daemon": (
        "challenge",
        "",
        "Confirmation Request <MAILER-DAEMON@dest.example>",
        "your message to bo@dest.example is delayed, please confirm",
        "",
        "One or more messages from you are being held.\n\nTo release your pending message(s) for delivery, please reply to this request.",
    ),
    "a list server that took a bounce for commands": (
        "list_request",
        "",
        "kites-bounces@lists.example",
        "The results of your email commands",
        "X-List-Administrivia: yes\nX-Mailman-Version: 2.1.29\n",
        (
            "The results of your email command are provided below.\n\n- Unprocessed:\n    This is the mail system at host mx1.origin.example.\n"
            "    I'm sorry to have to inform you that your message could not\n    be delivered to one or more recipients. It's attached below.\n"
            "    <bo@dest.example>: unknown user\n\n- Done."
        ),
    ),
    "another one": (
        "list_request",
        "",
        "Majordomo@lists.example",
        "Majordomo results: Mail delivery failed",
        "",
        (
            "--\n\n>>>> This message was created automatically by mail delivery software.\n**** Command 'this' not recognized.\n"
            ">>>> A message that you sent could not be delivered to one or more of its\n**** Command 'a' not recognized.\n"
            "**** No valid commands found.\n\n**** Help for Majordomo@lists.example:"
        ),
    ),
    "a list server that answers by itself": (
        "list_request",
        "",
        "SYMPA <sympa@lists.example>",
        "Results of your commands",
        "Message-Id: <sympa.5803877717.50807.440@lists.example>\nX-Loop: sympa@lists.example\nAuto-Submitted: auto-replied\nIn-Reply-To: <1@origin.example>\n",
        "Your command 'Undelivered Mail Returned to Sender' was not understood: unknown command.",
    ),
}


@pytest.mark.parametrize("name", ROBOTS)
def test_robot_that_speaks_of_mail_sends_no_bounce(name: str) -> None:
    kind, path, sender, subject, header, words = ROBOTS[name]
    raw = f"Return-Path: <{path}>\nFrom: {sender}\nTo: joe@origin.example\nSubject: {subject}\n{header}Content-Type: text/plain; charset=utf-8\n\n{words}\n"
    report = dsnparse.parse(raw.encode())
    assert (report.kind, report.recipients) == (kind, ())


def test_reply_that_asks_to_confirm_is_a_bounce() -> None:
    raw = (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: joe@origin.example\nSubject: failure notice\n\n"
        b"bo@dest.example: 550 5.7.1 Your mail is held until you verify that you are a real person, see http://guard.example\n"
    )
    report = dsnparse.parse(raw)
    assert (report.kind, [item.address for item in report.recipients]) == ("failure", ["bo@dest.example"])


EXIM: Final = (
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\n"
    "recipients. This is a permanent error. The following address(es) failed:\n\n  bo@dest.example\n    Unrouteable address\n"
)
ASKS: Final = "Hello, you printed our cards and you seem to know about computers, so sorry to bother you. Every time I write to my sister I get this:\n\n"


@pytest.mark.parametrize("quoted", [EXIM, EXIM.replace("\n", "\n> "), f"```\n{EXIM}```\n"])
@pytest.mark.parametrize(
    "subject", ["cannot write to my sister", "Undelivered mail? (issue #312)", "Fwd: Mail delivery failed"]
)
def test_person_who_shows_a_bounce_has_sent_none(quoted: str, subject: str) -> None:
    raw = f"Return-Path: <lea@home.example>\nFrom: Lea <lea@home.example>\nTo: joe@origin.example\nSubject: {subject}\n\n{ASKS}{quoted}"
    report = dsnparse.parse(raw.encode())
    assert (report.kind, report.recipients) == ("other", ())


@pytest.mark.parametrize("above", ["", "Mail system of Dest Ltd\n\n", "*** Attention ***\n"])
def test_bounce_whose_sender_has_any_name_begins_as_its_software_does(above: str) -> None:
    raw = f"Return-Path: <ndr@origin.example>\nFrom: ndr@origin.example\nTo: joe@origin.example\nSubject: Mail delivery failed\n\n{above}{EXIM}"
    report = dsnparse.parse(raw.encode())
    assert (report.kind, [item.address for item in report.recipients]) == ("failure", ["bo@dest.example"])


STATUS: Final = (
    "--X\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
    "Final-Recipient: rfc822; bo@dest.example\nAction: failed\nStatus: 5.1.1\n\n--X--\n"
)


@pytest.mark.parametrize(
    ("sender", "subject", "media", "kind"),
    [
        ("Priya <priya@origin.example>", "Fwd: Undelivered Mail Returned to Sender", "mixed", "other"),
        ("Priya <priya@origin.example>", "WG: Undelivered Mail Returned to Sender", "mixed", "other"),
        ("Priya <priya@origin.example>", "Undelivered Mail Returned to Sender", "mixed", "failure"),
        ("MAILER-DAEMON@mx.example", "Re: Undelivered Mail Returned to Sender", "mixed", "failure"),
        ("Priya <priya@origin.example>", "Fwd: Undelivered Mail", "report; report-type=delivery-status", "failure"),
    ],
)
def test_status_part_in_what_a_person_sends_on(sender: str, subject: str, media: str, kind: str) -> None:
    head = (
        f"From: {sender}\nTo: joe@origin.example\nSubject: {subject}\nContent-Type: multipart/{media}; boundary=X\n\n"
    )
    raw = f"{head}--X\nContent-Type: text/plain\n\nHi team, is this one of yours?\n\n{STATUS}"
    report = dsnparse.parse(raw.encode())
    assert report.kind == kind
    assert [item.address for item in report.recipients] == (["bo@dest.example"] if kind == "failure" else [])


def test_change_of_a_program_that_has_a_bounce_in_it() -> None:
    raw = (
        b"From: git@code.example\nTo: commits@lists.example\nSubject: [listtools] bounce: treat 5.1.1 as permanent\nX-Git-Repo: listtools\n"
        b"Auto-Submitted: auto-generated\n\n+Final-Recipient: rfc822; nobody@dest.example\n+Action: failed\n+Status: 5.1.1\n"
    )
    assert dsnparse.parse(raw).kind == "other"


def test_virus_that_a_filter_kept_from_the_reader() -> None:
    raw = (
        b'Return-Path: <>\nFrom: "Content-filter at mx1.origin.example" <postmaster@origin.example>\nTo: <joe@origin.example>\n'
        b"Subject: VIRUS (Worm.Mydoom.M) IN MAIL TO YOU (from <MAILER-DAEMON@other.example>)\n\n"
        b"Our content checker found\n    virus: Worm.Mydoom.M\n\nin an email to you from probably faked sender:\n  MAILER-DAEMON@other.example\n\n"
        b"Our internal reference code for your message is 04412-09/SU9YS6fwygRI\n"
    )
    report = dsnparse.parse(raw)
    assert (report.kind, report.recipients) == ("other", ())


# From, Subject, Auto-Submitted, words: of somebody whom mail did not reach, and never that it failed
NOTICES: Final = {
    "a table of causes": (
        "Posta <postmaster@mx.example>",
        "Rapporto",
        "auto-generated",
        "Destinatario          Errore\n--------------------  -----------\nbo@dest.example       utente sconosciuto",
    ),
    "a reply that closes with its code": (
        "MAILER-DAEMON@mx.example",
        "Hello",
        "auto-generated",
        "bo@dest.example:\nunknown person here (#5.1.1)",
    ),
    "a robot that quotes a reply": (
        "Mail robot <robot@mx.example>",
        "About your letter",
        "auto-replied",
        "Recipient: bo@dest.example\n\n550 5.1.1 no mailbox here by that name",
    ),
    "one that quotes it within a sentence": (
        "Relay <relay@mx.example>",
        "Relay report",
        "auto-generated",
        'The server of bo@dest.example answered "550 5.1.1 no mailbox here by that name".',
    ),
}


@pytest.mark.parametrize("name", NOTICES)
def test_notice_that_does_not_call_itself_one(name: str) -> None:
    sender, subject, submitted, words = NOTICES[name]
    raw = f"Return-Path: <>\nFrom: {sender}\nTo: joe@origin.example\nSubject: {subject}\nAuto-Submitted: {submitted}\n\n{words}\n"
    report = dsnparse.parse(raw.encode())
    assert (report.kind, [(item.address, item.reason) for item in report.recipients]) == (
        "failure",
        [("bo@dest.example", "user_unknown")],
    )
    assert report.recipients[0].status == ("5.1.1" if "5.1.1" in words else "")


def test_notice_in_words_that_nobody_knows() -> None:
    raw = b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: joe@origin.example\nSubject: Delivery failure\n\nqwertz yxcvb.\n"
    report = dsnparse.parse(raw)
    assert (report.kind, report.recipients) == ("failure", ())


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        (
            "Bo Li <bo@dest.example>",
            "I have left. The mailbox of bo@dest.example does not exist any more, write to ann@dest.example.",
        ),
        ("Bo Li <bo@dest.example>", "bo@dest.example is out of the office. In urgent cases call extension 550."),
    ],
)
def test_answer_of_somebody_who_is_away_quotes_no_reply(sender: str, words: str) -> None:
    raw = f"Return-Path: <>\nFrom: {sender}\nTo: joe@origin.example\nSubject: Your letter\nAuto-Submitted: auto-replied\n\n{words}\n"
    report = dsnparse.parse(raw.encode())
    assert (report.kind, report.recipients) == ("auto_reply", ())


def test_virus_that_a_daemon_kept_from_the_reader() -> None:
    raw = (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: joe@origin.example\nSubject: Security notice\n\n"
        b"A letter of eve@bad.example to you contained the virus EICAR.\n"
    )
    report = dsnparse.parse(raw)
    assert (report.kind, report.recipients) == ("other", ())
