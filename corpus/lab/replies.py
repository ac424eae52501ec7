"""Every scripted reply by its name, which is the local part of the address that gets it: `unknown@dest.example`."""

from . import oddities, refusals
from .script import Reply

REPLIES: dict[str, Reply] = (
    refusals.RECIPIENT
    | refusals.SENDER
    | refusals.CONTENT
    | refusals.NOT_NOW
    | oddities.CODES
    | oddities.CHARSETS
    | oddities.SHAPES
    | oddities.GAMES
)


def reply_to(address: str) -> Reply | None:
    """Return the reply that awaits this recipient; `None` means that the hop takes the message.

    Case, quotes and what follows a plus do not count.
    """
    local_part = address.rpartition("@")[0].lower().strip('"')
    return REPLIES.get(local_part.partition("+")[0])
