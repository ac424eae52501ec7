"""Commit a batch in a child that is killed before statement 1, 2, 3, …, until one gets through; after each the store must be whole.

Usage: crash.py URL ; prints how many children were killed.
"""

import os
import signal
import sys

from dsnparse.policy import Policy
from dsnparse.report import Original, Recipient, Report
from dsnparse.store import Place, Processed, open_store
from dsnparse.store.sqlite import SqliteTransaction
from dsnparse.trust import Trust

BATCH = [
    Processed(
        digest=f"{number:064x}",
        report=Report(
            kind="failure",
            original=Original(message_id=f"<m{number}@origin.example>"),
            recipients=tuple(
                Recipient(address=address, action="failed", reason=reason, permanence="permanent", confidence=1.0)
                for address, reason in ((f"u{number}@dest.example", "user_unknown"), ("v@dest.example", "mailbox_full"))
            ),
        ),
        trust=(Trust(level="verified", proof=f"t{number}"),) * 2,
        place=Place(account="a", uid=str(number)),
        received=1_750_000_000.0 + 86_400 * number,
    )
    for number in range(2)
]
TABLES = ("messages", "recipients", "events", "places", "scores", "suppressions", "history", "proofs", "flood")


def killed_at(number: int, transaction: type) -> None:
    """Let the statement of that number, counted from now, and the commit be the end of this process."""
    left = number

    def count(method):  # noqa: ANN001, ANN202
        def counted(*arguments):  # noqa: ANN002, ANN202
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*arguments)

        return counted

    transaction.run = count(transaction.run)  # type: ignore[attr-defined]
    transaction.many = count(transaction.many)  # type: ignore[attr-defined]


def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows, without the moment they were written and the numbers counted up, which a rollback may skip."""
    with open_store(url) as store, store.database.reading() as transaction:
        rows = {name: transaction.run(f"SELECT * FROM {name}") for name in TABLES}
    volatile = {"messages": 2, "events": 0, "history": 0}
    return {
        name: sorted(tuple(value for at, value in enumerate(row) if at != volatile.get(name)) for row in found)
        for name, found in rows.items()
    }


def emptied(url: str) -> None:
    """Forget everything."""
    with open_store(url) as store, store.database.writing() as transaction:
        for name in ("events", "recipients", *TABLES):
            transaction.run(f"DELETE FROM {name}")


def attempt(url: str, statement: int, transaction: type) -> bool:
    """Return whether the child that commits the batch was killed."""
    child = os.fork()
    if child == 0:
        store = open_store(url, policy=Policy())
        killed_at(statement, transaction)
        store.commit(BATCH)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}, status
    return status == signal.SIGKILL


def main(url: str) -> None:
    """Kill and compare."""
    kind: type = SqliteTransaction
    if url.startswith("postgresql"):
        from dsnparse.store.postgresql import PostgresqlTransaction  # noqa: PLC0415

        kind = PostgresqlTransaction
    kills = 0
    open_store(url).close()
    nothing = contents(url)
    with open_store(url) as store:
        store.commit(BATCH)
    everything = contents(url)
    assert everything != nothing
    emptied(url)
    while attempt(url, kills + 1, kind):
        kills += 1
        assert contents(url) == nothing, kills
        with open_store(url) as store:
            store.commit(BATCH)
            assert store.commit(BATCH).duplicates == len(BATCH)
        assert contents(url) == everything, kills
        emptied(url)
    assert contents(url) == everything
    sys.stdout.write(f"{kills}\n")


main(sys.argv[1])
