r"""An account over IMAP (RFC 9051, 3501; IDLE RFC 2177, UIDPLUS RFC 4315, MOVE RFC 6851).

Messages are fetched raw with BODY.PEEK[], which never sets \Seen. Commands that change a folder name our own UIDs and
nothing else: `imap_tools` expunges the whole folder after it sets a flag, and where it moves without MOVE, so none of
these methods of it are used.
"""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any, Final

from imap_tools.utils import encode_folder

from dsnparse.errors import SourceError, UnreachableError
from dsnparse.mailbox import Caps, Letter, Trace
from dsnparse.mailbox.action import Action
from dsnparse.mailbox.address import Address, refuse_breaks
from dsnparse.mailbox.imap_client import FAULTS, Session
from dsnparse.mailbox.imap_words import bodies, copied, sizes, uid_set
from dsnparse.mailbox.reach import plainly
from dsnparse.mailbox.secret import Credentials

# A search that answers with more UIDs than this is made in pages.
PAGE: Final = 50_000
IN_COMMAND: Final = 500
IN_BATCH: Final = 200
BATCH_BYTES: Final = 8 << 20
# RFC 2177: a server may end a session that idles for half an hour.
LONGEST_IDLE: Final = 29 * 60
# Nothing depends on the answer to LOGOUT.
FAREWELL: Final = 2.0
PASSING: Final = re.compile(r"\[(?:UNAVAILABLE|SERVERBUG|INUSE|LIMIT|CONTACTADMIN)\]")
# What a server tells on its own account piles up in imaplib unless it is taken away.
UNASKED: Final = ("EXISTS", "RECENT", "EXPUNGE", "FETCH", "VANISHED", "SEARCH")


class ImapMailbox:
    """A session with an IMAP server."""

    verbs = frozenset(("keep", "flag", "move", "delete"))

    def __init__(self, address: Address, credentials: Credentials, caps: Caps) -> None:
        self.address = address
        self.caps = caps
        self.folder = ""
        self.generation = 0
        self.exists = 0
        self.next_uid = 0
        # What UIDNEXT was when a folder was listed: what came since then is news, whether or not we idled.
        self.listed: dict[str, int] = {}
        secret = credentials.secret()
        self.secrets = (secret,)
        with self._plainly():
            self.session = Session(address, caps)
            self.client = self.session.client
            try:
                self.session.enter(credentials, secret)
            except BaseException:
                self.client.shutdown()
                raise
        self.capabilities = frozenset(self.client.capabilities)

    def open(self, folder: str, *, read_only: bool) -> int:
        """Select a folder (or examine it); its generation is the UIDVALIDITY."""
        refuse_breaks("the name of a folder", folder)
        with self._plainly():
            try:
                kind, said = self.client.select(encode_folder(folder), readonly=read_only)  # type: ignore[arg-type]
            except self.client.readonly:
                reason = f"{folder}: the server lets us read this folder only"
                raise SourceError(reason) from None
            if kind != "OK":
                raise _refused(folder, "does not open this folder", said)
            self.folder = folder
            self.exists = int(_text(self.client.response("EXISTS")[1]) or 0)
            self.generation = int(_text(self.client.response("UIDVALIDITY")[1]) or 0)
            self.next_uid = int(_text(self.client.response("UIDNEXT")[1]) or 0) or self.exists
            return self.generation

    def pages(self, after: str = "") -> Iterator[list[str]]:
        """Yield the UIDs above `after`; a huge folder page by page from its end, where what leaves shifts no number."""
        self.listed[self.folder] = self.next_uid
        if after or self.exists <= PAGE:
            yield self._search(f"UID {int(after or 0) + 1}:*", int(after or 0))
            return
        for last in range(self.exists, 0, -PAGE):
            yield self._search(f"{max(1, last - PAGE + 1)}:{last}", 0)

    def fetch(self, keys: Iterable[str]) -> Iterator[list[Letter]]:
        """Yield raw messages; of a message that is too long as much as shows the parser that it is."""
        for batch in self._batches(list(keys)):
            with self._plainly():
                letters = self._fetch(batch)
            yield letters

    def act(self, keys: list[str], action: Action) -> list[Trace]:
        """Flag, move or delete messages by UID."""
        traces: list[Trace] = []
        with self._plainly():
            for start in range(0, len(keys), IN_COMMAND):
                traces += self._act(keys[start : start + IN_COMMAND], action)
        return traces

    def restore(self, trace: Trace, action: Action, folder: str) -> bool:
        """Take a flag away again, or move a message back to `folder`."""
        if not trace.now or self.open(trace.folder, read_only=False) != trace.generation:
            return False
        with self._plainly():
            if action.verb == "flag":
                return self._ok(self._uid("STORE", trace.now, "-FLAGS.SILENT", f"({action.argument})"))
            if not self._search(f"UID {trace.now}", 0):
                return False
            self._move([trace.now], folder)
            return True

    def wait(self, folder: str, seconds: float) -> None:
        """Idle until the server tells of something new; where it has no IDLE, sleep."""
        listed = self.listed.get(folder)
        self.open(folder, read_only=True)
        if self.next_uid != listed:
            return
        with self._plainly():
            if "IDLE" in self.capabilities:
                self._idle(min(seconds, LONGEST_IDLE))
            else:
                time.sleep(seconds)

    def close(self) -> None:
        """Log out."""
        with suppress(*FAULTS, UnreachableError):
            self.client.sock.settimeout(FAREWELL)
            self.session.logout()
        self.client.shutdown()

    def _plainly(self) -> AbstractContextManager[None]:
        return plainly(self.address, FAULTS, self.secrets)

    def _uid(self, command: str, *arguments: str | bytes) -> tuple[str, list[Any]]:
        for name in UNASKED:
            self.client.untagged_responses.pop(name, None)
        kind, said = self.client.uid(command, *arguments)  # type: ignore[arg-type]
        return kind, said

    @staticmethod
    def _ok(answer: tuple[str, list[Any]]) -> bool:
        if answer[0] == "OK":
            return True
        reason = f"the server refused: {_text(answer[1])}"
        raise UnreachableError(reason)

    def _search(self, criteria: str, after: int) -> list[str]:
        with self._plainly():
            answer = self._uid("SEARCH", criteria)
            self._ok(answer)
            found = {int(uid) for line in answer[1] for uid in (line or b"").split()}
        # `n:*` is never empty: it names the last message even where its UID is below n.
        return [str(uid) for uid in sorted(found) if uid > after]

    def _batches(self, keys: list[str]) -> Iterator[list[str]]:
        """Yield keys in groups whose bytes, as far as the server tells the truth of them, are not too many."""
        batch: list[str] = []
        held = 0
        for start in range(0, len(keys), IN_COMMAND):
            some = keys[start : start + IN_COMMAND]
            with self._plainly():
                known = sizes(self._uid("FETCH", uid_set(some), "(RFC822.SIZE)")[1])
            for key in some:
                size = min(known.get(key, 0), self.caps.max_message_bytes)
                if batch and (len(batch) == IN_BATCH or held + size > BATCH_BYTES):
                    yield batch
                    batch, held = [], 0
                batch.append(key)
                held += size
        if batch:
            yield batch

    def _fetch(self, keys: list[str]) -> list[Letter]:
        kind, said = self._uid(
            "FETCH", uid_set(keys), f"(UID INTERNALDATE BODY.PEEK[]<0.{self.caps.max_message_bytes + 1}>)"
        )
        asked = set(keys)
        letters = [letter for letter in bodies(said) if letter.key in asked]
        if kind == "OK":
            return letters
        if len(keys) == 1:
            return [Letter(keys[0], problem=f"the server does not hand it out: {_text(said)}")]
        given = {letter.key for letter in letters}
        return letters + [letter for key in keys if key not in given for letter in self._fetch([key])]

    def _act(self, keys: list[str], action: Action) -> list[Trace]:
        if action.verb == "move":
            return self._move(keys, action.argument)
        flag = r"\Deleted" if action.verb == "delete" else action.argument
        if action.verb == "delete" and "UIDPLUS" not in self.capabilities:
            reason = "the server has no UIDPLUS, so nothing can be deleted without the rest of the folder"
            raise SourceError(reason)
        self._ok(self._uid("STORE", uid_set(keys), "+FLAGS.SILENT", f"({flag})"))
        if action.verb == "delete":
            self._ok(self._uid("EXPUNGE", uid_set(keys)))
            return [Trace(key) for key in keys]
        return [Trace(key, self.folder, self.generation, key) for key in keys]

    def _move(self, keys: list[str], folder: str) -> list[Trace]:
        moves, whole = "MOVE" in self.capabilities, uid_set(keys)
        if not moves and "UIDPLUS" not in self.capabilities:
            reason = "the server has neither MOVE nor UIDPLUS, so nothing can be moved by itself: use flag"
            raise SourceError(reason)
        self._transfer("MOVE" if moves else "COPY", whole, folder)
        generation, places = copied(self.client.response("COPYUID")[1][-1])
        if not moves:
            self._ok(self._uid("STORE", whole, "+FLAGS.SILENT", r"(\Deleted)"))
            self._ok(self._uid("EXPUNGE", whole))
        return [Trace(key, folder, generation, places.get(key, "")) for key in keys]

    def _transfer(self, command: str, uids: str, folder: str) -> None:
        """Move or copy, into a folder that is made when there is none yet."""
        name = encode_folder(folder)
        self.client.untagged_responses.pop("COPYUID", None)
        answer = self._uid(command, uids, name)
        if answer[0] != "OK" and b"TRYCREATE" in b" ".join(line for line in answer[1] if isinstance(line, bytes)):
            self.client.create(name)  # type: ignore[arg-type]
            answer = self._uid(command, uids, name)
        if answer[0] != "OK":
            raise _refused(folder, "does not move messages there", answer[1])

    def _idle(self, seconds: float) -> None:
        client, ends = self.client, time.monotonic() + seconds
        for name in UNASKED:
            client.untagged_responses.pop(name, None)
        tag = client._command("IDLE")  # noqa: SLF001 - imaplib has no public IDLE before 3.14
        while client._get_response() is not None:  # noqa: SLF001
            if client.tagged_commands.get(tag):
                reason = "the server announced IDLE and refused it"
                raise UnreachableError(reason)
        while (left := ends - time.monotonic()) > 0 and not self._is_news():
            if client.stream.ready(left):
                client._get_response()  # noqa: SLF001
        client.send(b"DONE\r\n")
        self.session.consume_until_tagged_response(tag)

    def _is_news(self) -> bool:
        told = self.client.untagged_responses
        return "EXISTS" in told or "RECENT" in told


def _refused(folder: str, what: str, said: Iterable[Any]) -> SourceError:
    """Return the error for a NO: for good, or because the server is not itself right now (RFC 5530)."""
    words = _text(said)
    kind = UnreachableError if PASSING.search(words) else SourceError
    return kind(f"{folder}: the server {what}: {words}")


def _text(said: Iterable[Any]) -> str:
    last = ([item for item in said if item] or [b""])[-1]
    return last.decode("utf-8", "replace") if isinstance(last, bytes) else str(last)
