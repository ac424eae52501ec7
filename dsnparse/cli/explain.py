"""`dsnparse explain`: each value of each recipient, the bytes it was read from, and the source or rule that spoke."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, json, to_builtins

import dsnparse
from dsnparse.cli.arguments import chosen_rules
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop
from dsnparse.errors import SinkError
from dsnparse.escape import escape
from dsnparse.limits import Limits
from dsnparse.report import Evidence, Recipient, Report
from dsnparse.sinks import record
from dsnparse.sinks.output import Stream
from dsnparse.sources import Message, messages

AROUND: Final = 32
LONGEST: Final = 160
SILENT: Final = frozenset(("evidence", "labels"))


class Value(Struct, frozen=True, omit_defaults=True):
    """One value, and the bytes it was read from amid `before` and `after` on the same line."""

    field: str
    value: object
    source: str = ""
    rule: str = ""
    part: int = 0
    start: int = 0
    end: int = 0
    before: str = ""
    text: str = ""
    after: str = ""


class Fate(Struct, frozen=True):
    """The values of one recipient."""

    address: str
    values: list[Value]


class Explanation(Struct, frozen=True):
    """The values of one message."""

    source: str | None
    kind: str
    vendor: str | None
    recipients: list[Fate]
    defects: list[str]


def run(options: Namespace, stop: Stop) -> int:
    """Explain each message of a file; 1 if it could not be read."""
    if sys.stdout is None:
        reason = "standard output is closed"
        raise SinkError(reason)
    limits, rules, output, failed = Limits(), chosen_rules(options), Stream(), 0
    for item in messages([options.path], limits.max_message_bytes):
        if isinstance(item, Message):
            report = dsnparse.parse(item.raw, limits=limits, rules=rules, source=item.source)
            explanation = explain(item.raw, report)
            block = json.encode(explanation) + b"\n" if options.json else show(explanation).encode()
        else:
            failed = 1
            reason = getattr(item, "error", "") or getattr(item, "reason", "")
            say(f"{item.source}: {reason}")
            block = record.unread(item.source, reason) + b"\n" if options.json else b""
        with stop.shield():
            output.write(block)
    return failed


def explain(raw: bytes, report: Report) -> Explanation:
    """Return the report of `raw`, each value with its bytes."""
    texts = Texts(raw)
    return Explanation(
        source=report.source,
        kind=report.kind,
        vendor=report.vendor,
        recipients=[Fate(each.address, list(_values(each, texts))) for each in report.recipients],
        defects=[" ".join(filter(None, (each.kind, each.detail))) for each in report.defects],
    )


def show(explanation: Explanation) -> str:
    """Return the explanation as lines for a terminal."""
    lines = [f"{explanation.source or '-'}: {explanation.kind}, written by {explanation.vendor or 'an unknown vendor'}"]
    for fate in explanation.recipients:
        lines += ["", f"  {fate.address or '(no address)'}"]
        for value in fate.values:
            lines += [f"    {value.field:18} {_spelt(value.value)}", *(" " * 23 + line for line in _origin(value))]
    lines += ["", *(f"  defect: {defect}" for defect in explanation.defects)] if explanation.defects else []
    return "".join(f"{escape(line)}\n" for line in [*lines, ""])


class Texts:
    """The raw message and its decoded parts, each decoded once."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.parts = {0: raw}

    def around(self, evidence: Evidence) -> tuple[str, str, str]:
        """Return the bytes of a value, and what stands before and after them on its line."""
        if evidence.part not in self.parts:
            self.parts[evidence.part] = dsnparse.part_text(self.raw, evidence.part)
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


def _values(recipient: Recipient, texts: Texts) -> Iterator[Value]:
    for name, empty in zip(Recipient.__struct_fields__, Recipient.__struct_defaults__, strict=True):
        value = getattr(recipient, name)
        evidence = recipient.evidence.get(name)
        if name in SILENT or (value == empty and not evidence):
            continue
        if not evidence:
            yield Value(name, value)
            continue
        before, text, after = texts.around(evidence)
        place = {"part": evidence.part, "start": evidence.start, "end": evidence.end}
        yield Value(name, value, evidence.source, evidence.rule, **place, before=before, text=text, after=after)


def _spelt(value: object) -> str:
    """Return a value as a person reads it: of a group of values only those there are."""
    if isinstance(value, Struct):
        return ", ".join(f"{name} {_spelt(item)}" for name, item in to_builtins(value).items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_spelt, value))
    return " ".join(filter(None, value.values())) if isinstance(value, dict) else str(value)


def _origin(value: Value) -> list[str]:
    if not value.source:
        return []
    where = f"decoded part {value.part}, bytes" if value.part else "bytes"
    rule = f", rule {value.rule}" if value.rule else ""
    return [f"{value.source}, {where} {value.start}-{value.end}{rule}", f"{value.before}({value.text}){value.after}"]


def _readable(text: bytes) -> str:
    return escape(text.decode("utf-8", "surrogateescape"))
