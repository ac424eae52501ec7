"""A Maildir: `new/` and `cur/` are read, `tmp/` never, nothing is moved.

Another program may move a message from `new/` to `cur/` or change its flags while we read: the part of the name before
the colon stays, so a message that moved is found again, and is not read twice.
"""

import os
from collections.abc import Iterator

FOLDERS = ("new", "cur")


def paths(folder: str) -> Iterator[str]:
    """The messages of `new/`, then those of `cur/`, each group sorted."""
    # Listed in the direction in which messages move: whatever leaves new/ between the two is then met in cur/.
    fresh, seen = (_names(os.path.join(folder, name)) for name in FOLDERS)
    both = {unique(name) for name in fresh}
    yield from (os.path.join(folder, "new", name) for name in fresh)
    yield from (os.path.join(folder, "cur", name) for name in seen if unique(name) not in both)


def moved(path: str) -> str | None:
    """Where the message listed as `path` is now, if it still is in this Maildir."""
    folder, name = os.path.split(path)
    root = os.path.dirname(folder)
    for place in reversed(FOLDERS):
        try:
            others = _names(os.path.join(root, place))
        except OSError:  # the Maildir itself is gone
            return None
        for other in others:
            if unique(other) == unique(name):
                return os.path.join(root, place, other)
    return None


def unique(name: str) -> str:
    """The part of a file name that stays when flags change."""
    return name.partition(":")[0]


def _names(folder: str) -> list[str]:
    return sorted((name for name in os.listdir(folder) if not name.startswith(".")), key=os.fsencode)
