"""`dsnparse store`: the events out, the old ones gone, the schema up to date."""

from argparse import Namespace
from collections.abc import Callable
from typing import Final

from msgspec import json

from dsnparse.cli.records import chosen_form, chosen_store, put, write
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop
from dsnparse.sinks.records import Record, moment
from dsnparse.store import Event, Store

COLUMNS: Final = (
    "offset",
    "received",
    "address",
    "action",
    "status",
    "reason",
    "trust",
    "decision",
    "because",
    "kind",
    "vendor",
    "account",
    "original_message_id",
    "event_id",
)
ON_SCREEN: Final = ("offset", "received", "address", "action", "reason", "trust", "decision")


def run(options: Namespace, stop: Stop) -> int:
    """Do what was asked for."""
    with chosen_store(options, migrate=options.action == "migrate") as store:
        return ACTIONS[options.action](store, options, stop)


def _export(store: Store, options: Namespace, stop: Stop) -> int:
    events = store.feed("", after=options.after)
    form = chosen_form(options)
    if form == "jsonl":  # whole, as every other output gets them
        put((json.encode(event) + b"\n" for event in events), options, stop)
    else:
        write(map(_record, events), ON_SCREEN if form == "table" else COLUMNS, options, stop)
    return 0


def _retain(store: Store, options: Namespace, _: Stop) -> int:
    done = store.retain(options.days)
    say(f"{done.messages} messages emptied, {done.expired} suppressions had ended")
    return 0


def _migrate(_store: Store, _options: Namespace, _: Stop) -> int:
    say("the store is up to date")
    return 0


def _record(event: Event) -> Record:
    person = event.recipient
    return {
        "offset": event.offset,
        "received": moment(event.received),
        "address": person.address,
        "action": person.action,
        "status": person.status,
        "reason": person.reason,
        "trust": event.trust.level,
        "decision": event.decision,
        "because": event.because,
        "kind": event.kind,
        "vendor": event.vendor,
        "account": event.account,
        "original_message_id": event.original_message_id,
        "event_id": event.event_id,
    }


ACTIONS: Final[dict[str, Callable[[Store, Namespace, Stop], int]]] = {
    "export": _export,
    "retain": _retain,
    "migrate": _migrate,
}
