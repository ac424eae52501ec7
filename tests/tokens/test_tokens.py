import os
import re
import time
from pathlib import Path

import pytest
from effort import SOON
from hypothesis import given, settings
from hypothesis import strategies as st

from dsnparse.errors import TokenError
from dsnparse.tokens import (
    Key,
    Keys,
    Verdict,
    find_tokens,
    load_keys,
    make_message_id,
    make_return_path,
    make_token,
    new_key,
    open_token,
    parse_keys,
    verify,
)
from dsnparse.tokens.code import TOKEN, binds

KEYS = Keys((Key("ab", b"a secret of thirty-two bytes ..."), Key("yz", b"another one, still good for us. ")))
DAY = 86_400
NOW = 20_000.5 * DAY
TO = "ines@dest.example"
IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", max_size=26)
ADDRESSES = st.builds("{}@{}".format, st.text(min_size=1, max_size=64), st.text(min_size=1, max_size=60)).filter(
    lambda address: not {"<", ">"} & set(address)
)


def said(text: str, *people: str, at: float = NOW, keys: Keys = KEYS) -> str:
    return verify(keys, text, people or (TO,), at=at).outcome


@settings(derandomize=True, database=None)
@given(ADDRESSES, IDS, st.integers(0, (1 << 20) - 32), st.floats(0, 0.99), st.integers(0, 30))
def test_round_trip(address: str, name: str, day: int, part: float, age: int) -> None:
    token = make_token(KEYS, address, id=name, at=(day + part) * DAY)
    assert TOKEN.fullmatch(token)
    at = (day + age) * DAY
    expected = Verdict(outcome="verified", recipient=address, id=name, token=token)
    assert verify(KEYS, token, [address], at=at) == expected
    assert verify(KEYS, f"x+{token.upper()}@EXAMPLE.com", [address], at=at) == expected


@settings(derandomize=True, database=None)
@given(IDS, st.data())
def test_no_one_bit_change_is_accepted_but_the_case_of_a_letter(name: str, data: st.DataObject) -> None:
    token = make_token(KEYS, TO, id=name, at=NOW)
    at, bit = data.draw(st.integers(0, len(token) - 1)), data.draw(st.integers(0, 7))
    changed = token[:at] + chr(ord(token[at]) ^ 1 << bit) + token[at + 1 :]
    expected = {"verified"} if changed.lower() == token else {"bad", "unknown"}
    assert said(changed) in expected


@settings(derandomize=True, database=None)
@given(IDS, st.sampled_from(["abc@dest.example", "ines@dest.example.", "ines@dest.exampl", "ines+@dest.example", ""]))
def test_a_token_is_for_one_recipient(name: str, other: str) -> None:
    assert said(make_token(KEYS, TO, id=name, at=NOW), other) == "other-recipient"


@settings(derandomize=True, database=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=24, max_size=24))
def test_a_guess_is_not_accepted(rest: str) -> None:
    token = make_token(KEYS, TO, at=NOW)
    assert said(token[:6] + rest) in ({"verified"} if rest == token[6:] else {"bad"})


def test_the_form_is_fixed() -> None:
    assert make_token(KEYS, TO, id="order8812", at=NOW) == FORM


# What has been sent must be understood by every later version.
FORM = "abatraxuyfjcmefhttxmh5kgcq32s2order8812"


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Ines@Dest.EXAMPLE", "ines@dest.example"),
        ("<ines@dest.example>", " ines@dest.example"),
        ("gr\u00f6\u00dfe@dest.example", "gro\u0308\u00dfe@DEST.example"),
    ],
)
def test_an_address_is_known_in_any_spelling(written: str, named: str) -> None:
    assert said(make_token(KEYS, written, at=NOW), named) == "verified"


@pytest.mark.parametrize(
    ("age", "expected"), [(-2, "expired"), (-1, "verified"), (0, "verified"), (30, "verified"), (31, "expired")]
)
def test_a_token_lives_thirty_days(age: int, expected: str) -> None:
    assert said(make_token(KEYS, TO, at=NOW), at=NOW + age * DAY) == expected


@pytest.mark.parametrize(("age", "expected"), [(-2, "unknown"), (-1, "bad"), (60, "bad"), (61, "unknown")])
def test_a_false_token_is_one_of_a_likely_day(age: int, expected: str) -> None:
    token = make_token(KEYS, TO, at=NOW)
    changed = token[:-1] + ("b" if token[-1] == "a" else "a")
    assert said(changed, at=NOW + age * DAY) == expected


def test_only_ascii_letters_fold() -> None:
    token = next(each for number in range(100) if "k" in (each := make_token(KEYS, TO, id=str(number), at=NOW)))
    assert said(token.replace("k", "\u212a")) == "unknown"


def test_keys_are_changed_one_after_the_other() -> None:
    first, second, third = (parse_keys(new_key()).signing for _ in range(3))
    token = make_token(Keys((first,)), TO, at=NOW)
    assert said(token, keys=Keys((second, first))) == "verified"
    assert said(token, keys=Keys((third, second))) == "unknown"
    assert make_token(Keys((second, first)), TO, at=NOW)[:2] == second.id


@pytest.mark.parametrize(
    "text", ["", "x", "a" * 200, "ab" * 15, "\0" * 30, "ß" * 30, "ab+cd@example.com", "@", "=" * 30]
)
def test_what_is_no_token(text: str) -> None:
    assert said(text) == "unknown"
    assert not binds(KEYS, open_token(KEYS, text, NOW), TO)


def test_return_path() -> None:
    path = make_return_path(KEYS, TO, mailbox="bounces@example.com", id="order8812", at=NOW)
    assert path == f"bounces+{FORM}@example.com"
    assert said(path) == "verified"
    assert said(make_return_path(KEYS, TO, mailbox="b@example.com", delimiter="-", id="a" * 26, at=NOW)) == "verified"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"mailbox": "bounces"}, "plain address"),
        ({"mailbox": "bo unces@example.com"}, "plain address"),
        ({"mailbox": "a@b.example", "delimiter": "."}, "delimiter"),
        ({"mailbox": "a@b.example", "delimiter": ""}, "delimiter"),
        ({"mailbox": "a@b.example", "id": "Order"}, "lower-case"),
        ({"mailbox": "a@b.example", "id": "a" * 27}, "up to 26"),
        ({"mailbox": "bounce-mailbox@example.com", "id": "a" * 26}, "would have 71 characters, 64 is the most"),
    ],
)
def test_what_no_return_path_is_made_of(more: dict[str, str], text: str) -> None:
    with pytest.raises(TokenError, match=text):
        make_return_path(KEYS, TO, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["ines", "", "Ines <ines@dest.example>", "<ines@dest.example> (Ines)"])
def test_no_token_but_for_an_address(text: str) -> None:
    with pytest.raises(TokenError, match="no bare address"):
        make_token(KEYS, text)


def test_message_id() -> None:
    ids = {make_message_id(KEYS, TO, domain="example.com", at=NOW) for _ in range(100)}
    assert len(ids) == 100
    assert {said(each) for each in ids} == {"verified"}
    assert make_message_id(KEYS, TO, domain="example.com", id="order8812", at=NOW) == f"<{FORM}@example.com>"
    with pytest.raises(TokenError, match="host name"):
        make_message_id(KEYS, TO, domain="example.com>\n", at=NOW)


def test_now_is_the_default() -> None:
    assert said(make_token(KEYS, TO), at=time.time()) == "verified"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"To: bounces+{FORM}@example.com", [FORM]),
        (f"<{FORM.upper()}@example.com>", [FORM]),
        (f"SRS0=ab12=tt=example.com=bounces+{FORM}@forward.example", [FORM]),
        (f"list-bounces+bounces+{FORM}=example.com@list.example", [FORM]),
        (f"x{FORM * 2}@example.com", []),
        (f"bounces+{FORM} @example.com", []),
        (f"{FORM}@a {FORM}@b", [FORM]),
    ],
)
def test_where_tokens_are(text: str, expected: list[str]) -> None:
    assert find_tokens(text) == tuple(expected)


def test_no_more_tokens_than_a_message_can_have() -> None:
    text = " ".join(f"{make_token(KEYS, TO, id=str(number), at=NOW)}@x" for number in range(200))
    assert len(find_tokens(text)) == 100


@SOON
def test_long_texts_without_tokens() -> None:
    for text in (b"a" * 1_000_000, (b"a" * 55 + b" ") * 20_000, b"ab+" * 300_000, (b"a" * 56 + b"+") * 20_000):
        assert find_tokens(text) == ()


SECRET = "a" * 52


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "no key"),
        ("# only a note\n", "no key"),
        (f"ab:{SECRET}\ncd:{SECRET}\nef:{SECRET}", "3 keys: at most 2"),
        (f"ab:{SECRET}\nab:{SECRET}", "same name"),
        (f"ab:{SECRET}\nb:{SECRET}", "key 2 is not well formed"),
        (f"ab {SECRET}", "key 1 is not well formed"),
        ("ab:abc", "key 1 is not well formed"),
        (f"ab:{'a' * 27}", "key 1 is cut off"),
    ],
)
def test_what_are_no_keys(text: str, wrong: str) -> None:
    with pytest.raises(TokenError, match=wrong) as caught:
        parse_keys(text)
    assert SECRET not in str(caught.value)


def test_keys_as_text() -> None:
    line = new_key()
    assert re.fullmatch(r"[a-z2-7]{2}:[a-z2-7]{52}", line)
    keys = parse_keys(f"# signs since Monday\n\n  {line.upper()}  \ncd:{SECRET}\n")
    assert [key.id for key in keys.live] == [line[:2], "cd"]
    assert len(keys.signing.secret) == 32
    assert line[3:10] not in repr(keys)
    assert repr(keys.signing.secret) not in repr(keys)
    assert {new_key(line[:2])[:2] == line[:2] for _ in range(2000)} == {False}


def test_keys_come_from_a_file_or_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"ab:{SECRET}\n")
    path.chmod(0o640)
    assert load_keys(path).signing.id == "ab"
    assert load_keys(environment={"DSNPARSE_KEYS_FILE": str(path)}).signing.id == "ab"
    assert load_keys(environment={"DSNPARSE_KEYS": f"cd:{SECRET}", "DSNPARSE_KEYS_FILE": "x"}).signing.id == "cd"


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604, 0o601])
def test_keys_that_others_may_read_are_refused(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"ab:{SECRET}\n")
    path.chmod(mode)
    with pytest.raises(TokenError, match=f"is open to others .mode {mode:04o}.: chmod 640"):
        load_keys(path)


def test_what_is_wrong_with_a_file_of_keys(tmp_path: Path) -> None:
    with pytest.raises(TokenError, match="no such file"):
        load_keys(tmp_path / "none")
    with pytest.raises(TokenError, match=r"no keys: name their file, in \$DSNPARSE_KEYS_FILE"):
        load_keys(environment={})
    with pytest.raises(TokenError, match=r"^\$DSNPARSE_KEYS: key 1 is not well formed"):
        load_keys(environment={"DSNPARSE_KEYS": SECRET})
    path = tmp_path / "keys"
    path.write_bytes(os.urandom(64) + b"\xff")
    path.chmod(0o600)
    with pytest.raises(TokenError, match="is no file of keys"):
        load_keys(path)
