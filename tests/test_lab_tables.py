"""The shared table of the lab: each thing named exists, each reason is one of the known ones."""

import pytest

from corpus.lab import hosts, messages, zone
from corpus.lab.replies import REPLIES, reply_to
from corpus.lab.scenarios import SCENARIOS, Scenario
from corpus.lab.script import Act, Facts, Stage
from dsnparse.registry import reasons

KNOWN = frozenset(reasons())


def all_facts() -> dict[str, Facts]:
    facts = {f"reply {name}": reply.facts for name, reply in REPLIES.items()}
    facts |= {f"domain {name}": trouble for name, trouble in zone.TROUBLES.items()}
    return facts | {f"host {host.name}": host.trouble for host in hosts.HOSTS if host.trouble}


@pytest.mark.parametrize("facts", all_facts().values(), ids=all_facts())
def test_reasons_are_known_and_differ(facts: Facts) -> None:
    said = (facts.reason, *facts.also)
    assert set(said) <= KNOWN
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("name", REPLIES)
def test_reply_is_something_a_host_can_do(name: str) -> None:
    reply = REPLIES[name]
    assert (reply.act is Act.SAY) == bool(reply.lines)
    assert reply.stage in {Stage.RCPT, Stage.DATA, Stage.DOT}
    assert all(b"\r" not in line and b"\n" not in line for line in reply.lines)
    assert name == name.lower().partition("+")[0]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("unknown@dest.example", "unknown"),
        ("Unknown@DEST.Example", "unknown"),
        ('"unknown"@dest.example', "unknown"),
        ("unknown+tag=x/y@dest.example", "unknown"),
        ("ok@dest.example", None),
    ],
)
def test_reply_is_found_by_the_address(address: str, expected: str | None) -> None:
    assert reply_to(address) == (REPLIES[expected] if expected else None)


def test_reply_names_the_envelope() -> None:
    spoken = REPLIES["hops"].spoken("a@origin.example", "b@dest.example")
    assert spoken[0].endswith(b"from <a@origin.example> via mail.lab.example, to <b@dest.example>")
    assert b"help/dest.example.html" in REPLIES["greylist"].spoken("", "b@dest.example")[0]


@pytest.mark.parametrize(
    ("name", "code", "temporary"),
    [("unknown", 550, False), ("greylist", 450, True), ("droprcpt", None, True), ("code650", 650, True)],
)
def test_reply_code(name: str, code: int | None, temporary: bool) -> None:
    assert (REPLIES[name].code, REPLIES[name].temporary) == (code, temporary)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_scenario_is_complete(scenario: Scenario) -> None:
    assert scenario.message in messages.MESSAGES
    assert scenario.recipients
    for recipient in scenario.recipients:
        domain = recipient.address.rpartition("@")[2]
        assert zone.trouble_with(domain) or zone.host_of(domain)


@pytest.mark.parametrize("key", messages.MESSAGES)
def test_message_can_be_composed(key: str) -> None:
    composed = messages.compose(key, "s@origin.example", ["r@dest.example"], "id@origin.example")
    header, _, _ = composed.partition(b"\r\n\r\n")
    assert composed.count(b"\n") == composed.count(b"\r\n")
    expected = messages.message_id_of(key, "id@origin.example")
    assert (expected is None) == (b"Message-ID:" not in header)
    assert (expected or "").encode() in header


def test_hosts_have_addresses_of_their_own() -> None:
    assert len({host.address for host in hosts.HOSTS}) == len(hosts.HOSTS)
    assert len({host.name for host in hosts.HOSTS}) == len(hosts.HOSTS)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("dest.example", zone.Type.MX, ["mx.dest.example"]),
        ("mx.dest.example.", zone.Type.A, ["127.0.0.2"]),
        ("mx.v6.example", zone.Type.AAAA, ["::1"]),
        ("mx.v6.example", zone.Type.A, []),
        ("mxcname.example", zone.Type.MX, ["dest.example", "mx.dest.example"]),
        ("2.0.0.127.in-addr.arpa", zone.Type.PTR, ["mx.dest.example"]),
        ("nullmx.example", zone.Type.MX, ["."]),
        ("nodata.example", zone.Type.MX, []),
        ("origin.example", zone.Type.TXT, ["v=spf1 ip4:127.0.0.0/8 -all"]),
    ],
)
def test_zone_answers(name: str, kind: zone.Type, expected: list[str]) -> None:
    answer = zone.resolve(name, kind)
    assert answer is not None
    assert answer.code is zone.Code.NOERROR
    assert [record.value for record in answer.records] == expected


def test_zone_fails_as_told() -> None:
    failed = zone.resolve("www.servfail.example", zone.Type.A)
    assert failed is not None
    assert failed.code is zone.Code.SERVFAIL
    assert zone.resolve("dnstimeout.example", zone.Type.MX) is None
    for name in ("nxdomain.example", "99.0.0.127.in-addr.arpa"):
        missing = zone.resolve(name, zone.Type.A)
        assert missing is not None
        assert missing.code is zone.Code.NXDOMAIN


@pytest.mark.parametrize(
    ("domain", "reason", "host"),
    [
        ("nxdomain.example", "host_unknown", None),
        ("a.servfail.example", "dns_failure", None),
        ("bücher.example", None, "mx.dest.example"),
        ("[127.0.0.2]", None, "mx.dest.example"),
        ("[IPv6:::1]", None, "mx.v6.example"),
        ("multi.example", None, "mx2.multi.example"),
        ("refused.example", None, "mx.refused.example"),
    ],
)
def test_way_to_a_domain(domain: str, reason: str | None, host: str | None) -> None:
    trouble, reached = zone.trouble_with(domain), zone.host_of(domain)
    assert (trouble and trouble.reason) == reason
    assert (reached and reached.name) == host
