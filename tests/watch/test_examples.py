"""The examples that come with the package are in the format, and name what there is."""

import configparser
import re
import shlex
from pathlib import Path

import pytest

import dsnparse
from dsnparse.cli.arguments import read_arguments
from dsnparse.mailbox.address import read_address
from dsnparse.watch.plan import read_plan
from dsnparse.watch.service import folders
from dsnparse.watch.settings import read_settings

EXAMPLES = Path(dsnparse.__file__).parent / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_settings(path: Path) -> None:
    settings = read_settings(str(path), {}, {})
    address = read_address(settings.url)
    read_plan(settings.actions)
    assert folders(settings, address)


def test_service_runs_a_command_that_there_is() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(EXAMPLES / "dsnparse.service")
    program, *argv = shlex.split(unit["Service"]["ExecStart"])
    assert (program, read_arguments(argv).module) == ("/usr/bin/dsnparse", "watch")
    assert unit["Service"]["Type"] == "notify"


def test_commands_in_the_texts_can_be_read() -> None:
    text = (EXAMPLES / "postfix.md").read_text()
    commands = re.findall(r"(?:/usr/bin/)?dsnparse ((?:pipe|lmtp) .+)", text)
    assert len(commands) == 3
    assert [read_arguments(shlex.split(command)).module for command in commands] == ["lmtp", "pipe", "pipe"]
