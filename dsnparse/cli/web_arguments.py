"""The arguments of the commands of the extra `web`: the report of many messages."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Final

COMMANDS: Final = ("report",)
REPORT: Final = """\
Count what many messages report, and write one page that tells it: delivery
health over time, reasons, domains, block lists, what to fix first, addresses
to suppress. PATH is as for parse, or the URL of a store. The page asks for
nothing from elsewhere. HTML needs the extra "web".
"""
REPORT_EXAMPLES: Final = """\
examples:
  dsnparse report bounces/ -o report.html
  dsnparse report --format md archive.mbox
  dsnparse report sqlite:////var/lib/dsnparse/store.db -o report.html
"""

Make = Callable[..., ArgumentParser]
AddRules = Callable[[ArgumentParser], None]


def add(commands: object, make: Make, add_rules: AddRules) -> None:
    """Add the commands; they take rules of one's own."""
    report = make(commands, "report", "write a page about many messages", REPORT, REPORT_EXAMPLES)
    _report(report)
    add_rules(report)


def _report(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, mbox, Maildir, - or the URL of a store")
    parser.add_argument("--format", choices=("html", "md"), default="html", help="default: html")
    parser.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="write FILE, whole or not at all; - is standard output"
    )
