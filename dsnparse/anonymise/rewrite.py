"""The walk over a message: each header field, each text, each part that is no text, replaced where it stands.

Whatever stands between parts is text as well, so every byte is seen. A returned message is walked like the report, as words of a person.
"""

import re
from binascii import b2a_qp
from operator import itemgetter
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from dsnparse.anonymise.fields import (
    BOUNDARY,
    EXTENSION,
    FILE_NAME,
    GREETING,
    MAILBOX_LINE,
    SIGNATURES,
    SIGNED,
    SUBJECT_LINE,
    groups,
    mode_of,
    positions,
)
from dsnparse.anonymise.grammar import TOKEN
from dsnparse.anonymise.known import is_role
from dsnparse.anonymise.lexer import Lexer, Mode, Positions
from dsnparse.anonymise.mapping import Mapping
from dsnparse.anonymise.names import Names
from dsnparse.anonymise.segments import Edit, Segment, body, edited, plain, text_of, value, wrap_base64, write
from dsnparse.limits import DEFAULT_LIMITS
from dsnparse.message import LEADING, open_message
from dsnparse.parts import FEEDBACK, STATUS
from dsnparse.readers.envelope import WANTED
from dsnparse.readers.returned import HEADERS_ONLY, WHOLE
from dsnparse.rules.catalogue import catalogue
from dsnparse.wire.encoding import undo_transfer
from dsnparse.wire.entity import Part, Tree, walk

FIELD: Final = re.compile(rb"([!-9;-~]{1,100})([ \t]*:)([^\n]*(?:\n[ \t][^\n]*)*\n?)")
LINE: Final = re.compile(rb"[^\n]*\n?")
TAG: Final = re.compile(r"<[A-Za-z/!][^<>]{0,5000}>")
WORDS_IN_TAG: Final = re.compile(
    r"(?i)\b(?:alt|title|content|name|value|placeholder|summary|aria-label|href|src)\s{0,9}=\s{0,9}(?:\"([^\"]+)|'([^']+))"
)
RUNS: Final = re.compile(r"[A-Za-z0-9]+")
# What stands between the names of a list of mailboxes.
BETWEEN: Final = re.compile(r"[<>()\",;:\r\n]+")
LIKE_FIELDS: Final = frozenset(
    (*STATUS, FEEDBACK, b"message/disposition-notification", b"message/global-disposition-notification")
)
DEPTH: Final = 8
# The bytes that one byte of an attachment may become.
KINDS: Final = {
    byte: kind
    for kind in (ascii_uppercase.encode(), ascii_lowercase.encode(), digits.encode(), bytes(range(0x80, 0x100)))
    for byte in kind
}


class Rewriter:
    """One message on its way to another; `mapping` and `names` are those of the run."""

    def __init__(self, mapping: Mapping, names: Names) -> None:
        self.mapping = mapping
        self.names = names
        self.lexer = Lexer(mapping, names)
        self.report_inside = -1

    def report(self, raw: bytes) -> bytes:
        """Return the whole message rewritten."""
        leading = LEADING.match(raw)
        start = leading.end() if leading else 0
        message = open_message(raw, DEFAULT_LIMITS)
        begins = (-1, 0)
        if message.tree.parts[0].start != start:
            self.report_inside = message.tree.parts[0].start
        elif message.returned and not message.parts.returned:
            begins = (message.returned.view.part, message.returned.view.start)
        return self._tree(raw, walk(raw, DEFAULT_LIMITS, WANTED, start), begins, depth=0, returned=False)

    def returned(self, raw: bytes, depth: int) -> bytes:
        """Return a returned message, or its header, rewritten."""
        if depth > DEPTH:
            return self.text(plain(raw), Mode.FILLER)
        start = len(raw) - len(raw.lstrip(b"\r\n"))
        return raw[:start] + self._tree(
            raw[start:], walk(raw[start:], DEFAULT_LIMITS, WANTED), (-1, 0), depth=depth, returned=True
        )

    def _tree(self, data: bytes, tree: Tree, begins: tuple[int, int], *, depth: int, returned: bool) -> bytes:
        """Rewrite the leaves of the tree, and all that stands between them."""
        written: list[bytes] = []
        done = 0
        after_status = False
        for part in tree.parts:
            if part.start < done:
                continue
            written.append(self._between(data[done : part.start], returned=returned))
            written.append(self._header(data[part.start : part.body], returned=returned))
            done = part.body
            if not part.media.startswith(b"multipart/"):
                foreign = returned or (after_status and part.media.startswith(b"text/"))
                written.append(self._leaf(data, tree, part, begins, depth=depth, returned=foreign))
                done = part.end
                after_status = after_status or part.media in STATUS or part.media in WHOLE
        written.append(self._between(data[done:], returned=returned))
        return b"".join(written)

    def _between(self, data: bytes, *, returned: bool) -> bytes:
        """Rewrite delimiter lines, and what stands before the first and behind the last."""
        return b"".join(
            self._delimiter(line)
            if line.startswith(b"--")
            else self.text(plain(line), Mode.FILLER if returned else Mode.REPLY)
            for line in LINE.findall(data)
        )

    def _delimiter(self, line: bytes) -> bytes:
        text = line.decode("latin-1")
        return self.boundary(text).encode("latin-1", "replace")

    def boundary(self, text: str) -> str:
        """Return a boundary of the same shape, the same wherever it stands; short ones without a number tell nothing."""
        return edited(text, self.lexer.edits(text, Mode.REPLY))

    def _leaf(
        self, data: bytes, tree: Tree, part: Part, begins: tuple[int, int], *, depth: int, returned: bool
    ) -> bytes:
        raw = data[part.body : part.end]
        encoding = tree.value(part, b"content-transfer-encoding").strip().lower()
        if depth == 0 and part.body == self.report_inside:  # a gateway sent the report on
            return self._tree(raw, walk(raw, DEFAULT_LIMITS, WANTED), (-1, 0), depth=1, returned=False)
        if part.media in WHOLE or part.media in HEADERS_ONLY:
            return self._nested(raw, encoding, depth)
        if not part.media.startswith((b"text", b"message/")) and part.media != b"application/json":
            return self._attachment(raw, encoding)
        charset = tree.parameters(part).get("charset", "") if b"content-type" in part.fields else ""
        if part.media in LIKE_FIELDS and encoding not in (b"base64", b"quoted-printable"):
            return self._header(raw, returned=returned)
        return self._words(part, body(raw, encoding, charset), begins, depth, returned=returned)

    def _words(
        self, part: Part, segments: list[Segment], begins: tuple[int, int], depth: int, *, returned: bool
    ) -> bytes:
        """Rewrite a text: words for people, behind which a returned message may stand, or the words of one."""
        if returned:
            return self.text(segments, Mode.FILLER, html=part.media == b"text/html")
        if begins[0] == 0 and part.body <= begins[1] <= part.end:
            raw, at = b"".join(segment.raw for segment in segments), begins[1] - part.body
            return self.notice(plain(raw[:at])) + self.returned(raw[at:], depth + 1)
        behind = begins[1] if begins[0] == part.number + 1 and part.media != b"text/html" else -1
        return self.notice(segments, behind)

    def _nested(self, raw: bytes, encoding: bytes, depth: int) -> bytes:
        if encoding == b"base64":
            return wrap_base64(self.returned(undo_transfer(raw, encoding), depth + 1), raw)
        if encoding == b"quoted-printable":
            return b2a_qp(self.returned(undo_transfer(raw, encoding), depth + 1))
        return self.returned(raw, depth + 1)

    def _attachment(self, raw: bytes, encoding: bytes) -> bytes:
        """Fill bytes that are no text with others of the same kind."""
        if encoding == b"quoted-printable":
            return self.text(body(raw, encoding, "iso-8859-1"), Mode.FILLER)
        numbers = self.mapping.stream("attachment", str(len(raw)), str(next(self.mapping.places)))
        return bytes(kind[next(numbers) % len(kind)] if (kind := KINDS.get(byte)) else byte for byte in raw)

    def _header(self, block: bytes, *, returned: bool) -> bytes:
        """Rewrite each field of a header; a line that is none is text."""
        written: list[bytes] = []
        at = 0
        while at < len(block):
            if field := FIELD.match(block, at):
                written += [
                    field[1],
                    field[2],
                    self._field(field[1].decode("ascii").lower(), field[3], returned=returned),
                ]
                at = field.end()
            else:
                line = LINE.match(block, at)
                end = line.end() if line else len(block)
                written.append(
                    self.text(plain(block[at:end]), Mode.FILLER if returned and block[at:end].strip() else Mode.REPLY)
                )
                at = end
        return b"".join(written)

    def _field(self, name: str, raw: bytes, *, returned: bool) -> bytes:
        segments = value(raw)
        text = text_of(segments)
        mode = mode_of(name, returned=returned)
        if mode is Mode.NAMES:
            mode = self._names_of(text)
        elif mode is Mode.WORDS:
            self.names.learn_phrase(text)
        if name in ("content-type", "content-disposition"):
            return write(segments, self._of_content(text, Mode.WORDS if returned else Mode.REPLY))
        if name in SIGNATURES:
            return write(segments, self._signature(name, text))
        return write(segments, self.lexer.edits(text, mode, known=positions(name, text)))

    def _names_of(self, text: str) -> Mode:
        """Learn the names that a field tells; those of mail systems are words of rules."""
        locals_ = [match["local"] for match in TOKEN.finditer(text) if match["local"]]
        machine = all(map(is_role, locals_ or [text]))
        if machine or catalogue().senders.search(text):
            for word in (word for phrase in BETWEEN.split(text) if "@" not in phrase for word in RUNS.findall(phrase)):
                self.names.learn_word(word)
            return Mode.TITLE
        for phrase in BETWEEN.split(text):
            if "@" not in phrase:
                self.names.learn_phrase(phrase)
        return Mode.NAMES

    def _of_content(self, text: str, mode: Mode) -> list[Edit]:
        """Return the edits of a content type: its boundary and the name of its file."""
        special = [Edit(start, end, self.boundary("--" + text[start:end])[2:]) for start, end in groups(BOUNDARY, text)]
        for start, end in groups(FILE_NAME, text):
            extension = EXTENSION.search(text[start:end])
            special += self.lexer.edits(text, mode, start, start + extension.start() if extension else end)
        return _apart(special, self.lexer.edits(text, Mode.REPLY))

    def _signature(self, name: str, text: str) -> list[Edit]:
        spans = list(groups(SIGNED, text))
        edits: list[Edit] = []
        at = 0
        for start, end in [*spans, (len(text), len(text))]:
            edits += self.lexer.edits(text, Mode.REPLY, at, start, known=positions(name, text))
            edits += [
                Edit(start + m.start(), start + m.end(), self.mapping.word(m[0]))
                for m in RUNS.finditer(text[start:end])
            ]
            at = end
        return edits

    def notice(self, segments: list[Segment], returned: int = -1) -> bytes:
        """Rewrite words for people; from the byte `returned` of them on, in UTF-8, they are a returned message."""
        text = text_of(segments)
        end = len(text)
        rest: list[Edit] = []
        if returned >= 0:
            encoded = text.encode("utf-8", "replace")
            end = len(encoded[:returned].decode("utf-8", "ignore"))
            rest = [Edit(end, len(text), self.returned(encoded[returned:], 1).decode("utf-8", "replace"))]
        edits: list[Edit] = []
        at = 0
        known = Positions(frozenset(start for start, _ in groups(GREETING, text)))
        for start, stop, mode in (*self._quoted(text[:end]), (end, end, Mode.REPLY)):
            if start >= at:
                edits += self.lexer.edits(text, Mode.REPLY, at, start, known=known)
                edits += self.lexer.edits(text, mode, start, stop)
                at = stop
        return write(segments, edits + rest)

    def _quoted(self, text: str) -> list[tuple[int, int, Mode]]:
        """Return where words for people quote fields of the returned message, and learn their names."""
        found = [(start, stop, Mode.TITLE) for start, stop in groups(SUBJECT_LINE, text)]
        for start, stop, _ in found:
            self.names.learn_phrase(text[start:stop])
        mailboxes = groups(MAILBOX_LINE, text)
        return sorted(
            [*found, *((start, stop, self._names_of(text[start:stop])) for start, stop in mailboxes)], key=itemgetter(0)
        )

    def text(self, segments: list[Segment], mode: Mode, *, html: bool = False) -> bytes:
        """Rewrite words of one kind; the tags of HTML stay tags."""
        text = text_of(segments)
        if not html:
            return write(segments, self.lexer.edits(text, mode))
        edits: list[Edit] = []
        at = 0
        for tag in TAG.finditer(text):
            edits += self.lexer.edits(text, mode, at, tag.start()) + self._tag(text, *tag.span())
            at = tag.end()
        return write(segments, edits + self.lexer.edits(text, mode, at))

    def _tag(self, text: str, start: int, end: int) -> list[Edit]:
        edits: list[Edit] = []
        at = start
        for first, last in groups(WORDS_IN_TAG, text[start:end]):
            edits += self.lexer.edits(text, Mode.REPLY, at, start + first)
            edits += self.lexer.edits(text, Mode.FILLER, start + first, start + last)
            at = start + last
        return edits + self.lexer.edits(text, Mode.REPLY, at, end)


def _apart(edits: list[Edit], others: list[Edit]) -> list[Edit]:
    """Return the edits in order, and of `others` those that touch none of them."""
    return sorted(
        [*edits, *(edit for edit in others if not any(edit.start < it.end and it.start < edit.end for it in edits))]
    )
