"""A notice as a person takes it apart: its words, the fields of its status part, and the message it returns.

A small reader for the truths alone, on purpose without any knowledge of dsnparse: it cuts at the boundaries that the
message declares, stops at the returned message, and otherwise looks for plain strings.
"""

import base64
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .spelling import squeeze

Fields = dict[str, str]

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
RETURNED_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
# The lines after which a notice without MIME parts shows the message it is about.
RETURNED_LINES = (
    "--- Below this line is a copy of the message.",
    "--- Enclosed is a copy of the message.",
    "Message headers follow.",
    "Original message follows.",
    "----- Original message -----",
    "   ----- Original message follows -----",
    "   ----- Message header follows -----",
)
BOUNDARY = re.compile(r'boundary="?([^"\s;]+)"?', re.IGNORECASE)
FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)


@dataclass(frozen=True)
class Notice:
    """The parts of a notice; `groups` are the recipients' fields of the status part, names in lower case."""

    header: Fields
    text: str
    message_fields: Fields
    groups: tuple[Fields, ...]
    returned_type: str
    returned: str

    @property
    def subject(self) -> str:
        """Return the subject as written."""
        return self.header.get("subject", "")

    @property
    def returned_fields(self) -> Fields:
        """Return the header of the returned message."""
        return _fields(self.returned.lstrip("\n").partition("\n\n")[0])

    @property
    def words(self) -> str:
        """Return text and status part with every run of white space as one space."""
        groups = " ".join(f"{name}: {value}" for group in self.groups for name, value in group.items())
        return squeeze(f"{self.text} {groups}")


def read(raw: bytes) -> Notice:
    """Take a captured message apart."""
    header, _, body = raw.decode("utf-8", "replace").replace("\r\n", "\n").partition("\n\n")
    fields = _fields(header)
    text, status, returned_type, returned = "", "", "", ""
    for part_fields, part in _parts(fields, body):
        kind = media_type(part_fields)
        if kind in RETURNED_TYPES:
            returned_type, returned = kind, part
            break
        if kind in STATUS_TYPES:
            status += f"{part.strip()}\n\n"
        elif kind.startswith("text/"):
            text += part
    if not returned:
        text, returned = _cut(text)
    groups = [group for group in (_fields(block) for block in re.split(r"\n[ \t]*\n", status)) if group]
    people = [group for group in groups if "final-recipient" in group or "original-recipient" in group]
    others = [group for group in groups if group not in people]
    return Notice(
        fields, text + _unread(status, people), others[0] if others else {}, tuple(people), returned_type, returned
    )


def media_type(fields: Fields) -> str:
    """Return the media type of a part, in lower case; without the field it is text."""
    return fields.get("content-type", "text/plain").split(";")[0].strip().lower()


def _unread(status: str, people: list[Fields]) -> str:
    """Return a status part that has no field for a recipient, to be read as text."""
    return f"\n{status}" if status and not people else ""


def _fields(block: str) -> Fields:
    found: Fields = {}
    for name, value in FIELD.findall(block):
        found.setdefault(name.lower(), squeeze(value))
    return found


def _parts(fields: Fields, body: str) -> Iterator[tuple[Fields, str]]:
    """Yield the leaves in order; whatever is behind the first returned message belongs to it."""
    boundary = BOUNDARY.search(fields.get("content-type", ""))
    if not media_type(fields).startswith("multipart/") or boundary is None:
        yield fields, _decoded(fields, body)
        return
    pieces = re.split(rf"(?m)^--{re.escape(boundary[1])}(?:--)?[ \t]*\n?", body)
    for piece in pieces[1:]:
        header, _, inside = ("", "", piece[1:]) if piece.startswith("\n") else piece.partition("\n\n")
        yield from _parts(_fields(header), inside)


def _decoded(fields: Fields, body: str) -> str:
    encoding = fields.get("content-transfer-encoding", "").lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(body.encode()).decode("utf-8", "replace")
    if encoding == "base64":
        return base64.b64decode(body).decode("utf-8", "replace")
    return body


def _cut(text: str) -> tuple[str, str]:
    for line in RETURNED_LINES:
        before, found, after = text.partition(f"\n{line}\n")
        if found:
            return before, after
    return text, ""
