"""Microseconds per message of dsnparse and of other parsers: in process, warm, all in one run over the same bytes.

Every tool takes its turn at every message, and the best of all rounds counts, so that a noisy machine slows all of them alike.
A turn is two calls of which the second counts, so that no tool pays for what the one before it left in the processor's caches.
`x stdlib` compares with email.message_from_bytes: as a ratio of the medians, and as the median of the ratios per message.
The tools do not do the same work: see `WORK`.
"""

import argparse
import gc
import io
import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from email import message_from_bytes, policy
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import dsnparse

Tool = Callable[[bytes], object]
HERE: Final = Path(__file__).resolve().parent.parent
NOT_MESSAGES: Final = frozenset((".json", ".jsonl", ".toml", ".md", ".py"))
BASE: Final = "email, parse only"
WORK: Final = {
    BASE: "MIME tree, nothing decoded",
    "email, policy.default + walk": "MIME tree, headers parsed, texts decoded",
    "flanker": "MIME tree",
    "mail-parser": "MIME tree, headers, texts",
    "fast-mail-parser": "MIME tree, texts (Rust)",
    "flufl.bounce": "MIME tree, addresses that failed",
    "dsnparse": "report with reasons and evidence",
    "dsnparse + JSON": "the same, as a line of JSON",
}


class Timing:
    """The times of one tool: the best of each message."""

    def __init__(self, count: int) -> None:
        self.best = [float("inf")] * count
        self.raised = 0

    def note(self, number: int, seconds: float) -> None:
        """Take one measurement of message `number`."""
        self.best[number] = min(self.best[number], seconds)

    def result(self, base: "Timing") -> dict[str, float]:
        """Return the figures over all messages that the tool got through."""
        good = [number for number, seconds in enumerate(self.best) if seconds != float("inf")]
        times = [self.best[number] * 1e6 for number in good]
        if not times:
            return {"raised": self.raised}
        median = statistics.median(times)
        return {
            "median": median,
            "mean": statistics.fmean(times),
            "of_medians": median / (statistics.median(base.best) * 1e6),
            "of_messages": statistics.median(self.best[number] / base.best[number] for number in good),
            "raised": self.raised,
        }


def main() -> int:
    """Measure and print one table."""
    options = read_arguments()
    messages = read_messages(options.messages or options.corpus)
    if not messages:
        print("no messages there", file=sys.stderr)
        return 1
    tools, missing = find_tools()
    results = measure(tools, messages, options.rounds)
    if options.json:
        print(json.dumps({"messages": len(messages), "rounds": options.rounds, "tools": results, "missing": missing}))
        return 0
    size = statistics.fmean(map(len, messages)) / 1000
    print(f"{len(messages)} messages, {size:.1f} KB in the mean, best of {options.rounds} rounds, Python {python()}\n")
    print(*table(results), *(f"{name}: not installed" for name in missing), sep="\n")
    return 0


def read_arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=HERE / "corpus", metavar="DIR", help="a folder like corpus/")
    parser.add_argument("--messages", type=Path, metavar="DIR", help="any folder of messages, one a file")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args()


def read_messages(folder: Path) -> list[bytes]:
    """Return the messages of a folder and all beneath."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in NOT_MESSAGES)
    return [path.read_bytes() for path in paths]


def python() -> str:
    """Return the version of Python."""
    return sys.version.split(maxsplit=1)[0]


def find_tools() -> tuple[dict[str, Tool], list[str]]:
    """Return the tools of this machine, and the names of those that are not installed."""
    tools: dict[str, Tool] = {BASE: message_from_bytes, "email, policy.default + walk": walked}
    missing = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, (module, make) in PEERS.items():
            try:
                tools[name] = make(import_module(module))
            except ImportError:
                missing.append(name)
    tools["dsnparse"] = dsnparse.parse
    tools["dsnparse + JSON"] = lambda raw: dsnparse.to_json(dsnparse.parse(raw))
    return tools, missing


def walked(raw: bytes) -> None:
    """Do with the standard library what a bounce reader would need at least."""
    for part in message_from_bytes(raw, policy=policy.default).walk():
        part.items()
        part.get_payload(decode=True)


# A peer's module, and what to call in it.
PEERS: Final[dict[str, tuple[str, Callable[[Any], Tool]]]] = {
    "flanker": ("flanker.mime", lambda module: module.from_string),
    "mail-parser": ("mailparser", lambda module: lambda raw: module.parse_from_bytes(raw).mail),
    "fast-mail-parser": ("fast_mail_parser", lambda module: module.parse_email),
    "flufl.bounce": ("flufl.bounce", lambda module: lambda raw: module.scan_message(message_from_bytes(raw))),
}


def measure(tools: dict[str, Tool], messages: list[bytes], rounds: int) -> dict[str, dict[str, float]]:
    """Return the figures of all tools."""
    timings = {name: Timing(len(messages)) for name in tools}
    broken: set[tuple[str, int]] = set()
    sink = io.StringIO()
    gc.disable()
    with redirect_stdout(sink), redirect_stderr(sink), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(rounds + 1):  # one more round, the first, warms up
            for number, raw in enumerate(messages):
                for name, tool in tools.items():
                    if (name, number) not in broken and not turn(tool, raw, timings[name], number):
                        broken.add((name, number))
                gc.collect(0)
    gc.enable()
    return {name: timing.result(timings[BASE]) for name, timing in timings.items()}


def turn(tool: Tool, raw: bytes, timing: Timing, number: int) -> bool:
    """Let a tool read a message; False if it raised."""
    try:
        tool(raw)
        start = time.perf_counter()
        tool(raw)
    except Exception:  # noqa: BLE001 - a peer may raise anything, and that it does is a result
        timing.raised += 1
        return False
    timing.note(number, time.perf_counter() - start)
    return True


def table(results: dict[str, dict[str, float]]) -> list[str]:
    """Return the lines of the table."""
    lines = [
        f"{'':30} {'median':>9} {'mean':>9} {'x stdlib':>9} {'x stdlib':>9} {'raised':>7}",
        f"{'':30} {'µs':>9} {'µs':>9} {'medians':>9} {'messages':>9} {'':>7}   what it gives",
    ]
    for name, row in results.items():
        figures = (
            "did not get through"
            if "median" not in row
            else (f"{row['median']:9.1f} {row['mean']:9.1f} {row['of_medians']:9.2f} {row['of_messages']:9.2f}")
        )
        lines.append(f"{name:30} {figures:39} {row['raised']:7}   {WORK[name]}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
