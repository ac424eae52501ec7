"""What other parts of the message say of a recipient, where a stronger one was believed: status fields before words before dialogue."""

from collections.abc import Iterator
from typing import Final

from dsnparse.escape import escape
from dsnparse.explain.excerpts import shorten
from dsnparse.explanation import Rival
from dsnparse.message import Message
from dsnparse.report import Found, Reading, Recipient

FIELDS: Final = ("action", "status", "diagnostic", "remote_mta")
# One recipient may be named in a message many times.
SEVERAL: Final = 8
NAMES: Final = ("address", "original_recipient", "alias")


class Voices:
    """All that was read in a message, filed by the names it is about: thousands of recipients are asked for one by one."""

    def __init__(self, message: Message) -> None:
        self.nameless: list[Reading] = []
        self.named: dict[str, list[Reading]] = {}
        for reading in _readings(message):
            names = {str(reading[name].value).lower() for name in NAMES if name in reading}
            for name in names:
                self.named.setdefault(name, []).append(reading)
            if not names:
                self.nameless.append(reading)

    def against(self, recipient: Recipient, *, alone: bool) -> Iterator[Rival]:
        """Yield the values that lost to one of another part; `alone`: words to nobody by name are about this recipient."""
        own = dict.fromkeys(map(str.lower, (recipient.address, recipient.original_recipient, *recipient.aliases)))
        for name in own:
            for reading in self.named.get(name, ())[:SEVERAL]:
                yield from _lost(reading, recipient)
        for reading in self.nameless[:SEVERAL] if alone else ():
            yield from _lost(reading, recipient)


def _readings(message: Message) -> Iterator[Reading]:
    yield from message.status.recipients if message.status else ()
    yield from message.notice.recipients
    yield from message.transcript.refused


def _lost(reading: Reading, recipient: Recipient) -> Iterator[Rival]:
    for field in FIELDS:
        found, chosen = reading.get(field), getattr(recipient, field)
        believed = recipient.evidence.get(field)
        if not found or not chosen or not believed or _agree(str(found.value), str(chosen)):
            continue
        if found.value != recipient.status_field and (found.part, found.start) != (believed.part, believed.start):
            yield Rival(f"{field} {_shown(found)}", _place(found), f"{believed.source} goes first")


def _agree(said: str, chosen: str) -> bool:
    """Tell whether one holds the other: a notice may quote a reply in part, within a sentence, without its brackets."""
    one, other = ("".join(filter(str.isalnum, text.lower())) for text in (said, chosen))
    return one in other or other in one


def _shown(found: Found) -> str:
    return shorten(escape(str(found.value)))


def _place(found: Found) -> str:
    part = f"decoded part {found.part}, " if found.part else ""
    return f"{found.source}, {part}bytes {found.start}-{found.end}"
