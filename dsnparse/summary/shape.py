"""The Structs of a Summary: counts, ranked and cut, ready to be drawn."""

from msgspec import Struct

from dsnparse.explanation import Actor


class Period(Struct, frozen=True):
    """What was reported within a day, a month or a year; `name` is 2025-06-02, 2025-06 or 2025."""

    name: str
    failed: int = 0
    delayed: int = 0
    delivered: int = 0
    complaints: int = 0


class Count(Struct, frozen=True):
    """One row of a ranking: a name, how often it was met, and with what, the most frequent first."""

    name: str
    count: int
    with_: tuple[tuple[str, int], ...] = ()


class Ranking(Struct, frozen=True):
    """The most frequent names; `others` is how often all the rest was met."""

    rows: tuple[Count, ...] = ()
    others: int = 0


class Help(Struct, frozen=True):
    """A sentence of what helps, and who has to do it."""

    actor: Actor
    text: str


class Task(Struct, frozen=True):
    """A reason whose cause is on the sender's side, how many recipients it kept from being reached, where, and what helps."""

    reason: str
    title: str
    count: int
    domains: tuple[tuple[str, int], ...]
    helps: tuple[Help, ...]


class Stopped(Struct, frozen=True):
    """An address that should not be mailed again: `last` is the day it was last reported, empty where no report was dated."""

    address: str
    reason: str
    status: str
    last: str


class Summary(Struct, frozen=True, kw_only=True):
    """All of it. `undated` recipients are in no period, those of `outside` lie before or after the periods shown.

    `more_suppress` counts recipients, since addresses beyond the cap are not kept.
    """

    messages: int = 0
    recipients: int = 0
    unread: int = 0
    failed: int = 0
    delayed: int = 0
    delivered: int = 0
    complaints: int = 0
    periods: tuple[Period, ...] = ()
    undated: int = 0
    outside: int = 0
    kinds: Ranking = Ranking()
    reasons: Ranking = Ranking()
    faults: Ranking = Ranking()
    domains: Ranking = Ranking()
    vendors: Ranking = Ranking()
    blocklists: Ranking = Ranking()
    authentication: Ranking = Ranking()
    suppress: tuple[Stopped, ...] = ()
    more_suppress: int = 0
    tasks: tuple[Task, ...] = ()
    unknowns: Ranking = Ranking()
