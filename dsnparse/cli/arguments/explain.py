"""The arguments of `explain`."""

from typing import Final

from dsnparse.cli.arguments.command import Commands, add_command
from dsnparse.cli.arguments.common import add_rules

NAMES: Final = ("explain",)
TEXT: Final = """\
Say what happened, which causes are likely, what helps and who has to do it,
what to do with the address, and how to verify it. WHAT is a file (a message,
an mbox, replies or lines of a log), - for standard input, or the thing itself:
a code, a reply of a server, a marker of a vendor.
"""
EXAMPLES: Final = """\
examples:
  dsnparse explain bounce.eml
  dsnparse explain --why bounce.eml
  dsnparse explain 5.7.1
  dsnparse explain 550 5.7.26
  dsnparse explain TSS04
  grep status=bounced /var/log/mail.log | dsnparse explain -
  dsnparse explain --json bounce.eml | jq '.findings[].causes[].text'
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "explain", "say what happened, why, what helps", TEXT, EXAMPLES)
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
    add_rules(parser)
