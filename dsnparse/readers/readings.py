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

    @property
    def delivers(self) -> bool:
        """Whether the words say that mail has arrived, or went on, and none of them that some of it was refused."""
        if self.refuses or any(
            FAILED.match(str(item["diagnostic"].value)) for item in self.recipients if "diagnostic" in item
        ):
            return False
        return self.relays or bool(self.table and self.table.delivers.any(self._said(self.before + self.words)))

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


class People:
    """Those whom a notice has named so far, and of whom it speaks now: of one, of several on one line, or of nobody yet."""

    __slots__ = ("current", "known", "reading", "row")

    def __init__(self, reading: NoticeReading) -> None:
        self.reading = reading
        self.known: dict[str, Reading] = {}
        self.current: Reading | None = None
        self.row: list[Reading] = []

    def open(self, field: str, address: Found) -> None:
        """Begin a recipient, or return to one that was named before."""
        name = address.value.lower()
        known = self.known.get(name)
        if known is None:
            known = self.known[name] = {}
            self.reading.recipients.append(known)
        known.setdefault(field, address)
        self.current, self.row = known, []

    def join(self, field: str, address: Found) -> None:
        """Begin one who stands on one line with the current: what is said next is said of both."""
        row, before = self.row, self.current
        if field == "address" and before is not None and "address" not in before:
            for item in (*row, before):  # they are of one kind, and this one is no mere candidate
                if candidate := item.get("candidate"):
                    item.setdefault("address", candidate)
        self.open(field, address)
        if before is not None:
            row.append(before)
        self.row = row

    def hide(self, place: Found) -> None:
        """Begin somebody whose address is kept back."""
        self.current, self.row = {"hidden": place}, []
        self.reading.recipients.append(self.current)

    def is_current(self, address: str) -> bool:
        """Tell whether the notice speaks of this address now."""
        current = self.current or {}
        return "address" in current and current["address"].value.lower() == address.lower()

    def awaits_diagnostic(self) -> bool:
        """Tell whether it is sure of somebody that mail did not reach him, but not yet why."""
        return self.current is not None and "address" in self.current and "diagnostic" not in self.current

    def is_new(self) -> bool:
        """Tell whether somebody is named of whom nothing was said yet."""
        return self.current is not None and "hidden" not in self.current and "diagnostic" not in self.current

    def target(self) -> "Reading":
        """Return where goes what is said now."""
        return self.reading.shared if self.current is None else self.current

    def hear(self, field: str, said: Found) -> None:
        """Keep what a paragraph says of whom the notice speaks now: of several on one line it is said once for all of them."""
        for target in {id(item): item for item in (*self.row, self.target())}.values():
            _keep(target, field, said)
        self.row = []


def _keep(target: "Reading", field: str, new: Found) -> None:
    """Keep one more text: of several texts all, of several diagnostics the first unless a later one completes it."""
    known = target.get(field)
    if known is None or (field == "diagnostic" and _completes(new.value, known.value)):
        target[field] = new
    elif field == "text" and len(known.value) < MAX_TEXT:
        value = f"{known.value} {new.value}"
        target["text"] = Found(value, "notice", known.start, new.end, new.part, known.rule)


def _completes(value: str, known: str) -> bool:
    """Tell whether what is said again begins with the reply code that it had lost before."""
    says_more = value[:1] in "45" and value[:3].isdigit() and value[5:9] != ".0.0"
    return says_more and not known[:3].isdigit() and value.endswith(known.rstrip(")"))
