"""What belief rests on: keys, a log of what was sent, the domains that are ours."""

from collections.abc import Callable

from msgspec import Struct

from dsnparse.tokens.keys import Keys

# (message id, recipient, time of the report) -> was it sent? The id has no angle brackets, both are in lower case.
WasSent = Callable[[str, str, float], bool]


class TrustRules(Struct, frozen=True, kw_only=True):
    """How to tell our own mail in a report; without any of these everything is `unverified`.

    `domains` are those that we send from, and of our servers. `authserv_id` is what our own server calls itself in the
    Authentication-Results fields it adds (RFC 8601).
    """

    keys: Keys | None = None
    was_sent: WasSent | None = None
    domains: frozenset[str] = frozenset()
    authserv_id: str = ""

    @property
    def prove(self) -> bool:
        """Tell whether a report can be proven: then one that is not need never be acted on."""
        return self.keys is not None or self.was_sent is not None


NO_RULES = TrustRules()
