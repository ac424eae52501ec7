import io
import json
import sys
from collections.abc import Callable

import pytest

import dsnparse
from dsnparse import cli
from dsnparse.cli.arguments import COMMANDS
from dsnparse.cli.say import say
from dsnparse.errors import SinkError, SourceError
from dsnparse.rules import check
from dsnparse.sinks.output import ClosedPipeError, Stream

Run = Callable[..., tuple[int, bytes, str]]


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"dsnparse {dsnparse.__version__}\n".encode(), "")


@pytest.mark.parametrize(
    ("argv", "of"), [([], dsnparse.Report), (["report"], dsnparse.Report), (["explanation"], dsnparse.Explanation)]
)
def test_schema(argv: list[str], of: type[dsnparse.Report | dsnparse.Explanation], run: Run) -> None:
    status, out, _ = run("schema", *argv)
    assert (status, json.loads(out)) == (0, json.loads(json.dumps(dsnparse.schema(of))))


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ([], (0, b"", "")),
        (["exim.toml: odd\x1b", "any.toml: odder"], (1, b"exim.toml: odd\\x1b\nany.toml: odder\n", "")),
    ],
)
def test_rules_check(problems: list[str], expected: object, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "check", lambda: problems)
    assert run("rules", "check") == expected


@pytest.mark.parametrize(
    "command",
    [
        [],
        *([name] for name in COMMANDS),
        ["rules", "check"],
        ["corpus", "add"],
        ["suppressions", "list"],
        ["suppressions", "check"],
        ["suppressions", "add"],
        ["store", "export"],
        ["store", "retain"],
        ["tokens", "make"],
        ["tokens", "verify"],
        ["tokens", "new-key"],
    ],
)
def test_help_has_examples(command: list[str], run: Run) -> None:
    status, out, err = run(*command, "--help")
    widest = max(map(len, out.split(b"\n")))
    assert (status, err, b"examples:\n  dsnparse " in out, out.isascii(), widest < 80) == (0, "", True, True, True)


@pytest.mark.parametrize(
    "argv",
    [
        ["parse", "--no-such-option"],
        ["parse", "x", "--format", "xml"],
        ["parse", "x", "--kind", "bounce"],
        ["explain"],
        ["rules"],
        ["rules", "mend"],
        ["schema", "x"],
        ["parse", "x", "--out", "y"],
    ],
)
def test_wrong_usage(argv: list[str], run: Run) -> None:
    status, out, err = run(*argv)
    assert (status, out, err.startswith("usage: dsnparse ")) == (2, b"", True)


def test_wrong_usage_is_shown_escaped(run: Run) -> None:
    _, _, err = run("parse", "x", "--format", "\x1b[31m\u202e")
    assert err.replace("\n", "").isprintable()


def test_no_path_and_no_pipe_is_wrong_usage(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    status, _, err = run()
    assert (status, "name a file or folder" in err) == (2, True)


@pytest.mark.parametrize("argv", [["parse", "x"], ["explain", "x"]])
def test_closed_standard_output(argv: list[str], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", None)
        got = run(*argv)
    assert got == (3, b"", "dsnparse: output failed: standard output is closed\n")


@pytest.mark.parametrize("command", ["--help", "schema", "parse", "explain"])
@pytest.mark.parametrize(
    ("error", "expected"),
    [(ClosedPipeError("gone"), (141, "")), (SinkError("odd"), (3, "dsnparse: output failed: odd\n"))],
)
def test_output_that_fails(
    error: SinkError, expected: object, command: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Stream, "write", fail)
    status, _, err = run(command, *[__file__] * (command in {"parse", "explain"}))
    assert (status, err) == expected


@pytest.mark.parametrize(
    ("error", "expected"), [(SourceError("odd\x1b"), "odd\\x1b"), (MemoryError(), "not enough memory")]
)
def test_errors_are_one_line(error: Exception, expected: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[str]:
        raise error

    monkeypatch.setattr(check, "check", fail)
    assert run("rules", "check") == (1, b"", f"dsnparse: {expected}\n")


def test_words_are_lost_when_nobody_can_hear_them(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stderr", stream)
            say("x")
    assert closed.closed


def test_what_should_never_happen_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "argv", ["dsnparse", "--version"])
    assert cli.main() == 0
    with pytest.raises(ValueError, match="int") as caught:
        int("odd\x1b")
    error = caught.value
    sys.excepthook(ValueError, error, error.__traceback__)
    sys.excepthook(ValueError, error, None)
    placed, bare = capfd.readouterr().err.splitlines()
    told = "dsnparse: internal error, please report it: ValueError: invalid literal for int() with base 10: 'odd\\x1b'"
    assert (placed.startswith(f"{told} in {__file__}:"), bare) == (True, told)
