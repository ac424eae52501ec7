"""check: what is wrong with the vendor files, for `dsnparse rules check`. Not imported by anything that parses mail.

It stands above the rest of `rules`, since what a reason may be called and which of two wins is the registry's to say.
That no vendor takes another's mail for its own, and that a sample or an example uses each pattern, needs the corpus: tests/test_rules.py.
"""

import re
from collections.abc import Callable, Iterator
from time import thread_time
from typing import Final

import re2

from dsnparse.errors import RuleError
from dsnparse.registry import reasons
from dsnparse.rules.catalogue import Catalogue, Replies, decode_vendor, index_is_fresh
from dsnparse.rules.index import vendor_files
from dsnparse.rules.kinds import PLACES
from dsnparse.rules.layer import winner
from dsnparse.rules.phrases import PhraseSet, options
from dsnparse.rules.schema import Notice, ReasonRule, Vendor
from dsnparse.rules.table import FIELDS, FRAGMENTS, GROUP, LONG_LINE, TOLD, LineTable, expand

# A fragment nobody defined would be matched letter by letter; an escaped brace is one, as in `\{address\}`.
FRAGMENT: Final = re.compile(r"(?<!\\)\{[a-z_]+\}")
HOST: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
# What a pattern says when all its signs are taken away: a line that nearly fits.
SIGNS: Final = re.compile(r"\(\?P<[a-z_]+>|\\[a-zA-Z]|[^A-Za-z0-9<>@:. -]")

# Pieces of hostile lines. Each is repeated to these lengths, in which a linear search takes 16 times as long at the end.
PIECES: Final = (
    "a",
    " ",
    "a ",
    "1",
    "1 ",
    ".",
    "a.",
    "<",
    ">",
    "<a@",
    "a@b ",
    "a@b.c, ",
    "<a@b.c> ",
    "@a",
    ": ",
    "- ",
    "--",
    "(",
    "\t",
    "\xe9",
    "550 ",
    "5.1.1 ",
    "not ",
    "=?",
)
SHORT: Final = 1 << 10
LONG: Final = 16 << 10
# Only what is beyond doubt is told, in time of this thread alone, so that a busy machine is never blamed on a pattern: quadratic would be 256.
TOO_MANY_TIMES: Final = 100
# `re` reads lines up to LONG_LINE, in microseconds. Shorter ones go first, since an exponential pattern never ends.
SHORT_LINES: Final = (10, 13, 17, 22, 28, 36, 47, 61, 79, 103, 134, LONG_LINE)
SLOW_SHORT_LINE: Final = 0.02
BY_RE: Final = ("begins", "announces", "names", "ends", "spares", "skips", "lines", "closings", "contacts", "footers")
NOISE: Final = 0.002
TRIES: Final = 5


def check() -> list[str]:
    """Return every problem of the vendor files in dsnparse/vendors, one a line; nothing when all is well."""
    vendors: list[Vendor] = []
    problems: list[str] = []
    for name, text in vendor_files().items():
        try:
            vendors.append(decode_vendor(name, text.decode("utf-8")))
        except RuleError as error:
            problems.append(str(error))
    for vendor in vendors:
        problems += check_vendor(vendor)
    if not problems:
        try:
            Catalogue(vendors)
        except RuleError as error:
            problems.append(str(error))
    if not problems and not index_is_fresh():
        problems.append("index.json: not made from these files: run `dsnparse rules build`")
    return problems


def check_vendor(vendor: Vendor) -> list[str]:
    """Return every problem of one vendor, slow patterns too, which takes a moment."""
    problems = check_form(vendor)
    return problems or list(_slow(vendor, _phrases(vendor)))


def check_form(vendor: Vendor) -> list[str]:
    """Return what keeps a vendor's patterns from being used, and the examples that prove them wrong."""
    problems = [
        f"{vendor.name}.{where}: {problem}" for where, pattern in patterns(vendor) for problem in _pattern(pattern)
    ]
    problems += [
        f"{vendor.name}.reasons[{n}]: {problem}" for n, rule in enumerate(vendor.reasons) for problem in _meaning(rule)
    ]
    problems += [f"{vendor.name}.hosts: no host name: {host!r}" for host in vendor.hosts if not HOST.fullmatch(host)]
    if problems:  # what does not compile, or means nothing, cannot be tried
        return problems
    return [*_unread(vendor), *_examples(vendor, _phrases(vendor))]


def _phrases(vendor: Vendor) -> PhraseSet:
    return PhraseSet((f"{vendor.name}.reasons[{n}]", rule.pattern) for n, rule in enumerate(vendor.reasons))


def patterns(vendor: Vendor) -> Iterator[tuple[str, str]]:
    """Yield place and text of each pattern of a vendor, as written."""
    told: dict[str, tuple[str, ...]] = {
        f"recognise.{name}": getattr(vendor.recognise, name) for name in vendor.recognise.__struct_fields__
    }
    if vendor.notice:
        told |= {name: getattr(vendor.notice, name) for name in vendor.notice.__struct_fields__ if name != "examples"}
    for number, rule in enumerate(vendor.kinds):
        told |= {f"kinds[{number}].{place}": getattr(rule, place) for place in PLACES}
    told |= {"tags": vendor.tags, "replies": vendor.replies, "reasons": tuple(rule.pattern for rule in vendor.reasons)}
    for name, texts in told.items():
        for number, text in enumerate(texts):
            yield f"{name}[{number}]", text


def _pattern(text: str) -> Iterator[str]:
    """Yield what keeps a pattern from being used."""
    for fragment in FRAGMENT.findall(text):
        if fragment not in FRAGMENTS:
            yield f"no such fragment: '{fragment}'"
    pattern = expand(text)
    for field in GROUP.findall(pattern):
        if field not in FIELDS:
            yield f"no such field: '{field}'"
    try:
        if re.compile(pattern.encode("utf-8"), re.IGNORECASE).groups > len(GROUP.findall(pattern)):
            yield "a group without a name: write (?:...)"  # its number would be taken for that of a field
    except re.error as error:
        yield f"{error}"
    try:
        re2.compile(pattern, options())
    except re2.error as error:
        yield f"RE2: {error.args[0]!s}"


def _meaning(rule: ReasonRule) -> Iterator[str]:
    """Yield what the registry does not know of a reason."""
    entry = reasons().get(rule.means)
    if entry is None:
        yield f"no such reason: '{rule.means}'"
    elif rule.detail and rule.detail not in entry.details:
        yield f"'{rule.means}' has no detail '{rule.detail}'"
    yield from (f"no such reason: '{name}'" for name in rule.over if name not in reasons())
    if not rule.examples:
        yield "no example"


def examples(vendor: Vendor) -> Iterator[tuple[str, str]]:
    """Yield place and text of each example of a line, and of a sentence around a reply."""
    notice = vendor.notice or Notice()
    for name, texts in (("notice.examples", notice.examples), ("wrapped", vendor.wrapped)):
        for number, text in enumerate(texts):
            yield f"{name}[{number}]", text


def _unread(vendor: Vendor) -> Iterator[str]:
    """Yield each of these examples that no pattern reads."""
    table, replies = LineTable(vendor.name, vendor.notice or Notice()), Replies(vendor.name, vendor.replies)
    for where, text in examples(vendor):
        line = text.encode("utf-8").strip()
        readings = (read(line, 0, len(line)) for read in (table.begins, table.name, table.read))
        if not (replies.unwrap(text) if where.startswith("wrapped") else any(readings)):
            yield f"{vendor.name}.{where}: no pattern reads {text!r}"


def _examples(vendor: Vendor, phrases: PhraseSet) -> Iterator[str]:
    """Yield each example that another rule wins, and each neighbour that a rule takes in."""
    for number, rule in enumerate(vendor.reasons):
        where = f"{vendor.name}.reasons[{number}]"
        for text in rule.examples:
            winner = winning_rule(vendor, phrases.hits(text))
            if winner != number:
                yield f"{where}: example {text!r} is won by {'no rule' if winner is None else f'reasons[{winner}]'}"
        for text in rule.near:
            if number in phrases.hits(text):
                yield f"{where}: near text {text!r} is matched"


def winning_rule(vendor: Vendor, hits: list[int]) -> int | None:
    """Return which of the rules that fit gives a text its reason."""
    return (
        hits[winner([vendor.reasons[number] for number in hits], lambda name: reasons()[name].rank)] if hits else None
    )


def _slow(vendor: Vendor, phrases: PhraseSet) -> Iterator[str]:
    """Yield each pattern, and each set of them, that takes more than its share of time for a hostile line."""
    nearly = {where: _nearly(text) for where, text in patterns(vendor)}
    for where, text in patterns(vendor):
        if where.startswith(BY_RE):
            fits = re.compile(expand(text).encode("utf-8"), re.IGNORECASE).fullmatch
            yield from (
                f"{vendor.name}.{where}: slow on {piece}" for piece in _slow_short_lines(fits, (*PIECES, nearly[where]))
            )
    for what, search in _engines(vendor, phrases):
        for piece in (*PIECES, *nearly.values()):
            if _grows(search, piece):
                yield f"{vendor.name}.{what}: time grows faster than the line, as for {piece!r} repeated"
                break


def _slow_short_lines(fits: Callable[[bytes], object], pieces: tuple[str, ...]) -> Iterator[str]:
    """Yield the first hostile line that takes `re` too long."""
    for piece in pieces:
        for size in SHORT_LINES:
            if _takes(fits, piece, size) > SLOW_SHORT_LINE:
                yield f"{size} bytes of {piece!r}"
                return


def _engines(vendor: Vendor, phrases: PhraseSet) -> Iterator[tuple[str, Callable[[bytes], object]]]:
    """Yield what is asked of a whole line or reply."""
    if vendor.notice:
        table = LineTable(vendor.name, vendor.notice)
        yield "lines", lambda line: table.read(line, 0, len(line))
        for kind in TOLD:
            yield kind, getattr(table, kind).any
    yield "reasons", phrases.hits
    for number, text in enumerate(vendor.replies):
        yield f"replies[{number}]", re2.compile(expand(text).encode("utf-8"), options()).search


def _nearly(pattern: str) -> str:
    return SIGNS.sub("", pattern)[:60] or "a"


def _grows(search: Callable[[bytes], object], piece: str) -> bool:
    """Tell whether 16 times the text takes a hundred times as long, whenever one tries."""
    return all(
        _takes(search, piece, LONG, 1) > TOO_MANY_TIMES * _takes(search, piece, SHORT, 1) + NOISE for _ in range(TRIES)
    )


def _takes(search: Callable[[bytes], object], piece: str, size: int, tries: int = 2) -> float:
    """Return the shortest time in which a line of `size` bytes was searched."""
    line = (piece * size).encode("utf-8")[: size - 1].decode("utf-8", "ignore").encode("utf-8") + b"\x01"
    best = float("inf")
    for _ in range(tries):
        begun = thread_time()
        search(line)
        best = min(best, thread_time() - begun)
    return best
