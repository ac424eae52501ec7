"""Tokens that came back: where they stand in a text, and for whom they were signed."""

import re
from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

from dsnparse.tokens.code import ID, SHORTEST, binds, open_token
from dsnparse.tokens.keys import Keys

# A message has a handful of places for one; more are somebody's attempts.
MOST: Final = 100
# Before an @, or before the = that a forwarder puts in its place when it makes our return path a part of its own.
PLACE: Final = re.compile(rb"(?<![A-Za-z0-9])([A-Za-z2-7]{%d}[A-Za-z0-9]{0,%d})[@=]" % (SHORTEST, ID))

Outcome = Literal["verified", "other-recipient", "expired", "bad", "unknown"]


class Verdict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be said of a token: `recipient` is whom it was signed for, if they are among those asked about."""

    outcome: Outcome
    recipient: str = ""
    id: str = ""
    token: str = ""


def find_tokens(text: bytes | str) -> tuple[str, ...]:
    """Return what looks like the token of an address or a Message-ID, each once, in lower case."""
    found = PLACE.finditer(text.encode("utf-8", "replace") if isinstance(text, str) else text)
    tokens: dict[str, None] = {}
    for match in found:
        tokens[match[1].decode("ascii").lower()] = None
        if len(tokens) == MOST:
            break
    return tuple(tokens)


def verify(keys: Keys, text: str, recipients: Iterable[str], *, at: float) -> Verdict:
    """Return what is to be said of a token, an address or a Message-ID with one; `at` is when it came back."""
    tokens = find_tokens(text) or (text.strip(),)
    opened = open_token(keys, tokens[0], at)
    if opened.state != "good":
        return Verdict(outcome=opened.state)
    for recipient in recipients:
        if binds(keys, opened, recipient):
            return Verdict(outcome="verified", recipient=recipient, id=opened.id, token=opened.text)
    return Verdict(outcome="other-recipient", id=opened.id, token=opened.text)
