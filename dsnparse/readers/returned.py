"""The returned message or its header: message/rfc822, text/rfc822-headers and their global twins (RFC 6522, RFC 6533).

Only its header is read. Nothing in it is ever a report of ours: whoever wrote the returned message chose its words.
"""

import re
from typing import Final

from dsnparse.limits import LINE
from dsnparse.report import Extent, Found, Original
from dsnparse.wire.address import find_addresses, read_address
from dsnparse.wire.clean import clip
from dsnparse.wire.date import iso_date
from dsnparse.wire.entity import Tree, View
from dsnparse.wire.header import Wanted, all_fields, end_of_header, read_line

COMPLAINANT: Final = Wanted("x-hmxmroriginalrecipient")
FOR_WHOM: Final = Wanted("to", "received", "list-id", "precedence")
OF_A_LIST: Final = frozenset((b"bulk", b"list"))
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
MIN_FIELDS: Final = 2
PLAIN: Final = LINE // 4  # no character of UTF-8 is longer than four bytes: so long a value needs no cutting


class Returned:
    """The returned header, and whether more than the header came back."""

    __slots__ = ("end", "headers", "start", "tree", "view", "whole")

    def __init__(self, view: View, tree: Tree, *, whole: bool) -> None:
        self.view = view
        self.tree = tree
        self.start = _skip_blank(view)
        self.end, body = end_of_header(view.data, self.start, view.end)
        most = tree.limits.max_header_fields
        self.headers = all_fields(view.data, self.start, self.end, most + 1)
        if len(self.headers) > most:
            tree.limit("max_header_fields", self.start, self.end)
            self.headers = self.headers[:most]
        self.whole = whole and bool(view.data[body : min(view.end, body + 200)].strip())

    @property
    def extent(self) -> Extent:
        """How much of the message came back."""
        if not self.headers:
            return "none"
        return "full" if self.whole else "headers"

    @property
    def likely(self) -> bool:
        """Whether this looks like a header at all, where nothing says so but its place."""
        return len({name.lower() for name, _ in self.headers} & FIELDS.keys()) >= MIN_FIELDS

    @property
    def author(self) -> str:
        """The address in its From field, in lower case; empty where there is none."""
        value = next((value for name, value in self.headers if name.lower() == "from"), "")
        return (read_address(value[:LINE].encode("utf-8")) or "").lower()

    def original(self) -> Original:
        """Return what it tells of the message."""
        first = {name.lower(): value for name, value in reversed(self.headers)}
        values: dict[str, str] = {}
        for name, key in FIELDS.items():
            if value := first.get(name):
                values[key] = value if len(value) <= PLAIN and "=?" not in value else self._readable(name, value)
        if "date" in values:
            values["date"] = iso_date(values["date"]) or values["date"]
        if "return_path" in values:
            values["return_path"] = values["return_path"].strip("<>")
        return Original(headers=self.headers, extent=self.extent, **values)

    def _readable(self, name: str, value: str) -> str:
        if "=?" in value:  # 1 of 10
            encoded = value.encode("utf-8")
            value = read_line(encoded, 0, len(encoded))
        readable, cut = clip(value, LINE)
        if cut:
            self.tree.truncated(f"original.{name}", self.start, self.end)
        return readable

    def complainant(self) -> Found | None:
        """Return for whom a provider that sends complaints without a feedback part marked the message (Hotmail's JMRP)."""
        span = COMPLAINANT.find(self.view.data, self.start, self.end).get(b"x-hmxmroriginalrecipient")
        if span is None or self.tree.is_cut(self.view, span[1]):
            return None
        address = read_address(self.view.data[slice(*span)].strip())
        return Found(address, "returned", *span, self.view.part) if address else None

    def recipient(self, list_id: str = "") -> Found | None:
        """Return the one address the message was for, by its Received line or its To field; None where there may be several.

        `list_id` is that of the list whose server wrote the notice (RFC 2919): a post to that list failed, whatever it says of others.
        """
        data = self.view.data
        fields = FOR_WHOM.find(data, self.start, self.end)
        first, last = fields.get(b"to", (0, 0))
        kind = data[slice(*fields.get(b"precedence", (0, 0)))].strip().lower()
        if list_id and (post := self._of_list(list_id, first, last)):
            return post
        listed = b"list-id" in fields or kind in OF_A_LIST  # its To names the list, and mail to that did not fail
        if (span := fields.get(b"received")) and (match := FOR.search(data, *span)):
            address = read_address(match[1])
            if address and match.end(1) < self.view.end and not (listed and match[1] in data[first:last]):
                return Found(address, "returned", *match.span(1), self.view.part)
        if first < last < self.view.end and not listed and data.count(b"@", first, last) == 1:
            address = read_address(data[first : min(last, first + LINE)].strip())
            if address and "@" in address:
                return Found(address, "returned", first, last, self.view.part)
        return None

    def _of_list(self, list_id: str, first: int, last: int) -> Found | None:
        """Return the address of that list where the message was written to it."""
        data = self.view.data
        for start, end in find_addresses(data, first, min(last, first + LINE)):
            if end < self.view.end and (address := read_address(data[start:end])) and _is_of(address, list_id):
                return Found(address, "returned", start, end, self.view.part)
        return None


def _is_of(address: str, list_id: str) -> bool:
    """Tell whether an address is that of a list whose id is made of the same words."""
    return address.lower().replace("@", ".") == list_id.lower()


def _skip_blank(view: View) -> int:
    """Return where the first line that says anything begins: a blank line before the header would hide it."""
    at = view.start
    while at < view.end and view.data[at] in b"\r\n":
        at += 1
    return at
