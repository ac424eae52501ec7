"""Replies whose reason nobody knows, put together where they differ only in what belongs to one case: addresses, numbers, ids."""

import re
from typing import Final

LONGEST: Final = 240
ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:]{1,64}@[^\s<>\"'(),;:]{1,255}")
# Words that hold a digit and at least six more characters are ids; other numbers are one sign.
ID: Final = re.compile(r"(?<![\w.-])(?=[\w.-]*[0-9])[\w-]{7,}(?![\w-])", re.ASCII)
NUMBER: Final = re.compile(r"(?<![0-9.])[0-9]{4,}(?![0-9.])", re.ASCII)


def shape(diagnostic: str) -> str:
    """Return what is common to all replies of this kind; it names nobody."""
    text = ADDRESS.sub("<address>", diagnostic[: 4 * LONGEST])
    text = NUMBER.sub("#", ID.sub("#", text))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
