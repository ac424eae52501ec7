import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsnparse.wire.clean import clean, clip, is_fit, scrub, text_of

NEVER = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("550 5.1.1 User unknown", "550 5.1.1 User unknown"),
        ("  two  blanks ", "two blanks"),
        ("tab\tand\r\nline", "tab and line"),
        ("a\x0bb\x0cc\u2028d\u2029e\x85f", "a b c d e f"),
        ("nul\x00 del\x7f c1\x9b31m", "nul del c131m"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("gnp\u202eexe\u202c \u2066x\u2069\u200f", "gnpexe x"),
        ("z\u200be\u200cr\u200do\ufeff\U000e0041", "zero"),
        ("soft\u00adhyphen", "softhyphen"),
        ("no\u00a0break\u3000ideographic", "no break ideographic"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("größe 日本 🙂", "größe 日本 🙂"),
        ("\n\t \u200b", ""),
        ("one\r\ntwo\rthree\nfour", "one two three four"),
        ("a\u2028b\x85c", "a b c"),
        ("\x07bell\n\x08back", "bell back"),
    ],
)
def test_one_clean_line(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "cap", "expected"),
    [
        ("abc", 3, ("abc", False)),
        ("abcd", 3, ("abc", True)),
        ("ab cd", 3, ("ab", True)),
        ("aé", 2, ("a", True)),
        ("aé", 3, ("aé", False)),
        ("日本", 5, ("日", True)),
        ("🙂🙂", 7, ("🙂", True)),
        ("abc", 0, ("", True)),
        ("", 0, ("", False)),
    ],
)
def test_clip_cuts_between_characters(text: str, cap: int, expected: tuple[str, bool]) -> None:
    assert clip(text, cap) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text", True),
        ("größe 日本", True),
        ("\U0001fae9", True),  # newer than the Unicode tables of some Pythons
        ("tab\t", False),
        ("line\n", False),
        ("\u200b", False),
        ("\u00a0", False),
        ("\u2028", False),
        ("\ud800", False),
    ],
)
def test_is_fit(text: str, expected: bool) -> None:
    assert is_fit(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"plain", "plain"),
        (b"folded\r\n  twice\n\there", "folded twice here"),
        (b"cr\r alone", "cr alone"),
        ("größe".encode(), "größe"),
        (b"gr\xf6\xdfe", "größe"),
        ("日本語".encode("iso2022_jp"), "日本語"),
        ("宛先のメールアドレスが\r\n存在しない".encode(), "宛先のメールアドレスが存在しない"),
        ("由于收件人的邮箱地址\n  不存在".encode(), "由于收件人的邮箱地址不存在"),
        ("配信できませんでした。\n宛先".encode(), "配信できませんでした。 宛先"),
        ("宛先\n件名".encode(), "宛先 件名"),
        ("받는사람의메일주소가\n없습니다".encode(), "받는사람의메일주소가 없습니다"),
        (b"", ""),
    ],
)
def test_text_of_a_field(value: bytes, expected: str) -> None:
    assert text_of(value) == expected


def test_every_invisible_character_of_this_python_is_dropped() -> None:
    every = map(chr, range(0x110000))
    odd = [c for c in every if unicodedata.category(c) in NEVER or (unicodedata.category(c) == "Zs" and c != " ")]
    assert [hex(ord(c)) for c in odd if c in scrub(f"a{c}b")] == []
    assert [hex(ord(c)) for c in odd if is_fit(c)] == []


@given(st.text(), st.integers(0, 60))
def test_whatever_comes_out_is_clean(text: str, cap: int) -> None:
    result = clean(text, cap)
    assert {c for c in result if unicodedata.category(c) in NEVER} == set()
    assert len(result.encode("utf-8")) <= cap
    assert "  " not in result
    assert clean(result, cap) == result


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_the_fast_path_agrees_with_the_slow_one(text: str) -> None:
    assert clean(text, 10_000) == clip(scrub(text), 10_000)[0]


@given(st.binary())
def test_text_of_never_raises(value: bytes) -> None:
    assert text_of(value).encode("utf-8").decode("utf-8") == text_of(value)
