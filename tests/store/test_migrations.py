import time
from collections.abc import Callable

import pytest

from dsnparse.errors import StoreError
from dsnparse.store import Processed, open_store
from dsnparse.store.migrate import NOTE, VERSIONS, bring_up, steps, version_of
from dsnparse.store.url import open_database

Make = Callable[..., Processed]
DAY = 86_400
# What the first version wrote.
OLD_ROWS = (
    """INSERT INTO messages (digest, received, stored, account, kind, vendor, message_id, reporting_mta, original_message_id, error, report)
    VALUES ('ab', 1, 2, 'imap', 'failure', '', '', '', '', '', '{}')""",
    """INSERT INTO recipients (event_id, digest, position, address, action, status, reason, level, trust, record)
    VALUES ('e1', 'ab', 0, 'ines@dest.example', 'failed', '', 'user_unknown', 'unverified', '{}', '{"address": "ines@dest.example"}')""",
    "INSERT INTO events (event_id) VALUES ('e1')",
)


def of_version(url: str, version: int) -> None:
    """Make a store as that version made it."""
    database = open_database(url)
    with database.writing() as transaction:
        transaction.run(VERSIONS)
        for script in steps()[:version]:
            for statement in script.replace("{serial}", database.serial).split(";\n"):
                if statement.strip():
                    transaction.run(statement)
        transaction.run(NOTE, {"version": version})
        for statement in OLD_ROWS if version else ():
            transaction.run(statement)
    database.close()


@pytest.mark.parametrize("version", range(1, len(steps())))
def test_stores_of_every_version_are_brought_up(version: int, url: str, message: Make) -> None:
    of_version(url, version)
    with pytest.raises(
        StoreError, match=f"is of version {version}, this dsnparse needs {len(steps())}: run `dsnparse store migrate`"
    ):
        open_store(url)
    with open_store(url, migrate=True) as store:
        assert [(each.recipient.address, each.decision) for each in store.feed("test")] == [("ines@dest.example", "")]
        assert store.commit([message(1, level="verified")]).suppressed == ("user1@dest.example",)
        assert store.seen(["ab"]) == {"ab"}
    open_store(url).close()


def test_a_store_of_the_future_is_left_alone(url: str) -> None:
    open_store(url).close()
    database = open_database(url)
    with database.writing() as transaction:
        transaction.run(NOTE, {"version": 99})
    database.close()
    with pytest.raises(StoreError, match="of version 99, which this dsnparse does not know"):
        open_store(url, migrate=True)


def test_a_migration_that_fails_changes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    of_version(url, 1)
    before = steps()
    monkeypatch.setattr(
        "dsnparse.store.migrate.steps",
        lambda: (*before, "CREATE TABLE one (a TEXT);\nCREATE TABLE messages (a TEXT);\n"),
    )
    with pytest.raises(StoreError):
        open_store(url, migrate=True)
    monkeypatch.undo()
    database = open_database(url)
    assert version_of(database) == 1
    assert bring_up(database, migrate=True) == len(before) - 1
    assert bring_up(database, migrate=True) == 0
    database.close()


def test_retention(url: str, message: Make) -> None:
    now = time.time()
    with open_store(url) as store:
        store.commit(
            [message(1, level="verified", received=now - 100 * DAY), message(2, level="verified", received=now - DAY)]
        )
        assert store.retain(30).messages == 1
        assert [each.recipient.address for each in store.feed("test")] == ["user2@dest.example"]
        assert store.commit([message(1)]).duplicates == 1
        assert store.suppressions.find("user1@dest.example") is not None
        assert store.suppressions.history("user1@dest.example") == []
        assert len(store.suppressions.history("user2@dest.example")) == 1
        assert store.retain(30).messages == 0


def test_retention_waits_for_sinks(url: str, message: Make) -> None:
    with open_store(url) as store:
        store.confirm("slow", 0)
        store.commit([message(1), message(2)])
        assert store.retain(1).messages == 0
        first, second = store.feed("slow")
        store.confirm("slow", first.offset)
        assert store.retain(1).messages == 1
        assert [each.event_id for each in store.feed("slow")] == [second.event_id]
        store.confirm("slow", second.offset)
        assert store.retain(1).messages == 1


def test_expired_suppressions_go(url: str) -> None:
    with open_store(url) as store:
        store.suppressions.add(["a@dest.example"], "x", expires=time.time() - 1)
        store.suppressions.add(["b@dest.example"], "x", expires=time.time() + 1000)
        assert store.retain(1).expired == 1
        assert store.suppressions.find("b@dest.example") is not None
