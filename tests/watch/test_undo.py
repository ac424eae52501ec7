"""`dsnparse undo` and `dsnparse doctor` against real mailboxes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from dovecot import Dovecot
from letters import addresses, bounce, holding, ordinary

Run = Callable[..., tuple[int, str, str]]


def name_of_run(err: str) -> str:
    found = re.search(r"run=(\S+)", err)
    assert found
    return found[1]


def test_moved_messages_come_back_and_stay(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    server.deliver(user, bounce(1), ordinary(1), bounce(2))
    argv = (server.url(user), "--action", "any=move:Done", "--jsonl", tmp_path / "events")
    which = name_of_run(run("fetch", *argv)[2])
    client = server.imap(user)
    assert (holding(client, "INBOX"), holding(client, "Done")) == (1, 2)
    status, _, err = run("undo", which, server.url(user))
    assert (status, "back=2 lost=0" in err) == (0, True)
    assert (holding(client, "INBOX"), holding(client, "Done")) == (3, 0)
    assert run("fetch", *argv)[0] == 0
    assert (holding(client, "INBOX"), len(addresses(tmp_path / "events"))) == (3, 2)
    status, _, err = run("undo", which, server.url(user))
    assert (status, "no run of this name" in err, which in err) == (1, True, True)


def test_flags_are_taken_away(server: Dovecot, user: str, run: Run) -> None:
    server.deliver(user, bounce(1), bounce(2))
    which = name_of_run(run("fetch", server.url(user), "--action", "any=seen")[2])
    client = server.imap(user)
    assert holding(client, "INBOX", "SEEN") == 2
    assert run("undo", which, server.url(user))[0] == 0
    assert holding(client, "INBOX", "SEEN") == 0


def test_what_somebody_took_away_is_told(server: Dovecot, user: str, run: Run) -> None:
    server.deliver(user, bounce(1), bounce(2))
    which = name_of_run(run("fetch", server.url(user), "--action", "any=move:Done")[2])
    client = server.imap(user)
    client.select("Done")
    client.store("1", "+FLAGS", r"(\Deleted)")
    client.expunge()
    status, _, err = run("undo", which, server.url(user))
    assert (status, "back=1 lost=1" in err, holding(client, "INBOX")) == (1, True, 1)


def test_in_a_maildir(tmp_path: Path, run: Run) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1.a").write_bytes(bounce(1))
    which = name_of_run(run("fetch", f"maildir:{tmp_path}/mail", "--action", "any=move:Done")[2])
    assert run("undo", which, f"maildir:{tmp_path}/mail")[0] == 0
    assert (tmp_path / "mail" / "cur" / "1.a:2,").exists()


def test_doctor_finds_nothing_wrong(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    server.deliver(user, bounce(1))
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    secret.chmod(0o600)
    argv = ["--password-file", secret, "--action", "any=move:Done", "--jsonl", tmp_path / "events"]
    status, out, err = run("doctor", server.url(user), *argv)
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.strip().split("\n")] == ["ok"] * 6
    assert "folder INBOX: 1 messages" in out
    assert holding(server.imap(user), "INBOX", "UNSEEN") == 1


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--folder", "Nowhere"], "does not open this folder"),
        (["--action", "any=move:INBOX"], "that folder is watched itself"),
        (["--action", "other=delete"], "no category of mail"),
        (["--jsonl", "/nowhere/events"], "no such file"),
        (["--webhook", "http://127.0.0.1:9/"], "connection refused"),
        (["--webhook", "http://receiver.example/"], "without TLS"),
        (["--store", "sqlite:////nowhere/store.db"], "cannot be opened"),
        (["--password-file", "/nowhere/secret"], "no such file"),
        (["--token-command", "echo bad"], "refused the login"),
    ],
)
def test_doctor_says_what_is_wrong(argv: list[str], words: str, server: Dovecot, user: str, run: Run) -> None:
    status, out, _ = run("doctor", server.url(user), *argv)
    wrong = [line for line in out.split("\n") if line.startswith("wrong")]
    assert (status, len(wrong) >= 1, words in "\n".join(wrong)) == (1, True, True), out


def test_doctor_warns_of_a_secret_that_all_can_read(server: Dovecot, user: str, run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    secret.chmod(0o644)
    status, out, _ = run("doctor", server.url(user), "--password-file", secret)
    assert (status, "warning" in out, "chmod 600" in out) == (0, True, True)
