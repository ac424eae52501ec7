"""`dsnparse rules build`: writes the index of the vendor files, which a process reads in their stead."""

from argparse import Namespace
from pathlib import Path

from dsnparse.cli.stop import Stop
from dsnparse.errors import SinkError
from dsnparse.resource import HERE
from dsnparse.rules.catalogue import build_index
from dsnparse.rules.index import FOLDER, NAME


def run(_options: Namespace, stop: Stop) -> int:
    """Write the index beside the vendor files."""
    index = build_index()
    path = Path(HERE) / FOLDER / NAME
    try:
        with stop.shield():
            path.write_bytes(index)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise SinkError(message) from error
    return 0
