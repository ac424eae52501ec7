"""Events by page, and by address: what is looked at rather than delivered."""

from typing import Final

from dsnparse.store import rows
from dsnparse.store.event import Event
from dsnparse.store.store import Store
from dsnparse.tokens.code import normal

FROM: Final = rows.EVENTS.partition("WHERE")[0]
AFTER: Final = f"{FROM} WHERE e.seq > :edge ORDER BY e.seq LIMIT :most"
BEFORE: Final = f"{FROM} WHERE e.seq < :edge ORDER BY e.seq DESC LIMIT :most"
OF_ADDRESS: Final = "WHERE r.address IN (:given, :normal) AND"


def events_after(store: Store, edge: int, most: int, address: str = "") -> list[Event]:
    """Return events after an offset, the oldest first."""
    return _page(store, AFTER, edge, most, address)


def events_before(store: Store, edge: int, most: int, address: str = "") -> list[Event]:
    """Return events before an offset, the newest first."""
    return _page(store, BEFORE, edge, most, address)


def _page(store: Store, statement: str, edge: int, most: int, address: str) -> list[Event]:
    values: dict[str, str | int | float | None] = {"edge": edge, "most": most}
    if address:
        statement = statement.replace("WHERE", OF_ADDRESS)
        values |= {"given": address, "normal": normal(address)}
    with store.database.reading() as transaction:
        return [rows.read_event(row) for row in transaction.run(statement, values)]
