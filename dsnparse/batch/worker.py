"""One worker: tasks in, frames out, until its parent closes the connection or is gone."""

import os
import resource
import signal
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from msgspec.structs import replace

import dsnparse
from dsnparse.batch import exchange
from dsnparse.batch.exchange import Frame, Gone, Known, Opening, Parsing, Ready, Settings, Skipped, Task
from dsnparse.batch.selection import Selection
from dsnparse.limits import Limits
from dsnparse.rules.own import load_rules
from dsnparse.sinks.blocks import open_block
from dsnparse.sources.items import Item, Message
from dsnparse.sources.portions import Archive
from dsnparse.sources.shards import AnyShard, Files, Portion, read

# A frame holds what was read from so many bytes or so many items: its way costs next to nothing, and little is done again.
BYTES: Final = 1 << 20
ITEMS: Final = 250
NO_MEMORY: Final = 71


def main(connection: Connection, settings: bytes) -> None:
    """Serve one parent."""
    # Ctrl-C goes to all processes of a terminal; what it means for us, the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    chosen = exchange.read_settings(settings)
    try:
        worker = Worker(connection, chosen)
        restrict(chosen.memory)
        worker.serve()
    except (EOFError, ConnectionError):  # the parent has all it wanted, or is gone
        os._exit(0)
    except MemoryError:
        os._exit(NO_MEMORY)


class Worker:
    """A connection, and the frame that is being filled."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self.connection = connection
        self.seconds = settings.seconds
        self.keep_raw = settings.keep_raw
        self.limits = Limits(max_message_bytes=settings.cap)
        own = settings.rules or not settings.vendors
        self.rules = load_rules(*settings.rules, vendors=settings.vendors) if own else None
        self.selection = Selection(settings.kinds, settings.since)
        self.vocabularies = settings.forms[0].vocabularies
        self.blocks = [open_block(form) for form in settings.forms]
        self.frame = Frame()
        self.archive: Archive | None = None

    def serve(self) -> None:
        """Work off one task after another."""
        self._send(Ready())
        while True:
            task = exchange.read_task(self.connection.recv_bytes())
            try:
                self.work(task)
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)

    def work(self, task: Task) -> None:
        """Send all frames of one task; the last one says that it is."""
        rest = float("inf") if task.limit is None else task.limit
        for known in task.known:
            self._tell(known)
        for item in islice(self._items(task), task.skip, None):
            if task.careful and isinstance(item, Message):
                self._send(Parsing(item.source, item.raw if self.keep_raw else b""))
            self._add(item)
            if task.careful or self.frame.size >= BYTES or self.frame.items >= ITEMS:
                rest -= self.frame.messages
                self._flush()
            if self.frame.messages >= rest:
                break
        self._flush(done=True)

    def _items(self, task: Task) -> Iterator[Item]:
        if task.limit == 0:
            return
        for shard in self._shards(task):
            for item in self._read(shard):
                self._wind()
                yield item

    def _read(self, shard: AnyShard) -> Iterator[Item]:
        """Read a shard; an archive stays open from one portion to the next."""
        if not isinstance(shard, Portion):
            self.archive = None
            return read(shard, cap=self.limits.max_message_bytes)
        if not self.archive or not self.archive.leads_to(shard.path, shard.first):
            self.archive = Archive(shard.path, shard.place, self.limits.max_message_bytes)
        return self.archive.portion(shard.first, shard.items, self._wind)

    def _wind(self) -> None:
        """Set processor time for this item, and for reading the next: the signal that ends it kills, whatever runs."""
        signal.setitimer(signal.ITIMER_PROF, self.seconds)

    def _shards(self, task: Task) -> Iterator[AnyShard]:
        self._wind()
        if task.careful and isinstance(task.shard, Files):
            for index, path in enumerate(task.shard.paths):
                self._send(Opening(index))
                yield replace(task.shard, paths=(path,))
        elif task.shard:
            yield task.shard

    def _add(self, item: Item) -> None:
        if not isinstance(item, Message):
            self._tell(exchange.known(item))
            return
        try:
            report = dsnparse.parse(item.raw, limits=self.limits, rules=self.rules, source=item.source)
            if self.vocabularies:
                report = dsnparse.with_labels(report, self.vocabularies)
            if self.selection.wants(report):
                for block in self.blocks:
                    block.report(report)
                self.frame.tally.report(report)
            else:
                self.frame.tally.left_out += 1
        except MemoryError:  # one message too big for this machine must not cost the others
            self._tell(Gone(item.source, "not enough memory"))
            return
        self.frame.items += 1
        self.frame.messages += 1
        self.frame.size += len(item.raw)

    def _tell(self, item: Known) -> None:
        self.frame.items += 1
        if isinstance(item, Skipped):
            self.frame.notes.append(f"{item.source}: passed over, {item.reason}")
            return
        self.frame.messages += 1
        self.frame.notes.append(f"{item.source}: {item.error}")
        self.frame.tally.unread += 1
        self.frame.tally.failed += item.failed
        for block in self.blocks:
            block.unread(item.source, item.error)

    def _flush(self, *, done: bool = False) -> None:
        self.frame.blocks = tuple([block.take() for block in self.blocks])
        self.frame.done = done
        self._send(self.frame)
        self.frame = Frame()

    def _send(self, answer: exchange.Answer) -> None:
        self.connection.send_bytes(exchange.encode(answer))


def restrict(memory: int) -> None:
    """Let this process have so many bytes of memory more than it has, and leave no core behind when it dies."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = Path("/proc/self/statm")
    if pages.exists():
        memory += int(pages.read_bytes().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or memory < hard:
        resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
