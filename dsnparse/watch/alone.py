"""Messages parsed in a process of their own: those that were being read when an earlier run ended.

Whether one of them ended it or somebody pulled the plug is not known; here a message that ends its process ends that one only, and
the next message gets a new one. Requests and answers are frames: eight bytes of length, then as many bytes.
"""

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final

import msgspec

import dsnparse
from dsnparse.report import Report

SECONDS: Final = 60
MODULE: Final = "dsnparse.watch.alone"
GRACE: Final = 5
LENGTH: Final = 8


class DiedError(Exception):
    """The message ended the process that parsed it."""


class Worker:
    """Another process that parses; it is begun when it is needed."""

    def __init__(self, rules: Sequence[str] = ()) -> None:
        self.command = [sys.executable, "-m", MODULE, *rules]
        self.process: subprocess.Popen[bytes] | None = None

    def parse(self, raw: bytes) -> Report:
        """Parse one message; DiedError says how the process ended, if it did."""
        process = self.process
        if process is None:
            process = self.process = subprocess.Popen(  # noqa: S603 - our own
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        try:
            return msgspec.json.decode(self._exchange(process, raw), type=Report)
        except TimeoutError:
            reason = f"parsing it took more than {SECONDS} seconds"
        except (EOFError, OSError):
            reason = f"parsing it ended the process with {_how(process.wait(GRACE))}"
        self.close()
        raise DiedError(reason)

    def close(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            with suppress(BrokenPipeError), process:  # what it was never sent may still wait to be
                pass

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], raw: bytes) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        send(process.stdin, raw)
        if not select.select([process.stdout], [], [], SECONDS)[0]:
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
    catalogue = dsnparse.load_rules(*sys.argv[1:]) if sys.argv[1:] else None
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    while True:
        try:
            raw = receive(sys.stdin.buffer)
        except EOFError:
            return
        send(answers, dsnparse.to_json(dsnparse.parse(raw, rules=catalogue)))


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"


if __name__ == "__main__":
    main()
