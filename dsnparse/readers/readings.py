"""What readers return: of a part with fields, and of words for people."""

from typing import TYPE_CHECKING, Final

from dsnparse.report import Found
from dsnparse.rules.table import LineTable
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import View

if TYPE_CHECKING:
    from dsnparse.report import Reading

MAX_TEXT: Final = 4_000


class StatusReading:
    """What a report says in fields: of the message, and of each recipient."""

    __slots__ = ("message", "recipients")

    def __init__(self) -> None:
        self.message: Reading = {}
        self.recipients: list[Reading] = []


class NoticeReading:
    """What a notice says: of recipients, of all of them, and whether it says that mail was refused or is late."""

    __slots__ = ("before", "begun", "ends", "recipients", "shared", "start", "table", "view", "words")

    def __init__(self, view: View, table: LineTable | None = None) -> None:
        self.view = view
        self.table = table
        self.recipients: list[Reading] = []
        self.shared: Reading = {}
        self.begun = False
        self.start = view.start
        self.ends = view.end
        self.before: list[tuple[int, int]] = []
        self.words: list[tuple[int, int]] = []

    @property
    def refuses(self) -> bool:
        """Whether the words say that mail was refused."""
        return bool(self.table and self.table.refuses.any(self._said(self.before + self.words)))

    @property
    def is_final(self) -> bool:
        """Whether the words call the failure permanent."""
        return bool(self.table and self.table.finals.any(self._said(self.before + self.words)))

    @property
    def delays(self) -> bool:
        """Whether the words say that mail is late but not given up."""
        return bool(self.table and self.table.delays.any(self._said(self.before + self.words)))

    def _said(self, spans: list[tuple[int, int]]) -> bytes:
        return b"\n".join([self.view.data[start:end] for start, end in spans])[:MAX_TEXT]

    def text(self) -> Found | None:
        """Return all that was read as one text: the last resort when no line is a diagnostic."""
        if not self.words:
            return None
        words = clean(text_of(self._said(self.words)), MAX_TEXT)
        return Found(words, "notice", self.words[0][0], self.words[-1][1], self.view.part)
