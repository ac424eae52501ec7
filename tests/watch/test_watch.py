"""`dsnparse watch` as the process that it is."""

import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dovecot import PROGRAM, Dovecot, dovecot, free_ports
from letters import addresses, bounce, holding, ordinary

Run = Callable[..., tuple[int, str, str]]
PATIENCE = 60.0


class Watcher:
    """A process that watches."""

    def __init__(self, url: str, folder: Path, *argv: str) -> None:
        self.events = folder / "events"
        self.log = (folder / "log").open("wb")
        command = [sys.executable, "-m", "dsnparse", "watch", url, "--jsonl", str(self.events), *argv]
        self.process = subprocess.Popen(command, stderr=self.log)

    def expect(self, *numbers: int) -> None:
        """Wait until these bounces have come out, each once."""
        expected = sorted(f"user{number}@dest.example" for number in numbers)
        ends = time.monotonic() + PATIENCE
        while sorted(self.addresses()) != expected:
            assert time.monotonic() < ends, (self.addresses(), Path(self.log.name).read_text())
            time.sleep(0.1)

    def addresses(self) -> list[str]:
        return addresses(self.events) if self.events.exists() else []

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        self.log.close()
        return status


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watcher]]:
    running: list[Watcher] = []

    def start(url: str, *argv: str) -> Watcher:
        running.append(Watcher(url, tmp_path, *argv))
        return running[-1]

    yield start
    for each in running:
        each.process.kill()
        each.process.wait()
        each.log.close()


def test_mail_that_arrives_is_noticed_at_once(server: Dovecot, user: str, watch: Callable[..., Watcher]) -> None:
    server.deliver(user, bounce(1), ordinary(1))
    watcher = watch(server.url(user), "--interval", "600", "--action", "any=move:Done")
    watcher.expect(1)
    server.deliver(user, bounce(2))
    watcher.expect(1, 2)
    client = server.imap(user)
    assert (holding(client, "INBOX", "UNSEEN"), watcher.stop()) == (1, 143)


@pytest.mark.parametrize("scheme", ["pop3", "imap"])
def test_other_mailboxes_are_looked_into_again_and_again(
    scheme: str, server: Dovecot, user: str, watch: Callable[..., Watcher]
) -> None:
    server.imap(user).create("Second")
    folders = ["--folder", "INBOX", "--folder", "Second"] if scheme == "imap" else []
    server.deliver(user, bounce(1))
    watcher = watch(server.url(user, scheme), "--interval", "0.2", *folders)
    watcher.expect(1)
    server.deliver(user, bounce(2), folder="Second" if folders else "INBOX")
    watcher.expect(1, 2)
    assert watcher.stop(signal.SIGINT) == 130


def test_a_maildir_is_watched(tmp_path: Path, watch: Callable[..., Watcher]) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    watcher = watch(f"maildir:{tmp_path}/mail", "--interval", "600")
    for number in (1, 2):
        (tmp_path / "mail" / "tmp" / "x").write_bytes(bounce(number))
        (tmp_path / "mail" / "tmp" / "x").rename(tmp_path / "mail" / "new" / str(number))
        watcher.expect(*range(1, number + 1))


def test_a_second_process_leaves_at_once(server: Dovecot, user: str, watch: Callable[..., Watcher], run: Run) -> None:
    server.deliver(user, bounce(1))
    watch(server.url(user)).expect(1)
    status, _, err = run("fetch", server.url(user))
    assert (status, "another process is at this mailbox" in err) == (75, True)


@pytest.mark.skipif(PROGRAM is None, reason="Dovecot is not installed")
def test_a_server_that_comes_back_is_gone_on_with(watch: Callable[..., Watcher]) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="dsnparse-test-", ignore_cleanup_errors=True) as folder,
        dovecot(Path(folder)) as server,
    ):
        server.deliver("u", bounce(1))
        watcher = watch(server.url("u"), "--interval", "600")
        watcher.expect(1)
        server.stop()
        server.start()
        server.deliver("u", bounce(2))
        watcher.expect(1, 2)
        server.hang_up()


def test_metrics(server: Dovecot, user: str, watch: Callable[..., Watcher]) -> None:
    server.deliver(user, bounce(1), ordinary(1))
    place = f"127.0.0.1:{free_ports(1)[0]}"
    watcher = watch(server.url(user), "--metrics", place, "--interval", "0.2")
    watcher.expect(1)
    ends = time.monotonic() + PATIENCE
    while 'dsnparse_messages_total{kind="failure"} 1' not in (text := scraped(place)) and time.monotonic() < ends:
        time.sleep(0.1)
    assert 'dsnparse_messages_total{kind="other"} 1' in text
    assert "dsnparse_events_total 1\n" in text


def scraped(place: str) -> str:
    with urllib.request.urlopen(f"http://{place}/metrics") as answer:
        return answer.read().decode()


def test_a_login_that_is_refused_at_the_start_ends_it(
    server: Dovecot, user: str, watch: Callable[..., Watcher]
) -> None:
    watcher = watch(server.url(user), "--token-command", "echo bad")
    assert watcher.process.wait(PATIENCE) == 4
