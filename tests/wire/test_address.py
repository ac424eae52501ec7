import pytest
from effort import SOON
from hypothesis import given
from hypothesis import strategies as st

from dsnparse.limits import ADDRESS, DOMAIN, LOCAL_PART
from dsnparse.wire import address
from dsnparse.wire.address import find_addresses, read_address, undo_xtext
from dsnparse.wire.clean import clean

LONG = 400_000
LABEL_63 = "a" * 63
DOMAIN_255 = ".".join([LABEL_63] * 3 + ["b" * 63])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("user@example.com", "user@example.com"),
        (" user@example.com\t", "user@example.com"),
        ("User.Name@Mail.EXAMPLE.com", "User.Name@mail.example.com"),
        ("user@example.com.", "user@example.com"),
        ("<user@example.com>", "user@example.com"),
        ("user@example.com>", "user@example.com"),
        ("<user@example.com", "user@example.com"),
        ("<user@example.com>.", "user@example.com"),
        ("<<user@example.com>>", "user@example.com"),
        ("user@localhost", "user@localhost"),
        ("user@my_host.example", "user@my_host.example"),
        ("user@[192.0.2.1]", "user@[192.0.2.1]"),
        ("user@[IPv6:2001:DB8::1]", "user@[ipv6:2001:db8::1]"),
        ("da...@example.com", "da...@example.com"),
        (".user.@example.com", ".user.@example.com"),
        ("=user@example.com", "=user@example.com"),
        ("user/x@example.com", "user/x@example.com"),
        ("!two@example.com", "!two@example.com"),
        ("user+tag=x.example@example.com", "user+tag=x.example@example.com"),
        ("us[er]@example.com", "us[er]@example.com"),
        ("#$%&'*+-/=?^_`{|}~@example.com", "#$%&'*+-/=?^_`{|}~@example.com"),
    ],
)
def test_bare_addresses(value: str, expected: str) -> None:
    assert read_address(value) == expected
    assert read_address(value.encode()) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("'user@example.com'", "user@example.com"),
        ('"user@example.com"', "user@example.com"),
        ("user@example.com;", "user@example.com"),
        ('"user@example.com', "user@example.com"),
        ('"user"@example.com', "user@example.com"),
        ('"us\\er"@example.com', "user@example.com"),
        ('"a b"@Example.com', '"a b"@example.com'),
        ('"a@b"@example.com', '"a@b"@example.com'),
        ('"a\\"b"@example.com', '"a\\"b"@example.com'),
        ('"two..dots"@example.com', '"two..dots"@example.com'),
        ('"a b"@[192.0.2.1]', '"a b"@[192.0.2.1]'),
        ('"a b"@dom ain.example', None),
        ("user@example.com (a comment)", "user@example.com"),
        ("(a comment) user@example.com", "user@example.com"),
        ("user@example.com (nested (twice (x)) y)", "user@example.com"),
        ("user@example.com (expanded from: <alias@example.com>)", "user@example.com"),
        ("user@example.com (quoted \\) paren)", "user@example.com"),
        ("User <user@example.com>", "user@example.com"),
        ("User Name <user@example.com>.", "user@example.com"),
        ('"Doe, Jane" <jane@example.com>', "jane@example.com"),
        ("Doe, Jane [Sales] <jane@example.com>", "jane@example.com"),
        ('"Jane" <"a b"@example.com>', '"a b"@example.com'),
        ("user@example.com <user@example.com>", "user@example.com"),
        ("'user@example.com' <user@EXAMPLE.com>", "user@example.com"),
        ("<@a.example,@b.example:user@c.example>", "user@c.example"),
        ("@a.example:user@c.example", "user@c.example"),
        ("mailto:user@example.com", "user@example.com"),
        ("<mailto:user@example.com>", "user@example.com"),
        ("SMTP:user@example.com", "user@example.com"),
        ("rfc822;user@example.com", "user@example.com"),
        ("RFC822 ; <user@example.com>", "user@example.com"),
        ("rfc822; mailto:user@example.com", "user@example.com"),
        ("x-local; user@example.com", "user@example.com"),
        ("rfc822;\r\n\tuser@example.com\r\n", "user@example.com"),
        ("User\r\n <user@example.com>", "user@example.com"),
        ("dürst@Bücher.example", "dürst@bücher.example"),
        ("用户@例子.example", "用户@例子.example"),
        ("utf-8; d\\x{FC}rst@example.com", "dürst@example.com"),
        ("utf-8; \\x{7528}\\x{6237}@example.com", "用户@example.com"),
        ("a\\x{1F600}\\x{2B}b@example.com", "a😀+b@example.com"),
        ("c=US;a= ;p=Org;o=Site;dda:SMTP=user(a)example.com;", "user@example.com"),
        ("X400; /DD.RFC-822=first(u)last(A)example.com/ADMD= /C=US/", "first_last@example.com"),
        ("user", "user"),
        ("LOCAL;<f.b>", "f.b"),
        ("<mailer-daemon>", "mailer-daemon"),
    ],
)
def test_addresses_with_something_around_them(value: str, expected: str | None) -> None:
    assert read_address(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "<>",
        "system;<>",
        "rfc822;",
        ";",
        "@",
        "user@",
        "@example.com",
        "user@.example.com",
        "user@example..com",
        "user@-",
        "user@@example.com",
        "user @example.com",
        "us er@example.com",
        "unknown user",
        "user@example.com does not exist",
        "|/usr/bin/filter",
        "|filter@example.com",
        '"|/usr/bin/filter user@example.com"',
        "/var/mail/user",
        ":include:/etc/list",
        "http://example.com/",
        "http://user@example.com/",
        "/S=smith/O=org/C=us/",
        "c=US;a= ;p=Org;o=Site;s=Smith",
        "/SMTP=a(a)example.com/SMTP=b(a)example.com/",
        "planted@innocent.example(<user@victim.example>",
        "planted@innocent.example)<user@victim.example>",
        "planted@innocent.example@<user@victim.example>",
        "planted@innocent.example <user@victim.example>",
        "planted@innocent.example, user@victim.example",
        "planted@innocent.example user@victim.example",
        "<planted@innocent.example><user@victim.example>",
        "<planted@innocent.example> <user@victim.example>",
        "a;user@victim.example",
        "a,user@victim.example",
        "group: user@victim.example;",
        '"a" "b"@example.com',
        "((user@example.com)",
        "user@example.com ((((((((too deep))))))))",
        "a\x00b@example.com",
        "a\tb@example.com",
        "a\x1b[31m@example.com",
        "a\nb@example.com",
        "user@exa\u200bmple.com",
        "user@example.com\u202e",
        "user\u00a0@example.com",
        "\ud800@example.com",
        "\\x{D800}@example.com",
        "\\x{110000}@example.com",
        "\\x{0}\\x{A}\\x{}@example.com",
        "planted\\x{40}innocent.example",
        "u@[" * 3,
        "user@[192.0.2.1",
        "user@[redacted]",
        "user@[hidden-by-us]",
    ],
)
def test_what_is_no_address_or_may_be_two(value: str) -> None:
    assert read_address(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("(planted@innocent.example) <user@victim.example>", "user@victim.example"),
        ('"planted@innocent.example" <user@victim.example>', "user@victim.example"),
        ("user@victim.example (planted@innocent.example)", "user@victim.example"),
        ('"planted@innocent.example"@victim.example', '"planted@innocent.example"@victim.example'),
    ],
)
def test_decoys_do_not_win(value: str, expected: str) -> None:
    assert read_address(value) == expected


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a" * LOCAL_PART + "@example.com", True),
        ("a" * 256 + "@example.com", True),
        ("a" * 257 + "@example.com", False),
        ("a" * LOCAL_PART + f"@{DOMAIN_255}", True),
        ("a" * (LOCAL_PART + 1) + f"@{DOMAIN_255}", False),
        ('"' + "a " * 153 + '"@example.com', True),
        ('"' + "a " * 154 + '"@example.com', False),
        ("é" * 128 + "@example.com", True),
        ("é" * 128 + "a@example.com", False),
        (f"u@{LABEL_63}.example", True),
        (f"u@{LABEL_63}a.example", False),
        (f"u@{DOMAIN_255}", True),
        (f"u@{DOMAIN_255}.c", False),
        ("u@" + "é" * 31 + ".example", True),
        ("u@" + "é" * 32 + ".example", False),
        ("a" * LOCAL_PART, True),
        ("a" * (LOCAL_PART + 1), False),
        ("user@example.com" + " " * 2032, True),
        ("(" + "x" * 2029 + ") u@e.example", True),
        ("(" + "x" * 2100 + ") u@e.example", False),
    ],
)
def test_caps(value: str, found: bool) -> None:
    assert (read_address(value) is not None) == found


@pytest.mark.parametrize("value", [b"us\xffer@example.com", b"gr\xf6\xdfe@example.com", b"u@b\xfccher.example"])
def test_what_is_not_utf8_is_no_address(value: bytes) -> None:
    assert read_address(value) is None


def test_without_the_grammar_only_quoted_local_parts_are_lost() -> None:
    values = ('"a b"@example.com', '"Doe, Jane" <jane@example.com>', "<@a.example:u@b.example>", "u@example.com (x)")
    assert [read_address(value, grammar=False) for value in values] == [
        None,
        "jane@example.com",
        "u@b.example",
        "u@example.com",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("no address @ all, user@ nor @example.com", []),
        ("user@example.com", ["user@example.com"]),
        (
            "<user@example.com>: (a@b.example), c@d.example; e@f.example.",
            ["user@example.com", "a@b.example", "c@d.example", "e@f.example"],
        ),
        (
            "'user@example.com' `a@b.example' *c@d.example* {e@f.example}",
            ["user@example.com", "a@b.example", "c@d.example", "e@f.example"],
        ),
        ("o'neil@example.com's", ["o'neil@example.com"]),
        ("user@example.com-- user@example.com...", ["user@example.com", "user@example.com"]),
        ("to=<user@[192.0.2.1]>, a@localhost", ["user@[192.0.2.1]", "a@localhost"]),
        ("rfc822;user@example.com mailto:a@b.example", ["user@example.com", "a@b.example"]),
        ('"a b"@example.com "user@example.com" said "hi"', ['"a b"@example.com', "user@example.com"]),
        ('"planted@innocent.example"@victim.example', ['"planted@innocent.example"@victim.example']),
        ("http://host.example/?to=user@example.com", []),
        ("a@b@c d@e@<f@g.example>", ["f@g.example"]),
        ("<@a.example,@b.example:user@c.example>", ["user@c.example"]),
        ("a\\user@example.com", []),
        ("x" * 65 + "@example.com", []),
        ("user@" + "a" * 64, []),
        ("user@" + "a" * 64 + ".example", []),
        ("user@" + "a" * 63 + ".example", ["user@" + "a" * 63 + ".example"]),
        ("jörg@bücher.example пользователь@пример.example", ["jörg@bücher.example", "пользователь@пример.example"]),
        ("您的邮件user@example.com无法送达", ["user@example.com"]),
        ("宛先「user@example.com」が見つかりません", ["user@example.com"]),
        ("“user@example.com” «a@b.example»", ["user@example.com", "a@b.example"]),
        ("用户@例子.example", ["用户@例子.example"]),
        ("用户1@例子.example", ["用户1@例子.example"]),
    ],
)
def test_addresses_in_running_text(text: str, expected: list[str]) -> None:
    data = text.encode()
    assert [data[first:last].decode() for first, last in find_addresses(data, 0, len(data))] == expected


def test_the_search_stays_within_its_span() -> None:
    data = b"user@example.com"
    assert list(find_addresses(data, 2, 12)) == [(2, 12)]
    assert list(find_addresses(data, 0, 5)) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", b""),
        (b"user@example.com", b"user@example.com"),
        (b"user+2Btag+3Dx@example.com", b"user+tag=x@example.com"),
        (b"+2B2B", b"+2B"),
        (b"+ZZ+41", b"+ZZ+41"),
        (b"user+tag@example.com", b"user+tag@example.com"),
        (b"lower+2b", b"lower+2b"),
        (b"end+", b"end+"),
        (b"end+4", b"end+4"),
    ],
)
def test_xtext(value: bytes, expected: bytes) -> None:
    assert undo_xtext(value) == expected


ODD = st.lists(
    st.sampled_from(
        [
            "a",
            "@",
            "b.example",
            ".",
            " ",
            "<",
            ">",
            "(",
            ")",
            '"',
            "\\",
            ";",
            ":",
            ",",
            "rfc822;",
            "é",
            "\\x{E9}",
            "[",
            "]",
            "\u200b",
            "|",
            "=",
        ]
    )
).map("".join)


@given(
    st.one_of(
        st.binary(), st.text(), ODD, ODD.map("u@e.example ".__add__), ODD.map(lambda text: f"{text}<u@e.example>")
    )
)
def test_every_address_is_whole_and_clean(value: bytes | str) -> None:
    address = read_address(value)
    if address is not None:
        local, at, domain = address.rpartition("@")
        assert clean(address, ADDRESS) == address
        assert len(local.encode()) <= LOCAL_PART
        assert len(domain.encode()) <= (DOMAIN if at else LOCAL_PART)
        assert domain == domain.lower() or not at
        assert read_address(address) == address


@given(st.one_of(st.binary(), ODD.map(str.encode)))
def test_found_addresses_are_inside_and_apart(data: bytes) -> None:
    end = 0
    for first, last in find_addresses(data, 0, len(data)):
        assert end <= first < last <= len(data)
        end = last


@SOON
@pytest.mark.parametrize(
    "unit",
    [
        b"a",
        b"@",
        b"a@",
        b"a@b ",
        b"a.",
        b'"',
        b'"a',
        b"<",
        b"(",
        b"(a",
        b"\\",
        b"[",
        b" ",
        b"\r\n ",
        b"\xc3\xa9",
        b"\xe6\x82\xa8a",
        b"a@b.",
        b"-",
        b"a@-",
    ],
)
def test_no_text_is_too_much(unit: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "_MAX_VALUE", LONG * 2)
    data = unit * (LONG // len(unit))
    for _ in find_addresses(data, 0, len(data)):
        pass
    read_address(data)
    read_address(data + b"@example.com")


@SOON
def test_no_nesting_is_too_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "_MAX_VALUE", LONG * 2)
    assert read_address(b"(" * (LONG // 2) + b")" * (LONG // 2) + b" user@example.com") is None
