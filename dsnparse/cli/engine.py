"""`dsnparse batch --engine ray`: the same sources, read by a cluster into a folder of Parquet files."""

import time
from argparse import Namespace
from importlib.util import find_spec
from typing import Final

from dsnparse.cli.say import say

# What only processes of our own do.
OURS: Final = (
    "resume",
    "unordered",
    "limit",
    "since",
    "kind",
    "all_fields",
    "csv_raw",
    "vocabulary",
    "rules",
    "no_vendors",
    "quarantine",
)


def run(options: Namespace) -> int:
    """Let Ray do it: the cluster of RAY_ADDRESS, or one of this machine; 1 if an input could not be read."""
    if given := [name for name in OURS if getattr(options, name)]:
        options.parser.error(f"--engine ray has no --{given[0].replace('_', '-')}")
    if len(options.output) != 1 or options.output == ["-"]:
        options.parser.error("--engine ray writes one --output: the path or URL of a new folder for Parquet files")
    if not find_spec("ray"):
        options.parser.error("--engine ray needs Ray: pip install 'dsnparse[ray]'")
    from dsnparse.engines.ray import write  # noqa: PLC0415 - an extra, and seconds to import

    begun = time.monotonic()
    counts = write(options.sources, options.output[0], jobs=options.jobs, partition_by=options.partition_by)
    if not options.quiet:
        unread = counts["unread"]
        say(f"{counts.total() - unread:,} messages, {unread:,} inputs not read, in {time.monotonic() - begun:,.1f} s")
        say("kinds: " + ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common()))
    return 1 if counts["unread"] else 0
