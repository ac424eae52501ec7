"""`dsnparse pipe`: status 0 or 75, an empty standard output, and one record however often the server tries."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from letters import addresses, bounce


def pipe(*argv: str | Path, message: bytes = b"", **environment: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "dsnparse", "pipe", *map(str, argv)],
        input=message,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_message_is_stored_once(tmp_path: Path) -> None:
    for _ in range(2):
        assert pipe("--jsonl", tmp_path / "events", "--recipient", "x@example.com", message=bounce(1)) == (0, b"", b"")
    assert addresses(tmp_path / "events") == ["user1@dest.example"]


@pytest.mark.parametrize(
    ("argv", "message", "words"),
    [
        (["--store", "sqlite:////nowhere/store.db"], bounce(1), b"cannot be opened"),
        (["--store", "nonsense"], bounce(1), b"a store is sqlite:///PATH"),
        (["--no-such-option"], bounce(1), b"unrecognized arguments"),
        (["--config", "/nowhere/dsnparse.toml"], bounce(1), b"no such file"),
        (["--rules", "/nowhere"], bounce(1), b"nowhere"),
        ([], b"", b"no message on standard input"),
    ],
)
def test_whatever_goes_wrong_the_server_keeps_the_message(argv: list[str], message: bytes, words: bytes) -> None:
    status, out, err = pipe(*argv, message=message)
    assert (status, out, words in err) == (75, b"", True), err


def test_so_it_is_with_what_should_never_happen(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import dsnparse.cli.pipe\ndef broken(*_): raise RuntimeError('broken')\ndsnparse.cli.pipe.run = broken\n"
    )
    path = f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"
    status, out, err = pipe(message=bounce(1), PYTHONPATH=path)
    assert (status, out, b"internal error" in err) == (75, b"", True)


def test_many_at_once(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "dsnparse", "pipe", "--jsonl", str(tmp_path / "events")]
    running = [subprocess.Popen(argv, stdin=subprocess.PIPE) for _ in range(6)]
    for number, process in enumerate(running):
        assert process.stdin
        process.stdin.write(bounce(number))
        process.stdin.close()
    assert [process.wait() for process in running] == [0] * 6
    assert sorted(addresses(tmp_path / "events")) == [f"user{number}@dest.example" for number in range(6)]


def test_a_message_longer_than_the_limit_is_read_to_its_end(tmp_path: Path) -> None:
    long = bounce(1) + b"x" * (33 << 20)
    assert pipe("--jsonl", tmp_path / "events", message=long) == (0, b"", b"")
    assert addresses(tmp_path / "events") == ["user1@dest.example"]
