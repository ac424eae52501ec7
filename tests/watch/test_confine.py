"""The filter of system calls, run as the kernel runs it, also for the processor that the tests do not run on."""

import struct

import pytest

from dsnparse.watch.confine import ALLOW, EQUAL, KILL, LOAD, NOT_BELOW, REFUSE, REFUSED, RETURN, call_filter


def verdict(program: bytes, processor: int, call: int) -> int:
    """Return what the filter says of one call."""
    seen = struct.pack("II", call, processor)
    steps = list(struct.iter_unpack("HBBI", program))
    at = word = 0
    while True:
        code, if_so, if_not, value = steps[at]
        at += 1
        if code == LOAD:
            (word,) = struct.unpack_from("I", seen, value)
        elif code == RETURN:
            return int(value)
        else:
            assert code in {EQUAL, NOT_BELOW}
            at += if_so if (word == value if code == EQUAL else word >= value) else if_not


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_refused_and_what_is_not(name: str) -> None:
    processor, refused = REFUSED[name]
    program = call_filter(processor, refused)
    refused_here = {number for number in range(1000) if verdict(program, processor, number) == REFUSE}
    assert refused_here == set(refused)
    assert {verdict(program, processor, number) for number in range(1000)} == {REFUSE, ALLOW}
    # Calls by another table of numbers, in which a socket is another one.
    assert {verdict(program, processor, 0x40000000 + number) for number in range(1000)} == {KILL}
    assert {verdict(program, 0x40000003, number) for number in range(1000)} == {KILL}
