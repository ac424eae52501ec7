"""What is believed of one recipient of one report."""

from typing import Final, Literal, get_args

from msgspec import Struct

Level = Literal["verified", "matched", "plausible", "unverified", "forged"]
# The strongest first.
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class Trust(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a report is believed about one of its recipients.

    `verified`: it brings back a token of ours for this recipient. `matched`: the sent log knows the message. `plausible`: it looks
    like an answer to mail of ours. `unverified`: nothing speaks for it. `forged`: it is proven false.

    `evidence` names what spoke, such as `token`, `message-id`, `sent-log`, `not-bound`. `proof` identifies the token, so that one
    token counts once for one address. `address` is the subscriber that is meant, where the report names another one because of
    forwarding; empty: the address that the report names.
    """

    level: Level = "unverified"
    evidence: tuple[str, ...] = ()
    proof: str = ""
    address: str = ""


UNVERIFIED: Final = Trust()
FORGED: Final = Trust(level="forged")
