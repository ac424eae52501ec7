"""A network that cuts, delays and garbles, at each byte of a short session: nothing is lost, nothing is double, and the next run goes on.

DSNPARSE_TEST_CUTS=1 tries every byte; by default there are as many steps as one has patience for.
"""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from dovecot import Dovecot
from letters import addresses, bounce, holding, ordinary
from proxy import Fault, cut_after, garble_after, proxy, slowly, unharmed

Run = Callable[..., tuple[int, str, str]]
LETTERS = (bounce(1), ordinary(1), bounce(2))
STEP = int(os.environ.get("DSNPARSE_TEST_CUTS", "397"))


def url_of(port: int, user: str, scheme: str) -> str:
    return f"{scheme}://{user}@127.0.0.1:{port}/?tls=none"


def session(run: Run, *, server: Dovecot, user: str, scheme: str, fault: Fault, folder: Path) -> tuple[int, str, int]:
    """Run once over a network with a fault; return status, words, and how much the server said."""
    action = ["--action", "any=move:Done"] if scheme == "imap" else []
    with proxy(server.ports[scheme], fault) as between:
        store = f"sqlite:///{folder}/store.db"
        patience = ["--timeout", "1"] if fault is not unharmed else []
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


def test_a_slow_network_is_waited_for(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    server.fill(user, bounce(1))
    assert session(run, server=server, user=user, scheme="imap", fault=slowly(0.1), folder=tmp_path)[0] == 0
    assert addresses(tmp_path / "events") == ["user1@dest.example"]
