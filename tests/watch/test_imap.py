"""`dsnparse fetch` and `watch` against a real IMAP server."""

import imaplib
from collections.abc import Callable
from pathlib import Path

import pytest
from dovecot import Dovecot
from letters import addresses, bounce, events, holding, ordinary

Run = Callable[..., tuple[int, str, str]]


def test_bounces_are_kept_and_nothing_is_touched(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    server.deliver(user, bounce(1, "a@dest.example", "b@dest.example"), ordinary(1), bounce(2))
    status, out, err = run("fetch", server.url(user), "--jsonl", tmp_path / "events")
    assert (status, out) == (0, "")
    assert "new=3 events=3 acted=0" in err
    assert addresses(tmp_path / "events") == ["a@dest.example", "b@dest.example", "user2@dest.example"]
    assert holding(server.imap(user), "INBOX", "UNSEEN") == 3
    assert run("fetch", server.url(user), "--jsonl", tmp_path / "events") == (0, "", "")
    assert len(events(tmp_path / "events")) == 3


def test_a_message_is_done_with_as_its_category_says(server: Dovecot, user: str, run: Run) -> None:
    server.deliver(user, bounce(1), ordinary(1), bounce(2), ordinary(2))
    status, _, err = run("fetch", server.url(user), "--action", "any=keep,failure=move:Été & co")
    assert (status, "acted=2" in err) == (0, True)
    client = server.imap(user)
    assert (holding(client, "INBOX"), holding(client, "INBOX", "UNSEEN"), holding(client, "&AMk-t&AOk- &- co")) == (
        2,
        2,
        2,
    )


def test_flags_are_set_once_and_nothing_is_expunged(server: Dovecot, user: str, run: Run) -> None:
    server.deliver(user, ordinary(1), bounce(1))
    client = server.imap(user)
    client.select("INBOX")
    client.store("1", "+FLAGS", r"(\Deleted)")  # somebody else is about to delete this one, or not
    assert "acted=1" in run("fetch", server.url(user), "--action", "failure=flag:$Bounce")[2]
    assert run("fetch", server.url(user), "--action", "failure=flag:$Bounce") == (0, "", "")
    assert (
        holding(client, "INBOX"),
        holding(client, "INBOX", "KEYWORD $Bounce"),
        holding(client, "INBOX", "SEEN"),
    ) == (2, 1, 0)


def test_only_our_own_messages_are_deleted(server: Dovecot, user: str, run: Run) -> None:
    server.deliver(user, ordinary(1), bounce(1))
    client = server.imap(user)
    client.select("INBOX")
    client.store("1", "+FLAGS", r"(\Deleted)")
    assert "acted=1" in run("fetch", server.url(user), "--action", "failure=delete")[2]
    assert holding(client, "INBOX") == 1


def test_a_dry_run_leaves_no_trace(server: Dovecot, user: str, run: Run, state: Path) -> None:
    server.deliver(user, bounce(1), ordinary(1))
    status, out, err = run("fetch", "--dry-run", server.url(user), "--action", "any=move:Done")
    lines = out.strip().split("\n")
    assert (status, err, len(lines), state.exists()) == (0, "", 2, False)
    assert ['"action":"move:Done"' in line for line in lines] == [True, False]
    client = server.imap(user)
    assert (holding(client, "INBOX", "UNSEEN"), len(client.list()[1])) == (2, 1)


def test_several_folders(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    client = server.imap(user)
    client.create("Junk")
    server.deliver(user, bounce(1))
    server.deliver(user, bounce(2), folder="Junk")
    assert (
        run("fetch", server.url(user), "--folder", "INBOX", "--folder", "Junk", "--jsonl", tmp_path / "events")[0] == 0
    )
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]


RESETS = 100


def test_a_folder_made_anew_a_hundred_times(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    """Its UIDs begin at 1 each time: for two messages that are known, in an order of their own, and for one that is new."""
    generations = set()
    for number in range(RESETS):
        client = server.imap(user)
        client.create("Fold")
        messages = [bounce(1), bounce(2), bounce(10 + number)]
        server.deliver(user, *messages[number % 3 :], *messages[: number % 3], folder="Fold")
        generations.add(generation(client, "Fold"))
        status, _, err = run("fetch", server.url(user), "--folder", "Fold", "--jsonl", tmp_path / "events")
        assert (number, status, len(events(tmp_path / "events"))) == (number, 0, 3 + number), err
        client.delete("Fold")
        server.hang_up()
    assert len(generations) == RESETS
    assert sorted(addresses(tmp_path / "events")) == sorted(
        f"user{number}@dest.example" for number in (1, 2, *range(10, 10 + RESETS))
    )


def test_uids_that_the_server_forgets_a_hundred_times(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    """All messages stay and get other UIDs; one more comes each time, and what is moved goes once."""
    argv = ("--jsonl", tmp_path / "events", "--action", "failure=move:Done")
    server.deliver(user, ordinary(1), ordinary(2))
    generations = set()
    for number in range(RESETS):
        server.deliver(user, bounce(number))
        server.forget_uids(user)
        generations.add(generation(server.imap(user), "INBOX"))
        status, _, err = run("fetch", server.url(user), *argv)
        assert (number, status, len(events(tmp_path / "events"))) == (number, 0, 1 + number), err
        server.hang_up()
    assert len(generations) == RESETS
    assert addresses(tmp_path / "events") == [f"user{number}@dest.example" for number in range(RESETS)]
    client = server.imap(user)
    assert (holding(client, "INBOX", "UNSEEN"), holding(client, "Done")) == (2, RESETS)


def generation(client: imaplib.IMAP4, folder: str) -> int:
    """Return the UIDVALIDITY of a folder."""
    said = client.status(folder, "(UIDVALIDITY)")[1][0]
    return int(said.split()[-1].rstrip(b")"))


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_tls_is_verified(scheme: str, server: Dovecot, user: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.url(user, scheme).replace("?tls=none", "")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    status, _, err = run("fetch", url)
    assert (status, "certificate does not hold" in err) == (4, True)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    assert run("fetch", url) == (0, "", "")


def test_a_token_is_as_good_as_a_password(
    server: Dovecot, user: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DSNPARSE_PASSWORD")
    assert run("fetch", server.url(user), "--token-command", f"echo good:{user}") == (0, "", "")
    status, _, err = run("fetch", server.url(user), "--token-command", "echo canary-token")
    assert (status, "refused the login" in err, "canary" in err) == (4, True, False)
    status, _, err = run("fetch", server.url(user), "--token-command", "false")
    assert (status, err) == (4, "dsnparse: the token command ended with status 1 and no token\n")


def test_a_refused_password_is_status_4_and_is_not_shown(
    server: Dovecot, user: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSNPARSE_PASSWORD", "canary-password")
    status, _, err = run("fetch", server.url(user))
    assert (status, "refused the login" in err, "canary" in err) == (4, True, False)


def test_a_folder_that_is_not_there(server: Dovecot, user: str, run: Run) -> None:
    status, _, err = run("fetch", server.url(user), "--folder", "Nowhere")
    assert (status, "Nowhere: the server does not open this folder" in err) == (1, True)
