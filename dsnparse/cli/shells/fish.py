"""Completion for fish."""

from collections.abc import Iterator
from typing import Final

from dsnparse.cli.shells.words import Command, Option, Value

SCRIPT: Final = """\
# fish completion of dsnparse; made by `dsnparse completion fish`

function __dsnparse_at
    set -l words (commandline -opc)
    set -l at
    for word in $words[2..-1]
        switch "$at $word"
            case {paths}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end

complete -c dsnparse -f
{lines}
"""


def script(root: Command) -> str:
    """Return the script."""
    paths = " ".join(f"'{_path(each)}'" for each in root.all() if each.path)
    return SCRIPT.format(paths=paths, lines="\n".join(line for each in root.all() for line in _lines(each)))


def _path(command: Command) -> str:
    return "".join(f" {word}" for word in command.path)


def _lines(command: Command) -> Iterator[str]:
    start = f"complete -c dsnparse -n \"__dsnparse_at '{_path(command)}'\""
    for each in command.below:
        yield f"{start} -a {each.path[-1]} -d {_quoted(each.text)}"
    if command.operands.words or command.operands.files:
        yield f"{start}{_value(command.operands)}"
    for option in command.options:
        yield f"{start}{_names(option)} -d {_quoted(option.text)}{_value(option.value, required=True) if option.value else ''}"


def _names(option: Option) -> str:
    return "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}" for name in option.names)


def _value(value: Value, *, required: bool = False) -> str:
    words = f" -a {_quoted(' '.join(value.words))}" if value.words else ""
    files = {"file": " -F", "folder": " -a '(__fish_complete_directories)'"}.get(value.files, "")
    return f"{_required(value) if required else ''}{words}{files}"


def _required(value: Value) -> str:
    return " -r" if value.files == "file" else " -x"  # fish offers files wherever it is not told to offer none


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
