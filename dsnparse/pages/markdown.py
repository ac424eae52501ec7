"""The report as Markdown: what comes from mail stands in code spans, where nothing is markup."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from dsnparse.pages.visible import visible
from dsnparse.summary import Summary
from dsnparse.summary.shape import Ranking
from dsnparse.summary.tasks import title

TICKS: Final = re.compile("`+")
SHOWN: Final = 50


def markdown(summary: Summary) -> bytes:
    """Return the report."""
    return "\n".join((*_lines(summary), "")).encode()


def code(text: str) -> str:
    """Return a code span, with a fence that is longer than any in the text; a bar would end a cell."""
    clean = " ".join(visible(text).split()).replace("|", "\\|")
    if not clean:
        return ""
    fence = "`" * (1 + max((len(run) for run in TICKS.findall(clean)), default=0))
    pad = " " if "`" in (clean[0], clean[-1]) else ""
    return f"{fence}{pad}{clean}{pad}{fence}"


def _lines(summary: Summary) -> Iterator[str]:
    yield "# Bounce report"
    yield ""
    yield from _table(("", "Count"), _figures(summary))
    if summary.unread:
        yield f"{summary.unread:,} inputs could not be read; they are not counted.\n"
    yield from _tasks(summary)
    yield "## Delivery health over time\n"
    periods = ((each.name, each.failed, each.delayed, each.delivered, each.complaints) for each in summary.periods)
    yield from _table(("Period", "Failed", "Delayed", "Delivered", "Complaints"), periods)
    for heading, first, found, more in (
        ("Kinds of messages", "Kind", summary.kinds, ""),
        ("Reasons", "Reason", summary.reasons, ""),
        ("Whose turn it is", "Fault", summary.faults, ""),
        ("Domains", "Domain", summary.domains, "Most frequent reasons"),
        ("Block lists met", "List", summary.blocklists, "Asked by"),
        ("Authentication failures", "Domain", summary.authentication, "Checks"),
        ("Vendors", "Vendor", summary.vendors, "Kinds"),
    ):
        yield from _ranking(heading, first, found, more)
    yield from _suppress(summary)
    yield from _ranking("Unknowns", "Reply", summary.unknowns, "Written by")


def _figures(summary: Summary) -> Iterator[tuple[object, ...]]:
    for name in ("messages", "recipients", "failed", "delayed", "delivered", "complaints"):
        yield name.capitalize(), getattr(summary, name)


def _tasks(summary: Summary) -> Iterator[str]:
    yield "## What to fix first\n"
    for number, task in enumerate(summary.tasks, 1):
        yield f"{number}. {title(task.reason)} ({code(task.reason)}, {task.count:,} recipients)"
        yield from (f"   - {each.actor.replace('_', ' ').capitalize()}: {each.text}" for each in task.helps)
    yield "" if summary.tasks else "Nothing on the sender's side was found.\n"


def _suppress(summary: Summary) -> Iterator[str]:
    yield "## Addresses to suppress\n"
    yield f"{len(summary.suppress) + summary.more_suppress:,} in all; the first {min(len(summary.suppress), SHOWN)}:\n"
    rows = ((code(each.address), code(each.reason), code(each.status), each.last) for each in summary.suppress[:SHOWN])
    yield from _table(("Address", "Reason", "Status", "Last reported"), rows)


def _ranking(heading: str, first: str, found: Ranking, more: str) -> Iterator[str]:
    yield f"## {heading}\n"
    rows = (
        (code(row.name), row.count, _with(row.with_)) if more else (code(row.name), row.count) for row in found.rows
    )
    yield from _table((first, "Count", more) if more else (first, "Count"), rows)
    if found.others:
        yield f"And {found.others:,} more under other names.\n"


def _with(found: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{code(name)} {count:,}" for name, count in found)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    cells = [" | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) for row in rows]
    if not cells:
        yield "None.\n"
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {row} |" for row in cells)
    yield ""
