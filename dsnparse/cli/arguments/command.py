"""How a command is declared: a parser with one line for the list of commands, a text, and examples."""

import sys
from argparse import Action, ArgumentParser, RawDescriptionHelpFormatter, _SubParsersAction
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from dsnparse.errors import SinkError
from dsnparse.escape import escape
from dsnparse.sinks.output import ClosedPipeError, Stream

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(ArgumentParser):
    """argparse that shows foreign arguments escaped and does not mind a closed pipe.

    `line` is what the list of commands says of it. What else it declares can be asked for, so that the manual, the completions
    and the reference are made from it and never beside it.
    """

    line: str = ""

    def commands(self) -> "dict[str, Parser]":
        """Return the commands below it by their names, in the order of the help."""
        return {
            name: parser
            for action in self._actions
            if isinstance(action, _SubParsersAction)
            for name, parser in action.choices.items()
        }

    def arguments(self) -> list[Action]:
        """Return its own options and positional arguments, without those commands."""
        return [action for action in self._actions if not isinstance(action, _SubParsersAction)]

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


Commands: TypeAlias = "_SubParsersAction[Parser]"


def root(text: str, general: str) -> Parser:
    """Return the parser of the whole command line."""
    return Parser(
        prog="dsnparse",
        description=text,
        epilog=general,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def commands_of(parser: Parser) -> Commands:
    """Return where the commands of a parser are added."""
    # Without `prog` argparse formats a usage to find it out, which brings shutil and all its compressors: 4 ms.
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=parser.prog)


def add_command(
    commands: Commands, name: str, line: str, text: str, examples: str, *, module: str = "", **defaults: str
) -> Parser:
    """Add a command, which the file `module` of dsnparse/cli runs; by default the one of its name."""
    parser = commands.add_parser(
        name,
        help=line,
        description=text,
        epilog=examples,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.line = line
    parser.set_defaults(module=module or name, parser=parser, **defaults)
    return parser
