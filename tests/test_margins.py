"""What stands around the words of a notice."""

import re
from pathlib import Path

import pytest
from effort import SOON

from dsnparse import Report, load_rules, parse
from dsnparse.rules.catalogue import catalogue
from dsnparse.rules.table import expand
from dsnparse.wire.entity import View

LONG = 1 << 20
NOTICE = "From: MAILER-DAEMON@relay.example\nTo: ann@corp.example\nSubject: {subject}\n\n{text}\n"
MARGINS = catalogue().margins


def below_warnings(text: bytes) -> int:
    return MARGINS.below_warnings(View(text, 0, len(text))).start


def below_sender(data: bytes, *, named: bool = False) -> int:
    return MARGINS.below_sender(data, 0, len(data.partition(b"\n")[0].rstrip()), len(data), named=named)


def ends_words(data: bytes) -> bool:
    return MARGINS.ends_words(data, 0, len(data))


def read(text: str, subject: str = "Returned mail") -> Report:
    return parse(NOTICE.format(subject=subject, text=text).encode())


def fates(report: Report) -> list[tuple[str | None, str | None]]:
    return [(item.address, item.reason) for item in report.recipients]


WARNINGS = (
    "CAUTION: This email originated from outside of the organization. Do not\nclick links unless you know the\nsender.\n\n",
    "[EXTERNAL EMAIL]\n",
    "\n\n-----\nExternal sender: do not open attachments.\n-----\n\n",
    "* EXTERNAL *\n*****\n\n",
    "External email - be careful.\nDo not click links.\n\n",
    "You don\u2019t often get email from a@b.example. Learn why this is important\n",
    "ATTENTION : Ce courriel provient d'un expéditeur externe.\n\n",
    "ATENCIÓN: remitente externo.\n\n",
    "LET OP: externe afzender.\n\n",
    "This message is from outside of Example University.\n",
    "This email came from outside our university.\n",
    "ACHTUNG: Diese Nachricht kommt von außerhalb.\n\n",
    "UWAGA: wiadomość spoza organizacji.\n\n",
    "ATTENZIONE: mail esterna all'azienda.\n\n",
)


@pytest.mark.parametrize("warning", WARNINGS)
def test_warnings_are_not_the_words(warning: str) -> None:
    above = warning.encode()
    text = above + b"This is the mail system.\n"
    assert text[below_warnings(text) :] == b"This is the mail system.\n"


@pytest.mark.parametrize(
    "words",
    [
        "Mail to an external recipient was refused:\n\n<joe@dest.example>\n",
        "External delivery failed for joe@dest.example\n",
        "This message was rejected because it was sent from outside the organization.\n",
        "This is an automatic reply: I am outside of the office.\n",
        "Your message came in while I was outside our house.\n",
        "Mail to joe@dest.example from an external sender is blocked.\n",
        "The mailbox joe@dest.example takes no mail that comes from outside our company.\n",
        "Hello.\n\nThis mail was sent from outside the organization.\n",
        "outside\n",
        "",
    ],
)
def test_words_of_a_notice_are_no_warning(words: str) -> None:
    text = words.encode()
    assert below_warnings(text) == 0


@SOON
def test_a_warning_is_looked_for_at_the_top_alone() -> None:
    for text in (
        b"[EXTERNAL EMAIL]\n" * LONG,
        b"external sender " * LONG,
        b"external\na" * LONG,
        b"-\n" * LONG + b"external",
    ):
        assert below_warnings(text) < 10_000


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("[EXTERNAL] Failure", "Failure"),
        ("***SPAM*** [EXT] Failure", "Failure"),
        ("{Spam?} Failure", "Failure"),
        ("External: Failure", "Failure"),
        ("(Extern) Failure", "Failure"),
        ("[News] Failure", "[News] Failure"),
        ("Spam filter report", "Spam filter report"),
        ("Warning: message delayed", "Warning: message delayed"),
        ("Extra delivery", "Extra delivery"),
        ("*** WARNING: could not send message ***", "*** WARNING: could not send message ***"),
        ("*** SPAM ***", "*** SPAM ***"),
        ("[WARNING] Failure", "Failure"),
        ("[External Sender] [Likely Spam] Failure", "Failure"),
        ("[spam report] Failure", "[spam report] Failure"),
        ("(Externe) Échec", "Échec"),
        ("", ""),
    ],
)
def test_marks_of_gateways_are_not_the_subject(subject: str, bare: str) -> None:
    assert MARGINS.untagged(subject) == bare


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("____________________\nNews mailing list\nnews@lists.example\n", True),
        ("____________________\nThe News mailing list -- news@lists.example\n", True),
        ("____________________\njoe@dest.example\n", False),
        ("--------------------\nTo unsubscribe, write to x\n", True),
        ("If you wish to unsubscribe click here\n", True),
        ("He asked to unsubscribe from the list.\n", False),
        ("-- \nAnna\n", False),
    ],
)
def test_where_words_end(text: str, ends: bool) -> None:
    data = text.encode()
    assert ends_words(data) is ends


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("-- \nAnna", ""),
        ("-- \r\nAnna", ""),
        ("Kind regards,\nAnna\n\nanna@corp.example\n", ""),
        ("Mit freundlichen Grüßen\nAnna", ""),
        ("Saludos cordiales\n", ""),
        ("Regards,\nAnna\nTel. +1 555 0100\nanna@corp.example\n", ""),
        ("Regards\nThe mail team\nServer said: 550 No such user\n", "Server said: 550 No such user\n"),
        ("Regards\nThe mail system\n\n<joe@dest.example>: user unknown\n", "<joe@dest.example>: user unknown\n"),
        ("Regards\njoe@dest.example - user unknown\n", "joe@dest.example - user unknown\n"),
        ("Regards\nAnna\n\n550 5.1.1 joe@dest.example\n", "550 5.1.1 joe@dest.example\n"),
        ("Regards\nAnna\nE-mail: anna@corp.example\nhttps://corp.example\n", ""),
        ("Thank you.\n\nFailed address: joe@dest.example\n", "Failed address: joe@dest.example\n"),
        ("Thank you\nReason: mailbox full\n", "Reason: mailbox full\n"),
        ("Regards\nAnna\nFailed recipients:\njoe@dest.example\n", "Failed recipients:\njoe@dest.example\n"),
    ],
)
def test_who_a_letter_is_from(text: str, below: str) -> None:
    data = text.encode()
    assert data[below_sender(data) :].decode() == below


@pytest.mark.parametrize(
    "text", ["--\nAnna", "--- \n", "Thank you for your message.\n", "Best regards to joe@dest.example\n", ""]
)
def test_what_is_no_end_of_a_letter(text: str) -> None:
    data = text.encode()
    assert below_sender(data) == 0


@SOON
def test_the_end_of_words_is_found_soon() -> None:
    for text in (b"_" * LONG, b"_" * 100 + b"\n" + b"a" * LONG, b"please " * LONG, b"with " * LONG):
        assert not ends_words(text)
        assert below_sender(text) == 0


@SOON
def test_a_name_is_short() -> None:
    for text in (
        b"Regards\n" + b"a" * LONG,
        b"Regards\n" + b"a\n" * LONG,
        b"Regards\n" + b"@ " * LONG,
        b"Regards\n" + b"\n" * LONG,
    ):
        assert below_sender(text) < 1000


def test_what_is_said_of_mail_below_thanks_is_read() -> None:
    text = "We could not deliver your message.\nThank you.\n\nFailed address: joe@dest.example\nReason: mailbox full"
    assert fates(read(text)) == [("joe@dest.example", "mailbox_full")]


def test_a_subject_that_looks_like_a_mark_is_a_subject() -> None:
    report = read("joe@dest.example: user unknown", "*** WARNING: could not send message ***")
    assert (report.kind, fates(report)) == ("failure", [("joe@dest.example", "user_unknown")])


def test_an_absence_outside_the_office_is_no_warning() -> None:
    text = "This is an automatic reply: I am outside of the office."
    raw = f"From: joe@dest.example\nTo: ann@corp.example\nSubject: Hello\n\n{text}\n"
    assert parse(raw.encode()).kind == "auto_reply"


def test_a_site_may_add_what_its_own_gateway_writes(tmp_path: Path) -> None:
    rules = "name = 'any'\ntitle = 'Ours'\n[notice]\nwarnings = ['^beware of strangers']\n"
    (tmp_path / "any.toml").write_text(rules, encoding="utf-8")
    own = load_rules(tmp_path).margins
    text = b"Beware of strangers!\n\nCAUTION: external sender\n\nThis is the mail system.\n"
    below = own.below_warnings(View(text, 0, len(text))).start
    assert text[below:] == b"This is the mail system.\n"
    assert below_warnings(text) == 0


CLOSINGS = (
    "Mit freundlichen Grüßen",
    "Bien cordialement,",
    "Saludos",
    "Distinti saluti",
    "Met vriendelijke groet,",
    "С уважением,",
    "Med venlig hilsen",
    "Kind regards,",
)
CONTACTS = ("Tel. : +49 30 1234", "Web: www.corp.example", "E-Mail: anna@corp.example", "T: +1 555 0100")


def test_each_pattern_is_met() -> None:
    notice = catalogue().any.vendor.notice
    assert notice
    marks = ("[EXTERNAL]", "***SPAM***", "[Caution]", "External e-mail:")
    footers = ("_" * 30 + "\nX mailing list", "-" * 30 + "\nunsubscribe", "To unsubscribe from")
    warnings = [" ".join(text.split()) for text in WARNINGS]
    texts = {"warnings": warnings, "marks": marks, "closings": CLOSINGS, "contacts": CONTACTS, "footers": footers}
    for kind, met in texts.items():
        for pattern in getattr(notice, kind):
            assert any(re.search(f"(?i){expand(pattern)}", text) for text in met), pattern


@pytest.mark.parametrize("closing", CLOSINGS)
def test_contacts_below_each_closing(closing: str) -> None:
    letter = "\n".join((closing, "Anna", *CONTACTS)).encode()
    assert below_sender(letter) == len(letter)
