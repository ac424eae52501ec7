"""How a message becomes a report, in this process or in another one, and what is believed of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from msgspec import Struct

import dsnparse
from dsnparse.report import Report
from dsnparse.trust import assess
from dsnparse.trust.level import Trust
from dsnparse.watch.alone import Worker
from dsnparse.watch.settings import Settings

# The report, its bytes, when it arrived, and to whom it was delivered where that is known.
Judge = Callable[[Report, bytes, float, Sequence[str]], tuple[Trust, ...]]


class Reader(Struct, frozen=True):
    """What parses messages; `alone` raises DiedError for one that ends its process, and so does `parse` where all are isolated."""

    parse: Callable[[bytes], Report]
    alone: Callable[[bytes], Report]
    trust: Judge = lambda *_: ()


@contextmanager
def open_reader(settings: Settings) -> Iterator[Reader]:
    """Give what parses messages by the rules that are set."""
    rules = dsnparse.load_rules(*settings.rules) if settings.rules else None
    believed, _ = settings.belief()

    def trust(report: Report, raw: bytes, received: float, envelope_to: Sequence[str]) -> tuple[Trust, ...]:
        return assess(report, raw, believed, received=received, envelope_to=envelope_to)

    with closing(Worker(settings.rules)) as worker:
        parse = worker.parse if settings.isolate else partial(dsnparse.parse, rules=rules)
        yield Reader(parse=parse, alone=worker.parse, trust=trust)
