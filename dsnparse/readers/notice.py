"""The words for people: text/plain and text/html notices, read line by line with a vendor's line table.

A line table knows lines; this reader knows what is true of every notice: an address opens a recipient, what follows speaks of
it, a paragraph goes on until an empty line, and what is said once for all counts for all.
"""

from typing import Final

from dsnparse.limits import DIAGNOSTIC
from dsnparse.readers.causes import share_causes
from dsnparse.readers.fates import arrivals, blamed, tell_apart
from dsnparse.readers.people import People, has_own_words
from dsnparse.readers.readings import ADDRESSES, ROLES, NoticeReading
from dsnparse.report import Found, Reading
from dsnparse.rules.margins import Margins
from dsnparse.rules.table import ENDS, SKIPS, SPARES, LineMatch, LineTable
from dsnparse.wire.address import first_of_row, next_to, read_address
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.copied import Copies, announces_copy
from dsnparse.wire.entity import Tree, View
from dsnparse.wire.lines import (
    AFTER_ADDRESS,
    HEADING,
    ROW,
    RULER,
    goes_on_with_list,
    is_another_reply,
    is_half,
    is_labelled,
)

PARAGRAPHS: Final = frozenset(("diagnostic", "text"))
BLANKS: Final = b" \t\r\v\f"
# What is said of an address on its own line goes on below with more blanks in front than that line has, addresses and all.
NOT_HANGING: Final = 1 << 20
NOWHERE: Final = (1 << 62, 0)
BRACKETS: Final = "()[]<>:;., "


def read_notice(view: View, table: LineTable, margins: Margins, tree: Tree) -> NoticeReading:
    """Read a notice with one line table."""
    reader, limits = _Reader(view, table, margins, tree), tree.limits
    recipients = reader.reading.recipients
    behind = view.start
    for count, line in enumerate(view.lines()):
        text = line.strip(BLANKS)
        at, behind = behind, behind + len(line) + 1
        start = at + line.find(text)
        end = start + len(text)
        if count >= limits.max_notice_lines:
            tree.limit("max_notice_lines", start, view.end)
            break
        if max(len(recipients), len(reader.reached)) >= limits.max_recipients:
            tree.limit("max_recipients", start, view.end)
            break
        if not text:
            reader.gap()
            continue
        if end - start > limits.max_line_bytes:
            tree.limit("max_line_bytes", start, end)
            end = start + limits.max_line_bytes
        if not reader.line(start, end, start - at):
            reader.reading.ends = start
            break
    return reader.finish()


class _Reader:
    """The recipient being read, and the paragraph that is open."""

    def __init__(self, view: View, table: LineTable, margins: Margins, tree: Tree) -> None:
        self.view = view
        self.table = table
        self.margins = margins
        self.tree = tree
        self.reading = NoticeReading(view, table)
        self.reading.begun = table.starts
        self.people = People(self.reading)
        self.reached: dict[str, Reading] = {}
        self.announced = self.listed = False
        self.apart = self.spared = False
        self.hanging = self.labelled = NOT_HANGING
        self.copies = Copies(view.data, view.end)
        self.summed = self.signed = 0
        self.open = ""
        self.pieces: list[tuple[int, int]] = []
        self.rule = ""
        self.blaming = (0, 0)

    def line(self, start: int, end: int, indent: int) -> bool:
        """Read one line that has so many blanks in front; False where the notice ends."""
        reading = self.reading
        if not reading.begun:
            reading.begun = self.announced = self.table.begins(self.view.data, start, end)
            reading.before.append((start, end))
            return True
        match = self._read(start, end)
        if match is ENDS:
            return False
        self._heading(match, start, end)
        if self.spared:
            self._reach(match, start, end)
            return True
        listed = match is not None and "address" in match[1] and goes_on_with_list(self.view.data, start)
        if self.open and indent > self.hanging and not listed:
            self.pieces.append((start, end))
        elif match is SKIPS or match is None:
            self.flush()
        else:
            self._match(*match, indent)
        if match is not SKIPS:
            reading.words.append((start, end))
        return True

    def _read(self, start: int, end: int) -> LineMatch | None:
        """Return what a line says, by where it stands, in a list of names, or by the table."""
        match = self._below(start, end) or self._name(start, end) or self.table.read(self.view.data, start, end)
        return SKIPS if match is ENDS and self._is_title(end) else match

    def _below(self, start: int, end: int) -> LineMatch | None:
        """Return what a line is that stands below whoever is named: a signature and a message as it was sent are somebody else's words.

        A summary of the message is passed over: it names other people, but why mail failed may stand below it. Where it is summaries
        that name those whom mail did not reach, all of them count.
        """
        named = self.reading.recipients
        if self.margins.ends_words(self.view.data, start, self.view.end):
            return ENDS
        if named and self.margins.is_scanners(self.view.data, start, end):
            return SKIPS
        if start >= self.signed:
            self.signed = self.margins.below_sender(self.view.data, start, end, self.view.end, named=bool(named))
        if start < self.signed:
            return SKIPS
        copy = self.copies.at(start)
        if not named:
            self.summed = self.copies.end if copy else self.summed
            return None
        if copy == "sent":
            return ENDS
        return SKIPS if copy and self.reading.starts() >= self.summed else None

    def _is_title(self, end: int) -> bool:
        """Tell whether a line that looks like an end is the title of the notice: the first of all, with no copy of a message below it."""
        reading = self.reading
        if reading.before or reading.words or reading.recipients:
            return False
        return not announces_copy(self.view.data, end, self.view.end)

    def _heading(self, match: LineMatch | None, start: int, end: int) -> None:
        """Take what a line says of all that stands below it."""
        if match is SPARES:
            self.flush()
            self.spared = True
        elif match is SKIPS or (self.spared and self._refuses(start, end)):
            self.spared = False
        elif self.table.announces(self.view.data, start, end):
            self.announced = True
        self.people.headings.line(self.view.data, start, end, named=match is not None and "address" in match[1])
        if RULER.fullmatch(self.view.data, start, end):
            self.apart = bool(self.reading.recipients)

    def _refuses(self, start: int, end: int) -> bool:
        """Tell whether a line is the heading of those whom mail did not reach, or not yet."""
        if not HEADING.fullmatch(self.view.data, start, end):
            return False
        return self.table.fate(self.view.data[start:end].decode("utf-8", "replace")) in ("failed", "delayed")

    def _reach(self, match: LineMatch | None, start: int, end: int) -> None:
        """Take a line about those whom the mail reached."""
        if match is SPARES:
            self.reading.words.append((start, end))
            return
        for reading in arrivals(self.view, self.table, match, self.tree):
            self.reached.setdefault(reading["address"].value.lower(), reading)

    def _name(self, start: int, end: int) -> LineMatch | None:
        """Return what a line says that stands in a list of names; the first that does not fit ends the list."""
        if not self.announced:
            return None
        match = self.table.name(self.view.data, start, end)
        if match and self.table.read(self.view.data, start, end) is SKIPS:  # the heads of columns
            return SKIPS
        self.announced = match is not None
        self.listed = self.listed or match is not None
        return match

    def gap(self) -> None:
        """Take an empty line: it ends a paragraph, and below it a vendor's list of names may go on."""
        self.flush()
        self.people.headings.gap()
        self.announced = self.announced or (self.listed and not self.table.starts)

    def _match(self, rule: str, spans: dict[str, tuple[int, int]], indent: int) -> None:
        opens = self._address(rule, spans)
        if opens:
            self.apart = False
        elif self.apart and "text" in spans:  # mere words below a ruler, of a scanner or a lawyer
            self.flush()
            return
        if indent == self.labelled and "text" in spans and ROW.match(self.view.data, *spans["text"]):
            self.flush()  # the next row of a table
        for field, (start, end) in spans.items():
            if field in PARAGRAPHS:
                self._paragraph(field, start, end, rule, goes_on=not opens)
                self.labelled = (
                    indent if field == "diagnostic" and is_labelled(self.view.data, start) else self.labelled
                )
            elif field not in ROLES:
                self._field(field, start, end, rule)
        if opens and "diagnostic" in spans and spans["diagnostic"][0] > spans.get("address", NOWHERE)[0]:
            self.hanging = indent

    def _address(self, rule: str, spans: dict[str, tuple[int, int]]) -> bool:
        if "hidden" in spans:  # the address itself is kept back; an alias may follow
            self.flush()
            self.people.hide(Found("", "notice", *spans["hidden"], self.view.part, rule))
            return True
        for field in ADDRESSES & spans.keys():
            start, end = spans[field]
            if _inside(spans, "diagnostic", start) and not self._is_of_another(start, end, *spans["diagnostic"]):
                continue  # an address inside the reply to a recipient that is known already
            start, end = spans[field] = first_of_row(self.view.data, start) or (start, end)
            if self.tree.is_cut(self.view, end) or is_half(self.view.data, start):
                self.reading.shared.setdefault("cut", Found(field, "notice", start, end, self.view.part))
                continue
            if address := read_address(self.view.data[start:end]):
                if self.open and self.people.is_current(address):  # the address again, within what is said of it
                    self.pieces.append((start, end))
                    return False
                self.flush()
                goes_on = self.people.is_new() and goes_on_with_list(self.view.data, start)
                enter = self.people.go_on if goes_on else self.people.open
                enter(field, Found(address, "notice", start, end, self.view.part, rule))
                self._row(field, rule, spans)
                return True
        return False

    def _is_of_another(self, start: int, end: int, said: int, said_end: int) -> bool:
        """Tell whether a reply that names an address is to another recipient than the one who awaits a reply."""
        if not self.people.awaits_diagnostic():
            return True
        address = read_address(self.view.data[start:end])
        if address is None or self.people.is_current(address):
            return False
        return self.people.has_listed(address) or self._is_another_reply(said, said_end)

    def _row(self, field: str, rule: str, spans: dict[str, tuple[int, int]]) -> None:
        """Open those who stand behind an address on one line, parted by signs alone."""
        behind = spans[field][1]
        for start, end in next_to(self.view.data, behind, self.view.end):
            address = read_address(self.view.data[start:end])
            if address is None or self.tree.is_cut(self.view, end):
                break
            if len(self.reading.recipients) >= self.tree.limits.max_recipients:
                self.tree.limit("max_recipients", start, self.view.end)
                break
            self.people.join(field, Found(address, "notice", start, end, self.view.part, rule))
            behind = end
        if self.people.row and "diagnostic" in spans and spans["diagnostic"][0] > spans[field][0]:
            said = AFTER_ADDRESS.match(self.view.data, behind, spans["diagnostic"][1])
            spans["diagnostic"] = (said.end() if said else behind, spans["diagnostic"][1])

    def _field(self, field: str, start: int, end: int, rule: str) -> None:
        value: object = clean(text_of(self.view.data[start:end]))
        if field in ("alias", "original_recipient"):
            if self.tree.is_cut(self.view, end):
                return
            value = read_address(self.view.data[start:end])
        if value:
            self.people.target().setdefault(field, Found(value, "notice", start, end, self.view.part, rule))

    def _paragraph(self, field: str, start: int, end: int, rule: str, *, goes_on: bool) -> None:
        goes_on = goes_on and not self._is_another_reply(start, end)
        if not (goes_on and (self.open == field or (self.open and field == "text"))):
            self.flush()
            self.open, self.rule = field, rule
        self.pieces.append((start, end))

    def _is_another_reply(self, start: int, end: int) -> bool:
        return bool(self.pieces) and is_another_reply(self.view.data, self.pieces[-1], start, end)

    def flush(self) -> None:
        """File the open paragraph, which an empty line ends, as one value over all its lines."""
        if not self.pieces:
            return
        start, end = self.pieces[0][0], self.pieces[-1][1]
        said = b"\n".join([self.view.data[first:last] for first, last in self.pieces])
        if len(said) > DIAGNOSTIC:
            said = said[:DIAGNOSTIC]
            self.tree.truncated("diagnostic", start, end)
        elif self.open == "diagnostic" and not self.reading.recipients and b"@" in said and not any(self.blaming):
            self.blaming = (start, end)
        value = clean(text_of(said), DIAGNOSTIC)
        if value.strip(BRACKETS):  # not `(reason: )`
            self.people.hear(self.open, Found(value, "notice", start, end, self.view.part, self.rule))
        self.pieces, self.open = [], ""
        self.hanging = self.labelled = NOT_HANGING

    def finish(self) -> NoticeReading:
        """Close the last paragraph and share what was said once for all."""
        self.flush()
        self.people.settle()
        reading = self.reading
        if self.reached and not reading.recipients and reading.delivers:
            reading.recipients = list(self.reached.values())
        reading.promote()
        if not reading.recipients:
            reading.recipients.extend(blamed(self.view, self.table, self.blaming, self.tree))
        share_causes(reading)
        tell_apart(reading, self.table)
        told = [item["diagnostic"] for item in reading.recipients if "diagnostic" in item]
        if (
            len(told) == 1
            and len(reading.recipients) > 1
            and not (reading.mixed or any(map(has_own_words, reading.recipients)))
        ):
            reading.shared.setdefault("diagnostic", told[0])
        return reading


def _inside(spans: dict[str, tuple[int, int]], field: str, at: int) -> bool:
    return field in spans and spans[field][0] <= at < spans[field][1]
