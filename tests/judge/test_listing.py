"""The block list that a refusal names, and its page."""

import pytest

from dsnparse.judge.listing import find_listing
from dsnparse.registry import list_of_zone
from dsnparse.registry.tables import blocklists

SPAMHAUS = "https://check.spamhaus.org/results/"


@pytest.mark.parametrize(
    ("text", "zone", "lookup"),
    [
        (
            "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org; see the list",
            "zen.spamhaus.org",
            f"{SPAMHAUS}?query=192.0.2.9",
        ),
        (
            "554 [192.0.2.9] blocked using kjhgfdsaqwertzuiopasdfgh1.zen.dq.spamhaus.net",  # the first label is a customer's key
            "zen.dq.spamhaus.net",
            f"{SPAMHAUS}?query=192.0.2.9",
        ),
        ("550 9.2.0.192.bl.spamcop.net says 127.0.0.2", "bl.spamcop.net", "https://www.spamcop.net/w3m"),
        ("550 listed in spam.dnsbl.sorbs.net", "spam.dnsbl.sorbs.net", ""),  # closed in 2024
        ("550 192.0.2.9 listed in Spamhaus ZEN", "zen.spamhaus.org", f"{SPAMHAUS}?query=192.0.2.9"),
        ("550 5.7.1 192.0.2.9 is on SBL123456", "sbl.spamhaus.org", f"{SPAMHAUS}?query=192.0.2.9"),
        ("550 refused, see https://www.spamhaus.org/query/ip/192.0.2.9", "zen.spamhaus.org", f"{SPAMHAUS}?query=192.0.2.9"),
        ("550 listed by Spamhaus (PBL)", "pbl.spamhaus.org", SPAMHAUS),
        ("550 IP in the Policy Block List", "pbl.spamhaus.org", SPAMHAUS),
        (
            "554 blocked using Barracuda Reputation; http://www.barracudanetworks.com/reputation/?ip=192.0.2.9",
            "b.barracudacentral.org",
            "https://www.barracudacentral.org/rbl/removal-request/192.0.2.9",
        ),
        ("550 your IP is on UCEPROTECT-Level 2", "dnsbl-2.uceprotect.net", "https://www.uceprotect.net/en/rblcheck.php"),
        ("550 black list at psbl.surriel.com", "psbl.surriel.com", "https://psbl.org/listing"),
        ("554 rbl: ix.dnsbl.manitu.net", "ix.dnsbl.manitu.net", ""),
        (
            "550 blocked using truncate.gbudb.net [2001:db8::25]",
            "truncate.gbudb.net",
            "https://www.gbudb.com/truncate/",
        ),
        (
            "550 client [IPv6:2001:db8::25] listed in all.spamrats.com",
            "all.spamrats.com",
            "https://www.spamrats.com/lookup.php?ip=2001:db8::25",
        ),
        ("550 refused, https://csi.cloudmark.com/reset-request/?ip=192.0.2.9", "csi.cloudmark.com", "https://csi.cloudmark.com/en/reset/?ip=192.0.2.9"),
        ("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.9", "ipcheck.proofpoint.com", "https://ipcheck.proofpoint.com/?ip=192.0.2.9"),
        ("550 5.7.1 client [192.0.2.9] blocked using bl.lists.example", "bl.lists.example", ""),
        ("550 Mail from 192.0.2.9 refused by blackhole site bl.lists.example", "bl.lists.example", ""),
        ("550 blocked by rbl.lists.example", "rbl.lists.example", ""),
        ("550 using bl.lists.example; see https://www.spamhaus.org/faq", "bl.lists.example", ""),
        ("550 message refused by mx1.dest.example", "", ""),  # the server itself
        ("550 your IP is blacklisted here", "", ""),
        ("554 Client host [127.0.0.1] blocked using bl.spamcop.net", "bl.spamcop.net", "https://www.spamcop.net/w3m"),
        ("421 10:15:59 blocked using bl.spamcop.net", "bl.spamcop.net", "https://www.spamcop.net/w3m"),
    ],
)  # fmt: skip
def test_list_of_addresses(text: str, zone: str, lookup: str) -> None:
    assert find_listing(text, "ip_blocklisted") == (zone, lookup)


@pytest.mark.parametrize(
    ("text", "zone", "lookup"),
    [
        ("550 Mail from domain origin.example is listed in Spamhaus", "dbl.spamhaus.org", f"{SPAMHAUS}?query=origin.example"),
        (
            "554 Service unavailable; Sender address [otto@origin.example] blocked using dbl.spamhaus.org",
            "dbl.spamhaus.org",
            f"{SPAMHAUS}?query=origin.example",
        ),
        ("550 domain is listed in SURBL", "multi.surbl.org", "https://surbl.org/surbl-analysis"),
        ("550 spam link detected: URIBL_BLACK", "black.uribl.com", "https://lookup.uribl.com/"),
        ("550 link found: URIBL_DBL_SPAM", "dbl.spamhaus.org", SPAMHAUS),
    ],
)  # fmt: skip
def test_list_of_domains(text: str, zone: str, lookup: str) -> None:
    assert find_listing(text, "domain_blocklisted") == (zone, lookup)


def test_no_zone_is_of_two_lists() -> None:
    zones = [zone for entry in blocklists() for zone in (entry.zone, *entry.zones)]
    assert sorted(zones) == sorted(set(zones))


def test_entries_are_complete() -> None:
    for entry in blocklists():
        assert entry.name
        assert entry.names
        assert all(name == name.lower() for name in (entry.zone, *entry.zones, *entry.names))
        assert entry.lookup.count("{}") == entry.lookup.count("{") == entry.lookup.count("}") <= 1
        assert not entry.lookup or entry.lookup.startswith(("https://", "http://"))


@pytest.mark.parametrize("entry", blocklists(), ids=lambda entry: entry.zone)
def test_each_list_is_found_by_its_zone_and_by_its_names(entry) -> None:  # noqa: ANN001 - of the registry
    reason = "ip_blocklisted" if entry.of == "ip" else "domain_blocklisted"
    assert find_listing(f"550 blocked using {entry.zone}", reason).zone == entry.zone
    for name in entry.names:
        assert find_listing(f"550 refused: {name}", reason).zone == entry.zone


@pytest.mark.parametrize(
    ("host", "zone"),
    [
        ("zen.spamhaus.org", "zen.spamhaus.org"),
        ("check.spamhaus.org", "zen.spamhaus.org"),
        ("WWW.SpamCop.net.", "bl.spamcop.net"),
        ("2.0.0.127.zen.spamhaus.org", "zen.spamhaus.org"),
        ("mail.dest.example", None),
        ("mail.me.uk", None),
        ("net", None),
    ],
)
def test_list_of_zone(host: str, zone: str | None) -> None:
    known = list_of_zone(host, "ip")
    assert (known[0] if known else None) == zone
