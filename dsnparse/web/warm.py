"""What a first request would otherwise wait for, half a second and more: rules, patterns and knowledge, all loaded when they are first used."""

from typing import Final

import dsnparse
from dsnparse.specimen import PLAIN
from dsnparse.web.settings import Settings

# What is not plain: words alone, encoded, of other characters, with an address that only a grammar reads.
ODD: Final = b"""\
From: =?utf-8?q?Postmaster_f=C3=BCr_alle?= <postmaster@mx.example>
Subject: =?iso-8859-1?q?Unzustellbar=3A_f=FCr_Bob?=
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Your message could not be delivered to the following recipient:

  "bob (sales) o'neil"@example.net
     4=3D52 The server of the recipient answered, and it was said f=FCr alle: a text that nobody has a rule for
"""
MESSAGES: Final = (PLAIN, ODD)


def warm_up(settings: Settings) -> None:
    """Read and explain a few messages, and forget the answers."""
    for raw in MESSAGES:
        dsnparse.to_json(dsnparse.parse(raw, limits=settings.limits, rules=settings.rules))
        dsnparse.explain(raw, limits=settings.limits, rules=settings.rules)
    dsnparse.explain("5.7.1", rules=settings.rules)
