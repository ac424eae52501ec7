"""Every value of a recipient stands where its evidence says: each span of the corpus is read again."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dsnparse import Evidence, Recipient, Report, part_text
from dsnparse.report import NO_FACTS, AuthCheck, DiagnosticFacts
from dsnparse.wire.date import iso_date

# What is read; all other fields are drawn from these, as is a reason that only repeats the action.
READ = (
    "address", "original_recipient", "aliases", "action", "status", "status_field", "reply_code", "diagnostic", "diagnostic_type",
    "remote_mta", "remote_ip", "command", "last_attempt_date", "will_retry_until", "final_log_id", "reason", "extensions",
)  # fmt: skip
ACTIONS = {
    "failed": ("fail", "error", "expired", "undeliverable"),
    "delayed": ("delay",),
    "delivered": ("deliver",),
    "relayed": ("relay", "transferred"),
    "expanded": ("expand",),
}
# How a notice names a command where it does not name it in capitals (qmail, Exim).
COMMANDS = {
    "EOM": ("end of data", "end of message", "after i sent the message", "data content", "dot"),
    "RCPT": ("does not like recipient",),
    "MAIL": ("sender was rejected",),
    "HELO": ("my name was rejected",),
    "CONNECT": ("initial connection", "greeting", "refused to talk to me", "connection"),
}
# What no report hands on: C0 but for blanks, DEL, C1.
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
UNITEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


def test_every_value_stands_where_its_evidence_says(raw: bytes, report: Report) -> None:
    for item in report.recipients:
        read = {field for field in READ if getattr(item, field) not in ("", None, ())}
        assert read - item.evidence.keys() - ({"reason"} if item.reason == "delivered" else set()) == set()
        assert {field for field in item.evidence if getattr(item, field) in ("", None, ())} == set()
        assert (item.facts != NO_FACTS) == ("facts" in item.evidence)
    missing = []
    for item, field, evidence in _all(report):
        text, derived = part_text(raw, evidence.part), _derived(evidence)
        assert 0 <= evidence.start <= evidence.end <= len(text)
        assert evidence.start < evidence.end or derived
        span, value = text[evidence.start : evidence.end], getattr(item, field)
        if not derived and not _stands(field, value, _text(span)):
            missing.append((item.address, field, value, span))
    assert missing == []


@pytest.mark.parametrize(
    ("field", "value", "span", "expected"),
    [
        ("address", "a@b.example", "rfc822; A@B.example", True),
        ("address", "a@b.example", "c@b.example", False),
        ("status", "5.1.1", "5.1.1 (no)", True),
        ("status", "5.1.1", "5.1.10", False),
        ("reply_code", 550, "550-5.1.1 no", True),
        ("reply_code", 550, "1550", False),
        ("diagnostic", "550 no such user", "550-no\r\n\t550 such user", True),
        ("diagnostic", "550 no such user", "550 such no user", False),
        ("diagnostic", "550 no bell", "550\t no\x1b be\x07ll", True),
        ("address", "a@b.example", '"a"@b.example', True),
        ("last_attempt_date", "2025-01-06T10:00:00+00:00", "Mon, 6 Jan 2025 10:00:00 GMT", True),
        ("last_attempt_date", "2025-01-06T10:00:01+00:00", "Mon, 6 Jan 2025 10:00:00 GMT", False),
        ("command", "EOM", "end of data", True),
        ("command", "EOM", "end of\r\n    DATA", True),
        ("command", "RCPT", "end of data", False),
        ("action", "failed", "Failed (no)", True),
        ("action", "failed", "delayed", False),
        ("facts", DiagnosticFacts(new_address="a@b.example"), "moved to A@b.example", True),
        ("facts", DiagnosticFacts(new_address="a@b.example"), "moved to c@b.example", False),
        ("facts", DiagnosticFacts(auth=(AuthCheck("spf", "fail", "b.example"),)), "SPF of b.example failed", True),
        ("facts", DiagnosticFacts(auth=(AuthCheck("spf", "fail", "b.example"),)), "SPF of c.example failed", False),
        ("facts", DiagnosticFacts(size_limit=1024), "limit 1 KB", True),
        ("facts", DiagnosticFacts(size_limit=1024), "a limit", False),
        ("extensions", (("X-A", "b c"), ("X-D", "e")), "b\r\n c\r\nX-D: e", True),
        ("extensions", (("X-A", "b c"), ("X-D", "e")), "b\r\n c\r\nX-D: f", False),
    ],
)
def test_rereading_tells_right_from_wrong(field: str, value: object, span: str, expected: bool) -> None:
    assert _stands(field, value, span) is expected


def _all(report: Report) -> Iterator[tuple[Recipient, str, Evidence]]:
    for item in report.recipients:
        for field, evidence in item.evidence.items():
            yield item, field, evidence


def _derived(evidence: Evidence) -> bool:
    """Whether the value was concluded from the message as a whole."""
    return evidence.source == "rule" and evidence.start == evidence.end == 0


def _text(span: bytes) -> str:
    try:
        return span.decode("utf-8")
    except UnicodeDecodeError:
        return span.decode("cp1252", "replace")


def _stands(field: str, value: Any, text: str) -> bool:  # noqa: ANN401 - any field
    return CHECKS.get(field, _contains)(value, text)


def _contains(value: object, text: str) -> bool:
    return str(value).lower() in text.lower()


def _address(value: str, text: str) -> bool:
    plain = UNITEXT.sub(lambda match: chr(int(match[1], 16)), text)
    bare = text.replace('"', "")  # quotes that no sign of the name needs
    return any(_contains(value, form) for form in (text, plain, bare, text.replace("+2B", "+")))


def _code(value: object, text: str) -> bool:
    return re.search(rf"(?<![0-9.]){re.escape(str(value))}(?![0-9]|\.[0-9])", text) is not None


def _words(value: str, text: str) -> bool:
    """Tell whether all words occur in this order; a reply code may have been dropped between them, nothing added."""
    at, text = 0, CONTROLS.sub("", text)
    if not value.isascii():  # Chinese and Japanese lines are joined without a blank
        text = "".join(text.split())
    for word in value.split():
        found = text.find(word, at)
        if found < 0:
            return False
        at = found + len(word)
    return True


def _command(value: str, text: str) -> bool:
    said = " ".join(text.lower().split())  # a fold is one blank
    return value in text.upper() or any(phrase in said for phrase in COMMANDS.get(value, ()))


def _date(value: str, text: str) -> bool:
    return value in (iso_date(text), " ".join(text.split()))


def _facts(value: DiagnosticFacts, text: str) -> bool:
    """Tell whether the names occur, and a digit where there is a number."""
    names = (value.new_address, *(check.domain for check in value.auth))
    numbers = (value.size_limit, value.message_size, value.mailbox_limit, value.mailbox_used, value.queue_left)
    return all(_contains(name, "".join(text.split())) for name in names) and (
        not any(numbers) or any(char in "0123456789" for char in text)
    )


CHECKS: dict[str, Callable[[Any, str], bool]] = {
    "address": _address,
    "original_recipient": _address,
    "aliases": lambda value, text: all(_address(address, text) for address in value),
    "status": _code,
    "status_field": _code,
    "reply_code": _code,
    "diagnostic": _words,
    "action": lambda value, text: text.lower().strip().startswith(ACTIONS[value]),
    "command": _command,
    "last_attempt_date": _date,
    "will_retry_until": _date,
    "extensions": lambda value, text: _words(
        " ".join(content for _, content in value), text
    ),  # the first name stands before it
    "facts": _facts,
    "reason": lambda _, text: bool(text.strip()),
}
