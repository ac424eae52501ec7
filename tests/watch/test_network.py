"""A network that cuts, delays and garbles, at each byte of a short session: nothing is lost, nothing is double, and the next run goes on.

By default a connection is cut after every seventh byte; DSNPARSE_TEST_CUTS=1 has it cut after every one, which takes minutes.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import pytest
from dovecot import Dovecot
from letters import addresses, bounce, holding, ordinary
from proxy import Fault, cut_after, garble_after, proxy, slowly, unharmed

from dsnparse.errors import DsnparseError
from dsnparse.store import open_store
from dsnparse.watch.service import Service
from dsnparse.watch.settings import Settings

Run = Callable[..., tuple[int, str, str]]
LETTERS = (bounce(1), ordinary(1), bounce(2))
CUTS = int(os.environ.get("DSNPARSE_TEST_CUTS", "7"))
STEP = 397
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it has a name of its own
ACTIONS = {"imap": {"any": "move:Done"}, "pop3": {"any": "delete"}}


def url_of(port: int, user: str, scheme: str) -> str:
    return f"{scheme}://{user}@127.0.0.1:{port}/?tls=none"


def session(
    run: Run, *, server: Dovecot, user: str, scheme: str, fault: Fault, folder: Path, timeout: int = 1
) -> tuple[int, str, int]:
    """Run once over a network with a fault; return status, words, and how much the server said."""
    action = ["--action", "any=move:Done"] if scheme == "imap" else []
    with proxy(server.ports[scheme], fault) as between:
        store = f"sqlite:///{folder}/store.db"
        patience = ["--timeout", timeout] if fault is not unharmed else []
        argv = (url_of(between.port, user, scheme), "--jsonl", folder / "events", "--store", store, *action)
        status, out, err = run("fetch", *argv, *patience)
    assert out == ""
    return status, err, between.said


@pytest.mark.parametrize("scheme", ["imap", "pop3"])
@pytest.mark.parametrize("harm", [cut_after, garble_after])
def test_every_byte(harm: Callable[[int], Fault], scheme: str, server: Dovecot, run: Run, tmp_path: Path) -> None:
    user = f"{harm.__name__}{scheme}"
    fetch = partial(session, run, server=server, scheme=scheme)
    server.fill(user, *LETTERS)
    _, _, length = fetch(user=user, fault=unharmed, folder=tmp_path)
    for limit in range(0, length, STEP):
        folder, who = tmp_path / str(limit), f"{user}{limit}"
        folder.mkdir()
        server.fill(who, *LETTERS)
        status, err, _ = fetch(user=who, fault=harm(limit), folder=folder)
        assert (limit, status in {0, 1, 4}, "internal error" in err) == (limit, True, False), err
        status, err, _ = fetch(user=who, fault=unharmed, folder=folder)
        assert (limit, status) == (limit, 0), err
        assert (limit, sorted(addresses(folder / "events"))) == (limit, ["user1@dest.example", "user2@dest.example"])
        assert (limit, holding(server.imap(who), "INBOX", "UNSEEN")) == (limit, 1 if scheme == "imap" else 3)
        server.hang_up()


class Sessions:
    """Many short sessions in this process, each with a mailbox and a store of its own: one bounce, and one message that is none."""

    def __init__(self, server: Dovecot, scheme: str, folder: Path) -> None:
        self.server = server
        self.scheme = scheme
        self.folder = folder
        open_store(f"sqlite:///{folder}/empty.db").close()

    def begin(self, number: int) -> None:
        self.user = f"cut{self.scheme}{number}"
        self.server.fill(self.user, bounce(1), ordinary(1))
        shutil.copy(self.folder / "empty.db", self.folder / "store.db")

    def look(self, port: int) -> int:
        settings = Settings(
            url=url_of(port, self.user, self.scheme),
            store=f"sqlite:///{self.folder}/store.db",
            jsonl=str(self.folder / "events"),
            quarantine=str(self.folder),
            actions=ACTIONS[self.scheme],
            timeout=20,
        )
        return Service(settings).fetch()

    def check(self) -> None:
        mail = self.server.folder / "mail" / self.user
        left, done = (
            [path.name for name in ("new", "cur") for path in (mail / folder / name).glob("*")]
            for folder in (".", ".Done")
        )
        assert addresses(self.folder / "events") == ["user1@dest.example"]
        assert (len(left), len(done)) == (1, 1 if self.scheme == "imap" else 0)
        assert not [name for name in left + done if "S" in name.partition(":2,")[2]]
        shutil.rmtree(mail)
        for path in self.folder.iterdir():
            if path.name != "empty.db":
                path.unlink()


@pytest.mark.parametrize("scheme", ["imap", "pop3"])
def test_a_connection_that_is_cut(scheme: str, server: Dovecot) -> None:
    ended = Counter[str]()
    with (
        TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        proxy(server.ports[scheme], unharmed) as between,
    ):
        sessions = Sessions(server, scheme, Path(folder))
        sessions.begin(-1)
        assert sessions.look(between.port) == 0
        length = between.said
        sessions.check()
        for limit in range(0, length, CUTS):
            sessions.begin(limit)
            between.fault = cut_after(limit)
            try:
                ended[f"status {sessions.look(between.port)}"] += 1
            except DsnparseError as error:
                ended[type(error).__name__] += 1
            try:
                assert sessions.look(server.ports[scheme]) == 0
                sessions.check()
            except (AssertionError, DsnparseError) as error:
                raise AssertionError(limit) from error
    assert ended["UnreachableError"] > ended.total() / 2
    print(f"{scheme}: cut at {ended.total()} of {length} bytes: {dict(ended)}")  # noqa: T201


def test_a_slow_network_is_waited_for(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    """No answer takes as long as one may, all of them together do."""
    server.fill(user, bounce(1))
    fetch = partial(session, run, server=server, user=user, scheme="imap", folder=tmp_path)
    begun = monotonic()
    assert fetch(fault=slowly(0.4), timeout=4)[0] == 0
    assert monotonic() - begun > 4
    assert addresses(tmp_path / "events") == ["user1@dest.example"]
