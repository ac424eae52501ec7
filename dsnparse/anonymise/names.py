"""The names that a message tells as such, learned in the first walk and replaced wherever they stand in the second."""

from typing import Final

from dsnparse.anonymise.hosts import RUN
from dsnparse.anonymise.known import LABELS, ROLES, is_reserved, provider_suffix, vocabulary

SHORT: Final = 3
PHRASES: Final = 20
LONG: Final = 6
LONGEST: Final = 40


class Names:
    """Words, hosts and phrases; `keep` are words that nobody wants replaced."""

    def __init__(self, keep: frozenset[str] = frozenset()) -> None:
        self.keep = keep
        self.words: set[str] = set()
        self.mailboxes: set[str] = set()
        self.hosts: set[str] = set()
        self.phrases: dict[str, list[tuple[str, ...]]] = {}
        self.common: set[str] = set()

    def learn_word(self, word: str) -> None:
        """Take a word that is a name, unless it is a word of replies too."""
        lower = word.lower()
        known = lower in vocabulary() or lower in ROLES or lower in LABELS or lower.isdigit()
        if not known and len(word) >= (SHORT if word.isascii() else 2):
            self.words.add(lower)

    def has(self, word: str) -> bool:
        """Tell whether a word is a name, or a longer one has a long name in it, such as a login."""
        if word in self.words:
            return True
        if not LONG < len(word) <= LONGEST or word in vocabulary() or not self.words:
            return False
        return any(
            word[start:end] in self.words
            for start in range(len(word) - LONG + 1)
            for end in range(start + LONG, len(word) + 1)
        )

    def learn_person(self, word: str) -> None:
        """Take a word of a person's name, and remember when it must stay elsewhere."""
        self.learn_word(word)
        if word.lower() in vocabulary() and len(word) >= SHORT:
            self.common.add(word.lower())

    def learn_host(self, host: str) -> None:
        """Take a host name, and what its owner is called by it."""
        if is_reserved(host):
            return
        self.hosts.add(host.lower())
        if not provider_suffix(host):
            for label in host.split(".")[:-1] or [host]:
                for run in RUN.findall(label) if any(map(str.isalpha, label)) else ():
                    if len(run) > SHORT:
                        self.learn_word(run)

    def learn_phrase(self, text: str) -> None:
        """Take words that are a name together, unless each of them is a common word."""
        words = tuple(word.lower() for word in RUN.findall(text))
        if len(words) > 1 and not all(map(_is_common, words)):
            known = self.phrases.setdefault(words[0], [])
            if len(known) < PHRASES and words not in known:
                known.append(words)

    def phrase_words(self, text: str, start: int, end: int) -> frozenset[int]:
        """Return where the words of known phrases begin."""
        if not self.phrases:
            return frozenset()
        found: set[int] = set()
        words = [(match[0].lower(), match.start()) for match in RUN.finditer(text, start, end)]
        for number, (word, _) in enumerate(words):
            for phrase in self.phrases.get(word, ()):
                here = words[number : number + len(phrase)]
                if tuple(word for word, _ in here) == phrase:
                    found.update(first for _, first in here)
        return frozenset(found)


def _is_common(word: str) -> bool:
    return word in vocabulary() or word.isdigit() or len(word) == 1
