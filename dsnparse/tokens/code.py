"""The form of a token: what is in it, how it is signed, and what can be said of one.

    key  day   tag               check     id
    ab   aakj  mfrggzdfmztwq2lk  nbswy3dp  order8812

`tag` is 80 bits of HMAC-SHA-256 over the key's name, the day, the id and the recipient. The recipient is not in the token, which would
not fit: whoever verifies tries the addresses that the report names. `check` is 40 bits over all the rest. With it a genuine token
is told from a made-up one even where a forwarder put another address into the report, and `bad` is a proof and not a guess.
"""

import hmac
import re
import unicodedata
from base64 import b32encode
from hashlib import sha256
from typing import Final, Literal

from msgspec import Struct

from dsnparse.tokens.keys import LETTERS, Key, Keys

DAY: Final = 86_400
# Bounces come late: five days in a queue and warnings before that are common, and somebody reads the mailbox after a holiday.
LIFETIME: Final = 30
# A clock that is ahead of ours.
AHEAD: Final = 1
# How old a token may claim to be and still be taken for one of ours when its check fails: 2 keys of 1024 names and 60 days of
# a million make it sure that no foreign address is taken for a forged token.
CLAIMED: Final = 2 * LIFETIME
NAME, DAYS, TAG, CHECK, ID = 2, 4, 16, 8, 26
SHORTEST: Final = NAME + DAYS + TAG + CHECK
LONGEST: Final = SHORTEST + ID
TOKEN: Final = re.compile(
    rf"([a-z2-7]{{{NAME}}})([a-z2-7]{{{DAYS}}})([a-z2-7]{{{TAG}}})([a-z2-7]{{{CHECK}}})([a-z0-9]{{0,{ID}}})"
)

# `good`: signed by us and in time. `expired`: signed by us, too long ago. `bad`: it has the form, the key and the day of one of
# ours, but was not signed by us. `unknown`: nothing can be said.
State = Literal["good", "expired", "bad", "unknown"]


class Opened(Struct, frozen=True, gc=False):
    """A token taken apart: what it says, and whether that is true."""

    text: str
    state: State
    day: int = 0
    id: str = ""


def normal(address: str) -> str:
    """Return an address in the one form that is signed and compared: servers fold case, and compose letters in their own way."""
    return unicodedata.normalize("NFC", address.strip().strip("<>")).lower()


def sign(key: Key, day: int, id_: str, recipient: str) -> str:
    """Return the token for one recipient."""
    stem = key.id + _number(day)
    tag = _tag(key, stem, id_, recipient)
    return stem + tag + _check(key, stem, tag, id_) + id_


def open_token(keys: Keys, text: str, at: float) -> Opened:
    """Return what a token says, and whether it was signed by us and in time; `at` is when the report arrived."""
    match = (
        TOKEN.fullmatch(text.lower()) if text.isascii() else None
    )  # the sign for kelvin has a k for its small letter
    key = keys.find(match[1]) if match else None
    if match is None or key is None:
        return Opened(text, "unknown")
    name, days, tag, check, id_ = match.groups()
    day = _day(days)
    age = int(at // DAY) - day
    if not _same(check, _check(key, name + days, tag, id_)):
        return Opened(match[0], "bad" if -AHEAD <= age <= CLAIMED else "unknown", day, id_)
    return Opened(match[0], "good" if -AHEAD <= age <= LIFETIME else "expired", day, id_)


def binds(keys: Keys, opened: Opened, recipient: str) -> bool:
    """Tell whether a token was signed for this recipient."""
    match = TOKEN.fullmatch(opened.text)
    key = keys.find(match[1]) if match else None
    if match is None or key is None:
        return False
    name, days, tag, _, id_ = match.groups()
    return _same(tag, _tag(key, name + days, id_, recipient))


def _tag(key: Key, stem: str, id_: str, recipient: str) -> str:
    return _mac(key, "recipient", stem, id_, normal(recipient))[:TAG]


def _check(key: Key, stem: str, tag: str, id_: str) -> str:
    return _mac(key, "token", stem, tag, id_)[:CHECK]


def _mac(key: Key, *fields: str) -> str:
    # No field holds a NUL: the first four are letters and digits, and the last one may hold what it likes.
    digest = hmac.digest(key.secret, "\0".join(fields).encode("utf-8", "surrogatepass"), sha256)
    return b32encode(digest[:10]).decode("ascii").lower()


def _same(one: str, other: str) -> bool:
    """Compare in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("ascii"), other.encode("ascii"))


def _number(day: int) -> str:
    return "".join(LETTERS[day >> shift & 31] for shift in (15, 10, 5, 0))


def _day(text: str) -> int:
    day = 0
    for letter in text:
        day = day << 5 | LETTERS.index(letter)
    return day
