"""A look without a trace: what would be read and done, as lines of JSON. Nothing is stored, touched or handed on."""

from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import msgspec

from dsnparse.encode import to_json
from dsnparse.mailbox import Mailbox, open_mailbox
from dsnparse.mailbox.address import read_address
from dsnparse.store.url import SQLITE
from dsnparse.watch.alone import DiedError
from dsnparse.watch.plan import Plan, read_plan
from dsnparse.watch.reader import Reader, open_reader
from dsnparse.watch.service import folders, open_state
from dsnparse.watch.settings import Settings


class Would(msgspec.Struct, omit_defaults=True):
    """What would become of one message."""

    folder: str
    key: str
    action: str
    known: bool = False
    error: str = ""
    report: msgspec.Raw = msgspec.Raw(b"")


def rehearse(settings: Settings, write: Callable[[bytes], None]) -> int:
    """Write one line for each message; 1 where one could not be fetched."""
    address, plan = read_address(settings.url), read_plan(settings.actions)
    watched = folders(settings, address)
    failed = False
    with (
        closing(open_mailbox(address, settings.credentials(), settings.caps())) as mailbox,
        open_reader(settings) as reader,
    ):
        plan.refuse_impossible(mailbox.verbs, watched, address.account)
        for folder in watched:
            for would in _folder(settings, mailbox, folder, plan, reader):
                failed = failed or bool(would.error)
                write(msgspec.json.encode(would) + b"\n")
    return int(failed)


def _folder(settings: Settings, mailbox: Mailbox, folder: str, plan: Plan, reader: Reader) -> Iterator[Would]:
    mailbox.open(folder, read_only=True)
    for keys in mailbox.pages():
        for letters in mailbox.fetch(keys):
            seen = _seen(settings, [sha256(letter.raw).hexdigest() for letter in letters])
            for letter in letters:
                if letter.problem:
                    yield Would(folder, letter.key, str(plan.action("", letter.problem)), error=letter.problem)
                    continue
                (report,) = reader.read([letter.raw], [False])
                if isinstance(report, DiedError):
                    yield Would(folder, letter.key, str(plan.action("", str(report))), error=str(report))
                    continue
                action = str(plan.action(report.kind, ""))
                yield Would(folder, letter.key, action, known=report.id in seen, report=msgspec.Raw(to_json(report)))


def _seen(settings: Settings, digests: list[str]) -> set[str]:
    """Return which messages have been committed; a store that is not there yet is not made."""
    url = settings.store_url()
    if url.startswith(SQLITE) and not Path(url.removeprefix(SQLITE)).exists():
        return set()
    with open_state(settings) as store:
        return store.seen(digests)
