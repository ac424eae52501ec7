"""What readers return: of a part with fields, and of words for people."""

import re
from typing import TYPE_CHECKING, Final

from dsnparse.report import Found
from dsnparse.rules.table import LineTable
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import View

if TYPE_CHECKING:
    from dsnparse.report import Reading

MAX_TEXT: Final = 4_000
ADDRESSES: Final = frozenset(("address", "candidate"))
ROLES: Final = ADDRESSES | {"hidden"}
FAILED: Final = re.compile(r"\b[45](?:[0-9]{2}\b|\.[0-9]{1,3}\.)", re.ASCII)


class StatusReading:
    """What a report says in fields: of the message, and of each recipient."""

    __slots__ = ("message", "recipients")

    def __init__(self) -> None:
        self.message: Reading = {}
        self.recipients: list[Reading] = []


class NoticeReading:
    """What a notice says: of recipients, of all of them, and whether it says that mail was refused, is late, or has arrived."""

    __slots__ = (
        "above",
        "arrives",
        "before",
        "begun",
        "ends",
        "mixed",
        "recipients",
        "shared",
        "start",
        "table",
        "view",
        "waits",
        "words",
    )

    def __init__(self, view: View, table: LineTable | None = None) -> None:
        self.view = view
        self.table = table
        self.recipients: list[Reading] = []
        self.shared: Reading = {}
        # Which heading stands above each, by the id of the reading; and whether some never get the mail, and others or all still may.
        self.above: dict[int, tuple[int, int] | None] = {}
        self.arrives = self.mixed = self.waits = False
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
        return self.waits or bool(self.table and self.table.delays.any(self._said(self.before + self.words)))

    @property
    def delivers(self) -> bool:
        """Whether the words say that mail has arrived, or went on, and none of them that some of it was refused."""
        if self.refuses or self.replies:
            return False
        return (
            self.arrives
            or self.relays
            or bool(self.table and self.table.delivers.any(self._said(self.before + self.words)))
        )

    @property
    def replies(self) -> bool:
        """Whether the words quote a reply that refuses mail."""
        return any(FAILED.match(str(item["diagnostic"].value)) for item in self.recipients if "diagnostic" in item)

    @property
    def relays(self) -> bool:
        """Whether the words say that mail went on to a server that tells nobody of its arrival."""
        return bool(self.table and self.table.relays.any(self._said(self.before + self.words)))

    @property
    def tells(self) -> bool:
        """Whether the words say what became of mail."""
        return self.refuses or self.delays or self.delivers

    def _said(self, spans: list[tuple[int, int]]) -> bytes:
        return b"\n".join([self.view.data[start:end] for start, end in spans])[:MAX_TEXT]

    def text(self) -> Found | None:
        """Return all that was read as one text: the last resort when no line is a diagnostic."""
        if not self.words:
            return None
        words = clean(text_of(self._said(self.words)), MAX_TEXT)
        return Found(words, "notice", self.words[0][0], self.words[-1][1], self.view.part)

    def starts(self) -> int:
        """Return where the first of those begins who are named."""
        first = self.recipients[0]
        return (first.get("address") or first.get("candidate") or first["hidden"]).start

    def promote(self) -> None:
        """Make candidates addresses where the notice has no better one; else they go."""
        for item in self.recipients:
            if "hidden" in item and "alias" in item:
                item["address"] = item.pop("alias")
        firm = [item for item in self.recipients if "address" in item]
        loose = [item for item in self.recipients if "address" not in item]
        if firm:
            self.recipients = firm
            for item in loose:  # what was said below a mere candidate still speaks of the message
                self.shared = {field: item[field] for field in item.keys() - ROLES} | self.shared
            return
        for item in loose:
            if "candidate" in item:
                item["address"] = item["candidate"]
                if self._blames(item):
                    del item["candidate"]

    def _blames(self, item: "Reading") -> bool:
        """Tell whether the very words around a candidate say that mail was refused: then it is nobody's whom one may ask."""
        said = item.get("text") or item.get("diagnostic")
        return bool(said and self.table and self.table.refuses.any(str(said.value).encode("utf-8")))
