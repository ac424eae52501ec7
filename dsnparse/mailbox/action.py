"""What is done to a message once its records are safe: kept, flagged, moved, or deleted where that is asked for."""

import re
from typing import Final

from msgspec import Struct

from dsnparse.errors import UsageError
from dsnparse.mailbox.address import refuse_breaks

VERBS: Final = ("keep", "seen", "flag", "move", "delete")
WITH_ARGUMENT: Final = frozenset(("flag", "move"))
# RFC 9051 flag-keyword is an atom; of the system flags only these say nothing about deletion.
FLAG: Final = re.compile(r"\\(?:Seen|Flagged|Answered)|[A-Za-z0-9$_.+-]{1,64}", re.ASCII)


class Action(Struct, frozen=True):
    """A verb, and the folder or flag that it needs."""

    verb: str
    argument: str = ""

    def __str__(self) -> str:
        """Return it as it is written in a configuration."""
        return f"{self.verb}:{self.argument}" if self.argument else self.verb


KEEP: Final = Action("keep")


def read_action(text: str) -> Action:
    """Read `keep`, `seen`, `flag:NAME`, `move:FOLDER` or `delete`."""
    verb, _, argument = text.partition(":")
    if verb not in VERBS or (verb in WITH_ARGUMENT) != bool(argument):
        message = f"{text!r} is no action: keep, seen, flag:NAME, move:FOLDER or delete"
        raise UsageError(message)
    refuse_breaks("an action", argument)
    if verb == "flag" and not FLAG.fullmatch(argument):
        message = f"{argument!r} is no flag: letters, digits and $_.+- or one of \\Seen \\Flagged \\Answered"
        raise UsageError(message)
    return Action("flag", "\\Seen") if verb == "seen" else Action(verb, argument)
