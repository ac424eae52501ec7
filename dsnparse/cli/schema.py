"""`dsnparse schema`: the JSON Schema of a report, or of an explanation."""

from argparse import Namespace
from typing import Final

from msgspec import json

import dsnparse
from dsnparse.cli.stop import Stop
from dsnparse.sinks.output import Stream

SCHEMAS: Final[dict[str, type[dsnparse.Report | dsnparse.Explanation]]] = {
    "report": dsnparse.Report,
    "explanation": dsnparse.Explanation,
}


def run(options: Namespace, stop: Stop) -> int:
    """Print it."""
    with stop.shield():
        Stream().write(json.format(json.encode(dsnparse.schema(SCHEMAS[options.of])), indent=2) + b"\n")
    return 0
