"""The properties of an Outlook message: .msg is a compound file whose streams are MAPI properties (MS-OXMSG, MS-OXPROPS).

olefile (BSD) reads the compound file; what its streams mean is little, and is here. extract-msg, which does the whole, is under
the GPL, which a library under the MIT licence cannot ask of those who use it; python-oxmsg (MIT) does not read the properties of
recipients, where a report says what became of each.
"""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from dsnparse.errors import SourceError
from dsnparse.sources.extras import need

# What olefile may raise for a damaged file.
DAMAGE: Final = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    struct.error,
)
FIXED: Final = "__properties_version1.0"
# MS-OXMSG 2.4: how long the header before the properties is, in a message of its own, in one inside it, in all others.
HEADERS: Final = {"message": 32, "embedded": 24, "": 8}
ENTRY: Final = struct.Struct("<HHL8s")
UNICODE: Final = "001F"
STRING: Final = "001E"
BINARY: Final = "0102"
OBJECT: Final = "000D"
LONG: Final = 0x0003
CODEPAGE: Final = 0x3FFD
LATIN: Final = "cp1252"


class Storage:
    """One storage of the file: a message, a recipient, an attachment; with its properties."""

    def __init__(self, file: Any, path: tuple[str, ...] = (), kind: str = "message", charset: str = LATIN) -> None:  # noqa: ANN401 - of a package that need not be there
        self.file = file
        self.path = path
        self.numbers = self._numbers(HEADERS[kind])
        self.charset = f"cp{self.numbers[CODEPAGE]}" if CODEPAGE in self.numbers else charset

    def text(self, number: int) -> str:
        """Return a property that is text, empty where it is missing."""
        if self._has(number, UNICODE):
            return self._read(number, UNICODE).decode("utf-16-le", "replace").rstrip("\0")
        if self._has(number, STRING):
            raw = self._read(number, STRING).rstrip(b"\0")
            try:
                return raw.decode(self.charset if self.charset != "cp65001" else "utf-8", "replace")
            except LookupError:
                return raw.decode(LATIN, "replace")
        return ""

    def binary(self, number: int) -> bytes:
        """Return a property that is bytes, empty where it is missing."""
        return self._read(number, BINARY) if self._has(number, BINARY) else b""

    def inside(self, prefix: str, kind: str = "") -> Iterator["Storage"]:
        """Yield the storages in this one whose names begin so, in the order of their names."""
        depth = len(self.path)
        found = {
            path[depth]
            for path in self.file.listdir(streams=True, storages=True)
            if len(path) > depth and tuple(path[:depth]) == self.path and path[depth].startswith(prefix)
        }
        for name in sorted(found):
            yield Storage(self.file, (*self.path, name), kind, self.charset)

    def _numbers(self, header: int) -> dict[int, int]:
        path = [*self.path, FIXED]
        if not self.file.exists(path):
            return {}
        data = self.file.openstream(path).read()[header:]
        whole = data[: len(data) - len(data) % ENTRY.size]
        return {
            number: int.from_bytes(value[:4], "little")
            for kind, number, _, value in ENTRY.iter_unpack(whole)
            if kind == LONG
        }

    def _name(self, number: int, kind: str) -> list[str]:
        return [*self.path, f"__substg1.0_{number:04X}{kind}"]

    def _has(self, number: int, kind: str) -> bool:
        return bool(self.file.exists(self._name(number, kind)))

    def _read(self, number: int, kind: str) -> bytes:
        return bytes(self.file.openstream(self._name(number, kind)).read())


def open_message(raw: bytes) -> Storage:
    """Open a .msg; other compound files are no messages."""
    olefile = need("olefile", "msg", "an Outlook message")
    try:
        message = Storage(olefile.OleFileIO(BytesIO(raw)))
    except DAMAGE:
        reason = "a damaged Outlook message"
        raise SourceError(reason) from None
    if not message.file.exists(FIXED):
        reason = "a compound file of Microsoft, but no Outlook message"
        raise SourceError(reason)
    return message
