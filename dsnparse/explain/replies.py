"""Replies of SMTP servers and lines of logs, as somebody pastes them, to findings: judged as those of a message are.

Of a reply alone nobody knows who spoke. Where the words that hold for anybody say little, what vendors make of it is told as well: it
holds if it was they who said it.
"""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from dsnparse.explain.case import RULE, Case
from dsnparse.explain.excerpts import Texts
from dsnparse.explain.lines import LONGEST, SAID, Line, logical_lines
from dsnparse.explain.logs import Logged, Span, read_log
from dsnparse.explain.recipient import find_for
from dsnparse.explanation import Finding
from dsnparse.judge.code import read_codes
from dsnparse.judge.facts import Facts
from dsnparse.judge.reason import WEAK_RANK
from dsnparse.judge.recipient import judge_recipient
from dsnparse.judge.verdict import Context
from dsnparse.registry import reason
from dsnparse.report import Action, Found, Reading
from dsnparse.rules.catalogue import OWN, Catalogue
from dsnparse.rules.layer import ANY
from dsnparse.wire.clean import clean

GOOD: Final = ("2", "3")  # answers of success, and of the dialogue
MOST_VENDORS: Final = 3

Fields = dict[str, tuple[str, Span]]


def find_replies(text: str, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return a finding for each log line and reply of a text, none for those that say nothing to anybody."""
    texts = Texts(text.encode(), lambda _: b"")
    found: list[Finding] = []
    for line in logical_lines(text):
        logged = read_log(line.text)
        if fields := logged.fields if logged else _reply(line.text):
            found += _findings(_reading(fields, line), logged, catalogue, texts)
    return tuple(finding for finding in found if finding.reason != "undetermined" or finding.codes)


def _findings(reading: Reading, logged: Logged | None, catalogue: Catalogue, texts: Texts) -> list[Finding]:
    case = _judge(reading, logged.action if logged else None, logged.vendor if logged else "", catalogue)
    neutral = find_for(case, texts)
    if logged or case.speaker or (RULE.fullmatch(case.chosen) and reason(case.recipient.reason).rank < WEAK_RANK):
        return [neutral]
    found = {neutral.reason: neutral} if RULE.fullmatch(case.chosen) else {}
    for name in _vendors(case):
        of_vendor = find_for(_judge(reading, None, name, catalogue), texts)
        found.setdefault(of_vendor.reason, replace(of_vendor, vendor=catalogue.title(name)))
    return list(found.values()) or [neutral]


def _vendors(case: Case) -> list[str]:
    """Return the vendors that have a phrase for the reply."""
    owners = (owner.removeprefix(OWN) for owner, _, _ in case.catalogue.causes(case.recipient.diagnostic))
    return [name for name in dict.fromkeys(owners) if name != ANY][:MOST_VENDORS]


def _judge(reading: Reading, action: Action | None, writer: str, catalogue: Catalogue) -> Case:
    """Judge what was read of a recipient as `parse` does."""
    known = dict(reading)
    if action:
        known["action"] = Found(action, "transcript", 0, 0)
    context = Context(catalogue, catalogue.vendors.get(writer), None, lambda: None, lambda: False, lambda: True)
    return Case(judge_recipient(Facts(known, "single_source", 1.0), context), catalogue, writer=writer)


def _reading(fields: Fields, line: Line) -> Reading:
    reading: Reading = {"address": Found("", "transcript", 0, 0)}
    for name, (value, span) in fields.items():
        reading[name] = Found(clean(value, LONGEST), "transcript", *line.span(*span))
    return reading


def _reply(line: str) -> Fields:
    """Return a line as a reply, its lines joined; nothing where it is an answer of success or a command."""
    mark = SAID.match(line)
    first = mark.end() if mark else len(line) - len(line.lstrip())
    said = " ".join(_said(line[first:]))
    codes = read_codes(said)
    if str(codes.reply or codes.status or "")[:1] in GOOD or said.startswith((">>> ", "C: ")):
        return {}
    return {"diagnostic": (said, (first, len(line.rstrip())))} if codes.reply or codes.status or " " in said else {}


def _said(text: str) -> Iterator[str]:
    for part in text.split("\n"):
        yield SAID.sub("", part).strip()
