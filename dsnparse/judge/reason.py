"""Diagnostic to reason: which of the 64, by which words or code.

Order of evidence: words of the vendor that spoke, words that nobody owns, an enhanced code that says something, the reply code
with the command it answers, the generic code. Among words of one kind the lowest rank of the registry wins; words that nobody owns,
as weak as "policy", yield to an enhanced code that names a cause.
"""

from typing import Final, NamedTuple

from dsnparse.registry import enhanced_reason, is_generic, reasons, reply_reason
from dsnparse.report import Permanence, Source
from dsnparse.rules.catalogue import Speakers
from dsnparse.rules.layer import ANY, winner

# Replies by which a server says that it, not the mail, is the trouble (RFC 5321 section 4.2.3).
FOR_NOW: Final = frozenset((421, 451, 452))
# RFC 3463 section 3.5: X.4.7, delivery time expired
TIME_IS_UP: Final = ".4.7"
UNDETERMINED: Final = "undetermined"
EXPIRED: Final = "expired"
# From this rank on a phrase says less than a code that is not generic (expired, protocol_error, security_error, policy).
WEAK_RANK: Final = 54


# What the codes say that a status of sysexits.h is turned into (X.3.0).
OF_A_PROGRAM: Final = frozenset((UNDETERMINED, "system_error"))
# How the names of rules begin that hold for any software.
ANYBODY: Final = f"{ANY}."


class Cause(NamedTuple):
    """A reason, and what gave it."""

    reason: str
    detail: str = ""
    permanence: Permanence | None = None
    rule: str = ""
    source: Source = "registry"
    own: str = ""


def find_cause(text: str, status: str, reply: int | None, command: str, speakers: Speakers) -> Cause:
    """Return why mail failed, out of the words of the diagnostic and its codes."""
    if status[:1] == "2":
        status = ""  # a refusal that states success does not say why
    words = _by_words(text, speakers) if text else None
    if words and words.reason == EXPIRED and reply in FOR_NOW and not status.endswith(TIME_IS_UP):
        return _by_codes(text, status, reply, command)  # the server's own remark behind a reply that says why
    if words and (_rank(words.reason) < WEAK_RANK or not words.rule.startswith(ANYBODY)):
        return words
    code = enhanced_reason(status) if status and not is_generic(status) else None
    if code == "auth_required" and words and command != "AUTH":
        return words  # RFC 4954 codes speak of a login; big receivers use them for policies of other kinds
    if code and not (words and _rank(words.reason) <= _rank(code)):
        return Cause(code, rule=f"enhanced[{status}]")
    if words:
        return words
    return _by_codes(text, status, reply, command)


def _by_words(text: str, speakers: Speakers) -> Cause | None:
    """Return the cause of the first speaker whose phrases occur; of several the one of the lowest rank, then the first."""
    catalogue, names = speakers
    found = catalogue.causes(text)
    for name in names if found else ():
        if own := [phrase for phrase in found if phrase[0] == name]:
            _, rule, where = own[winner([rule for _, rule, _ in own], _rank)] if len(own) > 1 else own[0]
            return Cause(rule.means, rule.detail, rule.permanence, where, "rule", rule.own)
    return None


def by_program(cause: Cause) -> Cause:
    """Return the cause where a program wrote the diagnostic: if only a code that says little gave it, the program failed."""
    says_little = cause.source == "registry" and cause.reason in OF_A_PROGRAM
    return Cause("mailer_error", "pipe", rule=cause.rule) if says_little else cause


def _by_codes(text: str, status: str, reply: int | None, command: str) -> Cause:
    if (
        reply
        and (reason := reply_reason(reply, command))
        and not (status[2:4] == "7." and reasons()[reason].suppress == "yes")
    ):
        return Cause(reason, rule=f"reply[{reply}]")  # a code that says policy condemns no address
    if status and (reason := enhanced_reason(status)) and reason != UNDETERMINED:
        return Cause(reason, rule=f"enhanced[{status}]")
    return Cause(UNDETERMINED, "text_present" if text else "no_diagnostic")


def _rank(name: str) -> int:
    return reasons()[name].rank
