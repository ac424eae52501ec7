"""Turn an HTML notice into lines of text.

No tree is built: invisible regions are cut out, tags that end a line become line breaks, all other tags vanish. A `<`
opens a tag only where HTML says so and no address follows, so that `<user@example.com>` survives in hand-made notices.
"""

import re
from html import unescape
from itertools import cycle
from typing import Final

from dsnparse.late import late

_ATTRIBUTES: Final = rb"(?:[\s/][^<>]*)?>"
_HIDDEN: Final = late(rb"<(?:!--|((?i:script|style|head|title|template))" + _ATTRIBUTES + rb")")
_PREFORMATTED: Final = late(rb"</?(?i:pre)" + _ATTRIBUTES)
_BREAK: Final = late(
    rb"</?(?:br|p|div|tr|li|ul|ol|dl|dt|dd|h[1-6]|hr|table|tbody|thead|pre|blockquote|center|address|section|article"
    rb"|header|footer|form|body|html)" + _ATTRIBUTES,
    re.IGNORECASE,
)
# A heading belongs to what stands below it, whatever blocks that is in.
_HEADING: Final = late(
    rb"(</(?:h[1-6]|dt)\s*>)\s*(?:</?(?:p|div|ul|ol|dl|dd|li|table|tbody|tr|section)" + _ATTRIBUTES + rb"\s*){1,12}",
    re.IGNORECASE,
)
# A link that shows a name, and keeps the address of whoever has it: shown as Outlook does in plain text.
_MAILTO: Final = late(
    rb"<a\s(?:[^<>]{0,300}\s)?href\s?=\s?[\"']?mailto:([^\s\"'<>?&@]{1,64}@[^\s\"'<>?&@]{1,255})(?:\?[^\s\"'<>]{0,600})?[\"']?(?:\s[^<>]{0,600})?>"
    rb"((?:[^<>@&]|&(?!#)|</?(?:b|i|u|strong|em|font|span)\b[^<>@]{0,300}>){1,200})</a>",
    re.IGNORECASE,
)
_CELL: Final = late(rb"</?t[dh]" + _ATTRIBUTES, re.IGNORECASE)
_TAG: Final = late(rb"</?[A-Za-z][A-Za-z0-9-]*(?::[A-Za-z][A-Za-z0-9-]*)?" + _ATTRIBUTES + rb"|<[!?][^<>]*>|<!--")
_ENTITY: Final = late(
    rb"&(?:#[0-9]{1,7}(?![0-9]);?|#[xX][0-9A-Fa-f]{1,6}(?![0-9A-Fa-f]);?|(?:nbsp|amp|lt|gt|quot)\b;?|[A-Za-z][A-Za-z0-9]{1,31};)"
)
_COMMON: Final = {b"&nbsp;": b" ", b"&amp;": b"&", b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&#39;": b"'"}
_NO_TEXT: Final = late(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]")
_SPACE: Final = late(rb"\s+")
_BLANKS: Final = late(rb"(?:[ \t\x0b\x0c]|\xc2\xa0)+")
_EMPTY_LINES: Final = late(rb"\n{3,}")


def html_lines(data: bytes) -> bytes:
    """Return the visible text of UTF-8 HTML, one line where a browser would show one."""
    segments = _PREFORMATTED.split(_without_hidden(data))
    text = b"\n".join(
        segment if preformatted else _SPACE.sub(b" ", segment)
        for segment, preformatted in zip(segments, cycle((False, True)), strict=False)
    )
    text = _MAILTO.sub(rb"\2 &lt;mailto:\1&gt;", text)
    text = _TAG.sub(b"", _CELL.sub(b" ", _BREAK.sub(b"\n", _HEADING.sub(rb"\1", text))))
    text = _BLANKS.sub(b" ", _ENTITY.sub(_undo_entity, text).replace(b"\r", b""))
    text = text.replace(b" \n", b"\n").replace(b"\n ", b"\n")
    return _EMPTY_LINES.sub(b"\n\n", text).strip() + b"\n"


def _without_hidden(data: bytes) -> bytes:
    """Cut out comments, scripts, styles and the head; one that never ends is only a tag."""
    kept: list[bytes] = []
    endless: set[bytes] = set()  # what was searched to the end once is not searched again
    lower = data.lower()
    start = 0
    for match in _HIDDEN.finditer(data):
        if match.start() < start:
            continue
        closer = b"</" + match[1].lower() if match[1] else b"-->"
        end = -1 if closer in endless else lower.find(closer, match.end())
        if end < 0:
            endless.add(closer)
            continue
        kept.append(data[start : match.start()])
        start = end + (0 if match[1] else 3)
    kept.append(data[start:])
    return b"".join(kept)


def _undo_entity(match: re.Match[bytes]) -> bytes:
    """Decode one entity; one that spells a line break or a control character is a blank."""
    entity = match[0]
    if common := _COMMON.get(entity):
        return common
    return _NO_TEXT.sub(" ", unescape(entity.decode("ascii"))).encode("utf-8")
