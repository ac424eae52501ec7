"""By which first bytes each kind of file is known. What begins like none of them is a message."""

import re
from collections.abc import Callable
from typing import Final

from dsnparse.sources import emlx, mbox, tars

KNOWN: Final = re.compile(
    rb"(?P<zip>PK(?:\x03\x04|\x05\x06|\x07\x08PK))"
    rb"|(?P<gzip>\x1f\x8b\x08)|(?P<bzip2>BZh[1-9](?:1AY&SY|\x17rE8P\x90))|(?P<xz>\xfd7zXZ\0)"
    rb"|(?P<zstd>\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"
    rb"|(?P<outlook>\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1)"
    rb"|(?P<rar>Rar!\x1a\x07)|(?P<seven>7z\xbc\xaf\x27\x1c)|(?P<pst>!BDN)|(?P<cabinet>MSCF\0)|(?P<lz4>\x04\x22\x4d\x18)"
    rb"|(?P<json>(?:\xef\xbb\xbf)?[ \t\r\n]{0,100}[\[{])"
    rb"|(?P<emlx>[0-9])|(?P<mbox>From )"
)
NOT_READ: Final = {
    "rar": "a RAR archive, which is not read: unpack it first",
    "seven": "a 7z archive, which is not read: unpack it first",
    "pst": "an Outlook data file (.pst, .ost), which is not read: export its messages",
    "cabinet": "a cabinet archive, which is not read: unpack it first",
    "lz4": "compressed by lz4, which is not read: expand it first",
}
# What begins so may still be a message.
DOUBTFUL: Final[dict[str | None, Callable[[bytes], bool]]] = {
    "mbox": mbox.begins,
    "emlx": emlx.begins,
    "json": lambda head: not tars.begins(head),
}


def recognise(head: bytes) -> str | None:
    """Return what a file which begins with `head` is; None for a message."""
    known = KNOWN.match(head)
    if known is None:
        return "tar" if tars.begins(head) else None
    kind = known.lastgroup
    if kind in DOUBTFUL and not DOUBTFUL[kind](head):
        return "tar" if tars.begins(head) else None
    return kind
