"""The keys that tokens are signed with: the first one signs, and one more is still believed while its tokens are under way."""

import re
import secrets
from base64 import b32decode, b32encode
from typing import Any, Final

from msgspec import Struct

from dsnparse.errors import TokenError

LIVE: Final = 2
SECRET_BYTES: Final = 32
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
# Two letters name the key, 26 to 103 (128 to 512 bits) of the same alphabet are its secret.
LINE: Final = re.compile(r"([a-z2-7]{2}):([a-z2-7]{26,103})")


class Key(Struct, frozen=True, gc=False):
    """One key; its representation keeps the secret."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        """Return its name only."""
        return f"Key({self.id!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return its name only."""
        return [("id", self.id)]


class Keys(Struct, frozen=True):
    """The live keys, the signing one first."""

    live: tuple[Key, ...]

    @property
    def signing(self) -> Key:
        """Return the key that signs."""
        return self.live[0]

    def find(self, id_: str) -> Key | None:
        """Return the key of that name."""
        return next((key for key in self.live if key.id == id_), None)


def parse_keys(text: str) -> Keys:
    """Return the keys of a text: one a line as `new_key` writes them, the signing one first; a line that begins with # is a note."""
    lines = [line.strip() for line in text.split("\n")]
    wanted = [line for line in lines if line and not line.startswith("#")]
    keys = tuple(_key(line, number) for number, line in enumerate(wanted, 1))
    if not keys:
        message = "no key: `dsnparse tokens new-key` makes one"
        raise TokenError(message)
    if len(keys) > LIVE:
        message = f"{len(keys)} keys: at most {LIVE} are live, the one that signs and the one before it"
        raise TokenError(message)
    if len({key.id for key in keys}) < len(keys):
        message = "two keys have the same name"
        raise TokenError(message)
    return Keys(keys)


def new_key(taken: str = "") -> str:
    """Return the line of a new random key whose name is not `taken`."""
    while (name := "".join(secrets.choice(LETTERS) for _ in range(2))) == taken:
        pass
    return f"{name}:{b32encode(secrets.token_bytes(SECRET_BYTES)).decode().rstrip('=').lower()}"


def _key(line: str, number: int) -> Key:
    match = LINE.fullmatch(line.lower())
    if match is None:
        message = f"key {number} is not well formed: two letters, a colon and the secret, as `dsnparse tokens new-key` writes it"
        raise TokenError(message)
    secret = match[2].upper()
    try:
        return Key(match[1], b32decode(secret + "=" * (-len(secret) % 8)))
    except ValueError:
        message = f"key {number} is cut off"
        raise TokenError(message) from None
