"""Run our command again and again, each time in a fork of this process, with one call that goes wrong in it.

Standard input holds requests, one a line: the arguments, the number of the call (0 for none) and the harm. Each answer is a line too:
the exit status as `subprocess` has it, how many calls there were (0 if the run was killed), and what it said.
"""

import ctypes
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from letters import POISON, bounce

import dsnparse
import dsnparse.cli.fetch
import dsnparse.mailbox.imap
import dsnparse.mailbox.pop3
import dsnparse.watch.service
from dsnparse import Report
from dsnparse.cli import main
from dsnparse.watch.alone import DiedError
from dsnparse.watch.reader import Reader, open_reader
from dsnparse.watch.settings import Settings

CALLS = ctypes.CDLL(None)


@contextmanager
def open_reader_with_a_weakness(settings: Settings) -> Iterator[Reader]:
    """A reader for which one kind of message is too much, so that the run puts it aside."""

    with open_reader(settings) as reader:

        def read(raws: Sequence[bytes], _: Sequence[bool]) -> Iterator[Report | DiedError]:
            for raw in raws:
                if POISON in raw:
                    yield DiedError("it died")
                else:  # in this process whatever was `tried`: a worker takes longer to start than the rest of a run
                    yield from reader.read([raw], [False])

        yield Reader(read, reader.trust)


def answer(argv: list[str], number: int, harm: int) -> dict[str, object]:
    """Run once and tell of it."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            run(argv, number, harm, said.fileno(), writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            calls = int(pipe.read() or 0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return {"status": status, "calls": calls, "said": said.read().decode("utf-8", "replace")}


def run(argv: list[str], number: int, harm: int, said: int, count: int) -> None:
    """Be the fork; it ends here, whatever happens."""
    status = 99
    try:
        os.dup2(said, 2)
        CALLS.faults_begin(number, harm)
        status = main(argv)
    except BaseException as error:  # noqa: BLE001 - a fork of us must not go on as we do
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os.write(count, str(CALLS.faults_end()).encode())
        os._exit(status)


def import_all() -> None:
    """Read a message with all that this needs, which no fork has to import then."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "mbox").write_bytes(b"From x@example.com Sun Nov  2 10:00:00 2025\n" + bounce(1))
        store, events = f"sqlite:///{folder}/store.db", f"{folder}/events"
        main(["fetch", f"mbox:{folder}/mbox", "--store", store, "--jsonl", events])


if __name__ == "__main__":
    import_all()
    dsnparse.watch.service.open_reader = open_reader_with_a_weakness
    for request in sys.stdin:
        sys.stdout.write(json.dumps(answer(**json.loads(request))) + "\n")
        sys.stdout.flush()
