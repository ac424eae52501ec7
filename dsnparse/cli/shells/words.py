"""The words of the command line: what may stand where, by the path of a command such as `rules check`."""

from argparse import Action
from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from dsnparse.cli.arguments.command import Parser

Files = Literal["file", "folder", ""]
# What an argument is called tells what it is.
METAVARS: Final[dict[str, Files]] = {"FILE": "file", "PATH": "file", "SOURCE": "file", "WHAT": "file", "DIR": "folder"}


class Value(Struct, frozen=True):
    """What an argument takes: one of some words, or a file or folder, or anything."""

    words: tuple[str, ...]
    files: Files


class Option(Struct, frozen=True):
    """An option: its names, what its help says, and its value, if it takes one; `again`: it may be given several times."""

    names: tuple[str, ...]
    text: str
    value: Value | None
    again: bool


class Command(Struct, frozen=True):
    """A command: its path, what its help says, its options, its operands, and the commands below it."""

    path: tuple[str, ...]
    text: str
    options: tuple[Option, ...]
    operands: Value
    below: tuple["Command", ...]

    def all(self) -> Iterator["Command"]:
        """Yield it and all commands below it."""
        yield self
        for command in self.below:
            yield from command.all()


def tree(parser: Parser, path: tuple[str, ...] = ()) -> Command:
    """Return the words of a parser."""
    options = tuple(_option(action) for action in parser.arguments() if action.option_strings)
    operands = [_value(action) for action in parser.arguments() if not action.option_strings]
    below = tuple(tree(each, (*path, name)) for name, each in parser.commands().items())
    # `dsnparse FILE` is `dsnparse parse FILE`.
    return Command(path, parser.line, options, _together(operands) if path else Value((), "file"), below)


def _option(action: Action) -> Option:
    value = None if action.nargs == 0 else _value(action)
    again = "several times" in (action.help or "")
    return Option(tuple(action.option_strings), (action.help or "").partition(";")[0], value, again)


def _value(action: Action) -> Value:
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    return Value(tuple(map(str, action.choices or ())), METAVARS.get(metavar, ""))


def _together(values: list[Value]) -> Value:
    words = tuple(word for value in values for word in value.words)
    return Value(words, next((value.files for value in values if value.files), ""))
