"""A message to its parts: the MIME tree walked on bytes, flat, in order, within limits.

Parts are spans. A message/rfc822 part is a leaf here: what is inside it belongs to somebody else, and only its reader opens it.
Nothing is decoded before somebody asks for a View. The stdlib parser was rejected: it copies, recurses, and costs ten times more.
"""

from collections.abc import Iterator

from msgspec import Struct

from dsnparse.limits import Limits
from dsnparse.report import Defect
from dsnparse.wire.encoding import to_utf8, undo_transfer
from dsnparse.wire.grammar import BOUNDARY, UNDECLARED
from dsnparse.wire.header import Fields, Wanted, end_of_header
from dsnparse.wire.html import html_lines
from dsnparse.wire.words import parameters

IDENTITY = frozenset((b"", b"7bit", b"8bit", b"binary"))


class View(Struct, frozen=True, gc=False):
    """Text to read: bytes `start` to `end` of `data`, UTF-8; `part` 0 is the raw message, n the text of part n.

    `cut` is where the message was cut off: an address that touches it may be half an address.
    """

    data: bytes
    start: int
    end: int
    part: int = 0
    cut: int = -1


class Part(Struct, frozen=True):
    """One leaf or multipart of the tree; `fields` are the wanted fields of its own header."""

    number: int
    parent: int
    depth: int
    media: bytes
    fields: Fields
    start: int
    body: int
    end: int
    closed: bool = True


class Tree:
    """The parts of one message, and what was odd about them."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.limits = limits
        self.parts: list[Part] = []
        self.defects: list[Defect] = []
        # Most messages need no charset work at all: one look at the whole decides (ISO-2022-JP is ASCII but for its ESC).
        self.plain = data.isascii() and b"\x1b" not in data

    def limit(self, name: str, start: int, end: int) -> None:
        """Tell, once, that the limit `name` cut something at `start`."""
        kind = f"limit:{name}"
        if not any(defect.kind == kind for defect in self.defects):
            self.defects.append(Defect(kind, start, end, str(getattr(self.limits, name))))

    def value(self, part: Part, name: str) -> bytes:
        """Return the bytes of a wanted field of `part`, or nothing."""
        start, end = part.fields.get(name, (0, 0))
        return self.data[start : min(end, start + self.limits.max_field_bytes)]

    def view(self, part: Part) -> View:
        """Return the text of a part: the raw bytes themselves where they are plain text, else decoded."""
        start, end = part.body, part.end
        cut = end if not part.closed and end == len(self.data) and not self.data.endswith(b"\n") else -1
        encoding = self.value(part, "content-transfer-encoding").strip().lower()
        html = part.media == b"text/html"
        most = self.limits.max_message_bytes if part.media.startswith(b"message/") else self.limits.max_text_scan_bytes
        if end - start > most:
            self.limit("max_text_scan_bytes", start + most, end)
            end = cut = start + most
        if self.plain and encoding in IDENTITY and not html and b"utf-7" not in self.value(part, "content-type").lower():
            return View(self.data, start, end, 0, cut)
        return self._decoded(part, encoding, self.data[start:end], html=html, cut=cut >= 0)

    def _decoded(self, part: Part, encoding: bytes, data: bytes, *, html: bool, cut: bool) -> View:
        text = data if encoding in IDENTITY else undo_transfer(data, encoding)
        given = self.value(part, "content-type")
        charset = parameters(given, self.limits.max_params).get("charset", "") if b"charset" in given.lower() else ""
        utf8, used = to_utf8(text, charset)
        if charset and used.lower() != charset.lower() and not text.isascii():
            self.defects.append(Defect("charset", part.body, part.end, used))
        if html:
            utf8 = html_lines(utf8)
        elif utf8 is data:
            return View(self.data, part.body, part.body + len(data), 0, part.body + len(data) if cut else -1)
        return View(utf8, 0, len(utf8), part.number, len(utf8) if cut else -1)


def walk(data: bytes, limits: Limits, wanted: Wanted, start: int = 0, end: int | None = None) -> Tree:
    """Find the parts of the message in `data[start:end]`; the first is the message itself."""
    tree = Tree(data, limits)
    # (start, end, depth, parent, media by default, its delimiter was closed)
    waiting = [(start, len(data) if end is None else end, 0, -1, b"text/plain", False)]
    while waiting:
        begin, stop, depth, parent, media, closed = waiting.pop()
        if len(tree.parts) >= limits.max_parts:
            tree.limit("max_parts", begin, stop)
            break
        part = _read_part(tree, wanted, begin, stop, depth, parent, media, closed=closed)
        tree.parts.append(part)
        if part.media.startswith(b"multipart/"):
            if depth >= limits.max_depth:
                tree.limit("max_depth", part.body, part.end)
                continue
            inner = b"message/rfc822" if part.media == b"multipart/digest" else b"text/plain"
            children = [(*span, depth + 1, part.number, inner, shut) for span, shut in _children(tree, part)]
            waiting.extend(reversed(children))
    return tree


def _read_part(
    tree: Tree, wanted: Wanted, start: int, end: int, depth: int, parent: int, media: bytes, *, closed: bool
) -> Part:
    data, limits = tree.data, tree.limits
    most = min(end, start + limits.max_header_bytes)
    head_end, body = end_of_header(data, start, most)
    if body >= most < end:
        tree.limit("max_header_bytes", most, end)
        head_end = body = data.rfind(b"\n", start, most) + 1 or most
    fields = wanted.find(data, start, head_end)
    if span := fields.get("content-type"):
        media = _media(data[span[0] : min(span[1], span[0] + 200)]) or media
    return Part(len(tree.parts), parent, depth, media, fields, start, body, end, closed)


def _media(value: bytes) -> bytes:
    return value.split(b";", 1)[0].split(b"(", 1)[0].strip().lower()


def _children(tree: Tree, part: Part) -> list[tuple[tuple[int, int], bool]]:
    """Return the spans between the delimiter lines of a multipart, and whether each was ended by one."""
    boundary = _boundary(tree, part)
    spans = list(_between(tree, part, boundary)) if boundary is not None else []
    if not spans and (match := UNDECLARED.search(tree.data, part.body, part.end)):
        tree.defects.append(Defect("boundary", part.body, part.end))
        spans = list(_between(tree, part, match[1]))
    if not spans and part.end > part.body:  # no delimiter at all: the body is one part without a header
        tree.defects.append(Defect("boundary", part.body, part.end))
        whole = Part(len(tree.parts), part.number, part.depth + 1, b"text/plain", {}, part.body, part.body, part.end, part.closed)
        tree.parts.append(whole)
    return spans


def _boundary(tree: Tree, part: Part) -> bytes | None:
    value = tree.value(part, "content-type")
    if b"*" in value and b"boundary*" in value.lower():
        found: bytes | None = parameters(value, tree.limits.max_params).get("boundary", "").encode("utf-8")
    else:
        match = BOUNDARY.search(value)
        found = (match[1] if match[1] is not None else match[2]) if match else None
    if found and b"\n" in found:
        found = found.replace(b"\r", b"").replace(b"\n", b"")
    if found and b"\\" in found:
        found = found.replace(b"\\", b"")
    if found and len(found) > tree.limits.max_boundary_bytes:
        tree.limit("max_boundary_bytes", part.start, part.body)
        return None
    return found.rstrip() if found is not None else None


def _between(tree: Tree, part: Part, boundary: bytes) -> Iterator[tuple[tuple[int, int], bool]]:
    data, end = tree.data, part.end
    begin = -1
    for count, (start, stop, closing) in enumerate(_delimiters(data, part.body, end, boundary)):
        if begin >= 0:
            yield (begin, _before_newline(data, begin, start)), True
        if count > tree.limits.max_parts:
            tree.limit("max_parts", start, end)
            return
        begin = stop
        if closing:
            return
    if begin >= 0:
        yield (begin, end), part.closed


def _delimiters(data: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, is it the closing one) of each delimiter line (RFC 2046 section 5.1.1)."""
    mark = b"--" + boundary
    at = data.find(mark, start, end)
    while at >= 0:
        after = at + len(mark)
        if at == start or data[at - 1 : at] == b"\n":
            stop = data.find(b"\n", at, end)
            stop = end if stop < 0 else stop + 1
            tail = data[after : min(stop, after + 80)].strip()
            if tail in (b"", b"--"):
                yield at, stop, tail == b"--"
            after = stop
        at = data.find(mark, after, end)


def _before_newline(data: bytes, begin: int, at: int) -> int:
    """Return where the content before a delimiter line ends: the newline in front of it belongs to the delimiter."""
    if at - 1 >= begin and data[at - 1 : at] == b"\n":
        at -= 1
        if at - 1 >= begin and data[at - 1 : at] == b"\r":
            at -= 1
    return max(at, begin)
