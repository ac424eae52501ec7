"""The command `dsnparse`: arguments in, exit status out, never a traceback.

Data goes to standard output and nowhere else, words for people to standard error. Each command is a file beside this
one and is imported when it is called.

Exit status: 0 all was read, 1 some inputs were not (or `rules check` found problems), 2 usage or rules of the user, 3 the output could not be
written, 141 its reader went away, 129, 130, 143 stopped by SIGHUP, SIGINT, SIGTERM.
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING

from dsnparse.cli.arguments import read_arguments
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop, Stopped
from dsnparse.errors import DsnparseError, RuleError, SinkError
from dsnparse.sinks.output import ClosedPipeError

if TYPE_CHECKING:
    from argparse import Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv`, by default that of this process, and return the exit status."""
    if argv is None:
        argv = sys.argv[1:]
        sys.excepthook = _last_words
    try:
        with Stop() as stop:
            return _run(argv, stop)
    except Stopped as stopped:
        return stopped.status
    except SystemExit as leaving:  # argparse leaves so after --help and after an error of usage
        return leaving.code if isinstance(leaving.code, int) else 2


def _run(argv: Sequence[str], stop: Stop) -> int:
    options = read_arguments(argv)
    try:
        command: Callable[[Namespace, Stop], int] = import_module(f"dsnparse.cli.{options.module}").run
        return command(options, stop)
    except ClosedPipeError:
        return 141
    except SinkError as error:
        say(f"output failed: {error}")
        return 3
    except RuleError as error:
        say(str(error))
        return 2
    except DsnparseError as error:
        say(str(error))
        return 1
    except MemoryError:
        say("not enough memory")
        return 1


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """One line instead of a traceback for what should never happen; the line tells where to look."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    say(f"internal error, please report it: {kind.__name__}: {error}{place}")
