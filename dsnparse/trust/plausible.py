"""What a report of our own mail looks like, for those who have no proof: all of it can be guessed, most forgers do not bother.

Nothing is looked up. A report is plausible when it was sent as reports are, returns mail of ours, and comes from somebody who had to
do with it: a server of ours, one of the recipient's domain, or one that our own server has authenticated.
"""

import re
from datetime import datetime
from typing import Final

from dsnparse.report import Report
from dsnparse.trust.rules import TrustRules
from dsnparse.wire.header import Pairs

# RFC 8601 section 2.2: one result with the domain that it is about.
PASSED: Final = re.compile(
    r"\s*(?:dkim=pass\b.*?\bheader\.d|spf=pass\b.*?\bsmtp\.(?:mailfrom|helo)|dmarc=pass\b.*?\bheader\.from)="
    r"\"?(?:[^\s@;\"]*@)?(?P<domain>[A-Za-z0-9.-]{1,255})"
)
COMMENT: Final = re.compile(r"\([^()]*\)")
# What the client calls itself (HELO) is its own choice; in brackets stands what our server found. Without a client: made by it.
HANDED_OVER: Final = re.compile(r"from \S+ \((?:\S+@)?(?P<client>[A-Za-z0-9.-]+)\.? \[|by (?P<here>[A-Za-z0-9.-]+)")
# Two clocks may be wrong by a day, and a report comes after what it reports.
CLOCKS: Final = 86_400


def signs(report: Report, fields: Pairs, rules: TrustRules) -> tuple[str, ...]:
    """Return what makes a report plausible, nothing if it is not; `fields` is its own header."""
    found = (
        ("null-return-path", _has_null_return_path(fields)),
        ("our-message", _returns_ours(report, rules)),
        ("dates-in-order", _comes_after(report)),
    )
    reporter = _reporter(report, fields, rules)
    return (*(name for name, _ in found), reporter) if reporter and all(holds for _, holds in found) else ()


def _has_null_return_path(fields: Pairs) -> bool:
    return next((value.replace(" ", "") for name, value in fields if name.lower() == "return-path"), "") == "<>"


def _returns_ours(report: Report, rules: TrustRules) -> bool:
    original = report.original
    return all(
        _within(text.rpartition("@")[2].strip("<> "), rules.domains) for text in (original.message_id, original.from_)
    )


def _comes_after(report: Report) -> bool:
    """Tell whether the dates can be read and are in order."""
    try:
        sent, reported = datetime.fromisoformat(report.original.date), datetime.fromisoformat(report.date)
    except ValueError:
        return False
    if sent.tzinfo is None or reported.tzinfo is None:
        return False
    return sent.timestamp() <= reported.timestamp() + CLOCKS


def _reporter(report: Report, fields: Pairs, rules: TrustRules) -> str:
    """Return what speaks for the one who reports: the server that handed it to ours, or a domain that ours has authenticated."""
    if _within(_handed_over_by(fields), rules.domains):
        return "our-server"
    passed = _authenticated(fields, rules.authserv_id)
    if any(_within(each.address.rpartition("@")[2], passed) for each in report.recipients):
        return "recipient-domain"
    return "authenticated" if _within(report.reporting_mta, passed) else ""


def _handed_over_by(fields: Pairs) -> str:
    """Return the host that handed the report to our server: only the topmost Received field is surely our own."""
    value = next((value for name, value in fields if name.lower() == "received"), "")
    match = HANDED_OVER.match(value)
    return (match["client"] or match["here"] or "") if match else ""


def _authenticated(fields: Pairs, authserv_id: str) -> frozenset[str]:
    """Return the domains that our server has authenticated: only its own topmost field counts, the others came with the mail."""
    value = next((value for name, value in fields if name.lower() == "authentication-results"), "")
    server, _, results = COMMENT.sub(" ", value).partition(";")
    if not authserv_id or server.split()[:1] != [authserv_id]:
        return frozenset()
    return frozenset(match["domain"].lower() for each in results.split(";") if (match := PASSED.match(each)))


def _within(host: str, domains: frozenset[str]) -> bool:
    name = host.strip().rstrip(".").lower()
    return any(name == domain or name.endswith(f".{domain}") for domain in domains if domain)
