"""What stands around the words of a notice."""

import pytest
from effort import SOON

from dsnparse.wire.margins import below_sender, below_warnings, ends_words, untagged

LONG = 1 << 20


@pytest.mark.parametrize(
    "warning",
    [
        "CAUTION: This email originated from outside of the organization. Do not\nclick links unless you know the\nsender.\n\n",
        "[EXTERNAL EMAIL]\n",
        "\n\n-----\nExternal sender: do not open attachments.\n-----\n\n",
        "External email - be careful.\nDo not click links.\n\n",
        "You don\u2019t often get email from a@b.example. Learn why this is important\n",
        "ATTENTION : Ce courriel provient d'un expéditeur externe.\n\n",
        "ATENCIÓN: remitente externo.\n\n",
        "LET OP: externe afzender.\n\n",
    ],
)
def test_warnings_are_not_the_words(warning: str) -> None:
    above = warning.encode()
    text = above + b"This is the mail system.\n"
    assert text[below_warnings(text, 0, len(text)) :] == b"This is the mail system.\n"


@pytest.mark.parametrize(
    "words",
    [
        "Mail to an external recipient was refused:\n\n<joe@dest.example>\n",
        "External delivery failed for joe@dest.example\n",
        "This message was rejected because it was sent from outside the organization.\n",
        "Hello.\n\nThis mail was sent from outside the organization.\n",
        "outside\n",
        "",
    ],
)
def test_words_of_a_notice_are_no_warning(words: str) -> None:
    text = words.encode()
    assert below_warnings(text, 0, len(text)) == 0


@SOON
def test_a_warning_is_looked_for_at_the_top_alone() -> None:
    for text in (
        b"[EXTERNAL EMAIL]\n" * LONG,
        b"external sender " * LONG,
        b"external\na" * LONG,
        b"-\n" * LONG + b"external",
    ):
        assert below_warnings(text, 0, len(text)) < 10_000


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
        ("", ""),
    ],
)
def test_marks_of_gateways_are_not_the_subject(subject: str, bare: str) -> None:
    assert untagged(subject) == bare


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
    assert ends_words(data, 0, len(data)) is ends


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
        ("Regards\nAnna\nFailed recipients:\njoe@dest.example\n", "Failed recipients:\njoe@dest.example\n"),
    ],
)
def test_who_a_letter_is_from(text: str, below: str) -> None:
    data = text.encode()
    assert data[below_sender(data, 0, len(data)) :].decode() == below


@pytest.mark.parametrize(
    "text", ["--\nAnna", "--- \n", "Thank you for your message.\n", "Best regards to joe@dest.example\n", ""]
)
def test_what_is_no_end_of_a_letter(text: str) -> None:
    data = text.encode()
    assert below_sender(data, 0, len(data)) == 0


@SOON
def test_the_end_of_words_is_found_soon() -> None:
    for text in (b"_" * LONG, b"_" * 100 + b"\n" + b"a" * LONG, b"please " * LONG, b"with " * LONG):
        assert not ends_words(text, 0, len(text))
        assert below_sender(text, 0, len(text)) == 0


@SOON
def test_a_name_is_short() -> None:
    for text in (
        b"Regards\n" + b"a" * LONG,
        b"Regards\n" + b"a\n" * LONG,
        b"Regards\n" + b"@ " * LONG,
        b"Regards\n" + b"\n" * LONG,
    ):
        assert below_sender(text, 0, len(text)) < 1000
