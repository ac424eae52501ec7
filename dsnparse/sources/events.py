"""Files of JSON: the events of sending services, one or many, as their webhooks and exports have them.

A file holds one object, an array of them, or one a line; an object may be a list of events by the name of its member, or
an envelope around one (SNS, EventBridge, a queue). Each event becomes a message: its own bytes, for the parser to read. Where
the event holds a whole message as text, that is the message. JSON that is nothing of this is no input.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import Final

from msgspec import DecodeError, Raw, json

from dsnparse.errors import SourceError
from dsnparse.readers.notification import TYPES
from dsnparse.readers.told import Picker
from dsnparse.readers.webhooks import shape_of
from dsnparse.sources.items import Item, Message, PassedOver, Unread
from dsnparse.sources.streams import Stream

# A queue or a function gets several at once (AWS), an API gives out pages (Mailgun, Postmark).
LISTS: Final = ("Records", "Messages", "items", "Bounces")
# What stands around one: a notification (SNS), a queue (SQS), a record of a function, an event bus.
ENVELOPES: Final = ("Message", "Sns", "Body", "body", "detail")
# A message as text: a Mailgun route, a Postmark inbound webhook, what SES received, Postmark's dump of a bounce.
MIME: Final = ("body-mime", "RawEmail", "content", "Body")
DEEPEST: Final = 4
PICKER: Final = Picker((*LISTS, *ENVELOPES, *MIME, *TYPES, "mail", "message-headers", "body-plain"))
HEADER: Final = re.compile(r"(?:[!-9;-~]{1,100}:[^\r\n]*\r?\n[ \t]?){2}|From ")
BEGINNING: Final = re.compile(rb"\s{0,100}(?:\[\s{0,100}[\[{]|\{\s{0,100}\")")
MARK: Final = b"\xef\xbb\xbf"
NONE: Final = "JSON, but no event of a sending service that is known here"


def events(stream: Stream, name: str, cap: int, *, named: bool) -> Iterator[Item]:
    """Yield the events of a file; what is no JSON at all is a message that merely begins like it."""
    head = stream.peek(cap + 1).removeprefix(MARK)
    first = head.partition(b"\n")[0]
    if len(head) <= cap and (found := _document(head)) is not None:
        yield from _named(found, name, named=named)
    elif _document(first) is not None:
        yield from _lines(stream, name, cap)
    elif len(head) > cap and BEGINNING.match(head):
        reason = f"JSON in one piece of more than {cap >> 20} MiB: write one event a line"
        raise SourceError(reason)
    else:
        yield Message(name, stream.read(cap + 1))


def _named(found: list[bytes | None], name: str, *, named: bool) -> Iterator[Item]:
    if not any(found):
        if named:
            raise SourceError(NONE)
        yield PassedOver(name, NONE)
        return
    for number, event in enumerate(found, 1):
        label = name if len(found) == 1 else f"{name}#{number}"
        yield Unread(label, NONE) if event is None else Message(label, event)


def _lines(stream: Stream, name: str, cap: int) -> Iterator[Item]:
    number = 0
    for line in _split(stream, cap):
        if not line.strip():
            continue
        found = _document(line.removeprefix(MARK)) if len(line) <= cap else None
        for event in found or [None]:
            number += 1
            error = NONE if found else "a line that is no JSON, or too long"
            yield Unread(f"{name}#{number}", error) if event is None else Message(f"{name}#{number}", event)


def _split(stream: Stream, cap: int) -> Iterator[bytes]:
    """Yield the lines; of one longer than `cap`, no more than is needed to tell."""
    kept = bytearray()
    for block in stream.blocks():
        *whole, rest = block.split(b"\n")
        for line in whole:
            kept += line[: cap + 1 - len(kept)]
            yield bytes(kept)
            kept = bytearray()
        kept += rest[: cap + 1 - len(kept)]
    yield bytes(kept)


def _document(data: bytes, depth: int = 0) -> list[bytes | None] | None:
    """Return the events in one JSON value, None for each thing that is no event; nothing where it is no JSON object or array."""
    text = data.strip()
    if depth > DEEPEST or text[:1] not in (b"[", b"{"):
        return None
    try:
        if text.startswith(b"["):
            return _each(json.decode(text, type=list[Raw]), depth)
        json.decode(text, type=Raw)
    except (DecodeError, RecursionError):
        return None
    return _of_object(text, depth)


def _each(items: list[Raw], depth: int) -> list[bytes | None]:
    return [event for item in items for event in _document(bytes(item), depth + 1) or [None]]


def _of_object(data: bytes, depth: int) -> list[bytes | None]:
    """Return the events in one object: itself, those of its list, the one in the envelope that it is, the message it holds."""
    members = PICKER.pick(data)
    if shape_of(data) or (members.get("mail") and not members.keys().isdisjoint(TYPES) and "content" not in members):
        return [data]
    if message := _message(members):
        return [message]
    for name in LISTS:
        if members.get(name, b"").startswith(b"["):
            return _each(json.decode(members[name], type=list[Raw]), depth)
    for name in ENVELOPES:
        inner = members.get(name, b"")
        found = _document(_string(inner).encode("utf-8") if inner.startswith(b'"') else inner, depth + 1)
        if found and any(found):
            # The parser opens a notification of SNS itself, so that evidence is in the bytes of the file.
            return [data] if name == "Message" and found == [_string(inner).strip().encode("utf-8")] else found
    return [None]


def _message(members: dict[str, bytes]) -> bytes | None:
    """Return the message that an object holds as text: whole, or as header fields and a body."""
    for name in MIME:
        text = _string(members.get(name, b""))
        if name == "content" and text and not HEADER.match(text):
            text = _decoded(text)
        if HEADER.match(text):
            return text.encode("utf-8", "surrogateescape")
    headers = members.get("message-headers", b"")
    try:
        fields = json.decode(_string(headers) or headers or b"[]", type=list[tuple[str, str]])
    except DecodeError:
        return None
    if not fields or "body-plain" not in members:
        return None
    kept = [f"{name}: {value}" for name, value in fields if not name.lower().startswith("content-")]
    text = "\r\n".join([*kept, "Content-Type: text/plain; charset=utf-8", "", _string(members["body-plain"])])
    return text.encode("utf-8")


def _decoded(text: str) -> str:
    """Return what SNS may have encoded in base64."""
    try:
        return b64decode(text, validate=True).decode("utf-8", "surrogateescape")
    except (Error, ValueError):
        return ""


def _string(raw: bytes) -> str:
    """Return the text of a JSON string, nothing for what is none."""
    try:
        return json.decode(raw, type=str) if raw.startswith(b'"') else ""
    except DecodeError:
        return ""
