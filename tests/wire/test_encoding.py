import base64
import binascii
import quopri

import pytest
from effort import SOON
from hypothesis import example, given
from hypothesis import strategies as st

from dsnparse.wire.charset import ASCII, CODECS, find_charset
from dsnparse.wire.encoding import supported, to_utf8, undo_transfer

LONG = 1_200_000

TEXT = b"550 5.1.1 <user@example.com>: User unknown\n"
UU = b"begin 644 notice.txt\n" + binascii.b2a_uu(TEXT) + b"`\nend\n"


@pytest.mark.parametrize("encoding", [b"", b"7bit", b"8BIT", b"binary", b"x-unknown", b"\xff", b"base 64"])
def test_no_encoding_gives_the_same_object(encoding: bytes) -> None:
    assert undo_transfer(TEXT, encoding) is TEXT


@pytest.mark.parametrize("encoding", [b"base64", b" BASE64 ", b'"base64"', b"base64; x", b"Base64 (comment)"])
def test_the_name_of_an_encoding_is_read_leniently(encoding: bytes) -> None:
    assert undo_transfer(base64.encodebytes(TEXT), encoding) == TEXT


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", b""),
        (b"QUJD", b"ABC"),
        (b"QUI=", b"AB"),
        (b"QUI", b"AB"),
        (b"QQ", b"A"),
        (b"Q", b""),
        (b"QUJDR", b"ABC"),
        (b"Q\r\nU\r\nJ\r\nD", b"ABC"),
        (b"Q!U*J D\xff", b"ABC"),
        (b"QUI=\n-- \nA footer of the list\n", b"AB\n-- \nA footer of the list"),
        (b"QUI=\r\n\r\n", b"AB"),
        (b"====", b""),
    ],
)
def test_base64(data: bytes, expected: bytes) -> None:
    assert undo_transfer(data, b"base64") == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", b""),
        (b"a=20b", b"a b"),
        (b"caf=C3=A9", "café".encode()),
        (b"caf=c3=a9", "café".encode()),
        (b"soft=\r\nbreak", b"softbreak"),
        (b"soft=\nbreak", b"softbreak"),
        (b"soft=  \r\nbreak", b"softbreak"),
        (b"soft=\rbreak\r\nrest", b"softbreak\r\nrest"),
        (b"trailing  \t\r\nblanks ", b"trailing\r\nblanks"),
        (b"bad =ZZ =4 escape", b"bad =ZZ =4 escape"),
        (b"end=", b"end"),
        (b"under_score", b"under_score"),
    ],
)
def test_quoted_printable(data: bytes, expected: bytes) -> None:
    assert undo_transfer(data, b"quoted-printable") == expected


@pytest.mark.parametrize("encoding", [b"x-uuencode", b"uuencode", b"x-uue", b"UUE"])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (UU, TEXT),
        (UU.replace(b"\n", b"\r\n"), TEXT),
        (b"a preamble\n" + UU + b"an epilogue\n", TEXT),
        (UU[:-5], TEXT),
        (b"begin-base64 644 x\n" + base64.encodebytes(TEXT) + b"====\n", TEXT),
        (b"begin 644 x\n" + binascii.b2a_uu(b"abc").rstrip() + b"Q\nend\n", b"abc"),
        (b"begin 644 x\n\xff\xfe\n" + binascii.b2a_uu(b"abc"), b"abc"),
        (b"no begin line", b"no begin line"),
        (b"begin 6444444 x\n", b"begin 6444444 x\n"),
    ],
)
def test_uuencode(encoding: bytes, data: bytes, expected: bytes) -> None:
    assert undo_transfer(data, encoding) == expected


@given(st.binary())
@example(b"\r\n")
@example(b"\n\r\r\n")
def test_what_others_encode_is_undone(data: bytes) -> None:
    assert undo_transfer(base64.encodebytes(data), b"base64") == data
    # The encoder writes every line end as the first one is, so which CR there were cannot come back.
    quoted = undo_transfer(quopri.encodestring(data, quotetabs=True), b"quoted-printable")
    assert quoted.replace(b"\r", b"") == data.replace(b"\r", b"")
    assert b"\r" in data or quoted == data


@given(st.binary(), st.sampled_from([b"base64", b"quoted-printable", b"x-uuencode", b"8bit"]))
def test_undo_transfer_never_raises(data: bytes, encoding: bytes) -> None:
    assert isinstance(undo_transfer(data, encoding), bytes)
    assert isinstance(undo_transfer(b"begin 644 x\n" + data, encoding), bytes)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        (' "utf-8";', "utf-8"),
        ("'utf-8'", "utf-8"),
        ("us-ascii", ASCII),
        ("ANSI_X3.4-1968", ASCII),
        ("iso-8859-1", "windows-1252"),
        ("ISO_8859-1:1987", "windows-1252"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "euc-kr"),
        ("cp932", "shift_jis"),
        ("", ""),
        ("x-unknown", ""),
        ("zlib", ""),
        ("idna", ""),
        ("punycode", ""),
        ("undefined", ""),
        ("unicode_escape", ""),
        ("raw_unicode_escape", ""),
        ("rot13", ""),
        ("mbcs", ""),
        ("../../etc/passwd", ""),
        ("utf-8\x00", ""),
        ("utf-8" * 100, ""),
        ("\uff55tf-8", ""),
    ],
)
def test_labels(label: str, expected: str) -> None:
    assert find_charset(label) == expected
    assert supported(label) == (expected != "")


@pytest.mark.parametrize("codec", sorted({codec for codecs in CODECS.values() for codec in codecs}))
def test_every_codec_reads_text(codec: str) -> None:
    assert "user@example.com".encode(codec).decode(codec) == "user@example.com"


@pytest.mark.parametrize("label", ["", "us-ascii", "utf-8", "iso-8859-1", "x-unknown"])
@pytest.mark.parametrize("data", [TEXT, "größe 日本".encode(), b""])
def test_utf8_is_not_copied(data: bytes, label: str) -> None:
    assert to_utf8(data, label)[0] is data


@pytest.mark.parametrize(
    ("text", "codec", "label", "name"),
    [
        ("Größe", "latin-1", "iso-8859-1", "windows-1252"),
        ("“Größe” \u2013 5 €", "cp1252", "iso-8859-1", "windows-1252"),
        ("Größe", "latin-1", "us-ascii", "windows-1252"),
        ("Größe", "latin-1", "", "windows-1252"),
        ("Größe", "latin-1", "utf-8", "windows-1252"),
        ("Größe", "latin-1", "zlib", "windows-1252"),
        ("Größe", "utf-8", "iso-8859-1", "utf-8"),
        ("Größe", "utf-8", "us-ascii", "utf-8"),
        ("Größe", "utf-8-sig", "utf-8", "utf-8"),
        ("Größe", "utf-8", "big5-typo", "utf-8"),
        ("Größe", "utf-7", "unicode-1-1-utf-7", "utf-7"),
        ("Größe", "utf-16", "utf-16", "utf-16le"),
        ("\ufeffGröße", "utf-16-be", "utf-16", "utf-16be"),
        ("Größe", "utf-16-le", "utf-16", "utf-16le"),
        ("Größe", "cp850", "ibm850", "ibm850"),
        ("plain", "ascii", "utf-16", "us-ascii"),
        ("сообщение", "koi8-r", "koi8-r", "koi8-r"),
        ("сообщение", "cp1251", "windows-1251", "windows-1251"),
        ("日本語", "iso2022_jp", "iso-2022-jp", "iso-2022-jp"),
        ("日本語", "iso2022_jp", "us-ascii", "iso-2022-jp"),
        ("日本語", "iso2022_jp", "utf-8", "iso-2022-jp"),
        ("日本語", "iso2022_jp", "", "iso-2022-jp"),
        ("ﾃｽﾄ", "iso2022_jp_ext", "iso-2022-jp", "iso-2022-jp"),
        ("日本語", "shift_jis", "shift_jis", "shift_jis"),
        ("①髙", "cp932", "shift_jis", "shift_jis"),
        ("日本語", "euc_jp", "euc-jp", "euc-jp"),
        ("用户不存在", "gb2312", "gb2312", "gb18030"),
        ("用戶不存在", "big5", "big5", "big5"),
        ("사용자", "euc_kr", "ks_c_5601-1987", "euc-kr"),
        ("사용자", "iso2022_kr", "", "iso-2022-kr"),
        ("用户", "hz", "hz-gb-2312", "hz-gb-2312"),
    ],
)
def test_the_ladder_of_character_sets(text: str, codec: str, label: str, name: str) -> None:
    assert to_utf8(text.encode(codec), label) == (text.removeprefix("\ufeff").encode(), name)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Сообщение не доставлено: пользователь не найден, почтовый ящик не существует", "koi8-r"),
        ("Сообщение не доставлено: пользователь не найден, почтовый ящик не существует", "cp1251"),
        ("宛先のユーザーが見つかりませんでした。メールは配信されませんでした。", "euc_jp"),
    ],
)
def test_what_nobody_labelled_is_guessed(text: str, codec: str) -> None:
    assert to_utf8(text.encode(codec), "")[0].decode() == text


@pytest.mark.parametrize(
    ("data", "label", "expected"),
    [
        ("日本語のメール".encode()[:-1], "utf-8", "日本語のメー\ufffd"),
        ("日本語のメール".encode()[:-1], "", "日本語のメー\ufffd"),
        ("日本語のメール".encode("euc_jp")[:-1], "euc-jp", "日本語のメー\ufffd"),
        (b"caf\xe9 \x81", "iso-8859-1", "café \ufffd"),
        (b"+2AA- lone surrogate", "utf-7", "? lone surrogate"),
    ],
)
def test_damage_stays_small(data: bytes, label: str, expected: str) -> None:
    assert to_utf8(data, label, guess=False)[0].decode() == expected


def test_line_breaks_survive() -> None:
    assert to_utf8("日\r\n本\n".encode("iso2022_jp"), "")[0] == "日\r\n本\n".encode()


@given(st.binary(), st.sampled_from(["", "us-ascii", "nonsense", *CODECS]), st.booleans())
def test_to_utf8_never_raises(data: bytes, label: str, guess: bool) -> None:
    text, name = to_utf8(data, label, guess=guess)
    assert text.decode("utf-8").encode("utf-8") == text
    assert name == ASCII or name in CODECS


@SOON
@pytest.mark.parametrize(
    "unit", [b" ", b"=", b"=\r", b"=20", b" \t", b"QUI=", b"begin 644 x\n", b"begin 644 ", b"\x1b$B", b"\xff", b"+"]
)
@pytest.mark.parametrize("encoding", [b"base64", b"quoted-printable", b"x-uuencode"])
def test_no_text_is_too_much(unit: bytes, encoding: bytes) -> None:
    """The letter behind the run is what a pattern would search for from each byte anew."""
    data = unit * (LONG // len(unit)) + b"x"
    to_utf8(undo_transfer(data, encoding), "")


@SOON
def test_long_line_with_damage_at_its_end() -> None:
    """Its beginning is no sample of what a charset is guessed by, and is not searched for one from every byte."""
    assert to_utf8(b"abcde" * LONG + b"\xff\x81", "utf-8")[1] in CODECS
