"""What tells mail that is no notice about mail: the rules of all vendors as sets of patterns, each set asked once a message."""

from collections.abc import Callable, Iterable
from typing import Final

from dsnparse.report import Kind
from dsnparse.rules.phrases import Atoms, PhraseSet
from dsnparse.rules.schema import KindRule

# Where a rule looks.
PLACES: Final = ("header", "subject", "words", "text")
HEADER_ALONE: Final = frozenset(("header",))


class KindRules:
    """The rules in their order: the first that fits counts."""

    def __init__(self, rules: Iterable[tuple[str, KindRule]], atoms: Callable[[str], Atoms] | None = None) -> None:
        self._rules = list(rules)
        self._given = [frozenset(place for place in PLACES if getattr(rule, place)) for _, rule in self._rules]
        self._places = {place: _Place(place, self._rules, atoms and atoms(f"kinds.{place}")) for place in PLACES}

    def sets(self) -> dict[str, PhraseSet]:
        """Return its sets of patterns by their names."""
        return {f"kinds.{name}": place.set for name, place in self._places.items()}

    def by_header(self, header: bytes) -> Kind | None:
        """Return the kind that the header alone tells."""
        fits = (number for number in self._places["header"].rules(header) if self._given[number] == HEADER_ALONE)
        return self._kind(min(fits, default=None))

    def by_words(self, header: bytes, subject: str, words: str) -> Kind | None:
        """Return the kind that header, subject and first words tell together."""
        texts: dict[str, list[bytes | str]] = {
            "header": [header],
            "subject": [subject],
            "words": [words],
            "text": [subject, words],
        }
        fits = {place: {n for text in told for n in self._places[place].rules(text)} for place, told in texts.items()}
        numbers = (
            number
            for number in sorted(set().union(*fits.values()))
            if all(number in fits[place] for place in self._given[number])
        )
        return self._kind(next(numbers, None))

    def _kind(self, number: int | None) -> Kind | None:
        return None if number is None else self._rules[number][1].kind


class _Place:
    """The patterns of all rules for one place, and the rule each belongs to."""

    def __init__(self, place: str, rules: list[tuple[str, KindRule]], atoms: Atoms | None) -> None:
        named = [
            (number, f"{where}.{place}[{count}]", pattern)
            for number, (where, rule) in enumerate(rules)
            for count, pattern in enumerate(getattr(rule, place))
        ]
        self._rules = [number for number, _, _ in named]
        self.set = PhraseSet(((where, pattern) for _, where, pattern in named), atoms)

    def rules(self, text: bytes | str) -> set[int]:
        return {self._rules[number] for number in self.set.hits(text)}
