"""An mbox, read and never written: the program that delivers into it is its owner.

Keys are the digests of the messages, since an offset means another message after the file was rewritten.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from dsnparse.errors import SourceError
from dsnparse.mailbox import Caps, Letter, Trace
from dsnparse.mailbox.action import Action
from dsnparse.mailbox.address import Address
from dsnparse.sources import mbox
from dsnparse.sources.files import VanishedError, open_regular, read_some

IN_BATCH: Final = 200
BATCH_BYTES: Final = 8 << 20
BLOCK: Final = 1 << 20
LOOK: Final = 1.0


class MboxMailbox:
    """One file."""

    verbs = frozenset(("keep",))
    capabilities: frozenset[str] = frozenset()

    def __init__(self, address: Address, caps: Caps) -> None:
        self.path = Path(address.path)
        self.caps = caps
        self.listed = (0, 0)
        os.close(open_regular(address.path))

    def open(self, folder: str, *, read_only: bool) -> int:  # noqa: ARG002
        """Do nothing: there is one folder."""
        return 0

    def pages(self, after: str = "") -> Iterator[list[str]]:  # noqa: ARG002
        """Yield the digests of all messages."""
        self.listed = self._state()
        yield list(dict.fromkeys(sha256(raw).hexdigest() for raw in self._messages()))

    def fetch(self, keys: Iterable[str]) -> Iterator[list[Letter]]:
        """Yield the messages that are asked for."""
        wanted, batch, held = set(keys), [], 0
        for raw in self._messages() if wanted else ():
            key = sha256(raw).hexdigest()
            if key not in wanted:
                continue
            wanted.discard(key)
            batch.append(Letter(key, raw))
            held += len(raw)
            if len(batch) == IN_BATCH or held > BATCH_BYTES:
                yield batch
                batch, held = [], 0
        if batch:
            yield batch

    def act(self, keys: list[str], action: Action) -> list[Trace]:
        """Refuse: settings that ask for it are refused before a session begins."""
        reason = f"{self.path}: an mbox is only read: {action} of {len(keys)} messages cannot be"
        raise SourceError(reason)

    def restore(self, trace: Trace, action: Action, folder: str) -> bool:  # noqa: ARG002
        """Return False: nothing was done."""
        return False

    def wait(self, folder: str, seconds: float) -> None:  # noqa: ARG002
        """Look at the size and time of the file once a second."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and self._state() == self.listed:
            time.sleep(min(LOOK, left))

    def close(self) -> None:
        """Do nothing: the file is not kept open."""

    def _state(self) -> tuple[int, int]:
        with suppress(OSError):
            status = self.path.stat()
            return status.st_size, status.st_mtime_ns
        return 0, 0

    def _messages(self) -> Iterator[bytes]:
        try:
            descriptor = open_regular(str(self.path))
        except VanishedError:  # some programs remove a file that is empty
            return
        try:
            blocks = iter(partial(read_some, descriptor, BLOCK), b"")
            for stretch in mbox.split(blocks, self.caps.max_message_bytes):
                raw = mbox.message(stretch, self.caps.max_message_bytes + 1)
                if raw.strip(b"\r\n"):
                    yield raw
        finally:
            os.close(descriptor)
