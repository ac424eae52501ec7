from collections.abc import Iterator
from pathlib import Path

import pytest

from dsnparse.report import Report
from dsnparse.store import Place, Processed, Store, open_store
from dsnparse.store.journal import Deed, Journal, Known

FOLDER = Place(account="imap://a.example", folder="INBOX", uidvalidity=7)
LONG = [f"{number:064x}" for number in range(1200)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


def place(uid: str, folder: str = "INBOX", uidvalidity: int = 7) -> Place:
    return Place(account="imap://a.example", folder=folder, uidvalidity=uidvalidity, uid=uid)


def deed(uid: str, digest: str, now: str = "") -> Deed:
    return Deed(place=place(uid), digest=digest, action="move:Done", now=place(now, "Done", 9))


def test_what_is_known_of_a_folder(store: Store) -> None:
    journal = Journal(store.database)
    store.commit([Processed(digest=digest, report=Report(kind="failure"), place=place(digest)) for digest in LONG])
    known = journal.known(FOLDER, [*LONG, "other"])
    assert known == {digest: Known(digest, "failure", "", done=False, undone=False) for digest in LONG}
    assert journal.known(place("", uidvalidity=8), LONG) == {}


def test_a_deed_is_intended_done_and_undone(store: Store) -> None:
    journal = Journal(store.database)
    store.commit([Processed(digest="d", report=Report(kind="failure"), place=place("5"))])
    journal.intend("run", [deed("5", "d")])
    assert (journal.of_run("run")[0].now.uid, journal.known(FOLDER, ["5"])["5"].done) == ("", False)
    journal.done("run", [deed("5", "d", "40")])
    (done,) = journal.of_run("run")
    assert (done.now, journal.known(FOLDER, ["5"])["5"].done, journal.undone(["d"])) == (
        place("40", "Done", 9),
        True,
        set(),
    )
    assert journal.runs() == [("run", 1, 0)]
    journal.undo(done)
    assert (journal.of_run("run"), journal.undone(["d", "x"]), journal.runs()) == ([], {"d"}, [("run", 1, 1)])
    assert journal.known(FOLDER, ["5"])["5"].undone


def test_attempts_are_counted_until_the_message_is_committed(store: Store) -> None:
    journal = Journal(store.database)
    journal.begin_attempts(["a", "b"])
    journal.begin_attempts(["a"])
    assert journal.attempts(["a", "b", "c"]) == {"a": 2, "b": 1}
    store.commit([Processed(digest="a", report=Report(kind="other"))])
    assert journal.attempts(["a", "b"]) == {"b": 1}
