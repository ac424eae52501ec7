"""One capture run: install, start, send, wait, store."""

import json
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from .errors import LabError
from .machine import Machine
from .mails import Mail, Outcome
from .roots import make_root
from .server import Server
from .spool import Letter, Spool
from .submission import module
from .zone import SENDERS

# Retries to a host that keeps silent repeat the same notice for ever; these many show all there is to see.
MOST_OF_A_SCENARIO = 6
BETWEEN_NUDGES = 4.0
SETTLED = 3.0  # seconds of silence after which an empty queue is believed

Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What a run was, and what came of it; stored beside the captures as run.json."""

    server: str
    version: str
    suite: str
    started: str
    seconds: float
    captures: int
    refused: dict[str, str]  # scenarios that the server did not take, with its words
    silent: list[str]  # scenarios that were taken and brought no notice


def capture(server: Server, suite: str, folder: Path, only: str, say: Say) -> Run:
    """Run a server through its scenarios and store each notice in `folder`, which is emptied first."""
    mails = server.mails(only)
    if not mails:
        msg = f"none of its scenarios begins with {only!r}"
        raise LabError(msg)
    root = make_root(server.recipe, suite)
    say("installed")
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    with Machine(root) as machine:
        spool = start_network(machine)
        version = server.version_on(machine)
        server.configure(machine)
        server.start(machine)
        say(f"{version} started")
        outcomes = server.deliver(machine, mails)
        server.afterwards(machine)
        say(f"{sum(one.accepted for one in outcomes)} of {len(mails)} mails taken")
        wait_until_done(server, machine, spool)
        captured = store(spool, mails, folder, {"server": server.name, "version": version, "suite": suite})
        store_logs(machine, folder)
    run = Run(
        server=server.name,
        version=version,
        suite=suite,
        started=started,
        seconds=round(time.monotonic() - clock, 1),
        captures=captured.total(),
        refused={one.name: one.said for one in outcomes if not one.accepted},
        silent=_silent(outcomes, captured),
    )
    (folder / "run.json").write_text(json.dumps(asdict(run), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return run


def start_network(machine: Machine) -> Spool:
    """Start DNS, the scripted hosts and syslog in the machine; return the spool that they fill."""
    (machine.folder / "spool").mkdir()
    command = module("corpus.lab.network", str(machine.folder), str(machine.root / "dev/log"))
    network = machine.spawn_outside(command, stdout=subprocess.PIPE)
    if network.stdout is None or network.stdout.readline() != b"ready\n":
        msg = f"the scripted network did not start: {machine.log[-1500:]}"
        raise LabError(msg)
    return Spool(machine.folder / "spool")


def wait_until_done(server: Server, machine: Machine, spool: Spool) -> None:
    """Wait for an empty queue, or for silence, or for the limit."""
    end = time.monotonic() + server.limit
    count, changed, nudged = -1, time.monotonic(), 0.0
    while time.monotonic() < end:
        if not machine.alive:
            msg = "the machine has ended before its queue was empty"
            raise LabError(msg)
        if (now := len(spool.letters())) != count:
            count, changed = now, time.monotonic()
        quiet = time.monotonic() - changed
        if quiet > server.silence or (quiet > SETTLED and server.queued(machine) == 0):
            return
        if server.nudge and time.monotonic() - nudged > BETWEEN_NUDGES:
            machine.run(server.nudge)
            nudged = time.monotonic()
        time.sleep(0.5)


def store(spool: Spool, mails: list[Mail], folder: Path, facts: dict[str, str]) -> Counter[str]:
    """Write the notices among the letters, each with a line of the index; return how many each scenario has."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    senders = {mail.sender: mail.name for mail in mails}
    seen: Counter[str] = Counter()
    with (folder / "index.jsonl").open("w", encoding="utf-8") as index:
        for letter in spool.letters():
            scenario = scenario_of(letter, senders)
            if scenario is None or seen[scenario] == MOST_OF_A_SCENARIO:
                continue
            seen[scenario] += 1
            name = f"{scenario}.eml" if seen[scenario] == 1 else f"{scenario}.{seen[scenario]}.eml"
            (folder / name).write_bytes(delivered(letter, spool.content(letter)))
            row = {"capture": name, "scenario": scenario, **facts, **asdict(letter.envelope)}
            row |= {"sha256": letter.sha256, "time": letter.time}
            index.write(json.dumps(row, ensure_ascii=False) + "\n")
    return seen


def store_logs(machine: Machine, folder: Path) -> None:
    """Keep what the server logged, and what the scripted hosts heard and said."""
    (folder / "server.log").write_text(machine.log, encoding="utf-8")
    shutil.copy(machine.folder / "dialogue.log", folder)


def scenario_of(letter: Letter, senders: dict[str, str]) -> str | None:
    """Find the scenario that a notice answers; a notice for somebody else than its sender is named after him."""
    address = letter.envelope.rcpt
    local_part, _, domain = address.rpartition("@")
    if domain.lower() not in SENDERS:
        return None
    return senders.get(address) or re.sub(r"[^\w.+=-]", "_", local_part)


def delivered(letter: Letter, content: bytes) -> bytes:
    """Make the message what a mailbox has: the line of the final delivery, then exactly the bytes that came."""
    return b"Return-Path: <%s>\r\n" % letter.envelope.mail_from.encode() + content


def _silent(outcomes: list[Outcome], captured: Counter[str]) -> list[str]:
    return sorted(one.name for one in outcomes if one.accepted and not captured[one.name])
