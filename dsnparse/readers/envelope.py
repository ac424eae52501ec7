"""The report's own header: who wrote it, to whom, when, and the marks of automatic mail (RFC 3834)."""

import re
from typing import Final

from dsnparse.limits import LINE
from dsnparse.readers.fields import found, line_value
from dsnparse.report import Found, Reading
from dsnparse.wire.address import find_addresses, read_address
from dsnparse.wire.entity import Part, View
from dsnparse.wire.header import Wanted

# Every field of a header that any reader asks for; one pattern finds them all.
WANTED: Final = Wanted(
    "content-type", "content-transfer-encoding", "from", "to", "subject", "date", "message-id", "return-path",
    "auto-submitted", "x-failed-recipients", "precedence", "in-reply-to", "list-id", "list-unsubscribe", "feedback-id", "x-autoreply",
    "x-autorespond", "x-auto-response-suppress", "sender", "x-original-message-id", "content-description", "x-hmxmroriginalrecipient",
    "apparently-to", "x-mailer", "user-agent", "original-recipient", "x-loop", "received",
)  # fmt: skip
PLAIN: Final = {
    "from": "from_",
    "to": "to",
    "subject": "subject",
    "date": "date",
    "message-id": "message_id",
    "auto-submitted": "auto_submitted",
    "precedence": "precedence",
    "in-reply-to": "in_reply_to",
    "list-id": "list_id",
    "x-mailer": "mailer",
    "user-agent": "mailer",
    "x-autoreply": "autoreply",
    "x-autorespond": "autoreply",
    "sender": "sender",
}
RETURN_PATH: Final = re.compile(rb"[ \t\r\n]*<?([^<>\s]*)>?")


def read_envelope(view: View, top: Part) -> Reading:
    """Read the wanted fields of the outermost header."""
    reading: Reading = {}
    for name, (start, end) in top.fields.items():
        if (key := PLAIN.get(name)) and (value := line_value(view, start, end)):
            reading.setdefault(key, found(view, value, start, end, "envelope"))
    if span := top.fields.get("return-path"):
        match = RETURN_PATH.match(view.data, *span)
        value = match[1].decode("utf-8", "replace") if match else ""
        reading["return_path"] = found(view, value, *span, "envelope")
    for key in ("from_", "to"):
        if span := top.fields.get(key.rstrip("_")):
            address = read_address(view.data[span[0] : min(span[1], span[0] + LINE)])
            if address:
                reading[f"{key.rstrip('_')}_address"] = found(view, address, *span, "envelope")
    return reading


def read_failed_recipients(view: View, top: Part, most: int) -> list[Found]:
    """Return the addresses of X-Failed-Recipients, which Exim and Gmail write."""
    if span := top.fields.get("x-failed-recipients"):
        names = []
        for start, end in find_addresses(view.data, *span):
            if len(names) == most:
                break
            if (address := read_address(view.data[start:end])) and end < len(view.data):
                names.append(found(view, address, start, end, "envelope"))
        return names
    return []
