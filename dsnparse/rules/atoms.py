"""Atoms: which literal words a pattern cannot do without, so that most patterns are never tried on most texts.

They are taken from the parse tree of `re`, which reads every pattern of ours as RE2 does or refuses it; a pattern that it refuses
is tried on every text. Only used to write vendors/index.json, or to do without it where it is out of date.
"""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, Final

from msgspec import Raw, json

from dsnparse.rules.phrases import Atoms, Word

# The ends of a run of letters are given up where there would be more of them than this.
MANY: Final = 24
# A shorter word is in every text; a Chinese one of two letters is not.
SHORT: Final = 3
SHORT_FOREIGN: Final = 2
# So many words are looked for one by one; more are found by three of their letters.
FEW: Final = 150
GRAM: Final = 3

GROUP: Final = re.compile(r"\(\?P<[a-z_]+>")
# `re` reads the inside of [[:alpha:]] as five letters.
POSIX: Final = re.compile(r"\[:\^?[a-z]+:\]")

Words = frozenset[str]
# So many times rarer is a word with one letter more, up to this length.
RARER: Final = 6
LONG: Final = 9
NOTHING: Final[Words] = frozenset(("",))


def atoms_of(pattern: str) -> Words | None:
    """Return words of which every match of `pattern` has one, as str.casefold() writes them; None if there are none."""
    if POSIX.search(pattern):
        return None
    try:
        tree = import_module("re._parser").parse(GROUP.sub("(?:", pattern))
    except re.error:
        return None
    return _sequence(tree)[1]


def group(patterns: Sequence[str]) -> Atoms:
    """Return what is to be looked for, so as to find which of many patterns may match."""
    always: list[int] = []
    owners: dict[str, list[int]] = {}
    for number, pattern in enumerate(patterns):
        words = atoms_of(pattern)
        if words is None:
            always.append(number)
        for word in sorted(words or ()):
            owners.setdefault(word, []).append(number)
    native = {word: tuple(numbers) for word, numbers in sorted(owners.items()) if word.isascii()}
    foreign = tuple((word, tuple(numbers)) for word, numbers in sorted(owners.items()) if not word.isascii())
    if len(native) <= FEW:
        return Atoms(always=tuple(always), plain=tuple(native.items()), foreign=foreign)
    return Atoms(always=tuple(always), foreign=foreign, grams=_by_grams(native))


def _by_grams(words: dict[str, tuple[int, ...]]) -> dict[str, Raw]:
    """File each word under the three of its letters that the fewest words have."""
    common: dict[str, int] = {}
    for word in words:
        for gram in _grams(word):
            common[gram] = common.get(gram, 0) + 1
    filed: dict[str, list[Word]] = {}
    for word, numbers in words.items():
        best = min(_grams(word), key=lambda gram: (common[gram], gram))
        filed.setdefault(best, []).append((word, numbers))
    return {gram: Raw(json.encode(filed[gram])) for gram in sorted(filed)}


def _grams(word: str) -> set[str]:
    return {word[at : at + GRAM] for at in range(len(word) - GRAM + 1)}


def _sequence(nodes: Iterable[tuple[Any, Any]]) -> tuple[Words | None, Words | None]:
    """Return all texts that a sequence matches, if they are few, and words of which each match of it has one."""
    run, best, whole = NOTHING, None, True
    for sign, value in nodes:
        exact, needed = _node(str(sign), value)
        if exact is not None and len(run) * len(exact) <= MANY:
            run = frozenset(before + text for before in run for text in exact)
            continue
        best = _better(_better(_better(best, run), exact), needed)
        run, whole = exact if exact is not None and len(exact) <= MANY else NOTHING, False
    return (run if whole else None), _better(best, run)


def _node(sign: str, value: Any) -> tuple[Words | None, Words | None]:  # noqa: ANN401 - the trees of `re` have no types
    """Return the same of one node: what is not known here may match anything."""
    if sign in ("LITERAL", "IN"):
        signs = [("LITERAL", value)] if sign == "LITERAL" else value
        letters = [item for kind, item in signs if str(kind) == "LITERAL"]
        return (_letters(letters) if len(letters) == len(signs) else None), None
    if sign == "AT":
        return NOTHING, None
    if sign == "SUBPATTERN":
        return _sequence(value[3])
    if sign == "BRANCH":
        return _choice([_sequence(nodes) for nodes in value[1]])
    if sign in ("MAX_REPEAT", "MIN_REPEAT"):
        return _repeat(*value)
    return None, None


def _choice(ways: list[tuple[Words | None, Words | None]]) -> tuple[Words | None, Words | None]:
    exact = [texts for texts, _ in ways if texts is not None]
    needed = [words for _, words in ways if words is not None]
    return (
        frozenset().union(*exact) if len(exact) == len(ways) else None,
        frozenset().union(*needed) if len(needed) == len(ways) else None,
    )


def _repeat(least: int, most: int, nodes: Iterable[tuple[Any, Any]]) -> tuple[Words | None, Words | None]:
    exact, needed = _sequence(nodes)
    if least == 0:
        return (exact | NOTHING if exact is not None and most == 1 else None), None
    return (exact if least == most == 1 else None), needed


def _letters(codes: Iterable[int]) -> Words | None:
    """Return the letters of these codes as casefold() writes them; None where one of them is no single letter.

    RE2 takes for one letter what casefold() makes one, but for letters that it makes two (`ß`); rare scripts are left alone.
    """
    folded = {chr(code).casefold() for code in codes}
    if all(len(letter) == 1 and _is_common(ord(letter)) for letter in folded):
        return frozenset(folded)
    return None


def _is_common(code: int) -> bool:
    return code < 0x180 or 0x370 <= code < 0x530 or code >= 0x3000  # noqa: PLR2004 - Latin, Greek, Cyrillic; East Asia


def _better(best: Words | None, words: Words | None) -> Words | None:
    """Return which of two sets of words is met less often; one with a short word in it is of no use."""
    if not words or any(len(word) < (SHORT if word.isascii() else SHORT_FOREIGN) for word in words):
        return best
    words = frozenset(word for word in words if not any(other != word and other in word for other in words))
    return words if best is None or _weight(words) < _weight(best) else best


def _weight(words: Words) -> int:
    """Return how often one of the words is met by chance, more or less; a whole number, since Pythons round sums differently."""
    return sum(RARER ** (LONG - min(len(word), LONG)) for word in words)
