"""What readers return: of a part with fields, and of words for people."""

import re
from itertools import compress
from operator import not_
from typing import TYPE_CHECKING, Final

from dsnparse.report import Found
from dsnparse.rules.table import LineTable
from dsnparse.wire.clean import clean, text_of, unwrap
from dsnparse.wire.entity import View

if TYPE_CHECKING:
    from dsnparse.report import Reading

MAX_TEXT: Final = 4_000
ADDRESSES: Final = frozenset(("address", "candidate"))
ROLES: Final = ADDRESSES | {"hidden"}
# A reply with an enhanced code (RFC 2034) among words.
QUOTED: Final = re.compile(r"\b[45][0-9]{2}[ -]#?[45]\.[0-9]{1,3}\.[0-9]", re.ASCII)
# The link behind a name; and what follows it where something is said of whom it names.
LINK: Final = b"<mailto:"
SAYS: Final = re.compile(rb"[>)]{0,2} ?[:=(-]")
# So far below its heading a paragraph may begin and go on.
HEADED: Final = 300
COLON: Final = 0x3A
# Signs behind a name that say nothing; and names of offices that any host has (RFC 2142), which are seldom written to.
CLOSING: Final = 3
OFFICE: Final = re.compile(r"(?i)(?:postmaster|hostmaster|mailer-daemon|help-?desk|abuse)@")
EMPTY_LINE: Final = re.compile(rb"\n[ \t\r]*+\n")
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
        if any(FAILED.match(str(item["diagnostic"].value)) for item in self.recipients if "diagnostic" in item):
            return True
        return any(QUOTED.search(str(item["text"].value)) for item in self.recipients if "text" in item)

    @property
    def relays(self) -> bool:
        """Whether the words say that mail went on to a server that tells nobody of its arrival."""
        return bool(self.table and self.table.relays.any(self._said(self.before + self.words)))

    @property
    def tells(self) -> bool:
        """Whether the words say what became of mail."""
        return self.refuses or self.delays or self.delivers

    def _said(self, spans: list[tuple[int, int]]) -> bytes:
        return unwrap(b"\n".join([self.view.data[start:end] for start, end in spans])[:MAX_TEXT])

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
        named = [item for item in self.recipients if "address" in item]
        others = [item for item in self.recipients if "address" not in item]
        if others and all(map(self._is_office, named)) and any(map(self._blames, others)):
            named = []  # a signature
        if not named:
            kept = [self._counts(item) for item in others]
            named = list(compress(others, kept))
            others = list(compress(others, map(not_, kept)))
        self.recipients = self._without_askable(named)
        for item in others:  # what was said below a mere candidate still speaks of the message
            self.shared = {field: item[field] for field in item.keys() - ROLES} | self.shared

    def _without_askable(self, named: list["Reading"]) -> list["Reading"]:
        """Leave out who stands below all of whom something is said, with nothing behind his name: whom one may ask.

        He is a mere candidate, or has the name of an office. Who shares a sentence with others shares what it says, and who has the
        same words in front of his name as they have is one of them.
        """
        told = [self._is_told_of(item) for item in named]
        if True not in told or told[-1]:
            return named
        below = len(told) - told[::-1].index(True)
        shared = {item["text"].start for item in named[:below] if "text" in item}
        labels = {self._label(item) for item in named[:below]}
        return named[:below] + [
            item
            for item in named[below:]
            if ("text" in item and item["text"].start in shared)
            or not (("candidate" in item and self._label(item) not in labels) or self._is_office(item))
        ]

    def _label(self, item: "Reading") -> bytes:
        """Return what stands in the same line before the name."""
        at = (item.get("address") or item["hidden"]).start
        line = self.view.data.rfind(b"\n", self.view.start, at) + 1 or self.view.start
        return self.view.data[line:at].strip()

    def _is_office(self, item: "Reading") -> bool:
        """Tell whether an item is the bare address of an office, of which nothing is said."""
        place = item.get("address")
        return place is not None and not self._is_told_of(item) and OFFICE.match(str(place.value)) is not None

    def _is_told_of(self, item: "Reading") -> bool:
        """Tell whether something is said of whom an item names: behind the name, or that mail was refused."""
        said, place = item.get("text"), item.get("address")
        if said is None or place is None or "diagnostic" in item:
            return "diagnostic" in item or "hidden" in item
        return said.end - place.end > CLOSING or self._blames(item)

    def _counts(self, item: "Reading") -> bool:
        """Make a candidate an address, unless it is the link behind a name of which nothing is said: those are whom one may ask."""
        if "candidate" not in item:
            return True
        blamed = self._blames(item)
        if not blamed and self._is_link(item):
            return False
        item["address"] = item["candidate"]
        if blamed:
            del item["candidate"]
        return True

    def _is_link(self, item: "Reading") -> bool:
        """Tell whether a candidate is the link behind a name, and nothing around it speaks of whom it names."""
        data, candidate = self.view.data, item["candidate"]
        if not data.startswith(LINK, max(candidate.start - len(LINK), 0)) or SAYS.match(data, candidate.end):
            return False
        refused = "diagnostic" in item and FAILED.match(str(item["diagnostic"].value))
        return not refused and not self._is_headed(item)

    def _is_headed(self, item: "Reading") -> bool:
        """Tell whether a candidate stands in the paragraph right below the heading of those whom mail did not reach."""
        start, end = self.above.get(id(item)) or (0, 0)
        at = item["candidate"].start
        if self.table is None or not 0 < end - start <= HEADED or at - end > HEADED:
            return False
        if self.view.data[end - 1] != COLON or EMPTY_LINE.search(self.view.data[end:at].lstrip()):
            return False
        return self.table.fate(self.view.data[start:end].decode("utf-8", "replace")) in ("failed", "delayed")

    def _blames(self, item: "Reading") -> bool:
        """Tell whether the very words around a candidate say that mail was refused: then it is nobody's whom one may ask."""
        said = item.get("text") or item.get("diagnostic")
        return bool(said and self.table and self.table.refuses.any(str(said.value).encode("utf-8")))
