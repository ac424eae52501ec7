import pytest

from dsnparse.mailbox import Letter
from dsnparse.mailbox.imap_words import bodies, copied, sizes, uid_set


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ([(b"1 (UID 5 BODY[]<0> {3}", b"abc"), b")"], [Letter("5", b"abc")]),
        ([(b"1 (BODY[]<0> {3}", b"abc"), b" UID 5)"], [Letter("5", b"abc")]),
        (
            [(b"1 (UID 5 BODY[] {1}", b"a"), b")", (b"2 (UID 6 BODY[] {1}", b"b"), b")"],
            [Letter("5", b"a"), Letter("6", b"b")],
        ),
        ([b'1 (UID 5 BODY[]<0> "")'], [Letter("5", b"")]),
        ([b'1 (UID 5 BODY[] "a\\"b")'], [Letter("5", b'a"b')]),
        ([b"1 (UID 5 BODY[] NIL)"], []),
        (
            [b"3 (FLAGS (\\Seen))", (b"1 (UID 5 BODY[] {1}", b"a"), b" FLAGS ())", b"4 (UID 9 FLAGS ())"],
            [Letter("5", b"a")],
        ),
        ([(b"1 (BODY[] {1}", b"a"), b")"], []),
        ([None], []),
        (
            [(b'1 (UID 5 INTERNALDATE " 2-Jun-2025 10:00:00 +0200" BODY[] {1}', b"a"), b")"],
            [Letter("5", b"a", received=1748851200.0)],
        ),
        ([(b'1 (UID 5 INTERNALDATE "31-Jun-2025 10:00:00 +0200" BODY[] {1}', b"a"), b")"], [Letter("5", b"a")]),
    ],
)
def test_bodies(answer: list[bytes], expected: list[Letter]) -> None:
    assert list(bodies(answer)) == expected


def test_sizes() -> None:
    assert sizes([b"1 (UID 5 RFC822.SIZE 120)", b"2 (RFC822.SIZE 7 UID 6)", b"3 (FLAGS ())", None]) == {
        "5": 120,
        "6": 7,
    }


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["5"], "5"),
        (["3", "1", "2"], "1:3"),
        (["1", "2", "9", "10", "12"], "1:2,9:10,12"),
        (["2", "10", "9"], "2,9:10"),
    ],
)
def test_sets(keys: list[str], expected: str) -> None:
    assert uid_set(keys) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"385 304,319:320 56:58", (385, {"304": "56", "319": "57", "320": "58"})),
        (b"385 1 1:4000000000", (385, {"1": "1"})),
        (b"nonsense", (0, {})),
        (None, (0, {})),
    ],
)
def test_copyuid(answer: bytes | None, expected: tuple[int, dict[str, str]]) -> None:
    assert copied(answer) == expected
