"""The events of a store into a tally: they come in the order of messages, one a recipient; the addresses are those it suppresses."""

from datetime import UTC, datetime

from dsnparse.store import Store
from dsnparse.summary.shape import Stopped
from dsnparse.summary.tally import Tally


def add_store(tally: Tally, store: Store) -> None:
    """Count all that a store remembers."""
    before = ""
    for event in store.feed("", after=0):
        if event.digest != before:
            before = event.digest
            tally.message(event.kind, event.vendor)
        tally.recipient(event.kind, event.vendor, _day(event.received), event.recipient)
    for found in store.suppressions.all():
        tally.stop(Stopped(found.address, found.category, "", _day(found.since)))


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
