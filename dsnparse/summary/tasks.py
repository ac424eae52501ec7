"""What to fix first: the reasons on the sender's side, those that kept most recipients from being reached before the others."""

from typing import Final

from dsnparse.registry import reasons
from dsnparse.registry.knowledge import fixes
from dsnparse.summary.groups import Groups
from dsnparse.summary.shape import Help, Task

MOST: Final = 8
HELPS: Final = 3
OURS: Final = frozenset(("fix_sender", "fix_content"))


def tasks(found: Groups) -> tuple[Task, ...]:
    """Return the tasks, from reasons counted with their domains."""
    rows = found.ranking(MOST).rows
    return tuple(Task(row.name, title(row.name), row.count, row.with_, _helps(row.name)) for row in rows)


def title(name: str) -> str:
    """Return what a reason is called for people; the name itself where the registry has none."""
    entry = reasons().get(name)
    return entry.title if entry else name


def _helps(name: str) -> tuple[Help, ...]:
    """Return what helps everybody, and not only in a case with certain facts."""
    return tuple(Help(entry.actor, entry.text) for entry in fixes(name) if not entry.given)[:HELPS]
