"""What other products call each reason."""

from collections.abc import Iterator

from dsnparse.registry.entries import VocabularyEntry
from dsnparse.registry.tables import reasons, vocabularies
from reference.text import code, plain, table

HEAD = """\
# Vocabularies

`--vocabulary NAME` on the command line, `recipient.label("NAME")` in Python. Where a detail or the permanence has a word of its own,
it goes before the word for the reason. A reason without a row has no word there.

"""


def page() -> str:
    """Return the page."""
    return HEAD + "\n".join(map(_section, vocabularies().values()))


def _section(entry: VocabularyEntry) -> str:
    return f"## {entry.name}\n\n{plain(entry.title)}, after {plain(entry.reference)}.\n\n{table(('reason', 'word'), _rows(entry))}"


def _rows(entry: VocabularyEntry) -> Iterator[tuple[str, str]]:
    for name in reasons():
        for each in entry.special:
            if each.reason == name:
                yield f"{code(name)}, {code(each.detail or each.permanence)}", code(each.label)
        if name in entry.labels:
            yield code(name), code(entry.labels[name])
