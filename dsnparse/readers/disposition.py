"""message/disposition-notification: read receipts and their kin (RFC 8098, RFC 3798)."""

from typing import Any, Final

from dsnparse.late import late
from dsnparse.readers.fields import said_fields, typed
from dsnparse.report import Disposition
from dsnparse.wire.address import read_address
from dsnparse.wire.entity import Tree, View

PLAIN: Final = {
    "reporting-ua": "reporting_ua",
    "mdn-gateway": "mdn_gateway",
    "original-message-id": "original_message_id",
    "error": "error",
}
ADDRESS: Final = {"original-recipient": "original_recipient", "final-recipient": "final_recipient"}
# RFC 8098 section 3.2.6:  action-mode "/" sending-mode ";" disposition-type [ "/" modifier *( "," modifier ) ]
DISPOSITION: Final = late(
    r"([a-zA-Z-]{1,40})\s*/\s*([a-zA-Z-]{1,60})\s*(?:\([^()]{0,200}\)\s*)?;\s*([a-zA-Z-]{1,40})\s*(?:/\s*([a-zA-Z0-9_, -]{1,200}))?"
)


def read_disposition(view: View, tree: Tree) -> Disposition:
    """Return the fields of a disposition notification."""
    values: dict[str, Any] = {}
    fields: list[tuple[str, str]] = []
    for name, value, start, end in said_fields(view, tree):
        fields.append((name, value))
        lower = name.lower()
        if key := PLAIN.get(lower):
            values.setdefault(key, value)
        elif (key := ADDRESS.get(lower)) and not tree.is_cut(view, end):
            values.setdefault(key, read_address(view.data[typed(view, start, end)[1] : end]) or "")
        elif lower == "disposition":
            values |= _disposition(value)
    return Disposition(**values, fields=tuple(fields))


def _disposition(value: str) -> dict[str, Any]:
    match = DISPOSITION.match(value)
    if not match:
        return {}
    modifiers = tuple(word.strip().lower() for word in (match[4] or "").split(",") if word.strip())
    return {
        "action_mode": match[1].lower(),
        "sending_mode": match[2],
        "type": match[3].lower(),
        "modifiers": modifiers,
    }
