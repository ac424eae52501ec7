"""What archives of all kinds have in common: members with names, some of which are not for reading."""

import re
from typing import Final

from msgspec import Struct

from dsnparse.sources.folders import COMPANIONS
from dsnparse.sources.streams import Stream

# A name that leads out of the folder into which an archive would be unpacked, on whichever system.
OUTWARD: Final = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|\Z)", re.DOTALL)
HIDDEN: Final = re.compile(r"(?:.*/)?(?:\.[^/]|__MACOSX/)", re.DOTALL)
# Whether there are .eml files beside a member is not known before the end, so notes are left out of all archives. JSON
# may be a bounce event: it is looked at.
NOTES: Final = tuple(f".{suffix}" for suffix in COMPANIONS - {"json", "jsonl"})


class Member(Struct, gc=False):
    """A member of an archive: its contents, or the `problem` why they cannot be had."""

    name: str
    contents: Stream | None = None
    problem: str = ""


def is_note(name: str) -> bool:
    """Tell whether a member is left out by its name, as files of a folder are."""
    return HIDDEN.match(name) is not None or name.lower().endswith(NOTES)


def leads_out(name: str) -> bool:
    """Tell whether a name is absolute, or has a `..` in it."""
    return OUTWARD.match(name) is not None


def name_of(raw: bytes, charset: str = "utf-8") -> str:
    """Return the name of a member: UTF-8 if it is that, whatever the archive says, else by the charset of its kind."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(charset, "surrogateescape")
