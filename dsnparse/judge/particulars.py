"""What a diagnostic states beyond its reason: read for the reasons that it is about, so that all others cost nothing."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from dsnparse.judge.checks import METHODS, find_checks, find_tls_fault
from dsnparse.judge.code import SAME
from dsnparse.judge.sizes import mailbox_sizes, message_sizes
from dsnparse.late import late
from dsnparse.limits import ADDRESS as LONGEST_ADDRESS

MAX_ADDRESSES: Final = 10
ADDRESS: Final = r"[A-Za-z0-9!#$%&*+/=?^_`{|}~][A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,10}[A-Za-z][A-Za-z0-9-]{1,62}"
# Words before the address that somebody is to write to now: RFC 5321 section 3.4 (551), relocated(5) of Postfix, notices of people.
MOVED_TO: Final = late(
    r"(?i)\b(?:(?:try|use|moved|changed|forward(?:ed|ing)?|address(?: is(?: now)?)?|now|at|to|instead|is|via|addresse?|mail|email|e-mail|adresse(?: ist| lautet)?|erreichbar unter|unter|verzogen nach|an|geändert in|"
    r"adresse est|à|dirección(?: es)?|indirizzo(?: è)?|адрес\w*|на)\b|アドレス(?:は)?|地址(?:是|为|為)?)[ :=]{0,3}(?:rfc822;)?[<\[(\"']{0,2}"
    rf"(?P<address>{ADDRESS})(?![A-Za-z0-9@_-]|\.[A-Za-z0-9])",
)
# Those who answer questions are nobody's new address.
OFFICES: Final = frozenset(("postmaster", "abuse", "mailer-daemon", "helpdesk", "support", "admin", "administrator"))
NO_BYTES: Final = frozenset(
    ("header", "attachment_count", "priority")
)  # details of what is too big that no size is told of
ON_AN_ADDRESS: Final = ". "  # what may stand between half an address and the rest of it


class Asked(NamedTuple):
    """What is known of the failure when its particulars are read: `own` are the recipient's own addresses, in lower case."""

    reason: str
    detail: str
    own: frozenset[str]
    is_whole: Callable[[], bool]


def _moved(text: str, asked: Asked) -> dict[str, Any]:
    for address, ends in moved_to(text):
        if address.lower() in asked.own or (ends and not asked.is_whole()):  # of a message cut off: half an address
            continue
        return {"new_address": address}
    return {}


@lru_cache(SAME)
def moved_to(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the addresses that a text sends to, and whether each is its end."""
    found = []
    for count, match in enumerate(MOVED_TO.finditer(text)):
        if count == MAX_ADDRESSES:
            break
        address = match["address"]
        if len(address) <= LONGEST_ADDRESS and address.partition("@")[0].lower() not in OFFICES:
            found.append((address, not text[match.end() :].strip(ON_AN_ADDRESS)))
    return tuple(found)


def _too_big(text: str, asked: Asked) -> dict[str, Any]:
    if asked.detail in NO_BYTES:
        return {}
    limit, actual = message_sizes(text)
    return _given(("size_limit", limit), ("message_size", actual))


def _full(text: str, _: Asked) -> dict[str, Any]:
    limit, actual = mailbox_sizes(text)
    return _given(("mailbox_limit", limit), ("mailbox_used", actual))


def _tls(text: str, _: Asked) -> dict[str, Any]:
    return _given(("tls", find_tls_fault(text)))


def _auth(text: str, asked: Asked) -> dict[str, Any]:
    return _given(("auth", find_checks(text, asked.reason, asked.detail)))


def _given(*pairs: tuple[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in pairs if value}


READERS: Final[dict[str, Callable[[str, Asked], dict[str, Any]]]] = {
    "mailbox_moved": _moved,
    "mailbox_size_limit": _too_big,
    "message_too_big": _too_big,
    "mailbox_full": _full,
    "tls_failed": _tls,
    "tls_required": _tls,
    **dict.fromkeys(METHODS, _auth),
}
