"""A late pattern answers as a compiled one does, and is compiled when it is first used and not before."""

import re

import pytest

from dsnparse.late import late

LATE = late(r"(?P<word>b+)(c)?", re.IGNORECASE)
COMPILED = re.compile(LATE.pattern, re.IGNORECASE)


@pytest.mark.parametrize("method", ["search", "match", "fullmatch", "findall", "split"])
@pytest.mark.parametrize("text", ["aBBc", "bb", ""])
def test_answers_are_those_of_a_pattern(method: str, text: str) -> None:
    assert str(getattr(LATE, method)(text)) == str(getattr(COMPILED, method)(text))


def test_what_a_pattern_tells_of_itself() -> None:
    assert (LATE.pattern, LATE.groups, LATE.groupindex) == (COMPILED.pattern, 2, COMPILED.groupindex)


def test_bytes() -> None:
    assert late(b"b+").sub(b"", b"abbc") == b"ac"


def test_it_is_compiled_when_first_used() -> None:
    broken = late("(")
    with pytest.raises(re.error):
        broken.search("")
