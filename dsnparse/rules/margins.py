"""Margins: what stands around the words of a notice: a gateway's warnings above, its marks in the subject; sender and list footer below.

Which words these are is told by the vendor files; here is how they stand there.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import re2
from msgspec.structs import replace

from dsnparse.rules.phrases import NEVER, Atoms, OneOf, PhraseSet, options
from dsnparse.rules.schema import Notice
from dsnparse.rules.table import expand
from dsnparse.wire.entity import View

# In how many bytes a gateway warns of mail from outside, and in how many sentences.
WARNING_BYTES: Final = 700
MAX_WARNINGS: Final = 10
# Lines that frame a warning, and those between it and the text.
FRAME: Final = re.compile(rb"(?:[ \t\r*_=#~|+<>-]{0,200}\n){0,20}")
# A line, and those below that go on with its sentence.
SENTENCE: Final = re.compile(rb"[^\n]++(?:\n[ \t]*+[a-z][^\n]*+){0,8}(?:\n|\Z)")
# RFC 3676 section 4.3:  dash dash blank
SIGNATURE: Final = re.compile(rb"--[ ]\r?\n")
# Many leave the blank out: below whoever is named, a line that is no address tells it from a ruler.
LOOSE_SIGNATURE: Final = re.compile(rb"--[ ]?\r?\n(?=[^\n@]+\n)")
LINE: Final = re.compile(rb"([^\n]*+)\n?+")
# Who a letter is from is told in so many short lines.
SENDER_LINES: Final = 8
SHORT_LINE: Final = 80
# A reply of a server; what is said of an address; a heading; the label of a value.
SAYS: Final = re.compile(
    rb"[ \t>\"'(-]{0,9}[45][0-9]{2}[ -]|[^\n]{0,80}?(?:[:;=][ ]?[45][0-9]{2}[ -]|\b[45]\.[0-9]{1,3}\.[0-9]|[<:>][ \t\r]{0,9}\Z|[>@][^\n]{0,60}[:-][ ])"
)
LABEL: Final = re.compile(rb"[^:@\n]{1,40}:[ \t]")


class Margins:
    """What is around the words of notices, whoever wrote them."""

    def __init__(self, notice: Notice, atoms: Callable[[str], Atoms] | None = None) -> None:
        self._notice = notice
        named = ((f"any.warnings[{number}]", pattern) for number, pattern in enumerate(notice.warnings))
        self.warnings = PhraseSet(named, atoms and atoms("any.warnings"))
        self._about = OneOf(notice.subjects)

    def below_warnings(self, view: View) -> View:
        """Return the text below the warnings that a gateway wrote above it."""
        data, start, end = view.data, view.start, view.end
        if not self.warnings.may_match(data[start : min(end, start + WARNING_BYTES)]):  # nearly always
            return view
        for _ in range(MAX_WARNINGS):
            text = _below_frame(data, start, end)
            below = self._warned(data, text, end)
            if below == text:
                break
            start = _below_frame(data, below, end)
        return replace(view, start=start)

    def _warned(self, data: bytes, start: int, end: int) -> int:
        """Return where the warning ends that begins at `start`; words about mail that failed are none, whatever else is in them."""
        match = SENTENCE.match(data, start, min(end, start + WARNING_BYTES + 1))
        if match is None or match.end() - start > WARNING_BYTES:
            return start
        words = b" ".join(match[0].split())
        is_warning = self.warnings.any(words) and not self._about.search(words.decode("utf-8", "replace"))
        return match.end() if is_warning else start

    def untagged(self, subject: str) -> str:
        """Return a subject without what gateways put in front of it; one that is nothing else is left as it is."""
        match = self._marks.match(subject)
        return subject[match.end() :] or subject if match else subject

    def ends_words(self, data: bytes, start: int, end: int) -> bool:
        """Tell whether what a mailing list adds to each message begins at `start`."""
        return self._footers(data, start, end) is not None

    def is_scanners(self, data: bytes, start: int, end: int) -> bool:
        """Tell whether a line is one that a scanner adds to whatever passes it."""
        return self._scanned(data, start, end) is not None

    def below_sender(self, data: bytes, start: int, line_end: int, end: int, *, named: bool) -> int:
        """Return where the name of the sender ends where the line at `start` is the one above it: a signature, or the end of a letter.

        `named`: whether those whom mail did not reach stand above.
        """
        signature = (LOOSE_SIGNATURE if named else SIGNATURE).match(data, start, end)
        if not signature and (line_end - start > SHORT_LINE or not self._closings(data, start, line_end)):
            return start
        at = signature.end() if signature else min(end, data.find(b"\n", line_end, end) + 1 or end)
        for _ in range(SENDER_LINES):
            line = LINE.match(data, at, end)
            if line is None or len(line[1]) > SHORT_LINE or self._says(line[1]):
                break
            at = line.end()
        return at

    def _says(self, line: bytes) -> bool:
        """Tell whether a line says something of mail, not who somebody is."""
        return bool(SAYS.match(line) or (LABEL.match(line) and not self._contacts(line.strip())))

    @cached_property
    def _marks(self) -> Any:  # noqa: ANN401 - re2 has no types
        each = "|".join(f"(?:{pattern})" for pattern in self._notice.marks) or NEVER
        return re2.compile(rf"\s*(?:(?:{each})[\s:-]{{0,5}}){{1,4}}", options())

    @cached_property
    def _closings(self) -> Any:  # noqa: ANN401 - a method of `re`
        return _one_of(self._notice.closings).fullmatch

    @cached_property
    def _contacts(self) -> Any:  # noqa: ANN401 - a method of `re`
        return _one_of(self._notice.contacts).fullmatch

    @cached_property
    def _scanned(self) -> Any:  # noqa: ANN401 - a method of `re`
        return _one_of(self._notice.scanned).match

    @cached_property
    def _footers(self) -> Any:  # noqa: ANN401 - a method of `re`
        return _one_of(self._notice.footers).match


def _below_frame(data: bytes, start: int, end: int) -> int:
    frame = FRAME.match(data, start, end)
    return frame.end() if frame else start


def _one_of(patterns: tuple[str, ...]) -> re.Pattern[bytes]:
    source = "|".join(f"(?:{expand(pattern)})" for pattern in patterns) or NEVER
    return re.compile(source.encode("utf-8"), re.IGNORECASE)
