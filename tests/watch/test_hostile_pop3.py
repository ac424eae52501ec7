"""POP3 servers that are out to harm: each ends with a status that says so and a line of words, in little time and little memory."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from typing import IO

import pytest
from letters import addresses, bounce
from listening import listening

from dsnparse.mailbox import Caps
from dsnparse.mailbox.address import read_address
from dsnparse.mailbox.pop3 import Client

Run = Callable[..., tuple[int, str, str]]
Answer = bytes | Callable[[], Iterator[bytes]]
Script = dict[bytes, Answer]

MEGABYTE = 1 << 20
MILLION = 1_000_000
BODY = bounce(1).replace(b"\n", b"\r\n")
OK = b"+OK\r\n"
END = b".\r\n"
# What a polite server answers; each case puts something else in one place.
POLITE: Script = {
    b"greeting": b"+OK hello\r\n",
    b"CAPA": OK + b"TOP\r\nUIDL\r\n" + END,
    b"USER": OK,
    b"PASS": OK,
    b"UIDL": OK + b"1 one\r\n2 two\r\n" + END,
    b"LIST": OK + b"1 %d\r\n2 %d\r\n" % (len(BODY), len(BODY)) + END,
    b"TOP 1 ": OK + BODY + END,
    b"TOP 2 ": OK + bounce(2).replace(b"\n", b"\r\n") + END,
    b"DELE": OK,
    b"QUIT": OK,
}


@contextmanager
def serve(script: Script) -> Iterator[int]:
    """Answer one session by a script; the longest key that begins a command counts."""
    listener = socket.create_server(("127.0.0.1", 0))

    def say(file: IO[bytes], answer: Answer) -> None:
        for block in [answer] if isinstance(answer, bytes) else answer():
            file.write(block)
        file.flush()

    def session() -> None:
        with suppress(OSError), listener.accept()[0] as sock, sock.makefile("rwb") as file:
            say(file, script[b"greeting"])
            for line in file:
                keys = [key for key in script if line.startswith(key)]
                say(file, script[max(keys, key=len)] if keys else b"-ERR no such command\r\n")

    port = listener.getsockname()[1]
    with listening(session, listener):
        yield port


def fetch(run: Run, port: int, *argv: str | Path) -> tuple[int, str, str]:
    return run("fetch", f"pop3://u@127.0.0.1:{port}/?tls=none", "--timeout", "3", *argv)


def test_a_polite_server_is_read(run: Run, tmp_path: Path) -> None:
    with serve(POLITE) as port:
        status, _, err = fetch(run, port, "--jsonl", tmp_path / "events")
    assert (status, "new=2 events=2" in err) == (0, True), err
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]


def endless(begin: bytes, block: bytes) -> Answer:
    return lambda: chain((begin,), repeat(block))


def hang_up(said: bytes) -> Answer:
    def answer() -> Iterator[bytes]:
        yield said
        raise ConnectionError

    return answer


# What is said in which place, and words of the line that tells of it.
CASES: dict[str, tuple[str, Answer, str]] = {
    "no POP3 at all": ("greeting", b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not keep to the protocol"),
    "a refusal at the door": ("greeting", b"-ERR go away\r\n", "go away"),
    "a greeting without an end": ("greeting", endless(b"", b"+OK " * 16000), "a line longer than"),
    "silence": ("greeting", b"", "no answer in time"),
    "a hang-up within a line": ("PASS", hang_up(b""), "hung up"),
    "words before they are asked for": ("greeting", b"+OK hello\r\n+OK\r\n+OK\r\n+OK\r\n", "was not asked"),
    "words after the answer": ("UIDL", OK + b"1 one\r\n" + END + b"+OK and one more thing\r\n", "was not asked"),
    "a refused login": ("PASS", b"-ERR no\r\n", "refused the login"),
    "a line without an end": ("UIDL", endless(OK + b"1 ", b"x" * 60000), "bytes in answer to one command"),
    "a list without an end": ("UIDL", endless(OK, b"1 one\r\n" * 9000), "bytes in answer to one command"),
    "sizes without an end": ("LIST", endless(OK, b"1 1\r\n" * 9000), "bytes in answer to one command"),
    "capabilities without an end": ("CAPA", endless(OK, b"X\r\n" * 9000), "bytes in answer to one command"),
    "a message without an end": ("TOP 1", endless(OK, b"x" * 60000), "bytes in answer to one command"),
    "a hang-up within a list": ("UIDL", hang_up(OK + b"1 one\r\n2 tw"), "hung up in the middle"),
    "one unique-id for two messages": ("UIDL", OK + b"1 one\r\n2 one\r\n" + END, "cannot be told apart"),
    "a unique-id with a NUL": ("UIDL", OK + b"1 o\0ne\r\n2 two\r\n" + END, "lines that are none"),
    "a unique-id of a megabyte": ("UIDL", OK + b"1 " + b"x" * MEGABYTE + b"\r\n" + END, "lines that are none"),
    "no unique-id": ("UIDL", OK + b"1\r\n" + END, "lines that are none"),
    "a number with more digits than Python reads": ("UIDL", OK + b"9" * 6000 + b" x\r\n" + END, "lines that are none"),
    "a number below nought": ("UIDL", OK + b"-1 x\r\n" + END, "lines that are none"),
    "a word for a number": ("UIDL", OK + b"one 1\r\n" + END, "lines that are none"),
    "a farewell": ("UIDL", b"-ERR closing down\r\n", "closing down"),
    "a hang-up within a message": ("TOP 1", hang_up(OK + BODY), "hung up in the middle"),
}
SOURCE_ERRORS = ("one unique-id for two messages",)


@pytest.mark.parametrize("case", CASES)
def test_hostile_answers(case: str, run: Run) -> None:
    place, answer, words = CASES[case]
    script = {key: value for key, value in POLITE.items() if not key.startswith(place.encode())}
    script |= {place.encode(): answer}
    with serve(script) as port:
        status, out, err = fetch(run, port)
    assert (status, out, words in err) == (1 if case in SOURCE_ERRORS else 4, "", True), err
    assert (err.count("\n"), "internal error" in err, len(err) < 1000) == (1, False, True), err


def million() -> dict[bytes, bytes]:
    """A server that announces a million messages."""
    listed = b"".join(b"%d %032x\r\n" % (number, number) for number in range(1, MILLION + 1))
    sizes = b"".join(b"%d 500\r\n" % number for number in range(1, MILLION + 1))
    return {b"UIDL": OK + listed + END, b"LIST": OK + sizes + END}


@pytest.mark.parametrize(
    ("sizes", "status", "words"),
    [
        (b"1 1\r\n2 999999999999999\r\n", 1, "new=1 events=1"),  # too long, if one believed it
        (b"1 0\r\n2 -5\r\n", 0, "new=2 events=2"),
        (b"1 %s\r\n2 x\r\n" % (b"9" * 500), 0, "new=2 events=2"),
        (b"7 1\r\n8 1\r\n", 0, "new=2 events=2"),
        (b"one 5\r\n\0\xff\r\n", 0, "new=2 events=2"),
        (b"", 0, "new=2 events=2"),
    ],
)
def test_wrong_sizes_do_no_harm(sizes: bytes, status: int, words: str, run: Run) -> None:
    with serve(POLITE | {b"LIST": OK + sizes + END}) as port:
        ended, _, err = fetch(run, port)
    assert (ended, words in err) == (status, True), err


ODD = {
    "nothing": (b"", b""),
    "NULs": (b"\0\0\0\r\n", b"\0\0\0\r\n"),
    "dots": (b"..\r\n...\r\n.x\r\n", b".\r\n..\r\nx\r\n"),
    "bare line feeds": (b"a\n..\nb\n", b"a\n.\nb\n"),
    "empty lines and a carriage return": (b"\r\n\r\n..\rx\r\n", b"\r\n\r\n.\rx\r\n"),
    "one that is too long": (b"..\r\n" * 100, (b".\r\n" * 100)[:51]),
}


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("block", [1, 2, 3, 4, 5, 7, 64, 4096])
def test_messages_are_the_same_in_whatever_blocks_they_come(
    case: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, kept = ODD[case]
    monkeypatch.setattr("dsnparse.mailbox.stream.BLOCK", block)
    with serve(POLITE | {b"TOP 1 ": OK + said + END}) as port:
        client = Client(read_address(f"pop3://u@127.0.0.1:{port}/?tls=none"), Caps(max_message_bytes=50))
        with closing(client):
            assert client.message("TOP 1 9") == kept
            assert client.body("UIDL") == b"\n1 one\r\n2 two\r\n"


def test_a_list_may_be_only_so_long(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsnparse.mailbox.pop3.MOST_MESSAGES", 2)
    with serve(POLITE) as port:
        assert fetch(run, port)[0] == 0
    with serve(POLITE | {b"UIDL": OK + b"1 a\r\n2 b\r\n3 c\r\n" + END}) as port:
        status, _, err = fetch(run, port)
    assert (status, "the server lists more than 2 messages" in err) == (4, True), err


BOUND = 300 << 10
"""Kilobytes of memory: what is promised for mailboxes of millions."""
MEASURED = """
import sys
from dsnparse.cli import main
status = main(sys.argv[1:])
print(status, *[line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")])
"""


@pytest.mark.parametrize(
    ("script", "status", "words"),
    [
        ({**million(), b"TOP": b"-ERR no\r\n"}, 4, "refused the first 200 messages"),
        ({b"UIDL": endless(OK, b"1 one\r\n" * 9000)}, 4, "bytes in answer to one command"),
        ({b"TOP": OK + b"\r\n" * (16 * MEGABYTE) + END}, 0, "new=1"),
        ({b"TOP": OK + b"..\n" * (10 * MEGABYTE) + END}, 0, "new=1"),
    ],
    ids=["a million messages", "a list without an end", "a message of line ends", "a message of dots"],
)
def test_memory_is_bounded(script: Script, status: int, words: str, tmp_path: Path) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells how much memory a process had at most")
    with serve({key: value for key, value in POLITE.items() if not key.startswith(b"TOP")} | script) as port:
        argv = ["fetch", f"pop3://u@127.0.0.1:{port}/?tls=none", "--jsonl", str(tmp_path / "events")]
        done = subprocess.run([sys.executable, "-c", MEASURED, *argv], capture_output=True, text=True, check=True)
    ended, kilobytes = map(int, done.stdout.split())
    assert (ended, words in done.stderr) == (status, True), done.stderr
    assert kilobytes < BOUND
