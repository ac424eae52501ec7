import pytest

from dsnparse.errors import UsageError
from dsnparse.mailbox.action import Action, read_action
from dsnparse.mailbox.address import Address, read_address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("imaps://ines@mail.example", Address(scheme="imaps", user="ines", host="mail.example", port=993)),
        (
            "imap://ines%40x.example@mail.example:1143/A/B%20C",
            Address(scheme="imap", user="ines@x.example", host="mail.example", port=1143, folder="A/B C"),
        ),
        (
            "imap://ines@127.0.0.1/?tls=none",
            Address(scheme="imap", user="ines", host="127.0.0.1", port=143, secure=False),
        ),
        ("POP3S://ines@[::1]/", Address(scheme="pop3s", user="ines", host="::1", port=995)),
        ("maildir:/var/mail/x", Address(scheme="maildir", path="/var/mail/x")),
        ("mbox:///var/mail/x", Address(scheme="mbox", path="/var/mail/x")),
    ],
)
def test_addresses(url: str, expected: Address) -> None:
    assert read_address(url) == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ines@mail.example", "begins with none of"),
        ("https://mail.example", "begins with none of"),
        ("imaps://mail.example", "is not imaps://USER@HOST"),
        ("imaps://ines@", "is not imaps://USER@HOST"),
        ("imaps://ines:pw@mail.example", "a password in an address is seen"),
        ("imaps://ines@mail.example:x", "port"),
        ("imap://ines@mail.example/?tls=none", "this machine only"),
        ("imaps://ines@localhost/?tls=none", "asks for TLS and for none"),
        ("imap://ines@localhost/?tls=maybe", "an option other than"),
        ("imap://ines@localhost/?x=1", "an option other than"),
        ("imaps://ines@mail.example/a%0d%0aLOGOUT", "line break"),
        ("imaps://in%00es@mail.example/", "NUL"),
        ("maildir:", "names no file"),
    ],
)
def test_addresses_that_are_refused(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        read_address(url)
    assert ":pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("keep", Action("keep")),
        ("seen", Action("flag", "\\Seen")),
        ("flag:$Bounce", Action("flag", "$Bounce")),
        ("move:A: b", Action("move", "A: b")),
        ("delete", Action("delete")),
    ],
)
def test_actions(text: str, expected: Action) -> None:
    assert read_action(text) == expected
    assert read_action(str(expected)) == expected


@pytest.mark.parametrize(
    "text", ["", "move", "move:", "keep:x", "delete:x", "burn", "flag:\\Deleted", "flag:a b", "flag:a)", "move:a\r\nb"]
)
def test_what_is_no_action(text: str) -> None:
    with pytest.raises(UsageError):
        read_action(text)
