"""What a code means by itself, for want of better words: status codes by RFC 3463, reply codes by the command they answer.

A reason that condemns an address is given only where the code can be about the address: a bare 550 means an unknown user
in answer to RCPT, a refused sender in answer to MAIL, and nothing at all where nobody knows what it answers.
"""

import re
from functools import cache
from typing import Final

from msgspec.structs import replace

from dsnparse.registry.entries import EnhancedEntry, ReplyEntry
from dsnparse.registry.tables import enhanced_codes, reply_codes

# RFC 3463 section 2:  status-code = class "." subject "." detail, with 1*3digit each for the last two
STATUS: Final = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})")

# Commands that stand for the same moment of a session. EOM: the end of the message text (RFC 3030 for BDAT).
MOMENT: Final = {
    "CONNECT": "CONNECT",
    "HELO": "HELO",
    "EHLO": "HELO",
    "LHLO": "HELO",
    "STARTTLS": "STARTTLS",
    "AUTH": "AUTH",
    "MAIL": "MAIL",
    "RCPT": "RCPT",
    "VRFY": "RCPT",
    "DATA": "DATA",
    "BDAT": "EOM",
    "EOM": "EOM",
}

# What a plain refusal was about. A refused HELO says nothing of the name unless the code or the words do.
REFUSED: Final = {
    "CONNECT": "policy",
    "HELO": "policy",
    "STARTTLS": "tls_failed",
    "AUTH": "auth_required",
    "MAIL": "sender_rejected",
    "DATA": "policy",
    "EOM": "policy",
}

# A 250 to MAIL or RCPT has not delivered anything yet; notices name DATA where they mean the text after it.
DELIVERING: Final = {"", "DATA", "EOM"}


def enhanced_code(code: str) -> EnhancedEntry | None:
    """Explain a status code such as `5.1.1`; `None` if it has not the shape of one.

    An unregistered detail is explained by its subject and an unknown subject by its class (RFC 3463 section 2); the
    `code` of the result, such as `5.1.X`, tells so.
    """
    shape = STATUS.fullmatch(code)
    if not shape:
        return None
    digit, subject, detail = shape.groups()
    rows = enhanced_codes()
    row = rows.get(f"X.{subject}.{detail}") or rows.get(f"X.{subject}.X") or rows[f"{digit}.X.X"]
    return _in_class(row, digit)


def _in_class(row: EnhancedEntry, digit: str) -> EnhancedEntry:
    """Fill in the class; class 2 is always a success, and a code of success means nothing in a failure."""
    reason, detail = row.reason, row.detail
    if (digit == "2") is not (reason == "delivered"):
        reason, detail = ("delivered" if digit == "2" else None), ""
    return replace(row, code=digit + row.code[1:], reason=reason, detail=detail)


def is_generic(code: str) -> bool:
    """Whether the code is so vague that words, and any better code, go before it."""
    return code[1:] in _generic() and code[0] in "245"


@cache
def _generic() -> frozenset[str]:
    """All generic codes without their class, such as `.7.1`: this is asked of every code of every recipient."""
    return frozenset(code[1:] for code, entry in enhanced_codes().items() if entry.generic)


def enhanced_reason(code: str) -> str | None:
    """Tell the reason that the status code stands for by itself; an unregistered code of failure stands for none."""
    row = enhanced_codes().get(f"X{code[1:]}")
    if row is not None and code[0] in "45":  # registered, and of a failure: 19 codes of 20
        return row.reason if row.reason != "delivered" else None
    entry = enhanced_code(code)
    return entry.reason if entry else None


def reply_code(code: int) -> ReplyEntry | None:
    """Explain a reply code such as 550."""
    return reply_codes().get(code)


def reply_reason(code: int, command: str) -> str | None:
    """Tell the reason that the reply code alone stands for in answer to this command (`RCPT`, `EOM`, …; `""` if unknown)."""
    moment = MOMENT.get(command, "")
    entry = reply_code(code)
    if entry is None:
        return REFUSED.get(moment) if code in range(500, 600) else None  # RFC 5321 section 4.2.1: 5yz refuses
    if moment in entry.after:
        return entry.after[moment]
    if entry.reason == "delivered" and moment not in DELIVERING:
        return None
    return REFUSED.get(moment, entry.reason) if entry.refusal else entry.reason
