"""Which block list a zone or a name means, and the page where an operator looks up what it says of him."""

import re
from functools import cache
from typing import Final, Literal

from dsnparse.registry.entries import BlocklistEntry
from dsnparse.registry.tables import blocklists

Of = Literal["ip", "domain"]

# The shortest name that a domain is sold under: `dan.me.uk` is not a part of a list called `me.uk`.
SHORTEST_OWNER: Final = 4
# Labels in front of a zone that belong to it, such as `spam.dnsbl.sorbs.net`; others are the address asked for, or a customer's key.
BEFORE_ZONE: Final = re.compile(r"[a-z][a-z0-9-]{1,14}", re.ASCII)


def list_of_zone(host: str, of: Of) -> tuple[str, BlocklistEntry] | None:
    """Return the zone that a host name is in or that its site stands for, and the list; `None` if it is no list's."""
    labels = host.lower().rstrip(".").split(".")
    for start in range(len(labels) - 1):
        zone = ".".join(labels[start:])
        if entry := _zones().get(zone):
            before = labels[start - 1] if start else ""
            return (f"{before}.{zone}" if BEFORE_ZONE.fullmatch(before) else zone), entry
        if entries := _sites().get(zone):
            entry = _about(entries, of)
            return entry.zone, entry
    return None


def lists_named(text: str, of: Of) -> BlocklistEntry | None:
    """Return the list that a text calls by its name: by its own rather than its publisher's, by the longest of several."""
    found = {_plain(match[0]) for match in _names_pattern().finditer(text.lower())}
    if not found:
        return None
    names = _names()
    return _about(names[max(found, key=lambda name: (len(names[name]) == 1, len(name), name))], of)


def lookup_page(entry: BlocklistEntry, subject: str) -> str:
    """Return the page that tells what the list says of `subject`, an address or a domain; without one, the page that asks for it."""
    if subject or "{}" not in entry.lookup:
        return entry.lookup.replace("{}", subject)
    return entry.lookup.partition("?")[0].replace("{}", "")


def _about(entries: tuple[BlocklistEntry, ...], of: Of) -> BlocklistEntry:
    return next((entry for entry in entries if entry.of == of), entries[0])


@cache
def _zones() -> dict[str, BlocklistEntry]:
    """All zones: a name of two labels is a site, which has pages and answers no questions by DNS."""
    return {zone: entry for entry in blocklists() for zone in (entry.zone, *entry.zones) if zone.count(".") > 1}


@cache
def _sites() -> dict[str, tuple[BlocklistEntry, ...]]:
    """All domains that zones are in, with their lists."""
    sites: dict[str, tuple[BlocklistEntry, ...]] = {}
    for entry in blocklists():
        for zone in (entry.zone, *entry.zones):
            site = ".".join(zone.split(".")[-2:])
            country = len(site.rpartition(".")[2]) == len("uk")
            if site == zone or not country or len(site.partition(".")[0]) >= SHORTEST_OWNER:
                sites[site] = tuple(dict.fromkeys((*sites.get(site, ()), entry)))
    return sites


@cache
def _names() -> dict[str, tuple[BlocklistEntry, ...]]:
    names: dict[str, tuple[BlocklistEntry, ...]] = {}
    for entry in blocklists():
        for name in dict.fromkeys(map(_plain, entry.names)):
            names[name] = (*names.get(name, ()), entry)
    return names


@cache
def _names_pattern() -> re.Pattern[str]:
    """Compile all names: blanks, hyphens and underlines are one, and digits after it are the number of an entry (`SBL123456`)."""
    names = sorted({name for entry in blocklists() for name in entry.names}, key=lambda name: (-len(name), name))
    either = "|".join("[ _/(-]{0,2}".join(map(re.escape, re.split("[ -]", name))) for name in names)
    return re.compile(rf"(?<![a-z0-9])(?:{either})(?![a-z])", re.ASCII)


def _plain(name: str) -> str:
    return re.sub("[ _/(-]", "", name)
