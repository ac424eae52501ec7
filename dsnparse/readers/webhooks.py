"""An event in JSON that a sending service posts to a webhook, or exports: SendGrid, Mailgun, Postmark.

A service is a row of SHAPES: which members of the object say what, and which word of theirs means what became of the
recipient. The reason is judged from the reply that the event quotes, like that of any other report.

docs.sendgrid.com "Event Webhook Reference"; documentation.mailgun.com "Event Structure" and "Webhooks"; postmarkapp.com
"Bounce webhook", "Bounces API". Amazon SES has a reader of its own: an event of it speaks of several recipients.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from dsnparse.limits import DIAGNOSTIC, HOST, LINE
from dsnparse.readers.told import Finder, Picker, Told, text_of
from dsnparse.report import Action, Feedback, Found, Kind, Original, Reading
from dsnparse.wire.address import read_address
from dsnparse.wire.clean import clean
from dsnparse.wire.date import iso_date, iso_time
from dsnparse.wire.entity import View
from dsnparse.wire.grammar import TYPE

# Where a value stands: the names of members, one inside another. Of several places the first that holds one counts.
Places = tuple[tuple[str, ...], ...]
STATUS: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
SECONDS: Final = re.compile(r"[0-9]{9,11}(?:\.[0-9]{1,9})?", re.ASCII)
REPLY: Final = re.compile(r"[2-6][0-9]{2}(?![0-9])", re.ASCII)


class Shape(Struct, frozen=True):
    """The events of one service: `event` names what happened in words of `actions`, or of `kinds` of other mail; `marks` are members all of them have."""

    name: str
    marks: frozenset[str]
    event: Places
    actions: dict[str, Action]
    address: Places
    when: Places
    text: tuple[str, ...]
    diagnostic: Places
    kinds: dict[str, Kind] = {}
    within: str = ""
    severity: str = ""
    status: Places = ()
    code: Places = ()
    remote_mta: Places = ()
    message_id: Places = ()
    from_: Places = ()
    to: Places = ()
    subject: Places = ()

    def places(self) -> Iterator[Places]:
        """Yield all places of values."""
        yield from (self.event, self.address, self.when, self.diagnostic, self.status, self.code, self.remote_mta)
        yield from (self.message_id, self.from_, self.to, self.subject)


SHAPES: Final = (
    Shape(
        name="sendgrid",
        marks=frozenset(("email", "event", "timestamp")),
        event=(("event",),),
        actions={
            "bounce": "failed",
            "blocked": "failed",
            "dropped": "failed",
            "deferred": "delayed",
            "delivered": "delivered",
        },
        kinds={"spamreport": "feedback", "unsubscribe": "list_request", "group_unsubscribe": "list_request"},
        address=(("email",),),
        when=(("timestamp",),),
        diagnostic=(("reason",), ("response",)),
        status=(("status",),),
        text=("event", "type", "bounce_classification"),
        message_id=(("smtp-id",), ("sg_message_id",)),
    ),
    Shape(
        # The list of bounces, blocks and invalid addresses that its API gives out
        name="sendgrid",
        marks=frozenset(("email", "reason", "created")),
        event=(),
        actions={"": "failed"},
        address=(("email",),),
        when=(("created",),),
        diagnostic=(("reason",),),
        status=(("status",),),
        text=(),
    ),
    Shape(
        name="mailgun",
        marks=frozenset(("event", "recipient", "timestamp", "id")),
        within="event-data",
        event=(("event",),),
        severity="severity",
        actions={"failed": "failed", "failed temporary": "delayed", "rejected": "failed", "delivered": "delivered"},
        kinds={"complained": "feedback", "unsubscribed": "list_request"},
        address=(("recipient",),),
        when=(("timestamp",),),
        diagnostic=(
            ("delivery-status", "message"),
            ("delivery-status", "description"),
            ("reject", "description"),
            ("reject", "reason"),
        ),
        status=(("delivery-status", "enhanced-code"),),
        code=(("delivery-status", "code"),),
        text=("event", "severity", "reason"),
        remote_mta=(("delivery-status", "mx-host"),),
        message_id=(("message", "headers", "message-id"),),
        from_=(("message", "headers", "from"),),
        to=(("message", "headers", "to"),),
        subject=(("message", "headers", "subject"),),
    ),
    Shape(
        # Its webhooks before 2018
        name="mailgun",
        marks=frozenset(("event", "recipient", "domain", "message-headers")),
        event=(("event",),),
        actions={"bounced": "failed", "dropped": "failed", "delivered": "delivered"},
        kinds={"complained": "feedback"},
        address=(("recipient",),),
        when=(("timestamp",),),
        diagnostic=(("error",), ("description",), ("notification",)),
        code=(("code",),),
        text=("event", "reason"),
        message_id=(("Message-Id",),),
    ),
    Shape(
        name="postmark",
        marks=frozenset(("Type", "TypeCode", "Email")),
        event=(("Type",),),
        actions={"Transient": "delayed", "": "failed"},
        kinds={
            "Unsubscribe": "list_request",
            "Subscribe": "other",
            "AutoResponder": "auto_reply",
            "AddressChange": "auto_reply",
            "ChallengeVerification": "challenge",
            "SpamComplaint": "feedback",
            "Unconfirmed": "other",
            "OpenRelayTest": "other",
            "InboundError": "other",
        },
        address=(("Email",),),
        when=(("BouncedAt",),),
        diagnostic=(("Details",),),
        text=("Type",),
        message_id=(("MessageID",),),
        from_=(("From",),),
        subject=(("Subject",),),
    ),
    Shape(
        name="postmark",
        marks=frozenset(("RecordType", "Recipient", "DeliveredAt")),
        event=(("RecordType",),),
        actions={"Delivery": "delivered"},
        address=(("Recipient",),),
        when=(("DeliveredAt",),),
        diagnostic=(("Details",),),
        text=("RecordType",),
        message_id=(("MessageID",),),
    ),
)


PICKER: Final = Picker(
    {
        name
        for shape in SHAPES
        for name in (
            *shape.marks,
            *shape.text,
            shape.within,
            shape.severity,
            *(place[0] for places in shape.places() for place in places),
        )
    }
)
Members = dict[str, bytes]


def shape_of(data: bytes) -> tuple[Shape, Members] | None:
    """Return of which service a JSON object is an event, and its members or those of the one inside it that is."""
    outer = PICKER.pick(data)
    for shape in SHAPES:
        members = PICKER.pick(outer[shape.within]) if shape.within in outer else outer
        if shape.marks <= members.keys():
            return shape, members
    return None


def read_webhook(view: View) -> Told | None:
    """Read an event; None for any other text."""
    found = shape_of(view.data[view.start : view.end])
    if not found:
        return None
    shape, event = found
    told = Told(_original(shape, event), shape.name)
    told.date = _time(_at(event, shape.when)[1])
    finder = Finder(view)
    word, action = _word(shape, event)
    kind = shape.kinds.get(word)
    if kind == "feedback":
        told.complaint = Feedback(type="abuse", arrival_date=told.date), list(_address(shape, event, finder).values())
    elif action and not kind:
        told.status.recipients = [_reading(shape, event, action, finder)]
    else:
        told.kind = kind or "other"
    return told


def _word(shape: Shape, event: Members) -> tuple[str, Action | None]:
    """Return what happened in the word of the service, and what that means of the recipient."""
    word = text_of(_at(event, shape.event)[1])
    severe = f"{word} {text_of(event.get(shape.severity, b''))}"
    return word, shape.actions.get(severe) or shape.actions.get(word) or shape.actions.get("")


def _address(shape: Shape, event: Members, finder: Finder) -> Reading:
    key, spelt = _at(event, shape.address)
    address = read_address(text_of(spelt).encode("utf-8"))
    return {"address": finder.at_key(key, spelt, address)} if address else {}


def _reading(shape: Shape, event: Members, action: Action, finder: Finder) -> Reading:
    reading = _address(shape, event, finder)
    key, spelt = _at(event, shape.event)
    at = finder.at_key(key, spelt, "") if key else Found("", "status", 0, 0)
    rule = f"{shape.name}.{text_of(spelt)}".rstrip(".")
    reading["action"] = Found(action, "rule", at.start, at.end, at.part, rule)
    key, spelt = _at(event, shape.status)
    if STATUS.fullmatch(status := text_of(spelt)):
        reading["status"] = finder.at_key(key, spelt, status)
    _diagnose(shape, event, reading, finder)
    key, spelt = _at(event, shape.remote_mta)
    if host := clean(text_of(spelt), HOST):
        reading["remote_mta"] = finder.at_key(key, spelt, host)
    told = [(key, said) for key in shape.text if (said := text_of(event.get(key, b"")))]
    if text := clean(" ".join(f"{key} {said}" for key, said in told), LINE):
        reading["text"] = finder.found(text)
    return reading


def _diagnose(shape: Shape, event: Members, reading: Reading, finder: Finder) -> None:
    """Add the reply; the code stands before its text, as in SMTP, where the service keeps the two apart."""
    key, spelt = _at(event, shape.diagnostic)
    text = text_of(spelt)
    if not text:
        return
    kind = TYPE.match(text.encode("utf-8"))
    value = text[kind.end() :] if kind else text  # what stands there is ASCII
    if kind:
        reading["diagnostic_type"] = finder.at_key(key, spelt, kind[1].decode("ascii").lower())
    found = finder.at_key(key, spelt, clean(value, DIAGNOSTIC))
    code_key, code = _at(event, shape.code)
    if REPLY.fullmatch(text_of(code)) and not REPLY.match(value):
        at = finder.at_key(code_key, code, "")
        start, end = min(found.start, at.start), max(found.end, at.end)
        found = Found(clean(f"{text_of(code)} {value}", DIAGNOSTIC), "status", start, end, found.part)
    reading["diagnostic"] = found


def _original(shape: Shape, event: Members) -> Original:
    def text(places: Places) -> str:
        return clean(text_of(_at(event, places)[1]), LINE)

    return Original(
        message_id=text(shape.message_id),
        from_=text(shape.from_),
        to=text(shape.to),
        subject=text(shape.subject),
    )


def _at(event: Members, places: Places) -> tuple[str, bytes]:
    """Return the innermost name and the spelling of the first of several places that holds a text or a number."""
    for first, *inner in places:
        spelt = event.get(first, b"")
        for name in inner:
            spelt = Picker((name,)).pick(spelt).get(name, b"") if spelt else b""
        if text_of(spelt):
            return inner[-1] if inner else first, spelt
    return "", b""


def _time(spelt: bytes) -> str:
    """Return a date as ISO 8601, whether it is one or the seconds since 1970."""
    text = text_of(spelt)
    if SECONDS.fullmatch(text):
        return iso_time(float(text)) or ""
    return iso_date(text) or ""
