"""The commands and pages that verify a cause, with the names of the case filled in and quoted for a shell."""

from collections.abc import Iterator
from itertools import chain
from shlex import quote
from urllib.parse import quote as quote_url

from dsnparse.explain.places import Places, fill_word
from dsnparse.explanation import Check
from dsnparse.registry.entries import CheckEntry
from dsnparse.registry.knowledge import checks
from dsnparse.report import Recipient


def verify(reason: str, known: Places, recipient: Recipient | None = None) -> tuple[Check, ...]:
    """Return how to verify the causes of a reason; the page of the block list at hand comes first."""
    page = recipient.blocklist_lookup if recipient else ""
    own = [Check(f"{reason}.lookup", "What the list says of it, and how to be removed", page=page)] if page else []
    return (*own, *_filled(checks(reason), known))


def _filled(entries: tuple[CheckEntry, ...], known: Places) -> Iterator[Check]:
    for entry in entries:
        if entry.page:
            url, unknown = fill_word(entry.page, {name: quote_url(value, safe="") for name, value in known.items()})
            if not unknown:
                yield Check(entry.id, entry.purpose, page=url)
            continue
        words = [fill_word(word, known) for word in entry.command]
        unknown = list(dict.fromkeys(chain.from_iterable(missing for _, missing in words)))
        yield Check(entry.id, entry.purpose, " ".join(quote(word) for word, _ in words), unknown=tuple(unknown))
