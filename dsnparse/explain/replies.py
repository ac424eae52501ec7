"""Replies of SMTP servers and lines of logs, as somebody pastes them, to recipients: judged as those of a message are."""

import re
from collections.abc import Iterator
from typing import Any, Final

from dsnparse.explain.case import Case
from dsnparse.explain.excerpts import Texts
from dsnparse.explain.logs import Logged, read_log
from dsnparse.explain.recipient import find_for
from dsnparse.explanation import Finding
from dsnparse.judge.code import read_codes
from dsnparse.judge.facts import Facts
from dsnparse.judge.recipient import Context, judge_recipient
from dsnparse.report import Action, Found, Reading, Recipient
from dsnparse.rules.catalogue import Catalogue

MOST_LINES: Final = 1_000
SAID: Final = re.compile(r"\s*(?:<<<|<-|S:|<)\s+(?=[2-5][0-9]{2}[ -])", re.ASCII)
MORE: Final = re.compile(r"\s*(?:(?:<<<|<-|S:|<)\s+)?[2-5][0-9]{2}-", re.ASCII)
# What no refusal is: an answer of success or of the dialogue.
GOOD: Final = re.compile(r"[23][0-9]{2}(?:[ -]|\Z)", re.ASCII)

Line = tuple[int, str]


def find_replies(text: str, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return a finding for each log line and reply of a text; those that nobody understands only where nothing else is there."""
    texts = Texts(text.encode("utf-8", "surrogateescape"), lambda _: b"")
    findings = []
    for start, line in _logical_lines(text):
        logged = read_log(line)
        recipient = _judged(logged, start, line, text, catalogue)
        if recipient:
            findings.append(find_for(Case(recipient, catalogue, writer=logged.vendor if logged else ""), texts))
    known = [finding for finding in findings if finding.reason != "undetermined" or finding.codes]
    return tuple(known)


def _logical_lines(text: str) -> Iterator[Line]:
    """Yield each line, and the lines of one reply as one, with the place where it begins."""
    start, held = 0, ""
    for number, line in enumerate(text.split("\n")):
        if number == MOST_LINES:
            break
        held = f"{held}\n{line}" if held else line
        if MORE.match(line):
            continue
        if held.strip():
            yield start, held
        start, held = start + len(held) + 1, ""
    if held.strip():
        yield start, held


def _judged(logged: Logged | None, start: int, line: str, text: str, catalogue: Catalogue) -> Recipient | None:
    fields = logged.fields if logged else _reply(line)
    if not fields:
        return None
    reading: Reading = {"address": Found("", "transcript", 0, 0)}
    for name, (value, (first, last)) in fields.items():
        place = [len(text[: start + offset].encode("utf-8", "surrogateescape")) for offset in (first, last)]
        reading[name] = Found(value, "transcript", place[0], place[1])
    return judge_reply(reading, logged.action if logged else None, logged.vendor if logged else "", catalogue)


def judge_reply(reading: Reading, action: Action | None, writer: str, catalogue: Catalogue) -> Recipient:
    """Judge what was read of a recipient as `parse` does."""
    if action:
        reading["action"] = Found(action, "transcript", 0, 0)
    context = Context(catalogue, catalogue.vendors.get(writer), None, lambda: None, lambda: False, lambda: True)
    return judge_recipient(Facts(reading, "single_source", 1.0), context)


def _reply(line: str) -> dict[str, Any]:
    """Return a line as a reply, its lines joined; nothing where it is an answer of success or a command."""
    mark = SAID.match(line)
    first = mark.end() if mark else len(line) - len(line.lstrip())
    said = " ".join(SAID.sub("", part).strip() for part in line[first:].split("\n"))
    if not said or GOOD.match(said) or said.startswith((">>> ", "C: ")):
        return {}
    fields: dict[str, Any] = {"diagnostic": (said, (first, len(line.rstrip())))}
    codes = read_codes(said)
    return fields if codes.reply or codes.status or " " in said else {}
