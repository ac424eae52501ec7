"""A reply code amid a sentence counts behind a word or sign that announces one, and is no mere number."""

import pytest

from dsnparse.judge.code import read_codes


@pytest.mark.parametrize(
    "text",
    [
        "MSEXCH:IMS:ORG:SITE:SERVER 3550 (000B09B6) 550 <bo@dest.example>... Relaying denied",
        "host mx.dest.example [192.0.2.9] 550 User unknown",
        "The server said: 550 User unknown",
        "The server said: 550 Messages from you are refused",
        "mx.dest.example refused the message (550 User unknown)",
    ],
)
def test_reply_behind_what_announces_it(text: str) -> None:
    assert read_codes(text).reply == 550


@pytest.mark.parametrize(
    "text",
    ["The limit is: 500 MB", "A message of (at most) 500 KB passes", "Room 550 is closed"],
)  # fmt: skip
def test_number_is_no_reply(text: str) -> None:
    assert read_codes(text).reply is None
