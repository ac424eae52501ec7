"""The command: `python -m corpus.lab run postfix exim`."""

import argparse
import concurrent.futures
import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from .ending import end_all
from .errors import LabError
from .formats import Formats, compare, find_runs, read_run, read_stored, write_stored
from .roots import SUITES, check_host, make_root
from .run import Run, capture
from .server import Server
from .servers import all_servers, find_servers

FAILED, USAGE, INTERRUPTED = 1, 2, 130
EXAMPLES = """\
examples:
  python -m corpus.lab list
  python -m corpus.lab run postfix exim --suite trixie --output captures
  python -m corpus.lab run zonemta --only 'r-(unknown|quota)|d-nx'
  python -m corpus.lab drift postfix --accept
  python -m corpus.lab compare captures/bookworm captures/trixie
All but list and compare need root on Debian.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    options = make_parser().parse_args(arguments)
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
    """Capture the notices of some servers."""
    servers = find_servers(options.names)
    check_host()
    return 0 if len(_run_all(servers, options)) == len(servers) else FAILED


def _run_all(servers: list[Server], options: argparse.Namespace) -> list[Run]:
    """Run several servers at a time; the runs that brought captures."""
    clock = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(_run_one, server, options) for server in servers]
        try:
            runs = [one for future in futures if (one := future.result()) and one.captures]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise
    captures = sum(one.captures for one in runs)
    print(f"{captures} captures of {len(runs)} servers in {time.monotonic() - clock:.0f} s: {options.output}")
    return runs


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


def drift(options: argparse.Namespace) -> int:
    """Capture with the server versions of the day, and compare with the formats that are stored."""
    servers = find_servers(options.names)
    check_host()
    for server in servers:
        make_root(server.recipe, options.suite, afresh=True)
    runs = _run_all(servers, options)
    folders = [options.output / one.suite / one.server for one in runs]
    drifted = [_has_drifted(read_run(folder), accept=options.accept) for folder in folders]
    return FAILED if len(runs) < len(servers) or (any(drifted) and not options.accept) else 0


def _has_drifted(new: Formats, *, accept: bool) -> bool:
    known = new.path.exists()
    if known:
        difference = compare(read_stored(new.path), new)
        print(*difference.lines(), sep="\n")
    else:
        print(f"{new.server} {new.version} ({new.suite}): no formats are stored")
    if accept:
        write_stored(new)
    return not known or bool(difference.certain)


def show_difference(options: argparse.Namespace) -> int:
    """Compare the runs below two folders."""
    old, new = find_runs(options.old), find_runs(options.new)
    for place in sorted(old.keys() ^ new.keys()):
        print(f"{place}: only in {options.old if place in old else options.new}")
    differences = [compare(old[place], new[place]) for place in sorted(old.keys() & new.keys())]
    for difference in differences:
        print(*difference.lines(), sep="\n")
    if not differences:
        msg = f"{options.old} and {options.new} have no run of the same server"
        raise LabError(msg)
    return FAILED if any(difference.certain for difference in differences) else 0


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


def make_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m corpus.lab",
        description="Capture bounces of real mail servers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("run", help="run servers through their scenarios and store each notice")
    one.set_defaults(command=run)
    _add_run(one)
    one = commands.add_parser("drift", help="capture with the versions of the day and say what changed in the formats")
    one.set_defaults(command=drift)
    _add_run(one)
    one.add_argument("--accept", action="store_true", help="store what was seen as the formats to compare with")
    one = commands.add_parser("compare", help="say how the formats of two runs differ")
    one.set_defaults(command=show_difference)
    one.add_argument("old", type=Path, metavar="OLD", help="a folder that has runs somewhere in it")
    one.add_argument("new", type=Path, metavar="NEW", help="another one, with the same folders in it")
    one = commands.add_parser("install", help="make the roots of servers, which needs the network")
    one.set_defaults(command=install)
    _add_names(one)
    one = commands.add_parser("list", help="print the servers")
    one.set_defaults(command=show_list)
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_names(parser)
    parser.add_argument("--output", type=Path, default=Path("build/captures"), metavar="DIR", help="(build/captures)")
    parser.add_argument(
        "--only", type=_pattern, default="", metavar="REGEX", help="scenarios whose name begins with this pattern"
    )
    parser.add_argument("--jobs", type=_count, default=4, metavar="N", help="servers at a time (4)")


def _add_names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="+", metavar="NAME", help="a server; `list` prints them")
    parser.add_argument("--suite", choices=SUITES, default=SUITES[0], help="the Debian release (bookworm)")


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        msg = f"not a regular expression: {error}"
        raise argparse.ArgumentTypeError(msg) from None
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        msg = "a number above 0 is needed"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
