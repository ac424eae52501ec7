"""The tables [trust] and [policy] of a configuration file, as what they set: what is believed, and what follows from it."""

import os
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from dsnparse.errors import UsageError
from dsnparse.policy import Policy
from dsnparse.store.sent import open_sent_log
from dsnparse.tokens.keyfile import VARIABLE, load_keys
from dsnparse.trust.rules import TrustRules

T = TypeVar("T", bound=Struct)


class Belief(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table [trust]: `keys_file` holds keys for tokens, `sent_log` is a CSV file or a database of SQLite.

    `domains` are those that we send from, `authserv_id` is what our own server calls itself in Authentication-Results.
    """

    keys_file: str = ""
    sent_log: str = ""
    domains: tuple[str, ...] = ()
    authserv_id: str = ""


def believe(
    trust: Mapping[str, Any], policy: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> tuple[TrustRules, Policy]:
    """Return what the two tables set; UsageError tells what is wrong with them.

    Who can prove a report, by tokens or a sent log, acts on no other unless `unproven` says so.
    """
    belief = _converted("trust", trust, Belief)
    keyed = belief.keys_file or environment.get(VARIABLE) or environment.get(f"{VARIABLE}_FILE")
    rules = TrustRules(
        keys=load_keys(belief.keys_file or None, environment) if keyed else None,
        was_sent=open_sent_log(belief.sent_log) if belief.sent_log else None,
        domains=frozenset(each.lower() for each in belief.domains),
        authserv_id=belief.authserv_id,
    )
    default = {"unproven": "never" if rules.prove else "slowly"}
    return rules, _converted("policy", {**default, **policy}, Policy)


def _converted(name: str, table: Mapping[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        message = f"[{name}]: {error}"
        raise UsageError(message) from None
