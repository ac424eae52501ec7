"""`dsnparse rules check`: tells whether every rule about a vendor is sound."""

from argparse import Namespace

from dsnparse.cli.stop import Stop
from dsnparse.escape import escape
from dsnparse.rules import check
from dsnparse.rules.own import check_rules
from dsnparse.sinks.output import Stream


def run(options: Namespace, stop: Stop) -> int:
    """Print one problem a line; 1 if there is one."""
    problems = check_rules(options.folder) if options.folder else check.check()
    with stop.shield():
        Stream().write("".join(f"{escape(problem)}\n" for problem in problems).encode())
    return 1 if problems else 0
