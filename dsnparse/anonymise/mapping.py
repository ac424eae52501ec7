"""By what a word is replaced: a word of the same length and kinds of characters, from a keyed hash, always the same in one run.

The key is forgotten when the run ends, so that nobody can try names until one fits. Whatever text a person wrote is replaced by
`filler` instead, anew at each place: a text in which each word has one other word could be solved like a riddle.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import count
from typing import Final

DIGITS: Final = "0123456789"
HEX: Final = "0123456789abcdef"
VOWELS: Final = "aeiou"
CONSONANTS: Final = "bdfgklmnprstvz"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
# Letters of other scripts, each of which stands in every character set of its languages. Latin letters with marks stay.
SCRIPTS: Final = (
    ("\u0370", "\u03ff", "αβγδεζηθικλμνξοπρστυφχψω"),
    ("\u0400", "\u04ff", "абвгдежзиклмнопрстуфхцчшэюя"),
    ("\u05d0", "\u05ea", "אבגדהוזחטלמנסעפצקרשת"),
    ("\u0621", "\u064a", "ابتجحخدرزسشصضطعغفقلمنهوي"),
    ("\u0e01", "\u0e2e", "กขคงจชซดตถทนบปผพฟมยรลวสหอ"),
    ("\u3041", "\u3096", "あいうえおかきくけこさしすせそたちつてとなにのはひふへほまみむめもやゆよらりるれろわ"),
    ("\u30a1", "\u30fa", "アイウエオカキクケコサシスセソタチツテトナニノハヒフヘホマミムメモヤユヨラリルレロワ"),
    ("\u3400", "\u9fff", "一二三四五六七八九十人口手目耳足大小中上下左右日月火水木金土山川田石天文字白青"),
    ("\uac00", "\ud7a3", "가나다라마바사아자차카타파하고노도로모보소오조"),
)
TRIES: Final = 60
MANY_TRIES: Final = 2_000
# So long a word is free, or made of letters that stay.
LONG_WORD: Final = 100
SHORT_PREFIX: Final = 2
MIXED: Final = 7
# Lotus Notes:  OF, ON and eight digits
NOTES: Final = re.compile(r"O[FN][0-9A-F]{8}")


class Mapping:
    """What each word is replaced by; `taken` are words that a replacement must not be, such as those of the message itself."""

    def __init__(self, key: bytes, taken: Iterable[str] = ()) -> None:
        self.key = blake2b(key, digest_size=32).digest()
        self.taken = set(taken)
        self.made: dict[str, str] = {}
        self.used: set[str] = set()
        self.places = count()

    def word(self, text: str) -> str:
        """Return the replacement of a run of letters and digits, in the case of `text`: the same one each time."""
        lower = "".join(map(_lower, text))
        new = self.made.get(lower)
        if new is None:
            new = self.chosen(lower, lambda number: self._shaped(lower, text, f"word {number}"))
            # Short numbers, of which a message may have nearly all there are; not a word that is long, or whose letters stay.
            if (new in self.used or new == lower) and len(lower) <= LONG_WORD and any(map(_is_replaced, lower)):
                new = self._unused(lower)
            self.made[lower] = new
            self.taken.add(new)
            self.used.add(new)
        return like(new, text)

    def chosen(self, old: str, make: Callable[[int], str]) -> str:
        """Return the first of the words which `make` gives that is free, or the last one it gave."""
        new = old
        for number in range(TRIES):
            new = make(number)
            if (new != old and new not in self.taken) or (number and len(old) > LONG_WORD):
                break
        return new

    def _unused(self, lower: str) -> str:
        """Return a word of the same length that stands for no other yet, be it a word of the message; the last tried if there is none."""
        new = lower
        for number in range(MANY_TRIES):
            numbers = self.stream(f"unused {number}", lower)
            new = "".join(
                DIGITS[next(numbers) % 10] if char in DIGITS else _other(char, LETTERS, numbers) for char in lower
            )
            if new != lower and new not in self.used:
                break
        return new

    def filler(self, text: str) -> str:
        """Return a replacement of a word in words of a person: another one at each place."""
        return like(self._shaped("".join(map(_lower, text)), text, f"place {next(self.places)}"), text)

    def stream(self, *names: str) -> Iterator[int]:
        """Yield numbers from 0 to 255 for ever, given by the key and the names."""
        seed = blake2b("\0".join(names).encode("utf-8", "surrogatepass"), key=self.key).digest()
        for block in count():
            yield from blake2b(block.to_bytes(8, "big") + seed, key=self.key).digest()

    def forget_places(self) -> None:
        """Begin to count the places of filler anew."""
        self.places = count()

    def _shaped(self, lower: str, text: str, salt: str) -> str:
        numbers = self.stream(salt, lower)
        if lower.isalpha():
            return _pronounceable(lower, numbers)
        start = _kept_prefix(text)
        pool = HEX if set(lower[start:]) <= set(HEX) else LETTERS
        made = [_other(char, pool, numbers) for char in lower]
        if start == 0 and lower[0] == "0":
            start = 1
        return lower[:start] + "".join(made[start:])


def like(new: str, text: str) -> str:
    """Return `new` with capitals where `text` has them; where they differ in length, what is left over is small."""
    if text.islower() or not new:
        return new
    if text.isupper():
        return new.upper()
    return "".join(_upper(a) if b.isupper() else a for a, b in zip(new, text, strict=False)) + new[len(text) :]


def _pronounceable(lower: str, numbers: Iterator[int]) -> str:
    vowel = next(numbers) % 2
    made = []
    for char in lower:
        vowel = 1 - vowel
        made.append(_other(char, VOWELS if vowel else CONSONANTS, numbers))
    return "".join(made)


def _kept_prefix(text: str) -> int:
    """Return how many capitals before a number stay: programs mark identifiers of theirs so (`E1tXyz-…`, `OF1A2B…`)."""
    if NOTES.fullmatch(text):
        return SHORT_PREFIX
    letters = len(text) - len(text.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return letters if letters <= SHORT_PREFIX and len(text) >= MIXED and text[letters : letters + 1].isdigit() else 0


def _other(char: str, letters: str, numbers: Iterator[int]) -> str:
    number = next(numbers)
    if char in DIGITS:
        return DIGITS[1 + number % 9]
    if char in LETTERS:
        letters = letters if letters is not HEX else HEX[10:]
        return letters[number % len(letters)]
    for first, last, pool in SCRIPTS:
        if first <= char <= last:
            return pool[number % len(pool)]
    return char


def _is_replaced(char: str) -> bool:
    return char in DIGITS or char in LETTERS or any(first <= char <= last for first, last, _ in SCRIPTS)


def _lower(char: str) -> str:
    return lower if len(lower := char.lower()) == 1 else char


def _upper(char: str) -> str:
    return upper if len(upper := char.upper()) == 1 else char
