"""Patterns of file names that no shell expanded: quoted ones, those of Windows, those that are too many for a command."""

import os
from pathlib import Path
from typing import Final

MAGIC: Final = frozenset("*?[")


def is_pattern(path: str) -> bool:
    """Tell whether a path is a pattern: it looks like one, and no file has that name."""
    return not MAGIC.isdisjoint(path) and not os.path.lexists(path)


def matches(pattern: str) -> list[str]:
    """Return the paths that match, in the order of their bytes; `**` is files in any folders."""
    from glob import glob  # noqa: PLC0415 - few runs need it

    found = sorted(glob(pattern, recursive=True), key=os.fsencode)  # noqa: PTH207 - a Path would drop "./"
    return [path for path in found if "**" not in pattern or not Path(path).is_dir()]
