"""The returned message or its header: message/rfc822, text/rfc822-headers and their global twins (RFC 6522, RFC 6533).

Only its header is read. Nothing in it is ever a report of ours: whoever wrote the returned message chose its words.
"""

import re
from typing import Final

from dsnparse.limits import Limits
from dsnparse.readers.fields import found, line_value
from dsnparse.report import Extent, Found, Original, Reading
from dsnparse.wire.address import read_address
from dsnparse.wire.entity import View
from dsnparse.wire.header import Wanted, all_fields, end_of_header

RETURNED: Final = Wanted("message-id", "from", "to", "subject", "date", "return-path", "list-id", "feedback-id", "received", "cc", "x-original-to", "delivered-to")
FIELDS: Final = {
    "message-id": "message_id",
    "from": "from_",
    "to": "to",
    "subject": "subject",
    "date": "date",
    "return-path": "return_path",
    "list-id": "list_id",
    "feedback-id": "feedback_id",
}
HEADERS_ONLY: Final = frozenset((b"text/rfc822-headers", b"message/global-headers", b"text/rfc822-header"))
WHOLE: Final = frozenset((b"message/rfc822", b"message/global"))
# RFC 5321 section 4.4:  For = CFWS "FOR" FWS ( Path / Mailbox )
FOR: Final = re.compile(rb"(?i)\sfor[ \t\r\n]+<?([^\s<>;]{1,320})>?[ \t\r\n]*(?:;|\(|\Z)")


class Returned:
    """The returned header: its span, and where each wanted field stands."""

    __slots__ = ("end", "fields", "start", "view", "whole")

    def __init__(self, view: View, *, whole: bool) -> None:
        self.view = view
        self.start, _ = _skip_blank(view), None
        self.end, body = end_of_header(view.data, self.start, view.end)
        self.fields = RETURNED.find(view.data, self.start, self.end)
        self.whole = whole and bool(view.data[body : min(view.end, body + 200)].strip())

    @property
    def extent(self) -> Extent:
        """How much of the message came back."""
        if not self.fields:
            return "none"
        return "full" if self.whole else "headers"

    def original(self, limits: Limits) -> tuple[Original, Reading]:
        """Return what it tells of the message, and where each value stands."""
        reading: Reading = {}
        for name, key in FIELDS.items():
            if (span := self.fields.get(name)) and (value := line_value(self.view, *span)):
                reading[key] = found(self.view, value.strip("<>") if key == "return_path" else value, *span, "returned")
        headers = all_fields(self.view.data, self.start, self.end, limits.max_header_fields)
        values = {key: item.value for key, item in reading.items()}
        return Original(headers=headers, extent=self.extent, **values), reading

    def recipient(self) -> Found | None:
        """Return the one address the message was for, by its Received line or its To field; None where there may be several."""
        data = self.view.data
        if (span := self.fields.get("received")) and (match := FOR.search(data, *span)):
            address = read_address(match[1])
            if address and match.end(1) < self.view.end:
                return found(self.view, address, *match.span(1), "returned")
        if (span := self.fields.get("to")) and span[1] < self.view.end and data.count(b"@", *span) == 1:
            address = read_address(data[span[0] : min(span[1], span[0] + 1000)])
            if address and "@" in address:
                return found(self.view, address, *span, "returned")
        return None


def _skip_blank(view: View) -> int:
    """Return where the first line that says anything begins: a blank line before the header would hide it."""
    at = view.start
    while at < view.end and view.data[at] in b"\r\n":
        at += 1
    return at
