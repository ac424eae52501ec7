import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsnparse.errors import BusyError, StoreError, UsageError
from dsnparse.report import Recipient, Report
from dsnparse.store import CommitResult, Place, Processed, Store, event_id, open_store
from dsnparse.trust import Trust

Make = Callable[..., Processed]


def test_event_id_is_a_pure_function() -> None:
    assert event_id("ab", 3, 1) == sha256(b"ab:3:1").hexdigest()


@settings(derandomize=True, database=None)
@given(st.lists(st.tuples(st.text("0123456789abcdef", min_size=64, max_size=64), st.integers(0, 10_000)), unique=True))
def test_event_ids_differ(names: list[tuple[str, int]]) -> None:
    assert len({event_id(*name) for name in names}) == len(names)


def test_what_goes_in_comes_out(store: Store, message: Make) -> None:
    batch = [message(1, "a@dest.example", "b@dest.example", level="verified"), message(2)]
    suppressed = ("a@dest.example", "b@dest.example")
    assert store.commit(batch) == CommitResult(messages=2, events=3, suppressed=suppressed)
    events = list(store.feed("test"))
    assert [(each.digest, each.index, each.recipient.address, each.trust.level) for each in events] == [
        (batch[0].digest, 0, "a@dest.example", "verified"),
        (batch[0].digest, 1, "b@dest.example", "verified"),
        (batch[1].digest, 0, "user2@dest.example", "unverified"),
    ]
    first = events[0]
    assert first.event_id == event_id(batch[0].digest, 0)
    assert first.recipient == batch[0].report.recipients[0]
    assert (first.account, first.received, first.original_message_id) == (
        "imap://a.example",
        batch[0].received,
        "m1@origin.example",
    )


def test_a_message_counts_once(store: Store, message: Make) -> None:
    store.commit([message(1)])
    assert store.commit([message(1), message(1), message(2)]) == CommitResult(messages=1, duplicates=2, events=1)
    assert len(list(store.feed("test"))) == 2


def test_a_known_message_at_a_new_place_is_no_event(store: Store, message: Make) -> None:
    store.commit([message(1)])
    moved = Place(account="imap://a.example", folder="INBOX", uidvalidity=2, uid="77")
    assert store.commit([message(1, place=moved)]) == CommitResult(duplicates=1)
    assert store.known("imap://a.example", "INBOX", 2, ["76", "77"]) == {"77"}
    assert store.known("imap://a.example", "INBOX", 1, ["1", "2"]) == {"1"}
    assert store.known("imap://b.example", "INBOX", 1, ["1"]) == set()
    assert store.seen([message(1).digest, message(2).digest]) == {message(1).digest}


def test_many_uids_are_asked_for_at_once(store: Store, message: Make) -> None:
    store.commit([message(number) for number in range(1200)])
    known = store.known("imap://a.example", "INBOX", 1, map(str, range(600, 1800)))
    assert known == set(map(str, range(600, 1200)))
    assert len(list(store.feed("test"))) == 1200


def test_a_message_that_was_handed_over_has_no_place(store: Store, message: Make) -> None:
    store.commit([message(1, place=None, trust=())])
    assert [(each.account, each.trust) for each in store.feed("test")] == [("", Trust())]


def test_a_message_without_recipients_is_remembered(store: Store, message: Make) -> None:
    nothing = message(1, report=Report(kind="other"), trust=(), error="it ended two processes")
    assert store.commit([nothing]) == CommitResult(messages=1)
    assert store.commit([nothing]) == CommitResult(duplicates=1)


def test_attempts_are_counted_until_the_message_is_committed(store: Store, message: Make) -> None:
    digest = message(1).digest
    assert [store.begin_attempt(digest), store.begin_attempt(digest), store.begin_attempt("other")] == [1, 2, 1]
    store.commit([message(1)])
    assert store.begin_attempt(digest) == 1


def test_attempts_outlive_the_process(url: str) -> None:
    with open_store(url) as store:
        store.begin_attempt("ab")
    with open_store(url) as store:
        assert store.begin_attempt("ab") == 2


def test_each_sink_has_its_own_place(store: Store, message: Make) -> None:
    store.commit([message(number) for number in range(4)])
    offsets = [each.offset for each in store.feed("webhook")]
    store.confirm("webhook", offsets[1])
    store.confirm("webhook", offsets[0])
    assert [each.offset for each in store.feed("webhook")] == offsets[2:]
    assert [each.offset for each in store.feed("file")] == offsets
    assert [each.offset for each in store.feed("webhook", after=0)] == offsets
    assert store.confirmed("webhook") == offsets[1]


def test_events_that_come_while_they_are_read_are_read_too(store: Store, message: Make) -> None:
    store.commit([message(number) for number in range(500)])
    feed = store.feed("test")
    next(feed)
    store.commit([message(500)])
    assert len(list(feed)) == 500


def test_a_batch_is_kept_whole_or_not_at_all(store: Store, message: Make) -> None:
    wrong = message(2, "a@dest.example", "b@dest.example", trust=(Trust(),))
    with pytest.raises(ValueError, match="shorter"):
        store.commit([message(1), wrong])
    assert list(store.feed("test")) == []
    assert store.seen([message(1).digest]) == set()
    assert store.commit([message(1)]).messages == 1


def test_text_of_any_language_is_kept(store: Store, message: Make) -> None:
    store.commit([message(1, "größe@dest.example", "用户@dest.example")])
    assert [each.recipient.address for each in store.feed("test")] == ["größe@dest.example", "用户@dest.example"]


def test_a_mailbox_is_held_by_one(url: str) -> None:
    with open_store(url) as one, open_store(url) as other:
        with one.lock("imap://a.example"), pytest.raises(BusyError, match=r"imap://a\.example: another process"):
            other.lock("imap://a.example").__enter__()
        with one.lock("imap://a.example"), other.lock("imap://b.example"):
            pass
        with other.lock("imap://a.example"):
            pass


@pytest.mark.parametrize("text", ["", "sqlite:///", "store.db", "mysql://host/x", "postgresql://host:port/x"])
def test_what_is_no_url_of_a_store(text: str) -> None:
    with pytest.raises(UsageError):
        open_store(text)


def test_a_server_out_of_reach() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match=re.escape("PostgreSQL at 127.0.0.1: ")) as caught:
        open_store("postgresql://test:canary@127.0.0.1:1/x")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("dsnparse", ["sqlite3", "sqlalchemy", "dsnparse.store", "dsnparse.tokens", "dsnparse.trust"]),
        ("dsnparse.cli.arguments", ["sqlite3", "sqlalchemy", "dsnparse.store"]),
        ("dsnparse.store", ["sqlalchemy", "psycopg"]),
    ],
)
def test_nothing_is_loaded_that_is_not_needed(module: str, absent: list[str]) -> None:
    code = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_postgresql_without_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.delitem(sys.modules, "dsnparse.store.postgresql", raising=False)
    with pytest.raises(StoreError, match=r'pip install "dsnparse\[postgresql\]"'):
        open_store("postgresql://mail.example.com/dsnparse")


def test_a_report_that_names_nobody_decides_nothing(store: Store, message: Make) -> None:
    nobody = Report(kind="feedback", recipients=(Recipient(reason="feedback"),))
    store.commit([message(1, report=nobody, trust=(Trust(level="verified"),))])
    assert [(each.decision, each.because) for each in store.feed("test")] == [("ignore", "the report names no address")]
