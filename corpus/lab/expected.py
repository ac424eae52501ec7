"""What has to happen to each recipient of a scenario, and what may have been said to it on the way."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import zone
from .hosts import OVER_LIMIT
from .messages import compose
from .replies import reply_to
from .scenarios import Recipient, Scenario
from .script import Act, Facts, Reply, Stage
from .spelling import squeeze

REWRITTEN = "\0"  # the sender as a forwarding server may have changed it: no text holds this
LEAST_WARNING = 40  # Exim's warnings show this much of a reply, and a little more
LEAST = 150  # so much of a line has to be there; masqmail keeps no more than some 180 characters


@dataclass(frozen=True)
class Expected:
    """A recipient and why it has to fail; `replies` are what the next hop may have said, if it came so far."""

    recipient: Recipient
    facts: Facts | None = None
    replies: tuple[Reply, ...] = ()
    host: str = ""


@dataclass(frozen=True)
class Said:
    """A reply with the lines that one recipient got."""

    reply: Reply
    lines: tuple[str, ...]

    def stands_in(self, words: str) -> bool:
        """Tell whether the first or the last line stands in a text, as far as it is plain ASCII."""
        return any(_has_pieces(line, words) for line in {*self.lines[:1], *self.lines[-1:]})

    def is_cut_short_in(self, words: str) -> bool:
        """Tell whether a text has the codes and the first words of this reply; what they meant may not be among them."""
        return squeeze(self.lines[0][:LEAST_WARNING]) in words

    def is_all_of(self, diagnostic: str) -> bool:
        """Tell whether a diagnostic is this reply of one plain line, and nothing else."""
        line = self.lines[0]
        return len(self.lines) == 1 and line.isascii() and line.isprintable() and squeeze(line) == diagnostic


def expect(recipient: Recipient, scenario: Scenario) -> Expected:
    """Tell what has to happen to a recipient in this world."""
    domain = recipient.address.rpartition("@")[2]
    host = zone.host_of(domain)
    if (trouble := zone.trouble_with(domain)) or host is None:
        return Expected(recipient, trouble or zone.UNKNOWN_NAME)
    if host.trouble:
        habits = tuple(reply for reply in reversed(host.habits) if reply.act is Act.SAY)
        return Expected(recipient, host.trouble, habits, host.name)
    if host.too_big(_size(scenario)):
        return Expected(recipient, OVER_LIMIT[0].facts, OVER_LIMIT, host.name)
    reply = host.refuses_all or reply_to(recipient.address)
    if reply is None:
        return Expected(recipient, host=host.name)
    return Expected(recipient, reply.facts, (reply, *zone.passed_over(domain)), host.name)


def spoken_to(one: Expected, addresses: Sequence[str], sender: str) -> Iterator[Said]:
    """Yield what a recipient may have been told, under each of the addresses it may have been called by."""
    for reply in one.replies:
        for address in dict.fromkeys((one.recipient.address, *addresses)):
            yield _said(reply, sender, address)
            yield _said(reply, REWRITTEN, address)


def shared_by(one: Expected, everyone: Sequence[Expected], sender: str, *, copied: bool) -> Iterator[Said]:
    """Yield what others were told that also ended the way of this one: replies to a content that went to all of them.

    `copied` is for servers that give the first reply for every recipient of the message.
    """
    for other in everyone:
        for reply in other.replies:
            if copied or (reply.stage in (Stage.DATA, Stage.DOT) and other.host == one.host):
                yield _said(reply, sender, other.recipient.address)


def _size(scenario: Scenario) -> int:
    addresses = [recipient.address for recipient in scenario.recipients]
    return len(compose(scenario.message, scenario.sender, addresses, scenario.message_id))


def _said(reply: Reply, sender: str, address: str) -> Said:
    return Said(reply, tuple(line.decode("utf-8", "replace") for line in reply.spoken(sender, address)))


def _has_pieces(line: str, words: str) -> bool:
    """Look for the text of a line: servers fold it, cut it short, and change the codes in front of it."""
    text = re.sub(r"^#?\d\.\d+\.\d+ +", "", line[4:])
    if not text:
        return re.search(rf"(?<!\w){line[:3]}(?![\w.@+-])", words) is not None
    pieces = [squeeze(piece)[:LEAST] for piece in re.split(r"[^ -~]+", text)]
    if not any(pieces):
        return line[: len("550 5.1.1")] in words
    return all(piece in words for piece in pieces)
