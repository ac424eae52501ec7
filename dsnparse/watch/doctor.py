"""A configuration held against the live mailbox, the store and the outputs: one line for each thing that was tried."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from msgspec import Struct

from dsnparse.errors import DsnparseError
from dsnparse.mailbox import Mailbox, open_mailbox
from dsnparse.mailbox.address import Address, read_address
from dsnparse.watch import confine
from dsnparse.watch.alone import Worker
from dsnparse.watch.plan import Plan, read_plan
from dsnparse.watch.service import folders, open_state
from dsnparse.watch.settings import Settings
from dsnparse.watch.sinks import sinks

OTHERS = stat.S_IRWXO


class Finding(Struct, frozen=True):
    """One thing that was tried: `ok`, `warning` or `wrong`, and what came of it."""

    state: str
    about: str
    words: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what was found; no message is stored or touched."""
    yield from _secrets(settings)
    yield from _tried("store", lambda: _store(settings))
    yield from _isolated(settings)
    yield from _outputs(settings)
    try:
        address, plan = read_address(settings.url), read_plan(settings.actions)
        watched = folders(settings, address)
    except DsnparseError as error:
        yield Finding("wrong", "settings", str(error))
        return
    yield from _mailbox(settings, address, plan, watched)


def _isolated(settings: Settings) -> Iterator[Finding]:
    if not settings.isolate:
        return
    with closing(Worker(settings.rules)) as worker:
        try:
            offline = worker.is_offline()
        except DsnparseError as error:
            yield Finding("wrong", "isolate", str(error))
            return
    limits = f"{confine.MEMORY >> 20} MiB of memory and {confine.SECONDS} seconds a message"
    if offline:
        yield Finding("ok", "isolate", f"{limits}, no network")
    else:
        yield Finding("warning", "isolate", f"{limits}; the network cannot be closed on this system")


def _outputs(settings: Settings) -> Iterator[Finding]:
    try:
        found = sinks(settings)
    except DsnparseError as error:
        yield Finding("wrong", "outputs", str(error))
        return
    for sink in found:
        yield from _tried(sink.name, sink.check)


def _tried(about: str, step: Callable[[], str]) -> Iterator[Finding]:
    try:
        yield Finding("ok", about, step())
    except DsnparseError as error:
        yield Finding("wrong", about, str(error))


def _store(settings: Settings) -> str:
    with open_state(settings):
        return f"{settings.store_url().partition('://')[0]}: can be read and written"


def _secrets(settings: Settings) -> Iterator[Finding]:
    for path in settings.secret_files():
        try:
            mode = Path(path).stat().st_mode
        except OSError as error:
            yield Finding("wrong", path, (error.strerror or "cannot be read").lower())
            continue
        if mode & OTHERS:
            yield Finding("warning", path, "every user of the machine can read this secret: chmod 600")
        elif not os.access(path, os.R_OK):
            yield Finding("wrong", path, "cannot be read")
        else:
            yield Finding("ok", path, "is readable for us and not for others")


def _mailbox(settings: Settings, address: Address, plan: Plan, watched: tuple[str, ...]) -> Iterator[Finding]:
    try:
        mailbox = open_mailbox(address, settings.credentials(), settings.caps())
    except DsnparseError as error:
        yield Finding("wrong", address.account, str(error))
        return
    try:
        yield Finding("ok", address.account, "logged in" if address.host else "is there")
        if address.scheme.startswith("imap"):
            yield from _capabilities(mailbox.capabilities, plan)
        yield from _tried("actions", partial(_actions, plan, mailbox, watched))
        for folder in watched:
            yield from _tried(f"folder {folder}", partial(_folder, mailbox, folder, plan))
    finally:
        mailbox.close()


def _actions(plan: Plan, mailbox: Mailbox, watched: tuple[str, ...]) -> str:
    plan.refuse_impossible(mailbox.verbs, watched, "this mailbox")
    return (
        ", ".join(f"{name}={action}" for name, action in plan.actions.items()) or "none: every message stays as it is"
    )


def _folder(mailbox: Mailbox, folder: str, plan: Plan) -> str:
    mailbox.open(folder, read_only=not plan.touches())
    return f"{sum(map(len, mailbox.pages()))} messages"


def _capabilities(known: frozenset[str], plan: Plan) -> Iterator[Finding]:
    if "IDLE" not in known:
        yield Finding("warning", "IDLE", "the server has none: new mail is noticed after `interval` seconds")
    verbs = {action.verb for action in plan.actions.values()}
    if "move" in verbs and not known & {"MOVE", "UIDPLUS"}:
        yield Finding("wrong", "MOVE", "the server has neither MOVE nor UIDPLUS: messages can only be flagged")
    if "delete" in verbs and "UIDPLUS" not in known:
        yield Finding("wrong", "UIDPLUS", "the server has none: messages cannot be deleted one by one")
    if "move" in verbs and "UIDPLUS" not in known:
        yield Finding("warning", "UIDPLUS", "the server has none: `dsnparse undo` will not find what was moved")
