"""message/feedback-report: complaints and authentication failure reports (RFC 5965, 6591, 6692, 6430)."""

from typing import Any, Final

from dsnparse.late import late
from dsnparse.readers.fields import said_fields
from dsnparse.report import Feedback, Found
from dsnparse.wire.address import read_address
from dsnparse.wire.entity import Tree, View

ONE: Final = {
    "feedback-type": "type",
    "user-agent": "user_agent",
    "version": "version",
    "source-ip": "source_ip",
    "original-envelope-id": "original_envelope_id",
    "original-mail-from": "original_mail_from",
    "arrival-date": "arrival_date",
    "received-date": "arrival_date",  # RFC 5965 section 3.2: another name of the same thing
    "reporting-mta": "reporting_mta",
    "auth-failure": "auth_failure",
    "delivery-result": "delivery_result",
    "identity-alignment": "identity_alignment",
    "dkim-domain": "dkim_domain",
    "dkim-identity": "dkim_identity",
    "dkim-selector": "dkim_selector",
    "dkim-adsp-dns": "dkim_adsp_dns",
    "spf-dns": "spf_dns",
}
MANY: Final = {
    "original-rcpt-to": "original_rcpt_to",
    "removal-recipient": "original_rcpt_to",  # opt-out reports of a draft that never became an RFC
    "reported-domain": "reported_domain",
    "reported-uri": "reported_uri",
    "authentication-results": "authentication_results",
}
NUMBER: Final = {"incidents": "incidents", "source-port": "source_port"}
DIGITS: Final = late(r"[0-9]{1,9}")


def _bare(key: str, value: str) -> str:
    """Return a value without what senders put around it: angle brackets, and a comment behind an address."""
    if key == "source_ip":
        return value.split(" ", 1)[0].strip("[]").removeprefix("IPv6:")
    if key in ("original_mail_from", "original_rcpt_to"):
        return read_address(value) or value.strip("<>")
    return value


def read_feedback(view: View, tree: Tree) -> tuple[Feedback, list[Found]]:
    """Return the fields of a feedback report and the addresses it complains for."""
    values: dict[str, Any] = {}
    lists: dict[str, list[str]] = {}
    fields: list[tuple[str, str]] = []
    addresses: list[Found] = []
    for name, value, start, end in said_fields(view, tree):
        fields.append((name, value))
        lower = name.lower()
        if key := ONE.get(lower):
            values.setdefault(key, _bare(key, value))
        elif key := MANY.get(lower):
            lists.setdefault(key, []).append(_bare(key, value))
            if (
                key == "original_rcpt_to"
                and not tree.is_cut(view, end)
                and (address := read_address(view.data[start:end]))
                and "@" in address  # not `redacted`
            ):
                addresses.append(Found(address, "feedback", start, end, view.part))
        elif (key := NUMBER.get(lower)) and DIGITS.fullmatch(value):
            values.setdefault(key, int(value))
    values |= {key: tuple(said) for key, said in lists.items()}
    return Feedback(**values, fields=tuple(fields)), addresses
