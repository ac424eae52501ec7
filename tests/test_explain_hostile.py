"""Hostile messages through explain and its lines for people: nothing raises, nothing dirty comes out, no command has what it should not."""

import re
import runpy
import shlex
from pathlib import Path

import pytest

import dsnparse
from dsnparse.cli.show import show
from dsnparse.explain.places import BLANKS

KINDS = runpy.run_path(str(Path(__file__).with_name("hostile") / "make.py"))["KINDS"]
# Words of a command: options, names, addresses, ports, patterns of our own; no sign that a shell acts upon stands outside of quotes.
WORD = re.compile(r"[A-Za-z0-9_@.:/+=-]+|'[^']*'(?:\"'\"'[^']*')*")


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_messages_are_explained_cleanly(kind: str) -> None:
    explanation = dsnparse.explain(KINDS[kind](300).raw)
    assert explanation.findings
    assert all(line.isprintable() for line in show(explanation, why=True).split("\n"))
    commands = [check.command for finding in explanation.findings for check in finding.checks if check.command]
    assert [command for command in commands if not command.isprintable()] == []
    for command in set(commands):
        quoted = shlex.join(shlex.split(command))
        assert quoted == command
        assert all(WORD.fullmatch(word) for word in re.findall(r"'[^']*'(?:\"'\"'[^']*')*|\S+", command)), command


def test_words_to_fill_in_are_no_names() -> None:
    assert [word for word in BLANKS.values() if not re.fullmatch(r"[A-Z-]+(?:\.eml)?", word)] == []
