"""A message to its parts: the MIME tree walked on bytes, flat, in order, within limits.

Parts are spans. A message/rfc822 part is a leaf here: what is inside it belongs to somebody else, and only its reader opens it.
Nothing is decoded before somebody asks for a View. The stdlib parser was rejected: it copies, recurses, and costs ten times more.
"""

import re
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from dsnparse.limits import Limits
from dsnparse.report import Defect
from dsnparse.wire.encoding import to_utf8, undo_transfer
from dsnparse.wire.grammar import BOUNDARY, MEDIA, UNDECLARED
from dsnparse.wire.header import Fields, Wanted
from dsnparse.wire.undeclared import is_escaped, is_html, plainly, undeclared_encoding

# Charset detection takes milliseconds: a message of a thousand odd parts gets it for the first few.
MAX_GUESSES: Final = 10
# What is of no use without its end.
WHOLE: Final = (b"message/", b"application/json")
PLAIN_TEXT: Final = (b"text/plain", b"text")
UNENCODED: Final = (*PLAIN_TEXT, b"message/delivery-status")
IDENTITY: Final = frozenset((b"", b"7bit", b"8bit", b"binary"))


class View(Struct, frozen=True, gc=False):
    """Text to read: bytes `start` to `end` of `data`, UTF-8.

    `part` 0 is the raw message, n + 1 the decoded text of part number n. `cut` is where the message was cut off: an address that
    touches it may be half an address.
    """

    data: bytes
    start: int
    end: int
    part: int = 0
    cut: int = -1

    def lines(self) -> list[bytes]:
        """Return its lines: a text is never longer than max_text_scan_bytes."""
        lines = self.data[self.start : self.end].split(b"\n")
        if not lines[-1]:
            lines.pop()
        return lines


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
        self.guesses = 0
        self._texts: dict[int, View] = {}
        self.plain = data.isascii() and b"\x1b" not in data

    def limit(self, name: str, start: int, end: int) -> None:
        """Tell, once, that the limit `name` cut something at `start`."""
        kind = f"limit:{name}"
        if not any(defect.kind == kind for defect in self.defects):
            self.defects.append(Defect(kind, start, end, str(getattr(self.limits, name))))

    def truncated(self, field: str, start: int, end: int) -> None:
        """Tell, once, that the value of `field` was longer than a report takes."""
        defect = Defect(f"truncated:{field}", start, end)
        if defect not in self.defects:
            self.defects.append(defect)

    def value(self, part: Part, name: bytes) -> bytes:
        """Return the bytes of a wanted field of `part`, or nothing."""
        span = part.fields.get(name)
        if span is None:
            return b""
        start, end = span
        if end - start > self.limits.max_field_bytes:
            self.limit("max_field_bytes", start, end)
            end = start + self.limits.max_field_bytes
        return self.data[start:end]

    def view(self, part: Part) -> View:
        """Return the text of a part: the raw bytes themselves where they are plain text, else decoded."""
        view = self._texts.get(part.number)
        if view is None:  # what was odd about it is told once
            view = self._texts[part.number] = self._viewed(part)
        return view

    def _viewed(self, part: Part) -> View:
        start, end, fields = part.body, part.end, part.fields
        cut = end if not part.closed and end == len(self.data) and self.data[-1:] != b"\n" else -1
        most = self.limits.max_text_scan_bytes
        if end - start > most and part.media.startswith(WHOLE):
            most = self.limits.max_message_bytes
        if end - start > most:
            self.limit("max_text_scan_bytes", start + most, end)
            end = cut = start + most
        encoding = b""
        if b"content-transfer-encoding" in fields:
            encoding = self.value(part, b"content-transfer-encoding").strip().lower()
        html = part.media == b"text/html"
        escaped = False
        if part.media in UNENCODED and encoding in IDENTITY:
            encoding = undeclared_encoding(self.data, start, end) or encoding
            if part.media in PLAIN_TEXT:
                html = is_html(self.data, start, end)
                escaped = is_escaped(self.data, start, end)
        if not self.plain or html or escaped or encoding not in IDENTITY or self._is_utf7(fields):
            return self._decoded(part, encoding, self.data[start:end], html=html, cut=cut >= 0)
        return View(self.data, start, end, 0, cut)

    def _is_utf7(self, fields: Fields) -> bool:
        """UTF-7 looks like ASCII: notices of old Exchange servers use it."""
        start, end = fields.get(b"content-type", (0, 0))
        return b"utf-7" in self.data[start : min(end, start + self.limits.max_field_bytes)].lower()

    def is_cut(self, view: View, end: int) -> bool:
        """Tell whether nothing but signs that go on an address stands between `end` and where the text was cut off."""
        stop = len(view.data) if view.cut < 0 else view.cut
        return end >= stop or (stop - end <= MAX_CUT and not view.data[end:stop].strip(ON_AN_ADDRESS))

    def _decoded(self, part: Part, encoding: bytes, data: bytes, *, html: bool, cut: bool) -> View:
        text = data if encoding in IDENTITY else undo_transfer(data, encoding)
        cut = cut or (not part.closed and part.end == len(self.data) and not text.endswith(b"\n"))
        given = self.value(part, b"content-type")
        charset = self.parameters(part).get("charset", "") if b"charset" in given.lower() else ""
        self.guesses += not text.isascii()
        utf8, used = to_utf8(text, charset, guess=self.guesses <= MAX_GUESSES)
        if charset and used.lower() != charset.lower() and not text.isascii():
            self.defects.append(Defect("charset", part.body, part.end, used))
        if html:
            cut = cut and not utf8[-MAX_TAIL:].rstrip().lower().endswith(b"</html>")
            if cut and utf8.find(b">", utf8.rfind(b"<")) < 0:
                utf8 = utf8[: utf8.rfind(b"<")]  # half a tag would be read as text
            from dsnparse.wire.html import html_lines  # noqa: PLC0415 - 1 of 5 messages needs it

            utf8 = html_lines(utf8[: self.limits.max_text_scan_bytes])
        elif part.media in PLAIN_TEXT:
            utf8 = plainly(utf8)
        if utf8 is data:
            return View(self.data, part.body, part.body + len(data), 0, part.body + len(data) if cut else -1)
        if cut:
            utf8 = utf8.rstrip()
        return View(utf8, 0, len(utf8), part.number + 1, len(utf8) if cut else -1)

    def parameters(self, part: Part) -> dict[str, str]:
        """Return the parameters of the part's Content-Type."""
        value = self.value(part, b"content-type")
        if value.count(b";") > self.limits.max_params:
            self.limit("max_params", *part.fields[b"content-type"])
        from dsnparse.wire.words import parameters  # noqa: PLC0415 - 5 ms, which most messages do without

        return parameters(value, self.limits.max_params)


def walk(data: bytes, limits: Limits, wanted: Wanted, start: int = 0, end: int | None = None) -> Tree:
    """Find the parts of the message in `data[start:end]`; the first is the message itself, with the `wanted` fields of its header."""
    tree = Tree(data, limits)
    whole: Child = (start, len(data) if end is None else end, end is not None)
    if not FIELD.match(data, *whole[:2]) and LOST.match(data, *whole[:2]):
        top = Part(0, -1, 0, b"multipart/mixed", {}, start, start, whole[1], whole[2])
        tree.parts.append(top)
        tree.defects.append(Defect("header", start, start))
    else:
        top = _read_part(tree, wanted, whole, None, b"text/plain")
        if top.media == b"text/plain" and LOST.match(data, top.body, top.end):
            top = tree.parts[0] = replace(top, media=b"multipart/mixed")
    waiting = _inside(tree, top) if top.media.startswith(b"multipart/") else []
    while waiting:
        child, parent = waiting.pop()
        if len(tree.parts) >= limits.max_parts:
            tree.limit("max_parts", child[0], len(data))
            break
        media = b"message/rfc822" if parent.media == b"multipart/digest" else b"text/plain"
        part = _read_part(tree, MIME, child, parent, media)
        if part.media.startswith(b"multipart/"):
            waiting += _inside(tree, part)
    return tree


def lone(data: bytes, limits: Limits, media: bytes, start: int = 0) -> Tree:
    """Return the tree of what has no header: all of it is one part."""
    tree = Tree(data, limits)
    tree.parts.append(Part(0, -1, 0, media, {}, start, start, len(data)))
    return tree


# What the header of a part inside a message is asked for (RFC 2045).
MIME: Final = Wanted("content-type", "content-transfer-encoding")

# Quirk: a gateway puts an empty line behind each delimiter, which makes the header of a part the first lines of its body.
SHIFTED: Final = re.compile(rb"\r?\n(?i:content-type)[ \t]*:")

# Quirk: the type of a multipart was lost on the way, or all of its header: it begins with a delimiter, maybe below the line for old
# readers; below that line the first part may have no header, as Sendmail's.
DELIMITER: Final = rb"--[^\s][^\n]{0,200}\n"
FOR_OLD_READERS: Final = rb"\s{0,100}[^\n]{0,200}\bMIME\b[^\n]{0,200}\n(?:[^\n]{0,200}\n){0,3}?\s{0,100}"
LOST: Final = re.compile(
    rb"(?:" + FOR_OLD_READERS + rb"|\s{0,100})" + DELIMITER + rb"(?i:content-[a-z-]{1,40}[ \t]{0,9}:)"
    rb"|" + FOR_OLD_READERS + DELIMITER + rb"[ \t\r]{0,80}\n"
)
FIELD: Final = re.compile(rb"[!-9;-~]{1,100}[ \t]{0,9}:")

# The span of a part between two delimiter lines, and whether the second one was there.
Child = tuple[int, int, bool]


def _read_part(tree: Tree, wanted: Wanted, child: Child, parent: Part | None, media: bytes) -> Part:
    start, end, closed = child
    data = tree.data
    if parent and parent.media == b"multipart/report" and SHIFTED.match(data, start, end):
        start = data.find(b"\n", start) + 1
        tree.defects.append(Defect("header", start, start))
    most = start + tree.limits.max_header_bytes
    most = min(most, end)
    fields, head_end, body = wanted.read(data, start, most)
    if head_end == body == most < end:
        tree.limit("max_header_bytes", most, end)
        body = data.rfind(b"\n", start, most) + 1 or most
        fields = wanted.find(data, start, body)
    if (span := fields.get(b"content-type")) and (match := MEDIA.match(data, span[0], span[1])):
        media = match[1].lower()
    number, depth = (parent.number, parent.depth + 1) if parent else (-1, 0)
    part = Part(len(tree.parts), number, depth, media, fields, start, body, end, closed)
    tree.parts.append(part)
    return part


def _inside(tree: Tree, part: Part) -> list[tuple[Child, Part]]:
    """Return the children of a multipart, last first; nothing beyond the depth allowed."""
    if part.depth >= tree.limits.max_depth:
        tree.limit("max_depth", part.body, part.end)
        return []
    boundary = _boundary(tree, part)
    children = _between(tree, part, boundary) if boundary is not None else []
    if not children and (match := UNDECLARED.search(tree.data, max(part.body - 1, 0), part.end)):
        tree.defects.append(Defect("boundary", part.body, part.end))
        children = _between(tree, part, match[1])
    if not children and part.end > part.body:  # no delimiter at all: the body is one part without a header
        tree.defects.append(Defect("boundary", part.body, part.end))
        whole = Part(
            len(tree.parts), part.number, part.depth + 1, b"text/plain", {}, part.body, part.body, part.end, part.closed
        )
        tree.parts.append(whole)
    children.reverse()
    return [(child, part) for child in children]


def _boundary(tree: Tree, part: Part) -> bytes | None:
    start, end = part.fields.get(b"content-type", (0, 0))
    end = min(end, start + tree.limits.max_field_bytes)
    # Where it is spelt so, as nearly always, the pattern need not look for it.
    at = tree.data.find(b"oundary", start, end)
    match = BOUNDARY.search(tree.data, max(start, at - 2), end)
    if match is None:
        found = tree.parameters(part).get("boundary")
        return found.encode("utf-8").rstrip() if found else None
    found_bytes = match[1] if match[1] is not None else match[2]
    if len(found_bytes) > tree.limits.max_boundary_bytes:
        tree.limit("max_boundary_bytes", part.start, part.body)
        return None
    if b"\n" in found_bytes or b"\\" in found_bytes:  # folded in the middle, or quoted pairs
        found_bytes = found_bytes.replace(b"\r", b"").replace(b"\n", b"").replace(b"\\", b"")
    return found_bytes.rstrip()


def _between(tree: Tree, part: Part, boundary: bytes) -> list[Child]:
    """Return what stands between the delimiter lines (RFC 2046 section 5.1.1): "--", the boundary, "--" on the last, blanks."""
    data, end = tree.data, part.end
    mark = b"--" + boundary
    size = len(mark)
    children: list[Child] = []
    begin = -1
    at = data.find(mark, part.body, end)
    while at >= 0:
        after = at + size
        if at == part.body or data[at - 1] == NEWLINE:
            stop = data.find(b"\n", after, end) + 1 or end
            tail = data[after : stop if stop - after < MAX_TAIL else after + MAX_TAIL].strip()
            if not tail or tail == b"--":
                if begin >= 0:
                    last = at - 1 if at > begin else begin  # the newline in front of a delimiter belongs to it
                    children.append((begin, last - 1 if last > begin and data[last - 1] == RETURN else last, True))
                if tail or len(children) > tree.limits.max_parts:
                    return children
                begin = stop
            after = stop
        at = data.find(mark, after, end)
    if begin >= 0:
        children.append((begin, end, part.closed))
    return children


NEWLINE: Final = 0x0A
RETURN: Final = 0x0D
MAX_CUT: Final = 330
ON_AN_ADDRESS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_=\r" + bytes(
    range(0x80, 0x100)
)
MAX_TAIL: Final = 80
