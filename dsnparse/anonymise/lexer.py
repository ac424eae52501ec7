"""What to replace in a text: addresses, hosts, IP addresses, identifiers and names, wherever they stand.

What a word is depends on where it stands: a reply keeps its words but for the names that stand elsewhere in the message as names, a
display name keeps none, and what a person wrote keeps its shape alone. So the message is read twice: the first reading learns the
names, the second replaces them everywhere.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from dsnparse.anonymise.grammar import CAMEL, CODE, IPV4, IS_JSON, JSON_ESCAPE, PIECE, TOKEN
from dsnparse.anonymise.hosts import RUN, find_ip, replace_host, replace_ip
from dsnparse.anonymise.known import (
    LABELS,
    ROLES,
    TLDS,
    is_program,
    is_providers_own,
    is_reserved,
    is_role,
    provider_suffix,
    vocabulary,
    words,
)
from dsnparse.anonymise.mapping import Mapping
from dsnparse.anonymise.names import Names
from dsnparse.anonymise.segments import Edit


class Mode(Enum):
    """What kind of words a text is made of."""

    REPLY = "reply"  # words of a server: they stay, but for names
    NAMES = "names"  # names of persons: none stays
    TITLE = "title"  # words of a server or a person: those that rules know stay
    IDS = "ids"  # identifiers: all but words that rules know are replaced
    WORDS = "words"  # what a person wrote and a server may quote: none stays, each becomes the same each time
    FILLER = "filler"  # what a person wrote: another word at each place


# What names a part of an X.400 or X.500 address or of a URL, not a person.
KEYS: Final = words(
    "a c cid cn dda dns ftp g http https i mailto o ou ou1 ou2 ou3 ou4 p rfc822 s smtp unknown utf x400"
)
SIZE_BEFORE: Final = re.compile(r"(?i)(?:size|limit|max|bytes|quota|error|code)\W{0,3}(?:\w{1,10}\W{1,3}){0,3}\Z")
SIZE_BEHIND: Final = re.compile(r"(?i)\s{0,2}(?:bytes?|octets?|[km]b|kilobytes?)\b")
AROUND: Final = 40
MIXED: Final = 8
NUMBER: Final = 7
LONG: Final = 16
PART: Final = 3
STEM: Final = 6


class Positions(NamedTuple):
    """Where a text is known to have a host name or an identifier, by their first characters."""

    hosts: frozenset[int] = frozenset()
    ids: frozenset[int] = frozenset()


NOWHERE: Final = Positions()
Found = tuple[int, int, str]


class Place(NamedTuple):
    """A text, the kind of its words, and what is known of places in it."""

    text: str
    mode: Mode
    known: Positions
    phrases: frozenset[int]


class Lexer:
    """Finds the edits of one text after the other."""

    def __init__(self, mapping: Mapping, names: Names) -> None:
        self.mapping = mapping
        self.names = names

    def edits(
        self, text: str, mode: Mode, start: int = 0, end: int | None = None, *, known: Positions = NOWHERE
    ) -> list[Edit]:
        """Return what is to be replaced in `text[start:end]`, in order."""
        end = len(text) if end is None else end
        phrases = self.names.phrase_words(text, start, end) if mode in (Mode.REPLY, Mode.TITLE) else frozenset()
        place = Place(text, mode, known, phrases)
        if IS_JSON.match(text):
            place = place._replace(text=JSON_ESCAPE.sub(lambda match: " " * len(match[0]), text))
        found = sorted(item for match in TOKEN.finditer(place.text, start, end) for item in self._found(match, place))
        return [Edit(first, last, new) for first, last, new in found if text[first:last] != new]

    def _found(self, match: re.Match[str], place: Place) -> Iterator[Found]:
        kind = match.lastgroup
        if match[0].lower() in self.names.keep:
            return
        if kind == "chunk":
            yield from self._chunk(match, place)
        elif match["local"]:
            yield from self._address(match, place.mode)
        elif kind == "ipv6":
            yield (*match.span(), self._ipv6(match[0], place.mode))
        elif kind in ("account", "x400"):
            first = match[0].find("=") + 1
            yield (match.start() + first, match.end(), RUN.sub(lambda run: self._of_login(run[0]), match[0][first:]))
        elif kind == "phone":
            yield (*match.span(), RUN.sub(lambda run: self.mapping.word(run[0]), match[0]))

    def _ipv6(self, text: str, mode: Mode) -> str:
        if find_ip(text):
            return replace_ip(self.mapping, text)
        return RUN.sub(lambda run: self.mapping.filler(run[0]), text) if mode is Mode.FILLER else text

    def _address(self, match: re.Match[str], mode: Mode) -> Iterator[Found]:
        local, domain = match["local"], match["domain"]
        yield (*match.span("local"), self._local_part(local, mode))
        if domain and domain.lower() not in self.names.keep:
            own = is_providers_own(local, domain)
            yield (*match.span("domain"), replace_host(self.mapping, domain) if own else self._domain(domain))

    def _domain(self, host: str) -> str:
        """Return the replacement of the domain in the address of a person."""
        if not provider_suffix(host):
            self.names.learn_host(host)
        return replace_host(self.mapping, host, of_person=True)

    def _local_part(self, local: str, mode: Mode) -> str:
        """Return the replacement of a local part, in which another address may stand: `list-bounces+ines=dest.example`."""
        if is_role(local):
            return local
        if code := CODE.match(local):
            return code[0] + self._local_part(local[code.end() :], mode)
        is_id = (mode is Mode.IDS and any(map(str.isdigit, local))) or any(
            is_token(local, *run.span()) for run in RUN.finditer(local)
        )
        return PIECE.sub(lambda match: self._local_piece(match, local, is_id=is_id), local)

    def _local_piece(self, match: re.Match[str], local: str, *, is_id: bool) -> str:
        piece = match[0]
        if piece.lower() in self.names.keep:
            return piece
        if len(piece) < len(local) and is_host(piece):
            return self._domain(piece)
        if ip := find_ip(piece):
            return replace_ip(self.mapping, str(ip))
        if local[match.end() : match.end() + 1] == "=" and all(map(_is_key, RUN.findall(piece))):
            return piece
        return RUN.sub(lambda run: self._of_mailbox(run[0], is_id=is_id), piece)

    def _of_mailbox(self, run: str, *, is_id: bool) -> str:
        lower = run.lower()
        if lower in ROLES or lower in self.names.keep:
            return run
        if is_id and lower in vocabulary() and lower not in self.names.mailboxes:
            return run  # `dovecot-1736154677-…`
        self.names.mailboxes.add(lower)
        self.names.learn_word(run)
        return self.mapping.word(run)

    def _of_login(self, run: str) -> str:
        self.names.learn_word(run)
        return self.mapping.word(run)

    def _chunk(self, match: re.Match[str], place: Place) -> Iterator[Found]:
        chunk, start = match[0], match.start()
        if start in place.known.hosts or chunk.lower() in self.names.hosts:
            yield (*match.span(), self._host_in_place(chunk))
        elif (is_host(chunk) and not is_program(place.text, *match.span())) or (
            "." in chunk and place.text.endswith("//", 0, start) and not find_ip(chunk)
        ):
            yield (*match.span(), self._host(chunk))
        else:
            yield from self._words(match, place)

    def _host_in_place(self, chunk: str) -> str:
        if "." not in chunk and all(_is_common(run) for run in RUN.findall(chunk.lower())):
            return chunk
        return replace_ip(self.mapping, chunk) if find_ip(chunk) else self._host(chunk)

    def _host(self, chunk: str) -> str:
        if is_reserved(chunk):  # in front of which an identifier may stand, as in boundaries of IIS
            first = RUN.match(chunk)
            if first is None or len(first[0]) < LONG or not is_token(chunk, *first.span()):
                return chunk
            return self.mapping.word(first[0]) + chunk[first.end() :]
        self.names.learn_host(chunk)
        return replace_host(self.mapping, chunk)

    def _words(self, match: re.Match[str], place: Place) -> Iterator[Found]:
        """Yield what is to be replaced in words joined by hyphens and dots, among them IP addresses."""
        inner = [ip.span() for ip in IPV4.finditer(place.text, *match.span()) if find_ip(ip[0])]
        yield from ((first, last, replace_ip(self.mapping, place.text[first:last])) for first, last in inner)
        runs = [run for run in RUN.finditer(place.text, *match.span()) if not _is_within(run.start(), inner)]
        is_id = match.start() in place.known.ids
        compound = is_id or any(is_token(place.text, *run.span()) for run in runs)
        in_place = place._replace(mode=Mode.IDS) if is_id else place
        for run in runs:
            if run[0].lower() not in self.names.keep:
                yield (*run.span(), self._word(run, in_place, compound=compound))

    def _word(self, match: re.Match[str], place: Place, *, compound: bool) -> str:
        run, lower = match[0], match[0].lower()
        if place.mode is Mode.FILLER:
            return run if lower in KEYS else self.mapping.filler(run)
        if place.mode is Mode.WORDS:
            return self.mapping.word(run)
        if place.mode is Mode.NAMES:
            return self._of_person(match, place.text)
        if match.start() in place.phrases or self.names.has(lower) or _is_wanted(run, place.mode):
            if place.mode is Mode.IDS and len(run) > PART:
                self.names.learn_word(run)
            return self.mapping.word(run)
        if lower in vocabulary() or lower in KEYS:
            return run
        part_of_one = compound and len(run) >= PART and any(map(str.isdigit, run))
        return self.mapping.word(run) if part_of_one or is_token(place.text, *match.span()) else run

    def _of_person(self, match: re.Match[str], text: str) -> str:
        run = match[0]
        if run.lower() in KEYS and (not run.islower() or text[match.end() : match.end() + 1] in (";", "=", ":")):
            return run
        self.names.learn_person(run)
        return self.mapping.word(run)


def _is_wanted(run: str, mode: Mode) -> bool:
    """Tell whether a word that is no name is to be replaced for the kind of words it is among."""
    common = run.lower() in vocabulary() or run.lower() in KEYS
    if mode is Mode.IDS:
        return not common
    return mode is Mode.TITLE and not common and not run.isdigit() and len(run) > 1 and not _is_compound(run.lower())


def _is_compound(lower: str) -> bool:
    """Tell whether a word begins with one of replies, as in languages that join them: `Zustellungsfehler`."""
    return any(lower[:size] in vocabulary() for size in range(STEM, len(lower)))


def is_token(text: str, first: int, last: int) -> bool:
    """Tell whether a word is an identifier: letters with digits, a long number, letters in no order of capitals."""
    run = text[first:last]
    if len(run) < NUMBER or not run.isascii() or run.lower() in vocabulary() or text[first - 1 : first] == "#":
        return False  # behind "#" stands the number of a page that explains the reply
    if run.isdigit():
        return not SIZE_BEHIND.match(text, last) and not SIZE_BEFORE.search(text[max(0, first - AROUND) : first])
    if run.isalpha():
        return len(run) >= LONG and len(CAMEL.findall(run)) * 3 > len(run)
    return len(run) >= MIXED


def is_host(chunk: str) -> bool:
    """Tell whether dotted words are a host name: the last one is a top-level domain and does not begin a sentence."""
    labels = chunk.split(".")
    last = labels[-1]
    if len(labels) == 1 or last.lower() not in TLDS or last.istitle():
        return False
    return all(labels) and max(map(len, labels[:-1])) > 1


def _is_common(lower: str) -> bool:
    return lower in vocabulary() or lower in LABELS or lower in ROLES or lower.isdigit()


def _is_key(run: str) -> bool:
    """Tell whether a word before "=" names a value: in a URL, in X.500, in a check of a sender."""
    return len(run) == 1 or run.lower() in KEYS or run.lower() in vocabulary()


def _is_within(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= at < last for first, last in spans)
