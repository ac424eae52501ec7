"""The command: `python -m corpus.lab run postfix exim`."""

import argparse
import concurrent.futures
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from .errors import LabError
from .machine import end_all
from .roots import SUITES, check_host, make_root
from .run import Run, capture
from .server import Server
from .servers import all_servers, find_servers

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        status: int = options.command(options)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        end_all()
        print("lab: interrupted; every machine has been ended", file=sys.stderr)
        return INTERRUPTED
    return status


def run(options: argparse.Namespace) -> int:
    """Capture the notices of some servers, several servers at a time."""
    servers = find_servers(options.names)
    check_host()
    clock = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(_run_one, server, options) for server in servers]
        try:
            done = [future.result() for future in futures]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise
    captures = sum(one.captures for one in done if one)
    print(f"{captures} captures of {len(servers)} servers in {time.monotonic() - clock:.0f} s: {options.output}")
    return 0 if all(one and one.captures for one in done) else FAILED


def _run_one(server: Server, options: argparse.Namespace) -> Run | None:
    def say(text: str) -> None:
        print(f"{server.name}: {text}", flush=True)

    try:
        done = capture(server, options.suite, options.output / options.suite / server.name, options.only, say)
    except LabError as error:
        print(f"{server.name}: {error}", file=sys.stderr, flush=True)
        return None
    say(
        f"{done.captures} captures in {done.seconds:.0f} s; "
        f"{len(done.refused)} mails refused, {len(done.silent)} without a notice (see run.json)"
    )
    return done


def install(options: argparse.Namespace) -> int:
    """Make the roots of some servers, so that runs need no network."""
    servers = find_servers(options.names)
    check_host()
    for server in servers:
        make_root(server.recipe, options.suite)
        print(f"{server.name}: installed")
    return 0


def show_list(_options: argparse.Namespace) -> int:
    """Print the servers and what each runs."""
    for server in all_servers().values():
        print(f"{server.name:20} {len(server.all_scenarios()):4} scenarios  {' '.join(server.recipe.packages)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m corpus.lab", description="Capture bounces of real mail servers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("run", help="run servers through their scenarios and store each notice")
    one.set_defaults(command=run)
    _add_names(one)
    one.add_argument("--output", type=Path, default=Path("build/captures"), metavar="DIR", help="(build/captures)")
    one.add_argument("--only", default="", metavar="REGEX", help="scenarios whose name begins with this pattern")
    one.add_argument("--jobs", type=int, default=4, metavar="N", help="servers at a time (4)")
    one = commands.add_parser("install", help="make the roots of servers, which needs the network")
    one.set_defaults(command=install)
    _add_names(one)
    one = commands.add_parser("list", help="print the servers")
    one.set_defaults(command=show_list)
    return parser


def _add_names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="+", metavar="NAME", help="a server; `list` prints them")
    parser.add_argument("--suite", choices=SUITES, default=SUITES[0], help="the Debian release (bookworm)")


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
