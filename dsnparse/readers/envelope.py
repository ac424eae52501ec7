"""The report's own header: who wrote it, to whom, when, and the marks of automatic mail (RFC 3834)."""

import re
from itertools import islice
from typing import Final

from dsnparse.limits import LINE
from dsnparse.report import Found
from dsnparse.wire.address import find_addresses, read_address
from dsnparse.wire.entity import Tree, View
from dsnparse.wire.header import Wanted, read_line

# What every message is asked for.
WANTED: Final = Wanted("content-type", "content-transfer-encoding", "from", "subject", "date", "message-id")
# What only a message without a delivery-status part is asked for: who wrote it, and whether it was a person.
MARKS: Final = Wanted(
    "to",
    "subject",
    "return-path",
    "auto-submitted",
    "x-failed-recipients",
    "precedence",
    "in-reply-to",
    "list-id",
    "x-autoreply",
    "x-autorespond",
    "x-auto-response-suppress",
    "x-beenthere",
    "list-post",
    "list-unsubscribe-post",
)
FEW: Final = 100  # addresses of one message for which flanker is asked: it takes 0.3 ms each
TOP: Final = ((b"from", "from_"), (b"subject", "subject"), (b"date", "date"), (b"message-id", "message_id"))
RETURN_PATH: Final = re.compile(rb"[ \t\r\n]*<?([^<>\s]*)>?")


def read_top(tree: Tree) -> dict[str, str]:
    """Return From (as `from_`), Subject, Date and Message-ID of the message."""
    values = {}
    fields = tree.parts[0].fields
    for name, key in TOP:
        if span := fields.get(name):
            values[key] = read_line(tree.data, *span)
            if span[1] - span[0] > LINE:
                tree.truncated(key.rstrip("_"), *span)
                if tree.data.count(b"=?", *span) > tree.limits.max_encoded_words:
                    tree.limit("max_encoded_words", *span)
    return values


class Marks:
    """The fields by which automatic mail is told from a person's (RFC 3834), and what they say."""

    def __init__(self, tree: Tree) -> None:
        top = tree.parts[0]
        self.tree = tree
        self.data = tree.data
        self.fields = MARKS.find(tree.data, top.start, top.body)

    def text(self, name: bytes) -> str:
        """Return the value of a field as one clean line, empty where it is missing."""
        span = self.fields.get(name)
        return read_line(self.data, *span) if span else ""

    @property
    def return_path(self) -> str | None:
        """The envelope sender as the last server noted it: empty for a bounce, None where nobody noted it."""
        span = self.fields.get(b"return-path")
        match = RETURN_PATH.match(self.data, *span) if span else None
        return match[1].decode("utf-8", "replace") if match else None

    @property
    def written_to(self) -> str:
        """The address in the To field, in lower case: a report goes to whoever sent the mail."""
        start, end = self.fields.get(b"to", (0, 0))
        return (read_address(self.data[start : min(end, start + LINE)].strip()) or "").lower()

    @property
    def list_id(self) -> str:
        """The id of the mailing list the message came from (RFC 2919), empty where there is none."""
        value = self.text(b"list-id")
        return value[value.rfind("<") + 1 :].rstrip("> ")

    def list_address(self) -> list[Found]:
        """Return the address of the mailing list whose server wrote the message (RFC 2369; Mailman's X-BeenThere before it)."""
        for name in (b"x-beenthere", b"list-post"):
            for start, end in find_addresses(self.data, *self.fields.get(name, (0, 0))):
                if address := read_address(self.data[start:end]):
                    return [Found(address, "envelope", start, end)]
        return []

    def in_subject(self) -> Found | None:
        """Return the one address that the subject names, but for the reader's; None where there are several."""
        start, end = self.fields.get(b"subject", (0, 0))
        spans = list(islice(find_addresses(self.data, start, min(end, start + LINE)), 2))
        if len(spans) != 1 or self.tree.is_cut(View(self.data, 0, len(self.data)), spans[0][1]):
            return None
        address = read_address(self.data[slice(*spans[0])])
        return Found(address, "envelope", *spans[0]) if address and address.lower() != self.written_to else None

    def failed_recipients(self) -> list[Found]:
        """Return the addresses of X-Failed-Recipients, which Exim and Gmail write."""
        names: list[Found] = []
        raw = View(self.data, 0, len(self.data))
        for count, (start, end) in enumerate(
            find_addresses(self.data, *self.fields.get(b"x-failed-recipients", (0, 0)))
        ):
            if count == self.tree.limits.max_address_tokens:
                self.tree.limit("max_address_tokens", start, end)
                break
            if not self.tree.is_cut(raw, end) and (address := read_address(self.data[start:end], grammar=count < FEW)):
                names.append(Found(address, "envelope", start, end))
        return names
