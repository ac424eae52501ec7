"""The truth of captures that only one server can give: a person read each and judged it, in judged.toml.

The file says why each recipient failed, as far as the configuration of that server knows it; addresses, actions and codes
are read off the notice.
"""

import re
from dataclasses import dataclass, field

from .notice import Notice
from .runs import Run
from .scenarios import Scenario
from .spelling import STATUS, better_status, find_status, plain_address
from .truth import ACTIONS, POSITIVE, Found, Truth, UnclearError, kind_of, original_of

SIEVE = {"action_mode": "automatic-action", "sending_mode": "MDN-sent-automatically", "type": "deleted"}
REPORT = {
    "type": "auth-failure",
    "user_agent": "OpenDMARC-Filter/1.4.2",
    "version": "1",
    "auth_failure": "dmarc",
    "source_ip": "127.0.0.1",
    "original_mail_from": "joe@dmarcfail.example",
    "reported_domain": ["dmarcfail.example"],
}


@dataclass(frozen=True)
class Judged:
    """A row of judged.toml: what a person says that a capture is.

    `disposition` is the final recipient of a Sieve reject, `feedback` marks a report of OpenDMARC.
    """

    name: str
    shows: str
    reasons: dict[str, list[str]] = field(default_factory=dict)
    kind: str = ""
    folder: str = ""
    message: str = ""
    disposition: str = ""
    feedback: bool = False


def compose(judged: Judged, stem: str, run: Run, notice: Notice) -> Truth:
    """Return the truth of a notice that a person judged; `stem` is the scenario in the name of the capture."""
    returned = _returned(judged.message or stem, notice)
    vendor = {"vendor": judged.folder or run.folder}
    if judged.disposition:
        disposition = {"final_recipient": judged.disposition} | SIEVE
        return {"kind": "disposition"} | vendor | returned | {"recipients": [], "disposition": disposition}
    if judged.feedback:
        return {"kind": "feedback"} | vendor | {"recipients": [], "feedback": REPORT}
    if not judged.reasons:
        return {"kind": judged.kind, "recipients": []}
    kind = judged.kind or kind_of(run, notice)
    server = notice.message_fields.get("reporting-mta", "").partition(";")[2].strip()
    reporting: Truth = {"reporting_mta": server} if server else {}
    recipients = [_recipient(judged, found, kind, notice) for found in _found(judged, notice)]
    return {"kind": kind} | vendor | reporting | returned | {"recipients": recipients}


def _returned(stem: str, notice: Notice) -> Truth:
    """Return what is known of the returned message, which need not be the usual one: it may have another body."""
    original = original_of(Scenario(stem, ()), notice)
    if original.get("extent") == "headers" and not notice.returned_type.endswith("-headers"):
        del original["extent"]
    return {"original": original} if original else {}


def _found(judged: Judged, notice: Notice) -> list[Found]:
    """Return who is named; without a status part it is everyone of whom the person says so."""
    if not notice.groups:
        return [Found(address, {}) for address in judged.reasons]
    return [Found(group["final-recipient"].partition(";")[2].strip(), group) for group in notice.groups]


def _recipient(judged: Judged, found: Found, kind: str, notice: Notice) -> Truth:
    address = plain_address(found.address)
    if address not in judged.reasons:
        message = f"names {address}"
        raise UnclearError(message)
    reason, *also = judged.reasons[address]
    action = found.action or ACTIONS[kind]
    if (action in POSITIVE) != (reason == "delivered"):
        message = f"{action}, although {reason}"
        raise UnclearError(message)
    truth: Truth = {"address": address, "action": action} | _codes(judged, found, notice) | {"reason": reason}
    return truth | ({"also_reason": also} if also else {})


def _codes(judged: Judged, found: Found, notice: Notice) -> Truth:
    """Return the reply code and the status of a quoted reply, else a status on which field and words agree."""
    quoted = re.match(r"([45]\d\d)[ -]", found.diagnostic)
    if quoted and notice.returned_type and not _is_made_up(found):
        status = better_status(find_status(found.diagnostic), found.status)
        return ({"status": status} if status else {}) | {"reply_code": int(quoted[1])}
    told = notice.words if len(judged.reasons) == 1 else found.diagnostic
    codes = {code[0] for code in STATUS.finditer(told)} | ({found.status} - {""})
    return {"status": codes.pop()} if len(codes) == 1 else {}


def _is_made_up(found: Found) -> bool:
    """Tell whether no other host can have said a diagnostic: Sendmail writes its own causes as if they were replies."""
    return "remote-mta" not in found.fields and found.fields.get("diagnostic-code", "").startswith("SMTP;")
