"""Bytes that a diagnostic names: of the message or of what fills the mailbox, and of the limit that it is over.

Servers word this in hundreds of ways, but nearly always the words before a number say which of the two it is.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from dsnparse.judge.code import SAME
from dsnparse.judge.extras import URL
from dsnparse.late import late, late_phrases

LARGEST: Final = 1 << 50  # no mailbox holds more
MAX_SIZES: Final = 10
WORDS_BEFORE: Final = 60
WORDS_AFTER: Final = 20

# Kilo is 1024 here, as in the settings of nearly all servers; French octets and Russian letters (KB, MB, GB) count too.
FACTORS: Final = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "к": 1 << 10, "м": 1 << 20, "\u0433": 1 << 30}
SCALE: Final = "[kmgtкм\u0433]"
REST: Final = "(?:i?[bo\u0431]|-?bytes?|octets?|ilobytes?|egabytes?|igabytes?)?"
BYTES: Final = r"bytes?|octets?|b|o|байт\w{0,2}|字节|バイト"
GROUPED: Final = r"[0-9]{1,3}(?:[.,'\u00a0][0-9]{3}){2,4}|[0-9]{1,3},[0-9]{3}(?=[ ]?(?:bytes|octets|b\b))"
SIZE: Final = late(
    rf"(?<![a-z0-9.#_-])({GROUPED}|[0-9]{{1,13}}(?:[.,][0-9]{{1,3}})?)"
    rf"(?:[ -]?(?:({SCALE}){REST}|({BYTES}))(?![a-z0-9])|(?![0-9a-z_@-]|[.,:/][0-9a-z]))"
)
# A text without these has no size: 9 of 10 are done with by this.
HINT: Final = late_phrases(rf"[0-9][ -]?(?:{SCALE}{REST}|{BYTES})(?:[^a-z0-9]|$)|[0-9]{{4}}")
# What else is counted: these numbers are no bytes.
OTHERS: Final = late(
    r"\s?(?:lines?|messages?|mails?|recipients?|headers?|attachments?|parts?|files?|seconds?|minutes?|hours?|days?|characters?|%|percent)\b"
)
SHORTEST_BARE: Final = 4  # a number without a unit is a size from four digits on: others are codes

LIMIT: Final = late(
    r"\b(?:limit\w*|max\w*|quota\w*|allow\w*|permit\w*|accept\w*|exceed\w*|larger than|bigger than|greater than|less than|more than|over|up to|below|under|cap|capacity|databytes|grenze|höchst\w*|erlaubt\w*|zulässig\w*|überschreit\w*|limite\w*|maxim\w*|máxim\w*|dépass\w*|autoris\w*|permit\w*|supera|допустим\w*|предел\w*|превыша\w*|лимит\w*)(?!\w)|% (?:of|von|de)\b|最大|上限|限制"
)
ACTUAL: Final = late(
    r"\b(?:(?:message|mail|e-mail|it|that|body|nachricht|size|größe|taille|tamaño|subclass=\w{1,20} size)(?: (?:size|is|was|has|of|ist|are|were)){1,3}|your (?:message|mail|e-mail)(?: size)?|ihre nachricht|votre message|su mensaje|actual|subclass=\w{1,20} size)(?!\w)[ :=(]{0,3}\Z"
)
# `maximum message size of` speaks of the limit after all.
OF_A_LIMIT: Final = late(r"\b(?:max\w*|allow\w*|permit\w*|fixed|limit\w*|accept\w*|zulässig\w*|höchst\w*)\s\Z")
# What stands right before a number without a unit, where it is a size.
ANNOUNCED: Final = late(
    r"(?:\b(?:sizes?|limits?|max\w*|of|is|was|than|exceeds?|quota|to|databytes|bytes)[ :=(]{0,3}|[=:(])\Z"
)
ABOUT_A_MESSAGE: Final = late(
    r"\b(?:size|message|mail|e-mail|big|large|body|length|bytes|nachricht|groß|größe|taille|tamaño|размер|сообщени\w*|письм\w*)(?!\w)|大小|サイズ"
)
USED: Final = late(
    r"\b(?:us(?:ed?|es|ing|age)|current\w*|occup\w*|stor(?:ed|age used)|has|now|holds?|takes|contains|full at|belegt|verwendet|utilis\w*|usad\w*|ocupad\w*|занято|использован\w*)(?!\w)[^0-9]{0,20}\Z"
)  # fmt: skip
# `used of quota`, `used/quota`, `size > limit`.
RATIO: Final = late(r"\s{0,2}(?:/|>|of(?: the)?(?: allowed| maximum| your)?|von|sur|de|из|out of|used of)\s{0,2}\Z")
THEN_USED: Final = late(r"\s?(?:is |are )?(?:used|in use|occupied|belegt|utilis|занято)")


class Sizes(NamedTuple):
    """Bytes allowed, and bytes there are."""

    limit: int | None = None
    actual: int | None = None


NOTHING: Final = Sizes()


@lru_cache(SAME)
def message_sizes(text: str) -> Sizes:
    """Return the limit for a message and its size."""
    return _sizes(text.lower(), ACTUAL, ABOUT_A_MESSAGE)


@lru_cache(SAME)
def mailbox_sizes(text: str) -> Sizes:
    """Return the quota of a mailbox and what is used of it."""
    return _sizes(text.lower(), USED, None)


def _sizes(text: str, actual: re.Pattern[str], about: re.Pattern[str] | None) -> Sizes:
    """Return what the words before each number make of it: of two limits the larger one is what is over the other."""
    if not HINT.search(text):
        return NOTHING
    text = URL.sub("", text) if "://" in text else text
    limits: list[int] = []
    there: list[int] = []
    last = 0
    for role, value in _roles(text, actual, about):
        if role == "ratio":  # whatever the words before it made of the first of the two
            limits, there = [value], [last]
        elif role:
            (limits if role == "limit" else there).append(value)
        last = value
    if len(limits) > 1 and not there:
        there = [max(limits)]
    return Sizes(min(limits, default=None), there[0] if there else None) if limits or there else NOTHING


def _roles(text: str, actual: re.Pattern[str], about: re.Pattern[str] | None) -> Iterator[tuple[str, int]]:
    """Yield what each size is by the words around it, and its bytes."""
    past = 0
    for match in islice(SIZE.finditer(text), MAX_SIZES):
        before = text[max(past, match.start() - WORDS_BEFORE) : match.start()]
        value = _bytes(match, before)
        if not value or OTHERS.match(text, match.end()):
            continue
        yield _role(before, text[match.end() : match.end() + WORDS_AFTER], actual, about), value
        past = match.end()


def _role(before: str, after: str, actual: re.Pattern[str], about: re.Pattern[str] | None) -> str:
    if RATIO.fullmatch(before):
        return "ratio"
    if _is_actual(actual, before) or (about is None and THEN_USED.match(after)):
        return "there"
    if LIMIT.search(before):
        return "limit"
    return "there" if about and about.search(before) else ""


def _is_actual(actual: re.Pattern[str], before: str) -> bool:
    match = actual.search(before)
    return bool(match and not OF_A_LIMIT.search(before[: match.start()]))


def _bytes(match: re.Match[str], before: str) -> int:
    """Return a number as bytes; 0: it is none, such as a reply code or what no mailbox holds."""
    number, letter, unit = match[1], match[2], match[3]
    if not (letter or unit) and (len(number) < SHORTEST_BARE or not ANNOUNCED.search(before)):
        return 0
    if letter and re.fullmatch(r"[0-9]{1,4}[.,][0-9]{1,3}", number):
        value = float(number.replace(",", ".")) * FACTORS[letter]
    else:
        value = int(re.sub(r"[^0-9]", "", number)) * (FACTORS[letter] if letter else 1)
    return round(value) if value <= LARGEST else 0
