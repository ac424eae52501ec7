"""The arguments of what is printed for a shell, and for `man`."""

from typing import Final

from dsnparse.cli.arguments.command import Commands, add_command

NAMES: Final = ("completion", "man")
COMPLETION: Final = """\
Print a script that lets a shell complete the commands, options and choices of
dsnparse, and files where a file is wanted.
"""
COMPLETION_EXAMPLES: Final = """\
examples:
  dsnparse completion bash > ~/.dsnparse.bash; . ~/.dsnparse.bash
  dsnparse completion zsh > ~/.zfunc/_dsnparse
  dsnparse completion fish > ~/.config/fish/completions/dsnparse.fish
"""
MAN: Final = """\
Print the manual page, which tells the help of all commands.
"""
MAN_EXAMPLES: Final = """\
examples:
  dsnparse man > ~/.local/share/man/man1/dsnparse.1
  dsnparse man | man -l -
"""
SHELLS: Final = ("bash", "zsh", "fish")


def add(commands: Commands) -> None:
    """Add the commands."""
    parser = add_command(commands, "completion", "print a completion script", COMPLETION, COMPLETION_EXAMPLES)
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    add_command(commands, "man", "print the manual page", MAN, MAN_EXAMPLES)
