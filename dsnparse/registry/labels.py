"""A reason in the words of another product: what a user of it has stored until now."""

from dsnparse.registry.entries import Special
from dsnparse.registry.tables import vocabularies
from dsnparse.report import Permanence


def label(vocabulary: str, reason: str, detail: str = "", permanence: Permanence | None = None) -> str:
    """Return what `vocabulary` calls a reason, empty where it has no word for it.

    A label for this detail goes before one for this permanence, and both before the usual one. KeyError: no such vocabulary.
    """
    entry = vocabularies()[vocabulary]
    fits = [special for special in entry.special if _fits(special, reason, detail, permanence)]
    best = max(fits, key=lambda special: (bool(special.detail), bool(special.permanence)), default=None)
    return best.label if best else entry.labels.get(reason, "")


def _fits(special: Special, reason: str, detail: str, permanence: Permanence | None) -> bool:
    return (
        special.reason == reason
        and special.detail in ("", detail)
        and (special.permanence is None or special.permanence == permanence)
    )
