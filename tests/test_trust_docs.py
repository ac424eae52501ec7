"""docs/trust.md tells the truth: its settings are read, its commands exist, its recipes are Python."""

import ast
import re
import shlex
import tomllib
from pathlib import Path

import msgspec
import pytest

from dsnparse.cli.arguments import read_arguments
from dsnparse.policy import CATEGORIES, Policy
from dsnparse.store import Belief
from dsnparse.trust import LEVELS

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "trust.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
PYTHON = [text for language, text in BLOCKS if language == "python"]


@pytest.mark.parametrize("code", PYTHON)
def test_recipes_are_python(code: str) -> None:
    assert ast.parse(code).body


def test_settings_are_settings() -> None:
    (text,) = (text for language, text in BLOCKS if language == "toml")
    tables = tomllib.loads(text)
    assert msgspec.convert(tables.pop("trust"), Belief).domains == ("example.com",)
    assert msgspec.convert(tables.pop("policy"), Policy).active == 120_000
    assert tables == {}


def test_commands_are_commands() -> None:
    lines = [line for language, text in BLOCKS if language == "sh" for line in text.split("\n")]
    commands = [shlex.split(line.partition(" >")[0], comments=True) for line in lines if line.startswith("dsnparse ")]
    assert len(commands) > 5
    for command in commands:
        assert read_arguments(command[1:]).action


def test_all_levels_and_categories_are_told() -> None:
    first_cells = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert first_cells == list(LEVELS)
    assert [name for name in CATEGORIES if not re.search(rf"^\|[^|]*\| {name} \|", TEXT, re.MULTILINE)] == []


def test_the_numbers_are_the_defaults() -> None:
    policy = Policy()
    assert (
        f"half as much {policy.half_life:.0f} days later; suppressed for {policy.soft_days} days at {policy.threshold:.0f}"
        in TEXT
    )
    assert f"`max({policy.flood_floor}, {policy.flood_share:.0%} of active)`" in TEXT
