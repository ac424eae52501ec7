"""Which checks of the sender were not passed, and what of TLS failed."""

import pytest

from dsnparse.judge.checks import find_checks, find_tls_fault

GMAIL = "550 5.7.26 blocked because the sender is unauthenticated, use either SPF or DKIM. Authentication results: DKIM = did not pass SPF [origin.example] with ip: [192.0.2.4] = did not pass"


@pytest.mark.parametrize(
    ("text", "reason", "checks"),
    [
        (GMAIL, "authentication_fail", ["dkim fail ", "spf fail origin.example"]),
        ("550 5.7.515 required level not met. Spf= Fail , Dkim= Pass , DMARC= Pass", "dmarc_fail", ["spf fail "]),
        (
            "550 rejected: spf=softfail smtp.mailfrom=otto@origin.example; dkim=none; dmarc=fail header.from=origin.example",
            "policy",
            ["spf softfail origin.example", "dkim none ", "dmarc fail origin.example"],
        ),
        ("550 iprev=fail policy.iprev=mx.origin.example", "policy", ["iprev fail mx.origin.example"]),
        ("550 refused by policy", "policy", []),
        ("550 failing both SPF and DKIM checks", "authentication_fail", ["spf fail ", "dkim fail "]),
        ("550 Multiple authentication checks failed", "authentication_fail", []),
        ("550 Unauthenticated email from origin.example is not accepted due to domain's DMARC policy.", "dmarc_fail", ["dmarc fail origin.example"]),
        ("550 sending domain [ORIGIN.EXAMPLE] does not pass DMARC verification", "dmarc_fail", ["dmarc fail origin.example"]),
        ("550 rejected due to origin.example's DMARC policy", "dmarc_fail", ["dmarc fail origin.example"]),
        ("550 DMARC policy of origin.example is reject", "dmarc_fail", ["dmarc fail origin.example"]),
        ("550 not accepted due to domain (origin.example) owner DMARC policy (RFC 7489)", "dmarc_fail", ["dmarc fail origin.example"]),
        ("550 the sending domain has no DMARC record", "dmarc_fail", ["dmarc none "]),
        ("421 the From: header is not aligned with either the SPF or DKIM domain", "dmarc_fail", ["dmarc unaligned "]),
        ("451 Temporary error evaluating DMARC", "dmarc_fail", ["dmarc temperror "]),
        ("550 192.0.2.4 is not allowed to send from <origin.example> per its SPF record", "spf_fail", ["spf fail origin.example"]),
        ("550 see http://spf.example/why?s=mfrom;id=otto@origin.example;ip=192.0.2.4", "spf_fail", ["spf fail origin.example"]),
        ("550 SPF: origin.example IP address 192.0.2.4 is not authorized", "spf_fail", ["spf fail origin.example"]),
        ("550 spf=permerror in the record of origin.example", "spf_fail", ["spf permerror origin.example"]),
        ("550 Reject due to SPF policy", "spf_fail", ["spf fail "]),
        ("550 5.7.20 DKIM signature required", "dkim_fail", ["dkim none "]),
        ("550 5.7.20 No passing DKIM signature found", "dkim_fail", ["dkim fail "]),
        ("550 5.7.29 ARC validation failed", "arc_fail", ["arc fail "]),
    ],
)  # fmt: skip
def test_checks(text: str, reason: str, checks: list[str]) -> None:
    assert [f"{each.method} {each.result} {each.domain}" for each in find_checks(text, reason, "")] == checks


@pytest.mark.parametrize(("detail", "result"), [("no_record", "none"), ("alignment", "unaligned"), ("", "fail")])
def test_the_detail_of_a_rule_counts(detail: str, result: str) -> None:
    (check,) = find_checks("550 refused for DMARC", "dmarc_fail", detail)
    assert check.result == result


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("5.7.322 certificate-expired: Destination mail server certificate is expired.", "certificate_expired"),
        ("TLS Negotiation failed, the certificate doesn't match the host.", "certificate_name"),
        ("450 4.7.325 certificate-host-mismatch: Remote certificate must match (DANE)", "certificate_name"),
        ("Server certificate not verified", "certificate_name"),
        ("Server certificate not trusted", "certificate_untrusted"),
        ("450 4.4.317 Cannot connect to remote server [Message=UntrustedRoot]", "certificate_untrusted"),
        ("4.7.5 MTA-STS validation failed for mx.dest.example", "sts_policy"),
        ("DANE error: tlsa lookup returned no records", "dane"),
        ("Cannot start TLS: handshake failure", "handshake"),
        ("530 5.7.0 Must issue a STARTTLS command first", "no_starttls"),
        ("TLS is required, but was not offered by host mx.dest.example[192.0.2.25]", "no_starttls"),
        ("550 5.7.29 blocked because this message wasn't sent over a TLS connection.", "no_starttls"),
        ("TLS is required, but our TLS engine is unavailable", None),
    ],
)
def test_tls(text: str, fault: str | None) -> None:
    assert find_tls_fault(text) == fault
