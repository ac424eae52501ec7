"""`dsnparse schema`: the JSON Schema of a report."""

from argparse import Namespace

from msgspec import json

import dsnparse
from dsnparse.cli.stop import Stop
from dsnparse.sinks.output import Stream


def run(_options: Namespace, stop: Stop) -> int:
    """Print it."""
    with stop.shield():
        Stream().write(json.format(json.encode(dsnparse.schema()), indent=2) + b"\n")
    return 0
