"""`dsnparse suppressions`: the addresses that are not to be mailed, and why."""

import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Final

from dsnparse.cli.records import chosen_addresses, chosen_store, write
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop
from dsnparse.sinks.records import Record, moment
from dsnparse.store import Store, Suppression

COLUMNS: Final = ("address", "standing", "category", "since", "expires", "because")
STEPS: Final = ("address", "standing", "at", "verb", "because", "event_id")
DAY: Final = 86_400


def run(options: Namespace, stop: Stop) -> int:
    """Do what was asked for."""
    with chosen_store(options) as store:
        return ACTIONS[options.action](store, options, stop)


def _list(store: Store, options: Namespace, stop: Stop) -> int:
    found = store.suppressions.all("held" if options.held else "suppressed")
    write(map(_record, found), COLUMNS, options, stop)
    return 0


def _check(store: Store, options: Namespace, stop: Stop) -> int:
    addresses = list(chosen_addresses(options))
    standings = {each: found.standing if (found := store.suppressions.find(each)) else "" for each in addresses}
    write(_steps(store, standings), STEPS, options, stop)
    return int("suppressed" in standings.values())


def _add(store: Store, options: Namespace, _: Stop) -> int:
    expires = time.time() + options.days * DAY if options.days else None
    count = store.suppressions.add(list(chosen_addresses(options)), options.because, expires=expires)
    say(f"{count} suppressed")
    return 0


def _remove(store: Store, options: Namespace, _: Stop) -> int:
    return _changed(store.suppressions.remove, options, "may be mailed again", "were not suppressed")


def _release(store: Store, options: Namespace, _: Stop) -> int:
    return _changed(store.suppressions.release, options, "suppressed", "were not held")


def _changed(change: Callable[[list[str], str], list[str]], options: Namespace, done: str, others: str) -> int:
    """Tell how many were changed; 1 if some were not."""
    asked = list(chosen_addresses(options))
    count = len(change(asked, options.because))
    rest = len(asked) - count
    say(f"{count} {done}" + (f"; {rest} {others}" if rest else ""))
    return 1 if rest else 0


def _steps(store: Store, standings: dict[str, str]) -> Iterator[Record]:
    """Yield what happened to each address, and one record for an address that nothing happened to."""
    for address, standing in standings.items():
        steps = store.suppressions.history(address)
        word = standing or "clear"
        for step in steps:
            yield {
                "address": address,
                "standing": word,
                "at": moment(step.at),
                "verb": step.verb,
                "because": step.because,
                "event_id": step.event_id,
            }
        if not steps:
            yield {"address": address, "standing": word, "at": None, "verb": "", "because": "", "event_id": ""}


def _record(found: Suppression) -> Record:
    return {
        "address": found.address,
        "standing": found.standing,
        "category": found.category,
        "since": moment(found.since),
        "expires": moment(found.expires),
        "because": found.because,
    }


ACTIONS: Final[dict[str, Callable[[Store, Namespace, Stop], int]]] = {
    "list": _list,
    "export": _list,
    "check": _check,
    "add": _add,
    "remove": _remove,
    "release": _release,
}
