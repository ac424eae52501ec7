"""One message parsed in a process of its own: for a message during which earlier runs ended.

Whether the message ended them or somebody pulled the plug is not known; here a message that ends its process ends this one only.
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import msgspec

import dsnparse
from dsnparse.report import Report

SECONDS: Final = 60
MODULE: Final = "dsnparse.watch.alone"


class DiedError(Exception):
    """The message ended the process that parsed it."""


def parse_alone(raw: bytes, rules: Sequence[str] = ()) -> Report:
    """Parse in another process; DiedError says how that one ended, if it did."""
    command = [sys.executable, "-m", MODULE, *rules]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own
    except subprocess.TimeoutExpired:
        reason = f"parsing it took more than {SECONDS} seconds"
        raise DiedError(reason) from None
    if done.returncode:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"status {done.returncode}"
        reason = f"parsing it ended the process with {how}"
        raise DiedError(reason)
    try:
        return msgspec.json.decode(done.stdout, type=Report)
    except msgspec.DecodeError:
        reason = "parsing it gave no report"
        raise DiedError(reason) from None


def main() -> None:
    """Parse standard input to standard output."""
    catalogue = dsnparse.load_rules(*sys.argv[1:]) if sys.argv[1:] else None
    report = dsnparse.parse(sys.stdin.buffer.read(), rules=catalogue)
    sys.stdout.buffer.write(dsnparse.to_json(report))


if __name__ == "__main__":
    main()
