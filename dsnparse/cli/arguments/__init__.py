"""The arguments of each command, and its help with examples: one file a command, or a family of them."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from dsnparse import __version__
from dsnparse.cli.arguments import batch, corpus, explain, mail, parse, rules, schema, shells, store, web
from dsnparse.cli.arguments.command import Parser, commands_of, root
from dsnparse.sources import STDIN

# In the order of the help.
FAMILIES: Final = (parse, batch, explain, rules, mail, store, web, corpus, schema, shells)
COMMANDS: Final = tuple(name for family in FAMILIES for name in family.NAMES)

GENERAL: Final = """\
commands may be left out: `dsnparse FILE` is `dsnparse parse FILE`

examples:
  dsnparse parse bounces/                     a table of the whole folder
  dsnparse parse bounces/ | jq .recipients    the same as JSON Lines
  dsnparse explain bounce.eml                 what happened, and what helps
  dsnparse explain 5.7.1                      the same of a code

exit status:
  0  all inputs were read             4    mailbox out of reach, or no login
  1  some inputs could not be read    75   try again later: a mailbox is in use
  2  wrong usage, settings or rules   141  the reader of the output went away
  3  the output could not be written  129, 130, 143  stopped by a signal
"""


def read_arguments(argv: Sequence[str]) -> Namespace:
    """Return the options of a command line; `module` names the file of the command."""
    if not argv or argv[0] not in {*COMMANDS, "-h", "--help", "--version"}:
        argv = ["parse", *argv]
    options = command_line().parse_args(argv)
    if options.module == "parse" and not options.paths:
        if sys.stdin is None or sys.stdin.isatty():
            options.parser.error("name a file or folder, or pipe a message in (--help shows examples)")
        options.paths = [STDIN]
    return options


def command_line() -> Parser:
    """Return the parser of the command line, with all commands."""
    parser = root("Any bounced e-mail in, a correct, explained, actionable record out.", GENERAL)
    parser.add_argument(
        "--version", action="version", version=f"dsnparse {__version__}", help="print the version and leave"
    )
    commands = commands_of(parser)
    for family in FAMILIES:
        family.add(commands)
    return parser
