"""explain: a message, its report, or what somebody typed in, to an Explanation."""

import re
from functools import partial
from typing import Final

from msgspec.structs import replace

from dsnparse.explain.case import Case
from dsnparse.explain.codes import dotted, find_code, find_pair, is_registered
from dsnparse.explain.excerpts import Texts
from dsnparse.explain.lines import LONGEST
from dsnparse.explain.logs import read_log
from dsnparse.explain.markers import find_marker
from dsnparse.explain.recipient import find_for
from dsnparse.explain.replies import find_replies
from dsnparse.explain.voices import Voices
from dsnparse.explanation import Asked, Explanation, Finding, Statement
from dsnparse.limits import DEFAULT_LIMITS, Limits
from dsnparse.message import open_message
from dsnparse.parse import parse, part_text
from dsnparse.registry import reason
from dsnparse.report import Kind, Recipient, Report
from dsnparse.rules.catalogue import Catalogue
from dsnparse.rules.catalogue import catalogue as our_catalogue

# `554`, `SMTP error 554`, `5.7.1`, `#5.7.1`, `550 5.7.26`
CODE: Final = re.compile(
    r"(?:smtp )?(?:error |code |reply |status )*(?:([1-6][0-9]{2})|#?([1-6]\.[0-9]{1,3}\.[0-9]{1,3})|([245][0-9]{2})[ -]#?([245]\.[0-9]{1,3}\.[0-9]{1,3}))",
    re.ASCII | re.IGNORECASE,
)
HEADER: Final = re.compile(rb"(?:>?From |[A-Za-z][A-Za-z0-9-]*:[ \t\r\n])")
# What a report without recipients is about.
OUTCOME: Final[dict[Kind, str]] = {
    "failure": "undetermined",
    "delay": "undetermined",
    "success": "delivered",
    "feedback": "feedback",
    "disposition": "not_a_bounce",
    "auto_reply": "auto_reply",
    "challenge": "challenge_response",
    "list_request": "list_request",
    "other": "not_a_bounce",
}


def explain(
    asked: bytes | str | Report,
    *,
    raw: bytes | None = None,
    limits: Limits = DEFAULT_LIMITS,
    rules: Catalogue | None = None,
    source: str | None = None,
) -> Explanation:
    """Say what happened, why, what helps, and what to do with the address.

    `asked` is a message as bytes, the report of one (with `raw`, its bytes, the values come with the text they were read from), or a
    string: a code (`554`, `5.7.1`, `550 5.7.26`), replies of servers, lines of their logs, or a vendor's marker (`TSS04`). There are
    no findings where nothing in a string is known. `rules` and `limits` are those of `parse`.
    """
    catalogue = rules or our_catalogue()
    if isinstance(asked, str):
        return _of_text(asked, catalogue, source)
    if isinstance(asked, Report):
        return _of_report(asked, raw, limits, catalogue)
    return _of_report(parse(asked, limits=limits, rules=rules, source=source), bytes(asked), limits, catalogue)


def explain_input(
    raw: bytes, *, limits: Limits = DEFAULT_LIMITS, rules: Catalogue | None = None, source: str | None = None
) -> Explanation:
    """Explain bytes that may be a message, or what `explain` takes as a string."""
    if not _looks_like_mail(raw):
        explanation = explain(raw.decode("utf-8", "replace"), rules=rules, source=source)
        if explanation.findings and parse(raw, limits=limits, rules=rules).kind == "other":
            return explanation
    return explain(raw, limits=limits, rules=rules, source=source)


def _looks_like_mail(raw: bytes) -> bool:
    """Tell whether bytes begin with a header; lines of some logs begin like one."""
    start = raw[:LONGEST].lstrip()
    first = start.partition(b"\n")[0].decode("utf-8", "replace")
    return bool(HEADER.match(start)) and read_log(first) is None


def _of_report(report: Report, raw: bytes | None, limits: Limits, catalogue: Catalogue) -> Explanation:
    texts = Texts(raw, partial(part_text, raw, limits=limits)) if raw is not None else None
    voices = Voices(open_message(raw, limits, catalogue)) if raw is not None and report.recipients else None
    people = report.recipients or (_nobody(report.kind),)
    return Explanation(
        source=report.source,
        asked="message",
        kind=report.kind,
        vendor=report.vendor,
        findings=tuple(find_for(Case(each, catalogue, report, voices=voices), texts) for each in people),
        defects=tuple(" ".join(filter(None, (each.kind, each.detail))) for each in report.defects),
    )


def _nobody(kind: Kind) -> Recipient:
    """Return what there is to say of a report that names no recipient."""
    entry = reason(OUTCOME[kind])
    return Recipient(reason=entry.name, fault=entry.fault, advice=entry.default_advice)


def _of_text(text: str, catalogue: Catalogue, source: str | None) -> Explanation:
    text = text.encode("utf-8", "replace").decode()  # an argument of a command line may hold bytes that are no text
    kind: Asked = "code"
    findings = find_codes(text, catalogue)
    if not findings:
        kind, findings = "marker", find_marker(text.strip(), catalogue)
    if not findings:
        kind, findings = "reply", find_replies(text, catalogue)
    return Explanation(source=source, asked=kind, findings=findings)


def find_codes(text: str, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return the findings of a code, or of two that belong together; nothing where the text is more than that."""
    match = CODE.fullmatch(" ".join(text.split()))
    if not match:
        return ()
    reply, status, first, second = match.groups()
    if first:
        return find_pair(first, second, catalogue)
    plain = "" if reply else dotted(status)
    told = {code: find_code(code, catalogue) for code in (reply or status, plain) if code}
    found = [finding for finding in told.values() if finding]
    if plain and (other := told[plain]):
        found[-1] = replace(other, notes=(_written_with_dots(plain, status), *other.notes))
    return tuple(found if is_registered(status or "") else reversed(found))


def _written_with_dots(plain: str, status: str) -> Statement:
    text = f"Some lists write the reply code {plain} with dots, as {status}."
    return Statement(f"dotted.{plain}", text, sources=("SMTP Status Codes, MattWiki",))
