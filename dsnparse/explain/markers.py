"""Markers of vendors, such as `TSS04` and `S3150`: what the rules know that have them in their phrases."""

import re
from typing import Final

from msgspec.structs import replace

from dsnparse.explain.case import Case
from dsnparse.explain.codes import CLASS
from dsnparse.explain.documents import in_full
from dsnparse.explain.recipient import find_for
from dsnparse.explanation import Finding
from dsnparse.judge.code import read_codes
from dsnparse.judge.verdict import advice_for
from dsnparse.registry import reason
from dsnparse.report import Evidence, Recipient
from dsnparse.rules.catalogue import OWN, Catalogue
from dsnparse.rules.layer import ANY, Phrase

# A marker has letters, and a digit or a sign or capitals among them: other single words are words, and numbers are codes.
MARKER: Final = re.compile(
    r"[\[(<]?(?=\S{2,40}\Z)(?=.*[A-Za-z])(?=.*[0-9_#-]|[A-Z]{2,})([A-Za-z0-9][A-Za-z0-9_#:./-]*[A-Za-z0-9])[\])>]?",
    re.ASCII,
)
MOST: Final = 6


def find_marker(text: str, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return a finding for each rule of a vendor that knows the marker, the likeliest first."""
    match = MARKER.fullmatch(text)
    if not match:
        return ()
    rules = _by_pattern(match[1], catalogue) or _by_example(match[1], catalogue)
    found: dict[tuple[str, ...], Finding] = {}
    for phrase in rules[:MOST]:
        finding = _finding(match[1], phrase, catalogue)
        found.setdefault((finding.reason, *(note.text for note in finding.notes)), finding)
    return tuple(found.values())


def _by_pattern(marker: str, catalogue: Catalogue) -> list[Phrase]:
    """Return the rules of vendors that fit the marker as it stands in replies."""
    found: dict[str, Phrase] = {}
    for shape in (f"[{marker}]", f"({marker})", f" {marker} ", f"{marker}:", marker):
        found |= {phrase[2]: phrase for phrase in catalogue.causes(shape) if phrase[0] != ANY}
    return list(found.values())


def _by_example(marker: str, catalogue: Catalogue) -> list[Phrase]:
    """Return the rules of vendors that have the marker in an example."""
    word = re.compile(rf"(?<![0-9A-Za-z_]){re.escape(marker)}(?![0-9A-Za-z])", re.IGNORECASE)
    return [
        phrase for phrase in catalogue.rules() if phrase[0] != ANY and any(map(word.search, in_full(phrase).examples))
    ]


def _finding(marker: str, phrase: Phrase, catalogue: Catalogue) -> Finding:
    """Return the finding of a reply with the marker to nobody in particular; its codes are those of the rule's example."""
    owner, rule, where = phrase
    examples = in_full(phrase).examples
    shown = next((text for text in examples if marker.lower() in text.lower()), "")
    codes, entry = read_codes(shown), reason(rule.means)
    permanence = rule.permanence or CLASS.get(str(codes.reply or codes.status or "")[:1]) or entry.default_permanence
    recipient = Recipient(
        status=codes.status or "",
        reply_code=codes.reply,
        reason=entry.name,
        detail=rule.detail,
        permanence=permanence,
        fault=entry.fault,
        advice=advice_for(entry.default_advice, permanence),
        evidence={"reason": Evidence("rule", 0, 0, 0, where)},
    )
    finding = find_for(Case(recipient, catalogue, writer=owner.removeprefix(OWN)), None)
    return replace(finding, subject=marker, vendor=catalogue.title(owner))
