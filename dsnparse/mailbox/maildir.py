"""A Maildir: `new/` and `cur/` are read, `tmp/` never; a message that moves between the two while we read is found again.

Keys are the part of a file name that stays when flags change. A folder is a Maildir++ folder: `Processed` is `.Processed/`.
An action is a rename, which only one process can win.
"""

import errno
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from dsnparse.errors import SourceError
from dsnparse.mailbox import Caps, Letter, Trace
from dsnparse.mailbox.action import Action
from dsnparse.mailbox.address import Address
from dsnparse.sources.files import VanishedError, open_regular, read_up_to
from dsnparse.sources.maildir import moved, paths, unique

IN_BATCH: Final = 200
BATCH_BYTES: Final = 8 << 20
PAGE: Final = 10_000
# Maildir's info: ":2," and one letter a flag, in the order of ASCII.
LETTERS: Final = {"\\Seen": "S", "\\Flagged": "F", "\\Answered": "R"}
LOOK: Final = 1.0
INBOX: Final = "INBOX"


class MaildirMailbox:
    """The folders beneath one Maildir."""

    verbs = frozenset(("keep", "flag", "move", "delete"))
    capabilities: frozenset[str] = frozenset()

    def __init__(self, address: Address, caps: Caps) -> None:
        self.root = Path(address.path)
        self.caps = caps
        self.place = self.root
        self.listed: dict[Path, list[int]] = {}
        if not all((self.root / name).is_dir() for name in ("new", "cur")):
            reason = f"{address.path}: is no Maildir: it has no new/ and cur/"
            raise SourceError(reason)

    def open(self, folder: str, *, read_only: bool) -> int:  # noqa: ARG002 - a rename needs no other session
        """Turn to a folder."""
        place = self._folder(folder)
        if not (place / "cur").is_dir():
            reason = f"{folder}: there is no such folder in this Maildir"
            raise SourceError(reason)
        self.place = place
        return 0

    def pages(self, after: str = "") -> Iterator[list[str]]:  # noqa: ARG002 - file names have no order of arrival
        """Yield the keys of all messages."""
        self.listed[self.place] = self._times()
        keys = [unique(path.rpartition(os.sep)[2]) for path in paths(f"{self.place}{os.sep}")]
        for start in range(0, len(keys), PAGE):
            yield keys[start : start + PAGE]

    def fetch(self, keys: Iterable[str]) -> Iterator[list[Letter]]:
        """Yield the messages."""
        found, batch, held = self._names(), [], 0
        for key in keys:
            letter = self._read(key, found.get(key))
            if letter is None:
                continue
            batch.append(letter)
            held += len(letter.raw)
            if len(batch) == IN_BATCH or held > BATCH_BYTES:
                yield batch
                batch, held = [], 0
        if batch:
            yield batch

    def act(self, keys: list[str], action: Action) -> list[Trace]:
        """Rename or remove the files."""
        found = self._names()
        if action.verb == "move":
            self._make(self._folder(action.argument))
        return [trace for key in keys if (trace := self._one(key, found.get(key), action))]

    def restore(self, trace: Trace, action: Action, folder: str) -> bool:
        """Take a flag away again, or move a message back to `folder`."""
        self.open(trace.folder, read_only=False)
        path = self._names().get(trace.now)
        if path is None:
            return False
        if action.verb == "flag":
            return self._rename(path, path.with_name(_flagged(path.name, action.argument, wanted=False)))
        return self._rename(path, self._folder(folder) / "cur" / path.name)

    def wait(self, folder: str, seconds: float) -> None:
        """Look at the times of the folder once a second."""
        self.open(folder, read_only=True)
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and self._times() == self.listed.get(self.place):
            time.sleep(min(LOOK, left))

    def close(self) -> None:
        """Do nothing: no file is kept open."""

    def _folder(self, name: str) -> Path:
        if name.upper() == INBOX:
            return self.root
        if "/" in name or name in {"", ".", ".."}:
            reason = f"{name!r} is no possible name for a folder of a Maildir"
            raise SourceError(reason)
        return self.root / f".{name}"

    @staticmethod
    def _make(folder: Path) -> None:
        try:
            for name in ("tmp", "new", "cur"):
                (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _failure(folder, error) from None

    def _names(self) -> dict[str, Path]:
        try:
            listed = list(map(Path, paths(f"{self.place}{os.sep}")))
        except OSError as error:
            raise _failure(self.place, error) from None
        return {unique(path.name): path for path in listed}

    def _read(self, key: str, path: Path | None) -> Letter | None:
        for _ in range(2):
            if path is None:
                return None
            try:
                descriptor = open_regular(str(path))
            except VanishedError:
                path = self._elsewhere(path)
                continue
            except SourceError as error:
                return Letter(key, problem=str(error))
            try:
                raw = read_up_to(descriptor, self.caps.max_message_bytes + 1)
                return Letter(key, raw, received=os.fstat(descriptor).st_mtime)
            finally:
                os.close(descriptor)
        return None

    @staticmethod
    def _elsewhere(path: Path) -> Path | None:
        now = moved(str(path))
        return Path(now) if now else None

    def _one(self, key: str, path: Path | None, action: Action) -> Trace | None:
        if path is None:
            return None
        if action.verb == "delete":
            with suppress(FileNotFoundError):
                path.unlink()
            return Trace(key)
        if action.verb == "flag":
            target = path.parent.with_name("cur") / _flagged(path.name, action.argument, wanted=True)
            return Trace(key, _name_of(self.root, self.place), now=key) if self._rename(path, target) else None
        target = self._folder(action.argument) / "cur" / _in_cur(path.name)
        return Trace(key, action.argument, now=key) if self._rename(path, target) else None

    def _rename(self, path: Path, target: Path) -> bool:
        """Rename, also when the file has moved or changed its flags since it was listed."""
        for _ in range(2):
            try:
                path.rename(target)
            except FileNotFoundError:
                now = self._elsewhere(path)
                if now is None:
                    return False
                path = now
            except OSError as error:
                raise _failure(target, error) from None
            else:
                return True
        return False

    def _times(self) -> list[int]:
        with suppress(OSError):
            return [(self.place / name).stat().st_mtime_ns for name in ("new", "cur")]
        return []


def _name_of(root: Path, place: Path) -> str:
    return INBOX if place == root else place.name.removeprefix(".")


def _in_cur(name: str) -> str:
    """Return a name as it must be in cur/, where each has an info."""
    return name if ":" in name else f"{name}:2,"


def _flagged(name: str, flag: str, *, wanted: bool) -> str:
    if flag not in LETTERS:
        reason = f"{flag}: a Maildir has only the flags {', '.join(LETTERS)}"
        raise SourceError(reason)
    base, _, info = _in_cur(name).partition(":")
    letters = set(info.removeprefix("2,"))
    letters = letters | {LETTERS[flag]} if wanted else letters - {LETTERS[flag]}
    return f"{base}:2,{''.join(sorted(letters))}"


def _failure(path: Path, error: OSError) -> SourceError:
    words = "is on another file system" if error.errno == errno.EXDEV else (error.strerror or "cannot be used").lower()
    return SourceError(f"{path}: {words}")
