"""message/delivery-status and message/global-delivery-status (RFC 3464, RFC 6533), with every deviation seen so far.

Strategy: take the fields one by one in order; an empty line, or a field that its group already has, opens the next group;
a group that names no recipient belongs to the one before. So missing and surplus empty lines both come out right.
"""

import re
from typing import Final

from dsnparse.limits import DIAGNOSTIC, HOST, Limits
from dsnparse.readers.fields import TYPED, fields_of, text_value, typed
from dsnparse.report import Found, Reading
from dsnparse.wire.address import read_address
from dsnparse.wire.date import iso_date
from dsnparse.wire.entity import Tree, View
from dsnparse.wire.header import read_line

# RFC 3464 section 2.2: per message. Reporting-MTA and DSN-Gateway are typed.
PER_MESSAGE: Final = {
    b"original-envelope-id": "original_envelope_id",
    b"reporting-mta": "reporting_mta",
    b"dsn-gateway": "dsn_gateway",
    b"received-from-mta": "received_from_mta",
    b"arrival-date": "arrival_date",
}
# RFC 3464 section 2.3: per recipient.
PER_RECIPIENT: Final = {
    b"original-recipient": "original_recipient",
    b"final-recipient": "address",
    b"action": "action",
    b"status": "status",
    b"remote-mta": "remote_mta",
    b"diagnostic-code": "diagnostic",
    b"last-attempt-date": "last_attempt_date",
    b"final-log-id": "final_log_id",
    b"will-retry-until": "will_retry_until",
    b"x-actual-recipient": "actual_recipient",
    b"x-supplementary-info": "supplementary",
    b"localized-diagnostic": "localized_diagnostic",
}
TYPED_FIELDS: Final = ("reporting_mta", "dsn_gateway", "received_from_mta")
DATES: Final = frozenset(("last_attempt_date", "will_retry_until", "arrival_date"))
NAMES_A_RECIPIENT: Final = ("address", "original_recipient", "actual_recipient")
OPENS_A_GROUP: Final = frozenset(("address", "original_recipient", "action", "status"))

# RFC 3464 section 2.3.3. Quirks: comments and sentences after the word, `failure` and `error`, Postfix probes (`deliverable`).
ACTION: Final = re.compile(rb"(?i)(failed|failure|fail|error|expired|undeliverable|delayed|delay|delivered|deliverable|relayed|expanded|transferred)\b")
ACTIONS: Final = {
    b"failed": "failed", b"failure": "failed", b"fail": "failed", b"error": "failed", b"expired": "failed", b"undeliverable": "failed",
    b"delayed": "delayed", b"delay": "delayed",
    b"delivered": "delivered", b"deliverable": "delivered", b"transferred": "relayed", b"relayed": "relayed", b"expanded": "expanded",
}  # fmt: skip
# RFC 3464 section 2.3.4. Quirks: `#5.1.1`, `5.1.1.`, a comment behind it, a whole reply (`553 5.3.0 ...`) in its place.
STATUS: Final = re.compile(rb"[ \t\r\n]*(?:[245][0-9]{2}[ -])?[ \t]*[\[(#]?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9]|\.[0-9])")
# A host name alone (RFC 3464 section 2.3.5), its type whatever it be.
PLAIN_HOST: Final = re.compile(rb"(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,40}[ \t]*;)?[ \t]*([A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,10}\.[A-Za-z]{2,24})\.?")
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

    def take(self, name: bytes, start: int, end: int) -> bool:
        """File one field; False when there are too many recipients to go on."""
        key = PER_RECIPIENT.get(name.lower())
        self.count += 1
        if self.count > self.limits.max_ds_fields:
            self.tree.limit("max_ds_fields", start, end)
            return True
        if key is None:
            self._other(name, start, end)
            return True
        if key in self.group:
            if key in OPENS_A_GROUP and self._names_a_recipient():
                self.close()
            elif self.group[key].value:
                return True
        if len(self.reading.recipients) >= self.limits.max_recipients:
            self.tree.limit("max_recipients", start, self.view.end)
            return False
        if reader := READERS.get(key):
            reader(self.group, self.view, key, start, end)
        elif value := read_line(self.view.data, start, end):
            if key in DATES:
                value = iso_date(value) or value
            self.group[key] = Found(value, "status", start, end, self.view.part)
        return True

    def _names_a_recipient(self) -> bool:
        return any(name in self.group for name in NAMES_A_RECIPIENT)

    def _other(self, name: bytes, start: int, end: int) -> None:
        key = PER_MESSAGE.get(name.lower())
        if key is None:
            if name[0] in b"xX":
                self.extensions.append((name.decode("ascii"), text_value(self.view, start, end)))
                self.spans += (start, end)
            return
        if key in TYPED_FIELDS:
            _, start = typed(self.view, start, end)
        if key not in self.reading.message and (value := read_line(self.view.data, start, end)):
            if key in DATES:
                value = iso_date(value) or value
            elif key in TYPED_FIELDS:
                value = value.split(" (", 1)[0]
            self.reading.message[key] = Found(value, "status", start, end, self.view.part)

    def close(self) -> None:
        """File the group: a recipient of its own, more of the recipient before, or fields of the message."""
        group, self.group, self.count = self.group, {}, 0
        if self.extensions:
            pairs = Found(tuple(self.extensions), "status", self.spans[0], self.spans[-1], self.view.part)
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
    kind = TYPED.match(view.data, start, end)
    first = kind.end() if kind else start
    if end >= view.cut >= 0 or end == len(view.data):
        group["cut"] = Found(key, "status", first, end, view.part)
        return
    address = read_address(view.data[first:end])
    if address is None and kind:  # the `;` may be part of a value such as an X.400 name
        address = read_address(view.data[start:end])
    if address is None and view.data[first:end].strip(b"<> \t"):
        group["unread"] = Found(key, "status", first, end, view.part)
    if address is not None or key not in group:
        group[key] = Found(address or "", "status", first, end, view.part)


def _action(group: Reading, view: View, key: str, start: int, end: int) -> None:
    action = ACTIONS.get(view.data[start:end].lower())
    if action is None and (match := ACTION.match(view.data, start, end)):
        action, end = ACTIONS[match[1].lower()], match.end(1)
    if action:
        group[key] = Found(action, "status", start, end, view.part)


def _status(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if match := STATUS.match(view.data, start, end):
        group[key] = Found(match[1].decode("ascii"), "status", *match.span(1), view.part)


def _diagnostic(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if kind := TYPED.match(view.data, start, end):
        group["diagnostic_type"] = Found(kind[1].decode("ascii").lower(), "status", *kind.span(1), view.part)
        start = kind.end()
    if end - start > DIAGNOSTIC:
        group["truncated"] = Found(key, "status", start, end, view.part)
    if value := text_value(view, start, end):
        group[key] = Found(value, "status", start, end, view.part)


def _remote(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if match := PLAIN_HOST.fullmatch(view.data, start, end):  # 9 of 10
        group[key] = Found(match[1].decode("ascii").lower(), "status", *match.span(1), view.part)
        return
    _, start = typed(view, start, end)
    value = view.data[start:end]
    if ip := HOST_IP.search(value):
        group["remote_ip"] = Found(ip[1].decode("ascii").lower(), "status", start + ip.start(1), start + ip.end(1), view.part)
    if (host := HOST_NAME.match(value)) and (name := read_line(value, *host.span(1))[:HOST]):
        if ip and name == ip[1].decode("ascii").lower():
            return
        group[key] = Found(name.lower(), "status", start + host.start(1), start + host.end(1), view.part)


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
