"""Bring messages back to where they were before a run: flags taken away, messages moved back. What was deleted is gone.

A message that was brought back is left alone by later runs. Its records stay: they are true.
"""

from msgspec import Struct

from dsnparse.errors import SourceError
from dsnparse.mailbox import Mailbox, Trace
from dsnparse.mailbox.action import read_action
from dsnparse.store.journal import Deed, Journal


class Undone(Struct):
    """What came of it: how many are back, and how many are not to be found or cannot come back."""

    back: int = 0
    lost: int = 0


def undo(journal: Journal, mailbox: Mailbox, run: str, account: str) -> Undone:
    """Undo all that a run did in this account."""
    deeds = [deed for deed in journal.of_run(run) if deed.place.account == account]
    if not deeds:
        reason = f"{run}: no run of this name did anything in {account} that is not undone" + _others(journal)
        raise SourceError(reason)
    undone = Undone()
    for deed in deeds:
        if _restore(mailbox, deed):
            journal.undo(deed)
            undone.back += 1
        else:
            undone.lost += 1
    return undone


def _restore(mailbox: Mailbox, deed: Deed) -> bool:
    action = read_action(deed.action)
    if action.verb == "delete" or not deed.now.uid:
        return False
    trace = Trace(deed.place.uid, deed.now.folder, deed.now.uidvalidity, deed.now.uid)
    return mailbox.restore(trace, action, deed.place.folder)


def _others(journal: Journal) -> str:
    names = ", ".join(f"{name} ({count} messages, {undone} undone)" for name, count, undone in journal.runs())
    return f"; the last runs: {names}" if names else ""
