"""Message: one message with its parts sorted by what they are, each read at most once and only when asked for.

It decides which reader sees which bytes, and so where the trust ends: addresses of recipients come from the outermost report
alone, never from the returned message, a preamble, an epilogue, or a report that somebody attached to a mail of their own.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from dsnparse.judge.kind import Signs
from dsnparse.late import late, lazy
from dsnparse.limits import Limits
from dsnparse.parts import JSON, NOTICE_SAMPLE, Parts
from dsnparse.readers.disposition import read_disposition
from dsnparse.readers.envelope import WANTED, Marks, read_top
from dsnparse.readers.feedback import read_feedback
from dsnparse.readers.notice import read_notice
from dsnparse.readers.notification import read_notification
from dsnparse.readers.people import without_sender
from dsnparse.readers.readings import FAILED, NoticeReading, StatusReading
from dsnparse.readers.returned import WHOLE, Returned
from dsnparse.readers.status import read_status
from dsnparse.readers.told import Told
from dsnparse.readers.transcript import Transcript, read_transcript
from dsnparse.report import Defect, Disposition, Feedback, Found, Kind, Original
from dsnparse.rules.catalogue import Catalogue, Compiled, catalogue
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import Part, Tree, View, lone, walk
from dsnparse.wire.undeclared import single_spaced

WORDS_SAMPLE: Final = 4_000

# Mail spools and careless tools put lines in front of the header: a From_ line, blank lines, a byte order mark.
LEADING: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:>?From [^\n]{0,1000}\n[\r\n]*){0,3}")
# Where the header of a message begins that is quoted below a line which announces it.
FIRST_FIELD: Final = late(
    rb"\n[ \t]*(?=(?i:received|return-path|from|to|date|message-id|subject|x-[a-z0-9-]{1,60}|dkim-signature|mime-version):)"
)
NOTHING: Final = Original()
OBJECT: Final = re.compile(rb"\s{0,100}\{\s{0,100}[\"}]")
STATUS_FIELD: Final = re.compile(rb"\n(?i:(?:final|original)-recipient)[ \t]*:")


def open_message(data: bytes, limits: Limits, rules: Catalogue | None = None) -> "Message":
    """Find the parts of a message, to be read by `rules` or else by ours."""
    kept = data
    if len(data) > limits.max_message_bytes:
        kept = data[: limits.max_message_bytes]
    if b"\n" not in kept and b"\r" in kept:
        kept = kept.replace(b"\r", b"\n")  # lone CR ends a line only where there is no LF at all
    leading = LEADING.match(kept)
    start = leading.end() if leading else 0
    # An event as a webhook gets it has no header around it: no field begins so.
    if OBJECT.match(kept, start):
        tree = lone(kept, limits, JSON, start)
    else:
        kept = single_spaced(kept, start, len(kept), fields=True) or kept
        tree = walk(kept, limits, WANTED, start)
        if mended := single_spaced(kept, tree.parts[0].body, len(kept), fields=False):
            tree = walk(mended, limits, WANTED, start)
    if kept is not data and len(kept) < len(data):
        tree.limit("max_message_bytes", limits.max_message_bytes, len(data))
    message = Message(tree, rules or catalogue())
    return message.unwrapped() or message


class Message:
    """The parts of one message and what each of them says."""

    def __init__(self, tree: Tree, known: Catalogue) -> None:
        self.tree = tree
        self.catalogue = known
        self.limits = tree.limits
        self.parts = Parts(tree)
        self.top = read_top(tree)

    def unwrapped(self) -> "Message | None":
        """Return the report inside, where a gateway sent a report on as the one attachment of a message without words.

        Somebody who asks about a bounce writes something; a gateway keeps the mail system's name and adds nothing.
        """
        part = self.parts.returned
        if self.parts.texts or self.parts.status or not part:
            return None
        if not self.catalogue.senders.search(self.top.get("from_", "")):
            return None
        inner = Message(walk(self.tree.data, self.limits, WANTED, part.body, part.end), self.catalogue)
        is_report = inner.parts.is_report or self.catalogue.senders.search(inner.top.get("from_", ""))
        return inner if is_report else None

    @lazy
    def disposition(self) -> Disposition | None:
        """What became of the message at its reader's, where it is such a notification."""
        read = (read_disposition(self.tree.view(part), self.tree) for part in self.parts.dispositions)
        return next((disposition for disposition in read if disposition), None)

    @property
    def is_receipt(self) -> bool:
        """Whether it is a disposition notification, by its part or by the type of the report (RFC 8098 section 3)."""
        if self.disposition or self.status_part:
            return self.disposition is not None
        return self.parts.says_receipt

    @property
    def is_whole(self) -> bool:
        """Whether the message comes to its end."""
        return self.parts.is_whole

    @lazy
    def status_part(self) -> Part | None:
        """The delivery-status part; by its fields alone only in a report, or in what a mail system wrote: people attach such files."""
        if self.parts.status or not self.parts.retyped:
            return self.parts.status if self.parts.says_report or not self.signs.sends_on else None
        return self.parts.retyped if self.parts.is_report or self.signs.machine else None

    @property
    def standard(self) -> bool:
        """Whether a delivery-status part was read."""
        return self.status_part is not None and bool(self.status and (self.status.recipients or self.status.message))

    @property
    def title(self) -> str:
        """The subject as its writer worded it."""
        return self.catalogue.margins.untagged(self.top.get("subject", ""))

    @lazy
    def text(self) -> View:
        """The words for people, below what a gateway wrote above them."""
        return self.catalogue.margins.below_warnings(self.parts.text)

    @lazy
    def status(self) -> StatusReading | None:
        """The delivery-status part; or its fields where they stand in the words for people."""
        if part := self.status_part:
            view = self.tree.view(part)
            if mended := single_spaced(view.data, view.start, view.end, fields=True):
                view = replace(view, data=mended)
            reading = read_status(view, self.limits, self.tree)
            if not reading.recipients and not reading.message:
                # No empty line: the fields stand among the part's own header.
                whole = View(self.tree.data, part.start, part.end, 0, view.cut if view.part == 0 else -1)
                reading = read_status(whole, self.limits, self.tree)
            return reading
        if self.notification:
            return self.notification.status
        view = self.text
        if STATUS_FIELD.search(view.data, view.start, view.end) and self.signs.machine:
            return read_status(
                View(view.data, view.start, self.notice.ends, view.part, view.cut), self.limits, self.tree
            )
        return None

    @lazy
    def notification(self) -> Told | None:
        """A notification in JSON in the place of words for people."""
        if self.parts.status or not OBJECT.match(self.text.data, self.text.start, self.text.end):
            return None
        if told := read_notification(self.text, self.limits, self.tree):
            return told
        from dsnparse.readers.webhooks import read_webhook  # noqa: PLC0415 - 2 ms that mail does without

        return read_webhook(self.text)

    @property
    def writer(self) -> Compiled | None:
        """The vendor that wrote the report."""
        return self.recognised[0]

    @lazy
    def letter(self) -> Kind | None:
        """What the header alone says the message is where no vendor signed a notice: such as the letter of a list server."""
        writer, signed = self.recognised
        if signed:
            return None
        return self.catalogue.kind_by_header(self.parts.header) or (writer and writer.vendor.kind) or None

    @lazy
    def other_kind(self) -> Kind | None:
        """Which kind of other mail the header, subject and first words tell."""
        return self.letter or self.catalogue.kind_by_words(self.parts.header, self.title, self.first_words)

    @lazy
    def recognised(self) -> tuple[Compiled | None, bool]:
        """The vendor that wrote the message, and whether its words are those of one of its notices."""
        if (event := self.notification) and event.vendor:
            return self.catalogue.vendors.get(event.vendor), True
        view = self.text
        sample = view.data[view.start : min(view.end, view.start + NOTICE_SAMPLE)]
        return self.catalogue.recognise(self.parts.header, sample)

    @lazy
    def notice(self) -> NoticeReading:
        """The words for people, read by the writer's line table, else by the one for anybody's."""
        tables = [vendor.table for vendor in (self.writer, self.catalogue.any) if vendor and vendor.table]
        reading = NoticeReading(self.text)
        for table in tables:
            before, reading = reading, read_notice(self.text, table, self.catalogue.margins, self.tree)
            if reading.recipients:
                break
            if before.tells and not reading.tells:
                reading = before  # nobody is named, but its writer's words say what became of the mail
        if len(reading.recipients) > 1 or any({"candidate", "alias"} & item.keys() for item in reading.recipients):
            reading.recipients, sender = without_sender(reading.recipients, self.marks.written_to)
            for said in [item["diagnostic"] for item in sender if "diagnostic" in item]:
                if FAILED.match(str(said.value)):  # a reply that refuses the sender speaks of all
                    reading.shared.setdefault("diagnostic", said)
        return reading

    @lazy
    def transcript(self) -> Transcript:
        """The SMTP dialogue quoted in the words for people."""
        return read_transcript(self.text, self.notice.ends, self.tree)

    @lazy
    def complaint(self) -> tuple[Feedback, list[Found]] | None:
        """The complaint that the message is, and of whom: in a part of its own (RFC 5965), or in a notification."""
        if part := self.parts.complaint:
            return read_feedback(self.tree.view(part), self.tree)
        return self.notification.complaint if self.notification else None

    @property
    def forwarded_complaint(self) -> Found | None:
        """Who complained, where the provider sends the message itself, with or without words, and no feedback part."""
        if self.status_part or not self.parts.returned:
            return None
        return self.returned.complainant() if self.returned else None

    @lazy
    def returned(self) -> Returned | None:
        """The returned message: a part of its own, or what follows the notice in the same text."""
        if self.parts.returned:
            return Returned(self.tree.view(self.parts.returned), self.tree, whole=self.parts.returned.media in WHOLE)
        view = self.text
        if self.status_part or not FIRST_FIELD.search(view.data, view.start, view.end) or self.notice.ends >= view.end:
            return None
        for behind in (max(view.start, self.notice.ends - 1), self.notice.ends):  # a field may be what ends the notice
            header = FIRST_FIELD.search(view.data, behind, min(view.end, behind + NOTICE_SAMPLE))
            if header is None:
                break
            copy = Returned(View(view.data, header.end(), view.end, view.part, view.cut), self.tree, whole=True)
            if copy.likely:
                return copy
        return None

    @property
    def original(self) -> Original:
        """What the report tells of the message it speaks of."""
        if self.returned:
            return self.returned.original()
        if self.status and (told := self.status.message.get("original_message_id")):
            return Original(message_id=str(told.value).strip("<>"))
        return self.notification.original if self.notification else NOTHING

    @lazy
    def words(self) -> Found | None:
        """All the words for people, for when nothing in them is a diagnostic; an event in JSON has none."""
        return None if self.notification else self.notice.text()

    @lazy
    def first_words(self) -> str:
        """The words for people as they stand, where they are no notice."""
        view = self.text
        return clean(text_of(view.data[view.start : min(view.end, view.start + WORDS_SAMPLE)]), WORDS_SAMPLE)

    def odd_values(self) -> Iterator[Defect]:
        """Yield a defect for each odd value of what was read so far: an address cut off or unreadable, a text too long."""
        status: StatusReading | None = self.__dict__.get("status")
        notice: NoticeReading | None = self.__dict__.get("notice")
        for reading in (*(status.recipients if status else ()), *((notice.shared,) if notice else ())):
            if item := reading.get("cut"):
                yield Defect("cut", item.start, item.end, item.value)
            if item := reading.get("unread"):
                yield Defect("address", item.start, item.end, item.value)
            if item := reading.get("truncated"):
                yield Defect(f"truncated:{item.value}", item.start, item.end)

    @lazy
    def signs(self) -> Signs:
        """Who wrote the message, by its header and its style."""
        return Signs(
            self.top.get("from_", ""),
            self.title,
            self.marks,
            self.catalogue,
            signed=self.recognised[1],
            says_report=self.parts.says_report,
            has_status=self.parts.status is not None,
            is_at_top=self._is_at_top,
            is_sent_back=self._is_sent_back,
        )

    def _is_at_top(self) -> bool:
        """Tell whether the words begin as the writer's notices do: people quote them further down."""
        words = self.text.data[self.text.start : min(self.text.end, self.text.start + NOTICE_SAMPLE)]
        return self.writer is not None and self.writer.signs_at_top(words)

    def _is_sent_back(self) -> bool | None:
        """Tell whether what comes back was written by whom this message is for; None where nobody's mail comes back."""
        author = self.returned.author if self.returned else ""
        return author == self.marks.written_to if author else None

    @lazy
    def marks(self) -> Marks:
        """The fields by which automatic mail is told."""
        return Marks(self.tree)
