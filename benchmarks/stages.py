"""Where the time of one message goes, stage by stage, beside what the machine needs for the same bytes anyway, all in one run.

    python benchmarks/stages.py [--rounds 5] [--count 300]

Each stage is measured from the beginning, so a row holds all rows above it of the same kind. Every stage takes its turn at every
message and its best time counts; the figures are medians over all messages, and `x floor` compares with reading the file.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Final

import dsnparse
from dsnparse.consult import consult
from dsnparse.limits import DEFAULT_LIMITS
from dsnparse.message import Message, open_message

CORPUS: Final = Path(__file__).resolve().parent.parent / "corpus"
FLOOR: Final = "file: open, read, close"
Stage = Callable[[Path, bytes], object]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--count", type=int, default=300, help="how many samples, chosen at random, always the same ones"
    )
    options = parser.parse_args()
    found = sorted(path for path in CORPUS.glob("*/*.eml") if path.parent.name != "hostile")
    paths = random.Random(1).sample(found, min(options.count, len(found)))  # noqa: S311 - no secret
    messages = [(path, path.read_bytes()) for path in paths]
    medians = measure(stages(), messages, options.rounds)
    print(f"{len(messages)} messages, {statistics.mean(len(raw) for _, raw in messages) / 1e3:.1f} kB on average\n")
    print("| stage | us | x floor |\n|---|---:|---:|")
    for name, median in medians.items():
        print(f"| {name} | {median * 1e6:.1f} | {median / medians[FLOOR]:.2f} |")
    return 0


def stages() -> dict[str, Stage]:
    """Return what is measured: floors first, then our own stages, each with those before it."""
    found: dict[str, Stage] = {
        FLOOR: lambda path, _: read(path),
        "memory: one search through the bytes": lambda _, raw: raw.find(b"\n\0none\n"),
        "digest (SHA-256), the id of a report": lambda _, raw: sha256(raw).hexdigest(),
    }
    try:
        rust = import_module("fast_mail_parser").parse_email
        found["MIME parser in Rust (fast-mail-parser)"] = lambda _, raw: attempt(rust, raw)
    except ImportError:
        print("fast-mail-parser is not installed: no such row", file=sys.stderr)
    return found | {
        "parts, header of the message": lambda _, raw: opened(raw),
        "+ delivery-status part": lambda _, raw: opened(raw).status,
        "+ returned message": lambda _, raw: with_returned(raw),
        "+ notice, transcript; recipients put together": lambda _, raw: consulted(raw),
        "+ reasons, kind, report: parse()": lambda _, raw: dsnparse.parse(raw),
        "+ JSON": lambda _, raw: dsnparse.to_json(dsnparse.parse(raw)),
    }


def read(path: Path) -> bytes:
    """Read a file by three calls of the system."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 20)
    finally:
        os.close(descriptor)


def attempt(tool: Callable[[bytes], object], raw: bytes) -> None:
    """Let another parser try."""
    with suppress(Exception):  # other people's parsers may raise anything
        tool(raw)


def opened(raw: bytes) -> Message:
    """Find the parts."""
    return open_message(raw, DEFAULT_LIMITS)


def with_returned(raw: bytes) -> Message:
    """Read the status part and the returned message too."""
    message = opened(raw)
    _ = message.status, message.original
    return message


def consulted(raw: bytes) -> object:
    """Let all readers speak that have something to say."""
    return consult(with_returned(raw))


def measure(found: dict[str, Stage], messages: list[tuple[Path, bytes]], rounds: int) -> dict[str, float]:
    """Return the median of the best times of each stage; the first round only warms up."""
    best = {name: [float("inf")] * len(messages) for name in found}
    for turn in range(rounds + 1):
        for number, (path, raw) in enumerate(messages):
            for name, stage in found.items():
                stage(path, raw)
                begun = time.perf_counter()
                stage(path, raw)
                if turn:
                    best[name][number] = min(best[name][number], time.perf_counter() - begun)
    return {name: statistics.median(times) for name, times in best.items()}


if __name__ == "__main__":
    sys.exit(main())
