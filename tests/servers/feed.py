"""A store with events in it, and their way to outputs."""

from hashlib import sha256
from pathlib import Path

from letters import bounce

import dsnparse
from dsnparse.store import Processed, Store
from dsnparse.watch.log import Log
from dsnparse.watch.outputs import Outputs, Sink


def add(store: Store, *numbers: int) -> None:
    """Commit the bounces of these numbers."""
    raws = [bounce(number) for number in numbers]
    store.commit([Processed(digest=sha256(raw).hexdigest(), report=dsnparse.parse(raw)) for raw in raws])


def deliver(store: Store, *sinks: Sink) -> bool:
    """Hand on all that is new, as one run does."""
    outputs = Outputs(store, sinks, Log())
    try:
        return outputs.deliver()
    finally:
        outputs.close()


def people(*numbers: int) -> list[str]:
    return [f"user{number}@dest.example" for number in numbers]


def maildir(folder: Path, *messages: bytes) -> Path:
    """Make a Maildir with messages that are new."""
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, message in enumerate(messages):
        (folder / "new" / f"1750000000.{number:06}.test").write_bytes(message)
    return folder
