"""Host names and IP addresses of nobody: names end in a reserved domain, addresses lie in the ranges for documents.

The number of labels and, where a reserved domain allows it, the length stay. Where the host is a provider's, its domain stays: a rule
that counts for hosts of Google must still see one.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from dsnparse.anonymise.known import LABELS, PUBLIC_SECOND, is_reserved, provider_suffix, vendor_names, vocabulary
from dsnparse.anonymise.mapping import LETTERS, Mapping, like

RUN: Final = re.compile(r"[^\W_]+")
SPLIT: Final = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]+")
# RFC 5737 and RFC 3849, and what everybody has: loopback and the answers of block lists.
NOBODYS: Final = tuple(
    map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "127.0.0.0/8", "0.0.0.0/8", "255.0.0.0/8"))
)
NOBODYS_6: Final = tuple(map(ip_network, ("2001:db8::/32", "::/127")))
RANGES: Final = ("192.0.2.", "198.51.100.", "203.0.113.")
OCTETS: Final = {1: (0, 10), 2: (10, 90), 3: (100, 156)}
LONG_TLD: Final = 6
GROUP: Final = 4
FEW_DIGITS: Final = 2
COUNTRY_LETTERS: Final = 2
# After so many, all addresses of that length are likely to be taken.
TRIES: Final = 50


def replace_host(mapping: Mapping, host: str, *, of_person: bool = False) -> str:
    """Return the replacement of a host name; `of_person`: it stands in an address, where a provider's domain must not stay."""
    if is_reserved(host):
        return host
    if not of_person and (suffix := provider_suffix(host)):
        size = len(suffix)
        before = host[: len(host) - size]
        return "".join(_provider_label(mapping, label) for label in re.split(r"(\.)", before)) + host[-size:]
    labels = host.split(".")
    if len(labels) == 1:
        return _label(mapping, host)
    owned = 3 if _is_below_country(labels) else 2
    if set(labels[:-owned]) and labels[-1].lower() == "arpa":
        return ".".join(_label(mapping, label) for label in labels[:-2]) + f".{'.'.join(labels[-2:])}"
    return ".".join(
        [*(_label(mapping, label) for label in labels[:-owned]), replace_domain(mapping, ".".join(labels[-owned:]))]
    )


def _is_below_country(labels: list[str]) -> bool:
    """Tell whether a name is one of those sold below `co.uk`, `com.br` and the like."""
    *names, second, top = labels
    return bool(names) and len(top) == COUNTRY_LETTERS and second.lower() in PUBLIC_SECOND


def replace_domain(mapping: Mapping, domain: str) -> str:
    """Return the replacement of a domain that somebody owns: what it is called, maybe `co`, and the top-level domain."""
    old, labels = domain.lower(), domain.split(".")
    made = mapping.made.get(f"{old}.")
    if made is None:
        made = mapping.made[f"{old}."] = mapping.chosen(old, lambda number: _made_domain(mapping, labels, number))
        mapping.taken.add(made)
    return like(made, domain)


def _made_domain(mapping: Mapping, labels: list[str], number: int) -> str:
    name, rest = labels[0].lower(), labels[1:]
    if name in vendor_names() and not number:  # by which a rule may recognise it
        return ".".join([name, *(label.lower() for label in rest[:-1]), "test"])
    room = len(".".join(labels)) - len(".".join(["", *rest[:-1]]))
    top = "example" if room - len(".example") >= LONG_TLD else "test"
    size = max(1, room - len(top) - 1) + number // 20  # where all short names are taken, a longer one
    numbers = mapping.stream("domain", str(number), ".".join(labels).lower())
    shape = (name + "x" * size)[:size]
    made = "".join(
        char if char == "-" and 0 < at < size - 1 else LETTERS[next(numbers) % 26] for at, char in enumerate(shape)
    )
    return ".".join([made, *(label.lower() for label in rest[:-1]), top])


def _label(mapping: Mapping, label: str) -> str:
    """Return the replacement of a label to the left of a domain: `mx1` stays, `host-1-2-3-4` and names do not."""
    pieces = [piece.lower() for piece in SPLIT.findall(label) if piece.isalnum()]
    words = [piece for piece in pieces if piece.isalpha()]
    if words and all(word in LABELS for word in words) and len(label) - sum(map(len, words)) <= FEW_DIGITS:
        return label
    return RUN.sub(lambda match: mapping.word(match[0]), label)


def _provider_label(mapping: Mapping, label: str) -> str:
    """Return the same below a provider's domain, where the words of rules stay as well."""
    if label == ".":
        return label
    if label.isdigit():
        return mapping.word(label)

    return RUN.sub(lambda match: match[0] if _tells_nothing(match[0]) else mapping.word(match[0]), label)


def _tells_nothing(run: str) -> bool:
    """Tell whether a word of a provider's host is a common one, with a number of two digits at most: `mta7`, `gmail`, `eur05`."""
    pieces = SPLIT.findall(run)
    digits = sum(map(str.isdigit, run))
    common = all(piece.isdigit() or piece.lower() in LABELS or piece.lower() in vocabulary() for piece in pieces)
    return common and digits <= FEW_DIGITS and digits < len(run)


def is_nobodys(address: str) -> bool:
    """Tell whether an IP address is one for documents or stands for no host in particular."""
    ip = ip_address(address)
    return any(ip in network for network in (NOBODYS if isinstance(ip, IPv4Address) else NOBODYS_6))


def find_ip(text: str) -> IPv4Address | IPv6Address | None:
    """Read an IP address."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def replace_ip(mapping: Mapping, text: str) -> str:
    """Return the replacement of an IP address, of the same family and, where there is one, of the same length."""
    if is_nobodys(text):
        return text
    made = mapping.made.get(f"ip {text}")
    if made is None:
        make = _made_4 if "." in text else _made_6
        made = mapping.made[f"ip {text}"] = mapping.chosen(text, lambda number: make(mapping, text, number))
        mapping.taken.add(made)
    return made


def _made_4(mapping: Mapping, text: str, number: int) -> str:
    fitting = [(prefix, size) for prefix in RANGES for size in OCTETS if len(prefix) + size == len(text)]
    if not fitting or number > TRIES:
        fitting = [(RANGES[0], 1)] if len(text) < len("192.0.2.1") else [(RANGES[1], 3), (RANGES[2], 3)]
    numbers = mapping.stream("ip", str(number), text)
    prefix, size = fitting[next(numbers) % len(fitting)]
    first, many = OCTETS[size]
    return f"{prefix}{first + next(numbers) % many or 1}"


def _made_6(mapping: Mapping, text: str, number: int) -> str:
    numbers = mapping.stream("ip", str(number), text)
    groups = text.lower().split(":")
    digits = "123456789abcdef"
    made = ["2001", "db8", *("".join(digits[next(numbers) % 15] for _ in group) for group in groups[2:])]
    if "" in groups[:2]:  # `fe80::1`, `::ffff:…`
        made = ["2001", "db8", "", "".join(digits[next(numbers) % 15] for _ in groups[-1]) or "1"]
    lacking = len(text) - len(":".join(made))
    for at in range(2, len(made)):
        room = min(max(lacking, 0), GROUP - len(made[at])) if made[at] else 0
        made[at] += "".join(digits[next(numbers) % 15] for _ in range(room))
        if lacking < 0 and len(made[at]) > 1:
            made[at], room = made[at][:-1], -1
        lacking -= room
    return ":".join(made)
