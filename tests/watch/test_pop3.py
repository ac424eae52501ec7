"""`dsnparse fetch` against a real POP3 server."""

from collections.abc import Callable
from pathlib import Path

import pytest
from dovecot import Dovecot
from letters import addresses, bounce, holding, ordinary

Run = Callable[..., tuple[int, str, str]]


def test_bounces_are_kept_and_stay_where_they_are(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    server.deliver(user, bounce(1), ordinary(1), bounce(2))
    for expected in ("new=3 events=2 acted=0", ""):
        status, out, err = run("fetch", server.url(user, "pop3"), "--jsonl", tmp_path / "events")
        assert (status, out, expected in err) == (0, "", True)
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]
    assert holding(server.imap(user), "INBOX", "UNSEEN") == 3


def test_only_what_is_asked_for_is_deleted(server: Dovecot, user: str, run: Run) -> None:
    server.deliver(user, bounce(1), ordinary(1), bounce(2))
    assert "acted=2" in run("fetch", server.url(user, "pop3"), "--action", "failure=delete")[2]
    assert holding(server.imap(user), "INBOX") == 1


def test_a_message_arrives_byte_for_byte(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    """A line of 100 KB, lines that begin with a dot, a lone carriage return: the same digest as over IMAP."""
    odd = bounce(1) + b".\n..\n.dot\n" + b"x" * 100_000 + b"\nlone \r here\n"
    server.deliver(user, odd, bounce(2))
    run("fetch", server.url(user, "pop3"), "--jsonl", tmp_path / "events")
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]
    _, _, err = run("fetch", server.url(user))
    assert "new=" not in err  # known by its digest


def test_over_tls(server: Dovecot, user: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    server.deliver(user, bounce(1))
    for scheme, expected in (("pop3s", "new=1"), ("pop3", "new=0")):
        status, _, err = run("fetch", server.url(user, scheme).replace("?tls=none", ""))
        assert (status, expected in err or not err) == (0, True)


def test_a_token_is_as_good_as_a_password(server: Dovecot, user: str, run: Run) -> None:
    assert run("fetch", server.url(user, "pop3"), "--token-command", f"echo good:{user}") == (0, "", "")
    status, _, err = run("fetch", server.url(user, "pop3"), "--token-command", "echo canary")
    assert (status, "refused the login" in err, "canary" in err) == (4, True, False)


def test_what_pop3_cannot_do_is_wrong_usage(server: Dovecot, user: str, run: Run) -> None:
    status, _, err = run("fetch", server.url(user, "pop3"), "--action", "failure=move:Done")
    assert (status, "can only delete, keep" in err) == (2, True)
    assert run("fetch", server.url(user, "pop3"), "--folder", "Junk")[0] == 2
