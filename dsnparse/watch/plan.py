"""What is to be done with which kind of message."""

from collections.abc import Mapping
from typing import Final, get_args

from msgspec import Struct

from dsnparse.errors import UsageError
from dsnparse.mailbox.action import KEEP, Action, read_action
from dsnparse.report import Kind

# Ordinary mail is nobody's to touch, so that there is no action for `other`.
KINDS: Final = tuple(kind for kind in get_args(Kind) if kind != "other")
UNREADABLE: Final = "unreadable"
ANY: Final = "any"
CATEGORIES: Final = (*KINDS, UNREADABLE)


class Plan(Struct, frozen=True):
    """The action for each category that has one."""

    actions: dict[str, Action]

    def action(self, kind: str, error: str) -> Action:
        """Return what to do with a message of this kind, or one that could not be read."""
        return self.actions.get(UNREADABLE if error else kind, KEEP)

    def touches(self) -> bool:
        """Whether anything is done to any message."""
        return any(action != KEEP for action in self.actions.values())

    def refuse_impossible(self, verbs: frozenset[str], folders: tuple[str, ...], mailbox: str) -> None:
        """Raise UsageError for an action that this mailbox has no means for, or that would move mail to where it is read."""
        for category, action in self.actions.items():
            if action.verb not in verbs:
                message = f"{category}={action}: {mailbox} can only {', '.join(sorted(verbs))}"
                raise UsageError(message)
            if action.verb == "move" and action.argument in folders:
                message = f"{category}={action}: that folder is watched itself"
                raise UsageError(message)


def read_plan(actions: Mapping[str, str]) -> Plan:
    """Read actions by category; `any` stands for all that are not named."""
    unknown = sorted(set(actions) - {*CATEGORIES, ANY})
    if unknown:
        message = (
            f"{unknown[0]!r} is no category of mail that something can be done with: {', '.join((ANY, *CATEGORIES))}"
        )
        raise UsageError(message)
    read = {category: read_action(text) for category, text in actions.items()}
    rest = read.pop(ANY, KEEP)
    return Plan({kind: rest for kind in KINDS if rest != KEEP} | read)
