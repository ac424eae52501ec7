"""The answers of the API that are not reports or explanations."""

from typing import Literal, Self

from msgspec import Struct

from dsnparse.report import Report
from dsnparse.store import Event, Step, Store, Suppression


class UnreadInput(Struct, frozen=True):
    """A part of an archive that could not be read, and why."""

    source: str
    error: str


class Reports(Struct, frozen=True):
    """The reports of many messages, and what could not be read; not `complete` if there was more than one request may hold."""

    reports: tuple[Report, ...]
    unread: tuple[UnreadInput, ...]
    complete: bool


class EventPage(Struct, frozen=True):
    """Some events, and the offset to ask the next ones after; null at the end."""

    events: tuple[Event, ...]
    next: int | None


class Standing(Struct, frozen=True):
    """Whether an address is suppressed, what holds it back, and what has happened to it, the oldest first."""

    address: str
    suppressed: bool
    suppression: Suppression | None
    history: tuple[Step, ...]

    @classmethod
    def of(cls, store: Store, address: str) -> Self:
        """Ask the store."""
        found = store.suppressions.find(address)
        history = tuple(store.suppressions.history(address))
        return cls(address, found is not None and found.standing == "suppressed", found, history)


class Health(Struct, frozen=True):
    """That the service is there."""

    status: Literal["ok"]
    version: str


class Problem(Struct, frozen=True):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
