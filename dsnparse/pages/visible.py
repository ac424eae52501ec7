"""Text of strangers made visible: what would not show, or would turn the words around it, becomes a mark that stands for it."""

import re
from typing import Final

PICTURES: Final = 0x2400
DELETE: Final = "\u2421"
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Return text with marks for controls, bidirectional controls, zero widths and bytes that are no text; tabs and line feeds stay."""
    return UNSEEN.sub(lambda match: _mark(ord(match[0])), text)


def _mark(code: int) -> str:
    if code < 0x20:  # noqa: PLR2004 - C0 has pictures of its own
        return chr(PICTURES + code)
    if code == 0x7F:  # noqa: PLR2004 - DEL
        return DELETE
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - surrogateescape of the bytes 80 to FF
        return f"\u27e8{code - 0xDC00:02X}\u27e9"
    return f"\u27e8U+{code:04X}\u27e9"
