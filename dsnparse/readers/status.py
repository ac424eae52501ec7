"""message/delivery-status and message/global-delivery-status (RFC 3464, RFC 6533), with every deviation seen so far.

Strategy: take the fields one by one in order; an empty line, or a field that its group already has, opens the next group;
a group that names no recipient belongs to the one before. So missing and surplus empty lines both come out right.
"""

import re
from collections.abc import Callable
from typing import Final

from dsnparse.limits import DIAGNOSTIC, HOST, Limits
from dsnparse.readers.fields import fields_of, text_value, typed
from dsnparse.readers.readings import StatusReading
from dsnparse.report import Found, Reading
from dsnparse.wire.address import read_address, read_typed, undo_xtext
from dsnparse.wire.date import iso_date
from dsnparse.wire.entity import Tree, View
from dsnparse.wire.grammar import TYPE
from dsnparse.wire.header import read_line

NAMES_A_RECIPIENT: Final = frozenset(("address", "original_recipient", "actual_recipient"))
OPENS_A_GROUP: Final = frozenset(("address", "original_recipient", "action", "status"))
# A group of such a field alone is the first half of one.
ALIAS_ALONE: Final = {"original_recipient"}

# RFC 3464 section 2.3.3. Quirks: comments and sentences after the word, `failure` and `error`, Postfix probes (`deliverable`).
ACTION: Final = re.compile(
    rb"(?i)(failed|failure|fail|error|expired|undeliverable|bounced|rejected|delayed|delay|deferred|queued|delivered|deliverable|relayed|expanded|transferred)\b"
)
ACTIONS: Final = {
    b"failed": "failed", b"failure": "failed", b"fail": "failed", b"error": "failed", b"expired": "failed", b"undeliverable": "failed",
    b"bounced": "failed", b"rejected": "failed",
    b"delayed": "delayed", b"delay": "delayed", b"deferred": "delayed", b"queued": "delayed",
    b"delivered": "delivered", b"deliverable": "delivered", b"transferred": "relayed", b"relayed": "relayed", b"expanded": "expanded",
}  # fmt: skip
# RFC 3464 section 2.3.4. Quirks: `#5.1.1`, `5.1.1.`, a comment behind it, a whole reply (`553 5.3.0 ...`) in its place.
STATUS: Final = re.compile(
    rb"[ \t\r\n]*[\"']?(?:smtp;[ \t]*)?(?:[245][0-9]{2}[ -])?[ \t]*[\[(#]?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9]|\.[0-9])"
)
# Quirk: Exim and Sendmail name the program or file that an alias leads to (`|/usr/bin/vacation`, `/var/mail/archive`).
PROGRAM: Final = re.compile(rb"<?([|/][!-;?-~]{1,300})>?")
# A reply in place of the code: its words count where no diagnostic says more.
REPLY: Final = re.compile(rb"[ \t]*[245][0-9]{2}[ -](?=[^\r\n]{0,80}[A-Za-z]{3})")
# PowerMTA, Sun's and Oracle's servers say there in words what they say nowhere else: `4.4.1 (no answer from host)`.
COMMENT: Final = re.compile(rb"[ \t]*\((?=[^)\s])")
# RFC 3461 section 4: xtext spells "+" and "=" so. Quirk: an MTA that hands the ORCPT parameter on as it came.
XTEXT: Final = re.compile(rb"\+(?:2B|3D)")
# A host name alone (RFC 3464 section 2.3.5), its type whatever it be.
PLAIN_HOST: Final = re.compile(
    rb"(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,40}[ \t]*;)?[ \t]*([A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,10}\.[A-Za-z]{2,24})\.?"
)
# `host`, `host [ip]`, `host (ip)`, `[ip]`, `host. (ip, the server for ...)`, `(TCP|lip|lport|rip|rport)`; see rfc_fields, deviation 8.
HOST_NAME: Final = re.compile(
    rb"[ \t\r\n]*<?((?!\()[^\s\[\]()<>;,|]{1,255}?)(?:(?<=[A-Za-z0-9]):[0-9]{1,5})?\.?>?(?=[\s\[\]()<>;,|]|\Z)"
)
TCP_ENDS: Final = re.compile(rb"\(TCP\|[0-9A-Fa-f.:]{2,45}\|[0-9]{1,5}\|([0-9A-Fa-f.:]{2,45})\|[0-9]{1,5}\)")
HOST_IP: Final = re.compile(
    rb"(?i)(?:\[|\(|\A|\s|\|)(?:IPv6:)?((?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?=[\])\s,|]|\Z)"
)


def read_status(view: View, limits: Limits, tree: Tree) -> StatusReading:
    """Read the groups of a delivery-status part."""
    groups = _Groups(view)
    reading, most, most_recipients = groups.reading, limits.max_ds_fields, limits.max_recipients
    for name, start, end, gap in fields_of(view, lambda: groups.count > most):
        if gap:
            groups.end()
        groups.count += 1
        if groups.count > most:
            groups.surplus(tree, start, end)
            continue
        key, read, general = FIELDS.get(name) or FIELDS.get(name.lower(), OTHER)
        if general:
            groups.tell(key, read, start, end)
        elif not key:
            groups.extend(name, start, end)
        elif key not in groups.group or groups.repeated(key):
            if not groups.group and len(reading.recipients) >= most_recipients:
                tree.limit("max_recipients", start, view.end)
                return reading
            read(groups.group, view, key, start, end)
    groups.close()
    return reading


class _Groups:
    """The group being read, and the reading it goes into when it ends."""

    __slots__ = ("count", "extensions", "group", "reading", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.reading = StatusReading()
        self.group: Reading = {}
        self.extensions: list[tuple[bytes, int, int]] = []
        self.count = 0

    def surplus(self, tree: Tree, start: int, end: int) -> None:
        """Pass over a field of a group that has too many; the first of them is told."""
        if self.count == tree.limits.max_ds_fields + 1:
            tree.limit("max_ds_fields", start, end)

    def tell(self, key: str, read: "Reader", start: int, end: int) -> None:
        """Read a field of the message: the first of its name counts."""
        if key not in self.reading.message:
            read(self.reading.message, self.view, key, start, end)

    def repeated(self, key: str) -> bool:
        """Tell whether a field counts that its group has already: in a group of its own, or in place of an empty one."""
        if key in OPENS_A_GROUP and not NAMES_A_RECIPIENT.isdisjoint(self.group):
            self.close()
            return True
        return not self.group[key].value

    def extend(self, name: bytes, start: int, end: int) -> None:
        """Keep a field that no RFC names (RFC 3464 section 2.4)."""
        if name[0] in b"xX":
            self.extensions.append((name, start, end))

    def end(self) -> None:
        """Take an empty line: it ends the group; one of no fields but those that no RFC names says nothing of anybody."""
        if self.group:
            self.close()
        elif self.extensions:
            self.extensions.clear()
        self.count = 0

    def close(self) -> None:
        """File the group: a recipient of its own, more of the recipient before, or fields of the message."""
        if not self.group:
            return
        self.count = 0
        group, self.group = self.group, {}
        extensions, self.extensions = self.extensions, []
        if extensions:
            pairs = tuple(
                [(name.decode("ascii"), text_value(self.view, start, end)) for name, start, end in extensions]
            )
            group["extensions"] = Found(pairs, "status", extensions[0][1], extensions[-1][2], self.view.part)
        recipients = self.reading.recipients
        if recipients and recipients[-1].keys() == ALIAS_ALONE and "original_recipient" not in group:
            recipients[-1].update(group)  # an empty line stands where it should not
            return
        if not recipients or not NAMES_A_RECIPIENT.isdisjoint(group):
            recipients.append(group)
            return
        for key, value in group.items():
            recipients[-1].setdefault(key, value)


def _line(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if value := read_line(view.data, start, end):
        group[key] = Found(value, "status", start, end, view.part)


def _typed_line(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if kind := TYPE.match(view.data, start, end):
        start = kind.end()
    if value := read_line(view.data, start, end):
        group[key] = Found(value.split(" (", 1)[0], "status", start, end, view.part)


def _date(group: Reading, view: View, key: str, start: int, end: int) -> None:
    value = iso_date(view.data[start:end].decode("latin-1"))
    if value is None and (value := read_line(view.data, start, end)):  # 1 of 50: no date, or one in odd dress
        value = iso_date(value) or value
    if value:
        group[key] = Found(value, "status", start, end, view.part)


def _address(group: Reading, view: View, key: str, start: int, end: int) -> None:
    data = view.data
    address, first = read_typed(data, start, end)
    if end >= view.cut >= 0 or end == len(data):
        group["cut"] = Found(key, "status", first, end, view.part)
        return
    if key == "original_recipient" and address and XTEXT.search(data, first, end):
        address = read_address(undo_xtext(data[first:end])) or address
    if address is None and first > start:  # the `;` may be part of a value such as an X.400 name
        address = read_address(data[start:end])
    if address is None and (program := PROGRAM.fullmatch(data, first, end)):
        address = read_line(data, *program.span(1))
    if address is None and data[first:end].strip(b"<> \t"):
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
        if comment := COMMENT.match(view.data, match.end(), end):  # 1 of 30
            start, end = comment.end(), end - (view.data[end - 1 : end] == b")")
            group["comment"] = Found(text_value(view, start, end), "status", start, end, view.part)
    if REPLY.match(view.data, start, end):
        group["comment"] = Found(text_value(view, start, end), "status", start, end, view.part)


def _diagnostic(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if kind := TYPE.match(view.data, start, end):
        group["diagnostic_type"] = Found(
            kind[1].decode("ascii").lower(), "status", kind.start(1), kind.end(1), view.part
        )
        start = kind.end()
    if end - start > DIAGNOSTIC:
        group["truncated"] = Found(key, "status", start, end, view.part)
    if value := text_value(view, start, end):
        group[key] = Found(value, "status", start, end, view.part)


def _remote(group: Reading, view: View, key: str, start: int, end: int) -> None:
    if match := PLAIN_HOST.fullmatch(view.data, start, end):  # 9 of 10
        start, end = match.span(1)
        group[key] = Found(match[1].decode("ascii").lower(), "status", start, end, view.part)
        return
    _, start = typed(view, start, end)
    value = view.data[start:end]
    if ip := TCP_ENDS.search(value) or HOST_IP.search(value):
        group["remote_ip"] = Found(
            ip[1].decode("ascii").lower(), "status", start + ip.start(1), start + ip.end(1), view.part
        )
    if (host := HOST_NAME.match(value)) and (name := read_line(value, *host.span(1))[:HOST]):
        if ip and name == ip[1].decode("ascii").lower():
            return
        group[key] = Found(name.lower(), "status", start + host.start(1), start + host.end(1), view.part)


# What a field is called in a reading, who reads it, and whether it speaks of the message (RFC 3464 section 2.2) or of one
# recipient (section 2.3). Names as the RFC spells them stand here too: so 19 of 20 names are sent.
Reader = Callable[[Reading, View, str, int, int], None]
SPELT: Final[dict[str, tuple[str, Reader, bool]]] = {
    "Original-Envelope-Id": ("original_envelope_id", _line, True),
    "Reporting-MTA": ("reporting_mta", _typed_line, True),
    "DSN-Gateway": ("dsn_gateway", _typed_line, True),
    "Received-From-MTA": ("received_from_mta", _typed_line, True),
    "Arrival-Date": ("arrival_date", _date, True),
    "Original-Recipient": ("original_recipient", _address, False),
    "Final-Recipient": ("address", _address, False),
    "Action": ("action", _action, False),
    "Status": ("status", _status, False),
    "Remote-MTA": ("remote_mta", _remote, False),
    "Diagnostic-Code": ("diagnostic", _diagnostic, False),
    "Last-Attempt-Date": ("last_attempt_date", _date, False),
    "Final-Log-ID": ("final_log_id", _line, False),
    "Will-Retry-Until": ("will_retry_until", _date, False),
    "X-Original-Message-ID": ("original_message_id", _line, True),
    "X-Actual-Recipient": ("actual_recipient", _address, False),
    "X-Supplementary-Info": ("supplementary", _diagnostic, False),
    "X400-Supplementary-Info": ("supplementary", _diagnostic, False),  # RFC 2156 section 5.2
    "Localized-Diagnostic": ("localized_diagnostic", _line, False),
}
OTHER: Final = ("", _line, False)
FIELDS: Final = {spelt.encode("ascii"): read for name, read in SPELT.items() for spelt in (name, name.lower())}
