"""What is known beyond the meaning of codes and reasons: causes, fixes, checks, and notes on codes; each file read once, when asked for."""

from collections.abc import Iterable
from functools import cache
from typing import Final, Protocol, TypeVar

from msgspec.json import Decoder

from dsnparse import resource
from dsnparse.registry.entries import CauseEntry, CheckEntry, FixEntry, LikelyEntry, NoteEntry, RemedyEntry
from dsnparse.registry.tables import FOLDER


class Named(Protocol):
    """An entry with an `id` of two parts."""

    @property
    def id(self) -> str:
        """`reason.name`, or `code.name`."""


N = TypeVar("N", bound=Named)
T = TypeVar("T")

NOTHING: Final[tuple[()]] = ()


def remedy(reason: str) -> RemedyEntry:
    """Return what to say of a reason; `KeyError` if there is none."""
    return _remedies()[reason]


def causes(reason: str) -> tuple[CauseEntry, ...]:
    """Return the likely causes of a reason, the more usual first."""
    return _causes().get(reason, NOTHING)


def fixes(reason: str) -> tuple[FixEntry, ...]:
    """Return what helps."""
    return _fixes().get(reason, NOTHING)


def checks(reason: str) -> tuple[CheckEntry, ...]:
    """Return the commands and pages that verify a cause."""
    return _checks().get(reason, NOTHING)


def notes(code: str) -> tuple[NoteEntry, ...]:
    """Return what is known of a code: `554`, `5.7.1`."""
    return _notes().get(code, NOTHING)


def likely(code: str) -> tuple[str, ...] | None:
    """Return the reasons that a code stands for in practice; `None` where nobody has noted any."""
    return _likely().get(code)


@cache
def _remedies() -> dict[str, RemedyEntry]:
    return {entry.reason: entry for entry in _read("remedies.json", RemedyEntry)}


@cache
def _causes() -> dict[str, tuple[CauseEntry, ...]]:
    return _filed(_read("causes.json", CauseEntry))


@cache
def _fixes() -> dict[str, tuple[FixEntry, ...]]:
    return _filed(_read("fixes.json", FixEntry))


@cache
def _checks() -> dict[str, tuple[CheckEntry, ...]]:
    return _filed(_read("checks.json", CheckEntry))


@cache
def _notes() -> dict[str, tuple[NoteEntry, ...]]:
    return _filed(_read("notes.json", NoteEntry))


@cache
def _likely() -> dict[str, tuple[str, ...]]:
    return {entry.code: entry.reasons for entry in _read("likely.json", LikelyEntry)}


def _read(name: str, kind: type[T]) -> list[T]:
    return Decoder(list[kind]).decode(resource.read(FOLDER, name))  # type: ignore[valid-type] # a type made at run time


def _filed(entries: Iterable[N]) -> dict[str, tuple[N, ...]]:
    """Put the entries under what stands before the last dot of their id, in order."""
    filed: dict[str, tuple[N, ...]] = {}
    for entry in entries:
        key = entry.id.rpartition(".")[0]
        filed[key] = (*filed.get(key, ()), entry)
    return filed
