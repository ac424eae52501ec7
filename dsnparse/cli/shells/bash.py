"""Completion for bash 3.2 and later."""

from collections.abc import Iterator
from typing import Final

from dsnparse.cli.shells.words import Command, Value

FLAGS: Final = {"file": "-f", "folder": "-d"}
SCRIPT: Final = """\
# bash completion of dsnparse; made by `dsnparse completion bash`

_dsnparse_fill() {{
    local IFS=$'\\n' word
    COMPREPLY=()
    [[ -n $2 ]] && {{ compopt -o filenames 2>/dev/null || :; }}
    while read -r word; do
        COMPREPLY+=("$word")
    done < <(compgen $2 -W "${{1// /$IFS}}" -- "$3")
}}

_dsnparse() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} path= number words= files=
    for ((number = 1; number < COMP_CWORD; number++)); do
        case "$path ${{COMP_WORDS[number]}}" in
            {paths}) path+=" ${{COMP_WORDS[number]}}" ;;
        esac
    done
    if [[ $current == '=' ]]; then
        current=
    elif [[ $before == '=' ]]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    case "$path $before" in
{values}
    esac
    case "$path" in
{commands}
    esac
    [[ $current == -* ]] && files=
    _dsnparse_fill "$words" "$files" "$current"
}}

complete -F _dsnparse dsnparse
"""


def script(root: Command) -> str:
    """Return the script."""
    return SCRIPT.format(
        paths="|".join(f"'{_path(each)}'" for each in root.all() if each.path),
        values="\n".join(line for each in root.all() for line in _values(each)),
        commands="\n".join(map(_command, root.all())),
    )


def _path(command: Command) -> str:
    return "".join(f" {word}" for word in command.path)


def _values(command: Command) -> Iterator[str]:
    for option in command.options:
        if option.value:
            patterns = "|".join(f"'{_path(command)} {name}'" for name in option.names)
            yield f"        {patterns}) {_fill(option.value)}; return ;;"


def _fill(value: Value) -> str:
    return f"_dsnparse_fill '{' '.join(value.words)}' '{FLAGS.get(value.files, '')}' \"$current\""


def _command(command: Command) -> str:
    names = [name for option in command.options for name in option.names]
    words = [*(each.path[-1] for each in command.below), *command.operands.words, *names]
    files = FLAGS.get(command.operands.files, "")
    return f"        '{_path(command)}') words='{' '.join(words)}' files='{files}' ;;"
