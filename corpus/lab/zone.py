"""The small world around a server under test: hosts on loopback addresses, and the DNS zone that leads to them.

All names are reserved ones (RFC 2606). Each domain that is meant to fail says why in `TROUBLES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from .hosts import HOSTS, Host
from .script import Facts, Reply

SERVER = "mail.lab.example"
SENDERS = ("origin.example", "origin7.example")  # where the notices go


class Type(IntEnum):
    """The DNS record types that are answered."""

    A = 1
    CNAME = 5
    PTR = 12
    MX = 15
    TXT = 16
    AAAA = 28


class Code(IntEnum):
    """The DNS response codes that are given."""

    NOERROR = 0
    SERVFAIL = 2
    NXDOMAIN = 3


@dataclass(frozen=True)
class Record:
    """One resource record; `value` is an address, a name or a text, for MX with its preference in front."""

    name: str
    type: Type
    value: str
    preference: int = 0


@dataclass(frozen=True)
class Answer:
    """What the DNS server says to one question."""

    code: Code = Code.NOERROR
    records: tuple[Record, ...] = ()


ADDRESSES: dict[str, str] = {host.name: host.address for host in HOSTS} | {
    SERVER: "127.0.0.1",
    "lab.example": "127.0.0.1",
    "localhost": "127.0.0.1",
    "aonly.example": "127.0.0.2",
}

EXCHANGERS: dict[str, tuple[tuple[int, str], ...]] = {
    host.name.removeprefix("mx."): ((10, host.name),) for host in HOSTS if host.name.startswith("mx.")
} | {
    "dest2.example": ((10, "mx.dest.example"),),
    "example.com": ((10, "mx.dest.example"),),
    "sub.corp.example.org": ((10, "mx.dest.example"),),
    "xn--bcher-kva.example": ((10, "mx.dest.example"),),
    "http.example": ((10, "http.example"),),
    "multi.example": ((10, "mx1.multi.example"), (20, "mx2.multi.example")),
    "lists.example": ((10, SERVER),),
    "loop.example": ((10, SERVER),),
    "mxnx.example": ((10, "no-such-host.mxnx.example"),),
    "mxip.example": ((10, "127.0.0.2"),),
    "nullmx.example": ((0, "."),),
}

TEXTS: dict[str, str] = {
    "dmarcfail.example": "v=spf1 -all",
    "_dmarc.dmarcfail.example": "v=DMARC1; p=reject; ruf=mailto:ruf@origin.example; rua=mailto:rua@origin.example; fo=1",
    "origin.example": "v=spf1 ip4:127.0.0.0/8 -all",
    "lab.example": "v=spf1 +all",
}

FORWARDED = ("mxcname.example", "dest.example")  # an alias of a domain that has an exchanger
SILENT = "dnstimeout.example"
BROKEN = "servfail.example"
BARE = ("nodata.example", "example")  # they exist and have no records

# What is wrong with the DNS of a domain; every other name that is not known at all does not exist.
TROUBLES: dict[str, Facts] = {
    "nodata.example": Facts("host_unknown"),
    "nullmx.example": Facts("null_mx"),
    BROKEN: Facts("dns_failure"),
    SILENT: Facts("dns_failure", ("host_unreachable",)),
    "mxnx.example": Facts("host_unknown", ("routing_error", "dns_failure")),
    "mxip.example": Facts("host_unknown", ("routing_error", "dns_failure", "config_error")),
    "loop.example": Facts("routing_loop", ("routing_error",)),
}
UNKNOWN_NAME = Facts("host_unknown")


def resolve(name: str, kind: int) -> Answer | None:
    """Answer a question; `None` means that the server keeps silent."""
    name = name.lower().rstrip(".")
    if name.endswith(".in-addr.arpa"):
        return _reverse(name, kind)
    for domain, answer in ((BROKEN, Answer(Code.SERVFAIL)), (SILENT, None)):
        if name == domain or name.endswith(f".{domain}"):
            return answer
    records = tuple(record for find in FINDERS for record in find(name, kind))
    return Answer(records=records) if records or _exists(name) else Answer(Code.NXDOMAIN)


def trouble_with(domain: str) -> Facts | None:
    """Return what is wrong with a domain before any host of it is reached."""
    domain = _ascii(domain)
    if domain.startswith("["):
        return None
    for suffix in (BROKEN, SILENT):
        if domain.endswith(f".{suffix}"):
            return TROUBLES[suffix]
    if domain in TROUBLES:
        return TROUBLES[domain]
    return None if _exists(domain) else UNKNOWN_NAME


def host_of(domain: str) -> Host | None:
    """Return the host that a message to this domain reaches first and that does not send it on to the next one."""
    name = _ascii(domain)
    names = [exchanger for _, exchanger in EXCHANGERS.get(alias_of(name), ())] or [name]
    address = domain.strip("[]").removeprefix("IPv6:") if domain.startswith("[") else ADDRESSES.get(names[-1], "")
    return next((host for host in HOSTS if host.address == address), None)


def passed_over(domain: str) -> tuple[Reply, ...]:
    """Return what the better hosts of a domain say that a message may be refused by before it reaches `host_of`."""
    names = [exchanger for _, exchanger in EXCHANGERS.get(_ascii(domain), ())][:-1]
    return tuple(habit for host in HOSTS if host.name in names for habit in host.habits)


def _ascii(domain: str) -> str:
    return domain.lower() if domain.isascii() else domain.encode("idna").decode().lower()


def alias_of(name: str) -> str:
    """Return the domain that this one is an alias of, or itself; a server may write either."""
    return FORWARDED[1] if name == FORWARDED[0] else name


def _exists(name: str) -> bool:
    return name in (*BARE, *FORWARDED) or any(name in names for names in (EXCHANGERS, ADDRESSES, TEXTS))


def _reverse(name: str, kind: int) -> Answer:
    address = ".".join(reversed(name.removesuffix(".in-addr.arpa").split(".")))
    owner = SERVER if address == "127.0.0.1" else next((host.name for host in HOSTS if host.address == address), None)
    if owner is None:
        return Answer(Code.NXDOMAIN)
    return Answer(records=(Record(name, Type.PTR, owner),) if kind == Type.PTR else ())


def _find_alias(name: str, kind: int) -> tuple[Record, ...]:
    if name != FORWARDED[0]:
        return ()
    return (Record(name, Type.CNAME, FORWARDED[1]), *_find_exchanger(FORWARDED[1], kind))


def _find_exchanger(name: str, kind: int) -> tuple[Record, ...]:
    if kind != Type.MX:
        return ()
    return tuple(Record(name, Type.MX, host, preference) for preference, host in EXCHANGERS.get(name, ()))


def _find_address(name: str, kind: int) -> tuple[Record, ...]:
    address = ADDRESSES.get(name, "")
    wanted = Type.AAAA if ":" in address else Type.A
    return (Record(name, wanted, address),) if address and kind == wanted else ()


def _find_text(name: str, kind: int) -> tuple[Record, ...]:
    return (Record(name, Type.TXT, TEXTS[name]),) if kind == Type.TXT and name in TEXTS else ()


FINDERS: tuple[Callable[[str, int], tuple[Record, ...]], ...] = (
    _find_alias,
    _find_exchanger,
    _find_address,
    _find_text,
)
