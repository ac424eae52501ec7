import inspect
from collections.abc import Callable
from importlib.util import find_spec, module_from_spec
from operator import attrgetter
from typing import get_args

import pytest
from effort import calls

from dsnparse import registry, resource
from dsnparse.registry import EnhancedEntry, ReasonEntry, ReplyEntry, tables
from dsnparse.registry.codes import MOMENT
from dsnparse.report import Advice, Fault, Permanence

TABLES = [tables.reasons, tables.enhanced_codes, tables.reply_codes, tables.vocabularies, tables.blocklists]
FEW = 12
RANKED = [
    "suppressed",
    "submission_failed",
    "null_mx",
    "virus",
    "attachment_rejected",
    "not_rfc_compliant",
    "encoding_unsupported",
    "mailbox_size_limit",
    "message_too_big",
    "mailbox_full",
    "too_many_recipients",
    "dmarc_fail",
    "arc_fail",
    "authentication_fail",
    "spf_fail",
    "dkim_fail",
    "ptr_missing",
    "helo_rejected",
    "tls_failed",
    "tls_required",
    "url_blocklisted",
    "domain_blocklisted",
    "ip_blocklisted",
    "geo_blocked",
    "greylisted",
    "too_many_connections",
    "sending_quota",
    "sender_suspended",
    "poor_reputation",
    "rate_limited",
    "relay_denied",
    "auth_required",
    "routing_loop",
    "mailbox_moved",
    "mailbox_disabled",
    "recipient_restricted",
    "recipient_filtered",
    "address_syntax",
    "user_unknown",
    "sender_rejected",
    "host_unknown",
    "list_expansion",
    "mailer_error",
    "spam_content",
    "content_rejected",
    "system_full",
    "dns_failure",
    "connection_lost",
    "host_unreachable",
    "routing_error",
    "config_error",
    "system_unavailable",
    "system_error",
    "expired",
    "protocol_error",
    "security_error",
    "policy",
    "undetermined",
    "delivered",
    "auto_reply",
    "challenge_response",
    "feedback",
    "list_request",
    "not_a_bounce",
]

REASONS = list(registry.reasons().values())
FAILURES = [entry for entry in REASONS if entry.group != "outcome"]
ENHANCED = list(tables.enhanced_codes().values())
REPLIES = list(tables.reply_codes().values())
GENERIC = ["X.0.0", "X.1.0", "X.2.0", "X.3.0", "X.4.0", "X.5.0", "X.6.0", "X.7.0", "X.7.1"]


def code(entry: EnhancedEntry | ReplyEntry) -> str:
    return str(entry.code)


def test_reasons_come_in_the_order_of_their_rank() -> None:
    assert [(entry.rank, entry.name) for entry in REASONS] == list(enumerate(RANKED, start=1))


@pytest.mark.parametrize("entry", REASONS, ids=attrgetter("name"))
def test_a_reason_is_complete(entry: ReasonEntry) -> None:
    assert entry.default_permanence in {None, *get_args(Permanence)}
    assert entry.default_advice in get_args(Advice)
    assert entry.fault in get_args(Fault)
    assert entry.core_reason in RANKED
    assert registry.reason(entry.core_reason).core_reason == entry.core_reason
    assert entry.title
    assert entry.definition.endswith(".")


@pytest.mark.parametrize("entry", FAILURES, ids=attrgetter("name"))
def test_the_advice_goes_to_whom_the_fault_lies_with(entry: ReasonEntry) -> None:
    whose = {"suppress": {"recipient"}, "fix_sender": {"sender"}, "fix_content": {"content"}}
    everybody = {"recipient", "sender", "system", "content"}
    anyone = {"none"} if entry.name == "undetermined" else everybody
    assert entry.fault in whose.get(entry.default_advice, anyone)


def test_only_what_is_no_failure_or_unknown_is_nobodys_fault() -> None:
    faultless = {entry.name for entry in REASONS if entry.fault == "none"}
    assert faultless == {"undetermined", *RANKED[58:]}


@pytest.mark.parametrize(
    ("name", "permanence", "advice", "suppress", "fault"),
    [
        ("user_unknown", "permanent", "suppress", "yes", "recipient"),
        ("mailbox_full", "temporary", "retry", "after_repeats", "recipient"),
        ("mailbox_disabled", None, "suppress", "by_permanence", "recipient"),
        ("mailbox_size_limit", "permanent", "fix_content", "no", "content"),
        ("host_unknown", "permanent", "suppress", "by_permanence", "recipient"),
        ("null_mx", "permanent", "suppress", "yes", "recipient"),
        ("suppressed", "permanent", "suppress", "already", "recipient"),
        ("relay_denied", "permanent", "fix_sender", "no", "sender"),
        ("rate_limited", "temporary", "retry", "no", "sender"),
        ("ip_blocklisted", None, "fix_sender", "no", "sender"),
        ("spam_content", "permanent", "fix_content", "no", "content"),
        ("greylisted", "temporary", "retry", "no", "system"),
        ("tls_failed", "temporary", "retry", "no", "system"),
        ("expired", None, "retry", "after_repeats", "system"),
        ("undetermined", None, "review", "no", "none"),
        ("list_request", None, "review", "on_unsubscribe", "none"),
        ("feedback", None, "suppress", "yes", "none"),
    ],
)
def test_what_a_reason_leads_to(
    name: str, permanence: Permanence | None, advice: Advice, suppress: str, fault: Fault
) -> None:
    entry = registry.reason(name)
    found = (entry.default_permanence, entry.default_advice, entry.suppress, entry.fault)
    assert found == (permanence, advice, suppress, fault)


def test_an_unknown_reason_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        registry.reason("no_such_reason")


@pytest.mark.parametrize("entry", ENHANCED, ids=code)
def test_a_status_code_names_reasons_and_details_that_exist(entry: EnhancedEntry) -> None:
    assert entry.reason in {None, *RANKED}
    assert entry.detail in {"", *(registry.reason(entry.reason).details if entry.reason else ())}
    assert entry.title
    assert entry.meaning.endswith(".")
    assert entry.reference


@pytest.mark.parametrize("entry", REPLIES, ids=code)
def test_a_reply_code_names_reasons_and_commands_that_exist(entry: ReplyEntry) -> None:
    assert {entry.reason, *entry.after.values()} <= {None, *RANKED}
    assert set(entry.after) <= {"", *MOMENT.values()}
    assert entry.permanence == {4: "temporary", 5: "permanent", 6: "permanent", 1: "permanent"}.get(entry.code // 100)
    assert entry.title
    assert entry.meaning.endswith(".")
    assert entry.reference or not entry.standard


def test_the_registered_rows_are_all_there() -> None:
    details = [entry for entry in ENHANCED if "X" not in entry.code[1:]]
    assert (len(ENHANCED), len(details), len(REPLIES)) == (92, 81, 73)


def test_no_row_is_there_twice() -> None:
    assert [entry.code for entry in REPLIES] == sorted({entry.code for entry in REPLIES})
    assert resource.read(tables.FOLDER, "enhanced.json").decode("utf-8").count('"code": ') == len(ENHANCED)


@pytest.mark.parametrize(
    ("code", "row", "reason", "detail"),
    [
        ("5.1.1", "5.1.1", "user_unknown", ""),
        ("4.1.1", "4.1.1", "user_unknown", ""),
        ("5.1.4", "5.1.4", "user_unknown", "ambiguous"),
        ("5.1.10", "5.1.10", "null_mx", ""),
        ("4.2.2", "4.2.2", "mailbox_full", ""),
        ("5.7.17", "5.7.17", "mailbox_moved", "owner_changed"),
        ("5.0.0", "5.0.0", "undetermined", ""),
        ("5.1.351", "5.1.X", None, ""),  # a vendor's own detail
        ("5.1.01", "5.1.X", None, ""),  # no leading zeros in RFC 3463
        ("4.7.31", "4.7.X", None, ""),
        ("5.0.1", "5.0.X", None, ""),
        ("5.8.1", "5.X.X", None, ""),
        ("4.999.999", "4.X.X", None, ""),
        ("2.1.5", "2.1.5", "delivered", ""),
        ("2.1.9", "2.1.9", "delivered", "relayed"),
        ("2.0.0", "2.0.0", "delivered", ""),
        ("2.1.4", "2.1.4", "delivered", ""),  # whatever the detail, class 2 is a success
        ("2.1.77", "2.1.X", "delivered", ""),
        ("2.9.9", "2.X.X", "delivered", ""),
        ("5.1.5", "5.1.5", None, ""),  # and a detail of success does not turn a failure into one
        ("5.6.4", "5.6.4", None, ""),
        ("4.1.9", "4.1.9", None, ""),
    ],
)
def test_a_status_code_is_explained_by_its_row_its_subject_or_its_class(
    code: str, row: str, reason: str | None, detail: str
) -> None:
    entry = registry.enhanced_code(code)
    assert entry is not None
    assert (entry.code, entry.reason, entry.detail) == (row, reason, detail)
    assert registry.enhanced_reason(code) == reason


@pytest.mark.parametrize(
    "code",
    [
        "",
        "5",
        "5.1",
        "5.1.",
        "1.1.1",
        "3.0.0",
        "6.1.1",
        "55.1.1",
        "5.1.1.1",
        "5.1.1234",
        "5.1111.1",
        "#5.1.1",
        " 5.1.1",
        "5.1.1\n",
        "X.1.1",
        "5.X.X",
        "5.1.X",
        "5.1.\u0661",
        "5.1.\u00b2",
    ],
)
def test_what_is_no_status_code_explains_nothing(code: str) -> None:
    assert registry.enhanced_code(code) is None
    assert registry.enhanced_reason(code) is None
    assert registry.is_generic(code) is False


def test_the_generic_codes_are_the_vague_ones() -> None:
    assert [entry.code for entry in ENHANCED if entry.generic] == GENERIC


@pytest.mark.parametrize(
    ("code", "expected"),
    [(code.replace("X", digit), True) for code in GENERIC for digit in "245"]
    + [("5.1.1", False), ("5.7.2", False), ("5.7.10", False), ("5.1.00", False), ("5.1.351", False), ("5.8.0", False)],
)
def test_is_generic(code: str, expected: bool) -> None:
    assert registry.is_generic(code) is expected


COMMANDS = ["CONNECT", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "EOM", ""]


def row(code: int, *answers: str | None) -> list[tuple[int, str, str | None]]:
    return [(code, command, reason) for command, reason in zip(COMMANDS, answers, strict=True)]


GREET = ("policy", "policy", "tls_failed", "auth_required", "sender_rejected")
TLS, AUTH, MAIL, HELO = "tls_failed", "auth_required", "sender_rejected", "helo_rejected"
PROTOCOL, SYNTAX, TOO_BIG = "protocol_error", "address_syntax", "message_too_big"
ANSWERS = [
    *row(250, None, None, None, None, None, None, "delivered", "delivered", "delivered"),
    *row(354, *[None] * 9),
    *row(421, *["system_unavailable"] * 9),
    *row(450, *["system_error"] * 9),
    *row(451, *["system_error"] * 2, TLS, *["system_error"] * 6),
    *row(452, *["system_full"] * 9),
    *row(454, AUTH, AUTH, TLS, AUTH, AUTH, "relay_denied", AUTH, AUTH, AUTH),
    *row(500, PROTOCOL, PROTOCOL, "tls_required", AUTH, PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL),
    *row(501, PROTOCOL, HELO, TLS, AUTH, MAIL, SYNTAX, PROTOCOL, PROTOCOL, PROTOCOL),
    *row(502, PROTOCOL, PROTOCOL, "tls_required", AUTH, PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL),
    *row(503, PROTOCOL, PROTOCOL, TLS, AUTH, PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL),
    *row(504, PROTOCOL, HELO, TLS, AUTH, PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL),
    *row(521, *["null_mx"] * 9),
    *row(530, *["auth_required"] * 9),
    *row(550, *GREET, "user_unknown", "policy", "policy", None),
    *row(551, *["relay_denied"] * 4, MAIL, *["relay_denied"] * 4),
    *row(552, *["mailbox_full"] * 4, TOO_BIG, "mailbox_full", TOO_BIG, TOO_BIG, "mailbox_full"),
    *row(553, *GREET, SYNTAX, "policy", "policy", None),
    *row(554, *GREET, "policy", "policy", "policy", "policy"),
    *row(555, *[PROTOCOL] * 9),
    *row(556, *["null_mx"] * 4, MAIL, *["null_mx"] * 4),
    *row(571, *GREET, "policy", "spam_content", "spam_content", "spam_content"),
    *row(559, *GREET, None, "policy", "policy", None),  # in no table: RFC 5321 leaves the first digit
    *row(499, *["host_unreachable"] * 9),
    *row(498, *[None] * 9),
    *row(600, *[None] * 9),
]


@pytest.mark.parametrize(("code", "command", "expected"), ANSWERS)
def test_the_command_tells_what_a_reply_refused(code: int, command: str, expected: str | None) -> None:
    assert registry.reply_reason(code, command) == expected


@pytest.mark.parametrize(
    ("command", "same"),
    [("EHLO", "HELO"), ("LHLO", "HELO"), ("VRFY", "RCPT"), ("BDAT", "EOM"), ("QUIT", ""), ("rcpt", "")],
)
@pytest.mark.parametrize("code", [250, 501, 504, 550, 552, 559])
def test_commands_of_one_moment_are_alike_and_strange_ones_are_none(code: int, command: str, same: str) -> None:
    assert registry.reply_reason(code, command) == registry.reply_reason(code, same)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in {"RCPT", ""}])
def test_no_address_is_condemned_by_an_answer_that_was_not_about_it(command: str) -> None:
    by_smtp = [entry.code for entry in REPLIES if 400 <= entry.code <= 599]  # over 599: a service speaks, not a server
    condemned = {code for code in by_smtp if condemns(registry.reply_reason(code, command))}
    assert condemned <= {521, 556}  # these two are about the host and the domain, at whatever moment


def condemns(reason: str | None) -> bool:
    return reason is not None and registry.reason(reason).default_advice == "suppress"


@pytest.mark.parametrize(
    ("code", "title", "standard", "reference"),
    [(550, "Mailbox unavailable", True, "RFC5321"), (499, "No server reached", False, "")],
)
def test_a_reply_code_is_explained(code: int, title: str, standard: bool, reference: str) -> None:
    entry = registry.reply_code(code)
    assert entry is not None
    assert (entry.code, entry.title, entry.standard, entry.reference) == (code, title, standard, reference)


@pytest.mark.parametrize("code", [0, -550, 559, 5500, 10**30])
def test_an_unknown_reply_code_is_none(code: int) -> None:
    assert registry.reply_code(code) is None


def test_nothing_is_read_at_import() -> None:
    spec = find_spec("dsnparse.registry.tables")
    assert spec is not None
    assert spec.loader is not None
    fresh = module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert [table.cache_info().currsize for table in (fresh.reasons, fresh.enhanced_codes, fresh.reply_codes)] == [
        0
    ] * 3


@pytest.mark.parametrize("load", TABLES)
def test_a_table_is_read_once(load: Callable[[], object]) -> None:
    assert load() is load()


@pytest.mark.parametrize("load", TABLES)
def test_a_table_is_decoded_at_once(load: Callable[[], object]) -> None:
    """A reader in Python makes a call or more for each record."""
    load()  # the types of the records are looked at when the first one is read
    assert calls(inspect.unwrap(load)) < FEW
