"""Facts to a Recipient: the codes, the reason, how final it is, whose turn it is, what to do; each with its evidence."""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from dsnparse.judge.code import Codes, read_codes, without_repeats
from dsnparse.judge.extras import find_blocklist, find_retry_after, find_urls, smtp_command
from dsnparse.judge.facts import CONFLICT_CONFIDENCE, Facts
from dsnparse.judge.reason import UNDETERMINED, Cause, find_cause
from dsnparse.registry import is_generic, reason
from dsnparse.report import Action, Advice, Evidence, Found, Permanence, Reading, Recipient
from dsnparse.rules.catalogue import Catalogue, Compiled

POSITIVE: Final = frozenset(("delivered", "relayed", "expanded"))
AS_READ: Final = ("original_recipient", "remote_mta", "remote_ip", "last_attempt_date", "will_retry_until", "final_log_id", "diagnostic_type", "extensions")
TEXTS: Final = ("diagnostic", "supplementary", "text", "localized_diagnostic")


class Context(NamedTuple):
    """What is known of the whole report when one recipient is judged."""

    catalogue: Catalogue
    writer: Compiled | None
    action: Action | None
    words: Callable[[], Found | None]  # reading the whole notice is dear, and seldom needed


def judge_recipient(facts: Facts, context: Context) -> Recipient:
    """Return what became of one recipient, and why."""
    reading = dict(facts.reading)
    diagnostic = _diagnostic(reading, context)
    text = diagnostic.value if diagnostic else ""
    codes = read_codes(text)
    values: dict[str, Any] = {"address": reading["address"].value}
    _stated(values, reading, codes, diagnostic)
    action = _action(reading, context)
    if action:
        values["action"] = action.value
        reading["action"] = action
    for field in AS_READ:
        if field in reading and reading[field].value:
            values[field] = reading[field].value
    if values.get("original_recipient", "").lower() == values["address"].lower():
        values.pop("original_recipient")
    if "alias" in reading and reading["alias"].value != values["address"]:
        values["aliases"] = (reading["alias"].value,)
    if text:
        values["diagnostic"] = text
        reading["diagnostic"] = diagnostic
        values |= _extras(text)
    values |= _verdict(values, reading, codes, context)
    confidence, agreement = facts.confidence, facts.agreement
    if _contradicts(values, codes):
        confidence, agreement = min(confidence, CONFLICT_CONFIDENCE), "conflict"
    return Recipient(**values, confidence=confidence, agreement=agreement, evidence=_evidence(values, reading))


def _diagnostic(reading: Reading, context: Context) -> Found | None:
    """Return the reply itself: unwrapped from the sentence around it, its lines joined."""
    found = next((reading[field] for field in TEXTS if field in reading and reading[field].value), None)
    if found is None:
        return None
    text = str(found.value)
    rule = found.rule
    if not text[:1].isdigit():
        text, rule = _unwrap(text, reading, found, context)
    if len(text) > 4 and text[3] == "-":  # noqa: PLR2004 - a reply code and the dash of a line that is not the last
        text = without_repeats(text)
    return Found(text, found.source, found.start, found.end, found.part, rule)


def _unwrap(text: str, reading: Reading, found: Found, context: Context) -> tuple[str, str]:
    for vendor in _vendors(context.writer, context.catalogue.any):
        for number, pattern in enumerate(vendor.replies):
            match = pattern.search(text)
            if match is None:
                continue
            rule = f"{vendor.name}.replies[{number}]"
            for field, value in match.groupdict().items():
                if value and field != "diagnostic" and field not in reading:
                    reading[field] = Found(value, found.source, found.start, found.end, found.part, rule)
            return (match.groupdict().get("diagnostic") or text), rule
    return text, found.rule


def _vendors(*vendors: Compiled | None) -> Iterable[Compiled]:
    return dict.fromkeys(vendor for vendor in vendors if vendor)


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


def _extras(text: str) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    if urls := find_urls(text):
        extras["urls"] = urls
    if retry := find_retry_after(text):
        extras["retry_after"] = retry
    return extras


def _verdict(values: dict[str, Any], reading: Reading, codes: Codes, context: Context) -> dict[str, Any]:
    """Return reason, detail, permanence, fault and advice."""
    action = values.get("action")
    if action in POSITIVE:
        return {"reason": "delivered", "detail": "" if action == "delivered" else action, "permanence": None}
    cause = _cause(values, reading, context)
    entry = reason(cause.reason)
    permanence = _permanence(values, cause, entry.default_permanence)
    verdict: dict[str, Any] = {
        "reason": cause.reason,
        "detail": cause.detail,
        "permanence": permanence,
        "fault": entry.fault,
        "advice": _advice(entry.default_advice, permanence),
    }
    if cause.reason in LISTS and (blocklist := find_blocklist(values.get("diagnostic", ""))):
        verdict["blocklist"] = blocklist
    spoken = reading.get("diagnostic") or reading.get("status") or reading["address"]
    if cause.source == "rule" and "diagnostic" not in values:
        spoken = context.words() or spoken
    reading["reason"] = Found(cause.reason, cause.source, spoken.start, spoken.end, spoken.part, cause.rule)
    return verdict


LISTS: Final = frozenset(("ip_blocklisted", "domain_blocklisted", "url_blocklisted"))


def _cause(values: dict[str, Any], reading: Reading, context: Context) -> Cause:
    vendors = tuple(_vendors(context.catalogue.host(values.get("remote_mta", "")), context.writer, context.catalogue.any))
    status, reply, command = values.get("status", ""), values.get("reply_code"), values.get("command", "")
    tried = ""
    for field in ("diagnostic", *TEXTS[1:]):
        if field not in reading or not (text := str(reading[field].value)) or text == tried:
            continue
        cause = find_cause(text, status, reply, command, vendors)
        if cause.source == "rule":
            return cause
        tried = text
    cause = find_cause(tried, status, reply, command, vendors)
    if not reply and cause.reason == UNDETERMINED or not tried:
        return _by_notice(cause, status, command, vendors, context)
    return cause


def _by_notice(cause: Cause, status: str, command: str, vendors: tuple[Compiled, ...], context: Context) -> Cause:
    """Look for the reason in all the words for people, where no diagnostic gives one."""
    words = context.words()
    found = find_cause(str(words.value), status, None, command, vendors) if words else cause
    return cause if found.reason == UNDETERMINED else found


def _permanence(values: dict[str, Any], cause: Cause, default: Permanence | None) -> Permanence | None:
    """Return how final it is: a delay never is; else words, the class of the reply, of the status, the reason's habit."""
    if values.get("action") == "delayed":
        return "temporary"
    if cause.permanence:
        return cause.permanence
    if (reply := values.get("reply_code")) and str(reply)[0] in CLASS:
        return CLASS[str(reply)[0]]
    if (status := values.get("status", "")) and status[0] in CLASS:
        return CLASS[status[0]]
    return default


CLASS: Final[dict[str, Permanence]] = {"4": "temporary", "5": "permanent"}


def _advice(advice: Advice, permanence: Permanence | None) -> Advice:
    """An address is condemned only for good: what may pass is tried again."""
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
    evidence = {}
    for field in values:
        found = reading.get("alias" if field == "aliases" else field)
        if found is not None:
            evidence[field] = Evidence(found.source, found.part, found.start, found.end, found.rule)
    return evidence
