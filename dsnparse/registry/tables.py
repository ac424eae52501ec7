"""The one loader of the registry's files: each is read when it is first asked for, and once.

JSON, because msgspec decodes it into checked Structs in well under a millisecond a file (tomllib needs some 20 times
that), and because one record a line makes a diff that names the record. The tables are shared: read them, never write.
"""

from functools import cache
from typing import Final

from msgspec.json import Decoder

from dsnparse import resource
from dsnparse.registry.entries import BlocklistEntry, EnhancedEntry, ReasonEntry, ReplyEntry, VocabularyEntry

FOLDER: Final = "registry"


@cache
def reasons() -> dict[str, ReasonEntry]:
    """All reasons by name, in the order of their rank."""
    return {entry.name: entry for entry in Decoder(list[ReasonEntry]).decode(resource.read(FOLDER, "reasons.json"))}


def reason(name: str) -> ReasonEntry:
    """Look a reason up by its name; `KeyError` if there is none."""
    return reasons()[name]


@cache
def enhanced_codes() -> dict[str, EnhancedEntry]:
    """All registered status codes as written in the registry: `5.X.X`, `X.1.X`, `X.1.1`."""
    return {entry.code: entry for entry in Decoder(list[EnhancedEntry]).decode(resource.read(FOLDER, "enhanced.json"))}


@cache
def reply_codes() -> dict[int, ReplyEntry]:
    """All known reply codes."""
    return {entry.code: entry for entry in Decoder(list[ReplyEntry]).decode(resource.read(FOLDER, "replies.json"))}


@cache
def vocabularies() -> dict[str, VocabularyEntry]:
    """All vocabularies of other products by name."""
    text = resource.read(FOLDER, "vocabularies.json")
    return {entry.name: entry for entry in Decoder(list[VocabularyEntry]).decode(text)}


@cache
def blocklists() -> tuple[BlocklistEntry, ...]:
    """All known block lists."""
    return tuple(Decoder(list[BlocklistEntry]).decode(resource.read(FOLDER, "blocklists.json")))
