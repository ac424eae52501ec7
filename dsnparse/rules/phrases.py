"""PhraseSet: many RE2 patterns asked at once, and the options all patterns of ours are compiled with.

Of 400 patterns a text has the words of a handful, and only those are compiled, when first met, and tried. The words (see atoms.py)
come from vendors/index.json, so that nothing is compiled when a process starts. An RE2 Filter does the same in C++ with a set of the
words that takes up to 0.1 s to compile: a process that has asked often gets one where it is the faster of the two, which it is not
for the reasons. An RE2 Set of all patterns meets a new state at almost every byte of a text it has not seen (1,800 us, 100 MB of states).
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, Final

import re2
from msgspec import Raw, Struct, json

from dsnparse.errors import RuleError

# How much one pattern may take, its states included. RE2 would allow 8 MiB: a process that meets all vendors then takes 60 MB more.
# The largest of ours needs half of it; states beyond it are made anew when they are met again.
MEMORY: Final = 512 << 10
# After so many texts a Filter is worth its making: it saves 50 us a text.
MANY_TEXTS: Final = 200
# Of so many patterns a text of one line has too few words for that, and the Filter takes a second to make.
MANY_PATTERNS: Final = 300
# Senders and subjects come again and again; what is longer seldom does.
KNOWN_TEXTS: Final = 512
LONG_TEXT: Final = 200
# What occurs in no text, for `re` and RE2.
NEVER: Final = r"[^\s\S]"
# A word, and the numbers of the patterns that may match where it is.
Word = tuple[str, tuple[int, ...]]


class Atoms(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """What to look for in a casefolded text, so as to find which of many patterns may match it.

    `always`: patterns that no word gives away. `plain`: words looked for one by one; `foreign`: only where the text is not ASCII.
    `grams`: words by three of their letters, where they are many, each still in JSON: few are met, and to read all takes 5 ms.
    """

    always: tuple[int, ...] = ()
    plain: tuple[Word, ...] = ()
    foreign: tuple[Word, ...] = ()
    grams: dict[str, Raw] = {}


@cache
def options(*, capture: bool = True) -> Any:  # noqa: ANN401 - re2 has no types
    """Return the options every RE2 pattern of ours is compiled with: case does not count, errors are raised, not printed."""
    chosen = re2.Options()
    chosen.case_sensitive = False
    chosen.log_errors = False
    chosen.max_mem = MEMORY
    chosen.never_capture = not capture
    return chosen


class OneOf:
    """Patterns as one alternation, compiled when first asked: the quickest where a text is short and only yes or no is wanted."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = tuple(patterns)
        self._compiled: Any = None
        self._known = lru_cache(KNOWN_TEXTS)(self._search)

    def search(self, text: str) -> bool:
        """Tell whether one of them occurs in `text`."""
        return self._known(text) if len(text) <= LONG_TEXT else self._search(text)

    def _search(self, text: str) -> bool:
        return bool(self._patterns) and self._made().search(text) is not None

    def before(self, text: bytes) -> bytes:
        """Return what stands before the first place where one of them occurs, all of `text` if there is none."""
        match = self._made().search(text) if self._patterns else None
        return text[: match.start()] if match else text

    def _made(self) -> Any:  # noqa: ANN401 - re2 has no types
        if self._compiled is None:
            self._compiled = re2.compile(
                "|".join(f"(?:{pattern})" for pattern in self._patterns), options(capture=False)
            )
        return self._compiled


class PhraseSet:
    """Many patterns looked for at once: which of them occur in a text, in linear time.

    Without `atoms` every pattern is compiled here, so that a wrong one is told by its name, and its words are worked out.
    """

    def __init__(
        self, patterns: Iterable[tuple[str, str]], atoms: Atoms | None = None, *, capture: bool = False
    ) -> None:
        self._named = list(patterns)
        self.size = len(self._named)
        self._options = options(capture=capture)
        self._compiled: dict[int, Any] = {}
        self._words: dict[str, tuple[Word, ...]] = {}
        self._filter: Any = None
        self._one_word: Any = None
        self._asked = 0
        if atoms is None:
            from dsnparse.rules.atoms import group  # noqa: PLC0415 - only where there is no index

            for number in range(self.size):
                self.pattern(number)
            atoms = group([pattern for _, pattern in self._named])
        self.atoms = atoms

    def pattern(self, number: int) -> Any:  # noqa: ANN401 - re2 has no types
        """Return one pattern, compiled."""
        if number not in self._compiled:
            where, pattern = self._named[number]
            try:
                self._compiled[number] = re2.compile(pattern, self._options)
            except re2.error as error:
                message = f"{where}: {error}"
                raise RuleError(message) from error
        return self._compiled[number]

    def candidates(self, text: bytes | str) -> list[int]:
        """Return the numbers of the patterns that may occur in `text`, lowest first."""
        folded = (text if isinstance(text, str) else text.decode("utf-8", "replace")).casefold()
        atoms = self.atoms
        found = set(atoms.always)
        words = atoms.plain if folded.isascii() else atoms.plain + atoms.foreign
        if atoms.grams:
            words += self._words_of(atoms.grams.keys() & {folded[at : at + 3] for at in range(len(folded) - 2)})
        for word, numbers in words:
            if word in folded:
                found.update(numbers)
        return sorted(found)

    def may_match(self, text: bytes | str) -> bool:
        """Tell whether any pattern may occur in `text`: where nearly none does, this is a tenth of the work of `candidates`."""
        if self.atoms.always:
            return True
        if self._one_word is None:
            known = [word for word, _ in self.atoms.plain + self.atoms.foreign]
            known += [word for word, _ in self._words_of(set(self.atoms.grams))]
            least = [word for word in known if not any(other in word for other in known if other != word)]
            self._one_word = re2.compile("|".join(map(re2.escape, least)) or NEVER, options(capture=False))
        return self._one_word.search(text) is not None

    def _words_of(self, grams: set[str]) -> tuple[Word, ...]:
        """Return the words filed under these three letters."""
        for gram in grams - self._words.keys():
            self._words[gram] = json.decode(self.atoms.grams[gram], type=tuple[Word, ...])
        return tuple(word for gram in grams for word in self._words[gram])

    def hits(self, text: bytes | str) -> list[int]:
        """Return the numbers of the patterns that occur in `text`, lowest first."""
        if self._filter is None and not self._wants_filter():
            encoded = text.encode("utf-8") if isinstance(text, str) else text
            return [number for number in self.candidates(text) if self.pattern(number).search(encoded)]
        return sorted(self._filter.Match(text) or ())

    def any(self, text: bytes | str) -> bool:
        """Tell whether any of the patterns occurs in `text`."""
        return bool(self.hits(text))

    def _wants_filter(self) -> bool:
        """Make the Filter when it is time to; its answers are the same. Too many words do not fit into one: then it goes on without."""
        self._asked += 1
        if self._asked != MANY_TEXTS or not 0 < self.size <= MANY_PATTERNS:
            return False
        made = re2.Filter()
        for _, pattern in self._named:
            made.Add(pattern, options())
        try:
            made.Compile()
        except re2.error:
            return False
        self._filter = made
        return True
