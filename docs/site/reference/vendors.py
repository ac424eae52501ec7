"""The software and services whose words are known."""

from typing import Final

from dsnparse.rules.catalogue import our_vendors
from dsnparse.rules.schema import Vendor
from reference.text import code, plain, table

HEAD = """\
# Vendors

One file each in `dsnparse/vendors/`. *Notices*: patterns that read its words for people. *Reasons*: phrases of its own; they count in
replies of its hosts and in its own notices. `any` holds the phrases of everybody, and is asked last.

"""
HOSTS: Final = 3


def page() -> str:
    """Return the page."""
    rows = (
        (code(each.name), plain(each.title), str(_lines(each)), str(len(each.reasons)), _hosts(each))
        for each in sorted(our_vendors()[0], key=lambda each: each.name)
    )
    return HEAD + table(("name", "", "notices", "reasons", "hosts"), rows)


def _lines(vendor: Vendor) -> int:
    return len(vendor.notice.lines) if vendor.notice else 0


def _hosts(vendor: Vendor) -> str:
    return ", ".join([code(host) for host in vendor.hosts[:HOSTS]] + ["…"] * (len(vendor.hosts) > HOSTS))
