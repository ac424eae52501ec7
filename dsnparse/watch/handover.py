"""Messages that a mail server hands to us, one at a time: taken when they are on the disk, and refused for now when they cannot be."""

import time
from collections.abc import Sequence
from hashlib import sha256

from dsnparse.report import Report
from dsnparse.store import Processed, Store
from dsnparse.store.journal import Journal
from dsnparse.watch.alone import DiedError
from dsnparse.watch.outputs import Outputs
from dsnparse.watch.quarantine import Quarantine
from dsnparse.watch.reader import Reader


class Handover:
    """Takes messages into a store."""

    def __init__(self, store: Store, reader: Reader, quarantine: Quarantine, outputs: Outputs) -> None:
        self.store = store
        self.journal = Journal(store.database)
        self.reader = reader
        self.quarantine = quarantine
        self.outputs = outputs

    def take(self, raw: bytes, recipients: Sequence[str] = ()) -> Report:
        """Return when the records of a message are on the disk; any DsnparseError means that the sender must keep it."""
        digest = sha256(raw).hexdigest()
        tried = bool(self.journal.attempts([digest]))
        self.journal.begin_attempts([digest])
        message = self._read(raw, digest, recipients, tried=tried)
        self.store.commit([message])
        self.outputs.deliver()  # what an output does not take now, it gets with the next message or from `watch`
        return message.report

    def _read(self, raw: bytes, digest: str, recipients: Sequence[str], *, tried: bool) -> Processed:
        received = time.time()
        (report,) = self.reader.read([raw], [tried])
        if isinstance(report, DiedError):
            reason = str(report)
            self.quarantine.put(digest, raw, reason, "handed over")
            return Processed(digest=digest, report=Report(id=digest, kind="other"), received=received, error=reason)
        trust = self.reader.trust(report, raw, received, recipients)
        return Processed(digest=digest, report=report, trust=trust, received=received)
