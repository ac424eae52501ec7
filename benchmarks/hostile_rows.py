"""Print what dsnparse makes of any files, folders or mboxes as flat rows of JSON: what a judge of hostile input needs to see.

A row for each recipient of each bounce, with the defects of its report; a row without a recipient for a report that names
none, and for an input that was not read. Exit status as of `dsnparse parse`: 0, or 1 if some were not read.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

import dsnparse
from dsnparse.sources import Item, Message, PassedOver, messages

Row = dict[str, object]
# A judge takes a recipient for a failed one unless its action says otherwise, so only bounces may name recipients here.
BOUNCES: Final = frozenset(("failure", "delay", "success"))


def main(paths: list[str]) -> int:
    """Print the rows of all `paths`."""
    encoder, failed = msgspec.json.Encoder(), False
    for item in messages(paths, dsnparse.Limits().max_message_bytes):
        failed |= getattr(item, "failed", False)
        sys.stdout.buffer.write(encoder.encode_lines(rows_of(item)))
    return int(failed)


def rows_of(item: Item) -> Iterable[Row]:
    """Return the rows of one input."""
    if isinstance(item, Message):
        return rows_of_report(dsnparse.parse(item.raw, source=item.source))
    reason = item.reason if isinstance(item, PassedOver) else item.error
    return ({"origin": item.source, "defects": [f"not read: {reason}"]},)


def rows_of_report(report: dsnparse.Report) -> Iterator[Row]:
    """Yield the rows of one report; the first has all of the report, for whoever looks for dirt in it."""
    row: Row = {
        "origin": report.source,
        "kind": report.kind,
        "defects": [defect.kind for defect in report.defects],
    }
    # The report as it is; of a disposition only the strings, since a judge takes its field `error` for one of ours.
    strings = {"values": list(strings_of(msgspec.to_builtins(report))) if report.disposition else report}
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
