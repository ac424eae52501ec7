"""Lines of the logs of mail servers: which recipient a line is about, what was said of it, and what became of the message.

Each pattern matches a whole line; its named groups are fields of a recipient, `outcome` is the log's own word for the action.
They are RE2's, so that no line takes long however it was made.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from dsnparse.late import late_phrases
from dsnparse.report import Action

Span = tuple[int, int]

HOST: Final = r"[A-Za-z0-9._-]{1,253}"
PATTERNS: Final = (
    # Postfix: `4F2: to=<a@b>, relay=mx[192.0.2.1]:25, delay=1, delays=…, dsn=5.1.1, status=bounced (host mx[…] said: 550 …)`
    ("postfix", late_phrases(
        rf".*?(?:(?P<final_log_id>[0-9A-Za-z]{{5,20}}): )?to=<(?P<address>[^>]*)>,(?: orig_to=<(?P<original_recipient>[^>]*)>,)?"
        rf"(?: relay=(?P<remote_mta>{HOST})(?:\[(?P<remote_ip>[^\]]*)\])?\S*,)?.*? dsn=(?P<status>[245]\.[0-9.]{{3,7}}), status=(?P<outcome>[a-z-]+) \((?P<diagnostic>.*)\)\s*")),
    # Sendmail: `q12: to=<a@b>, delay=…, mailer=esmtp, relay=mx. [192.0.2.1], dsn=5.1.1, stat=User unknown`
    ("sendmail", late_phrases(
        rf".*?(?:(?P<final_log_id>[0-9A-Za-z]{{8,20}}): )?to=<?(?P<address>[^>,\s]+)>?,.*?(?: relay=(?P<remote_mta>{HOST}?)\.?(?: \[(?P<remote_ip>[^\]]*)\])?,)?"
        r"(?: reply=[^,]*,)? dsn=(?P<status>[245]\.[0-9.]{3,7}),(?: reply=.*?,)? stat=(?P<diagnostic>(?P<outcome>[A-Za-z]+).*)")),
    # Exim: `1rK-0-1A ** a@b R=dnslookup T=remote_smtp H=mx [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<a@b>: 550 …`
    ("exim", late_phrases(
        rf".*?(?:(?P<final_log_id>[0-9A-Za-z]{{6}}-[0-9A-Za-z]{{6,11}}-[0-9A-Za-z]{{2,4}}) )?(?P<outcome>\*\*|==|[=-]>) (?P<address>\S+@[^\s:]+)(?: (?P<original_recipient><[^>]*>))?:?"
        rf"(?: (?:[A-GI-Z]|[A-Z]{{2,4}})=(?:\"[^\"]*\"|\S*)| defer \(-?[0-9]+\)| \[[0-9a-fA-F.:]+\](?::[0-9]+)?|(?: H=(?P<remote_mta>{HOST})(?: \[(?P<remote_ip>[0-9a-fA-F.:]+)\])?))*:? (?P<diagnostic>.*)")),
    # qmail: `delivery 3: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_no_such_user/Giving_up_on_192.0.2.1./`
    ("qmail", late_phrases(r".*?delivery [0-9]+: (?P<outcome>failure|deferral|success): (?P<diagnostic>\S+)\s*")),
    # OpenSMTPD: `… mta delivery … to=<a@b> … relay="192.0.2.1 (mx)" … result="PermFail" stat="550 …"`
    ("opensmtpd", late_phrases(r'.*?\bto=<(?P<address>[^>]*)>.*?\bresult="(?P<outcome>\w+)" stat="(?P<diagnostic>[^"]*)".*')),
    # Exchange, message tracking: `…,STOREDRIVER,FAIL,…,bob@example.net,[{LRT=…};{LED=550 5.1.10 …};{FQDN=mx};{IP=192.0.2.1}],…`
    ("exchange", late_phrases(
        rf'.*?(?:,(?P<outcome>FAIL|DEFER),.*?,"?(?P<address>[^\s,;<>"]+@[^\s,;<>"]+)"?,.*?)?\{{LED=(?P<diagnostic>[^}}]*)\}}(?:.*?\{{FQDN=(?P<remote_mta>{HOST})?\}})?(?:.*?\{{IP=(?P<remote_ip>[0-9a-fA-F.:]*)\}})?.*')),
    # Exchange, protocol log of a send connector: `…Z,Internet,08DC…,9,192.0.2.9:1,192.0.2.1:25,<,550 5.1.1 User unknown,`
    ("exchange", late_phrases(r".*?,\[?(?P<remote_ip>[0-9a-fA-F.:]+)\]?:[0-9]+,<,(?P<diagnostic>[45][0-9]{2}[ -].*?),?\s*")),
)  # fmt: skip
OUTCOMES: Final[dict[str, Action]] = {
    "bounced": "failed", "**": "failed", "failure": "failed", "permfail": "failed", "fail": "failed", "expired": "failed",
    "deferred": "delayed", "==": "delayed", "deferral": "delayed", "tempfail": "delayed", "defer": "delayed", "softbounce": "delayed",
    "sent": "delivered", "=>": "delivered", "->": "delivered", "success": "delivered", "ok": "delivered",
}  # fmt: skip


class Logged(NamedTuple):
    """A line of a log: whose it is, its fields with their places in it, and what became of the message."""

    vendor: str
    fields: dict[str, tuple[str, Span]]
    action: Action | None


def read_log(line: str) -> Logged | None:
    """Return what a line says of a recipient; `None` where it is of no log we know."""
    for vendor, pattern in PATTERNS:
        if match := pattern.fullmatch(line):
            return Logged(vendor, _plain(vendor, _fields(match, pattern.groupindex)), _action(vendor, match))
    return None


def _fields(match: re.Match[str], places: Mapping[str, int]) -> dict[str, tuple[str, Span]]:
    """Return the groups that are fields of a recipient; RE2 knows the span of a group by its number only."""
    groups = {name: (text, match.span(places[name])) for name, text in match.groupdict().items() if text}
    groups.pop("outcome", None)
    return groups


def _action(vendor: str, match: re.Match[str]) -> Action | None:
    word = (match.groupdict().get("outcome") or "").lower()
    return OUTCOMES.get(word, "failed" if vendor == "sendmail" else None)


def _plain(vendor: str, fields: dict[str, tuple[str, Span]]) -> dict[str, tuple[str, Span]]:
    """Return the fields in plain words: qmail writes underlines for blanks, Sendmail `Deferred: ` in front of a reply."""
    text, place = fields.get("diagnostic", ("", (0, 0)))
    if vendor == "qmail":
        text = text.replace("_", " ").replace("/", " ").strip()
    elif text.startswith("Deferred: "):
        text = text.removeprefix("Deferred: ")
    return {**fields, "diagnostic": (text, place)} if text else fields
