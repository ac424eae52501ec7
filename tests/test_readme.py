"""The README tells the truth: its lists are complete. Its examples are run by tests/docs/test_examples.py."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import dsnparse
from dsnparse import registry
from dsnparse.report import Advice, Kind
from dsnparse.rules.schema import Vendor

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
OUTCOMES = {"delivered", "auto_reply", "challenge_response", "feedback", "list_request", "not_a_bounce"}


def test_every_block_is_one_that_is_checked() -> None:
    assert {language for language, _ in BLOCKS} == {"sh", "python", "text", "console", "toml"}


def test_shell_commands_are_targets_of_make() -> None:
    commands = [
        line.split("#")[0].split() for language, text in BLOCKS if language == "sh" for line in text.splitlines()
    ]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [words[0] for words in commands] == ["make", "make"]
    assert [target for _, target in commands if f"\n{target}: " not in makefile] == []


def test_vendor_example_is_in_the_format() -> None:
    for text in (text for language, text in BLOCKS if language == "toml"):
        vendor = msgspec.convert(tomllib.loads(text), Vendor)
        for rule in vendor.reasons:
            assert rule.means in registry.reasons()
            assert all(re.search(rule.pattern, example, re.IGNORECASE) for example in rule.examples)


def rows_under(heading: str) -> list[list[str]]:
    """Return the cells of all table rows of a section."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [line.strip("|").split("|") for line in section.split("\n") if line.startswith("| ")]


def test_all_reasons_are_listed() -> None:
    groups = [cells for name, cells in rows_under("What comes out") if "`" not in name]
    listed = [name for cells in groups for name in re.findall(r"`(\w+)`", cells)]
    assert sorted(listed) == sorted(set(registry.reasons()) - OUTCOMES)
    assert f"one of {len(listed)} reasons" in README


def test_outcomes_are_named() -> None:
    assert set(registry.reasons()) >= OUTCOMES
    assert [name for name in OUTCOMES if f"`{name}`" not in README] == []


@pytest.mark.parametrize("words", [get_args(Kind), get_args(Advice)])
def test_all_kinds_and_advices_are_explained(words: tuple[str, ...]) -> None:
    explained = {name for row in rows_under("What comes out") for name in re.findall(r"`(\w+)`", row[0])}
    assert sorted(set(words) - explained) == []


def test_changes_speak_of_this_version() -> None:
    assert f"\n## {dsnparse.__version__} " in (ROOT / "docs" / "CHANGELOG.md").read_text(encoding="utf-8")
