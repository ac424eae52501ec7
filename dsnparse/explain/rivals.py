"""The readings that lost: what other words and codes of the same reply would have meant, and why they yielded."""

from collections.abc import Iterator
from typing import Final

from dsnparse.explain.case import RULE, Case
from dsnparse.explanation import Rival
from dsnparse.registry import enhanced_reason, is_generic, reason, reply_reason
from dsnparse.rules.layer import Phrase

TOO_MANY: Final = 12


def find_rivals(case: Case) -> tuple[Rival, ...]:
    """Return the readings of a recipient that lost, each once: other parts of the message, other words and codes of the reply."""
    told = (*case.voices(), *_status_field(case))
    if case.recipient.reason not in ("", "delivered"):
        told += (*_phrases(case), *_codes(case))
    return tuple(dict.fromkeys(told))[:TOO_MANY]


def _status_field(case: Case) -> Iterator[Rival]:
    recipient = case.recipient
    if recipient.status_field:
        yield Rival(recipient.status_field, "Status field", f"the reply itself says {recipient.status}")


def _phrases(case: Case) -> Iterator[Rival]:
    """Yield the reasons of other phrases that occur in the diagnostic."""
    _, names = case.catalogue.speakers(case.speaker or None, case.catalogue.vendors.get(case.writer))
    for phrase in case.catalogue.causes(case.recipient.diagnostic):
        owner, rule, where = phrase
        if rule.means != case.recipient.reason and where != case.chosen:
            yield Rival(rule.means, where, _why(phrase, owner in names, names, case))


def _why(phrase: Phrase, spoke: bool, names: tuple[str, ...], case: Case) -> str:
    owner, rule, _ = phrase
    if not spoke:
        return "its vendor did not speak here"
    match = RULE.fullmatch(case.chosen)
    if match is None:
        return f"weaker than {case.chosen or 'what else was read'}"
    winner = f"{match['mark'] or ''}{match['vendor']}"
    if winner in names and names.index(winner) < names.index(owner):
        return f"the words of {winner} go first"
    low, high = reason(case.recipient.reason), reason(rule.means)
    return f"{low.name} goes before {high.name} (rank {low.rank} before {high.rank})"


def _codes(case: Case) -> Iterator[Rival]:
    """Yield what the codes mean by themselves."""
    recipient = case.recipient
    if recipient.status and (meant := enhanced_reason(recipient.status)) and meant != recipient.reason:
        why = "too general a code" if is_generic(recipient.status) else "the words say more than the code"
        yield Rival(meant, f"enhanced[{recipient.status}]", why)
    code = recipient.reply_code
    if code and (meant := reply_reason(code, recipient.command)) and meant != recipient.reason:
        yield Rival(meant, f"reply[{code}]", "a reply code says least")
