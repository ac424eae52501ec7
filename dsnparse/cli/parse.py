"""`dsnparse parse`: each input becomes one record, in the order of the inputs, whatever the others do."""

import os
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

import dsnparse
from dsnparse.cli.arguments.common import chosen_rules
from dsnparse.cli.progress import Progress
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop, Stopped
from dsnparse.errors import SinkError
from dsnparse.limits import Limits
from dsnparse.report import Report
from dsnparse.sinks import Format
from dsnparse.sinks.output import STDOUT, Output, identity, open_output
from dsnparse.sources import Item, Message, PassedOver, Unread, messages

BLOCK: Final = 64 << 10
PATIENCE: Final = 0.1
TO_STDOUT: Final = "-"


def run(options: Namespace, stop: Stop) -> int:
    """Read all paths and write all records; 1 if an input could not be read."""
    to_stdout = options.output == TO_STDOUT
    if to_stdout and sys.stdout is None:
        reason = "standard output is closed"
        raise SinkError(reason)
    on_screen = to_stdout and os.isatty(STDOUT)
    options.format = options.format or ("table" if on_screen else "jsonl")
    talk = not options.quiet
    progress = Progress(wanted=talk and not on_screen and sys.stderr is not None and sys.stderr.isatty())
    output = open_output(options.output)
    task = Parse(options, Lines(output, stop), progress)
    try:
        task.all(messages(options.paths, task.limits.max_message_bytes, identity(options.output)))
        output.commit()
    except BaseException:
        output.abandon()
        raise
    finally:
        progress.close()
    if talk and options.format == "table":
        say(task.summary())
    return 1 if task.failed else 0


class Lines:
    """Whole lines on their way to the output: many are written at once, none waits for long."""

    def __init__(self, output: Output, stop: Stop) -> None:
        self.output = output
        self.stop = stop
        self.waiting: list[bytes] = []
        self.size = 0
        self.due = 0.0

    def add(self, lines: bytes) -> None:
        """Take whole lines."""
        if lines:
            self.waiting.append(lines)
            self.size += len(lines)
            if self.size >= BLOCK or time.monotonic() >= self.due:
                self.flush()

    def flush(self) -> None:
        """Write what waits."""
        block = b"".join(self.waiting)
        self.waiting, self.size = [], 0
        with self.stop.shield():
            self.output.write(block)
        self.due = time.monotonic() + PATIENCE


class Parse:
    """One run of the command, and what it counts."""

    def __init__(self, options: Namespace, lines: Lines, progress: Progress) -> None:
        self.limits = Limits()
        self.rules = chosen_rules(options)
        self.vocabularies = tuple(dict.fromkeys(options.vocabulary))
        self.wanted = frozenset(options.kind or ())
        self.format = choose_format(options)
        self.lines = lines
        self.progress = progress
        self.kinds: Counter[str] = Counter()
        self.recipients = 0
        self.unread = 0
        self.failed = 0

    def all(self, items: Iterator[Item]) -> None:
        """Write a record for each item; what is whole when the run is stopped is still written."""
        try:
            self.lines.add(self.format.begin())
            for item in items:
                self.one(item)
                self.progress.tick()
            self.lines.add(self.format.end())
        except Stopped:
            self.lines.flush()
            raise
        self.lines.flush()

    def one(self, item: Item) -> None:
        """Write the record of one item."""
        match item:
            case Message(source, raw):
                try:
                    report = dsnparse.parse(raw, limits=self.limits, rules=self.rules, source=source)
                except MemoryError:  # one message too big for this machine must not cost the others
                    self._unread(source, "not enough memory", failed=True)
                else:
                    self._report(report)
            case Unread(source, error, failed):
                self._unread(source, error, failed=failed)
            case PassedOver(source, reason):
                self.progress.say(f"{source}: passed over, {reason}")

    def summary(self) -> str:
        """Return what came out, in one line."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.most_common())
        parts = [f"{self.kinds.total()} messages" + (f" ({kinds})" if kinds else ""), f"{self.recipients} recipients"]
        return "; ".join([*parts, f"{self.unread} not read"] if self.unread else parts)

    def _report(self, report: Report) -> None:
        if self.wanted and report.kind not in self.wanted:
            return
        if self.vocabularies:
            report = dsnparse.with_labels(report, self.vocabularies)
        self.kinds[report.kind] += 1
        self.recipients += len(report.recipients)
        self.lines.add(self.format.report(report))

    def _unread(self, source: str, error: str, *, failed: bool) -> None:
        self.unread += 1
        self.failed += failed
        self.progress.say(f"{source}: {error}")
        self.lines.add(self.format.unread(source, error))


def choose_format(options: Namespace) -> Format:
    """Return the format asked for; each is imported only when it is."""
    if options.format == "table":
        from dsnparse.sinks.table import Table  # noqa: PLC0415 - one format of four

        return Table(_width() if options.output == TO_STDOUT else 0, options.vocabulary)
    if options.format == "csv":
        from dsnparse.sinks.csv_rows import CsvRows  # noqa: PLC0415 - one format of four

        return CsvRows(every=options.all_fields, raw=options.csv_raw, vocabularies=options.vocabulary)
    from dsnparse.sinks.json_array import JsonArray  # noqa: PLC0415 - one format of four
    from dsnparse.sinks.jsonl import JsonLines  # noqa: PLC0415 - one format of four

    encode = partial(dsnparse.to_json, all_fields=options.all_fields)
    return JsonArray(encode) if options.format == "json" else JsonLines(encode)


def _width() -> int:
    """Return the width of the terminal, 0 if standard output is none."""
    try:
        return os.get_terminal_size(STDOUT).columns
    except OSError:
        return 0
