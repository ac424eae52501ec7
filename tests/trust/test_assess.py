import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dsnparse import Report, parse
from dsnparse.tokens import Key, Keys, make_message_id, make_return_path
from dsnparse.trust import Trust, TrustRules, assess

KEYS = Keys((Key("ab", b"a secret of thirty-two bytes ..."),))
RULES = TrustRules(keys=KEYS)
NOW = 1_750_000_000.0
DAY = 86_400
INES, ADA, NOA = "ines@dest.example", "ada@dest.example", "noa@forward.example"
PLAIN = "<1234@origin.example>"
NULL = "Return-Path: <>\n"


def path_for(address: str, at: float = NOW) -> str:
    return make_return_path(KEYS, address, mailbox="bounces@origin.example", id="m1", at=at)


def id_for(address: str, at: float = NOW) -> str:
    return make_message_id(KEYS, address, domain="origin.example", at=at)


def bounce(
    *recipients: str,
    to: str = "bounces@origin.example",
    message_id: str = PLAIN,
    went_to: str = "",
    header: str = NULL,
    returned: bool = True,
) -> bytes:
    """A report about `recipients`, delivered to `to`, of a message that went to `went_to`."""
    groups = "".join(f"\nFinal-Recipient: rfc822; {each}\nAction: failed\nStatus: 5.1.1\n" for each in recipients)
    copy = f"""--b
Content-Type: text/rfc822-headers

From: News <news@origin.example>
To: {went_to or recipients[0]}
Subject: hello
Date: Sun, 15 Jun 2025 10:00:00 +0000
Message-ID: {message_id}

"""
    return f"""{header}From: MAILER-DAEMON@mx.dest.example
To: {to}
Subject: Undelivered mail
Date: Sun, 15 Jun 2025 10:00:05 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It failed.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.dest.example
{groups}
{copy if returned else ""}--b--
""".encode()


def trust(raw: bytes, rules: TrustRules = RULES, at: float = NOW, **more: tuple[str, ...]) -> list[Trust]:
    return list(assess(parse(raw), raw, rules, received=at, **more))


def levels(raw: bytes, rules: TrustRules = RULES, at: float = NOW) -> list[str]:
    return [each.level for each in trust(raw, rules, at)]


@pytest.mark.parametrize(
    "raw",
    [
        bounce(INES, to=path_for(INES)),
        bounce(INES, to=path_for(INES).upper()),
        bounce(INES, to=path_for(INES), returned=False),
        bounce(INES, message_id=id_for(INES)),
        bounce(INES, message_id=id_for(INES).upper()),
        bounce(INES.upper(), to=path_for(INES)),
        bounce(INES, header=f"Delivered-To: {path_for(INES)}\n"),
        bounce(INES, to=path_for(INES, NOW - 30 * DAY)),
        bounce(INES, to=f"{path_for(ADA)}, {path_for(INES)}"),
    ],
)
def test_a_token_verifies(raw: bytes) -> None:
    (found,) = trust(raw)
    assert (found.level, found.evidence, found.address) == ("verified", ("token",), "")
    assert re.fullmatch(r"[a-z2-7]{30}[a-z0-9]*", found.proof)


def test_the_envelope_may_have_the_token() -> None:
    raw = bounce(INES)
    assert levels(raw) == ["unverified"]
    assert trust(raw, envelope_to=(path_for(INES),))[0].level == "verified"


def test_a_token_binds_one_recipient() -> None:
    found = trust(bounce(ADA, INES, NOA, to=path_for(INES)))
    assert [(each.level, each.evidence) for each in found] == [
        ("unverified", ("not-bound",)),
        ("verified", ("token",)),
        ("unverified", ("not-bound",)),
    ]


def test_one_token_for_ten_thousand_recipients() -> None:
    people = [f"user{number}@dest.example" for number in range(10_000)]
    found = levels(bounce(*people, to=path_for(people[77])))
    assert (found.count("verified"), found.index("verified"), found.count("unverified")) == (1, 77, 9_999)


def test_a_forwarder_names_another_address() -> None:
    (found,) = trust(bounce(NOA, to=path_for(INES), went_to=f"Ines <{INES}>"))
    assert (found.level, found.evidence, found.address) == ("verified", ("token", "forwarded"), INES)
    (found,) = trust(bounce(NOA, to=path_for(INES), went_to="list@dest.example"))
    assert (found.level, found.evidence, found.address) == ("unverified", ("not-bound",), "")


def test_who_has_a_token_of_their_own_harms_nobody_else() -> None:
    for raw in (
        bounce(INES, to=path_for(NOA)),
        bounce(INES, NOA, to=path_for(NOA)),
        bounce(INES, to=path_for(NOA), went_to=NOA),
        bounce(INES, to=path_for(NOA), went_to=f"{NOA}, {INES}"),
    ):
        assert [each.level for each in trust(raw) if each.address != NOA][:1] in (["unverified"], [])


@pytest.mark.parametrize(
    ("raw", "evidence"),
    [
        (bounce(INES, to=path_for(INES, NOW - 31 * DAY)), ("expired-token",)),
        (bounce(INES, to=path_for(INES).replace("m1@", "m2@")), ("bad-token",)),
        (bounce(INES, message_id=id_for(ADA)), ("other-recipient",)),
        (
            bounce(INES, to=path_for(INES).replace("m1@", "m2@"), message_id=id_for(INES, 0)),
            ("bad-token", "expired-token"),
        ),
    ],
)
def test_what_is_proven_false(raw: bytes, evidence: tuple[str, ...]) -> None:
    (found,) = trust(raw)
    assert (found.level, set(found.evidence)) == ("forged", set(evidence))


@pytest.mark.parametrize(
    "raw",
    [
        bounce(INES),
        bounce(INES, returned=False),
        bounce(INES, message_id=id_for(INES), returned=False),
        bounce(INES, message_id=""),
        bounce(INES, to="bounces+news-2025-06-ines=dest.example@origin.example"),
        bounce(INES, message_id=id_for(ADA), went_to="list@origin.example"),
        bounce(INES, message_id="<abcdefghijklmnopqrstuvwxyz234567abcdef@origin.example>"),
        bounce(INES, to="cd" + path_for(INES).partition("+")[2][2:]),
    ],
)
def test_what_is_missing_is_no_proof(raw: bytes) -> None:
    assert levels(raw) == ["unverified"]


def test_without_rules_nothing_is_believed() -> None:
    assert levels(bounce(INES, to=path_for(INES)), TrustRules()) == ["unverified"]
    assert not TrustRules().prove
    assert not TrustRules(domains=frozenset({"origin.example"})).prove
    assert RULES.prove


def log(*rows: tuple[str, str]) -> TrustRules:
    return TrustRules(was_sent=lambda message_id, recipient, at: at == NOW and (message_id, recipient) in rows)


def test_the_sent_log_matches() -> None:
    rules = log(("1234@origin.example", INES))
    (found,) = trust(bounce(INES.upper()), rules)
    assert found == Trust(level="matched", evidence=("sent-log",), proof="1234@origin.example")
    (found,) = trust(bounce(NOA, went_to=INES), rules)
    assert (found.level, found.evidence, found.address) == ("matched", ("sent-log", "forwarded"), INES)
    assert levels(bounce(ADA), rules) == ["unverified"]
    assert levels(bounce(INES, message_id="<1235@origin.example>"), rules) == ["unverified"]
    assert levels(bounce(INES, returned=False), rules) == ["unverified"]
    assert rules.prove


OURS = "Received: by mail.origin.example (Postfix) id 1; Sun, 15 Jun 2025 10:00:06 +0000\n"
HANDED_OVER = (
    "Received: from x (mx.origin.example [192.0.2.1]) by mail.origin.example; Sun, 15 Jun 2025 10:00:06 +0000\n"
)
STRANGER = "Received: from mx.origin.example (host.stranger.example [192.0.2.9]) by mail.origin.example; x\n"
PASSED = "Authentication-Results: mail.origin.example;\n spf=none smtp.helo=x.example; dkim=pass (good) header.d=dest.example\n"
DOMAINS = TrustRules(domains=frozenset({"origin.example"}), authserv_id="mail.origin.example")


@pytest.mark.parametrize(
    ("header", "reporter"),
    [
        (NULL + OURS, "our-server"),
        (NULL + HANDED_OVER, "our-server"),
        (NULL + STRANGER + PASSED, "recipient-domain"),
        (NULL + STRANGER + PASSED.replace("dkim=pass (good) header.d", "spf=pass smtp.mailfrom"), "recipient-domain"),
    ],
)
def test_plausible(header: str, reporter: str) -> None:
    expected = ("null-return-path", "our-message", "dates-in-order", reporter)
    assert trust(bounce(INES, header=header), DOMAINS) == [Trust(level="plausible", evidence=expected)]


def test_a_reporter_whose_domain_was_authenticated_is_plausible() -> None:
    header = NULL + STRANGER + PASSED
    (found,) = trust(bounce(NOA, header=header), DOMAINS)
    assert found.evidence[-1] == "authenticated"


@pytest.mark.parametrize(
    "raw",
    [
        bounce(INES, header=OURS),
        bounce(INES, header="Return-Path: <someone@stranger.example>\n" + OURS),
        bounce(INES, header=NULL + STRANGER),
        bounce(INES, header=NULL + STRANGER + OURS),
        bounce(INES, header=NULL + OURS, returned=False),
        bounce(INES, header=NULL + OURS, message_id="<1@stranger.example>"),
        bounce(INES, header=NULL + OURS, message_id="<1@stranger-origin.example>"),
        bounce(INES, header=NULL + OURS).replace(b"From: News <news@origin", b"From: News <news@stranger"),
        bounce(INES, header=NULL + OURS).replace(
            b"Date: Sun, 15 Jun 2025 10:00:00", b"Date: Sun, 22 Jun 2025 10:00:00"
        ),
        bounce(INES, header=NULL + OURS).replace(b"Date: Sun, 15 Jun 2025 10:00:00 +0000", b"Date: soon"),
        bounce(INES, header=NULL + STRANGER + PASSED.replace("mail.origin", "mail.stranger")),
        bounce(INES, header=NULL + STRANGER + PASSED.replace("pass", "fail")),
        bounce(
            INES,
            header=NULL
            + STRANGER
            + PASSED.replace("(good)", "(spf=pass smtp.helo=dest.example)").replace("=pass", "=fail"),
        ),
        bounce(INES, header=NULL + STRANGER + "Authentication-Results: mx.stranger.example; none\n" + PASSED),
        bounce(INES, header=NULL + STRANGER + PASSED.replace("=dest", "=xdest")),
    ],
)
def test_not_plausible(raw: bytes) -> None:
    assert trust(raw, DOMAINS) == [Trust()]


def test_a_token_of_another_is_still_plausible() -> None:
    rules = TrustRules(keys=KEYS, domains=DOMAINS.domains)
    (found,) = trust(bounce(NOA, to=path_for(INES), went_to="list@dest.example", header=NULL + OURS), rules)
    assert (found.level, found.evidence[:2]) == ("plausible", ("not-bound", "null-return-path"))


def test_no_real_report_is_forged_or_verified_by_chance(raw: bytes, report: Report) -> None:
    rules = TrustRules(keys=KEYS, domains=frozenset({"origin.example"}), was_sent=lambda *_: False)
    found = assess(report, raw, rules, received=NOW)
    assert len(found) == len(report.recipients)
    assert {each.level for each in found} <= {"plausible", "unverified"}


SENDER = re.compile(rb"(?im)^To:[^\n]*?([^\s<>:\"]+@origin7?\.example)")


@pytest.mark.parametrize("fold", [str, str.upper])
def test_servers_bring_tokens_back(corpus: Path, fold: Callable[[str], str]) -> None:
    tried = 0
    for path in sorted(corpus.glob("*/*.eml")):
        raw = path.read_bytes()
        sender = SENDER.search(raw)
        report = parse(raw)
        if sender is None or report.kind not in ("failure", "delay", "success"):
            continue
        for recipient in report.recipients[:3]:
            to = recipient.original_recipient or recipient.address
            if "@" not in to:  # some servers leave the domain out
                continue
            changed = raw.replace(sender[1], fold(path_for(to)).encode())
            again = parse(changed)
            found = zip(again.recipients, assess(again, changed, RULES, received=NOW), strict=True)
            assert "verified" in {each.level for person, each in found if person.address == recipient.address}, path
            tried += 1
    assert tried > 300
