"""Messages parsed in a process of their own: all of them with `isolate`, else those that were being read when an earlier run ended.

Whether one of them ended that run or somebody pulled the plug is not known; here a message that ends its process ends that one only,
and the next message gets a new one. The process has limits, and no network (confine.py). Requests and answers are frames: eight bytes
of length, then as many bytes; the first answer, to nothing, says whether the network is closed.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final

import msgspec

import dsnparse
from dsnparse.errors import SourceError
from dsnparse.report import Report
from dsnparse.watch import confine

SECONDS: Final = 60
MODULE: Final = "dsnparse.watch.alone"
GRACE: Final = 5
LENGTH: Final = 8
NO_MEMORY: Final = 71
NO_ROOM: Final = "there is not enough memory to parse it"
OFFLINE: Final = b"no network"
# They go to all processes of a terminal or a service, and what they mean is for the parent to say: were we gone, the message would
# seem to have ended us. That the parent is gone we see by the end of the input.
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DiedError(Exception):
    """The message ended the process that parsed it."""


class Worker:
    """Another process that parses; it is begun when it is needed."""

    def __init__(self, rules: Sequence[str] = ()) -> None:
        self.command = [sys.executable, "-m", MODULE, *rules]
        self.process: subprocess.Popen[bytes] | None = None
        self.greeting = b""
        self.due = 0.0

    def parse(self, raw: bytes) -> Report:
        """Parse one message; DiedError says how the process ended, if it did."""
        self.give(raw)
        return self.take()

    def give(self, raw: bytes) -> None:
        """Let the process begin with a message."""
        process = self.begun()
        self.due = time.monotonic() + SECONDS
        if process.stdin is not None:
            with suppress(OSError):  # if it is dead, its answer will tell
                send(process.stdin, raw)

    def take(self) -> Report:
        """Return the report of the message that was given."""
        process = self.begun()
        try:
            return msgspec.json.decode(self._answer(process), type=Report)
        except TimeoutError:
            reason = f"parsing it took more than {SECONDS} seconds"
        except (EOFError, OSError):
            reason = _how(process.wait(GRACE))
        self.close()
        raise DiedError(reason)

    def output(self) -> IO[bytes]:
        """Return what there is something to read from when there is an answer."""
        output = self.begun().stdout
        if output is None:
            raise EOFError
        return output

    def begun(self) -> subprocess.Popen[bytes]:
        """Return the process; SourceError if it does not start, which no message is to blame for."""
        if self.process is None:
            try:
                self.process = subprocess.Popen(  # noqa: S603 - our own
                    self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
                self.due = time.monotonic() + SECONDS
                self.greeting = self._answer(self.process)
            except (EOFError, OSError):
                self.close()
                reason = "the process that parses messages does not start"
                raise SourceError(reason) from None
        return self.process

    def is_offline(self) -> bool:
        """Tell whether the process can open no connection."""
        self.begun()
        return self.greeting == OFFLINE

    def close(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            with suppress(BrokenPipeError), process:  # what it was never sent may still wait to be
                pass

    def _answer(self, process: subprocess.Popen[bytes]) -> bytes:
        if process.stdout is None:
            raise EOFError
        if not select.select([process.stdout], [], [], max(0.0, self.due - time.monotonic()))[0]:
            raise TimeoutError
        return receive(process.stdout)


def send(stream: IO[bytes], content: bytes) -> None:
    """Write one frame."""
    stream.write(len(content).to_bytes(LENGTH, "big") + content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Read one frame; EOFError where there is none."""
    head = stream.read(LENGTH)
    content = stream.read(int.from_bytes(head, "big"))
    if len(head) < LENGTH or len(content) < int.from_bytes(head, "big"):
        raise EOFError
    return content


def main() -> None:
    """Parse what standard input asks for until it ends."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    catalogue = dsnparse.load_rules(*sys.argv[1:]) if sys.argv[1:] else None
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    confine.limit_memory()
    send(answers, OFFLINE if confine.close_network() else b"")
    while True:
        try:
            raw = receive(sys.stdin.buffer)
            confine.limit_time()
            send(answers, dsnparse.to_json(dsnparse.parse(raw, rules=catalogue)))
        except (EOFError, BrokenPipeError):
            return
        except MemoryError:
            os._exit(NO_MEMORY)


def _how(status: int) -> str:
    if status == NO_MEMORY:
        return NO_ROOM
    if status == -signal.SIGXCPU:
        return f"parsing it took more than {confine.SECONDS} seconds of processor time"
    ended = f"signal {-status}" if status < 0 else f"status {status}"
    return f"parsing it ended the process with {ended}"


if __name__ == "__main__":
    main()
