"""Whole archives: messages a second by kind of source and number of processes, growth with size, and memory.

    python benchmarks/scale.py rates --count 20000      loose files, mbox, tar.gz, zip, tar.zst; 1 and 2 processes
    python benchmarks/scale.py growth --plot growth.svg  one message, from small to very large, against other parsers
    python benchmarks/scale.py memory --gigabytes 5      the most memory each process ever had, over a sparse mbox

Messages are the samples of corpus/ in random order (always the same one). Rates are wall time of whole commands, start and
end included, and the best of all rounds counts; the machine should have nothing else to do.
"""

import argparse
import io
import mailbox
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from email import message_from_bytes
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from material import LADDERS, ROOT, chosen, write_archives, write_files, write_mbox, write_sparse
from plot import log_log

import dsnparse

POLL: Final = 0.02
Tool = Callable[[bytes], object]


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, measure in (("rates", rates), ("growth", growth), ("memory", memory)):
        command = commands.add_parser(name)
        command.set_defaults(measure=measure)
        command.add_argument("--rounds", type=int, default=3)
        if name == "rates":
            command.add_argument("--count", type=int, default=20_000)
            command.add_argument("--jobs", type=int, nargs="*", default=[1, 2])
        elif name == "growth":
            command.add_argument("--plot", type=Path, help="write an SVG")
        else:
            command.add_argument("--gigabytes", type=float, default=5)
    options = parser.parse_args()
    options.measure(options)
    return 0


def rates(options: argparse.Namespace) -> None:
    """Print how many messages a second come out of the same ones in different wrapping."""
    messages = chosen(options.count)
    print(f"{len(messages):,} messages, {sum(map(len, messages)) / 1e6:,.0f} MB, best of {options.rounds} rounds\n")
    print("| source | processes | seconds | messages/s | x 1 process |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        box = write_mbox(messages, Path(folder))
        base = 0.0
        for source in (write_files(messages, Path(folder)), box, *write_archives(messages, Path(folder))):
            for jobs in options.jobs:
                seconds = best(options.rounds, partial(batch, source, jobs, len(messages)))
                base = seconds if jobs == options.jobs[0] else base
                show(source.name, str(jobs), seconds, len(messages), base)
        for name, tool in in_process(box, messages).items():
            show(name, "in process", best(options.rounds, tool), len(messages), 0)


def show(name: str, jobs: str, seconds: float, count: int, base: float) -> None:
    """Print one row."""
    if seconds == float("inf"):
        print(f"| {name} | {jobs} | not read | | |", flush=True)
    else:
        print(f"| {name} | {jobs} | {seconds:.2f} | {count / seconds:,.0f} | {base / seconds:.2f} |", flush=True)


def batch(source: Path, jobs: int, count: int) -> None:
    """Run the command; SystemExit: it has not read all."""
    output = source.parent / "out.jsonl"
    command = [sys.executable, "-m", "dsnparse", "batch", "--quiet", str(source), "-o", str(output), "-j", str(jobs)]
    subprocess.run(command, check=False, cwd=ROOT)  # noqa: S603
    with output.open("rb") as lines:
        if sum(1 for _ in lines) != count:
            raise NotReadError


class NotReadError(Exception):
    """A source that is not taken apart."""


def in_process(box: Path, messages: list[bytes]) -> dict[str, Callable[[], object]]:
    """Return the same without a command around it, by ourselves and by others."""
    found: dict[str, Callable[[], object]] = {
        "dsnparse.parse + to_json": lambda: [dsnparse.to_json(dsnparse.parse(raw)) for raw in messages],
        "mailbox.mbox + email (parse only)": lambda: [each.get_content_type() for each in mailbox.mbox(box)],
    }
    for name, tool in peers().items():
        found.setdefault(name, lambda tool=tool: [tool(raw) for raw in messages])  # type: ignore[misc]
    return found


def growth(options: argparse.Namespace) -> None:
    """Print milliseconds of one message that grows in one way, and what each step of it costs."""
    tools = {"dsnparse": dsnparse.parse, **peers()}
    curves: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for name, (make, sizes) in LADDERS.items():
        print(f"\n| {name} | bytes | {' | '.join(tools)} |\n|---:|---:|{'---:|' * len(tools)}")
        curves[name] = {tool: [] for tool in tools}
        for size in sizes:
            raw = make(size)
            cells = []
            for tool, parse in tools.items():
                seconds = best(1 if len(raw) > 1 << 20 else options.rounds, partial(parse, raw), time.process_time)
                cells.append("raised" if seconds == float("inf") else f"{seconds * 1e3:,.1f} ms")
                curves[name][tool].append((size, seconds))
            print(f"| {size:,} | {len(raw):,} | {' | '.join(cells)} |", flush=True)
    if options.plot:
        options.plot.write_text(log_log(curves, "seconds"), "utf-8")
        print(f"\n{options.plot}")


def memory(options: argparse.Namespace) -> None:
    """Print the high-water marks of parent and workers over a large mbox, most of which takes no room on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder) / "sparse.mbox"
        count = write_sparse(box, int(options.gigabytes * 2**30))
        arguments = ["batch", str(box), "-o", f"{folder}/out.jsonl", "-j", "2", "--quiet"]
        begun = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "dsnparse", *arguments], cwd=ROOT)  # noqa: S603
        marks: dict[int, int] = {}
        while process.poll() is None:
            for pid in family(process.pid):
                marks[pid] = max(marks.get(pid, 0), high_water(pid))
            time.sleep(POLL)
        print(f"{count:,} messages of {box.stat().st_size / 2**30:.1f} GiB in {time.monotonic() - begun:.1f} s")
        for pid, mark in sorted(marks.items()):
            print(f"process {pid - process.pid:+}: {mark / 1024:.1f} MiB")


def peers() -> dict[str, Tool]:
    """Return the other parsers that are installed."""
    found: dict[str, Tool] = {"email (parse only)": message_from_bytes}
    for name, module, attribute in (
        ("flufl.bounce", "flufl.bounce", "all_failures"),
        ("mail-parser", "mailparser", "parse_from_bytes"),
    ):
        try:
            tool: Any = getattr(import_module(module), attribute)
        except ImportError:
            continue
        found[name] = partial(_of_parsed, tool) if name == "flufl.bounce" else tool
    return found


def _of_parsed(tool: Tool, raw: bytes) -> object:
    return tool(message_from_bytes(raw))  # type: ignore[arg-type]


def best(rounds: int, turn: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the shortest time of some rounds; infinity for what does not get through."""
    times = []
    for _ in range(rounds):
        begun = clock()
        try:
            with warnings.catch_warnings(action="ignore"), redirect_stderr(io.StringIO()):
                turn()
        except Exception:  # noqa: BLE001 - other people's parsers may raise anything
            return float("inf")
        times.append(clock() - begun)
    return min(times)


def family(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = tasks.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


def high_water(pid: int) -> int:
    """Return the most memory a process ever had resident, in KiB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().split("\n")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    sys.exit(main())
