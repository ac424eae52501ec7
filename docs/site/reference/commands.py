"""The command line, as its own help has it."""

import os
from collections.abc import Iterator
from unittest.mock import patch

from dsnparse.cli.arguments import command_line
from dsnparse.cli.arguments.command import Parser

HEAD = """\
# Command line

What `dsnparse COMMAND --help` prints. Commands that need an extra say so when it is not installed.

"""


def page() -> str:
    """Return the help of all commands."""
    with patch.dict(os.environ, {"COLUMNS": "80"}):  # which argparse makes its lines as long as
        return HEAD + "".join(_section(name, parser) for name, parser in _all("dsnparse", command_line()))


def _all(name: str, parser: Parser) -> Iterator[tuple[str, Parser]]:
    yield name, parser
    for word, below in parser.commands().items():
        yield from _all(f"{name} {word}", below)


def _section(name: str, parser: Parser) -> str:
    return f"## {name}\n\n```text\n{parser.format_help()}```\n\n"
