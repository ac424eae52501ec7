"""The arguments of each command, and its help with examples."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter, _SubParsersAction
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn, get_args

from dsnparse import __version__, load_rules, vocabularies
from dsnparse.batch.selection import moment
from dsnparse.cli import mail_arguments, store_arguments, web_arguments
from dsnparse.errors import SinkError
from dsnparse.escape import escape
from dsnparse.report import Kind
from dsnparse.rules.catalogue import Catalogue
from dsnparse.sinks.output import ClosedPipeError, Stream
from dsnparse.sinks.targets import COLUMNS
from dsnparse.sources import STDIN

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

FORMATS: Final = ("table", "jsonl", "json", "csv")
COMMANDS: Final = (
    "parse",
    "batch",
    "explain",
    "rules",
    "schema",
    "corpus",
    *mail_arguments.COMMANDS,
    *store_arguments.COMMANDS,
    *web_arguments.COMMANDS,
)

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
PARSE: Final = """\
Read messages and print what they report. PATH is one of

  a file        a message, an mbox, an archive (zip, tar), JSON events of a
                sending service, an Outlook message (.msg), Apple's .emlx;
                compressed or not (gzip, bzip2, xz, zstd); known by its bytes
  a folder      with all that is beneath it; a Maildir, an MH folder
  a pattern     such as 'mail/**/*.eml', if no shell expanded it
  @LIST         a file with one path a line; @- reads it from standard input
  an URL        s3://bucket/prefix/, https://..., others that fsspec knows
  -             standard input, which is also read when no PATH is given

A message of an mbox, or an event of several, is named path#1, path#2, ...; a
member of an archive is named path!member. An archive in an archive is opened,
one in that is not. Nothing is unpacked to disk.

In a folder all files are read, whatever their suffix, except those with a
leading dot. Beneath a folder that holds .eml files, files ending in .json,
.jsonl, .toml, .md, .py, .csv or .lock are taken for notes and left out. A file
named by itself is always read; one whose name begins with @ is ./@name.
"""
PARSE_EXAMPLES: Final = """\
examples:
  dsnparse parse bounce.eml
  dsnparse parse ~/Maildir --kind failure --format csv --output failures.csv
  dsnparse parse /var/mail/bounces --format json > bounces.json
  cat bounce.eml | dsnparse parse --all-fields
  dsnparse parse --kind failure --kind delay bounces/ archive.mbox
  dsnparse parse bounces-2025.tar.zst s3://my-bucket/bounces/
  find . -name '*.eml' | dsnparse parse @-
  dsnparse parse --vocabulary sisimai --vocabulary ses bounces/
  dsnparse parse --rules my-vendors/ bounces/
"""
BATCH: Final = """\
Read whole archives by several processes, and write a record for each message,
in the order of the sources. The suffix of FILE tells the form: .jsonl, .json,
.csv, .parquet, .sqlite or .duckdb; several --output are written at once.

Outputs grow in hidden files beside FILE (.FILE.partial, .FILE.journal) and
appear under their names when they are whole. A run that was stopped, killed,
or had no space left is continued with --resume and the same arguments.

A message that kills the process which parses it gets a record that says so.
At the end a summary goes to standard error.
"""
BATCH_EXAMPLES: Final = """\
examples:
  dsnparse batch archive.mbox --output archive.jsonl
  dsnparse batch 2024/ 2025.mbox -o all.jsonl -o all.csv --jobs 8
  dsnparse batch 2024/ 2025.mbox -o all.jsonl -o all.csv --jobs 8 --resume
  dsnparse batch archive.mbox -o archive.parquet -o archive.sqlite
  dsnparse batch s3://mail/2025/ --engine ray -o s3://mail/reports/
  dsnparse batch Maildir --kind failure --since 2025-01-01 | jq .recipients
"""
EXPLAIN: Final = """\
Say what happened, which causes are likely, what helps and who has to do it,
what to do with the address, and how to verify it. WHAT is a file (a message,
an mbox, replies or lines of a log), - for standard input, or the thing itself:
a code, a reply of a server, a marker of a vendor.
"""
EXPLAIN_EXAMPLES: Final = """\
examples:
  dsnparse explain bounce.eml
  dsnparse explain --why bounce.eml
  dsnparse explain 5.7.1
  dsnparse explain 550 5.7.26
  dsnparse explain TSS04
  grep status=bounced /var/log/mail.log | dsnparse explain -
  dsnparse explain --json bounce.eml | jq '.findings[].causes[].text'
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
Print the JSON Schema of a report, one line of `dsnparse parse --format jsonl`,
or of an explanation, one line of `dsnparse explain --json`.
"""
SCHEMA_EXAMPLES: Final = """\
examples:
  dsnparse schema > report.schema.json
  dsnparse schema explanation > explanation.schema.json
"""
CORPUS: Final = """\
Look after a collection of samples: messages, each with its truth beside it.
"""
ADD: Final = """\
Make a sample of one of your bounces without giving anybody away. Addresses,
names, hosts, IP addresses, identifiers and all that a person wrote are
replaced all over the message, decoded and encoded anew where they are encoded,
each by something of the same length and always by the same. What the servers
say, the codes, the dates and the structure stay.

Refused, with nothing written, when something recognisable is left, or when
the parser reads the sample otherwise than the original. What no program can
know is left to you: look at the sample before you give it away.

Writes NAME.eml, NAME.json and an entry in manifest.toml into the folder of the
vendor. What a person must judge is blank in both.
"""
CORPUS_EXAMPLES: Final = """\
examples:
  dsnparse corpus add bounce.eml --vendor postfix --dry-run
  dsnparse corpus add bounce.eml --vendor postfix --name mailbox-full
  dsnparse corpus add bounce.eml --vendor acme --corpus my-samples/ \\
      --rules my-vendors/ --keep AcmeMail
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
    _add_batch(_command(commands, "batch", "read whole archives by several processes", BATCH, BATCH_EXAMPLES))
    _add_explain(_command(commands, "explain", "say what happened, why, what helps", EXPLAIN, EXPLAIN_EXAMPLES))
    rules = _command(
        commands, "rules", "look after the rules about vendors", "Look after the rules about vendors.", RULES_EXAMPLES
    )
    checks = rules.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=rules.prog)
    check = _command(checks, "check", "print what is wrong with the rules", RULES, RULES_EXAMPLES, module="rules")
    check.add_argument("folder", nargs="?", metavar="DIR", help="a folder of vendor files of your own; default: ours")
    _command(checks, "build", "write the index of the rules", BUILD, RULES_EXAMPLES, module="build")
    mail_arguments.add(partial(_command, commands))
    store_arguments.add(commands, _command)
    web_arguments.add(commands, _command, _add_rules)
    corpus = _command(commands, "corpus", "look after a collection of samples", CORPUS, CORPUS_EXAMPLES)
    samples = corpus.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=corpus.prog)
    _add_corpus_add(_command(samples, "add", "make a sample of a bounce", ADD, CORPUS_EXAMPLES, module="corpus"))
    schema = _command(commands, "schema", "print the JSON Schema of a report", SCHEMA, SCHEMA_EXAMPLES)
    schema.add_argument("of", nargs="?", choices=("report", "explanation"), default="report", help="default: report")
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
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="file, folder, archive, @list, URL, or - for standard input"
    )
    parser.add_argument("--format", choices=FORMATS, help="default: table on a terminal, else jsonl")
    parser.add_argument(
        "--output", default="-", metavar="FILE", help="write FILE, whole or not at all; - is standard output"
    )
    _add_records(parser)
    parser.add_argument("--quiet", action="store_true", help="neither progress nor summary; errors are still shown")


def _add_batch(parser: Parser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="file, folder, mbox or Maildir")
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="FILE",
        help="write FILE, in the form of its suffix; may be given several times; - (default) is standard output, as .jsonl",
    )
    parser.add_argument(
        "-j", "--jobs", type=_number, default=_cores(), metavar="N", help="so many processes; default: %(default)s"
    )
    parser.add_argument(
        "--unordered", action="store_true", help="write records as they are ready, which takes less waiting"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on where an earlier run with the same arguments ended"
    )
    parser.add_argument("--limit", type=_number, metavar="N", help="end after so many messages")
    parser.add_argument(
        "--since",
        type=_moment,
        metavar="DATE",
        help="only messages whose date is not before this (ISO 8601), or that have none",
    )
    _add_records(parser)
    parser.add_argument(
        "--partition-by",
        action="append",
        default=[],
        choices=COLUMNS,
        metavar="COLUMN",
        help="make .parquet a folder with a folder for each value of this column; may be given several times: "
        + ", ".join(COLUMNS),
    )
    parser.add_argument(
        "--engine",
        choices=("ray",),
        help="let a Ray cluster read (so many --jobs at once); --output is a new folder of Parquet files",
    )
    parser.add_argument("--quarantine", metavar="DIR", help="copy messages that kill a process to this folder")
    parser.add_argument(
        "--max-seconds",
        type=_number,
        default=30,
        metavar="N",
        help="processor time that one message may take; default: %(default)s",
    )
    parser.add_argument(
        "--max-memory",
        type=_number,
        default=1024,
        metavar="MIB",
        help="memory that a process may take for messages; default: %(default)s",
    )
    parser.add_argument("--quiet", action="store_true", help="neither progress nor summary; errors are still shown")


def _add_records(parser: Parser) -> None:
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


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:10]) < 10**9:
        reason = f"not a number above 0: {text}"
        raise ArgumentTypeError(reason)
    return int(text)


def _moment(text: str) -> datetime:
    if (read := moment(text)) is None:
        reason = f"not a date like 2025-01-31 or 2025-01-31T12:00:00+01:00: {text}"
        raise ArgumentTypeError(reason)
    return read


def _cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _add_explain(parser: Parser) -> None:
    parser.add_argument(
        "what",
        nargs="+",
        metavar="WHAT",
        help="a message, an archive, an URL, - for standard input; or a code, a reply, a marker",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a message, or for all that was typed")
    parser.add_argument(
        "--why",
        action="store_true",
        help="also every value with the bytes it was read from, and the readings that lost",
    )
    _add_rules(parser)


def _add_corpus_add(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a message, or - for standard input")
    parser.add_argument(
        "--vendor", required=True, metavar="NAME", help="the folder: the software that sent the message"
    )
    parser.add_argument("--name", metavar="WORDS", help="what-it-shows; default: after the reason")
    parser.add_argument("--corpus", default="corpus", metavar="DIR", help="the collection; default: corpus")
    parser.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="WORD",
        help="a word, host or address that stays; may be given several times",
    )
    parser.add_argument("--seed", metavar="TEXT", help="replace alike in each run; whoever knows it can try names")
    parser.add_argument("--dry-run", action="store_true", help="print the sample instead of writing it")
    parser.add_argument("--force", action="store_true", help="write it although it reads otherwise than the original")
    for field, what in (
        ("server", "software and version"),
        ("system", "operating system"),
        ("scenario", "what happened"),
    ):
        parser.add_argument(f"--{field}", default="", metavar="TEXT", help=f"{what}, for the manifest; default: blank")
    _add_rules(parser)


def _add_rules(parser: ArgumentParser) -> None:
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
