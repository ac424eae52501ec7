"""A code by itself: its meaning, the reasons it stands for in practice, their causes and fixes, and what each vendor makes of it."""

import re
from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

from dsnparse.explain.documents import meant
from dsnparse.explain.verify import verify
from dsnparse.explain.words import address_advice, attempt, handling
from dsnparse.explanation import Code, Finding, Statement
from dsnparse.registry import enhanced_code, is_generic, reason, reply_code
from dsnparse.registry.entries import NoteEntry
from dsnparse.registry.knowledge import causes, fixes, likely, notes, remedy
from dsnparse.report import Advice, Permanence
from dsnparse.rules.catalogue import Catalogue
from dsnparse.rules.layer import ANY

CLASS: Final[dict[str, Permanence]] = {"1": "permanent", "4": "temporary", "5": "permanent", "6": "permanent"}
# Of each reason behind the likeliest so many causes and fixes are told.
OF_EACH: Final = 2
REASONS: Final = 6
VENDORS: Final = 10


def meanings(reply: int | None, status: str) -> tuple[Code, ...]:
    """Return what the standards say of the codes of a reply."""
    told: list[Code] = []
    if reply and (entry := reply_code(reply)):
        told.append(Code(str(reply), entry.title, entry.meaning, entry.standard, entry.reference))
    if status and (row := enhanced_code(status)):
        told.append(Code(status, row.title, row.meaning, row.code == status, row.reference))
    return tuple(told)


def find_code(code: str, catalogue: Catalogue) -> Finding | None:
    """Return the finding of one code: `554`, `5.7.1`; `None` where nobody knows it."""
    told = meanings(int(code), "") if code.isdigit() else meanings(None, code)
    if not told:
        return None
    names = _reasons(code)
    known = notes(code)
    return Finding(
        subject=code,
        title=told[0].title,
        happened=told[0].meaning,
        codes=told,
        causes=(*_noted(known, "cause"), *_causes(names)),
        fixes=(*_noted(known, "fix"), *_fixes(names)),
        notes=(*_noted(known, "note"), *_vendors(code, catalogue)),
        **_verdict(code, names),
    )


def find_pair(reply: str, status: str, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return the findings of a reply code and the enhanced code beside it, the one that says more first."""
    pair = (reply, status) if is_generic(status) and not notes(status) else (status, reply)
    return tuple(finding for code in pair if (finding := find_code(code, catalogue)))


def dotted(code: str) -> str:
    """Return the reply code that some lists write with dots (`5.5.0` for 550), or nothing."""
    plain = code.replace(".", "")
    return plain if re.fullmatch(r"[0-9]\.[0-9]\.[0-9]", code, re.ASCII) and reply_code(int(plain)) else ""


def is_registered(code: str) -> bool:
    """Tell whether an enhanced code has a row of its own."""
    row = enhanced_code(code)
    return row is not None and row.code == code


def _reasons(code: str) -> tuple[str, ...]:
    """Return the reasons a code stands for, the likeliest first; of an unregistered one those of its subject, or class."""
    if code.isdigit():
        entry = reply_code(int(code))
        own = filter(None, (entry.reason, *entry.after.values())) if entry else ()
        return _first(likely(code), tuple(dict.fromkeys(own)))
    row = enhanced_code(code)
    if row is None or code[0] == "2":
        return ("delivered",)
    return _first(likely(code), likely(f"X{row.code[1:]}"), (row.reason,) if row.reason else ("undetermined",))


def _first(*noted: tuple[str, ...] | None) -> tuple[str, ...]:
    return next(names for names in noted if names is not None)


def _verdict(code: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return what follows from the likeliest reason; where a code may stand for several it condemns no address."""
    entry = reason(names[0]) if names else None
    if entry is None or entry.group == "outcome" or code[0] not in CLASS:
        return {}
    if not code.isdigit() and not is_registered(code):
        entry = reason("undetermined")
    permanence = CLASS[code[0]]
    advice: Advice = entry.default_advice
    if advice == "suppress" and (permanence == "temporary" or len(names) > 1):
        advice = "retry" if permanence == "temporary" else "review"
    handled = handling(entry, advice)
    return {
        "reason": entry.name,
        "permanence": permanence,
        "fault": entry.fault,
        "advice": advice,
        "actors": remedy(entry.name).actors,
        "again": attempt(advice, permanence),
        "handling": handled,
        "address_advice": address_advice(entry.name, handled),
        "checks": verify(entry.name, {}),
    }


def _noted(entries: Iterable[NoteEntry], kind: str) -> tuple[Statement, ...]:
    return tuple(
        Statement(entry.id, entry.text, entry.actor, entry.vendor, sources=entry.sources)
        for entry in entries
        if entry.kind == kind
    )


def _causes(names: tuple[str, ...]) -> tuple[Statement, ...]:
    """Return causes of each reason in turn: of the likeliest all that hold for everybody, of the others the first ones."""
    told = chain.from_iterable(
        causes(name)[: None if place == 0 else OF_EACH] for place, name in enumerate(names[:REASONS])
    )
    return tuple(
        Statement(entry.id, entry.text, sources=entry.sources) for entry in told if not _is_particular(entry.given)
    )


def _fixes(names: tuple[str, ...]) -> tuple[Statement, ...]:
    told = chain.from_iterable(
        fixes(name)[: None if place == 0 else OF_EACH] for place, name in enumerate(names[:REASONS])
    )
    return tuple(
        Statement(entry.id, entry.text, entry.actor, sources=entry.sources)
        for entry in told
        if not _is_particular(entry.given)
    )


def _is_particular(given: tuple[str, ...]) -> bool:
    return any(fact.startswith(("vendor:", "code:")) for fact in given)


def _vendors(code: str, catalogue: Catalogue) -> tuple[Statement, ...]:
    """Return what vendors document of a code that their phrases name."""
    if code.isdigit():
        return ()  # a reply code stands in hundreds of phrases and explains none
    named = re.compile(rf"(?<![0-9.]){re.escape(code)}(?![0-9]|\.[0-9])")
    found = [
        phrase for phrase in catalogue.rules() if phrase[0] != ANY and named.search(phrase[1].pattern.replace("\\", ""))
    ]
    return meant(found[:VENDORS], catalogue)
