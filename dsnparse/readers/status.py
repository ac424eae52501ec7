"""message/delivery-status and message/global-delivery-status (RFC 3464, RFC 6533), with every deviation seen so far.

Strategy: take the fields one by one in order; an empty line, or a field that its group already has, opens the next group;
a group that names no recipient belongs to the one before. So missing and surplus empty lines both come out right.
"""

import re
from typing import Final

from dsnparse.limits import HOST, Limits
from dsnparse.readers.fields import fields_of, found, line_value, text_value, typed
from dsnparse.report import Reading
from dsnparse.wire.address import read_address
from dsnparse.wire.entity import Tree, View

# RFC 3464 section 2.2: per message. Reporting-MTA and DSN-Gateway are typed.
PER_MESSAGE: Final = {
    "original-envelope-id": "original_envelope_id",
    "reporting-mta": "reporting_mta",
    "dsn-gateway": "dsn_gateway",
    "received-from-mta": "received_from_mta",
    "arrival-date": "arrival_date",
}
# RFC 3464 section 2.3: per recipient.
PER_RECIPIENT: Final = {
    "original-recipient": "original_recipient",
    "final-recipient": "address",
    "action": "action",
    "status": "status",
    "remote-mta": "remote_mta",
    "diagnostic-code": "diagnostic",
    "last-attempt-date": "last_attempt_date",
    "final-log-id": "final_log_id",
    "will-retry-until": "will_retry_until",
    "x-actual-recipient": "actual_recipient",
    "x-supplementary-info": "supplementary",
    "localized-diagnostic": "localized_diagnostic",
}
TYPED: Final = ("reporting_mta", "dsn_gateway", "received_from_mta")
NAMES_A_RECIPIENT: Final = ("address", "original_recipient", "actual_recipient")
OPENS_A_GROUP: Final = frozenset(("address", "original_recipient", "action", "status"))

# RFC 3464 section 2.3.3. Quirks: comments and sentences after the word, `failure` and `error`, Postfix probes (`deliverable`).
ACTION: Final = re.compile(rb"(?i)\s*(failed|failure|fail|error|expired|undeliverable|delayed|delay|delivered|deliverable|relayed|expanded|transferred)\b")
ACTIONS: Final = {
    b"failed": "failed", b"failure": "failed", b"fail": "failed", b"error": "failed", b"expired": "failed", b"undeliverable": "failed",
    b"delayed": "delayed", b"delay": "delayed",
    b"delivered": "delivered", b"deliverable": "delivered", b"transferred": "relayed", b"relayed": "relayed", b"expanded": "expanded",
}  # fmt: skip
# RFC 3464 section 2.3.4. Quirks: `#5.1.1`, `5.1.1.`, a comment behind it, a whole reply (`553 5.3.0 ...`) in its place.
STATUS: Final = re.compile(rb"[ \t\r\n]*(?:[245][0-9]{2}[ -])?[ \t]*[\[(#]?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9]|\.[0-9])")
# `host`, `host [ip]`, `host (ip)`, `[ip]`, `host. (ip, the server for ...)`, `(TCP|lip|lport|rip|rport)`; see rfc_fields, deviation 8.
HOST_NAME: Final = re.compile(rb"[ \t\r\n]*<?((?!\()[^\s\[\]()<>;,|]{1,255}?)\.?>?(?=[\s\[\]()<>;,|]|\Z)")
HOST_IP: Final = re.compile(rb"(?i)(?:\[|\(|\A|\s|\|)(?:IPv6:)?((?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?=[\])\s,|]|\Z)")

class StatusReading:
    """What a delivery-status part says: of the message, and of each recipient."""

    __slots__ = ("message", "recipients")

    def __init__(self) -> None:
        self.message: Reading = {}
        self.recipients: list[Reading] = []


def read_status(view: View, limits: Limits, tree: Tree) -> StatusReading:
    """Read the groups of a delivery-status part."""
    groups = _Groups(view, limits, tree)
    for name, start, end, gap in fields_of(view):
        if gap:
            groups.close()
        if not groups.take(name, start, end):
            return groups.reading
    groups.close()
    return groups.reading


class _Groups:
    """The group being read, and the reading it goes into when it ends."""

    def __init__(self, view: View, limits: Limits, tree: Tree) -> None:
        self.view = view
        self.limits = limits
        self.tree = tree
        self.reading = StatusReading()
        self.group: Reading = {}
        self.extensions: list[tuple[str, str]] = []
        self.spans: list[int] = []
        self.count = 0

    def take(self, name: str, start: int, end: int) -> bool:
        """File one field; False when there are too many recipients to go on."""
        key = PER_RECIPIENT.get(name.lower())
        self.count += 1
        if self.count > self.limits.max_ds_fields:
            self.tree.limit("max_ds_fields", start, end)
        elif key is None:
            self._other(name, start, end)
        else:
            if key in self.group and key in OPENS_A_GROUP and self._names_a_recipient():
                self.close()
            if len(self.reading.recipients) >= self.limits.max_recipients:
                self.tree.limit("max_recipients", start, self.view.end)
                return False
            self._recipient(key, start, end)
        return True

    def _names_a_recipient(self) -> bool:
        return any(name in self.group for name in NAMES_A_RECIPIENT)

    def _recipient(self, key: str, start: int, end: int) -> None:
        if key in self.group and self.group[key].value:
            return
        if reader := READERS.get(key):
            reader(self.group, self.view, key, start, end)
        elif value := line_value(self.view, start, end):
            self.group[key] = found(self.view, value, start, end, "status")

    def _other(self, name: str, start: int, end: int) -> None:
        key = PER_MESSAGE.get(name.lower())
        if key is None:
            if name[0] in "xX":
                self.extensions.append((name, text_value(self.view, start, end)))
                self.spans += (start, end)
            return
        if key in TYPED:
            _, start = typed(self.view, start, end)
        if key not in self.reading.message and (value := line_value(self.view, start, end)):
            self.reading.message[key] = found(self.view, value, start, end, "status")

    def close(self) -> None:
        """File the group: a recipient of its own, more of the recipient before, or fields of the message."""
        group, self.group, self.count = self.group, {}, 0
        if self.extensions:
            pairs = found(self.view, tuple(self.extensions), self.spans[0], self.spans[-1], "status")
            (group or self.reading.message).setdefault("extensions", pairs)
            self.extensions, self.spans = [], []
        if not group:
            return
        recipients = self.reading.recipients
        if not recipients or any(name in group for name in NAMES_A_RECIPIENT):
            recipients.append(group)
            return
        for key, value in group.items():
            recipients[-1].setdefault(key, value)


def _address(group: Reading, view: View, key: str, start: int, end: int) -> None:
    kind, start = typed(view, start, end)
    if kind and key == "address":
        group["address_type"] = found(view, kind, start, end, "status")
    if view.cut >= 0 and end >= view.cut:
        group["cut"] = found(view, key, start, end, "status")
        return
    address = read_address(view.data[start:end])
    if address is None and kind:  # the `;` may be part of a value such as an X.400 name
        address = read_address(view.data[start - len(kind) - 1 : end])
    if address is not None or key not in group:
        group[key] = found(view, address or "", start, end, "status")


def _action(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if match := ACTION.match(view.data, start, end):
        group[key] = found(view, ACTIONS[match[1].lower()], *match.span(1), "status")


def _status(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if match := STATUS.match(view.data, start, end):
        group[key] = found(view, match[1].decode("ascii"), *match.span(1), "status")


def _diagnostic(group: Reading, view: View, key: str, start: int, end: int) -> None:
    kind, start = typed(view, start, end)
    if kind:
        group["diagnostic_type"] = found(view, kind, start, end, "status")
    if value := text_value(view, start, end):
        group[key] = found(view, value, start, end, "status")


def _remote(group: Reading, view: View, key: str, start: int, end: int) -> None:
    _, start = typed(view, start, end)
    value = view.data[start:end]
    if ip := HOST_IP.search(value):
        group["remote_ip"] = found(view, ip[1].decode("ascii").lower(), start + ip.start(1), start + ip.end(1), "status")
    if (host := HOST_NAME.match(value)) and (name := line_value(view, start + host.start(1), start + host.end(1), HOST)):
        if ip and name == ip[1].decode("ascii").lower():
            return
        group[key] = found(view, name.lower(), start + host.start(1), start + host.end(1), "status")


READERS: Final = {
    "address": _address,
    "original_recipient": _address,
    "actual_recipient": _address,
    "action": _action,
    "status": _status,
    "diagnostic": _diagnostic,
    "supplementary": _diagnostic,
    "remote_mta": _remote,
}
