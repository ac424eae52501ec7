"""One look into one folder: what is new is read and committed, what is committed is handed on, what is handed on is put away."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from typing import Protocol

import msgspec
from msgspec import Struct

from dsnparse.mailbox import Letter, Mailbox, Trace
from dsnparse.mailbox.action import KEEP, Action
from dsnparse.report import Report
from dsnparse.store import Place, Processed, Store
from dsnparse.store.journal import Deed, Journal, Known
from dsnparse.watch.alone import DiedError
from dsnparse.watch.plan import Plan
from dsnparse.watch.quarantine import Quarantine
from dsnparse.watch.reader import Reader


class Look(Struct):
    """What one look found and did; `waiting`: an output takes nothing now, so that messages were left where they are."""

    new: int = 0
    known: int = 0
    duplicates: int = 0
    events: int = 0
    acted: int = 0
    held: int = 0
    unreadable: int = 0
    waiting: bool = False
    kinds: Counter[str] = msgspec.field(default_factory=Counter)


class Outputs(Protocol):
    """Everything that is fed from the store."""

    def deliver(self) -> bool:
        """Hand on all events that are new; False where one output does not take them now."""


class Intake:
    """Reads folders of one account into a store."""

    def __init__(
        self,
        *,
        account: str,
        store: Store,
        plan: Plan,
        outputs: Outputs,
        quarantine: Quarantine,
        reader: Reader,
        run: str,
        shield: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.account = account
        self.store = store
        self.journal = Journal(store.database)
        self.plan = plan
        self.outputs = outputs
        self.quarantine = quarantine
        self.reader = reader
        self.run = run
        self.shield = shield
        self.seen: dict[Place, str] = {}
        self.withheld: set[tuple[Place, str]] = set()

    def look(self, mailbox: Mailbox, folder: str, tick: Callable[[Look], None] = lambda _: None) -> Look:
        """Look into one folder once; `tick` is called after each batch."""
        look = Look()
        generation = mailbox.open(folder, read_only=not self.plan.touches())
        where = Place(account=self.account, folder=folder, uidvalidity=generation)
        after = self.seen.pop(where, "")
        last = after
        for keys in mailbox.pages(after):
            known = self.journal.known(where, keys)
            look.known += len(known)
            self._settle(mailbox, where, known, look)
            for letters in mailbox.fetch(self._fresh(where, keys, known)):
                taken = self._take(where, letters, look)
                self._settle(mailbox, where, taken, look)
                tick(look)
            last = max((last, *keys[-1:]), key=_order)
        if not look.waiting:
            self.seen[where] = last
        return look

    def _fresh(self, where: Place, keys: list[str], known: dict[str, Known]) -> list[str]:
        return [key for key in keys if key not in known and (where, key) not in self.withheld]

    def _take(self, where: Place, letters: list[Letter], look: Look) -> dict[str, Known]:
        """Parse messages and commit them, those that an earlier run did not get done with in a process of their own."""
        digests: dict[str, str] = {}
        for letter in letters:
            if letter.problem:
                self._withheld(where, letter, look)
            else:
                digests[letter.key] = sha256(letter.raw).hexdigest()
        tried = self.journal.attempts(digests.values())
        self.journal.begin_attempts(set(digests.values()) - set(tried))
        whole = [letter for letter in letters if letter.key in digests]
        reports = self.reader.read([letter.raw for letter in whole], [digests[letter.key] in tried for letter in whole])
        done = [
            self._judged(where, letter, digests[letter.key], report)
            for letter, report in zip(whole, reports, strict=True)
        ]
        self._commit(done, look)
        undone = self.journal.undone(digests.values())
        return {
            message.place.uid: Known(
                message.digest, message.report.kind, message.error, done=False, undone=message.digest in undone
            )
            for message in done
            if message.place
        }

    def _withheld(self, where: Place, letter: Letter, look: Look) -> None:
        """Put a note aside about a message that the server does not hand out; the next run asks for it again."""
        self.withheld.add((where, letter.key))
        name = sha256(f"{where.account} {where.folder} {where.uidvalidity} {letter.key}".encode()).hexdigest()
        self.quarantine.note(name, letter.problem, f"{where.account} {where.folder} {letter.key}")
        look.unreadable += 1

    def _judged(self, where: Place, letter: Letter, digest: str, report: Report | DiedError) -> Processed:
        if isinstance(report, DiedError):
            return self._put_aside(where, letter, digest, str(report))
        return self._processed(where, letter, digest, report)

    def _processed(self, where: Place, letter: Letter, digest: str, report: Report, error: str = "") -> Processed:
        return Processed(
            digest=digest,
            report=report,
            trust=() if error else self.reader.trust(report, letter.raw, letter.received, ()),
            place=Place(account=where.account, folder=where.folder, uidvalidity=where.uidvalidity, uid=letter.key),
            received=letter.received,
            error=error,
        )

    def _put_aside(self, where: Place, letter: Letter, digest: str, reason: str) -> Processed:
        self.quarantine.put(digest, letter.raw, reason, f"{where.account} {where.folder} {letter.key}")
        return self._processed(where, letter, digest, Report(id=digest, kind="other"), error=reason)

    def _commit(self, messages: list[Processed], look: Look) -> None:
        result = self.store.commit(messages)
        look.new += result.messages
        look.duplicates += result.duplicates
        look.events += result.events
        look.held += len(result.held)
        look.unreadable += sum(bool(message.error) for message in messages)
        look.kinds.update(message.report.kind for message in messages if not message.error)

    def _settle(self, mailbox: Mailbox, where: Place, known: dict[str, Known], look: Look) -> None:
        """Hand on what is committed; then, if every output has it, do what the plan says with the messages."""
        if not self.outputs.deliver():
            look.waiting = True
            return
        for action, keys in self._due(known).items():
            deeds = [self._deed(where, key, known[key], action) for key in keys]
            with self.shield():  # a signal now would leave it unknown where the messages went
                look.acted += self._do(mailbox, action, deeds)

    def _do(self, mailbox: Mailbox, action: Action, deeds: list[Deed]) -> int:
        self.journal.intend(self.run, deeds)
        traces = {trace.key: trace for trace in mailbox.act([deed.place.uid for deed in deeds], action)}
        done = [_after(deed, traces[deed.place.uid]) for deed in deeds if deed.place.uid in traces]
        self.journal.done(self.run, done)
        return len(done)

    def _due(self, known: dict[str, Known]) -> dict[Action, list[str]]:
        due: dict[Action, list[str]] = {}
        for key, each in known.items():
            action = self.plan.action(each.kind, each.error)
            # What was flagged stays where it is; what was moved and is here is not moved.
            if action != KEEP and not each.undone and not (each.done and action.verb == "flag"):
                due.setdefault(action, []).append(key)
        return due

    @staticmethod
    def _deed(where: Place, key: str, known: Known, action: Action) -> Deed:
        place = Place(account=where.account, folder=where.folder, uidvalidity=where.uidvalidity, uid=key)
        return Deed(place=place, digest=known.digest, action=str(action), now=Place(account=where.account))


def _after(deed: Deed, trace: Trace) -> Deed:
    now = Place(account=deed.place.account, folder=trace.folder, uidvalidity=trace.generation, uid=trace.now)
    return msgspec.structs.replace(deed, now=now)


def _order(key: str) -> int:
    """Return the place of a key among others: UIDs count up, and nothing else is ever asked for by its order."""
    return int(key) if key.isascii() and key.isdigit() else 0
