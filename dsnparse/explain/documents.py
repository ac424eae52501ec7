"""What vendors document of their phrases: the texts of the vendor files, which the index leaves out; a file is read when one is asked for."""

from functools import cache
from itertools import chain
from typing import Literal

from dsnparse import resource
from dsnparse.explanation import Statement
from dsnparse.registry.knowledge import remedy
from dsnparse.rules.catalogue import OWN, Catalogue, decode_vendor
from dsnparse.rules.index import ENDING, FOLDER
from dsnparse.rules.layer import ANY, Phrase
from dsnparse.rules.schema import ReasonRule, Vendor

Field = Literal["meaning", "cause", "fix"]


def in_full(phrase: Phrase) -> ReasonRule:
    """Return the rule of a phrase with its examples and what it documents."""
    owner, rule, where = phrase
    if rule.examples:  # of an own file, or of ours where there is no index
        return rule
    return _vendor(owner).reasons[int(where.rpartition("[")[2].rstrip("]"))]


def documented(phrase: Phrase, field: Field, catalogue: Catalogue) -> tuple[Statement, ...]:
    """Return what a vendor says a phrase means, what brings it about or what helps, if anything."""
    owner, rule, where = phrase
    if owner == ANY:  # words of nobody
        return ()
    full = in_full(phrase)
    text: str = getattr(full, field)
    if not text:
        return ()
    actor = remedy(rule.means).actors[0] if field == "fix" else None
    source = full.source or ("" if owner.startswith(OWN) else _vendor(owner).source)
    return (Statement(where, text, actor, catalogue.title(owner), sources=(source,) if source else ()),)


def meant(phrases: list[Phrase], catalogue: Catalogue) -> tuple[Statement, ...]:
    """Return what all these phrases mean, as far as their vendors say."""
    return tuple(chain.from_iterable(documented(phrase, "meaning", catalogue) for phrase in phrases))


@cache
def _vendor(name: str) -> Vendor:
    return decode_vendor(name, resource.read(FOLDER, name + ENDING).decode("utf-8"))
