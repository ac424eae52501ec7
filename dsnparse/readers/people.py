"""People: those whom a notice names, one after the other, and what it says of each, of several at once, or of nobody yet."""

from dsnparse.readers.readings import MAX_TEXT, NoticeReading
from dsnparse.report import Found, Reading


class People:
    """Those whom a notice has named so far, and of whom it speaks now: of one, of several on one line, or of nobody yet."""

    __slots__ = ("current", "heading", "known", "reading", "row")

    def __init__(self, reading: NoticeReading) -> None:
        self.reading = reading
        self.heading: tuple[int, int] | None = None
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
            self.reading.above[id(known)] = self.heading
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

    def target(self) -> Reading:
        """Return where goes what is said now."""
        return self.reading.shared if self.current is None else self.current

    def hear(self, field: str, said: Found) -> None:
        """Keep what a paragraph says of whom the notice speaks now: of several on one line it is said once for all of them."""
        for target in {id(item): item for item in (*self.row, self.target())}.values():
            _keep(target, field, said)
        self.row = []


def _keep(target: Reading, field: str, new: Found) -> None:
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
