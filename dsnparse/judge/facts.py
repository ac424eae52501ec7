"""Readings to one set of facts a recipient: who wins, and which readings speak of the same address."""

from typing import Final, NamedTuple

from dsnparse.report import Agreement, Found, Reading

# Fields that say who the recipient is rather than what became of the mail.
IDENTITY: Final = frozenset(("address", "original_recipient", "alias", "candidate"))
CONFLICT_CONFIDENCE: Final = 0.4


class Facts(NamedTuple):
    """One recipient: what was read of it, and how far the sources agree."""

    reading: Reading
    agreement: Agreement
    confidence: float


class Sources(NamedTuple):
    """Everything that was read, strongest first."""

    status: list[Reading]
    notice: list[Reading]
    transcript: list[Reading]
    shared: Reading
    failed: list[Found]
    returned: Found | None
    named: frozenset[str]


def merge(sources: Sources) -> list[Facts]:
    """Return the facts of each recipient: of the status part where it names any, else of the notice, else of weaker hints."""
    base = [reading for reading in sources.status if _address(reading)]
    if base:
        return [_status_facts(reading, sources, len(base)) for reading in base]
    nameless = sources.status[0] if len(sources.status) == 1 else {}
    mere = all(reading.get("address") is reading.get("candidate") for reading in sources.notice)
    if sources.notice and not mere:
        return [_notice_facts(reading, nameless, sources) for reading in sources.notice if _address(reading)]
    weak: list[Reading] = [{"address": address} for address in sources.failed]
    weak = weak or [{"address": item["address"]} for item in sources.transcript if "address" in item]
    confidence = 0.8
    if not weak and sources.returned:
        weak, confidence = [{"address": sources.returned}], 0.3
    elif not weak:
        weak, confidence = [reading for reading in sources.notice if _address(reading)], 0.5
    facts = []
    for reading in _distinct(weak):
        rest = _spoken(reading, sources, alone=len(weak) == 1)
        facts.append(Facts(rest | sources.shared | nameless | reading, "single_source", confidence))
    return facts


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
    known = reading["address"].value.lower() in sources.named
    if (
        known and "diagnostic" in reading and not reading["diagnostic"].value.isdigit()
    ):  # nothing is left to ask: 2 recipients of 3
        return Facts(reading, "agree", 0.99)
    names = _names(reading)
    spoken = _spoken(reading, sources, alone=count == 1)
    for field in IDENTITY:
        spoken.pop(field, None)
    facts = spoken | reading
    if "diagnostic" in spoken and facts["diagnostic"].value.isdigit():  # words say more than an exit status
        facts["diagnostic"] = spoken["diagnostic"]
    if known or names & sources.named:
        return Facts(facts, "agree", 0.99)
    if sources.notice:
        told = {name for item in sources.notice for name in _names(item)}
        if not told & names:
            return Facts(facts, "conflict", CONFLICT_CONFIDENCE)
        return Facts(facts, "agree", 0.99)
    return Facts(facts, "single_source", 0.95)


def _notice_facts(reading: Reading, nameless: Reading, sources: Sources) -> Facts:
    transcript = _said_of(reading, sources.transcript, alone=len(sources.notice) == 1)
    facts = sources.shared | transcript | nameless | reading
    if "diagnostic" in nameless:
        facts["diagnostic"] = nameless["diagnostic"]
    if _names(reading) & sources.named:
        return Facts(facts, "agree", 0.9)
    return Facts(facts, "single_source", 0.75)


def _spoken(reading: Reading, sources: Sources, *, alone: bool) -> Reading:
    """Return what transcript and notice say of the recipient of `reading`."""
    return (
        sources.shared
        | _said_of(reading, sources.transcript, alone=alone)
        | _said_of(reading, sources.notice, alone=alone)
    )


def _said_of(reading: Reading, others: list[Reading], *, alone: bool) -> Reading:
    names = _names(reading)
    for other in others:
        if names & _names(other):
            return dict(other)
    if alone and len(others) == 1:  # one recipient, one paragraph: it speaks of this one, by whatever name
        return dict(others[0])
    everybody = next((other for other in others if not _names(other)), {})
    return dict(everybody)


def _names(reading: Reading) -> set[str]:
    return {str(reading[field].value).lower() for field in IDENTITY if field in reading and reading[field].value}
