"""The files that come with the package. They are read without importlib.resources, which takes longer than to read them all.

Inside a zip file there is no other way, and there it is used.
"""

import os
from io import FileIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

HERE: Final = __file__.rpartition(os.sep)[0]


def read(folder: str, name: str) -> bytes:
    """Return the bytes of one file of ours; FileNotFoundError if there is none."""
    try:
        with FileIO(f"{HERE}/{folder}/{name}") as file:
            return file.readall()
    except NotADirectoryError:
        return _packed(folder).joinpath(name).read_bytes()


def names(folder: str, ending: str) -> list[str]:
    """Return the names of the files of ours in `folder` that end so, sorted."""
    try:
        found = [entry.name for entry in os.scandir(f"{HERE}/{folder}")]
    except NotADirectoryError:
        found = [item.name for item in _packed(folder).iterdir()]
    return sorted(name for name in found if name.endswith(ending))


def _packed(folder: str) -> "Traversable":
    from importlib.resources import files  # noqa: PLC0415

    return files("dsnparse") / folder
