"""Causes and fixes in the order in which they fit a case: what the vendor documents, what the facts or words of the case speak for, the rest.

A cause that is only of another vendor, or only of another code, is left out.
"""

from collections.abc import Callable, Iterable
from functools import cache
from operator import itemgetter
from typing import Final, TypeVar

import re2

from dsnparse.explain.case import Case
from dsnparse.explain.documents import Field, documented
from dsnparse.explanation import Statement
from dsnparse.registry.entries import CauseEntry, FixEntry
from dsnparse.registry.knowledge import causes, fixes

# Facts that are of no interest to others.
EXCLUSIVE: Final = ("vendor:", "code:")
BY_FACT, BY_WORDS, USUAL, UNLIKELY, LEFT_OUT = range(5)

E = TypeVar("E", CauseEntry, FixEntry)


def rank_causes(case: Case) -> tuple[Statement, ...]:
    """Return the likely causes of this case, the likeliest first."""
    return (*_by_vendor(case, "cause"), *_ranked(causes(case.recipient.reason), case, _cause))


def rank_fixes(case: Case) -> tuple[Statement, ...]:
    """Return what helps in this case, the most fitting first."""
    return (*_by_vendor(case, "fix"), *_ranked(fixes(case.recipient.reason), case, _fix))


def vendor_notes(case: Case) -> tuple[Statement, ...]:
    """Return what the vendor's phrase means, by its own documents."""
    return _by_vendor(case, "meaning")


def _by_vendor(case: Case, field: Field) -> tuple[Statement, ...]:
    return documented(case.phrase, field, case.catalogue) if case.phrase else ()


def _ranked(entries: Iterable[E], case: Case, state: Callable[[E, str], Statement]) -> list[Statement]:
    kept: list[tuple[int, str, E]] = []
    for entry in entries:
        weight, quote = _weigh(entry, case)
        if weight != LEFT_OUT:
            kept.append((weight, quote, entry))
    kept.sort(key=itemgetter(0))
    return [state(entry, quote) for _, quote, entry in kept]


def _weigh(entry: CauseEntry | FixEntry, case: Case) -> tuple[int, str]:
    """Tell how well an entry fits, and the words that speak for it."""
    words = entry.words if isinstance(entry, CauseEntry) else ""
    quote = _quoted(words, case.recipient.diagnostic) if words else ""
    if case.facts.intersection(entry.given):
        return BY_FACT, quote
    if quote:
        return BY_WORDS, quote
    if not entry.given and not words:
        return USUAL, ""
    exclusive = entry.given and not words and all(fact.startswith(EXCLUSIVE) for fact in entry.given)
    return (LEFT_OUT if exclusive else UNLIKELY), ""


def _quoted(words: str, text: str) -> str:
    match = _pattern(words).search(text)
    return match[0] if match else ""


@cache
def _pattern(words: str) -> "re2._Regexp[str]":
    return re2.compile(f"(?i){words}")


def _cause(entry: CauseEntry, quote: str) -> Statement:
    return Statement(entry.id, entry.text, quote=quote, sources=entry.sources)


def _fix(entry: FixEntry, _: str) -> Statement:
    return Statement(entry.id, entry.text, entry.actor, sources=entry.sources)
