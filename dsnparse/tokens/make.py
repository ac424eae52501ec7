"""Tokens to send with: a return path, a Message-ID, or the bare token for a place of one's own."""

import re
import secrets
import time
from typing import Final

from dsnparse.errors import TokenError
from dsnparse.limits import LOCAL_PART
from dsnparse.tokens.code import DAY, ID, normal, sign
from dsnparse.tokens.keys import LETTERS, Keys

RANDOM: Final = 16
NAMED: Final = re.compile(rf"[a-z0-9]{{0,{ID}}}")
# What any server takes as it is; a sign outside it is quoted, encoded or refused by one or another.
MAILBOX: Final = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")
DELIMITERS: Final = frozenset("+-=_")
DOMAIN: Final = re.compile(r"[A-Za-z0-9.-]{1,255}")


def make_token(keys: Keys, recipient: str, *, id: str = "", at: float | None = None) -> str:  # noqa: A002 - the word of the field
    """Return a token for one recipient.

    `id` is a name of yours for the message: up to 26 lower-case letters and digits. `at` is when it is sent, by default now.
    """
    if not NAMED.fullmatch(id):
        message = f"the id of a message is up to {ID} lower-case letters and digits"
        raise TokenError(message)
    bare = normal(recipient)
    if "@" not in bare or "<" in bare or ">" in bare:
        message = "the recipient is no bare address, such as ines@dest.example"
        raise TokenError(message)
    return sign(keys.signing, int((time.time() if at is None else at) // DAY), id, recipient)


def make_return_path(
    keys: Keys,
    recipient: str,
    *,
    mailbox: str,
    delimiter: str = "+",
    id: str = "",  # noqa: A002
    at: float | None = None,
) -> str:
    """Return the return path (MAIL FROM) for one recipient, such as bounces+TOKEN@example.com.

    All of them must be delivered to `mailbox`: `delimiter` is what your server takes an extension of the local part by.
    """
    if not MAILBOX.fullmatch(mailbox):
        message = "the mailbox for bounces is a plain address such as bounces@example.com"
        raise TokenError(message)
    if delimiter not in DELIMITERS:
        message = f"the delimiter is one of {' '.join(sorted(DELIMITERS))}"
        raise TokenError(message)
    local, _, domain = mailbox.rpartition("@")
    local = f"{local}{delimiter}{make_token(keys, recipient, id=id, at=at)}"
    if len(local) > LOCAL_PART:
        message = f"the local part would have {len(local)} characters, {LOCAL_PART} is the most: a shorter mailbox or id is needed"
        raise TokenError(message)
    return f"{local}@{domain}"


def make_message_id(
    keys: Keys,
    recipient: str,
    *,
    domain: str,
    id: str = "",  # noqa: A002
    at: float | None = None,
) -> str:
    """Return a Message-ID for one recipient, with its angle brackets; where no `id` makes it unique, chance does."""
    if not DOMAIN.fullmatch(domain):
        message = "the domain of a Message-ID is a host name"
        raise TokenError(message)
    unique = id or "".join(secrets.choice(LETTERS) for _ in range(RANDOM))
    return f"<{make_token(keys, recipient, id=unique, at=at)}@{domain}>"
