import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import dsnparse
from dsnparse import cli
from dsnparse.cli import explain as explain_module
from dsnparse.cli.arguments import COMMANDS
from dsnparse.cli.say import say
from dsnparse.errors import SinkError, SourceError
from dsnparse.rules import check
from dsnparse.sinks.output import ClosedPipeError, Stream

Run = Callable[..., tuple[int, bytes, str]]


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"dsnparse {dsnparse.__version__}\n".encode(), "")


def test_schema(run: Run) -> None:
    status, out, _ = run("schema")
    assert (status, json.loads(out)) == (0, json.loads(json.dumps(dsnparse.schema())))


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


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["rules", "check"]])
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


def test_explain_shows_the_bytes_of_each_value(bounce: str, run: Run) -> None:
    status, out, err = run("explain", bounce)
    text = out.decode()
    assert (status, err) == (0, "")
    assert text.startswith(f"{bounce}: failure, written by an unknown vendor\n\n  bob@example.net\n")
    assert "Final-Recipient: rfc822; (bob@example.net)\n" in text
    assert "Action: (failed)\n" in text


def test_explain_shows_facts_in_words(run: Run) -> None:
    sample = Path(__file__).parents[2] / "corpus" / "exchange_online" / "quoted-5.7.515-with-three-results.eml"
    _, out, _ = run("explain", str(sample))
    assert re.search(r"\n    facts {14}auth spf fail, dmarc fail origin\.example\n {23}status, bytes ", out.decode())


def test_explain_json_has_spans_that_hold_their_text(bounce: str, run: Run) -> None:
    raw = Path(bounce).read_bytes()
    status, out, _ = run("explain", "--json", bounce)
    (fate,) = json.loads(out)["recipients"]
    values = {value["field"]: value for value in fate["values"]}
    spans = {name: raw[value["start"] : value["end"]] for name, value in values.items() if "source" in value}
    assert (status, values["address"]["value"], spans["address"]) == (0, "bob@example.net", b"bob@example.net")
    assert {name: span.decode() for name, span in spans.items()} == {
        name: values[name].get("text", "") for name in spans
    }


def test_explain_reads_decoded_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dsnparse, "part_text", lambda _, part: b"first\nStatus: 5.1.1\r\n" * part)
    evidence = {"status": dsnparse.Evidence(source="notice", part=1, start=14, end=19, rule="x.lines[0]")}
    recipient = dsnparse.Recipient(address="bob@example.net", status="5.1.1", evidence=evidence)
    report = dsnparse.Report(
        kind="failure", recipients=(recipient,), defects=(dsnparse.Defect("cut", detail="at\x1b the end"),)
    )
    assert explain_module.show(explain_module.explain(b"", report)) == (
        "-: failure, written by an unknown vendor\n"
        "\n"
        "  bob@example.net\n"
        "    address            bob@example.net\n"
        "    status             5.1.1\n"
        "                       notice, decoded part 1, bytes 14-19, rule x.lines[0]\n"
        "                       Status: (5.1.1)\n"
        "\n"
        "  defect: cut at\\x1b the end\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"), [("x" * 160, "x" * 160), ("a" * 100 + "b" * 100, "a" * 80 + " … " + "b" * 80)]
)
def test_long_texts_are_shortened(text: str, expected: str) -> None:
    assert explain_module.shorten(text) == expected


@pytest.mark.parametrize("as_json", [True, False])
def test_explain_of_what_cannot_be_read(as_json: bool, tmp_path: Path, run: Run) -> None:
    status, out, err = run("explain", *["--json"] * as_json, tmp_path / "nothing")
    record = b'{"source":"%s/nothing","error":"no such file"}\n' % str(tmp_path).encode()
    assert (status, out, err) == (1, record * as_json, f"dsnparse: {tmp_path}/nothing: no such file\n")


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
