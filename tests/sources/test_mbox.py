import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsnparse.sources import mbox

OPENING = b"From robot Mon Jun  2 10:00:00 2025\n"
EARLIER = b"From robot Mon Jun  2 09:59:59 2025\n"
LATER = b"From robot Mon Jun  2 10:00:01 2025\n"
CAP = 1 << 20


def messages(data: bytes, size: int = 1 << 20, cap: int = CAP) -> list[bytes]:
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    return [mbox.message(stretch, len(data)) for stretch in mbox.split(blocks, cap)]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (OPENING, True),
        (OPENING.replace(b"\n", b"\r\n"), True),
        (b"From x@example.org 10:00\n", True),
        (b"From robot\n", False),
        (b"From: robot 10:00\n", False),
        (b">" + OPENING, False),
        (b"From " + b"x" * 600 + b" 10:00\n", False),
        (b"", False),
    ],
)
def test_an_mbox_begins_with_a_from_line_that_holds_a_time(head: bytes, expected: bool) -> None:
    assert mbox.begins(head) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (OPENING + b"a: 1\n\nx\n", [b"a: 1\n\nx\n"]),
        (OPENING + b"a: 1\n\nx\n\n" + OPENING + b"b: 2\n", [b"a: 1\n\nx\n", b"b: 2\n"]),
        (OPENING + b"a: 1\r\n\r\nx\r\n\r\n" + OPENING + b"b: 2\r\n", [b"a: 1\r\n\r\nx\r\n", b"b: 2\r\n"]),
        # No empty line before it, or no time in it: text that nobody quoted.
        (OPENING + b"a: 1\n\nx\n" + OPENING + b"y\n", [b"a: 1\n\nx\n" + OPENING + b"y\n"]),
        (OPENING + b"a: 1\n\nFrom here on\n", [b"a: 1\n\nFrom here on\n"]),
        # Quoted once, twice, at the very start, and not at all.
        (OPENING + b"a: 1\n\n>From x\n", [b"a: 1\n\nFrom x\n"]),
        (OPENING + b"a: 1\n\n>>From x\n>From y\n", [b"a: 1\n\n>From x\nFrom y\n"]),
        (OPENING + b">From x\na: 1\n", [b"From x\na: 1\n"]),
        (OPENING + b"a: 1\n\n> From x >From y\n", [b"a: 1\n\n> From x >From y\n"]),
        # A returned message with its From line, introduced and older; one of the two signs is not enough.
        (OPENING + b"returned:\n\n" + EARLIER + b"b: 2\n", [b"returned:\n\n" + EARLIER + b"b: 2\n"]),
        (
            OPENING + b"Content-Type: message/rfc822\n\n" + EARLIER + b"b: 2\n",
            [b"Content-Type: message/rfc822\n\n" + EARLIER + b"b: 2\n"],
        ),
        (OPENING + b"returned:\n\n" + OPENING + b"b: 2\n", [b"returned:\n", b"b: 2\n"]),
        (OPENING + b"returned:\n\n" + LATER + b"b: 2\n", [b"returned:\n", b"b: 2\n"]),
        (OPENING + b"returned.\n\n" + EARLIER + b"b: 2\n", [b"returned.\n", b"b: 2\n"]),
        (OPENING + b"returned:\n\nFrom x 10:00\nb: 2\n", [b"returned:\n", b"b: 2\n"]),
        # A returned From line with nothing below it.
        (OPENING + b"returned:\n\n" + EARLIER + b"\n" + LATER + b"b: 2\n", [b"returned:\n\n" + EARLIER, b"b: 2\n"]),
        (
            OPENING + b"returned:\n\n" + EARLIER + b"\n" + EARLIER + b"\n" + LATER + b"b: 2\n",
            [b"returned:\n\n" + EARLIER, b"b: 2\n"],
        ),
        # From lines with nothing below them.
        (OPENING + b"\n" + OPENING + b"\n" + OPENING + b"a: 1\n", [b"\n", b"a: 1\n"]),
    ],
)
def test_messages(data: bytes, expected: list[bytes]) -> None:
    assert messages(data) == expected


@pytest.mark.parametrize("size", [1, 7, 100, 511, 512, 513, 1 << 16])
def test_blocks_of_any_size_give_the_same_messages(size: int) -> None:
    data = b"".join(OPENING + b"n: %d\n\n%s\n\n" % (n, b"x" * (n * 37)) for n in range(40))
    assert messages(data, size) == [b"n: %d\n\n%s\n" % (n, b"x" * (n * 37)) for n in range(40)]


TOKENS = [
    OPENING,
    b"From x 1:23\r\n",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"abc\n",
    b"From hello\n",
    b"x" * 300,
    b">From q 1:00\n",
]


@given(st.lists(st.sampled_from(TOKENS), max_size=60), st.sampled_from([1, 7, 600]))
def test_agrees_with_a_plain_reading_of_the_whole_file(tokens: list[bytes], size: int) -> None:
    data = OPENING + b"".join(tokens)
    separators = re.finditer(rb"(?:(?<=\n\n)|(?<=\n\r\n))(?=" + mbox.FROM_LINE + rb")", data)
    starts = [0, *(match.start() for match in separators), len(data)]
    expected = [mbox.message(bytearray(data[start:end]), len(data)) for start, end in pairwise(starts)]
    got = messages(data, size)
    assert [each for each in got if each.strip()] == [each for each in expected if each.strip()]


def test_a_message_longer_than_the_cap_is_cut_and_the_next_one_is_read() -> None:
    long, short = messages(OPENING + b"x" * 5000 + b"\n\n" + OPENING + b"b: 2\n", cap=1000)
    assert (len(long) > 1000, len(long) < 2000, short) == (True, True, b"b: 2\n")


def test_unquoting_leaves_more_than_the_cap_of_a_message_longer_than_it() -> None:
    (message,) = messages(OPENING + b">From \n" * 4000, cap=7000)
    assert len(message) > 7000


def test_a_stretch_without_a_from_line_is_the_message() -> None:
    assert mbox.message(bytearray(b"a: 1\n\nx\n"), 100) == b"a: 1\n\nx\n"


MORE = [*TOKENS, b"returned:\n\n", EARLIER, b"From x 9:00 said:\n", OPENING + b"\n" + EARLIER + b"\n"]


@given(st.lists(st.sampled_from(MORE), max_size=60), st.sampled_from([1, 7, 40, 600]))
def test_where_blocks_begin_does_not_matter(tokens: list[bytes], size: int) -> None:
    data = OPENING + b"".join(tokens)
    whole, got = messages(data), messages(data, size)
    assert [each for each in got if each.strip()] == [each for each in whole if each.strip()]


def mboxcl(lines: bytes) -> bytes:
    """Return an mbox whose messages state their length, as Solaris and Dovecot's mboxcl have it: From lines are quoted as well."""
    return OPENING + b"Content-Length: %d\na: 1\n\n" % len(lines) + lines + b"\n"


@pytest.mark.parametrize("length", [b"3", b"0", b"99999999999", b"-1", b"x"])
def test_a_stated_length_is_not_believed(length: bytes) -> None:
    data = OPENING + b"Content-Length: " + length + b"\n\nx\n\n" + OPENING + b"b: 2\n"
    assert messages(data) == [b"Content-Length: " + length + b"\n\nx\n", b"b: 2\n"]


def test_an_mboxcl_is_read_by_its_from_lines() -> None:
    whole = mboxcl(b">From here\n") + mboxcl(b"y\n")
    assert messages(whole) == [b"Content-Length: 11\na: 1\n\nFrom here\n", b"Content-Length: 2\na: 1\n\ny\n"]
