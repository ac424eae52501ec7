"""One recipient of a report, or one reply, to a finding."""

from dsnparse.explain.case import Case
from dsnparse.explain.causes import rank_causes, rank_fixes, vendor_notes
from dsnparse.explain.codes import meanings
from dsnparse.explain.excerpts import Texts, values_of
from dsnparse.explain.places import fill_sentence
from dsnparse.explain.rivals import find_rivals
from dsnparse.explain.verify import verify
from dsnparse.explain.words import address_advice, again, handling, particulars
from dsnparse.explanation import Finding
from dsnparse.registry import reason
from dsnparse.registry.knowledge import remedy


def find_for(case: Case, texts: Texts | None) -> Finding:
    """Return the finding of a recipient; `texts` are those its evidence counts in."""
    recipient = case.recipient
    entry = reason(recipient.reason or "undetermined")
    handled = handling(entry, recipient.advice)
    return Finding(
        subject=recipient.address or recipient.original_recipient,
        reason=entry.name,
        detail=recipient.detail,
        title=entry.title,
        happened=fill_sentence(remedy(entry.name).happened, case.spoken),
        particulars=particulars(recipient),
        action=recipient.action,
        permanence=recipient.permanence,
        fault=recipient.fault,
        advice=recipient.advice,
        actors=remedy(entry.name).actors,
        again=again(recipient),
        handling=handled,
        address_advice=address_advice(entry.name, handled),
        codes=meanings(recipient.reply_code, recipient.status),
        causes=rank_causes(case),
        fixes=rank_fixes(case),
        notes=vendor_notes(case),
        checks=verify(entry.name, case.known, recipient),
        values=tuple(values_of(recipient, texts)),
        rivals=find_rivals(case),
    )
