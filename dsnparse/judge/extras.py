"""What else a diagnostic tells: links, the block list it names, how long to wait, the SMTP command it answers."""

import re
from functools import lru_cache
from typing import Final

from dsnparse.judge.code import SAME
from dsnparse.late import late

MAX_URLS: Final = 20
URL: Final = re.compile(r"https?://[^\s<>\"'`\\^{|}]{1,500}", re.ASCII)
URL_TAIL: Final = ".,;:!?)]"

# Host names of lists that are looked up by DNS, and the phrase a server uses when it names the one that hit.
LIST_ZONE: Final = late(
    r"(?i)\b((?:[a-z0-9-]{1,40}\.){0,3}(?:spamhaus\.(?:org|net)|spamcop\.net|sorbs\.net|barracudacentral\.org|uceprotect\.net|abuseat\.org|surbl\.org|uribl\.com"
    r"|invaluement\.com|njabl\.org|mail-abuse\.(?:org|com)|ordb\.org|rfc-ignorant\.org|backscatterer\.org|mailspike\.(?:net|org)|spamrats\.com|nixspam\.net|dnswl\.org"
    r"|psbl\.(?:org|surriel\.com)|surriel\.com|abusix\.(?:zone|com)|senderbase\.org|blocklist\.de|manitu\.net|truncate\.gbudb\.net|spfbl\.net|lashback\.com|trendmicro\.com))",
    re.ASCII,
)
LISTED_AT: Final = late(
    r"(?i)\b(?:blocked|listed|rejected|denied|found|blacklisted|blocklisted|refused)\s(?:using|by|in|at|on|via)\s(?:rbl |dnsbl |the )?((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24})\b",
    re.ASCII,
)
RETRY_AFTER: Final = late(
    r"(?i)\b(?:try|retry|again|come back|wait|available|deferred|greylisted|gr[ae]ylist\w*|delayed)[^.0-9]{0,40}?\b([0-9]{1,6})[ -]?(s|sec|secs|seconds?|m|min|mins|minutes?|h|hrs?|hours?)\b",
    re.ASCII,
)
UNIT: Final = {"s": 1, "m": 60, "h": 3600}

# SMTP commands as the notices name them; EOM is the reply to the message text itself (RFC 5321 section 4.1.1.4).
COMMAND: Final = re.compile(
    r"(?i)\b(?:(end[- ]of[- ]data|end of message|eom|message (?:body|text|content)|data content|dot\b|after data|sent the message)|(rcpt|recipient)|(mail from|mail\b|sender)|(data|bdat)|(ehlo)|(helo|lhlo)"
    r"|(starttls)|(auth)|(connect|greeting|banner|talk to me)|(quit)|(vrfy))"
)
COMMANDS: Final = ("EOM", "RCPT", "MAIL", "DATA", "EHLO", "HELO", "STARTTLS", "AUTH", "CONNECT", "QUIT", "VRFY")


@lru_cache(SAME)
def find_urls(text: str) -> tuple[str, ...]:
    """Return the links of a diagnostic, each once, in order."""
    if "://" not in text:
        return ()
    return tuple(dict.fromkeys(match[0].rstrip(URL_TAIL) for match in URL.finditer(text)))[:MAX_URLS]


@lru_cache(SAME)
def find_blocklist(text: str) -> str:
    """Return the name of the block list a diagnostic gives as its cause, as a DNS zone where it is one."""
    match = LISTED_AT.search(text) or LIST_ZONE.search(text)
    return match[1].lower() if match else ""


@lru_cache(SAME)
def find_retry_after(text: str) -> int | None:
    """Return for how many seconds a server asks to wait."""
    match = RETRY_AFTER.search(text)
    return int(match[1]) * UNIT[match[2][0].lower()] if match else None


def smtp_command(text: str) -> str:
    """Return the SMTP command a phrase such as `RCPT TO` or `end of DATA` means, or nothing."""
    match = COMMAND.search(text)
    return COMMANDS[(match.lastindex or 1) - 1] if match else ""
