"""Servers that are out to harm: each ends with status 4 and one line of words, in little time and little memory."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from letters import bounce
from listening import listening

Run = Callable[..., tuple[int, str, str]]

MEGABYTE = 1 << 20
BODY = bounce(1).replace(b"\n", b"\r\n")
ENDLESS = b"* OK still here, wait\r\n" * 1000
# What a polite server answers; each case puts something else in one place.
POLITE = {
    b"greeting": b"* OK hello\r\n",
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\n",
    b"LOGIN": b"",
    b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 6] x\r\n",
    b"UID SEARCH": b"* SEARCH 5\r\n",
    b"UID FETCH 5 (RFC822.SIZE)": b"* 1 FETCH (UID 5 RFC822.SIZE %d)\r\n" % len(BODY),
    b"UID FETCH 5 (UID": b"* 1 FETCH (UID 5 BODY[]<0> {%d}\r\n%s)\r\n" % (len(BODY), BODY),
    b"LOGOUT": b"* BYE\r\n",
}


@contextmanager
def serve(script: dict[bytes, bytes], *, endless: bool = False) -> Iterator[int]:
    """Answer one session by a script; the longest key that begins a command counts."""
    listener = socket.create_server(("127.0.0.1", 0))

    def session() -> None:
        with suppress(OSError), listener.accept()[0] as sock, sock.makefile("rwb") as file:
            file.write(script[b"greeting"])
            file.flush()
            for line in file:
                tag, _, command = line.strip().partition(b" ")
                keys = [key for key in script if command.startswith(key)]
                answer = script[max(keys, key=len)] if keys else b""
                file.write(answer)
                while endless and answer == ENDLESS:
                    file.write(answer)
                file.write(tag + b" OK done\r\n")
                file.flush()

    port = listener.getsockname()[1]
    with listening(session, listener):
        yield port


def fetch(run: Run, port: int) -> tuple[int, str, str]:
    return run("fetch", f"imap://u@127.0.0.1:{port}/?tls=none", "--timeout", "3")


def test_a_polite_server_is_read(run: Run) -> None:
    with serve(POLITE) as port:
        status, _, err = fetch(run, port)
    assert (status, "new=1 events=1" in err) == (0, True), err


FETCH = "UID FETCH 5 (UID"
CASES: dict[str, dict[str, bytes]] = {
    "a literal that no memory holds": {FETCH: b"* 1 FETCH (UID 5 BODY[]<0> {1099511627776}\r\n"},
    "a literal with more digits than Python reads": {FETCH: b"* 1 FETCH (UID 5 BODY[] {%s}\r\n" % (b"9" * 6000)},
    "a line without an end": {"UID SEARCH": b"* SEARCH " + b"1 " * MEGABYTE},
    "a greeting without an end": {"greeting": b"* OK " + b"x" * 2 * MEGABYTE},
    "no IMAP at all": {"greeting": b"HTTP/1.1 400 Bad Request\r\n\r\n"},
    "a tag that nobody sent": {"EXAMINE": b"ZZZZ1 OK done\r\n"},
    "numbers that are none": {"EXAMINE": b"* many EXISTS\r\n* OK [UIDVALIDITY x] x\r\n"},
    "UIDs that are none": {"UID SEARCH": b"* SEARCH five \xff\r\n"},
    "a capability that is no ASCII": {"greeting": b"* PREAUTH [CAPABILITY \xff\xfe] x\r\n"},
    "a farewell": {"UID SEARCH": b"* BYE go away\r\n"},
    "a refusal": {"LOGIN": b"* NO\r\n"},
}


@pytest.mark.parametrize("case", CASES)
def test_hostile_answers(case: str, run: Run) -> None:
    script = POLITE | {key.encode(): value for key, value in CASES[case].items()}
    with serve(script) as port:
        status, out, err = fetch(run, port)
    assert (out, err.count("\n") <= 1, "internal error" in err, len(err) < 1000) == ("", True, False, True), err
    assert status in ({0, 4} if case == "a refusal" else {4}), (status, err)


def test_an_answer_without_an_end(run: Run) -> None:
    with serve(POLITE | {b"UID SEARCH": ENDLESS}, endless=True) as port:
        status, _, err = fetch(run, port)
    assert (status, "lines in answer to one command" in err) == (4, True), err


def test_messages_that_were_not_asked_for_are_passed_over(run: Run) -> None:
    more = b"* 2 FETCH (UID 99 BODY[]<0> {1}\r\nx)\r\n* 3 FETCH (FLAGS (\\Seen))\r\n* 7 EXPUNGE\r\n"
    with serve(POLITE | {b"UID FETCH 5 (UID": more + POLITE[b"UID FETCH 5 (UID"] + more}) as port:
        status, _, err = fetch(run, port)
    assert (status, "new=1 events=1" in err) == (0, True), err


def test_what_the_server_says_is_shown_escaped_and_without_the_password(run: Run) -> None:
    with serve(POLITE | {b"greeting": b"* BYE \x1b[31m secret \x07\r\n"}) as port:
        status, _, err = fetch(run, port)
    assert (status, "\x1b" in err, "secret" in err) == (4, False, False)
