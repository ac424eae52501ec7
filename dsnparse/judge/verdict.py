"""The verdict on one recipient: why mail failed, how final that is, whose turn it is and what to do; and what else was told."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from dsnparse.judge.code import Codes
from dsnparse.judge.durations import UNSAID, find_durations
from dsnparse.judge.extras import find_urls
from dsnparse.judge.listing import LISTED, find_listing
from dsnparse.judge.particulars import READERS, Asked
from dsnparse.judge.reason import EXPIRED, UNDETERMINED, Cause, by_program, find_cause
from dsnparse.registry import reasons
from dsnparse.report import Action, Advice, DiagnosticFacts, Found, Permanence, Reading
from dsnparse.rules.catalogue import Catalogue, Compiled, Speakers

POSITIVE: Final = frozenset(("delivered", "relayed", "expanded"))
PROGRAM: Final = "x-unix"  # the type of diagnostics that a program wrote, as Postfix and Sendmail call it
# Where a cause may be told, in the order of whose words count most.
TEXTS: Final = ("diagnostic", "supplementary", "comment", "text", "localized_diagnostic")
# In a notice without replies: a sentence, up to the sign that ends it, and so many of them.
SENTENCE: Final = re.compile(r"\S(?:[^.!?。！？]|[.!?](?=\S)){8,600}(?:[.!?](?=\s|\Z)|[。！？]|\Z)")  # noqa: RUF001 - the signs of East Asia
MAX_SENTENCES: Final = 40
CLASS: Final[dict[str, Permanence]] = {"4": "temporary", "5": "permanent"}


class Context(NamedTuple):
    """What is known of the whole report when one recipient is judged."""

    catalogue: Catalogue
    writer: Compiled | None
    action: Action | None
    words: Callable[[], Found | None]  # reading the whole notice is dear, and seldom needed
    is_final: Callable[[], bool]
    is_whole: Callable[[], bool]


def give_verdict(values: dict[str, Any], reading: Reading, context: Context, codes: Codes) -> None:
    """Add reason, detail, permanence, fault and advice, and what else the diagnostic tells."""
    action = values.get("action")
    if action in POSITIVE:
        values["reason"] = "delivered"
        values["detail"] = "" if action == "delivered" else action
        return
    cause, said = _cause(values, reading, context)
    entry = reasons()[cause.reason]
    permanence = _permanence(values, cause, entry.default_permanence, context, codes)
    values["reason"] = cause.reason
    values["detail"] = cause.detail
    if cause.own:
        values["own_reason"] = cause.own
    values["permanence"] = permanence
    values["fault"] = entry.fault
    values["advice"] = advice_for(entry.default_advice, permanence)
    if said and (telling := _telling(values, reading, said, cause, context)):
        values["diagnostic"], reading["diagnostic"] = telling.value, telling
    if "diagnostic" in values:
        _extras(values, reading, cause, context)
    spoken = said or reading.get("diagnostic") or reading.get("status") or reading["address"]
    reading["reason"] = Found(cause.reason, cause.source, spoken.start, spoken.end, spoken.part, cause.rule)


def _telling(values: dict[str, Any], reading: Reading, said: Found, cause: Cause, context: Context) -> Found | None:
    """Return the sentence that tells the cause, where all that is said of somebody alone tells none: often it is mere advice."""
    known, text = reading.get("diagnostic"), reading.get("text")
    if known is None or text is None or known.start != text.start or "reply_code" in values or "status" in values:
        return None
    speakers = context.catalogue.speakers(None, context.writer)
    if find_cause(str(known.value), "", None, "", speakers).source == "rule":
        return None
    for sentence in SENTENCE.findall(str(said.value))[:MAX_SENTENCES]:
        told = find_cause(sentence, "", None, "", speakers)
        if told.source == "rule" and told.reason == cause.reason:
            return Found(sentence, said.source, said.start, said.end, said.part, said.rule)
    return None


def _extras(values: dict[str, Any], reading: Reading, cause: Cause, context: Context) -> None:
    text = values["diagnostic"]
    if urls := find_urls(text):
        values["urls"] = urls
    if cause.reason in LISTED and (listing := find_listing(text, cause.reason)).zone:
        values["blocklist"] = listing.zone
        if listing.lookup:
            values["blocklist_lookup"] = listing.lookup
    if values["permanence"] == "temporary" or cause.reason in READERS:
        _facts(values, reading, cause, context)


def _facts(values: dict[str, Any], reading: Reading, cause: Cause, context: Context) -> None:
    """Add the numbers and names that the diagnostic states, or else the words for people about this recipient."""
    spoken, waits = [reading["diagnostic"]], values["permanence"] == "temporary"
    if (text := reading.get("text")) and text.value != values["diagnostic"]:
        spoken.append(text)
    for found in spoken:
        stated = _particulars(found.value, values, cause, context)
        durations = find_durations(found.value) if waits else UNSAID
        if durations.retry_after:
            values.setdefault("retry_after", durations.retry_after)
        if durations.queue_left:
            stated["queue_left"] = durations.queue_left
        if stated:
            values["facts"] = DiagnosticFacts(**stated)
            reading["facts"] = found
            return


def _particulars(text: str, values: dict[str, Any], cause: Cause, context: Context) -> dict[str, Any]:
    read = READERS.get(cause.reason)
    if read is None:
        return {}
    own = (values["address"], values.get("original_recipient", ""), *values.get("aliases", ()))
    return read(text, Asked(cause.reason, cause.detail, frozenset(map(str.lower, own)), context.is_whole))


def _cause(values: dict[str, Any], reading: Reading, context: Context) -> tuple[Cause, Found | None]:
    """Return why mail failed, and the text whose words say so."""
    host = values.get("remote_mta")
    known = context.catalogue
    owner = (host and known.owner(host)) or known.tagged(values.get("diagnostic", ""))
    speakers = known.speakers(owner, context.writer)
    status, reply, command = values.get("status", ""), values.get("reply_code"), values.get("command", "")
    cause: Cause | None = None
    said: Found | None = None
    for field in TEXTS:
        if not (found := reading.get(field)) or not found.value or (said and found.value == said.value):
            continue
        told = find_cause(found.value, status, reply, command, speakers)
        if field == "diagnostic" and values.get("diagnostic_type") == PROGRAM:
            told = by_program(told)
        if cause is None or (told.source == "rule" and _rank(told) < _rank(cause)):
            cause, said = told, found
        supplemented = field == "diagnostic" and "supplementary" in reading
        if cause.source == "rule" and cause.reason != EXPIRED and not supplemented:
            return cause, said
    if cause is None:
        return _by_notice(find_cause("", status, reply, command, speakers), status, command, speakers, context)
    if cause.reason == EXPIRED or (not reply and cause.reason == UNDETERMINED):
        return _by_notice(cause, status, command, speakers, context)
    return cause, None


def _rank(cause: Cause) -> int:
    return reasons()[cause.reason].rank


def _by_notice(
    cause: Cause, status: str, command: str, speakers: Speakers, context: Context
) -> tuple[Cause, Found | None]:
    """Look for the reason in all the words for people, where no diagnostic gives one or only says that time is up."""
    words = context.words()
    if words is None:
        return cause, None
    found = find_cause(str(words.value), status, None, command, speakers)
    said = words if found.source == "rule" else None
    if cause.reason == EXPIRED:  # something that passes was in the way all that time
        entry = reasons()[found.reason]
        passes = (found.permanence or entry.default_permanence) == "temporary"
        better = said and passes and entry.rank < reasons()[EXPIRED].rank
        return (found, said) if better else (cause, None)
    return (cause, None) if found.reason == UNDETERMINED else (found, said)


def _permanence(
    values: dict[str, Any], cause: Cause, default: Permanence | None, context: Context, codes: Codes
) -> Permanence | None:
    """Return how final it is: a delay never is; else words, the class of the reply, of the status, the reason's habit.

    A Status field of class 4 beside a reply of class 5 without a code of its own is of a server that tried again all the same, as
    Postfix does after such a greeting.
    """
    if values.get("action") == "delayed":
        return "temporary"
    if cause.permanence:
        return cause.permanence
    if (reply := values.get("reply_code")) and (said := CLASS.get(str(reply)[0])):
        tried_again = not codes.status and values.get("status", "")[:1] == "4"
        return "temporary" if tried_again else said
    if (status := values.get("status", "")) and status[0] in CLASS:
        return CLASS[status[0]]
    return default or ("permanent" if context.is_final() else None)


def advice_for(advice: Advice, permanence: Permanence | None) -> Advice:
    """Condemn an address only for good: what may pass is tried again."""
    return "retry" if advice == "suppress" and permanence != "permanent" else advice
