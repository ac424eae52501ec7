"""The arguments of the commands of the extra `web`: the report of many messages, and the service."""

from argparse import ArgumentParser
from typing import Final

from dsnparse.cli.arguments.command import Commands, add_command
from dsnparse.cli.arguments.common import add_rules, add_store

NAMES: Final = ("report", "serve")
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
SERVE: Final = """\
Serve an HTTP API (its description is at /openapi.json) and pages: paste or
drop a bounce and see it explained, browse the store. Nothing that is sent
there leaves this machine or is kept. The service listens on this machine only;
anywhere else it asks for a token, which comes from --token-file, from
DSNPARSE_TOKEN, or from the file that DSNPARSE_TOKEN_FILE names. It does not
speak TLS: put a proxy before it.
"""
SERVE_EXAMPLES: Final = """\
examples:
  dsnparse serve
  dsnparse serve --store sqlite:////var/lib/dsnparse/store.db
  dsnparse serve --host 192.0.2.10 --name b.example.com --token-file token
  curl --data-binary @bounce.eml -H "Content-Type: message/rfc822" \\
    http://localhost:8025/v1/parse
"""


def add(commands: Commands) -> None:
    """Add the commands; both take rules of one's own."""
    report = add_command(commands, "report", "write a page about many messages", REPORT, REPORT_EXAMPLES)
    _report(report)
    serve = add_command(commands, "serve", "serve an HTTP API and pages", SERVE, SERVE_EXAMPLES)
    _serve(serve)
    for parser in (report, serve):
        add_rules(parser)


def _report(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, mbox, Maildir, - or the URL of a store")
    parser.add_argument("--format", choices=("html", "md"), default="html", help="default: html")
    parser.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="write FILE, whole or not at all; - is standard output"
    )


def _serve(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen; default: 127.0.0.1")
    parser.add_argument("--port", type=port, default=8025, metavar="N", help="default: 8025; 0 takes a free one")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help="a name that the service is asked by; others are refused; may be given several times",
    )
    parser.add_argument("--token-file", default="", metavar="FILE", help="the file with the token to ask for")
    add_store(parser)


def port(text: str) -> int:
    """Return the number of a port."""
    number = int(text)
    if not 0 <= number < 1 << 16:
        raise ValueError
    return number
