"""All reasons, with their causes and what helps."""

from collections.abc import Iterator

from dsnparse.registry import reasons
from dsnparse.registry.entries import FixEntry, ReasonEntry
from dsnparse.registry.knowledge import causes, fixes, remedy
from reference.text import code, items, plain, table

HEAD = """\
# Reasons

The reason of a recipient, in the order of their rank: of several that fit one text, the first wins. The permanence is that of a reply
without a class; the advice is what follows where nothing else is known.

"""


def page() -> str:
    """Return the page."""
    return HEAD + "\n".join("".join(_section(entry)) for entry in reasons().values())


def _section(entry: ReasonEntry) -> Iterator[str]:
    yield f"## {entry.name}\n\n**{plain(entry.title)}.** {plain(entry.definition)}\n\n"
    yield f"{plain(remedy(entry.name).happened)}\n\n"
    yield table(
        ("group", "permanence", "fault", "advice", "the address"),
        [
            [
                code(entry.group),
                code(entry.default_permanence),
                code(entry.fault),
                code(entry.default_advice),
                entry.suppress.replace("_", " "),
            ]
        ],
    )
    if entry.details:
        yield f"\nDetails: {', '.join(map(code, entry.details))}\n"
    if known := causes(entry.name):
        yield f"\nLikely causes, the more usual first:\n\n{items(plain(each.text) for each in known)}"
    if helpful := fixes(entry.name):
        yield f"\nWhat helps:\n\n{items(map(_fix, helpful))}"


def _fix(fix: FixEntry) -> str:
    return f"{fix.actor.replace('_', ' ')}: {plain(fix.text)}"
