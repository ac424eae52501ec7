"""The block list that a diagnostic gives as its cause, and the page where the one who is listed looks it up.

A zone in the phrase of a server (`blocked using ZONE`) goes before a zone that stands anywhere, that before the name of a list,
and that before a host which only looks like a list. Other hosts in a refusal are those of the server and of its client.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from dsnparse.judge.code import SAME
from dsnparse.late import late
from dsnparse.registry import BlocklistEntry, list_of_zone, lists_named, lookup_page
from dsnparse.registry.blocklists import Of

# What each reason says is listed. A page of a list on links is asked for the domain in them.
LISTED: Final[dict[str, Of]] = {
    "ip_blocklisted": "ip",
    "domain_blocklisted": "domain",
    "url_blocklisted": "domain",
    "poor_reputation": "ip",
}
MAX_HOSTS: Final = 30
LONGEST_NAME: Final = 253  # of a domain (RFC 1035 section 2.3.4, in text)
LABEL: Final = r"(?:[a-z0-9_][a-z0-9_-]{0,62})"
HOST: Final = late(rf"(?<![a-z0-9_.@-])((?:{LABEL}\.){{1,12}}[a-z]{{2,24}})(?![a-z0-9_-])", re.ASCII)

# How servers name the list that hit: Postfix, Sendmail, Exim, qmail and the gateways that copied them.
PHRASE: Final = late(
    r"\b(?:(?:blocked|listed|rejected|denied|found|blacklisted|blocklisted|refused|deferred) (?:using|in|at|on|via)"
    r"|(?:listed|blacklisted|blocklisted) by|(?:black ?hole|rbl|dnsbl|rhsbl|uribl|black ?list|block ?list|deny ?list)(?: site| zone| server| list)?(?: at| in| on| of|:|=)?"
    r"|\busing)[ :=\[(<\"']{1,3}(?:(?:the|rbl|dnsbl|rhsbl|list|zone|black ?list|block ?list) ){0,3}[\[(<\"']?"
    rf"((?:{LABEL}\.){{1,12}}[a-z]{{2,24}})(?![a-z0-9_@-])",
    re.ASCII,
)
LIKE_A_LIST: Final = late(
    rf"\b(?:blocked|rejected|denied|refused) by ((?:{LABEL}\.){{0,6}}[a-z0-9_-]{{0,30}}(?:bl|list|black|spam)[a-z0-9_-]{{0,30}}\.(?:{LABEL}\.){{0,6}}[a-z]{{2,24}})(?![a-z0-9_@-])",
    re.ASCII,
)

# Whose entry it is: the client, as servers put it in brackets or into a link; else the first address there is.
OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})"
IPV4: Final = rf"{OCTET}(?:\.{OCTET}){{3}}"
IPV6: Final = (
    r"(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})"  # 10:15:59 is none
)
CLIENT: Final = late(
    rf"(?:\[|\bip[ :=/]{{1,3}}|\baddress(?: is|:)? |\b(?:client|host|from) \[?|[?&](?:ip|query|q)=)(?:ipv6:)?({IPV4}|{IPV6})(?![0-9a-z:]|\.[0-9])",
    re.ASCII,
)
ANY_ADDRESS: Final = late(rf"(?<![0-9a-z.:-])({IPV4}|{IPV6})(?![0-9a-z:-]|\.[0-9a-z])", re.ASCII)
LOOPBACK: Final = "127."  # the answer of a list, or a laboratory; nobody's entry
DOMAIN: Final = late(
    r"(?:\b(?:domain(?: name)?|sender address|recipient address|helo command|sender|helo|from|host|url|uri|link)(?: is)?[ :=]{1,2}[\[(<\"']?(?:https?://)?|[?&](?:domain|query|q)=)"
    rf"(?:[^\s@<>\[\]\"']{{1,64}}@)?((?:{LABEL}\.){{1,12}}[a-z]{{2,24}})(?![a-z0-9_@-])",
    re.ASCII,
)


class Listing(NamedTuple):
    """A list, by its zone, and its page where it is one that is known."""

    zone: str = ""
    lookup: str = ""


NOT_LISTED: Final = Listing()


@lru_cache(SAME)
def find_listing(text: str, reason: str) -> Listing:
    """Return the block list that a diagnostic names."""
    of = LISTED[reason]
    lower = text.lower()
    phrase = PHRASE.search(lower)
    named = phrase[1] if phrase and len(phrase[1]) <= LONGEST_NAME else ""
    for host in _hosts(named, lower):
        if known := list_of_zone(host, of):
            return _listing(lower, *known)
        if host == named:
            return Listing(host)
    if entry := lists_named(lower, of):
        return _listing(lower, entry.zone, entry)
    weak = LIKE_A_LIST.search(lower)
    return Listing(weak[1]) if weak and len(weak[1]) <= LONGEST_NAME else NOT_LISTED


def _hosts(first: str, lower: str) -> Iterator[str]:
    """Yield the host of the phrase, then those that are known to be zones and not sites: a site is told by its name."""
    if first:
        yield first
    for count, match in enumerate(HOST.finditer(lower)):
        if count == MAX_HOSTS:
            return
        if not lower.startswith("://", max(0, match.start() - 3)):
            yield match[1]


def _listing(lower: str, zone: str, entry: BlocklistEntry) -> Listing:
    return Listing(zone, lookup_page(entry, _address(lower) if entry.of == "ip" else _domain(lower)))


def _address(lower: str) -> str:
    for pattern in (CLIENT, ANY_ADDRESS):
        for match in pattern.finditer(lower):
            if not match[1].startswith(LOOPBACK):
                return match[1]
    return ""


def _domain(lower: str) -> str:
    for match in DOMAIN.finditer(lower):
        if len(match[1]) <= LONGEST_NAME and not list_of_zone(match[1], "domain"):
            return match[1]
    return ""
