"""Each value of a recipient with the bytes it was read from, amid the rest of their line."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from dsnparse.escape import escape
from dsnparse.explanation import Value
from dsnparse.report import Evidence, Recipient

AROUND: Final = 32
LONGEST: Final = 160
LINE_END: Final = re.compile(rb"\r?\n[ \t]*")
SILENT: Final = frozenset(("evidence", "labels"))

Decoded = Callable[[int], bytes]


class Texts:
    """The raw message and its decoded parts, each decoded once."""

    def __init__(self, raw: bytes, decoded: Decoded) -> None:
        self.decoded = decoded
        self.parts = {0: raw}

    def around(self, evidence: Evidence) -> tuple[str, str, str]:
        """Return the bytes of a value, and what stands before and after them on its line."""
        if evidence.part not in self.parts:
            self.parts[evidence.part] = self.decoded(evidence.part)
        text, start, end = self.parts[evidence.part], evidence.start, evidence.end
        before = text[max(0, start - AROUND) : start].rpartition(b"\n")[2]
        after = text[end : end + AROUND].partition(b"\n")[0].rstrip(b"\r")
        return _readable(before), shorten(_readable(text[start:end])), _readable(after)


def shorten(text: str) -> str:
    """Return the beginning and the end of a long text."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]} … {text[-half:]}"


def values_of(recipient: Recipient, texts: Texts | None) -> Iterator[Value]:
    """Yield every value that is not empty, with its bytes where the text is at hand."""
    for name, empty in zip(Recipient.__struct_fields__, Recipient.__struct_defaults__, strict=True):
        value = getattr(recipient, name)
        evidence = recipient.evidence.get(name)
        if name in SILENT or (value == empty and not evidence):
            continue
        if evidence is None:
            yield Value(name, value)
            continue
        before, text, after = texts.around(evidence) if texts else ("", "", "")
        place = {"part": evidence.part, "start": evidence.start, "end": evidence.end}
        yield Value(name, value, evidence.source, evidence.rule, **place, before=before, text=text, after=after)


def _readable(text: bytes) -> str:
    """Return bytes on one line: a fold, or the end of a line within a value, is a blank."""
    return escape(LINE_END.sub(b" ", text).decode("utf-8", "surrogateescape"))
