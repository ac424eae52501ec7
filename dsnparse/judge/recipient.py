"""Facts to a Recipient: the codes, the diagnostic, what became of the mail, and the verdict; each with its evidence."""

import re
from typing import Any, Final

from dsnparse.judge.code import Codes, read_codes, without_repeats
from dsnparse.judge.extras import smtp_command
from dsnparse.judge.facts import CONFLICT_CONFIDENCE, Facts
from dsnparse.judge.verdict import CLASS, POSITIVE, TEXTS, Context, give_verdict
from dsnparse.registry import is_generic, reasons
from dsnparse.report import Action, Evidence, Found, Reading, Recipient

AS_READ: Final = (
    "original_recipient", "remote_mta", "remote_ip", "last_attempt_date", "will_retry_until", "final_log_id", "diagnostic_type", "extensions",
)  # fmt: skip


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
    give_verdict(values, reading, context, codes)
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
# What became of mail where nothing but the class of a status tells it (RFC 3463 section 2); class 4 may be given up by now.
BY_CLASS: Final[dict[str, Action]] = {"2": "delivered", "5": "failed"}
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
    stated = reading.get("status")
    action = context.action
    if stated and stated.source == "status":  # a reply alone is of a server that may be asked again
        action = action or BY_CLASS.get(str(stated.value)[:1])
    return Found(action, "rule", 0, 0, 0, "status" if stated else "kind") if action else None


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
