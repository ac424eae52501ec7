"""The arguments of `rules`."""

from typing import Final

from dsnparse.cli.arguments.command import Commands, add_command, commands_of

NAMES: Final = ("rules",)
CHECK: Final = """\
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
EXAMPLES: Final = """\
examples:
  dsnparse rules check
  dsnparse rules check my-vendors/
  dsnparse rules build
"""


def add(commands: Commands) -> None:
    """Add `rules` with the commands below it."""
    text = "Look after the rules about vendors."
    below = commands_of(add_command(commands, "rules", "look after the rules about vendors", text, EXAMPLES))
    check = add_command(below, "check", "print what is wrong with the rules", CHECK, EXAMPLES, module="rules")
    check.add_argument("folder", nargs="?", metavar="DIR", help="a folder of vendor files of your own; default: ours")
    add_command(below, "build", "write the index of the rules", BUILD, EXAMPLES, module="build")
