"""Readings to one set of facts a recipient: who wins, and which readings speak of the same address."""

import re
from bisect import bisect
from typing import Final, NamedTuple

from dsnparse.report import Agreement, Found, Reading

# Fields that say who the recipient is rather than what became of the mail.
IDENTITY: Final = frozenset(("address", "original_recipient", "alias", "candidate"))
CONFLICT_CONFIDENCE: Final = 0.4
# So much of a reply tells it from others: a notice may quote its first line alone.
OPENING: Final = 30
REPLY: Final = re.compile(r"(?:\A|: ?)[45][0-9]{2}[ -]", re.ASCII)
# Servers answer so to a command that comes although the one before was refused: why, that refusal says.
OUT_OF_ORDER: Final = "503"
UNFINISHED: Final = re.compile(r"([45][0-9]{2})-(?:(?! \1[ -]).){0,1000}", re.ASCII)
FOLLOW_UP: Final = re.compile(r"(?i)\bno valid recipients?\b")
# Sendmail's verdict on whom a refusal above concerns: `554 <bo@dest.example>... Service unavailable`
VERDICT: Final = re.compile(r"(?i)554 (?:5\.0\.0 )?(?:\S{1,320}\.\.\. )?Service unavailable")


class Facts(NamedTuple):
    """One recipient: what was read of it, and how far the sources agree."""

    reading: Reading
    agreement: Agreement
    confidence: float


class Sources(NamedTuple):
    """Everything that was read, strongest first."""

    status: list[Reading]
    notice: "Voice"
    transcript: "Voice"
    shared: Reading
    failed: list[Found]
    returned: Found | None
    named: frozenset[str]


class Voice:
    """One source that may speak of many recipients, filed by their names: thousands of them are asked for one by one."""

    def __init__(self, readings: list[Reading]) -> None:
        self.readings = readings
        self.places: dict[str, int] = {}
        self.nameless: list[Reading] = []
        for place, reading in enumerate(readings):
            names = _names(reading)
            for name in names:
                self.places.setdefault(name, place)
            if "address" not in reading:
                self.nameless.append(reading)
        self.replies = {_opening(reading): reading for reading in reversed(self.nameless)}

    def said_of(self, reading: Reading, *, alone: bool, own: Found | None = None) -> Reading:
        """Return what it says of the recipient of `reading`, who may be the only one there is, or have a reply of their `own`."""
        if not self.readings:
            return {}
        if known := [self.places[name] for name in _names(reading) if name in self.places]:
            return self.readings[min(known)]
        if alone and len(self.readings) == 1:  # one recipient, one paragraph: it speaks of this one, by whatever name
            return self.readings[0]
        if not self.nameless or alone:
            return self.nameless[0] if self.nameless else {}
        if own:  # another reply, of another host maybe, is not to be lent to this recipient
            return self.replies.get(str(own.value)[:OPENING], {})
        return self._last_above(reading)

    def _last_above(self, reading: Reading) -> Reading:
        """Return what was said to nobody by name before a notice came to a recipient, or else what was said first."""
        address = reading.get("address")
        if address is None or address.source != "notice":
            return self.nameless[0]
        above = bisect(self.nameless, address.start, key=_start)
        return self.nameless[max(above - 1, 0)]


def merge(sources: Sources) -> list[Facts]:
    """Return the facts of each recipient: of the status part where it names any, else of the notice, else of weaker hints."""
    base = [reading for reading in sources.status if _address(reading)]
    if base:
        return [_status_facts(reading, sources, len(base)) for reading in base]
    nameless = sources.status[0] if len(sources.status) == 1 else {}
    told = _completed(sources.notice.readings, sources.failed)
    if not _contradicted(told, sources.failed) and any(
        reading.get("address") is not reading.get("candidate") for reading in told
    ):
        return [_notice_facts(reading, nameless, sources) for reading in told if _address(reading)]
    weak: list[Reading] = [{"address": address} for address in sources.failed]
    weak = weak or [{"address": item["address"]} for item in sources.transcript.readings if "address" in item]
    confidence = 0.8
    if not weak and sources.returned:
        weak, confidence = [{"address": sources.returned}], 0.3
    elif not weak:
        weak, confidence = [reading for reading in told if _address(reading)], 0.5
    facts = []
    for reading in _distinct(weak):
        rest = _spoken(reading, sources, alone=len(weak) == 1)
        facts.append(Facts(rest | sources.shared | nameless | reading, "single_source", confidence))
    return facts


def _completed(readings: list[Reading], failed: list[Found]) -> list[Reading]:
    """Return what a notice says, a mailbox without its domain with the address that the header has for it."""
    full = {item.value.lower().rpartition("@")[0]: item for item in reversed(failed)}
    if not full:
        return readings
    return [
        reading | {"address": full[name], "alias": reading["address"]}
        if "address" in reading and (name := reading["address"].value.lower()) in full
        else reading
        for reading in readings
    ]


def _contradicted(told: list[Reading], failed: list[Found]) -> bool:
    """Tell whether a header that lists who failed knows nobody of those whom the words seem to name."""
    names = {name for reading in told for name in _names(reading)}
    return bool(names) and bool(failed) and names.isdisjoint(item.value.lower() for item in failed)


def _distinct(readings: list[Reading]) -> list[Reading]:
    seen: dict[str, Reading] = {}
    for reading in readings:
        seen.setdefault(reading["address"].value.lower(), reading)
    return list(seen.values())


def _address(reading: Reading) -> str:
    """Return the address of a reading: the final recipient, else the original one, else what an alias led to."""
    for field in ("address", "original_recipient", "actual_recipient"):
        if (found := reading.get(field)) and found.value:
            if field != "address":
                reading["address"] = found
            return str(found.value)
    return ""


def _status_facts(reading: Reading, sources: Sources, count: int) -> Facts:
    address = reading["address"].value.lower()
    known = address in sources.named
    if known and (cause := _cause(reading)) and not is_unfinished(cause):
        return Facts(reading, "agree", 0.99)  # nothing is left to ask: 2 recipients of 3
    names = _names(reading)
    spoken = _spoken(reading, sources, alone=count == 1)
    for field in IDENTITY:
        spoken.pop(field, None)
    facts = spoken | reading
    if truer := _truer(facts, spoken):
        facts["diagnostic"] = truer
    if known or address in sources.notice.places:
        return Facts(facts, "agree", 0.99)
    if sources.notice.readings and names.isdisjoint(sources.notice.places) and names.isdisjoint(sources.named):
        return Facts(facts, "conflict", CONFLICT_CONFIDENCE)
    return Facts(facts, "single_source", 0.95)  # another name of the recipient's may be confirmed, but not this address


def _notice_facts(reading: Reading, nameless: Reading, sources: Sources) -> Facts:
    alone = len(sources.notice.readings) == 1
    transcript = sources.transcript.said_of(reading, alone=alone, own=_cause(reading))
    facts = sources.shared | transcript | nameless | reading
    if "diagnostic" in nameless:
        facts["diagnostic"] = nameless["diagnostic"]
    if truer := _truer(facts, transcript):
        facts["diagnostic"] = truer
    if _names(reading) & sources.named:
        return Facts(facts, "agree", 0.9)
    return Facts(facts, "single_source", 0.75)


def _spoken(reading: Reading, sources: Sources, *, alone: bool) -> Reading:
    """Return what transcript and notice say of the recipient of `reading`."""
    told = sources.notice.said_of(reading, alone=alone)
    said = sources.transcript.said_of(reading, alone=alone, own=_cause(reading) or _cause(told))
    summed = _cause(told)
    if _cause(said) and (
        _names(said) & _names(reading) or not summed or is_unfinished(summed)
    ):  # the reply itself, where the notice only sums it up
        return sources.shared | told | said
    return sources.shared | said | told


def says_nothing(diagnostic: Found) -> bool:
    """Tell whether a diagnostic leaves open why: an exit status (`x-unix; 67`), or a reply that only follows from another."""
    text = str(diagnostic.value)
    if text.startswith("554 ") and VERDICT.fullmatch(text):
        return True
    return text.isdigit() or text.startswith(OUT_OF_ORDER) or ("o valid" in text and bool(FOLLOW_UP.search(text)))


def is_unfinished(diagnostic: Found) -> bool:
    """Tell whether a diagnostic is the first line of several, as Sendmail has it: a dash behind the code, and no last line."""
    return UNFINISHED.fullmatch(str(diagnostic.value)) is not None


def _truer(facts: Reading, spoken: Reading) -> Found | None:
    """Return what is said elsewhere if it says more.

    All lines of the same reply do, any words where a mere exit status is known, only a reply where one is known that follows from it.
    """
    known, cause = facts.get("diagnostic"), _cause(spoken)
    if known is None or cause is None:
        return None
    if is_unfinished(known):
        return cause if str(cause.value).startswith(str(known.value)) else None
    if not says_nothing(known):
        return None
    return cause if known.value.isdigit() or REPLY.search(str(cause.value)) else None


def _cause(reading: Reading) -> Found | None:
    """Return the diagnostic of a reading where it says something."""
    diagnostic = reading.get("diagnostic")
    return None if diagnostic is None or says_nothing(diagnostic) else diagnostic


def _names(reading: Reading) -> set[str]:
    return {str(reading[field].value).lower() for field in IDENTITY if field in reading and reading[field].value}


def _opening(reading: Reading) -> str:
    return str(reading["diagnostic"].value)[:OPENING] if "diagnostic" in reading else ""


def _start(reading: Reading) -> int:
    return reading["diagnostic"].start if "diagnostic" in reading else 0


def is_of_all(facts: list[Facts]) -> bool:
    """Tell whether a notice as a whole speaks of every one: nobody has a diagnostic or a sentence of his own.

    What stands below the last of a list may be said of all.
    """
    if len(facts) < 2:  # noqa: PLR2004 - one alone is all
        return True
    if any("diagnostic" in item.reading for item in facts):
        return False
    *below, last = [_said_below(item.reading) for item in facts]
    return not any(below) or {*below} == {last}


def _said_below(reading: Reading) -> int:
    """Return where the words begin that stand below the address; 0 where none do."""
    text, address = reading.get("text"), reading.get("address")
    return text.start if text and address and text.part == address.part and text.start > address.start else 0
