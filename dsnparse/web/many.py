"""Many messages in one body: an mbox, a zip or another archive. How many are read, and how much of them, is bounded."""

from typing import Final

import dsnparse
from dsnparse.sources import Message
from dsnparse.sources.budget import Budget
from dsnparse.sources.contents import Layer, contents
from dsnparse.sources.items import PassedOver, Unread
from dsnparse.sources.streams import Stream
from dsnparse.web.metrics import Metrics
from dsnparse.web.settings import Settings
from dsnparse.web.shapes import Reports, UnreadInput

NAME: Final = "body"


def read_many(body: bytes, settings: Settings, metrics: Metrics) -> Reports:
    """Return the reports of a body; SourceError if it cannot be read at all."""
    reports: list[dsnparse.Report] = []
    unread: list[UnreadInput] = []
    size, complete = 0, True
    layer = Layer(NAME, settings.limits.max_message_bytes, Budget(lambda: len(body)))
    for item in contents(Stream(lambda: b"", body), layer):
        size += len(item.raw) if isinstance(item, Message) else 0
        if len(reports) + len(unread) >= settings.max_messages or size > settings.max_bytes:
            complete = False
            break
        match item:
            case Message(source, raw):
                reports.append(dsnparse.parse(raw, limits=settings.limits, rules=settings.rules, source=source))
            case Unread(source, error):
                unread.append(UnreadInput(source, error))
            case PassedOver():
                pass
    metrics.messages.update(report.kind for report in reports)
    return Reports(tuple(reports), tuple(unread), complete)
