"""The parts of one message, sorted by what they are: words for people, the report, the returned message, a complaint, a receipt."""

import re
from typing import Final

from dsnparse.late import late, lazy
from dsnparse.readers.returned import HEADERS_ONLY, WHOLE
from dsnparse.wire.entity import Part, Tree, View

JSON: Final = b"application/json"
TEXTS: Final = frozenset((b"text/plain", b"text/html", b"text", JSON))
STATUS: Final = frozenset((b"message/delivery-status", b"message/global-delivery-status"))
FEEDBACK: Final = b"message/feedback-report"
DISPOSITION: Final = frozenset((b"message/disposition-notification", b"message/global-disposition-notification"))
REPORT: Final = b"multipart/report"
HEADER_SAMPLE: Final = 16 << 10
NOTICE_SAMPLE: Final = 2 << 10
# What a gateway makes of a delivery-status part whose type it does not know. A part of headers is of the returned message, as ever.
RETYPED: Final = frozenset((b"text/plain", b"text", b"application/octet-stream", b"application/text"))
RETYPED_BYTES: Final = 256 << 10
# RFC 3464 sections 2.2 and 2.3: it begins with a field, and each recipient has at least these.
FIRST_FIELD: Final = late(
    rb"(?i)\s{0,100}(?:reporting-mta|original-envelope-id|dsn-gateway|received-from-mta|arrival-date|(?:original|final)-recipient)[ \t]{0,20}:"
)
RECIPIENT: Final = late(rb"(?im)^(?:final|original)-recipient[ \t]{0,20}:")
FATE: Final = late(rb"(?im)^(?:action|status)[ \t]{0,20}:")
OF_TYPE: Final = rb"(?i)[ \t\r\n]*multipart/report\b.{0,1000}\breport-type\s{0,9}=\s{0,9}\"?%s\b"
RECEIPT: Final = late(OF_TYPE % b"disposition-notification", re.DOTALL)
COMPLAINT: Final = late(OF_TYPE % b"feedback-report", re.DOTALL)
# RFC 5965 section 3.1: these are in each.
ABOUT_COMPLAINT: Final = late(rb"(?i)\s{0,100}(?:feedback-type|user-agent|version)[ \t]{0,20}:")


class Parts:
    """Which part is what; of several of a kind the first counts."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.texts: list[Part] = []
        self.status: Part | None = None
        self.returned: Part | None = None
        self.feedback: Part | None = None
        self.dispositions: list[Part] = []
        for part in tree.parts:
            self._sort(part)

    def _sort(self, part: Part) -> None:
        media = part.media
        if media in TEXTS:
            if self.status is None and self.returned is None:  # what stands below them is not the writer's
                self.texts.append(part)
        elif media in STATUS:
            self.status = self.status or part
        elif media in WHOLE or media in HEADERS_ONLY:
            self.returned = self.returned or part
        elif media == FEEDBACK:
            self.feedback = self.feedback or part
        elif media in DISPOSITION:
            self.dispositions.append(part)

    @lazy
    def text(self) -> View:
        """The words for people: the first text part that says anything, plain before HTML.

        Not so where the plain text is no other version of the HTML, but a footer that a mailing list put below it.
        """
        ordered = self.texts
        if len(ordered) > 1 and (ordered[0].media != b"text/html" or self._has_versions()):
            ordered = sorted(ordered, key=lambda part: part.media == b"text/html")
        for part in ordered:
            view = self.tree.view(part)
            if view.data[view.start : min(view.end, view.start + NOTICE_SAMPLE)].strip():
                return view
        return View(b"", 0, 0)

    def _has_versions(self) -> bool:
        """Tell whether a text stands in several versions for the reader to choose from (RFC 2046 section 5.1.4)."""
        parents = {self.tree.parts[part.parent].media for part in self.texts if part.parent >= 0}
        return b"multipart/alternative" in parents

    @lazy
    def retyped(self) -> Part | None:
        """The part that has the fields of a delivery-status part without being called one."""
        for part in self.tree.parts[1:]:
            if part.media in RETYPED and part.end - part.body <= RETYPED_BYTES:
                view = self.tree.view(part)
                span = view.data, view.start, view.end
                if FIRST_FIELD.match(*span) and RECIPIENT.search(*span) and FATE.search(*span):
                    return part
        return None

    @lazy
    def complaint(self) -> Part | None:
        """The feedback part; of a message that calls itself such a report (RFC 5965 section 2), whatever a gateway calls the part."""
        if self.feedback or not COMPLAINT.match(self.tree.data, *self._type):
            return self.feedback
        for part in self.tree.parts[1:]:
            if part.media in RETYPED and part.end - part.body <= RETYPED_BYTES:
                view = self.tree.view(part)
                if ABOUT_COMPLAINT.match(view.data, view.start, view.end):
                    return part
        return None

    @property
    def header(self) -> bytes:
        """The beginning of the header."""
        top = self.tree.parts[0]
        return self.tree.data[top.start : min(top.body, top.start + HEADER_SAMPLE)]

    @property
    def is_whole(self) -> bool:
        """Whether the message comes to its end: the last value of one that was cut off may be half a value."""
        return self.text.cut < 0 and all(part.closed for part in self.tree.parts[1:])

    @property
    def is_report(self) -> bool:
        """Whether there is a delivery-status part, or the message calls itself a report."""
        return self.status is not None or self.says_report

    @property
    def says_report(self) -> bool:
        """Whether the message calls itself a report (RFC 6522)."""
        return self.tree.parts[0].media == REPORT

    @property
    def says_receipt(self) -> bool:
        """Whether the type of the report is that of a disposition notification (RFC 8098 section 3)."""
        return bool(RECEIPT.match(self.tree.data, *self._type))

    @property
    def _type(self) -> tuple[int, int]:
        return self.tree.parts[0].fields.get(b"content-type", (0, 0))
