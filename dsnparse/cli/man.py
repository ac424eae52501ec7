"""`dsnparse man`: the manual page, as `man` takes it (roff), from the help of all commands."""

from argparse import Action, Namespace
from collections.abc import Iterator
from typing import Final

from dsnparse import __version__
from dsnparse.cli.arguments import command_line
from dsnparse.cli.arguments.command import Parser
from dsnparse.cli.stop import Stop
from dsnparse.sinks.output import Stream

# No date: the page is that of a version, whenever it is printed.
HEAD: Final = f'.TH DSNPARSE 1 "" "dsnparse {__version__}" "User Commands"\n.SH NAME\ndsnparse \\- '


def run(_: Namespace, stop: Stop) -> int:
    """Print it."""
    with stop.shield():
        Stream().write(page(command_line()).encode())
    return 0


def page(parser: Parser) -> str:
    """Return the manual page of a command line."""
    title = (parser.description or "").rstrip(".")
    lines = [HEAD + _text(title), ".SH SYNOPSIS", ".B dsnparse", ".I COMMAND", "[\\fIOPTIONS\\fR] ..."]
    lines += [".SH DESCRIPTION", *_words(parser.epilog or ""), ".SH OPTIONS", *_options(parser), ".SH COMMANDS"]
    for name, each in parser.commands().items():
        lines += _command(name, each)
    return "\n".join(lines) + "\n"


def _command(name: str, parser: Parser) -> Iterator[str]:
    yield f".SS {_text(name)}"
    yield from _words(parser.description or "")
    if not parser.commands():
        yield from (".PP", f"\\fB{_text(f'dsnparse {name}')}\\fR [\\fIOPTIONS\\fR] {_text(_operands(parser))}".rstrip())
        yield from _options(parser)
    yield from _words(parser.epilog or "")
    for below, each in parser.commands().items():
        yield from _command(f"{name} {below}", each)


def _operands(parser: Parser) -> str:
    return " ".join(_operand(each) for each in parser.arguments() if not each.option_strings)


def _operand(action: Action) -> str:
    name = f"{action.metavar or action.dest}"
    name = f"{name} ..." if action.nargs in ("+", "*") else name
    return f"[{name}]" if action.nargs in ("?", "*") else name


def _options(parser: Parser) -> Iterator[str]:
    """Yield each option with its help; formatting of the help is that of argparse."""
    formatter = parser.formatter_class(prog=parser.prog)
    for action in parser.arguments():
        if action.dest == "help":
            continue
        names = (
            ", ".join(f"\\fB{_text(name)}\\fR" for name in action.option_strings)
            or f"\\fI{_text(_operand(action))}\\fR"
        )
        value = "" if action.nargs == 0 or not action.option_strings else f" \\fI{_text(_value(action))}\\fR"
        yield from (".TP", names + value, _text(formatter._expand_help(action)))  # noqa: SLF001 - defaults are filled in nowhere else


def _value(action: Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()


def _words(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help; one with indented lines stays as it is."""
    for paragraph in text.strip("\n").split("\n\n"):
        lines = paragraph.split("\n")
        indented = any(line.startswith(" ") for line in lines)
        yield ".PP"
        yield from (".nf", *map(_text, lines), ".fi") if indented else map(_text, lines)


def _text(text: str) -> str:
    """Return a text that is none of roff's requests or escapes."""
    safe = (
        text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha").replace("`", "\\(ga")
    )
    return f"\\&{safe}" if safe[:1] in (".", "'") else safe
