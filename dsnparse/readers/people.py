"""People: those whom a notice names, one after the other, and what it says of each, of several at once, or of nobody yet."""

from typing import Final

from dsnparse.readers.readings import FAILED, MAX_TEXT, NoticeReading
from dsnparse.report import Found, Reading
from dsnparse.wire.lines import Headings

ADDRESS_ALONE: Final = {"address"}
COLONS: Final = (":", "：")  # noqa: RUF001 - the colon of East Asia
SENTENCE_ENDS: Final = (".", "。", *COLONS)


class Row:
    """Several who are named in one breath, and what is said of all of them."""

    __slots__ = ("members", "said")

    def __init__(self, first: Reading) -> None:
        self.members = [first]
        self.said: Reading = {}


class People:
    """Those whom a notice has named so far, and of whom it speaks now: of one, of several in a row, or of nobody yet."""

    __slots__ = ("current", "headings", "known", "reading", "row", "rows")

    def __init__(self, reading: NoticeReading) -> None:
        self.reading = reading
        self.headings = Headings()
        self.known: dict[str, Reading] = {}
        self.current: Reading | None = None
        self.row: Row | None = None
        self.rows: list[Row] = []

    def open(self, field: str, address: Found) -> None:
        """Begin a recipient, or return to one that was named before."""
        name = address.value.lower()
        known = self.known.get(name)
        if known is None:
            known = self.known[name] = {}
            self.reading.recipients.append(known)
            self.reading.above[id(known)] = self.headings.span
        known.setdefault(field, address)
        self.current, self.row = known, None

    def join(self, field: str, address: Found) -> None:
        """Begin one who is named in one breath with the current: what is said next is said of both."""
        row, before = self._begun_row(), self.current
        if row and field == "address" and before is not None and "address" not in before:
            for item in row.members:  # they are of one kind, and this one is no mere candidate
                if candidate := item.get("candidate"):
                    item.setdefault("address", candidate)
        self.open(field, address)
        if row and self.current is not None:
            row.members.append(self.current)
        self.row = row

    def go_on(self, field: str, address: Found) -> None:
        """Begin one who is named in the next line of a sentence: what it said before, it said of both."""
        current, row = self.current, self._begun_row()
        if row and current and len(row.members) == 1 and "text" in current:
            row.said["text"] = current.pop("text")
        self.join(field, address)

    def _begun_row(self) -> Row | None:
        """Return the row in which the current stands, or begins; None where nobody is named."""
        if self.row is None and self.current is not None:
            self.row = Row(self.current)
            self.rows.append(self.row)
        return self.row

    def settle(self) -> None:
        """Give everybody in a row what was said of all of them."""
        for row in self.rows:
            for item in row.members:
                for field, said in row.said.items():
                    if field == "diagnostic":
                        _keep(item, field, said)
                    else:
                        item.setdefault(field, said)

    def hide(self, place: Found) -> None:
        """Begin somebody whose address is kept back."""
        self.current, self.row = {"hidden": place}, None
        self.reading.recipients.append(self.current)

    def is_current(self, address: str) -> bool:
        """Tell whether the notice speaks of this address now."""
        current = self.current or {}
        return "address" in current and current["address"].value.lower() == address.lower()

    def awaits_diagnostic(self) -> bool:
        """Tell whether it is sure of somebody that mail did not reach him, but not yet why."""
        return self.current is not None and "address" in self.current and not self._has_diagnostic()

    def has_listed(self, address: str) -> bool:
        """Tell whether an address stands above in a list of mere addresses: replies below it name each their own."""
        return address.lower() in self.known and self.current is not None and self.current.keys() == ADDRESS_ALONE

    def is_new(self) -> bool:
        """Tell whether somebody is named of whom nothing was said yet."""
        return self.current is not None and "hidden" not in self.current and not self._has_diagnostic()

    def _has_diagnostic(self) -> bool:
        return "diagnostic" in self.target() or "diagnostic" in (self.current or ())

    def target(self) -> Reading:
        """Return where goes what is said now."""
        if self.row:
            return self.row.said
        return self.reading.shared if self.current is None else self.current

    def hear(self, field: str, said: Found) -> None:
        """Keep what a paragraph says of whom the notice speaks now."""
        _keep(self.target(), field, said)


def _keep(target: Reading, field: str, new: Found) -> None:
    """Keep one more text: of several texts all, of several diagnostics the first unless a later one completes it."""
    known = target.get(field)
    if known is None or (field == "diagnostic" and _completes(new.value, known.value)):
        target[field] = new
    elif field == "text" and len(known.value) < MAX_TEXT:
        value = f"{known.value} {new.value}"
        target["text"] = Found(value, "notice", known.start, new.end, new.part, known.rule)


def _completes(value: str, known: str) -> bool:
    """Tell whether what is said now is a reply whose beginning was lost before, or which a sentence announced."""
    if not (value[:1] in "45" and value[:3].isdigit()) or value[5:9] == ".0.0" or known[:3].isdigit():
        return False
    return value.endswith(known.rstrip(")")) or not FAILED.search(known)


def has_own_words(item: Reading) -> bool:
    """Tell whether below an address, without a reply, stands what is said of it alone, and no heading of what follows."""
    if "text" not in item or "address" not in item or item["text"].start < item["address"].end:
        return False
    return not str(item["text"].value).endswith(COLONS)


def without_sender(readings: list[Reading], sender: str) -> tuple[list[Reading], list[Reading]]:
    """Part the readings from that of whoever gets this very notice: of him one says that he wrote, or that his address was refused.

    Where he alone is named outright it is he who failed: such notices go to people who look after somebody's mail. He is no other
    name of anybody's: `sender@example.com -> user@example.com` tells the way that mail took.
    """
    for item in readings:
        if "alias" in item and item["alias"].value.lower() == sender:
            del item["alias"]
    names = [item["address"].value.lower() if "address" in item else sender for item in readings]
    others = any(name != sender for name in names)
    kept: list[Reading] = []
    dropped: list[Reading] = []
    for item, name in zip(readings, names, strict=True):
        is_other = name != sender or not (others or item.get("address") is item.get("candidate"))
        (kept if is_other else dropped).append(item)
    return kept, dropped
