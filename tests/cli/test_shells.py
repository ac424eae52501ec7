"""Completion and the manual page: made from the parser, and taken by real shells and real formatters."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from dsnparse.cli import main
from dsnparse.cli.arguments import COMMANDS, command_line
from dsnparse.cli.arguments.shells import SHELLS
from dsnparse.cli.man import page
from dsnparse.cli.shells.words import tree
from dsnparse.report import Kind

CASES = [
    ("dsnparse ba", ["batch"]),
    ("dsnparse ru", ["rules"]),
    ("dsnparse --ver", ["--version"]),
    ("dsnparse parse --form", ["--format"]),
    ("dsnparse parse --format j", ["jsonl", "json"]),
    ("dsnparse parse --format table --kind de", ["delay"]),
    ("dsnparse rules ch", ["check"]),
    ("dsnparse suppressions check --fo", ["--format"]),
    ("dsnparse completion f", ["fish"]),
    ("dsnparse schema e", ["explanation"]),
    ("dsnparse parse bou", ["bounces/", "bounce.eml"]),
    ("dsnparse bou", ["bounces/", "bounce.eml"]),
    ("dsnparse parse --rules bou", ["bounces/"]),
    ("dsnparse parse --output bou", ["bounces/", "bounce.eml"]),
    ("dsnparse parse two", ["two words.eml"]),
    ("dsnparse serve --port bou", []),
]
BASH = """\
source "$1"
COMP_WORDS=(%s)
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_dsnparse
printf '%%s\\n' "${COMPREPLY[@]}"
"""


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")


def ask(words: list[str], folder: Path) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def script(request: pytest.FixtureRequest, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Path:
    assert main(["completion", request.param]) == 0
    path = tmp_path / f"completion.{request.param}"
    path.write_bytes(capfdbinary.readouterr().out)
    (tmp_path / "bounces").mkdir()
    for name in ("bounce.eml", "two words.eml"):
        (tmp_path / name).touch()
    return path


def bare(words: list[str]) -> list[str]:
    """Shells differ in the slash after a folder."""
    return sorted(word.rstrip("/") for word in words if word)


@needs("bash")
@pytest.mark.parametrize("script", ["bash"], indirect=True)
@pytest.mark.parametrize(("line", "expected"), [*CASES, ("dsnparse parse --format = j", ["jsonl", "json"])])
def test_bash_completes(script: Path, line: str, expected: list[str]) -> None:
    program = BASH % " ".join(map(shlex.quote, line.split(" ")))
    printed = ask(["bash", "--norc", "-c", program, "bash", str(script)], script.parent)
    assert bare(printed.split("\n")) == bare(expected)


@needs("fish")
@pytest.mark.parametrize("script", ["fish"], indirect=True)
@pytest.mark.parametrize(
    ("line", "expected"), [*CASES, ("dsnparse parse --format=j", ["--format=jsonl", "--format=json"])]
)
def test_fish_completes(
    script: Path, line: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    program = f"source {shlex.quote(str(script))}; complete -C {shlex.quote(line)}"
    printed = ask(["fish", "--no-config", "-c", program], script.parent)
    assert bare([each.partition("\t")[0] for each in printed.split("\n")]) == bare(expected)


@needs("zsh")
@pytest.mark.parametrize("script", ["zsh"], indirect=True)
def test_zsh_takes_it(script: Path) -> None:
    program = (
        'autoload -Uz compinit; compinit -D -u; source "$1"; print $_comps[dsnparse]; whence -w _dsnparse_rules_check'
    )
    assert ask(["zsh", "-f", "-c", program, "zsh", str(script)], script.parent).split() == [
        "_dsnparse",
        "_dsnparse_rules_check:",
        "function",
    ]


def test_the_scripts_know_all_commands() -> None:
    root = tree(command_line())
    assert tuple(each.path[0] for each in root.below) == COMMANDS
    kinds = next(
        option for each in root.below if each.path == ("parse",) for option in each.options if "--kind" in option.names
    )
    assert kinds.value is not None
    assert (set(kinds.value.words), kinds.again) == (set(Kind.__args__), True)  # type: ignore[attr-defined] # of typing.Literal


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_is_in_every_script(shell: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    main(["completion", shell])
    text = capfdbinary.readouterr().out.decode()
    names = {
        name.lstrip("-") for each in tree(command_line()).all() for option in each.options for name in option.names
    }
    assert {name for name in names if name not in text} == set()


@needs("mandoc")
def test_mandoc_finds_no_fault(tmp_path: Path) -> None:
    (tmp_path / "dsnparse.1").write_text(page(command_line()))
    assert ask(["mandoc", "-Tlint", "-W", "error", "dsnparse.1"], tmp_path) == ""


@needs("man")
def test_man_shows_all_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANWIDTH", "400")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "dsnparse.1").write_text(page(command_line()))
    shown = ask(["man", "--warnings", "-l", "dsnparse.1"], tmp_path)
    names = {name for each in tree(command_line()).all() for option in each.options for name in option.names}
    assert {name for name in names - {"-h", "--help"} if name not in shown} == set()
    assert "dsnparse fetch maildir:/var/mail/bounces --action any=move:Processed" in shown
    assert "jq '.findings[].causes[].text'" in shown


def test_the_page_is_that_of_man(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["man"]) == 0
    assert capfdbinary.readouterr().out.decode() == page(command_line())
