"""The form of a notice: what a version of a server always writes, without what differs from mail to mail.

A shape is a set of lines, each naming one fact: the tree of parts, the fields of each header in their order, the fields
of each group of a delivery status, and every line of text with its variable words replaced by what they are. Read with
the standard library, so that the drift of formats is measured by another reader than the one that has to follow it.
"""

import email
import itertools
import re
from collections.abc import Iterator
from email.message import Message

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
RETURNED_TYPES = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")

Shape = frozenset[str]

# In this order: each pattern sees what those before it have left.
VARIABLE = tuple(
    (re.compile(pattern, re.ASCII), word)
    for pattern, word in (
        (r"(?:[A-Z][a-z]{2}, +)?\d+ +[A-Z][a-z]{2} +\d{4} +[\d:]+(?: +[-+]\d{4})?(?: +\([A-Z]+\))?", "DATE"),
        (r"(?:[A-Z][a-z]{2},? +)?[A-Z][a-z]{2} +\d+ +[\d:]{8}(?: +\d{4})?", "DATE"),
        (r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[-+][\d:]+)?", "DATE"),
        (r"\b[\w.!#$%&'*+/=?^{|}~-]+@[\w-]+(?:\.[\w-]+)*", "ADDRESS"),
        (r"\b(?:[\w-]+\.)*[\w-]+\.example(?:\.(?:com|net|org))?\b|\bexample\.(?:com|net|org)\b", "HOST"),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}\b|(?<![\w:])::1\b", "IP"),
        (r"\b(?:\d+(?:\.\d+)?(?:ms|[dhms]))+\b", "TIME"),
        (r"(?<=\(Exim )[\d.]+", "N"),
        (r"\b\d{5}-\d\d(?:-\d+)?(?:/[\w-]+)?", "ID"),  # amavis: process, message, part, and letters at random
        (r"(?<=\bid )[0-9a-f]{3}\b", "ID"),  # dma: process and time
        (r"(?<=SIZE=)\d+", "N"),
        (r"(?<=message size )\d+", "N"),
        (r"[\w+/]{12,}:T\d+(?= Saved)", "ID"),  # Dovecot: session and transaction
        (r"\b\d+(?= (?:second|minute|hour|day|byte|KB|MB))", "N"),
        # A token with letters and digits, but not the name of an address type, a charset or an extension.
        (r"\b(?!(?i:rfc\d|utf-|iso-|8bit|smtputf8))(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{6,}(?:[./][\w.-]+)*", "ID"),
        (r"\b(?:\d{5,}|[0-9A-F]{6,})\b", "ID"),
    )
)


def shape(message: bytes) -> Shape:
    """Tell the form of one notice."""
    parsed = email.message_from_bytes(message)
    return frozenset(("parts: " + _tree(parsed), *_header("notice", parsed), *_values(parsed), *_parts(parsed)))


def fixed(text: str) -> str:
    """Replace the words of a line that differ from mail to mail."""
    for pattern, word in VARIABLE:
        text = pattern.sub(word, text)
    return re.sub(r"\s+", " ", text).strip()


def _tree(part: Message) -> str:
    if part.get_content_maintype() != "multipart":
        return part.get_content_type()
    report = part.get_param("report-type")
    kind = f"{part.get_content_type()}; report-type={report}" if report else part.get_content_type()
    return f"{kind} ({', '.join(_tree(one) for one in _children(part))})"


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _header(where: str, part: Message) -> Iterator[str]:
    if names := _names(part).removeprefix("Return-Path "):
        yield f"{where}: {names}"


def _names(part: Message) -> str:
    """List the fields in their order; several of one name in a row count as one."""
    return " ".join(name for name, _ in itertools.groupby(part.keys()))


def _values(part: Message) -> Iterator[str]:
    for name, value in part.items():
        if name.lower() not in ("received", "return-path", "message-id"):
            without_boundary = re.sub(r'boundary="[^"]*"|boundary=\S+', "boundary", str(value))
            yield f"field: {name}: {fixed(without_boundary)}"


def _parts(part: Message) -> Iterator[str]:
    kind = part.get_content_type()
    if kind in STATUS_TYPES:
        yield from _status(part)
    elif kind in RETURNED_TYPES:
        yield from _returned(kind, part)
    elif part.get_content_maintype() == "multipart":
        for child in _children(part):
            yield from _header(f"header of {child.get_content_type()}", child)
            yield from _parts(child)
    else:
        yield from _lines("text", _decoded(part))


def _status(part: Message) -> Iterator[str]:
    groups = _children(part) or [email.message_from_bytes(_content(part))]
    for group in groups:
        if group.keys():
            yield f"status: {' '.join(group.keys())}"
            yield from (f"status {name}: {fixed(str(value))}" for name, value in group.items())


def _returned(kind: str, part: Message) -> Iterator[str]:
    children = _children(part)
    original = children[0] if children else email.message_from_bytes(_content(part))
    body = "with its body" if original.get_payload() else "header only"
    yield f"returned as {kind}, {body}: {_names(original)}"


def _lines(where: str, text: str) -> Iterator[str]:
    yield from (f"{where}: {line}" for raw in text.splitlines() if (line := fixed(raw)))


def _decoded(part: Message) -> str:
    try:
        return _content(part).decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return _content(part).decode("utf-8", "replace")


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
