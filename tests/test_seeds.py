"""docs/seeds.md: every statement of the seed documents has an entry that is there, and every entry that names one of them is in the table."""

import re
from pathlib import Path

import pytest

import dsnparse
from dsnparse.explanation import Finding
from dsnparse.registry import reasons
from dsnparse.registry.knowledge import _causes, _checks, _fixes, _likely, _notes
from dsnparse.registry.tables import enhanced_codes, reply_codes

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "seeds.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.split("|")[1:-1])
    for line in TEXT.split("\n")
    if re.match(r"\| [A-D][0-9]+ ", line)
]
ENTRIES = [(item.split(" ")[0], entry.strip()) for item, entries in ROWS for entry in entries.split("; ")]
DOCUMENTS = {
    "A": "Guide to SMTP error 554",
    "B": "Guide to 550 5.7.1",
    "C": "SMTP Status Codes, MattWiki",
    "D": "Pages on SMTP status codes",
}
KNOWN = {
    "cause": {entry.id for filed in _causes().values() for entry in filed},
    "fix": {entry.id for filed in _fixes().values() for entry in filed},
    "note": {entry.id for filed in _notes().values() for entry in filed},
    "check": {entry.id for filed in _checks().values() for entry in filed},
    "reply": {str(code) for code in reply_codes()},
    "status": set(enhanced_codes()),
    "reason": set(reasons()),
    "likely": set(_likely()),
}


def explained(text: str) -> tuple[Finding, ...]:
    return dsnparse.explain(text).findings


@pytest.mark.parametrize(("item", "entry"), ENTRIES, ids=lambda value: value[:60])
def test_every_entry_is_there(item: str, entry: str) -> None:
    kind, _, name = entry.partition(" ")
    if kind in KNOWN:
        assert name in KNOWN[kind], item
    elif kind in ("code", "reading"):
        text, _, expected = name.partition(" → ")
        got = {finding.subject if kind == "code" else finding.reason for finding in explained(text)}
        assert expected in got, item
    elif kind == "rule":
        assert (ROOT / name).is_file(), item
    else:
        assert (kind, bool(name)) == ("none:", True), item


def test_items_are_numbered() -> None:
    for letter, count in (("A", 18), ("B", 39), ("C", 95), ("D", 46)):
        items = [item.split(" ")[0] for item, _ in ROWS if item.startswith(letter)]
        assert items == [f"{letter}{number}" for number in range(1, count + 1)]


@pytest.mark.parametrize(("letter", "document"), DOCUMENTS.items())
def test_every_entry_with_a_document_as_its_source_is_in_the_table(letter: str, document: str) -> None:
    told = {entry for item, entry in ENTRIES if item.startswith(letter)}
    filed = {"cause": _causes(), "fix": _fixes(), "note": _notes()}
    named = {
        f"{kind} {entry.id}"
        for kind, table in filed.items()
        for entries in table.values()
        for entry in entries
        if document in entry.sources
    }
    assert named - told == set()
