"""An explanation as lines for people. Whatever comes from mail is escaped, so that a terminal prints it and does nothing else.

The evidence is underlined with a line of its own, which a pipe and a terminal without colours show as well. On a terminal headings are
bold and quotes dim, unless NO_COLOR says otherwise.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from shutil import get_terminal_size
from textwrap import wrap
from typing import Final, NamedTuple

from msgspec import Struct, to_builtins

from dsnparse.escape import escape
from dsnparse.explanation import Check, Code, Explanation, Finding, Statement, Value
from dsnparse.sinks.table import cells, head

WIDEST: Final = 100
NARROWEST: Final = 40
# Of a case that is known so many causes and fixes are shown; a code alone leaves more open.
MOST: Final = 6
MOST_OF_A_CODE: Final = 10
# The values that decide, the more telling first.
TELLING: Final = ("reason", "diagnostic", "status", "reply_code", "action")
# Sources that are told by what spoke.
SPOKEN: Final = {"rule": "rule", "registry": "code"}
ACTORS: Final = {
    "author": "The author",
    "list_owner": "Whoever keeps the list",
    "sender_admin": "The sender's administrator",
    "recipient": "The recipient",
    "recipient_admin": "The recipient's administrator",
    "developer": "The developer",
    "nobody": "Nobody",
}


class Line(NamedTuple):
    """A line, how far it is indented, and its style on a terminal."""

    text: str = ""
    indent: int = 0
    style: str = ""
    hang: int = 0
    whole: bool = False
    marked: tuple[int, int] | None = None


def show(explanation: Explanation, *, why: bool = False) -> str:
    """Return the explanation as text; `why` adds every value with its bytes, and the readings that lost."""
    lines = list(_lines(explanation, why))
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = max(NARROWEST, min(WIDEST, get_terminal_size((WIDEST, 24)).columns)) if terminal else WIDEST
    plain = [(line.style, text) for line in lines for text in _wrapped(line, width)]
    return _styled(plain) if terminal else "".join(f"{text}\n" for _, text in plain)


def _lines(explanation: Explanation, why: bool) -> Iterator[Line]:
    if explanation.kind:
        writer = explanation.vendor or "an unknown vendor"
        yield Line(f"{explanation.source or '-'}: {explanation.kind}, written by {writer}", whole=True)
        yield Line()
    for finding in explanation.findings:
        yield Line(_heading(finding, explanation), 2, "bold")
        yield from _finding(finding, why, MOST_OF_A_CODE if explanation.asked == "code" else MOST)
    yield from (Line(f"defect: {defect}", 2) for defect in explanation.defects)
    if explanation.defects:
        yield Line()


def _heading(finding: Finding, explanation: Explanation) -> str:
    usual = "most often " if explanation.asked == "code" else ""
    reason = f" ({usual}{finding.reason})" if finding.reason else ""
    vendor = f", if it was said by {finding.vendor}" if finding.vendor and explanation.asked == "reply" else ""
    return f"{finding.subject or '(no address)'}: {finding.title}{reason}{vendor}"


def _finding(finding: Finding, why: bool, most: int | None) -> Iterator[Line]:
    most = None if why else most
    yield Line(" ".join((finding.happened, *finding.particulars)), 4)
    yield from _section("Read in", _evidence(finding, why))
    yield from _section("Codes", (_code(code) for code in finding.codes if code.code != finding.subject))
    yield from _section("Notes", (_stated(note) for note in finding.notes[:most]))
    causes = finding.causes[:most]
    yield from _section("Likely causes", (_numbered(number, cause) for number, cause in enumerate(causes, 1)))
    yield from _section("What helps", (_stated(fix) for fix in finding.fixes[:most]))
    yield from _section("The address", _address(finding))
    yield from _section("To verify", _checks(finding.checks))
    if why:
        yield from _section("Values", _values(finding.values))
        yield from _section(
            "Readings that lost", (Line(f"{each.reading} ({each.by}): {each.why}", 6) for each in finding.rivals)
        )
    yield Line()


def _code(code: Code) -> Line:
    reference = f" [{code.reference}]" if code.reference else ""
    return Line(f"{code.code}  {code.title}. {code.meaning}{reference}", 6, hang=len(code.code) + 2)


def _section(heading: str, lines: Iterable[Line]) -> Iterator[Line]:
    lines = list(lines)
    if lines:
        yield Line(heading, 4, "bold")
        yield from lines


def _evidence(finding: Finding, why: bool) -> Iterator[Line]:
    """Yield the value that decides, unless all are shown."""
    values = {value.field: value for value in finding.values if value.text}
    telling = next((values[name] for name in TELLING if name in values), None)
    if telling and not why:
        yield from _excerpt(telling, 6)


def _excerpt(value: Value, indent: int) -> Iterator[Line]:
    source = "" if value.source in SPOKEN else f"{value.source}, "
    part = f"decoded part {value.part}, " if value.part else ""
    rule = f", {SPOKEN.get(value.source, 'rule')} {value.rule}" if value.rule else ""
    yield Line(f"{source}{part}bytes {value.start}-{value.end}{rule}", indent, "dim")
    yield Line(f"{value.before}{value.text}{value.after}", indent, marked=(len(value.before), len(value.text)))


def _values(values: Iterable[Value]) -> Iterator[Line]:
    for value in values:
        yield Line(f"{value.field:18} {_spelt(value.value)}", 6, hang=19)
        if value.source:
            yield from _excerpt(value, 25)


def _stated(statement: Statement) -> Line:
    front = statement.vendor or (ACTORS[statement.actor] if statement.actor else "")
    return Line(f"- {front + ': ' if front else ''}{statement.text}", 6, hang=2)


def _numbered(number: int, cause: Statement) -> Line:
    front = f"{cause.vendor}: " if cause.vendor else ""
    quote = f' (the reply says "{cause.quote}")' if cause.quote else ""
    return Line(f"{number}. {front}{cause.text}{quote}", 6, hang=3)


def _address(finding: Finding) -> Iterator[Line]:
    if finding.address_advice:
        yield Line(" ".join(filter(None, (finding.address_advice, finding.again))), 6)


def _checks(checks: Iterable[Check]) -> Iterator[Line]:
    for check in checks:
        yield Line(f"- {check.purpose}", 6, hang=2)
        yield Line(check.command or check.page, 8, "cyan", whole=True)


def _spelt(value: object) -> str:
    """Return a value as a person reads it: of a group of values only those there are."""
    if isinstance(value, Struct):
        return ", ".join(f"{name} {_spelt(item)}" for name, item in to_builtins(value).items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_spelt, value))
    return " ".join(filter(None, value.values())) if isinstance(value, dict) else str(value)


def _wrapped(line: Line, width: int) -> list[str]:
    """Return a line as it fits: broken between words, unless it is to stay whole."""
    text, indent = escape(line.text), " " * line.indent
    if line.marked:
        return _underlined(text, line.marked, indent, width)
    if line.whole or not text:
        return [f"{indent}{text}".rstrip()]
    hang = indent + " " * line.hang
    return wrap(
        text, width, initial_indent=indent, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )


def _underlined(text: str, marked: tuple[int, int], indent: str, width: int) -> list[str]:
    """Return a text in pieces that fit, the marked part of each underlined by a line below it."""
    lines, room = [], max(width - len(indent), NARROWEST)
    first, last = marked[0], sum(marked)
    while text:
        piece = head(text, room)
        if len(piece) < len(text) and " " in piece:
            piece = piece[: piece.rindex(" ") + 1]
        lines.append(f"{indent}{piece}".rstrip())
        if marks := "^" * cells(piece[first:last]):
            lines.append(f"{indent}{' ' * cells(piece[:first])}{marks}")
        text, first, last = text[len(piece) :], max(first - len(piece), 0), max(last - len(piece), 0)
    return lines


def _styled(lines: Iterable[tuple[str, str]]) -> str:
    """Return the lines in the styles of a terminal; rich minds NO_COLOR."""
    from io import StringIO  # noqa: PLC0415 - only a terminal needs these

    from rich.console import Console  # noqa: PLC0415 - costs 40 ms
    from rich.text import Text  # noqa: PLC0415

    text = StringIO()
    plain = bool(os.environ.get("NO_COLOR"))
    console = Console(file=text, force_terminal=not plain, no_color=plain, highlight=False, soft_wrap=True)
    for style, line in lines:
        console.print(Text(line, style=style))
    return text.getvalue()
