"""Where the scripted hosts put what they accept: one file a message and a line of the index with its envelope."""

import hashlib
import json
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Envelope:
    """One recipient of an accepted message, as SMTP told it."""

    rcpt: str
    rcpt_params: str
    mail_from: str
    mail_params: str
    helo: str
    proto: str  # the greeting that the client used: EHLO, HELO or LHLO
    at: str  # the address of the host that took it


@dataclass(frozen=True)
class Letter:
    """An accepted message: its envelope, when it came, and the file that holds exactly its bytes."""

    envelope: Envelope
    file: str
    sha256: str
    time: str


class Spool:
    """A folder of letters."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = folder / "index.jsonl"
        self._count = len(self.letters())
        self._lock = threading.Lock()

    def keep(self, envelope: Envelope, content: bytes) -> None:
        """Store a message for one recipient."""
        with self._lock:
            self._count += 1
            name = f"{self._count:06}.eml"
            (self.folder / name).write_bytes(content)
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            letter = Letter(envelope, name, hashlib.sha256(content).hexdigest(), now)
            with self._index.open("a", encoding="utf-8") as index:
                index.write(json.dumps(asdict(letter), ensure_ascii=False) + "\n")

    def letters(self) -> list[Letter]:
        """Return everything that has come so far, oldest first."""
        if not self._index.exists():
            return []
        rows = [json.loads(line) for line in self._index.read_text(encoding="utf-8").splitlines()]
        return [Letter(**{**row, "envelope": Envelope(**row["envelope"])}) for row in rows]

    def content(self, letter: Letter) -> bytes:
        """Return the message itself."""
        return (self.folder / letter.file).read_bytes()
