"""Completion for zsh, by `_arguments`."""

from collections.abc import Iterator
from typing import Final

from dsnparse.cli.shells.words import Command, Option, Value

HEAD: Final = "#compdef dsnparse\n# zsh completion of dsnparse; made by `dsnparse completion zsh`\n\n"
TAIL: Final = """\
if [[ $funcstack[1] == _dsnparse ]]; then
    _dsnparse "$@"
else
    compdef _dsnparse dsnparse
fi
"""
FAMILY: Final = """\
{name}() {{
    local curcontext=$curcontext state line
    typeset -A opt_args
    _arguments -C \\
{options}        '1: :->first' \\
        '*:: :->rest'
    case $state in
        first)
            _alternative {words} ;;
        rest)
            case $line[1] in
{cases}
            esac ;;
    esac
}}

"""
SINGLE: Final = """\
{name}() {{
    _arguments \\
{options}        {operands}
}}

"""
FILES: Final = {"file": "_files", "folder": "_files -/", "": " "}


def script(root: Command) -> str:
    """Return the script."""
    return HEAD + "".join(_function(each) for each in root.all()) + TAIL


def _name(command: Command) -> str:
    return "_".join(("_dsnparse", *command.path))


def _function(command: Command) -> str:
    options = "".join(f"        {_quoted(spec)} \\\n" for option in command.options for spec in _specs(option))
    if not command.below:
        return SINGLE.format(name=_name(command), options=options, operands=_quoted(f"*: :{_action(command.operands)}"))
    names = " ".join(f"{each.path[-1]}\\:{_inner(each.text)}" for each in command.below)
    words = _quoted(f"commands:command:(({names}))") + (" 'files:file:_files'" if command.operands.files else "")
    cases = "\n".join(f"                {each.path[-1]}) {_name(each)} ;;" for each in command.below)
    if not command.path:
        cases += "\n                *) _dsnparse_parse ;;"
    return FAMILY.format(name=_name(command), options=options, words=words, cases=cases)


def _specs(option: Option) -> Iterator[str]:
    """Yield a word for `_arguments` for each name; an option that may be given once excludes its other names."""
    for name in option.names:
        start = f"*{name}" if option.again else f"({' '.join(option.names)}){name}"
        value = f": :{_action(option.value)}" if option.value else ""
        yield f"{start}[{_plain(option.text)}]{value}"


def _action(value: Value) -> str:
    return f"({' '.join(value.words)})" if value.words else FILES[value.files]


def _plain(text: str) -> str:
    return text.replace("\\", "").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def _inner(text: str) -> str:
    return '"' + text.replace('"', "").replace(":", "\\:") + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
