"""anonymise: one message in, the same message about nobody out. It is walked twice, once to learn the names, once to replace them."""

from typing import NamedTuple

from dsnparse.anonymise.check import Leftover, find_leftovers, words_of
from dsnparse.anonymise.mapping import Mapping
from dsnparse.anonymise.names import Names
from dsnparse.anonymise.rewrite import Rewriter


class Anonymous(NamedTuple):
    """The message, what was found in it that should not be, and the common words that are somebody's name in it and stay."""

    raw: bytes
    leftovers: list[Leftover]
    common: list[str]


def anonymise(raw: bytes, key: bytes, keep: frozenset[str] = frozenset()) -> Anonymous:
    """Return the message without its people; `key` decides by what they are replaced, words and names of `keep` stay."""
    data = with_crlf(raw)
    names = Names(frozenset(word.lower() for word in keep))
    mapping = Mapping(key, words_of(data))
    rewriter = Rewriter(mapping, names)
    rewriter.report(data)
    mapping.forget_places()
    new = rewriter.report(data)
    return Anonymous(new, find_leftovers(data, new, names.keep), sorted(names.common))


def with_crlf(raw: bytes) -> bytes:
    """Return a message with CRLF at the end of each line, as it is sent."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
