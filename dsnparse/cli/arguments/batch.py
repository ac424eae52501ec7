"""The arguments of `batch`."""

import os
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Final

from dsnparse.batch.selection import moment
from dsnparse.cli.arguments.command import Commands, add_command
from dsnparse.cli.arguments.common import add_quiet, add_records, number
from dsnparse.sinks.targets import COLUMNS

NAMES: Final = ("batch",)
TEXT: Final = """\
Read whole archives by several processes, and write a record for each message,
in the order of the sources. The suffix of FILE tells the form: .jsonl, .json,
.csv, .parquet, .sqlite or .duckdb; several --output are written at once.

Outputs grow in hidden files beside FILE (.FILE.partial, .FILE.journal) and
appear under their names when they are whole. A run that was stopped, killed,
or had no space left is continued with --resume and the same arguments.

A message that kills the process which parses it gets a record that says so.
At the end a summary goes to standard error.
"""
EXAMPLES: Final = """\
examples:
  dsnparse batch archive.mbox --output archive.jsonl
  dsnparse batch 2024/ 2025.mbox -o all.jsonl -o all.csv --jobs 8
  dsnparse batch 2024/ 2025.mbox -o all.jsonl -o all.csv --jobs 8 --resume
  dsnparse batch archive.mbox -o archive.parquet -o archive.sqlite
  dsnparse batch s3://mail/2025/ --engine ray -o s3://mail/reports/
  dsnparse batch Maildir --kind failure --since 2025-01-01 | jq .recipients
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "batch", "read whole archives by several processes", TEXT, EXAMPLES)
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="file, folder, mbox or Maildir")
    _add_output(parser)
    _add_run(parser)
    add_records(parser)
    _add_bounds(parser)
    add_quiet(parser)


def _add_output(parser: ArgumentParser) -> None:
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="FILE",
        help="write FILE, in the form of its suffix; may be given several times; - (default) is standard output, as .jsonl",
    )
    parser.add_argument(
        "--partition-by",
        action="append",
        default=[],
        choices=COLUMNS,
        metavar="COLUMN",
        help="make .parquet a folder with a folder for each value of this column; may be given several times: "
        + ", ".join(COLUMNS),
    )
    parser.add_argument(
        "--unordered", action="store_true", help="write records as they are ready, which takes less waiting"
    )


def _add_run(parser: ArgumentParser) -> None:
    parser.add_argument(
        "-j", "--jobs", type=number, default=_cores(), metavar="N", help="so many processes; default: %(default)s"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on where an earlier run with the same arguments ended"
    )
    parser.add_argument("--limit", type=number, metavar="N", help="end after so many messages")
    parser.add_argument(
        "--since",
        type=_moment,
        metavar="DATE",
        help="only messages whose date is not before this (ISO 8601), or that have none",
    )
    parser.add_argument(
        "--engine",
        choices=("ray",),
        help="let a Ray cluster read (so many --jobs at once); --output is a new folder of Parquet files",
    )


def _add_bounds(parser: ArgumentParser) -> None:
    parser.add_argument("--quarantine", metavar="DIR", help="copy messages that kill a process to this folder")
    parser.add_argument(
        "--max-seconds",
        type=number,
        default=30,
        metavar="N",
        help="processor time that one message may take; default: %(default)s",
    )
    parser.add_argument(
        "--max-memory",
        type=number,
        default=1024,
        metavar="MIB",
        help="memory that a process may take for messages; default: %(default)s",
    )


def _moment(text: str) -> datetime:
    if (read := moment(text)) is None:
        reason = f"not a date like 2025-01-31 or 2025-01-31T12:00:00+01:00: {text}"
        raise ArgumentTypeError(reason)
    return read


def _cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
