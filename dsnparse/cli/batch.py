"""`dsnparse batch`: whole archives by several processes, into files that a later run can go on with."""

import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

from dsnparse import __version__
from dsnparse.batch.exchange import Settings
from dsnparse.batch.journal import Header, RefusedError
from dsnparse.batch.outputs import Outputs
from dsnparse.batch.pool import Pool
from dsnparse.batch.run import Run
from dsnparse.batch.survey import surveyor
from dsnparse.batch.writer import Writer
from dsnparse.cli import engine
from dsnparse.cli.arguments.common import chosen_rules
from dsnparse.cli.meter import Meter
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop, Stopped
from dsnparse.limits import Limits
from dsnparse.sinks.blocks import Form
from dsnparse.sinks.output import identity
from dsnparse.sinks.targets import Target, TargetError, is_stream, target
from dsnparse.sources import STDIN
from dsnparse.sources.shards import plan

TO_STDOUT: Final = "-"
MIB: Final = 1 << 20
USAGE: Final = 2
DRAWN: Final = 0.1


def run(options: Namespace, stop: Stop) -> int:
    """Write a record for each message of all sources; 1 if an input could not be read."""
    if STDIN in options.sources:
        options.parser.error("standard input cannot be shared by processes; `dsnparse parse` reads it")
    if options.engine:
        return engine.run(options)
    try:
        return Batch(options, stop).run()
    except RefusedError as reason:
        say(str(reason))
        return USAGE


class Batch:
    """One run of the command."""

    def __init__(self, options: Namespace, stop: Stop) -> None:
        self.options = options
        self.stop = stop
        self.targets = targets(options)
        self.outputs = Outputs(self.targets)
        talk = not options.quiet and sys.stderr is not None and sys.stderr.isatty()
        self.meter = Meter(options.sources, wanted=talk)

    def run(self) -> int:
        """Work, put the outputs in their places, and sum up."""
        try:
            chosen_rules(self.options)  # what is wrong with rules of the user, one process tells
            self.outputs.open(Header(asked(self.options)), resume=self.options.resume)
            writer = self._writer()
            self._work(writer)
            with self.stop.shield():
                writer.checkpoint(finished=True)
                self.outputs.commit()
        finally:
            self.meter.close()
            self.outputs.close()
        if not self.options.quiet:
            self._sum_up(writer)
        return 1 if writer.tally.failed else 0

    def _writer(self) -> Writer:
        return Writer(
            self.outputs.all,
            self.outputs.journal,
            self.meter,
            quarantine=Path(self.options.quarantine) if self.options.quarantine else None,
            shield=self.stop.shield,
        )

    def _work(self, writer: Writer) -> None:
        if self.outputs.journal and self.outputs.journal.finished:
            return
        limit = self.options.limit
        chosen = settings(self.options, self.targets)
        pool = Pool(chosen, self.options.jobs)
        try:
            output = next(filter(None, map(identity, self.options.output or [TO_STDOUT])), None)
            units = plan(self.options.sources, cap=chosen.cap, output=output, survey=surveyor(chosen))
            places = writer.places(units)
            ordered = not self.options.unordered
            Run(places, pool, writer, ordered=ordered, limit=limit, messages=writer.messages).all(DRAWN)
        except Stopped:
            with self.stop.shield():
                writer.checkpoint()
            raise
        finally:
            pool.close()

    def _sum_up(self, writer: Writer) -> None:
        seconds = time.monotonic() - self.meter.begun
        say(
            f"{writer.tally.messages:,} messages, {writer.tally.recipients:,} recipients in {seconds:,.1f} s "
            f"({self.meter.rate:,.0f} messages/s, {self.options.jobs} processes)"
        )
        for line in writer.tally.summary():
            say(line)


def targets(options: Namespace) -> list[Target]:
    """Return the outputs that were asked for."""
    form = Form("jsonl", options.all_fields, options.csv_raw, tuple(dict.fromkeys(options.vocabulary)))
    files = [os.path.realpath(path) for path in options.output if not is_stream(path)]
    if len(files) > len(set(files)):
        options.parser.error("two --output are the same file")
    try:
        return [target(path, form, options.partition_by) for path in options.output or [TO_STDOUT]]
    except TargetError as error:
        say(f"--output {error}")
        raise SystemExit(USAGE) from None


def settings(options: Namespace, outputs: Iterable[Target]) -> Settings:
    """Return what the workers have to know."""
    return Settings(
        forms=tuple(each.form for each in outputs),
        cap=Limits().max_message_bytes,
        kinds=frozenset(options.kind or ()),
        since=options.since,
        rules=tuple(options.rules),
        vendors=not options.no_vendors,
        seconds=options.max_seconds,
        memory=options.max_memory * MIB,
        keep_raw=bool(options.quarantine),
    )


def asked(options: Namespace) -> dict[str, str]:
    """Return all that decides what the outputs hold, as a later run that goes on with them must ask it, too."""
    values = {
        "the version of dsnparse": __version__,
        "the list of sources": [_without_secrets(source) for source in options.sources],
        "--output": options.output,
        "--kind": sorted(options.kind or ()),
        "--since": options.since,
        "--limit": options.limit,
        "--unordered": options.unordered,
        "--all-fields": options.all_fields,
        "--csv-raw": options.csv_raw,
        "--vocabulary": options.vocabulary,
        "--partition-by": options.partition_by,
        "--no-vendors": options.no_vendors,
        "the content of --rules": _rules(options.rules),
    }
    named = {
        f"the file {path}": _stamp(path) for path in options.sources if "://" not in path and not Path(path).is_dir()
    }
    return {what: _shown(value) for what, value in (values | named).items() if value}


def _without_secrets(source: str) -> str:
    """Return a source as it may be kept on the disk: an URL may hold keys, so it is only told apart from others."""
    if "://" not in source:
        return source
    return f"{source.partition('://')[0]}://({sha256(source.encode()).hexdigest()[:16]})"


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _rules(folders: Iterable[str]) -> str:
    found = sha256()
    for folder in folders:
        for path in sorted(Path(folder).glob("*.toml")):
            found.update(path.name.encode() + b"\n" + path.read_bytes())
    return found.hexdigest() if folders else ""


def _stamp(path: str) -> str:
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return "not there"
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(status.st_mtime))
    return f"{status.st_size} bytes of {moment}.{status.st_mtime_ns % 10**9:09}"
