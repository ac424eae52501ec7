"""The lab without root: what its DNS answers, what its scripted hosts say, what is sent, and how notices are stored."""

import asyncio
import contextlib
import json
import smtplib
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dnslib import DNSRecord

from corpus.lab import cli, ending, roots
from corpus.lab import run as lab_run
from corpus.lab.client import send
from corpus.lab.dns import answer
from corpus.lab.errors import LabError
from corpus.lab.hop import Hop, LmtpHop
from corpus.lab.hosts import HOSTS
from corpus.lab.mails import Mail, from_json, mail_of, to_json
from corpus.lab.run import Run, capture, scenario_of, store, wait_until_done
from corpus.lab.scenarios import SCENARIOS
from corpus.lab.server import Server
from corpus.lab.servers import all_servers, find_servers
from corpus.lab.spool import Envelope, Spool

BY_NAME = {host.name: host for host in HOSTS}
ORIGIN = Envelope("r-unknown@origin.example", "", "", "", "mail.lab.example", "EHLO", "127.0.0.3")


@contextlib.contextmanager
def listening(name: str, spool: Spool, kind: type[Hop] = Hop) -> Iterator[int]:
    """A scripted host on a free port, in a thread of its own."""
    hops: list[Hop] = []

    def connect() -> Hop:
        hops.append(kind(BY_NAME[name], spool))
        return hops[-1]

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(connect, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for hop in hops:
            if hop.transport:
                hop.transport.abort()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path)


def dig(name: str, kind: str) -> str:
    reply = answer(DNSRecord.question(name, kind).pack())
    assert reply is not None
    parsed = DNSRecord.parse(reply)
    rows = [str(row.rdata) for row in parsed.rr]
    return " ".join(rows) if rows else ("NOERROR", "", "SERVFAIL", "NXDOMAIN")[parsed.header.rcode]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("dest.example", "MX", "10 mx.dest.example."),
        ("MX.Dest.Example", "A", "127.0.0.2"),
        ("mx.v6.example", "AAAA", "::1"),
        ("mx.v6.example", "A", "NOERROR"),
        ("nullmx.example", "MX", "0 ."),
        ("mxcname.example", "MX", "dest.example. 10 mx.dest.example."),
        ("nodata.example", "MX", "NOERROR"),
        ("nxdomain.example", "MX", "NXDOMAIN"),
        ("servfail.example", "MX", "SERVFAIL"),
        ("deep.servfail.example", "A", "SERVFAIL"),
        (
            "_dmarc.dmarcfail.example",
            "TXT",
            '"v=DMARC1; p=reject; ruf=mailto:ruf@origin.example; rua=mailto:rua@origin.example; fo=1"',
        ),
        ("2.0.0.127.in-addr.arpa", "PTR", "mx.dest.example."),
    ],
)
def test_dns_answers(name: str, kind: str, expected: str) -> None:
    assert dig(name, kind) == expected


@pytest.mark.parametrize("question", [DNSRecord.question("dnstimeout.example", "MX").pack(), b"", b"nonsense"])
def test_dns_keeps_silent(question: bytes) -> None:
    assert answer(question) is None


def test_empty_dns_answer_names_the_authority() -> None:
    assert DNSRecord.parse(answer(DNSRecord.question("nodata.example", "MX").pack())).auth


def test_hop_refuses_by_name_and_keeps_the_rest_byte_for_byte(spool: Spool) -> None:
    content = b"Subject: =?\xff\r\n\r\n..two dots\r\n.\tone\r\nlong " + b"x" * 2000 + b"\r\n"
    with listening("mx.dest.example", spool) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("client.example")
        assert client.mail("", ["RET=HDRS"]) == (250, b"2.1.0 Ok")
        refused = b"5.1.1 <unknown+x@dest.example>: Recipient address rejected: User unknown in virtual mailbox table"
        assert client.rcpt("unknown+x@dest.example") == (550, refused)
        assert client.rcpt("ok@dest.example", ["NOTIFY=SUCCESS", "ORCPT=rfc822;Some+2BOne@x.example"])[0] == 250
        assert client.data(content)[0] == 250
    (letter,) = spool.letters()
    assert spool.content(letter) == content
    assert letter.envelope == Envelope(
        "ok@dest.example",
        "NOTIFY=SUCCESS ORCPT=rfc822;Some+2BOne@x.example",
        "",
        "RET=HDRS",
        "client.example",
        "EHLO",
        "127.0.0.2",
    )


def greet(client: smtplib.SMTP) -> None:
    client.ehlo("client.example")
    client.mail("a@origin.example")


def reply_to_rcpt(client: smtplib.SMTP, address: str) -> tuple[int, bytes]:
    greet(client)
    return client.rcpt(address)


def reply_to_content(client: smtplib.SMTP, address: str) -> tuple[int, bytes]:
    reply_to_rcpt(client, address)
    return client.data(b"x" * 3000)


@pytest.mark.parametrize(
    ("host", "move", "expected"),
    [
        ("mx.dest.example", lambda it: reply_to_rcpt(it, "emptylines@dest.example"), (550, b"5.7.1 first line\n\n\n5.7.1 last line after two empty ones")),
        ("mx.dest.example", lambda it: reply_to_content(it, "quotadot@dest.example"), 554),
        ("mx.dest.example", lambda it: it.ehlo("x") and it.mail("a@b.example") and it.docmd("DATA"), 554),
        ("mx.small.example", lambda it: reply_to_content(it, "ok@small.example"), (552, b"5.3.4 Error: message file too big")),
        ("mx.badorigin.example", lambda it: reply_to_rcpt(it, "ok@badorigin.example"), 550),
        ("mx.origin.example", lambda it: reply_to_rcpt(it, "unknown@origin.example"), (250, b"2.1.5 Ok")),
        ("mx.heloonly.example", lambda it: it.ehlo("x"), (502, b"5.5.1 Command not implemented")),
        ("mx.heloonly.example", lambda it: it.helo("x"), (250, b"mx.heloonly.example")),
        ("mx.helo550.example", lambda it: it.ehlo("x"), 550),
        ("mx.tls454.example", lambda it: it.docmd("STARTTLS"), (454, b"4.7.0 TLS not available due to local problem")),
        ("mx.mail550.example", lambda it: it.ehlo("x") and it.mail("a@b.example"), (550, b"5.1.8 <a@b.example>: Sender address rejected: Domain not found")),
        ("mx.small.example", lambda it: it.ehlo("x") and it.docmd("MAIL", "FROM:<a@b.example> SIZE=2001"), 552),
        ("mx.dest.example", lambda it: it.ehlo("x") and it.docmd("RCPT", "TO:<ok@dest.example>"), 503),
    ],
)  # fmt: skip
def test_hop_says(
    host: str, move: Callable[[smtplib.SMTP], tuple[int, bytes]], expected: int | tuple[int, bytes], spool: Spool
) -> None:
    with listening(host, spool) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        said = move(client)
        assert (said if isinstance(expected, tuple) else said[0]) == expected


@pytest.mark.parametrize(
    "host", ["mx.drop.example", "mx.garbage.example", "mx.banner421.example", "mx.banner554.example"]
)
def test_hop_that_spoils_the_greeting(host: str, spool: Spool) -> None:
    with listening(host, spool) as port, pytest.raises((smtplib.SMTPException, OSError)):
        smtplib.SMTP("127.0.0.1", port, timeout=10)


@pytest.mark.parametrize("name", ["droprcpt", "close421"])
def test_hop_that_hangs_up(name: str, spool: Spool) -> None:
    with listening("mx.dest.example", spool) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        greet(client)
        with contextlib.suppress(smtplib.SMTPServerDisconnected, ConnectionError):
            assert client.rcpt(f"{name}@dest.example") == (421, b"4.3.0 Server shutting down")
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            client.noop()


def test_lmtp_answers_for_each_recipient(spool: Spool) -> None:
    with listening("mx.dest.example", spool, LmtpHop) as port, smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo("client.example")
        client.mail("a@origin.example")
        for name in ("ok", "quotadot"):
            client.rcpt(f"{name}@dest.example")
        assert client.data(b"hi\r\n")[0] == 250
        assert client.getreply()[0] == 554
    assert [letter.envelope.proto for letter in spool.letters()] == ["LHLO"]


def test_client_delivers_a_scenario(spool: Spool) -> None:
    mail = mail_of(SCENARIOS["u-nodsnsuccess"])
    with listening("mx.nodsn.example", spool) as port:
        assert asyncio.run(send(mail, "127.0.0.1", port)).accepted
    (letter,) = spool.letters()
    assert spool.content(letter) == mail.content
    # The host does not offer DSN, so NOTIFY is not sent; it does offer SMTPUTF8.
    assert (letter.envelope.rcpt_params, letter.envelope.mail_params) == ("", "SMTPUTF8")


@pytest.mark.parametrize(
    ("host", "scenario"),
    [("mx.ascii.example", "u-utf8rcpt"), ("mx.dest.example", "m-two"), ("mx.drop.example", "m-two")],
)
def test_client_tells_what_was_not_taken(host: str, scenario: str, spool: Spool) -> None:
    with listening(host, spool) as port:
        outcome = asyncio.run(send(mail_of(SCENARIOS[scenario]), "127.0.0.1", port))
    assert not outcome.accepted
    assert outcome.said or host == "mx.drop.example"
    assert not spool.letters()


def test_mails_survive_the_way_to_the_client() -> None:
    mails = [mail_of(SCENARIOS[name]) for name in ("b-raw8", "nullsender", "u-utf8both")]
    assert from_json(to_json(mails)) == mails


def test_notices_are_stored_under_their_scenario(spool: Spool, tmp_path: Path) -> None:
    for recipient in ("x@origin.example", "x@origin.example", "notice 1@origin.example", "ok@dest.example"):
        spool.keep(
            Envelope(recipient, "", "", "", "mail.lab.example", "EHLO", "127.0.0.3"), b"Subject: x\r\n\r\nhi\r\n"
        )
    mail = Mail("a-odd", "x@origin.example", "", (("unknown@dest.example", ""),), b"")
    seen = store(spool, [mail], tmp_path / "out", {"server": "postfix"})
    assert seen == {"a-odd": 2, "notice_1": 1}
    rows = [json.loads(line) for line in (tmp_path / "out/index.jsonl").read_text().splitlines()]
    assert [row["capture"] for row in rows] == ["a-odd.eml", "a-odd.2.eml", "notice_1.eml"]
    assert rows[0]["server"] == "postfix"
    assert (tmp_path / "out/a-odd.2.eml").read_bytes() == b"Return-Path: <>\r\nSubject: x\r\n\r\nhi\r\n"


def test_mail_of_the_next_hop_is_no_notice(spool: Spool) -> None:
    spool.keep(Envelope("ok@dest.example", "", "", "", "", "EHLO", "127.0.0.2"), b"")
    assert scenario_of(spool.letters()[0], {}) is None


@pytest.mark.parametrize("server", all_servers().values(), ids=all_servers())
def test_servers_are_complete(server) -> None:  # noqa: ANN001 (pytest hands it over)
    names = [scenario.name for scenario in server.all_scenarios()]
    assert len(names) == len(set(names))
    assert {one.name for one in server.scenarios} >= set(server.contents)
    if server.shared:
        senders = [mail.sender for mail in server.mails()]
        assert len(senders) == len(set(senders)), "a notice could not be told by its recipient"
        assert "r-unknown" in names
    for pattern in server.unfit:
        assert any(server.why_unfit(name) for name in SCENARIOS), pattern
    assert server.recipe.packages
    assert server.__doc__


def test_unknown_server() -> None:
    with pytest.raises(LabError, match=r"no such server: exchange \(there are: .*postfix"):
        find_servers(["postfix", "exchange"])


def test_command_says_what_is_wrong(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.main(["run", "exchange"]) == 2
    monkeypatch.setattr(roots.os, "geteuid", lambda: 1000)
    assert cli.main(["run", "postfix"]) == 2
    assert "no such server: exchange" in (said := capsys.readouterr().err)
    assert "needs root" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "required: NAME"),
        (["run", "postfix", "--only", "("], "not a regular expression"),
        (["run", "postfix", "--jobs", "0"], "a number above 0 is needed"),
        (["install", "postfix", "--suite", "sid"], "invalid choice: 'sid'"),
    ],
)
def test_command_with_wrong_arguments(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(arguments)
    assert said in capsys.readouterr().err


def test_help_has_examples_that_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    examples = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("  python -m")]
    assert len(examples) == 5
    for example in examples:
        assert cli.make_parser().parse_args(example[3:]).command


def test_server_that_fails_does_not_hide_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def pretend(server: Server, suite: str, *_: object) -> Run:
        if server.name == "exim":
            msg = "waited 30 s in vain for a greeting on 127.0.0.1 port 25"
            raise LabError(msg)
        return Run(server.name, "1.0", suite, "", 1.0, captures=3, refused={}, silent=[])

    monkeypatch.setattr(cli, "check_host", lambda: None)
    monkeypatch.setattr(cli, "capture", pretend)
    assert cli.main(["run", "exim", "postfix", "postfix", "--output", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "exim: waited 30 s in vain" in said.err
    assert "3 captures of 1 servers" in said.out


def test_run_without_a_scenario(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="none of its scenarios begins with 'xyz'"):
        capture(find_servers(["postfix"])[0], "bookworm", tmp_path, "xyz", print)


class StillMachine:
    """A machine in which nothing happens."""

    alive = True

    def __init__(self) -> None:
        self.ran: list[str] = []

    def run(self, script: str) -> None:
        self.ran.append(script)


@pytest.mark.parametrize(
    ("queued", "limits", "seconds"),
    [(0, (60.0, 60.0), 3.0), (None, (5.0, 60.0), 5.0), (7, (6.0, 60.0), 6.0), (7, (60.0, 9.0), 9.0)],
)
def test_run_ends_by_itself(
    queued: int | None, limits: tuple[float, float], seconds: float, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(lab_run.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(lab_run.time, "sleep", lambda passed: clock.__setitem__(0, clock[0] + passed))
    server = Server()
    server.silence, server.limit = limits
    server.nudge = "flush"
    monkeypatch.setattr(server, "queued", lambda _machine: queued)
    machine = StillMachine()
    wait_until_done(server, machine, spool)
    assert seconds <= clock[0] - 100 <= seconds + 0.5
    assert machine.ran == ["flush"] * (1 if seconds < 4 else 2)


def test_run_does_not_wait_for_a_machine_that_has_ended(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StillMachine, "alive", False)
    with pytest.raises(LabError, match="ended before its queue was empty"):
        wait_until_done(Server(), StillMachine(), spool)


@pytest.mark.parametrize(
    ("printed", "expected"), [(b"12\n", 12), (b"in the queue: 3", 3), (b"", LabError), (b"none", LabError)]
)
def test_queue_command(printed: bytes, expected: int | type[LabError], monkeypatch: pytest.MonkeyPatch) -> None:
    server = find_servers(["postfix"])[0]
    machine = StillMachine()
    done = subprocess.CompletedProcess("", 0, printed, b"a warning 99")
    monkeypatch.setattr(machine, "run", lambda _script: done)
    if isinstance(expected, int):
        assert server.queued(machine) == expected
    else:
        with pytest.raises(expected, match="the queue command printed no number"):
            server.queued(machine)


def test_interrupt_ends_what_runs_and_lets_nothing_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "_interrupted", threading.Event())
    ended: list[str] = []
    with ending.ended_on_interrupt(lambda: ended.append("first")):
        ending.end_all()
        with pytest.raises(LabError, match="interrupted"), ending.ended_on_interrupt(lambda: ended.append("late")):
            ended.append("begun")
    assert ended == ["first", "late"]


def test_folder_of_the_roots_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DSNPARSE_LAB", str(tmp_path / "file"))
    with pytest.raises(LabError, match="no folder for the roots"):
        roots.make_root(roots.Recipe("x", ("postfix",)), "bookworm")


def test_a_recipe_remembers_what_it_was() -> None:
    one, other = (roots.Recipe("x", ("postfix",), commands) for commands in ("", "true"))
    assert one.text() != other.text()
    assert "apt-get install -q -y --no-install-recommends postfix" in one.script()
