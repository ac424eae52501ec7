"""The arguments of each command, and its help with examples."""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter, _SubParsersAction
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn, get_args

from dsnparse import __version__, load_rules, vocabularies
from dsnparse.cli import mail_arguments
from dsnparse.errors import SinkError
from dsnparse.escape import escape
from dsnparse.report import Kind
from dsnparse.rules.catalogue import Catalogue
from dsnparse.sinks.output import ClosedPipeError, Stream
from dsnparse.sources import STDIN

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

FORMATS: Final = ("table", "jsonl", "json", "csv")
COMMANDS: Final = ("parse", "explain", "rules", "schema", *mail_arguments.COMMANDS)

GENERAL: Final = """\
commands may be left out: `dsnparse FILE` is `dsnparse parse FILE`

examples:
  dsnparse parse bounces/                     a table of the whole folder
  dsnparse parse bounces/ | jq .recipients    the same as JSON Lines
  dsnparse explain bounce.eml                 where each value was read

exit status:
  0  all inputs were read             4    mailbox out of reach, or no login
  1  some inputs could not be read    75   try again later: a mailbox is in use
  2  wrong usage, settings or rules   141  the reader of the output went away
  3  the output could not be written  129, 130, 143  stopped by a signal
"""
PARSE: Final = """\
Read messages and print what they report. PATH is a file, an mbox, a Maildir,
a folder (with all that is beneath it), or - for standard input, which is also
read when no PATH is given. A message of an mbox is named path#1, path#2, ...

In a folder all files are read, whatever their suffix, except those with a
leading dot. Beneath a folder that holds .eml files, files ending in .json,
.jsonl, .toml, .md, .py, .csv or .lock are taken for notes and left out.
A file named by itself is always read.
"""
PARSE_EXAMPLES: Final = """\
examples:
  dsnparse parse bounce.eml
  dsnparse parse ~/Maildir --kind failure --format csv --output failures.csv
  dsnparse parse /var/mail/bounces --format json > bounces.json
  cat bounce.eml | dsnparse parse --all-fields
  dsnparse parse --kind failure --kind delay bounces/ archive.mbox
  dsnparse parse --vocabulary sisimai --vocabulary ses bounces/
  dsnparse parse --rules my-vendors/ bounces/
"""
EXPLAIN: Final = """\
Print each value of each recipient, where the bytes are that it was read from,
the source and rule that spoke, and the bytes in ( ) amid their line.
"""
EXPLAIN_EXAMPLES: Final = """\
examples:
  dsnparse explain bounce.eml
  dsnparse explain --json bounce.eml | jq '.recipients[].values[]'
"""
RULES: Final = """\
Check all rules about vendors: their form, their patterns, and that each
example hits its own rule first. With DIR, check the rules in there, which are
laid over ours with --rules DIR. Prints one problem a line; exit status 1 if
there is one.
"""
BUILD: Final = """\
Write the index of the rules, vendors/index.json beside them, with which a
process starts ten times as fast. Without it, or when it is out of date, all
answers are the same.
"""
RULES_EXAMPLES: Final = """\
examples:
  dsnparse rules check
  dsnparse rules check my-vendors/
  dsnparse rules build
"""
SCHEMA: Final = """\
Print the JSON Schema of a report, one line of `dsnparse parse --format jsonl`.
"""
SCHEMA_EXAMPLES: Final = """\
examples:
  dsnparse schema > report.schema.json
"""


class Parser(ArgumentParser):
    """argparse that shows foreign arguments escaped and does not mind a closed pipe."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, with exit status 2."""
        super().error(escape(message))

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        if file is not sys.stdout:
            super()._print_message(message, file)
            return
        try:
            Stream().write(message.encode())
        except ClosedPipeError:
            self.exit(141)
        except SinkError as error:
            self.exit(3, f"dsnparse: output failed: {error}\n")


def read_arguments(argv: Sequence[str]) -> Namespace:
    """Return the options of a command line; `module` names the file of the command."""
    if not argv or argv[0] not in {*COMMANDS, "-h", "--help", "--version"}:
        argv = ["parse", *argv]
    options = _parser().parse_args(argv)
    if options.module == "parse" and not options.paths:
        if sys.stdin is None or sys.stdin.isatty():
            options.parser.error("name a file or folder, or pipe a message in (--help shows examples)")
        options.paths = [STDIN]
    return options


def _parser() -> Parser:
    parser = Parser(
        prog="dsnparse",
        description="Any bounced e-mail in, a correct, explained, actionable record out.",
        epilog=GENERAL,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"dsnparse {__version__}", help="print the version and leave"
    )
    # Without `prog` argparse formats a usage to find it out, which brings shutil and all its compressors: 4 ms.
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=parser.prog)
    _add_parse(_command(commands, "parse", "read messages and print what they report", PARSE, PARSE_EXAMPLES))
    _add_explain(_command(commands, "explain", "show which bytes each value was read from", EXPLAIN, EXPLAIN_EXAMPLES))
    rules = _command(
        commands, "rules", "look after the rules about vendors", "Look after the rules about vendors.", RULES_EXAMPLES
    )
    checks = rules.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=rules.prog)
    check = _command(checks, "check", "print what is wrong with the rules", RULES, RULES_EXAMPLES, module="rules")
    check.add_argument("folder", nargs="?", metavar="DIR", help="a folder of vendor files of your own; default: ours")
    _command(checks, "build", "write the index of the rules", BUILD, RULES_EXAMPLES, module="build")
    mail_arguments.add(partial(_command, commands))
    _command(commands, "schema", "print the JSON Schema of a report", SCHEMA, SCHEMA_EXAMPLES)
    return parser


def _command(
    commands: "_SubParsersAction[Parser]", name: str, line: str, text: str, examples: str, *, module: str = ""
) -> Parser:
    parser = commands.add_parser(
        name,
        help=line,
        description=text,
        epilog=examples,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(module=module or name, parser=parser)
    return parser


def _add_parse(parser: Parser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="file, folder, mbox, Maildir, or - for standard input")
    parser.add_argument("--format", choices=FORMATS, help="default: table on a terminal, else jsonl")
    parser.add_argument(
        "--output", default="-", metavar="FILE", help="write FILE, whole or not at all; - is standard output"
    )
    parser.add_argument(
        "--kind",
        action="append",
        choices=get_args(Kind),
        metavar="KIND",
        help="only messages of this kind; may be given several times: " + ", ".join(get_args(Kind)),
    )
    parser.add_argument("--all-fields", action="store_true", help="also empty fields (json, jsonl), all columns (csv)")
    parser.add_argument(
        "--csv-raw", action="store_true", help="leave cells that a spreadsheet would run as formulas as they are"
    )
    parser.add_argument(
        "--vocabulary",
        action="append",
        default=[],
        choices=vocabularies(),
        metavar="NAME",
        help="add what another product calls each reason; may be given several times: " + ", ".join(vocabularies()),
    )
    _add_rules(parser)
    parser.add_argument("--quiet", action="store_true", help="neither progress nor summary; errors are still shown")


def _add_explain(parser: Parser) -> None:
    parser.add_argument("path", metavar="FILE", help="a message, an mbox, or - for standard input")
    parser.add_argument("--json", action="store_true", help="one JSON object a message")
    _add_rules(parser)


def _add_rules(parser: Parser) -> None:
    parser.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="DIR",
        help="vendor files (*.toml) of your own, laid over ours; may be given several times",
    )
    parser.add_argument(
        "--no-vendors",
        action="store_true",
        help="only the rules for any software and those of --rules: shows what a vendor file adds",
    )


def chosen_rules(options: Namespace) -> Catalogue | None:
    """Return the rules that --rules and --no-vendors ask for, None for ours as they are."""
    if not options.rules and not options.no_vendors:
        return None
    return load_rules(*options.rules, vendors=not options.no_vendors)
