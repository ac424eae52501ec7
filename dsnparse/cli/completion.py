"""`dsnparse completion`: a script for the completion of a shell."""

from argparse import Namespace
from importlib import import_module

from dsnparse.cli.arguments import command_line
from dsnparse.cli.shells.words import tree
from dsnparse.cli.stop import Stop
from dsnparse.sinks.output import Stream


def run(options: Namespace, stop: Stop) -> int:
    """Print it."""
    script: str = import_module(f"dsnparse.cli.shells.{options.shell}").script(tree(command_line()))
    with stop.shield():
        Stream().write(script.encode())
    return 0
