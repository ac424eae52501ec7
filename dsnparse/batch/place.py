"""What the plan names, in its order."""

import os

from msgspec import Struct

from dsnparse.escape import file_name
from dsnparse.sources import STDIN
from dsnparse.sources.items import PassedOver, Unread
from dsnparse.sources.remote import label
from dsnparse.sources.shards import AnyShard, Files, Portion, StandardInput, Stretch

Unit = AnyShard | Unread | PassedOver


class Place(Struct):
    """One thing of the plan, and how many items of it are received and written."""

    number: int
    unit: Unit
    received: int = 0
    written: int = 0
    # A file of it killed its reader, so its items cannot be counted: it is continued as a whole or not at all.
    uncountable: bool = False
    attempts: int = 0


def shown(path: bytes, shard: Files) -> str:
    """Return a path or URL of a shard as people may see it: no secret of an URL."""
    text = os.fsdecode(path)
    return label(text) if shard.place == "remote" else file_name(text)


def name(unit: Unit) -> str:
    """Return the name by which people know a unit: of several files, the first one's."""
    match unit:
        case Unread() | PassedOver():
            return unit.source
        case Files():
            return shown(unit.paths[0], unit)
        case Stretch() | Portion():
            return file_name(os.fsdecode(unit.path))
        case StandardInput():
            return STDIN
