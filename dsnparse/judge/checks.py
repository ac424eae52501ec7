"""What failed where mail was refused for a check: of the sender (SPF, DKIM, DMARC, ARC, iprev) or of the encryption (TLS)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from dsnparse.judge.code import SAME
from dsnparse.judge.extras import URL
from dsnparse.late import late
from dsnparse.report import AuthCheck, AuthMethod, AuthResult, TlsFault

MAX_CHECKS: Final = 10
LONGEST_DOMAIN: Final = 253
NAME: Final = r"(?:[a-z0-9_][a-z0-9_-]{0,62}\.){1,10}[a-z][a-z0-9-]{1,62}(?![a-z0-9_@-]|\.[a-z0-9])"

# `spf=fail`, `DKIM = did not pass`, `SPF [origin.example] with ip: [192.0.2.1] = did not pass`, `Spf= Fail , Dkim= Pass`:
# Authentication-Results (RFC 8601 section 2.2), and what Gmail and Microsoft make of it.
STATED: Final = late(
    rf"\b(spf|dkim|dmarc|arc|iprev)(?: check| result)?(?: ?\[({NAME})\])?(?: with ip: ?\[[^\]\s]{{1,45}}\])? ?[=:] ?"
    r"(hard ?fail(?:ed)?|soft ?fail|fail(?:ed|ure)?|did not pass|not passed|none|neutral|perm ?error|temp ?error|pass(?:ed)?|best ?guess ?pass|invalid|missing|not aligned|unaligned|policy)\b",
    re.ASCII,
)
RESULTS: Final[dict[str, AuthResult]] = {
    "fail": "fail", "failed": "fail", "failure": "fail", "hardfail": "fail", "hardfailed": "fail", "didnotpass": "fail", "notpassed": "fail", "invalid": "fail", "policy": "fail",
    "softfail": "softfail", "neutral": "none", "none": "none", "missing": "none", "permerror": "permerror", "temperror": "temperror",
    "notaligned": "unaligned", "unaligned": "unaligned",
}  # fmt: skip
# Properties of a result tell its domain (RFC 8601 section 2.7).
PROPERTY: Final = late(
    rf"[^=]{{0,60}}?\b(?:smtp\.(?:mailfrom|helo)|header\.(?:d|from|i)|policy\.iprev)=[<\"']?(?:[^\s@=;<>]{{0,64}}@)?({NAME})",
    re.ASCII,
)

# What a reason says where the text names no result of its own.
METHODS: Final[dict[str, tuple[AuthMethod, ...]]] = {
    "spf_fail": ("spf",),
    "dkim_fail": ("dkim",),
    "dmarc_fail": ("dmarc",),
    "arc_fail": ("arc",),
    "authentication_fail": (),
    "policy": (),
}
BY_WORDS: Final[tuple[tuple[re.Pattern[str], AuthResult], ...]] = (
    (late(r"temp(?:orary )?error|temporar\w* (?:dns )?(?:error|failure)|dns time"), "temperror"),
    (late(r"perm(?:anent )?error|too many (?:dns )?(?:lookups|includes)|syntax error|malformed|unparsable|more than one spf|multiple spf"), "permerror"),
    (late(r"soft ?fail|~all"), "softfail"),
    (late(r"(?:not|n.t|un)[- ]?(?:in )?align|author[- ]matched|must match the (?:author|from)"), "unaligned"),
)  # fmt: skip
# There is nothing to check: `no passing signature` says that there may be one which fails.
NO_RECORD: Final = late(
    r"\b(?:no|missing|without|lacks?|n.t have|not have|must have|publish\w* no)(?: (?:a|an|valid|any|spf|dmarc|dkim|or)){0,3} (?:record|entry|policy|signature)|\b(?:record|entry|signature)s? (?:is |was )?(?:missing|absent|required|not found|does not exist)"
)
UNSIGNED: Final = late(r"\bnot (?:dkim[- ])?signed\b|\bunsigned\b")
# What a rule has seen already.
BY_DETAIL: Final[dict[str, AuthResult]] = {"no_record": "none", "alignment": "unaligned", "softfail": "softfail"}
BOTH: Final = late(
    r"\bspf\b[^.]{0,20}\b(?:and|or|nor|/|&)[ ,/]{0,3}(?:\w{1,12} )?dkim\b|\bdkim\b[^.]{0,20}\b(?:and|or|nor|/|&)[ ,/]{0,3}(?:\w{1,12} )?spf\b"
)

# Whose check it was, the surest words first: links of openspf.org (`id=user@domain`), then sentences.
WHOSE: Final = (
    late(rf"[?;&]id=(?:[^\s;&@%]{{1,64}}(?:@|%40))?({NAME})", re.ASCII),
    late(rf"\b(?:domain(?: of)?|mail ?from|from:?|policy (?:of|for)|record (?:of|for|from)|published by|behalf of|sender|send (?:mail )?(?:from|for)) ?[\[(<\"' ]{{1,3}}(?:[^\s@<>\[\]\"']{{1,64}}@)?({NAME})", re.ASCII),
    late(rf"\bspf: ?({NAME})", re.ASCII),
    late(rf"(?<![a-z0-9_.@-])({NAME})(?:.s)? (?:\w{{1,12}} )?(?:dmarc|spf)\b", re.ASCII),
    late(rf"\b(?:dmarc|spf|dkim)[^.=]{{0,30}}? (?:of|for|from|by) [\[(<\"']?(?:[^\s@<>\[\]\"']{{1,64}}@)?({NAME})", re.ASCII),
)  # fmt: skip

# What of TLS failed: the first that fits, the most exact first (RFC 8460 section 4.3 has the same order of things).
TLS: Final[tuple[tuple[re.Pattern[str], TlsFault | None], ...]] = (
    (late(r"\bour tls\b|unable to load"), None),  # the writer's own settings
    (late(r"certificate.{0,60}\b(?:expired|not yet valid|no longer valid)|expired.{0,30}certificate|certificate-expired|\bcertexpired"), "certificate_expired"),
    (late(r"\bmta-?sts\b|\bsts[- ]?(?:policy|webpki|mode)"), "sts_policy"),
    (late(r"certificate.{0,60}(?:host-?name|\bname|\bhost\b|match|mismatch)|certificate-host-mismatch|host ?name (?:mis-?match|does ?n.t match)|server certificate not verified|(?:subject|common) ?name.{0,40}match"), "certificate_name"),
    (late(r"\bdane\b|tlsa|dnssec"), "dane"),
    (late(r"certificate.{0,60}(?:trust|self[- ]?signed|unknown (?:ca|issuer|authority)|issuer|verif|revoked|chain)|untrusted ?root|self[- ]?signed|unable to get (?:local )?issuer|unknown ca\b|server certificate"), "certificate_untrusted"),
    (late(r"handshake|negotiat|ssl_connect|ssl routines|ssl error|cannot start tls|no shared cipher|wrong version|protocol version|unsupported protocol|start tls failed|tls (?:connect|session|connection) fail|alert \w+|tls (?:version )?1\.[0-3]|cipher|encryption too weak"), "handshake"),
    (late(r"starttls|requiretls|not offer|(?:not|n.t|no|lacks?|without|unavailable).{0,40}\b(?:tls|requiretls|encrypt\w+)\b|\btls\b.{0,60}(?:not|n.t|no|unavailable|require|lacks?)|requires? (?:tls|encryption)|encryption (?:needed|required)|refused to start tls|plain ?text"), "no_starttls"),
)  # fmt: skip


@lru_cache(SAME)
def find_tls_fault(text: str) -> TlsFault | None:
    """Return what of TLS went wrong."""
    lower = text.lower()
    return next((fault for pattern, fault in TLS if pattern.search(lower)), None)


@lru_cache(SAME)
def find_checks(text: str, reason: str, detail: str) -> tuple[AuthCheck, ...]:
    """Return the checks of the sender that failed: those with a result, else what the reason and its words say."""
    lower = text.lower()
    words = URL.sub(_query, lower) if "://" in lower else lower
    methods = METHODS[reason]
    stated = list(_stated(lower))
    if not methods and not stated and reason != "policy" and BOTH.search(words):
        return tuple([AuthCheck(method, _result(words, method)) for method in ("spf", "dkim")])
    named = {method for method, _, _ in stated}
    found = [
        AuthCheck(method, result, domain or (_domain(words) if method in (*methods, "dmarc") else ""))
        for method, result, domain in stated
        if result
    ]
    found += [
        AuthCheck(method, BY_DETAIL.get(detail) or _result(words, method), _domain(words))
        for method in methods
        if method not in named
    ]
    return tuple(dict.fromkeys(found))


def _query(link: re.Match[str]) -> str:
    """Return what a link asks for: `id=user@domain` there says whose check it was, and its host says nothing."""
    return "".join(link[0].partition("?")[1:])


def _stated(lower: str) -> Iterator[tuple[AuthMethod, AuthResult | None, str]]:
    """Yield each check with its result, `None` for one that was passed."""
    for count, match in enumerate(STATED.finditer(lower)):
        if count == MAX_CHECKS:
            return
        method: AuthMethod = match[1]  # type: ignore[assignment] # the pattern has no others
        whose = match[2] or ((told := PROPERTY.match(lower, match.end())) and told[1]) or ""
        yield method, RESULTS.get(match[3].replace(" ", "")), whose[:LONGEST_DOMAIN]


def _result(words: str, method: AuthMethod) -> AuthResult:
    """Return what the words say of a check that failed."""
    for pattern, result in BY_WORDS:
        if pattern.search(words) and not (result == "unaligned" and method == "spf"):
            return result
    return "none" if NO_RECORD.search(words) or (method == "dkim" and UNSIGNED.search(words)) else "fail"


def _domain(words: str) -> str:
    for pattern in WHOSE:
        if match := pattern.search(words):
            return match[1][:LONGEST_DOMAIN]
    return ""
