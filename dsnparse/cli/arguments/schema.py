"""The arguments of `schema`."""

from typing import Final

from dsnparse.cli.arguments.command import Commands, add_command

NAMES: Final = ("schema",)
TEXT: Final = """\
Print the JSON Schema of a report, one line of `dsnparse parse --format jsonl`,
or of an explanation, one line of `dsnparse explain --json`.
"""
EXAMPLES: Final = """\
examples:
  dsnparse schema > report.schema.json
  dsnparse schema explanation > explanation.schema.json
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "schema", "print the JSON Schema of a report", TEXT, EXAMPLES)
    parser.add_argument("of", nargs="?", choices=("report", "explanation"), default="report", help="default: report")
