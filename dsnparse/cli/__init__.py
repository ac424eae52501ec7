"""The command `dsnparse`: arguments in, exit status out, never a traceback.

Data goes to standard output and nowhere else, words for people to standard error. Each command is a file beside this
one and is imported when it is called.

Exit status: 0 all was read, 1 some inputs were not (or `rules check` found problems), 2 usage or rules of the user, 3 the output could not be
written, 4 a mailbox cannot be reached or refuses the login, 75 try again later (EX_TEMPFAIL), 141 its reader went away, 129, 130, 143 stopped
by SIGHUP, SIGINT, SIGTERM.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Final

from dsnparse.cli.arguments import read_arguments
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop, Stopped
from dsnparse.errors import BusyError, DsnparseError, RuleError, SinkError, StoreError, UnreachableError, UsageError
from dsnparse.sinks.output import ClosedPipeError

if TYPE_CHECKING:
    from argparse import Namespace

TEMPFAIL: Final = 75
# The first that fits counts.
STATUS: Final = (
    (ClosedPipeError, 141),
    (SinkError, 3),
    (RuleError, 2),
    (UsageError, 2),
    (UnreachableError, 4),
    (BusyError, TEMPFAIL),
    (DsnparseError, 1),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv`, by default that of this process, and return the exit status."""
    if argv is None:
        argv = sys.argv[1:]
        sys.excepthook = _last_words
    status = _main(argv)
    return TEMPFAIL if status and _is_pipe(argv) else status


def _main(argv: Sequence[str]) -> int:
    try:
        with Stop() as stop:
            return _run(argv, stop)
    except Stopped as stopped:
        return stopped.status
    except SystemExit as leaving:  # argparse leaves so after --help and after an error of usage
        return leaving.code if isinstance(leaving.code, int) else 2


def _is_pipe(argv: Sequence[str]) -> bool:
    """Tell whether a mail server waits for the exit status, for which only 0 and 75 leave the message where it is."""
    return argv[:1] == ["pipe"]


def _run(argv: Sequence[str], stop: Stop) -> int:
    options = read_arguments(argv)
    try:
        command: Callable[[Namespace, Stop], int] = import_module(f"dsnparse.cli.{options.module}").run
        return command(options, stop)
    except DsnparseError as error:
        return _tell(error)
    except MemoryError:
        say("not enough memory")
        return 1


def _tell(error: DsnparseError) -> int:
    """Say what went wrong and return the exit status for it."""
    if not isinstance(error, ClosedPipeError):
        foreign = isinstance(error, SinkError) and not isinstance(error, StoreError)
        say(f"output failed: {error}" if foreign else str(error))
    return next(status for kind, status in STATUS if isinstance(error, kind))


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """One line instead of a traceback for what should never happen; the line tells where to look."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    say(f"internal error, please report it: {kind.__name__}: {error}{place}")
    if _is_pipe(sys.argv[1:]):
        os._exit(TEMPFAIL)
