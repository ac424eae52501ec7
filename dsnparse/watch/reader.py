"""How a message becomes a report, in this process or in another one, and what is believed of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from msgspec import Struct

import dsnparse
from dsnparse.report import Report
from dsnparse.trust import assess
from dsnparse.trust.level import Trust
from dsnparse.watch.alone import NO_ROOM, DiedError, Worker
from dsnparse.watch.settings import Settings
from dsnparse.watch.workers import Workers

Parse = Callable[[bytes], Report]
# The report, its bytes, when it arrived, and to whom it was delivered where that is known.
Judge = Callable[[Report, bytes, float, Sequence[str]], tuple[Trust, ...]]


class Reader(Struct, frozen=True):
    """What parses messages, and says which of them were being read when an earlier run ended; what cannot be parsed is an error in its place."""

    read: Callable[[Sequence[bytes], Sequence[bool]], Iterable[Report | DiedError]]
    trust: Judge = lambda *_: ()


@contextmanager
def open_reader(settings: Settings) -> Iterator[Reader]:
    """Give what parses messages by the rules that are set."""
    rules = dsnparse.load_rules(*settings.rules) if settings.rules else None
    believed, _ = settings.belief()

    def trust(report: Report, raw: bytes, received: float, envelope_to: Sequence[str]) -> tuple[Trust, ...]:
        return assess(report, raw, believed, received=received, envelope_to=envelope_to)

    if settings.isolate:
        with closing(Workers(settings.rules)) as workers:
            yield Reader(lambda raws, _: workers.parse(raws), trust)
    else:
        with closing(Worker(settings.rules)) as worker:
            yield Reader(partial(_read, partial(dsnparse.parse, rules=rules), worker.parse), trust)


def _read(parse: Parse, alone: Parse, raws: Sequence[bytes], tried: Sequence[bool]) -> Iterator[Report | DiedError]:
    """Parse here what was never tried, and in another process what was."""
    for raw, was_tried in zip(raws, tried, strict=True):
        try:
            yield alone(raw) if was_tried else parse(raw)
        except MemoryError:  # one message too big for this machine must not cost the others
            yield DiedError(NO_ROOM)
        except DiedError as error:
            yield error
