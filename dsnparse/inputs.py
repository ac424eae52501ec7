"""read: all messages of a file, folder, archive, mailbox or URL, each parsed, one after the other."""

import os
from collections.abc import Iterator
from typing import Final

from dsnparse.errors import SourceError
from dsnparse.limits import DEFAULT_LIMITS, Limits
from dsnparse.parse import parse
from dsnparse.report import Report
from dsnparse.rules.catalogue import Catalogue

SHOWN: Final = 3


def read(
    path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS, rules: Catalogue | None = None
) -> Iterator[Report]:
    """Yield the report of each message in `path`: whatever `dsnparse parse` takes; a `Path` is always a file or folder.

    Messages are read as they are asked for, and what cannot be read never costs the others: after the last report SourceError tells
    of all of it, so that a loop which ends without an error has seen everything. Its `unread` has (source, reason) of each.
    `source` of a report says where its message was: `box#3`, `archive.zip!member.eml`.
    """
    from dsnparse.sources import Message, Unread, messages  # noqa: PLC0415 - who parses bytes needs none of it

    name = os.fspath(path)
    if not isinstance(path, str):
        name = os.path.join(os.curdir, name)  # noqa: PTH118 - a Path would drop it; what is absolute stays as it is
    unread = []
    for item in messages([name], limits.max_message_bytes):
        if isinstance(item, Message):
            yield parse(item.raw, limits=limits, rules=rules, source=item.source)
        elif isinstance(item, Unread) and item.failed:
            unread.append((item.source, item.error))
    if unread:
        shown = "; ".join(f"{source}: {error}" for source, error in unread[:SHOWN])
        raise SourceError(shown if len(unread) <= SHOWN else f"{shown}; and {len(unread) - SHOWN} more", tuple(unread))
