"""The messages that are sent through a server under test, by key: what comes back depends on their form."""

from collections.abc import Sequence
from dataclasses import dataclass

PLAIN = "Hello,\r\n\r\nthis is the body of the original message.\r\n\r\n-- \r\nLab Sender\r\n"
MIME = ("MIME-Version", "1.0")
LINE = "x" * 70 + "\r\n"
RECEIVED = (
    "from client.origin.example (client.origin.example [127.0.0.99])\r\n"
    "\tby submit.origin.example with ESMTPSA id 4XyZ;\r\n\tMon, 06 Jan 2025 10:11:12 +0100 (CET)"
)


@dataclass(frozen=True)
class Message:
    """A body, and the fields that stand in for the usual ones of the same name or follow them.

    `{sender}` in a value stands for the envelope sender. `headless` drops the usual fields, `hops` is the number of
    Received fields, `eight_bit` says that the client has to ask for 8BITMIME.
    """

    body: str = PLAIN
    fields: tuple[tuple[str, str], ...] = ()
    headless: bool = False
    hops: int = 1
    charset: str = "utf-8"
    eight_bit: bool = False


def compose(key: str, sender: str, recipients: Sequence[str], message_id: str) -> bytes:
    """Return a message with CRLF, ready for DATA but for the dots."""
    message = MESSAGES[key]
    fields = {} if message.headless else _usual_fields(sender, recipients, message_id)
    fields |= {name: value.replace("{sender}", sender) for name, value in message.fields}
    lines = [f"Received: {RECEIVED}\r\n"] * (0 if message.headless else 1)
    lines = [f"Received: {_hop(number)}\r\n" for number in range(message.hops - 1)] + lines
    lines += [f"{name}: {value}\r\n" for name, value in fields.items()]
    return ("".join(lines) + "\r\n" + message.body).encode(message.charset)


def message_id_of(key: str, message_id: str) -> str | None:
    """Return the Message-ID that `compose` gives, without angle brackets."""
    message = MESSAGES[key]
    own = dict(message.fields).get("Message-ID")
    return own.strip().strip("<>") if own else None if message.headless else message_id


def _usual_fields(sender: str, recipients: Sequence[str], message_id: str) -> dict[str, str]:
    return {
        "From": f"Lab Sender <{sender}>",
        "To": ", ".join(f"<{address}>" for address in recipients),
        "Subject": "Quarterly report",
        "Date": "Mon, 06 Jan 2025 10:11:12 +0100",
        "Message-ID": f"<{message_id}>",
    }


def _hop(number: int) -> str:
    here, there = f"hop{number}.example", f"hop{number + 1}.example"
    return (
        f"from {there} ({there} [127.0.0.99])\r\n\tby {here} with ESMTP id H{number}; Mon, 06 Jan 2025 10:11:12 +0100"
    )


def _parts(boundary: str, *parts: str) -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"


def _attachment(name: str, media_type: str, body: str, *encoding: str) -> str:
    fields = [f'Content-Type: {media_type}; name="{name}"', f'Content-Disposition: attachment; filename="{name}"']
    fields += [f"Content-Transfer-Encoding: {word}" for word in encoding]
    return "\r\n".join([*fields, "", body])


def _mixed(boundary: str) -> tuple[tuple[str, str], ...]:
    return (MIME, ("Content-Type", f'multipart/mixed; boundary="{boundary}"'))


TEXT = "Content-Type: text/plain\r\n\r\n"
UTF8_TEXT = (MIME, ("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "8bit"))
PDF_LINE = "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\r\n"
EXE = "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
# The two test strings of scanners are put together here, lest this file itself is taken for one.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EI" + "CAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-" + "STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"

NEWSLETTER = Message(
    _parts(
        "=_alt_1",
        "Content-Type: text/plain; charset=utf-8\r\n\r\nPlain part\r\n",
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        '<html><body><p>Hi =E2=98=BA <a href=3D"https://origin.example/?a=3D1">link</a></p></body></html>\r\n',
    ),
    (
        ("Subject", "=?UTF-8?B?8J+OiSBOZXdzbGV0dGVyIOKAkyDDoMOpw64=?="),
        ("List-Id", "News <news.origin.example>"),
        ("List-Unsubscribe", "<https://origin.example/u?x=1>, <mailto:unsub@origin.example>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Feedback-ID", "42:camp7:lab"),
        ("X-Campaign-Id", "camp-7"),
        ("Precedence", "bulk"),
        (
            "DKIM-Signature",
            "v=1; a=rsa-sha256; c=relaxed/relaxed; d=origin.example; s=s1;\r\n\th=from:to:subject:date;"
            " bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n\tb=" + "dGVzdA" * 20,
        ),
        MIME,
        ("Content-Type", 'multipart/alternative; boundary="=_alt_1"'),
    ),
)

BOUNCE = Message(
    _parts(
        "inner=rep",
        f"{TEXT}It failed.\r\n",
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.elsewhere.example\r\n\r\n"
        "Final-Recipient: rfc822; first@first.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        "Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nSubject: first\r\n\r\nbody",
    ),
    (
        ("From", "Mail Delivery Subsystem <MAILER-DAEMON@elsewhere.example>"),
        ("Subject", "Undelivered Mail Returned to Sender"),
        MIME,
        ("Auto-Submitted", "auto-replied"),
        ("Content-Type", 'multipart/report; report-type=delivery-status; boundary="inner=rep"'),
    ),
)

FOLDED_SUBJECT = (
    "=?iso-8859-1?Q?R=E9sum=E9_de_la?=\r\n =?iso-8859-1?Q?_r=E9union_tr=E8s_longue?=\r\n"
    "\tand some tab folded plain text"
)
LONG_ID = "a.very.long.message.id.that.had.to.be.folded.by.the.client.0123456789@mail.origin.example"
FOLDED = Message(fields=(("Subject", FOLDED_SUBJECT), ("Message-ID", f"\r\n <{LONG_ID}>")))

MESSAGES: dict[str, Message] = {
    "plain": Message(),
    "8bit": Message(
        "Grüße aus Köln – naïve café, 日本語の本文。\r\n.leading dot\r\nFrom the start of a line\r\n",
        UTF8_TEXT,
        eight_bit=True,
    ),
    "raw8": Message("corps: éèà\r\n", (("Subject", "Boîte de réception"),), charset="latin-1"),
    "html": NEWSLETTER,
    "attach": Message(
        "This is a multi-part message in MIME format.\r\n"
        + _parts(
            "----=_Part_1234",
            "Content-Type: text/plain; charset=us-ascii\r\n\r\nsee attachment",
            _attachment("r.pdf", "application/pdf", PDF_LINE * 40, "base64").removesuffix("\r\n"),
        ),
        _mixed("----=_Part_1234"),
    ),
    "big": Message(PLAIN + LINE * 3000),
    "huge": Message(PLAIN + LINE * 40000),
    "nested": Message(
        "From: inner@origin.example\r\nTo: x@dest.example\r\nSubject: inner message\r\n"
        "Message-ID: <inner@mail.origin.example>\r\n\r\ninner body\r\n",
        (MIME, ("Content-Type", "message/rfc822")),
    ),
    "noheaders": Message("just a body line, no header at all\r\nsecond line\r\n", headless=True),
    "nobody": Message(""),
    "longhdr": Message(
        fields=(
            ("X-Long", "v" * 900),
            ("References", "\r\n ".join(f"<ref{number:03}@mail.origin.example>" for number in range(40))),
        )
    ),
    "folded": FOLDED,
    "hops": Message(hops=131),
    "bouncemsg": BOUNCE,
    "eicar": Message(
        _parts("vv", f"{TEXT}virus test", _attachment("eicar.com", "application/octet-stream", EICAR)), _mixed("vv")
    ),
    "gtube": Message(GTUBE),
    "exe": Message(
        _parts("vv", f"{TEXT}program", _attachment("game.exe", "application/octet-stream", EXE, "base64")), _mixed("vv")
    ),
    "mdnreq": Message(
        fields=(
            ("Disposition-Notification-To", "<{sender}>"),
            ("Return-Receipt-To", "<{sender}>"),
            ("Original-Message-ID", "<x@origin.example>"),
        )
    ),
    "eai": Message(
        "Grüße 日本\r\n",
        (("From", "Jürgen Müller <{sender}>"), ("Subject", "Überblick – 概要"), *UTF8_TEXT),
        eight_bit=True,
    ),
}
