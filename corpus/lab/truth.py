"""The truth of a capture, put together from what the lab knows that it provoked.

The scenario says who the recipients were, the scripted reply or the state of the zone says why each failed, and the
parameters of the envelope say what was asked. The notice itself is asked only for what no lab can know: whether it is
a warning or the end, in which words the server puts its own causes, and the status it makes up. Where those do not
fit together no truth is written: `UnclearError` says why.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import wordings
from .expected import Expected, Said, expect, shared_by, spoken_to
from .messages import PLAIN, message_id_of
from .notice import Fields, Notice
from .runs import Run
from .scenarios import Recipient, Scenario
from .script import Stage
from .spelling import (
    STATUS,
    better_status,
    canonical_address,
    find_address,
    find_status,
    plain_address,
    same_address,
    squeeze,
    xtext,
)
from .wordings import Wording
from .zone import alias_of

Truth = dict[str, Any]

ACTIONS = {"failure": "failed", "delay": "delayed", "success": "delivered"}
POSITIVE = ("delivered", "relayed", "expanded")
MEANINGLESS = ("undetermined", "protocol_error")
OF_THE_MOMENT = ("mailbox_full", "rate_limited", "greylisted")  # temporary whatever the code says
CUT_SHORT = "----- Message truncated"
BODY = squeeze(PLAIN.partition("--")[0])


class UnclearError(Exception):
    """What the lab knows and what the notice says do not make one truth."""


@dataclass(frozen=True)
class Found:
    """How a notice names a recipient: the address as written, and its fields in the status part."""

    address: str
    fields: Fields

    @property
    def diagnostic(self) -> str:
        """Return the value of Diagnostic-Code without its type."""
        return re.sub(r"^[A-Za-z-]+; *", "", self.fields.get("diagnostic-code", ""))

    @property
    def status(self) -> str:
        """Return the code of the Status field."""
        return find_status(self.fields.get("status", ""))

    @property
    def action(self) -> str:
        """Return the word of the Action field."""
        return action_of(self.fields)


@dataclass(frozen=True)
class Told:
    """A notice, the scenario it is about, and everyone it names."""

    scenario: Scenario
    notice: Notice
    run: Run
    addresses: tuple[str, ...]

    def of(self, found: Found) -> str:
        """Return where a server speaks of a recipient: in its own fields if they say something, else in the text."""
        comment = found.fields.get("status", "").partition(" ")[2]
        return found.diagnostic or comment or self.section(found.address)

    def section(self, address: str) -> str:
        """Return the text from where an address stands to the next one; all of it if a server says things once."""
        words = self.notice.words
        if self.run.copies or len(self.addresses) == 1:
            return words
        start = max(words.find(address), 0)
        ends = [end for other in self.addresses if other != address and (end := words.find(other, start)) > start]
        return words[start : min(ends, default=None)]


def compose(scenario: Scenario, run: Run, notice: Notice) -> Truth:
    """Return the truth of a notice about a scenario."""
    kind = kind_of(run, notice)
    expected = [expect(recipient, scenario) for recipient in scenario.recipients]
    named = _named(expected, notice)
    told = Told(scenario, notice, run, tuple(found.address for _, found in named))
    recipients = [_recipient(one, found, expected, told) for one, found in named]
    if not recipients:
        message = "names nobody we wrote to"
        raise UnclearError(message)
    truth: Truth = {"kind": kind, "vendor": run.folder}
    if server := notice.message_fields.get("reporting-mta", ""):
        truth["reporting_mta"] = server.partition(";")[2].strip()
    truth |= _envelope_id(scenario, notice)
    if original := original_of(scenario, notice):
        truth["original"] = original
    return truth | {"recipients": recipients}


def kind_of(run: Run, notice: Notice) -> str:
    """Tell by its subject what a notice is; a report of several outcomes is a failure as soon as one is."""
    actions = {action_of(group) for group in notice.groups}
    if "failed" in actions:
        return "failure"
    if "delayed" in actions:
        return "delay"
    if actions and actions <= set(POSITIVE):
        return "success"
    if notice.subject.startswith(run.delays):
        return "delay"
    return "success" if notice.subject.startswith(run.successes) and run.successes else "failure"


def action_of(fields: Fields) -> str:
    """Return the word of an Action field, without a comment behind it."""
    return fields.get("action", "").partition(" ")[0].lower()


def _named(expected: Iterable[Expected], notice: Notice) -> list[tuple[Expected, Found]]:
    """Return who is named, in the order of the notice; everyone in the status part must be one of ours."""
    left = list(expected)
    if not notice.groups:
        return [
            (one, Found(spelled, {})) for one in left if (spelled := find_address(one.recipient.address, notice.words))
        ]
    named: list[tuple[Expected, Found]] = []
    for group in notice.groups:
        address = group.get("final-recipient", "").partition(";")[2].strip() or group["original-recipient"]
        one = next((one for one in left if _is_called(one.recipient, address)), None)
        if one is None:
            message = f"names {address}"
            raise UnclearError(message)
        left.remove(one)
        named.append((one, Found(address, group)))
    return named


def _is_called(recipient: Recipient, address: str) -> bool:
    """Tell whether an address is this recipient, also under the domain that his own is an alias of."""
    local_part, _, domain = recipient.address.rpartition("@")
    return same_address(recipient.address, address) or same_address(f"{local_part}@{alias_of(domain)}", address)


def _recipient(one: Expected, found: Found, everyone: Sequence[Expected], told: Told) -> Truth:
    action = found.action or ACTIONS[kind_of(told.run, told.notice)]
    truth: Truth = {"address": plain_address(found.address), "action": action}
    if action in POSITIVE:
        if one.facts:
            message = f"{action}, although {one.facts.reason}"
            raise UnclearError(message)
        code = find_status(found.diagnostic) or found.status
        truth |= ({"status": code} if code else {}) | {"reason": "delivered"}
    else:
        truth |= _failure(one, found, everyone, told)
    return truth | _origin(one.recipient, found.fields)


def _failure(one: Expected, found: Found, everyone: Sequence[Expected], told: Told) -> Truth:
    words = told.of(found)
    everything = list(_everything_said(one, found, everyone, told))
    spoken = next((said for said in everything if said.stands_in(words)), None)
    if spoken and not wordings.is_misunderstood(told.run.folder, words):
        return _refusal(one, found, spoken, told)
    if wording := wordings.find(told.run.folder, words):
        return _own_cause(one, found, wording, words)
    if begun := next((said for said in everything if said.is_cut_short_in(words)), None):
        return _cut_refusal(_refusal(one, found, begun, told))
    message = f"does not say why {found.address} failed"
    raise UnclearError(message)


def _cut_refusal(truth: Truth) -> Truth:
    """Return what follows from the beginning of a reply: that its reason cannot be told is fair as well."""
    return truth | {"also_reason": [*truth.get("also_reason", ()), "undetermined"]}


def _everything_said(one: Expected, found: Found, everyone: Sequence[Expected], told: Told) -> list[Said]:
    sender = told.scenario.sender
    called = (found.address, canonical_address(found.address))
    return [*spoken_to(one, called, sender), *shared_by(one, everyone, sender, copied=told.run.copies)]


def _own_cause(one: Expected, found: Found, wording: Wording, words: str) -> Truth:
    """Return the cause a server states itself; the one that we set is fair as well."""
    ours = (one.facts.reason, *one.facts.also) if one.facts else ()
    also = [reason for reason in dict.fromkeys((*wording.facts.also, *ours)) if reason != wording.facts.reason]
    truth: Truth = {"reason": wording.facts.reason} | ({"also_reason": also} if also else {})
    written = {code[0] for code in STATUS.finditer(words)} | ({found.status} - {""})
    return truth | ({"status": found.status} if found.status and len(written) == 1 else {})


def _refusal(one: Expected, found: Found, said: Said, told: Told) -> Truth:
    """Return what follows from a reply that the notice quotes."""
    reply, words = said.reply, told.of(found)
    truth = _status(said, found, words)
    if reply.code and 400 <= reply.code < 600:  # noqa: PLR2004 (what is outside is no reply code of RFC 5321)
        truth["reply_code"] = reply.code
    truth["reason"] = reply.facts.reason
    if also := _also(said, told, words):
        truth["also_reason"] = also
    truth |= _permanence(said, found)
    if said.is_all_of(found.diagnostic):
        truth["diagnostic"] = found.diagnostic
    if found.fields.get("remote-mta", "").partition(";")[2].split()[:1] == [one.host]:
        truth["remote_mta"] = one.host
    if reply.stage is Stage.RCPT and f"RCPT TO:<{found.address}>" in told.notice.words:
        truth["command"] = "RCPT"
    return truth


def _also(said: Said, told: Told, words: str) -> list[str]:
    """Return the other fair reasons; a reply without a meaning leaves room for what the server makes of it."""
    facts = said.reply.facts
    wording = wordings.find(told.run.folder, words)
    own = (wording.facts.reason,) if wording and facts.reason in MEANINGLESS else ()
    return [reason for reason in dict.fromkeys((*facts.also, *own)) if reason != facts.reason]


def _status(said: Said, found: Found, words: str) -> Truth:
    """Return the status inside a reply, else the one of the field; none where the reply contradicts itself."""
    codes = sorted({code for line in said.lines if (code := find_status(line)) and code in words})
    if len(codes) > 1 or (codes and codes[0][0] != str(said.reply.code)[0]):
        return {}
    code = better_status(codes[0] if codes else "", found.status)
    return {"status": code} if code else {}


def _permanence(said: Said, found: Found) -> Truth:
    """Return what code and status agree on; an expiry says nothing of the address, a 5yz may have been retried."""
    if said.reply.facts.reason == "expired" or (said.lines[0][:1] == "5" and found.status[:1] == "4"):
        return {}
    if said.reply.facts.reason in OF_THE_MOMENT:
        return {"permanence": "temporary"}
    classes = {line[:1] for line in said.lines} | {code[0] for line in said.lines if (code := find_status(line))}
    known = {"4": "temporary", "5": "permanent"}.get("".join(classes))
    return {"permanence": known} if known else {}


def _origin(recipient: Recipient, fields: Fields) -> Truth:
    """Return the address of ORCPT if the notice repeats it."""
    asked = next((word for word in recipient.parameters.split() if word.startswith("ORCPT=rfc822;")), "")
    given = fields.get("original-recipient", "").partition(";")[2].strip()
    address = xtext(asked.partition(";")[2])
    if not asked or given not in (address, asked.partition(";")[2]):
        return {}
    return {"original_recipient": address}


def _envelope_id(scenario: Scenario, notice: Notice) -> Truth:
    asked = next((word.removeprefix("ENVID=") for word in scenario.parameters.split() if word.startswith("ENVID=")), "")
    given = notice.message_fields.get("original-envelope-id", "")
    return {"original_envelope_id": given} if asked and given == xtext(asked) else {}


def original_of(scenario: Scenario, notice: Notice) -> Truth:
    """Return what is known of the returned message; its extent where type and content agree."""
    truth: Truth = {}
    message_id = message_id_of(scenario.message, scenario.message_id)
    if message_id and f"<{message_id}>" in notice.returned_fields.get("message-id", ""):
        truth["message_id"] = message_id
    if scenario.message == "plain" and notice.returned and CUT_SHORT not in notice.returned:
        whole = BODY in squeeze(notice.returned)
        if whole and not notice.returned_type.endswith("-headers"):
            truth["extent"] = "full"
        elif not whole and notice.returned_type in ("", "text/rfc822-headers", "message/global-headers"):
            truth["extent"] = "headers"
    return truth
