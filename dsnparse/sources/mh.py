"""An MH folder: each message is a file whose name is its number, and the order is that of the numbers.

It is told by a file that a program of MH's kind keeps in it; with that, other names are no messages: `,12` and `#12` are
what is left of number 12 after it was removed.
"""

import re
from typing import Final

# MH itself, Sylpheed and Claws, exmh, Mew.
SIGNS: Final = frozenset((".mh_sequences", ".sylpheed_mark", ".claws_mark", ".xmhcache", ".mew-cache", ".mew-summary"))
NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def numbered(names: list[str]) -> list[str]:
    """Return the messages among the names in an MH folder, in their order."""
    return sorted(filter(NUMBER.fullmatch, names), key=int)
