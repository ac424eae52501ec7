"""What is handed to a server: a scenario with its message composed, ready for the wire."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from .messages import compose
from .scenarios import Scenario

# A bounce of a bounce has no envelope sender; its header names this one.
DAEMON = "MAILER-DAEMON@elsewhere.example"


@dataclass(frozen=True)
class Mail:
    """One message and its envelope; recipients come with the parameters of their RCPT command."""

    name: str
    sender: str
    parameters: str
    recipients: tuple[tuple[str, str], ...]
    content: bytes


@dataclass(frozen=True)
class Outcome:
    """Whether the server took a mail, and the last thing it said about it."""

    name: str
    accepted: bool
    said: str


def mail_of(scenario: Scenario, content: bytes | None = None) -> Mail:
    """Compose a scenario; `content` stands in for the message of the table."""
    recipients = tuple((one.address, one.parameters) for one in scenario.recipients)
    addresses = [address for address, _ in recipients]
    composed = content or compose(scenario.message, scenario.sender or DAEMON, addresses, scenario.message_id)
    return Mail(scenario.name, scenario.sender, scenario.parameters, recipients, composed)


def to_json(mails: Iterable[Mail]) -> bytes:
    """Write mails for another process."""
    return json.dumps([{**asdict(mail), "content": mail.content.decode("latin-1")} for mail in mails]).encode()


def from_json(text: bytes) -> list[Mail]:
    """Read them back."""
    return [_mail(**row) for row in json.loads(text)]


def _mail(name: str, sender: str, parameters: str, recipients: list[list[str]], content: str) -> Mail:
    pairs = tuple((address, parameters) for address, parameters in recipients)
    return Mail(name, sender, parameters, pairs, content.encode("latin-1"))
