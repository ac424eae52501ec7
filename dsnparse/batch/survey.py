"""One more process: it reads an archive ahead of the workers and counts its portions.

What can kill a worker can kill it, so it is no part of the parent; where it dies, one worker gets the rest, and what becomes
of that is told as ever.
"""

import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Final

from msgspec import msgpack

from dsnparse.batch import exchange
from dsnparse.batch.exchange import Settings
from dsnparse.batch.pool import CONTEXT
from dsnparse.batch.worker import NO_MEMORY, restrict
from dsnparse.sources.entries import Entry, Place
from dsnparse.sources.items import Item
from dsnparse.sources.portions import REST, Archive, Counted, Survey, count

END: Final = Counted(0, 0)
encode: Final = msgpack.Encoder().encode
decode: Final = msgpack.Decoder(Counted).decode


def surveyor(settings: Settings) -> Survey:
    """Return what tells the portions of an archive, each as soon as it is known."""

    def survey(entry: Entry) -> Iterator[Counted]:
        ours, theirs = CONTEXT.Pipe(duplex=False)
        asked = (theirs, exchange.encode(settings), os.fsencode(entry.path), entry.place)
        process = CONTEXT.Process(target=main, args=asked, daemon=True)
        process.start()
        theirs.close()
        try:
            while (told := _next(ours)) != END:
                yield told
                if told.items == REST:
                    return
        finally:
            ours.close()
            process.kill()
            process.join()
            process.close()

    return survey


def main(connection: Connection, settings: bytes, path: bytes, place: Place) -> None:
    """Count the items of one file for one parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as workers do
    chosen = exchange.read_settings(settings)
    try:
        restrict(chosen.memory)
        items = Archive(path, place, chosen.cap).portion(0, REST)
        for counted in count(_timed(items, chosen.seconds)):
            connection.send_bytes(encode(counted))
        connection.send_bytes(encode(END))
    except ConnectionError:  # the parent has all it wanted, or is gone
        os._exit(0)
    except MemoryError:
        os._exit(NO_MEMORY)


def _timed(items: Iterator[Item], seconds: float) -> Iterator[Item]:
    """Yield items, none of which may take more processor time to be read."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    for item in items:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        yield item
    signal.setitimer(signal.ITIMER_PROF, 0)


def _next(connection: Connection) -> Counted:
    try:
        return decode(connection.recv_bytes())
    except (EOFError, OSError):  # it died
        return Counted(REST, 0)
