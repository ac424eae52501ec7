"""Print what dsnparse makes of any files, folders or mboxes as flat rows of JSON: what a judge of hostile input needs to see.

A row for each recipient of each report, with the defects of that report; a row without a recipient for a report that names
none; a row with `error` for an input that was not read. Exit status as of `dsnparse parse`: 0, or 1 if some were not read.
"""

import sys
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

import msgspec

import dsnparse
from dsnparse.sources import Message, PassedOver, messages

Row = dict[str, object]
# A judge takes a recipient for a failed one unless its action says otherwise, so only bounces may name recipients here.
BOUNCES: Final = frozenset(("failure", "delay", "success"))


def main(paths: list[str]) -> int:
    """Print the rows of all `paths`."""
    encoder, failed = msgspec.json.Encoder(), 0
    cap = dsnparse.Limits().max_message_bytes
    for item in messages(paths, cap):
        if isinstance(item, Message):
            rows = rows_of(dsnparse.parse(item.raw, source=item.source))
        elif isinstance(item, PassedOver):
            rows = iter(({"origin": item.source, "defects": [item.reason]},))
        else:
            failed |= item.failed
            rows = iter(({"origin": item.source, "error": item.error},))
        for row in rows:
            sys.stdout.buffer.write(encoder.encode(row) + b"\n")
    return int(failed)


def rows_of(report: dsnparse.Report) -> Iterator[Row]:
    """Yield the rows of one report; the first has all its strings, for whoever looks for dirt in them."""
    row: Row = {
        "origin": PurePath(report.source or "").name,
        "kind": report.kind,
        "defects": [defect.kind for defect in report.defects],
    }
    strings = {"values": list(strings_of(msgspec.to_builtins(report)))}
    if report.kind not in BOUNCES or not report.recipients:
        yield row | strings
        return
    for each in report.recipients:
        yield row | strings | {"recipient": each.address, "action": each.action, "reason": each.reason}
        strings = {}


def strings_of(value: object) -> Iterator[str]:
    """Yield every string of a tree of JSON values, keys too."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case dict(fields):
                waiting += [*fields.keys(), *fields.values()]
            case list(items) | tuple(items):
                waiting += items


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
