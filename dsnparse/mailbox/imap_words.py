"""What IMAP servers answer: bodies out of FETCH responses, sets of UIDs, the COPYUID of a move."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Final

from dsnparse.mailbox import Letter

UID: Final = re.compile(rb"[( ]UID ([0-9]{1,10})(?=[ )]|\Z)")
SIZE: Final = re.compile(rb"[( ]RFC822\.SIZE ([0-9]{1,15})(?=[ )]|\Z)")
# An empty or tiny body may come as a quoted string and not as a literal.
QUOTED_BODY: Final = re.compile(rb'[( ]BODY\[\](?:<0>)? "((?:[^"\\]|\\["\\])*)"')
# RFC 9051 date-time
ARRIVED: Final = re.compile(rb'[( ]INTERNALDATE "([ 0-9]?[0-9]-[A-Za-z]{3}-[0-9]{4} [0-9:]{8} [+-][0-9]{4})"')
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
COPYUID: Final = re.compile(rb"([0-9]{1,10}) ([0-9,:]+) ([0-9,:]+)")

Answer = Iterable[bytes | tuple[bytes, bytes] | None]


def bodies(answer: Answer) -> Iterator[Letter]:
    """Yield the message of each FETCH response; what else the server chose to tell is passed over."""
    body: bytes | None = None
    line = b""
    for item in chain(answer, (b")",)):
        if isinstance(item, tuple):
            line, body = item
            continue
        text = item or b""
        if body is None and (quoted := QUOTED_BODY.search(text)):
            body = re.sub(rb"\\(.)", rb"\1", quoted[1])
        # The UID may stand before the literal or after it.
        if body is not None and (uid := UID.search(line) or UID.search(text)):
            yield Letter(uid[1].decode(), body, received=_moment(line + text))
        line, body = b"", None


def sizes(answer: Answer) -> dict[str, int]:
    """Return the size that the server states for each UID."""
    found = {}
    for item in answer:
        text = item[0] if isinstance(item, tuple) else item or b""
        if (uid := UID.search(text)) and (size := SIZE.search(text)):
            found[uid[1].decode()] = int(size[1])
    return found


def uid_set(keys: Iterable[str]) -> str:
    """Return UIDs as a sequence set, runs put together."""
    runs: list[list[int]] = []
    for uid in sorted(map(int, keys)):
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(f"{first}:{last}" if last > first else f"{first}" for first, last in runs)


def copied(answer: bytes | None) -> tuple[int, dict[str, str]]:
    """Read a COPYUID: the UIDVALIDITY of the other folder, and the new UID of each old one."""
    match = COPYUID.search(answer or b"")
    if not match:
        return 0, {}
    old, new = _expand(match[2]), _expand(match[3])
    return int(match[1]), dict(zip(old, new, strict=False))


def _moment(text: bytes) -> float:
    """Return the internal date in seconds since 1970, 0 where there is none."""
    if not (match := ARRIVED.search(text)):
        return 0.0
    day, month, rest = match[1].decode().strip().split("-", 2)
    number = MONTHS.index(month.lower()) + 1 if month.lower() in MONTHS else 0
    try:
        return datetime.strptime(f"{int(day):02}-{number:02}-{rest}", "%d-%m-%Y %H:%M:%S %z").timestamp()
    except ValueError:  # a 31st of June
        return 0.0


def _expand(text: bytes) -> Iterator[str]:
    for run in text.split(b","):
        first, _, last = run.partition(b":")
        if first:
            yield from map(str, range(int(first), int(last or first) + 1))
