"""Facts to a Recipient: the codes, the reason, how final it is, whose turn it is, what to do; each with its evidence."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from dsnparse.judge.code import Codes, read_codes, without_repeats
from dsnparse.judge.durations import UNSAID, find_durations
from dsnparse.judge.extras import find_urls, smtp_command
from dsnparse.judge.facts import CONFLICT_CONFIDENCE, Facts
from dsnparse.judge.listing import LISTED, find_listing
from dsnparse.judge.particulars import READERS, Asked
from dsnparse.judge.reason import EXPIRED, UNDETERMINED, Cause, by_program, find_cause
from dsnparse.registry import is_generic, reasons
from dsnparse.report import Action, Advice, DiagnosticFacts, Evidence, Found, Permanence, Reading, Recipient
from dsnparse.rules.catalogue import Catalogue, Compiled, Speakers

POSITIVE: Final = frozenset(("delivered", "relayed", "expanded"))
AS_READ: Final = (
    "original_recipient", "remote_mta", "remote_ip", "last_attempt_date", "will_retry_until", "final_log_id", "diagnostic_type", "extensions",
)  # fmt: skip
PROGRAM: Final = "x-unix"  # the type of diagnostics that a program wrote, as Postfix and Sendmail call it
TEXTS: Final = ("diagnostic", "supplementary", "comment", "text", "localized_diagnostic")


class Context(NamedTuple):
    """What is known of the whole report when one recipient is judged."""

    catalogue: Catalogue
    writer: Compiled | None
    action: Action | None
    words: Callable[[], Found | None]  # reading the whole notice is dear, and seldom needed
    is_final: Callable[[], bool]
    is_whole: Callable[[], bool]


def judge_recipient(facts: Facts, context: Context) -> Recipient:
    """Return what became of one recipient, and why."""
    reading = facts.reading
    diagnostic = _diagnostic(reading, context)
    text = diagnostic.value if diagnostic else ""
    codes = read_codes(text) if text and not EXIT_STATUS.fullmatch(text) else Codes()
    values: dict[str, Any] = {"address": reading["address"].value}
    _stated(values, reading, codes, diagnostic)
    if action := _action(reading, context):
        values["action"] = action.value
        reading["action"] = action
    for field in AS_READ:
        if field in reading:
            values[field] = reading[field].value
    if values.get("original_recipient") == "":
        del values["original_recipient"]
    if "alias" in reading and reading["alias"].value != values["address"]:
        values["aliases"] = (reading["alias"].value,)
        reading["aliases"] = reading["alias"]
    if diagnostic:
        values["diagnostic"] = text
        reading["diagnostic"] = diagnostic
    _verdict(values, reading, context, codes)
    values["confidence"], values["agreement"] = facts.confidence, facts.agreement
    if _contradicts(values, codes):
        values["confidence"], values["agreement"] = min(facts.confidence, CONFLICT_CONFIDENCE), "conflict"
    return Recipient(evidence=_evidence(values, reading), **values)


def complaint(address: Found) -> Recipient:
    """Return a recipient who complained: nothing failed, but the address is not to be written to again."""
    entry = reasons()["feedback"]
    said = Evidence(address.source, address.part, address.start, address.end)
    evidence = {"address": said, "reason": said}
    return Recipient(
        address=address.value,
        reason=entry.name,
        fault=entry.fault,
        advice=entry.default_advice,
        confidence=0.9,
        evidence=evidence,
    )


def _diagnostic(reading: Reading, context: Context) -> Found | None:
    """Return the reply itself: unwrapped from the sentence around it, its lines joined."""
    found = None
    for field in TEXTS:
        if field in reading and reading[field].value:
            found = reading[field]
            break
    if found is None:
        return None
    text, rule = str(found.value), found.rule
    if not REPLY.match(text):
        text, rule = _unwrap(text, reading, found, context)
    if text.endswith(")") and text.count("(") < text.count(")"):
        text = text[:-1].rstrip()
    if following := FOLLOWING.fullmatch(text):
        text = following[1]
    if text[3:4] == "-":  # a reply code and the dash of a line that is not the last
        text = without_repeats(text)
    return Found(text, found.source, found.start, found.end, found.part, rule) if text is not found.value else found


# Digits alone are the status a program ended with, which is below 256; a bare reply code is not.
EXIT_STATUS: Final = re.compile(r"[0-9]{1,2}|[01][0-9]{2}|2(?:[0-4][0-9]|5[0-5])", re.ASCII)
# A reply, and in the same breath the one to DATA that follows from it.
FOLLOWING: Final = re.compile(r"(.{3,4000}?) 55[0-9] 5\.5\.1 (?:Error: )?no valid recipients\.?", re.IGNORECASE)
REPLY: Final = re.compile(r"[245][0-9]{2}(?:[ -]|\Z)", re.ASCII)


def _unwrap(text: str, reading: Reading, found: Found, context: Context) -> tuple[str, str]:
    vendors = (context.writer, context.catalogue.any) if context.writer else (context.catalogue.any,)
    for vendor in vendors:
        if vendor and (unwrapped := vendor.replies.unwrap(text)):
            rule, groups = unwrapped
            for field, value in groups.items():
                if value and field != "diagnostic" and field not in reading:
                    reading[field] = Found(value, found.source, found.start, found.end, found.part, rule)
            return (groups.get("diagnostic") or text), rule
    return text, found.rule


def _stated(values: dict[str, Any], reading: Reading, codes: Codes, diagnostic: Found | None) -> None:
    """Take over the codes: the one in the diagnostic wins over the Status field, unless it alone is generic."""
    status = str(reading["status"].value) if "status" in reading else ""
    if codes.status and not (status and is_generic(codes.status) and not is_generic(status)):
        values["status"] = codes.status
        if status and status != codes.status:
            values["status_field"] = status
            reading["status_field"] = reading["status"]
        if diagnostic and (not status or status != codes.status):
            reading["status"] = diagnostic
    elif status:
        values["status"] = status
    if codes.reply:
        values["reply_code"] = codes.reply
        if diagnostic:
            reading["reply_code"] = diagnostic
    if "command" in reading and (command := smtp_command(str(reading["command"].value))):
        values["command"] = command


def _action(reading: Reading, context: Context) -> Found | None:
    if "action" in reading:
        return reading["action"]
    if context.action is None:
        return None
    status = str(reading["status"].value) if "status" in reading else ""
    return Found(context.action, "rule", 0, 0, 0, "status" if status else "kind")


def _verdict(values: dict[str, Any], reading: Reading, context: Context, codes: Codes) -> None:
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
    if "diagnostic" in values:
        _extras(values, reading, cause, context)
    spoken = said or reading.get("diagnostic") or reading.get("status") or reading["address"]
    reading["reason"] = Found(cause.reason, cause.source, spoken.start, spoken.end, spoken.part, cause.rule)


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


CLASS: Final[dict[str, Permanence]] = {"4": "temporary", "5": "permanent"}


def advice_for(advice: Advice, permanence: Permanence | None) -> Advice:
    """Condemn an address only for good: what may pass is tried again."""
    return "retry" if advice == "suppress" and permanence != "permanent" else advice


def _contradicts(values: dict[str, Any], codes: Codes) -> bool:
    """Tell whether action, status and reply code speak against each other."""
    action, status = values.get("action"), values.get("status_field") or values.get("status", "")
    if action == "failed" and status[:1] == "2":
        return True
    if action in POSITIVE and status[:1] in CLASS:
        return True
    return bool(codes.reply and codes.status and str(codes.reply)[0] != codes.status[0])


def _evidence(values: dict[str, Any], reading: Reading) -> dict[str, Evidence]:
    return {
        field: Evidence(item.source, item.part, item.start, item.end, item.rule)
        for field in values
        if (item := reading.get(field))
    }
