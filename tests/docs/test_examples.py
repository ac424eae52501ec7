"""The examples of the README and of docs/ tell the truth: Python runs, commands print what is shown, options exist."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pages import DOCS, PAGES, ROOT, Block, blocks, matches, name_of

from dsnparse.cli.arguments import read_arguments

LANGUAGES = {"console", "python", "sh", "text", "toml", "ini", "json", "bash", "zsh", "fish"}
# In `sh` blocks stand commands that need a machine of the reader's; other programs than ours are not looked at.
OTHERS = {
    "make",
    "pip",
    "chmod",
    "export",
    "curl",
    "git",
    "python",
    "man",
    "mkdir",
    "source",
    "cp",
    ".ci/run",
}
SHELL = re.compile(r"[|;<>&]+")
RUN = {"python", "console"}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """The folder of one page: the samples, and what its blocks write."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    command = tmp_path / "bin" / "dsnparse"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dsnparse "$@"\n')
    command.chmod(0o755)
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


def run(arguments: list[str], place: Path) -> str:
    path = f"{place / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    home = {"HOME": str(place), "XDG_STATE_HOME": str(place / "state"), "PYTHONPATH": f"{ROOT}{os.pathsep}{place}"}
    done = subprocess.run(
        arguments,
        cwd=place,
        env={**os.environ, **home, "PATH": path, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    printed = done.stdout.decode()
    assert done.returncode == 0, f"status {done.returncode}: {printed}"
    return printed


def check_file(block: Block, place: Path) -> None:
    path = place / block.said
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, "utf-8")


def check_python(block: Block, place: Path) -> None:
    printed = run([sys.executable, "-c", block.text], place)
    assert matches(block.printed, printed), printed


def check_console(block: Block, place: Path) -> None:
    commands = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert (commands[0], len(commands) > 1) == ("", True)
    for command in commands[1:]:
        line, _, shown = command.partition("\n")
        printed = run(["bash", "-c", line], place)
        assert matches(shown, printed), f"$ {line}\n{printed}"


def check_sh(block: Block, _: Path) -> None:
    """Hold the options of our own commands; these blocks show what needs a server, or a folder, of the reader's."""
    for line in block.text.replace("\\\n", " ").split("\n"):
        if not line.strip() or line.startswith("#"):
            continue
        words = shlex.split(SHELL.split(line)[0], comments=True)
        if words[0] == "dsnparse":
            assert read_arguments(words[1:]).module
        else:
            assert words[0] in OTHERS, line
        if words[0] == "make":
            assert re.search(rf"^{words[1]}: ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE), line


def check_nothing(block: Block, _: Path) -> None:
    assert not block.text.startswith("$ ")


CHECKS: dict[str, Callable[[Block, Path], None]] = {"python": check_python, "console": check_console, "sh": check_sh}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_examples_of_a_page(page: Path, place: Path) -> None:
    wrong = []
    for block in blocks(page):
        assert block.language in LANGUAGES, f"{name_of(page)}:{block.line}: {block.language}"
        if block.mark == "not run":
            continue
        check = check_file if block.mark == "file" else CHECKS.get(block.language, check_nothing)
        try:
            check(block, place)
        except AssertionError as error:
            wrong.append(f"{name_of(page)}:{block.line}: {error}")
    assert wrong == [], "\n\n".join(wrong)


def test_what_is_not_run_says_why_and_is_little() -> None:
    marks = [(name_of(page), block.said) for page in PAGES for block in blocks(page) if block.mark == "not run"]
    assert [page for page, reason in marks if not reason.startswith("needs ")] == []
    assert {page for page, _ in marks} <= {"docs/trust.md"}
    assert len(marks) <= 3
    assert sum(block.language in RUN for page in PAGES for block in blocks(page)) > 40


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_fence_is_a_block(page: Path) -> None:
    fences = len(re.findall(r"^ *```", page.read_text("utf-8"), re.MULTILINE))
    assert fences == 2 * len(list(blocks(page)))


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n…\nc\n", "a\nb\nb\nc\n", True),
        ("a\n…\nc\n", "a\nc\n", True),
        ("a … c\n", "a b c\n", True),
        ("a … c\n", "a b\nc\n", False),
        ("a.\n", "ab\n", False),
    ],
)
def test_gaps(shown: str, printed: str, expected: bool) -> None:
    assert matches(shown, printed) is expected


def test_names_of_fields_in_the_guides_for_migration_are_fields() -> None:
    import dsnparse  # noqa: PLC0415 - of this test only

    kinds = {"recipient": dsnparse.Recipient(), "report": dsnparse.Report(kind="other", feedback=dsnparse.Feedback())}
    for page in (DOCS / "migrate").glob("*.md"):
        for start, path in re.findall(r"`(recipient|report)\.([a-z_.]+)", page.read_text("utf-8")):
            value: object = kinds[start]
            for word in path.split("."):
                assert hasattr(value, word if word != "from" else "from_"), f"{page.name}: {start}.{path}"
                value = getattr(value, word if word != "from" else "from_")
