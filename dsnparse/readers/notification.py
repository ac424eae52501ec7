"""A notification in JSON: what Amazon SES publishes of a bounce, a delay, a delivery or a complaint, as it arrives by e-mail.

docs.aws.amazon.com/ses, "Amazon SNS notification contents" and "event publishing contents". SNS puts the notification as a string
into the `Message` of an object of its own, unless raw delivery is on. A value's evidence is its first place in the text.
"""

import re
from typing import Final

from msgspec import DecodeError, Struct, field, json

from dsnparse.limits import HOST, Limits
from dsnparse.readers.told import Finder, Told
from dsnparse.report import Action, Feedback, Found, Original, Reading
from dsnparse.wire.address import read_address
from dsnparse.wire.clean import clean
from dsnparse.wire.date import iso_date
from dsnparse.wire.entity import Tree, View
from dsnparse.wire.grammar import TYPE

TYPES: Final = ("notificationType", "eventType")
MARK: Final = tuple(name.encode() for name in TYPES)
# Sendmail breaks a line that is too long for SMTP (RFC 5321 section 4.5.3.1.6) with these three bytes.
BROKEN: Final = b"!\n "
IP: Final = re.compile(r"[0-9A-Fa-f:.]{3,45}", re.ASCII)
STATUS: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)


class Person(Struct, rename="camel"):
    """One recipient of a bounce, delay or complaint."""

    email_address: str = ""
    action: str = ""
    status: str = ""
    diagnostic_code: str = ""


class Event(Struct, rename="camel"):
    """What became of a message; each type of notification fills some of it."""

    bounce_type: str = ""
    bounce_sub_type: str = ""
    delay_type: str = ""
    bounced_recipients: list[Person] = []
    delayed_recipients: list[Person] = []
    complained_recipients: list[Person] = []
    recipients: list[str] = []
    complaint_feedback_type: str = ""
    user_agent: str = ""
    arrival_date: str = ""
    smtp_response: str = ""
    expiration_time: str = ""
    reporting_mta: str = field(name="reportingMTA", default="")
    remote_mta_ip: str = field(name="remoteMtaIp", default="")
    timestamp: str = ""


class CommonHeaders(Struct, rename="camel"):
    """Fields of the message that was sent."""

    from_: list[str] = field(name="from", default_factory=list)
    to: list[str] = []
    date: str = ""
    message_id: str = ""
    subject: str = ""


class Mail(Struct, rename="camel"):
    """The message that was sent."""

    timestamp: str = ""
    source: str = ""
    common_headers: CommonHeaders = field(default_factory=CommonHeaders)

    def original(self) -> Original:
        """Return what is told of it."""
        fields = self.common_headers
        return Original(
            message_id=clean(fields.message_id),
            from_=clean(", ".join(fields.from_)),
            to=clean(", ".join(fields.to)),
            subject=clean(fields.subject),
            date=clean(iso_date(fields.date) or fields.date),
            return_path=clean(self.source),
        )


class Notification(Struct, rename="camel"):
    """A notification of SES, or the object SNS puts around it."""

    message: str = field(name="Message", default="")
    notification_type: str = ""
    event_type: str = ""
    bounce: Event = field(default_factory=Event)
    delivery: Event = field(default_factory=Event)
    delivery_delay: Event = field(default_factory=Event)
    complaint: Event = field(default_factory=Event)
    mail: Mail = field(default_factory=Mail)


def read_notification(view: View, limits: Limits, tree: Tree) -> Told | None:
    """Read a notification; None for any other text."""
    data = view.data[view.start : view.end]
    if not any(mark in data for mark in MARK):
        return None
    item = _decoded(data)
    if item and item.message:
        item = _decoded(item.message.encode("utf-8"))
    if item is None:
        return None
    told = Told(item.mail.original())
    finder = Finder(view)
    people: list[tuple[Person, Action]] = [(person, "failed") for person in item.bounce.bounced_recipients]
    people += [(person, "delayed") for person in item.delivery_delay.delayed_recipients]
    people += [(Person(address), "delivered") for address in item.delivery.recipients]
    if len(people) > limits.max_recipients:
        tree.limit("max_recipients", view.start, view.end)
    event = next((each for each in (item.bounce, item.delivery_delay, item.delivery) if each != NONE), NONE)
    told.status.recipients = [
        _reading(person, action, event, finder) for person, action in people[: limits.max_recipients]
    ]
    finder.tell(told.status.message, "reporting_mta", event.reporting_mta.rpartition(";")[2].strip()[:HOST])
    finder.tell(told.status.message, "arrival_date", iso_date(item.mail.timestamp) or "")
    if item.complaint != NONE:
        told.complaint = _complaint(item.complaint, finder, limits)
    return told if told.status.recipients or told.complaint else None


NONE: Final = Event()


def _complaint(event: Event, finder: Finder, limits: Limits) -> tuple[Feedback, list[Found]]:
    feedback = Feedback(
        type=clean(event.complaint_feedback_type) or "abuse",
        user_agent=clean(event.user_agent),
        arrival_date=clean(event.arrival_date),
    )
    people = event.complained_recipients[: limits.max_recipients]
    return feedback, [finder.found(address) for person in people if (address := _address(person))]


def _decoded(text: bytes) -> Notification | None:
    """Return the object a text begins with; what SNS writes below it does not count."""
    end = text.rfind(b"}") + 1
    try:
        return json.decode(text[:end].replace(BROKEN, b""), type=Notification)
    except (DecodeError, RecursionError):
        return None


def _address(person: Person) -> str:
    return read_address(person.email_address.encode("utf-8")) or ""


def _reading(person: Person, action: Action, event: Event, finder: Finder) -> Reading:
    reading: Reading = {}
    finder.tell(reading, "address", _address(person))
    stated = person.action == action
    reading["action"] = finder.found(action) if stated else Found(action, "rule", 0, 0, 0, "notification")
    if STATUS.fullmatch(person.status):
        finder.tell(reading, "status", person.status)
    said = person.diagnostic_code or event.smtp_response
    if kind := TYPE.match(said.encode("utf-8")):
        finder.tell(reading, "diagnostic_type", kind[1].decode("ascii").lower())
        said = said[kind.end() :]  # what stands there is ASCII
    finder.tell(reading, "diagnostic", said)
    if IP.fullmatch(event.remote_mta_ip):
        finder.tell(reading, "remote_ip", event.remote_mta_ip)
    finder.tell(reading, "will_retry_until", iso_date(event.expiration_time) or "", event.expiration_time)
    types = ("bounceType", event.bounce_type, "bounceSubType", event.bounce_sub_type, "delayType", event.delay_type)
    pairs = zip(types[::2], types[1::2], strict=True)
    finder.tell(reading, "text", " ".join(f"{name} {value}" for name, value in pairs if value))
    return reading
