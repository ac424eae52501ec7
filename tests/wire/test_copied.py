"""Copies of a message within a text: where their header ends, and what it is."""

import pytest
from effort import SOON

from dsnparse.wire.copied import Copies, announces_copy, copy_at

LONG = 1 << 20


@pytest.mark.parametrize(
    ("text", "fields", "copy"),
    [
        (b"From: a\nTo: b\nSubject: c\n\nhello", 3, "summary"),
        (b"Date: a\nFrom: b\nTo: c\nMessage-ID: <d>\n\nhello", 4, "summary"),
        (b"Received: from a\n\tby b\nFrom: c\nTo: d\n\nhello", 4, "sent"),
        (b"X-Mailer: a\nFrom: b\nSubject: c", 3, "sent"),
        (b"> From: a\n> To: b\n> Subject: c\n>\n> hello", 3, "summary"),
        (b"    From: a\n    To: b\n    Subject: c\n\nhello", 3, "summary"),
        (b"FROM: a\nTO: b\n  folded\nSUBJECT: c\n\n", 4, "summary"),
        (b"From: a\nTo: b\nSubject: c\nError: d\n", 3, ""),  # a notice that tells of itself
        (b"To: a\nCc: b\nSubject: c\n\n", 3, ""),
        (b"From: a\nTo: b\nDate: c\n\n", 3, ""),
        (b"From: a\nSubject: b\n\n", 0, ""),
        (b"hello\nFrom: a\nTo: b\nSubject: c\n", 0, ""),
    ],
)
def test_copy(text: bytes, fields: int, copy: str) -> None:
    end, found = copy_at(text, 0, len(text))
    assert (text[:end].count(b"\n") + (end == len(text) and not text.endswith(b"\n")), found) == (fields, copy)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"\n\nReceived: from a\n", True),
        (b"\n(headers only)\n\n> From: a\n", True),
        (b"\n<a@b.example>: gone\n\nFrom: a\n", False),
        (b"\nTo: a@b.example\nError: gone\n", False),
    ],
)
def test_copy_below_a_line(text: bytes, expected: bool) -> None:
    assert announces_copy(text, 0, len(text)) is expected


@SOON
@pytest.mark.parametrize(
    "unit",
    [
        b"to: x\n",
        b" to: x\n",
        b"to: x\n y\n",
        b"from: a\nto: b\nsubject: c\nerror: d\n",
        b"from: " + b"a" * 990 + b"\n",
    ],
)
def test_no_run_of_fields_is_too_much(unit: bytes) -> None:
    data = unit * (LONG // len(unit))
    copies = Copies(data, len(data))
    at = 0
    while at < len(data):
        copies.at(at)
        at = data.find(b"\n", at) + 1 or len(data)
