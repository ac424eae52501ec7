import subprocess
import sys

import pytest
from effort import SOON
from hypothesis import given
from hypothesis import strategies as st

from dsnparse.wire import words
from dsnparse.wire.clean import clean
from dsnparse.wire.words import decode_words, parameters

LONG = 800_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", ""),
        (b"plain subject", "plain subject"),
        (b"=?utf-8?q?caf=C3=A9?=", "café"),
        (b"=?UTF-8?Q?caf=c3=a9_au_lait?=", "café au lait"),
        (b"=?utf-8?b?Y2Fmw6k=?= closed", "café closed"),
        (b"Re: =?iso-8859-1?q?Gr=FC=DFe?= to you", "Re: Grüße to you"),
        (b"a =?utf-8?q?b?= =?utf-8?q?c?= d", "a bc d"),
        (b"=?utf-8?q?a?=\r\n =?iso-8859-1?q?=E9?=", "aé"),
        (b"a =?utf-8?q?b?=c", "a bc"),
        (b"=?utf-8?b?5pel?= =?utf-8?b?5pys?=", "日本"),
        (b"=?utf-8?b?5pc=?= =?utf-8?b?pQ==?=", "日"),
        (b"=?utf-8?q?=E6=97?= =?UTF-8?q?=A5?=", "日"),
        (b"=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?gb2312?B?08O7pw==?=", "用户"),
        (b"=?ks_c_5601-1987?B?u+e/68Da?=", "사용자"),
        (b"=?utf-8*en?q?language?=", "language"),
        (b"=?utf-8?q?what??=", "what?"),
        (b"=?utf-8?q?two words?=", "two words"),
        (b"=?utf-8?q??= empty", "empty"),
        (b"=?utf-8?b?Y2Fmw6k?=", "café"),
        (b"=?utf-8?b?Y2Fm!w6k=?=", "café"),
        (b"=?utf-8?b?A?=", ""),
        (b"=?utf-8?b?!!!?= junk", "junk"),
        (b"=?utf-8?q?=?=", "="),
        (b"=?utf-8?q?bad =ZZ escape?=", "bad =ZZ escape"),
        (b"=?utf-8?q?cut =C3?=", "cut Ã"),
        (b"=?utf-8?q?a=0AFinal-Recipient:_x?=", "a Final-Recipient: x"),
        (b"=?utf-8?q?esc=1B[31m?=", "esc[31m"),
        (b"=?x-unknown?q?caf=C3=A9?=", "café"),
        (b"=?zlib?q?caf=E9?=", "café"),
        (b"=?idna?q?xn--x?= =?punycode?q?abc-?=", "xn--xabc-"),
        (b"=?unicode_escape?q?=5Cx41?=", "\\x41"),
        (b"=?undefined?b?YWJj?=", "abc"),
        (b"=?utf-8?x?y?=", "=?utf-8?x?y?="),
        (b"=??q?a?=", "=??q?a?="),
        (b"=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        (b"=?=?=?", "=?=?=?"),
        ("=?utf-8?q?a?= größe".encode(), "a größe"),
    ],
)
def test_encoded_words(value: bytes, expected: str) -> None:
    assert decode_words(value) == expected


@pytest.mark.parametrize(
    ("words", "most", "expected"),
    [
        (3, 3, "xxx"),
        (3, 2, "xx =?utf-8?q?x?="),
        (1, 0, "=?utf-8?q?x?="),
    ],
)
def test_words_beyond_the_limit_stay(words: int, most: int, expected: str) -> None:
    assert decode_words(b" ".join([b"=?utf-8?q?x?="] * words), most) == expected


def test_the_cap_is_the_callers() -> None:
    assert decode_words(b"=?utf-8?q?=C3=A9=C3=A9?=", cap=3) == "é"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", {}),
        (b"text/plain", {}),
        (b"text/plain; charset=us-ascii", {"charset": "us-ascii"}),
        (b"text/plain;charset=UTF-8;Format=Flowed", {"charset": "UTF-8", "format": "Flowed"}),
        (
            b'multipart/report; report-type="delivery-status";\r\n\tboundary="a;b=c"',
            {"report-type": "delivery-status", "boundary": "a;b=c"},
        ),
        (b'x; boundary="a\\"b\\\\c"', {"boundary": 'a"b\\c'}),
        (b"x; boundary=----=_Part_1.2", {"boundary": "----=_Part_1.2"}),
        (b"x; a=1; A=2", {"a": "1"}),
        (b'x; a = 1 ; b = "2"', {"a": "1", "b": "2"}),
        (b'x; a="never closed; b=c', {"a": "never closed", "b": "c"}),
        (b'x; a="never closed', {"a": "never closed"}),
        (b'x; a=1"; b=2', {"a": "1", "b": "2"}),
        (b'x; a=""; b=', {"a": ""}),
        (b"text/plain; charset=us-ascii (a comment; x)", {"charset": "us-ascii"}),
        (b"text/plain charset=utf-8", {"charset": "utf-8"}),
        (b"x;;;; ; a=1", {"a": "1"}),
        (b'x; name="=?utf-8?q?caf=C3=A9?="', {"name": "=?utf-8?q?caf=C3=A9?="}),
        ('x; name="größe"'.encode(), {"name": "größe"}),
        (b'x; name="gr\xf6\xdfe"', {"name": "größe"}),
        (b'x; name="a\x00b\x1b[c"', {"name": "ab[c"}),
        (b"x; name*=utf-8'en'caf%C3%A9", {"name": "café"}),
        (b"x; name*=iso-8859-1''caf%E9", {"name": "café"}),
        (b"x; name*=zlib''caf%E9", {"name": "café"}),
        (b"x; name*=caf%20e", {"name": "caf e"}),
        (b"x; name*0=a; name*1=b", {"name": "ab"}),
        (b"x; name*1=b; x=y; name*0=a", {"name": "ab", "x": "y"}),
        (b"x; name*0*=utf-8''a%20; name*1=b; name*2*=%20c", {"name": "a b c"}),
        (b"x; name*0*=utf-8''%E6%97; name*1*=%A5", {"name": "日"}),
        (b'x; name*0="a b"; name*1="c"', {"name": "a bc"}),
        (b"x; name*0=a; name*2=c", {"name": "a"}),
        (b"x; name*1=b", {}),
        (b"x; name=plain; name*=utf-8''better", {"name": "better"}),
        (b"x; name*100=a", {}),
        (b"x; name*" + b"9" * 6000 + b"=a", {}),
        (b"x; *=a; **=b", {}),
    ],
)
def test_parameters(value: bytes, expected: dict[str, str]) -> None:
    assert parameters(value) == expected


@pytest.mark.parametrize("most", [0, 1, 50])
def test_parameters_are_counted(most: int) -> None:
    value = b"x" + b"".join(b"; p%d=%d" % (n, n) for n in range(100))
    assert parameters(value, most) == {f"p{n}": str(n) for n in range(most)}


WORDS = st.lists(
    st.sampled_from(
        [b"=?", b"?=", b"?", b"=", b"utf-8", b"q", b"b", b"QUJD", b" ", b"\r\n ", b"=?utf-8?q?", b"*", b"iso-2022-jp"]
    )
).map(b"".join)
PARAMETERS = st.lists(
    st.sampled_from(
        [b";", b"=", b'"', b"*", b"0", b"1", b"a", b"'", b"%41", b"\\", b" ", b"utf-8''", b"a*0*=", b"\xff"]
    )
).map(b"".join)


@given(st.one_of(st.binary(), WORDS))
def test_decode_words_is_clean_and_never_raises(value: bytes) -> None:
    decoded = decode_words(value)
    assert clean(decoded) == decoded


@given(st.one_of(st.binary(), PARAMETERS).map(b"x;".__add__))
def test_parameters_are_clean_and_never_raise(value: bytes) -> None:
    found = parameters(value)
    assert {name: clean(text) for name, text in found.items()} == found
    assert [name for name in found if name != name.lower() or "*" in name] == []


@SOON
@pytest.mark.parametrize(
    "unit",
    [
        b"=?",
        b"=?utf-8?q?x ",
        b"=?utf-8?q?x?= ",
        b"=?a",
        b"=?utf-8?b?A?=",
        b';a="',
        b';a="\\',
        b"; ",
        b"a ",
        b"a=",
        b"a*0*=x;",
        b"\\",
        b"a",
        b" ",
    ],
)
def test_no_text_is_too_much(unit: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_MAX_VALUE", LONG)
    value = unit * (LONG // len(unit))
    decode_words(value)
    parameters(value)


def test_a_plain_run_imports_neither_flanker_nor_chardet_nor_email() -> None:
    program = """
import sys
from dsnparse.wire import address, clean, encoding, html, words
address.read_address(b"user@example.com")
encoding.to_utf8(b"text", "utf-8")
words.parameters(b"text/plain; charset=utf-8")
print(sorted({name.partition(".")[0] for name in sys.modules} & {"flanker", "chardet", "email", "regex", "ply"}))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_flanker_is_silent() -> None:
    program = """
import logging
logging.basicConfig(level=0)
from dsnparse.wire.address import read_address
from dsnparse.wire.words import decode_words
print(decode_words(b"=?utf-8?b?!?= =?utf-8?q?a?="), read_address(b'"a b"@example.com'), read_address(b'"a b"@@x'))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ('a "a b"@example.com None\n', "")
