import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dsnparse.errors import BusyError, StoreError
from dsnparse.store import Processed, open_store
from dsnparse.store.filelock import network_file_system

Make = Callable[..., Processed]
FULL = """
import sys
sys.path.insert(0, sys.argv[2])
from conftest import processed
from dsnparse.errors import StoreError
from dsnparse.store import open_store
done = 0
store = open_store(sys.argv[1])
try:
    for number in range(5000):
        store.commit([processed(number)])
        done += 1
except StoreError as error:
    print(done, error)
    store.close()
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 2 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_loses_nothing(small_disk: Path) -> None:
    path = small_disk / "store.db"
    command = [sys.executable, "-c", FULL, f"sqlite:///{path}", str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    count, _, said = done.stdout.strip().partition(" ")
    assert said == f"{path}: no space left on the disk"
    assert int(count) > 10
    roomy = small_disk.parent / "store.db"
    for each in small_disk.iterdir():
        shutil.copy(each, small_disk.parent / each.name)
    with open_store(f"sqlite:///{roomy}") as store:
        assert [each.digest for each in store.feed("test")] == [f"{number:064x}" for number in range(int(count))]


def test_a_full_database_says_so(sqlite_url: str, message: Make) -> None:
    with open_store(sqlite_url) as store:
        store.commit([message(1)])
        with store.database.reading() as transaction:
            size = transaction.run("PRAGMA page_count")[0][0]
        store.database.connection.execute(f"PRAGMA max_page_count = {size + 2}")  # type: ignore[attr-defined]
        with pytest.raises(StoreError, match="no space left on the disk"):
            store.commit([message(number) for number in range(2, 500)])
        store.database.connection.execute("PRAGMA max_page_count = 1000000")  # type: ignore[attr-defined]
        assert [each.digest for each in store.feed("test")] == [message(1).digest]
        assert store.commit([message(number) for number in range(1, 500)]).messages == 498


def test_a_read_only_store(sqlite_url: str, message: Make) -> None:
    with open_store(sqlite_url) as store:
        store.commit([message(1)])
        store.database.connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]
        with pytest.raises(StoreError, match="is read-only"):
            store.commit([message(2)])
        assert len(list(store.feed("test"))) == 1


def test_a_read_only_postgresql(postgresql_url: str, message: Make) -> None:
    open_store(postgresql_url).close()
    with (
        open_store(f"{postgresql_url}?options=-c%20default_transaction_read_only%3Don") as store,
        pytest.raises(StoreError, match=r"PostgreSQL at 127\.0\.0\.1: is read-only"),
    ):
        store.commit([message(2)])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing/store.db", "cannot be opened: is its folder there, and yours to write?"),
        ("folder", "cannot be opened: is its folder there, and yours to write?"),
        ("text", "is no SQLite database"),
    ],
)
def test_what_cannot_be_opened(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("Dear diary, this is not a database. " * 100)
    with pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{tmp_path}/{name}")
    assert str(caught.value) == f"{tmp_path}/{name}: {said}"


def test_a_damaged_store(sqlite_url: str, message: Make) -> None:
    with open_store(sqlite_url) as store:
        store.commit([message(number) for number in range(200)])
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    raw = bytearray(path.read_bytes())
    raw[8192:] = os.urandom(len(raw) - 8192)
    path.write_bytes(raw)
    with (
        pytest.raises(StoreError, match=re.escape(f"{path}: is damaged: restore it from a copy")),
        open_store(sqlite_url) as store,
    ):
        list(store.feed("test"))


def test_who_writes_for_too_long(url: str, message: Make) -> None:
    with open_store(url) as one, open_store(url, patience=0.2) as other, one.database.writing():
        with pytest.raises(BusyError, match="has been writing to the store for too long"):
            other.commit([message(1)])
        assert list(other.feed("test")) == []


def test_an_older_sqlite_is_refused(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreError, match="is too old: the store needs"):
        open_store(sqlite_url)


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /srv/mail nfs4 rw 0 0
//server/share /srv/with\\040blank cifs rw 0 0
tmpfs /srv/mail/fast tmpfs rw 0 0
odd line
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/var/lib/store.db", ""),
        ("/srv/mail/x/store.db", "nfs4"),
        ("/srv/mail/store.db", "nfs4"),
        ("/srv/mailbox/store.db", ""),
        ("/srv/mail/fast/store.db", ""),
        ("/srv/with blank/store.db", "cifs"),
    ],
)
def test_network_file_systems(path: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert network_file_system(Path(path), tmp_path / "mounts") == expected
    assert network_file_system(Path(path), tmp_path / "none") == ""


def test_no_lock_on_a_network_file_system(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsnparse.store.filelock.network_file_system", lambda _: "nfs4")
    with open_store(sqlite_url) as store, pytest.raises(StoreError, match=r"is on a network file system .nfs4."):
        store.lock("imap://a.example").__enter__()


def test_a_lock_that_cannot_be_made(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(sqlite_url) as store:
        monkeypatch.setattr(os, "open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
        with pytest.raises(StoreError, match="permission denied"):
            store.lock("imap://a.example").__enter__()
