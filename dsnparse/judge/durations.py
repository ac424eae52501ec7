"""How long a diagnostic says: for how many seconds to wait, and how much longer the queue goes on trying.

Each duration of the text is taken with the words before it on its sentence, which tell what it is; links are left out of them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from dsnparse.judge.code import SAME
from dsnparse.judge.extras import URL
from dsnparse.late import late, late_phrases

DAY: Final = 86_400
LONGEST_WAIT: Final = 7 * DAY  # who asks for more does not speak of another attempt
LONGEST_QUEUE: Final = 60 * DAY
MAX_DURATIONS: Final = 20
WORDS_BEFORE: Final = 100
WORDS_AFTER: Final = 40

# English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian; then Chinese, Japanese, Korean.
UNITS: Final = (
    (1, r"s|secs?|seconds?|seconds?\(s\)|sekunden?|secondes?|segundos?|secondi|secondo|seconden|sekundy?|seg|сек|секунды?|секунд"),
    (60, r"m|mins?|mn|minutes?|minute\(s\)|minuten|minutos?|minut[io]|minuty?|мин|минуты?|минут"),
    (3_600, r"h|hrs?|hours?|hour\(s\)|stunden?|std|heures?|horas?|or[ae]|uur|uren|godzin[ay]?|ч|часа?|часов"),
    (DAY, r"d|days?|day\(s\)|tagen?|tage?|jours?|d[ií]as?|giorn[io]|dag|dagen|dni|dzień|день|дня|дней"),
)  # fmt: skip
EAST_UNITS: Final = ((1, "秒|초"), (60, "分[钟鐘]?|분"), (3_600, "小[时時]|時間|시간"), (DAY, "天|日間?|일"))
NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "half an": 0.5,
    "ein": 1, "eine": 1, "einer": 1, "einem": 1, "un": 1, "une": 1, "una": 1, "um": 1, "uma": 1, "één": 1, "один": 1, "одну": 1,
}  # fmt: skip
WORDS: Final = "|".join(sorted(NUMBERS, key=len, reverse=True))
NUMBER: Final = rf"(?:[0-9]{{1,7}}(?:[.,][0-9]{{1,3}})?|(?:{WORDS})(?=\s\w{{3}}))"
UNIT: Final = "|".join(f"({unit})" for _, unit in UNITS)
EAST: Final = "|".join(f"({unit})" for _, unit in EAST_UNITS)
SECONDS: Final = tuple(seconds for seconds, _ in (*UNITS, *EAST_UNITS))
AMOUNT: Final = (
    rf"({NUMBER})(?:[\s-]{{0,2}}(?:(?:more|additional|further|weitere) )?(?:{UNIT})(?![a-zà-ÿа-я])|\s{{0,2}}(?:{EAST}))"
)
PIECE: Final = late(AMOUNT)
# milter-greylist writes 00:05:00; a clock after a date or a `T` is a time of the day.
CLOCK: Final = r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])(?![0-9:])"
SEVERAL: Final = re.sub(r"(?<!\\)\((?!\?)", "(?:", AMOUNT)  # the same without groups
DURATION: Final = late(
    rf"(?<![a-zà-ÿа-я0-9_.:/#-])(?:{CLOCK}|{SEVERAL}(?:[\s,]{{0,3}}(?:(?:and|und|et|y|e|en|i|и) )?{SEVERAL}){{0,3}})"
)
TIME_OF_DAY: Final = late(r"\b(?:at|until|since|um|à|a las|в)\s{0,2}\Z")
# What a text without any duration has nothing of: 9 of 10 diagnostics are done with by this.
HINT: Final = late_phrases(
    rf"[0-9][\s-]{{0,2}}(?:(?:more|additional|further|weitere) )?(?:{UNIT}|{EAST})(?:[^a-z]|$)|[0-9]:[0-5][0-9]:|retry.?after|\b(?:{WORDS})\s\w{{3}}"
)
# RETRY-AFTER=600: an HTTP field (RFC 9110 section 10.2.3) that some filters quote.
BARE: Final = late(r"\bretry[-_ ]?after\s?[=:]\s?([0-9]{1,7})(?![0-9.,:]|\s?[a-z])", re.ASCII)

CONTINUES: Final = late(
    r"(?:\b(?:continue[sd]?|continuing|keeps?|retried|(?:will|to|be) (?:re)?(?:try|tried|attempt|attempted)|delivery attempts|wird|werden|weiter\w*|noch|pendant|durante|encore|aún)\b"
    r"[^0-9]{0,90}\b(?:for|over|next|another|additional|within|during|noch|weitere|pendant|durante|encore)\b[^0-9]{0,20}"
    r"|\b(?:for|over|during) the next )\Z"
)
UNTIL_OLD: Final = late(r"\buntil (?:(?:the|your|this) )?(?:message|mail|it) is\s{0,2}\Z")
OLD: Final = late(r"\s{0,2}old\b")
AGE: Final = late(
    r"\b(?:undelivered|not (?:(?:yet|be|been) ){0,2}delivered|in (?:the|our) queue|been queued|delayed)[^0-9]{0,40}\b(?:after|for|since)\s{0,2}\Z"
)

# What a server says that asks to wait. `try again for 3 days` is what a queue does.
ASKS: Final = late(
    r"(?:\b(?:re-?try(?! (?:time|age|count|limit|interval))|try|again|come back|call back|return|re-?connect|re-?send|re-?submit|later|versuchen|erneut|wieder|réessay\w*|nouvel essai|renvoy\w*|reint\w*|intent\w*|tent[ea]\w*|riprov\w*|probeer\w*|ponownie)\b"
    r"(?![^0-9]*\b(?:for|until)\b)[^0-9]{0,60}"
    r"|\b(?:wait|gr[ae]y-?list\w*|defer(?:red)? for|(?:blocked|rejected|banned|throttled|suspended|refused|unavailable|limited)(?: temporarily)? for|available (?:again )?(?:in|after)|expires? (?:in|after)|warten|gedulden|patient\w*|attend\w*|esper\w*|attender\w*|wacht|подожд\w*|повтор\w*|попробу\w*|через)\b[^0-9]{0,60})\Z"
)
THEN: Final = late(
    r"\s{0,2}(?:(?:remaining|left|to (?:wait|go)|until retry|(?:and |then )?(?:try|retry) again|noch ?einmal|erneut|wieder|nochmal|opnieuw)\b|以上|以?[後后]|之[後后]|후)"
)


class Durations(NamedTuple):
    """Seconds to wait before the next attempt, and seconds that attempts go on."""

    retry_after: int | None = None
    queue_left: int | None = None


UNSAID: Final = Durations()


@lru_cache(SAME)
def find_durations(text: str) -> Durations:
    """Return for how long a server asks to wait, and for how long the writer goes on trying."""
    lower = text.lower()
    if not HINT.search(lower):
        return UNSAID
    if bare := BARE.search(lower):
        return Durations(_within(int(bare[1]), LONGEST_WAIT))
    lower = URL.sub("", lower) if "://" in lower else lower
    said: dict[str, int] = {}
    for role, seconds in _roles(lower):
        said.setdefault(role, seconds)
    left = said.get("left") or ("age" in said and said.get("lifetime", 0) - said["age"]) or None
    return Durations(_within(said.get("wait"), LONGEST_WAIT), _within(left, LONGEST_QUEUE))


def _roles(lower: str) -> Iterator[tuple[str, int]]:
    """Yield what each duration is by the words around it, and its seconds."""
    past = 0
    for match in islice(DURATION.finditer(lower), MAX_DURATIONS):
        before, after = _around(lower, past, match)
        past = match.end()
        if role := _role(before, after, is_clock=match[1] is not None):
            yield role, _seconds(match)


def _role(before: str, after: str, *, is_clock: bool) -> str:
    if UNTIL_OLD.search(before) and OLD.match(after):
        return "lifetime"
    if AGE.search(before):
        return "age"
    if CONTINUES.search(before):
        return "left"
    asks = ASKS.search(before) and not (is_clock and TIME_OF_DAY.search(before))
    return "wait" if asks or THEN.match(after) else ""


def _around(text: str, past: int, match: re.Match[str]) -> tuple[str, str]:
    """Return the words of the sentence before and after a duration, back to the duration before it."""
    before = text[max(past, match.start() - WORDS_BEFORE) : match.start()].rpartition(". ")[2]
    return before, text[match.end() : match.end() + WORDS_AFTER]


def _seconds(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1]) * 3_600 + int(match[2]) * 60 + int(match[3])
    return round(sum(_number(piece[1]) * SECONDS[(piece.lastindex or 2) - 2] for piece in PIECE.finditer(match[0])))


def _number(text: str) -> float:
    return NUMBERS[text] if text in NUMBERS else float(text.replace(",", "."))


def _within(seconds: int | None, most: int) -> int | None:
    return seconds if seconds and 0 < seconds <= most else None
