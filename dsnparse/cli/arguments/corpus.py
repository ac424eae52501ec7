"""The arguments of `corpus`."""

from argparse import ArgumentParser
from typing import Final

from dsnparse.cli.arguments.command import Commands, add_command, commands_of
from dsnparse.cli.arguments.common import add_rules

NAMES: Final = ("corpus",)
TEXT: Final = """\
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
EXAMPLES: Final = """\
examples:
  dsnparse corpus add bounce.eml --vendor postfix --dry-run
  dsnparse corpus add bounce.eml --vendor postfix --name mailbox-full
  dsnparse corpus add bounce.eml --vendor acme --corpus my-samples/ \\
      --rules my-vendors/ --keep AcmeMail
"""


def add(commands: Commands) -> None:
    """Add `corpus` with the command below it."""
    below = commands_of(add_command(commands, "corpus", "look after a collection of samples", TEXT, EXAMPLES))
    _add_sample(add_command(below, "add", "make a sample of a bounce", ADD, EXAMPLES, module="corpus"))


def _add_sample(parser: ArgumentParser) -> None:
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
    add_rules(parser)
