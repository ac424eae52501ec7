"""A Maildir: `new/` and `cur/` are read, `tmp/` never, nothing is moved.

Another program may move a message from `new/` to `cur/` or change its flags while we read: the part of the name before
the colon stays, so a message that moved is found again, and is not read twice.
"""

import os
from collections.abc import Iterator

FOLDERS = ("new", "cur")


def paths(folder: str) -> Iterator[str]:
    """Yield the messages of `new/`, then those of `cur/`, each group sorted; `folder` ends with a separator."""
    # Listed in the direction in which messages move: whatever leaves new/ between the two is then met in cur/.
    new, cur = (f"{folder}{name}{os.sep}" for name in FOLDERS)
    fresh, seen = _names(new), _names(cur)
    both = {unique(name) for name in fresh}
    yield from (new + name for name in fresh)
    yield from (cur + name for name in seen if unique(name) not in both)


def moved(path: str) -> str | None:
    """Find where the message listed as `path` is now, if it still is in this Maildir."""
    folder, _, name = path.rpartition(os.sep)
    root = folder.rpartition(os.sep)[0]
    for name_of_folder in reversed(FOLDERS):
        place = f"{root}{os.sep}{name_of_folder}{os.sep}"
        try:
            others = _names(place)
        except OSError:  # the Maildir itself is gone
            return None
        for other in others:
            if unique(other) == unique(name):
                return place + other
    return None


def unique(name: str) -> str:
    """Return the part of a file name that stays when flags change."""
    return name.partition(":")[0]


def _names(folder: str) -> list[str]:
    with os.scandir(folder) as found:
        return sorted((entry.name for entry in found if not entry.name.startswith(".")), key=os.fsencode)
