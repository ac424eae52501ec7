"""consult: what each part of a message says of the recipients, in the order of their authority.

What a delivery-status part says needs no second opinion unless it leaves a recipient undiagnosed or names one that the words for
people do not know: only then are they read line by line.
"""

from typing import Final

from dsnparse.judge.facts import Sources, Voice, is_unfinished, says_nothing
from dsnparse.message import Message
from dsnparse.readers.output import read_output
from dsnparse.readers.phase import cues, read_phases
from dsnparse.report import Found, Reading
from dsnparse.wire.address import find_addresses

FEW: Final = 4


def consult(message: Message) -> Sources:
    """Return everything that was read, for `merge`."""
    status = message.status.recipients if message.status else []
    named = _named(message, status)
    if status:
        read_phases(message.text, status, cues(message.catalogue.commands))
    asked = not message.notification and _leaves_a_question(status, named)
    failed = [] if status else _listed(message)
    return Sources(
        status,
        Voice(_second_opinion(message, status) if asked else []),
        Voice(_dialogue(message) if asked else []),
        message.notice.shared if asked else {},
        failed,
        _meant(message) if not status else None,
        named,
    )


def _meant(message: Message) -> Found | None:
    """Return whom the returned message was for, but not the reader: what somebody else wrote to him has reached him.

    Where no message came back and no words name anybody, the subject may: `Undeliverable: user@example.com`.
    """
    returned, reader = message.returned, message.marks.written_to
    if returned is None:
        return message.marks.in_subject() if message.signs.about and not message.notice.recipients else None
    found = returned.recipient(_list_id(message))
    reached = found is not None and found.value.lower() == reader and returned.author != reader
    return None if reached else found


def _list_id(message: Message) -> str:
    """Return the id of the list whose server wrote the notice, if one did."""
    is_list = message.writer is not None and message.writer.vendor.kind == "list_request"
    return message.marks.list_id if is_list else ""


def _dialogue(message: Message) -> list[Reading]:
    """Return what was said while mail was handed on: by other servers, and by programs."""
    return message.transcript.refused + read_output(message.text, message.notice.ends, message.tree)


def _listed(message: Message) -> list[Found]:
    """Return whom the header names: those who failed, else the list that a list server refuses a post to."""
    failed = message.marks.failed_recipients()
    if failed or not message.writer or message.writer.vendor.kind != "list_request":
        return failed
    unnamed = [reading for reading in message.notice.recipients if "hidden" in reading and "address" not in reading]
    if message.notice.recipients and not unnamed:
        return []
    lists = message.marks.list_address()
    for reading in unnamed[: len(lists)]:
        reading["address"] = lists[0]
    return lists


def _second_opinion(message: Message, status: list[Reading]) -> list[Reading]:
    """Return whom the notice names, but not as one whom a server took.

    Where the status fields stand in it themselves, only whom it names before them.
    """
    taken = message.transcript.taken
    named = [reading for reading in message.notice.recipients if not taken or _begins(reading) not in taken]
    if not status or message.status_part:
        return named
    first = min(item.start for reading in status for item in reading.values())
    return [reading for reading in named if all(item.start < first for item in reading.values())]


def _begins(reading: Reading) -> int:
    return reading["address"].start if "address" in reading else 0


def _named(message: Message, readings: list[Reading]) -> frozenset[str]:
    """Return the addresses that the words for people name too."""
    if message.status_part is None:  # the fields stand in these very words: they confirm nothing
        return frozenset()
    view = message.text
    names = {item["address"].value.lower() for item in readings if "address" in item}
    if len(names) <= FEW:
        words = view.data[view.start : view.end].lower()
        return frozenset([name for name in names if name.encode("utf-8") in words and "@" in name])
    spans = find_addresses(view.data, view.start, view.end)
    return frozenset(view.data[start:end].decode("utf-8", "replace").lower() for start, end in spans) & names


def _leaves_a_question(readings: list[Reading], named: frozenset[str]) -> bool:
    """Tell whether a recipient has no diagnostic, or a name that the words for people do not know."""
    for reading in readings:
        address = reading.get("address")
        if address is None or "diagnostic" not in reading or address.value.lower() not in named:
            return True
        if says_nothing(reading["diagnostic"]) or is_unfinished(reading["diagnostic"]):
            return True
    return not readings
