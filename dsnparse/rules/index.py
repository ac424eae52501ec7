"""vendors/index.json: all vendor files in one, with the words of their patterns, so that a process starts in no time.

It is written by `dsnparse rules build` and kept with the files it is made of. It counts only as long as it carries their digest:
where it does not, the vendor files themselves are read and worked out anew, which takes a second and gives the same answers.
"""

import re
from hashlib import sha256
from typing import Final

from msgspec import Raw, Struct, json
from msgspec.structs import replace

from dsnparse import resource
from dsnparse.rules.phrases import Atoms
from dsnparse.rules.schema import ReasonRule, Vendor

FOLDER: Final = "vendors"
ENDING: Final = ".toml"
NAME: Final = "index.json"
# One record a line makes a diff that names the record. No string in the file can hold what these begin with.
RECORD: Final = re.compile(rb'\{"(?:name|means)":|"[a-z_]+(?:\.[a-z]+)?":\{"(?:always|plain|foreign|grams)":')


class Index(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file holds: the vendors without the texts that only a check needs, and the words of each set of patterns."""

    digest: str
    vendors: tuple[Vendor, ...]
    atoms: dict[str, Raw]

    def words(self, name: str) -> Atoms:
        """Return the words of one set of patterns; few sets are asked for in a short run."""
        return json.decode(self.atoms[name], type=Atoms)


def vendor_files() -> dict[str, bytes]:
    """Return the vendor files by name, with LF at the ends of their lines."""
    return {
        name.removesuffix(ENDING): resource.read(FOLDER, name).replace(b"\r\n", b"\n")
        for name in resource.names(FOLDER, ENDING)
    }


def digest(files: dict[str, bytes]) -> str:
    """Return what tells these vendor files from all others."""
    whole = sha256()
    for name, text in files.items():
        whole.update(b"%s %d\n" % (name.encode("utf-8"), len(text)))
        whole.update(text)
    return whole.hexdigest()


def find_index() -> bytes | None:
    """Return the index as it is, whatever it was made from."""
    try:
        return resource.read(FOLDER, NAME)
    except FileNotFoundError:
        return None


def read_index(files: dict[str, bytes]) -> Index | None:
    """Return the index if it was made from these vendor files."""
    text, wanted = find_index(), digest(files)
    # The digest comes first: what was made by another version may not even decode.
    return (
        json.decode(text, type=Index) if text and text.startswith(b'{"digest":"%s"' % wanted.encode("ascii")) else None
    )


def make_index(files: dict[str, bytes], vendors: list[Vendor], atoms: dict[str, Atoms]) -> bytes:
    """Return the index of these vendor files as it stands in its file."""
    bare = tuple(_bare(vendor) for vendor in vendors)
    raw = {name: Raw(json.encode(words)) for name, words in atoms.items()}
    index = json.encode(Index(digest=digest(files), vendors=bare, atoms=raw))
    return RECORD.sub(rb"\n\g<0>", index) + b"\n"


def _bare(vendor: Vendor) -> Vendor:
    """Return a vendor without the texts that only people and checks read."""
    notice = vendor.notice and replace(vendor.notice, examples=())
    reasons = tuple(_bare_reason(rule) for rule in vendor.reasons)
    return replace(vendor, source="", notice=notice, wrapped=(), reasons=reasons)


def _bare_reason(rule: ReasonRule) -> ReasonRule:
    return replace(rule, match=rule.pattern, examples=(), near=(), meaning="", cause="", fix="", source="")
