"""One call goes wrong, each in turn: the process is killed there or told of an error, and the next run makes good what is missing.

There are four harms, and each comes to every twentieth call of a run over 20 messages, so that together they take every fifth.
DSNPARSE_TEST_FAULTS=500/1 has each harm come to every single call of a run over 500, which takes hours.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dovecot import Dovecot
from faults import COMPILER, Faults, Harm, Run, faults
from letters import POISON, addresses, bounce, ordinary, poison

MESSAGES, STEP = map(int, os.environ.get("DSNPARSE_TEST_FAULTS", "20/40").split("/"))
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it has a name of its own
ACTIONS = {"imap": "any=move:Done,unreadable=move:Odd", "pop3": "any=delete,unreadable=keep"}
SIGKILL = -9


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    if COMPILER is None:
        pytest.skip("there is no C compiler (Debian: gcc libc6-dev)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DSNPARSE_PASSWORD", "secret")
        with faults(tmp_path_factory.mktemp("faults")) as running:
            yield running


def message(number: int) -> bytes:
    """Every fifth message is ordinary mail, and one is too much for the reader."""
    if number == 1:
        return poison(number)
    return ordinary(number) if number % 5 == 0 else bounce(number, f"a{number}@dest.example", f"b{number}@dest.example")


LETTERS = [message(number) for number in range(MESSAGES)]
ORDINARY = sorted(each for each in LETTERS if each.startswith(b"From: ines"))
POISONED = [each for each in LETTERS if each.startswith(POISON)]
BOUNCES = sorted(each for each in LETTERS if each not in ORDINARY and each not in POISONED)
RECORDS = Counter(f"{letter}{number}@dest.example" for number in range(2, MESSAGES) if number % 5 for letter in "ab")


class Scenario:
    """A mailbox of its own, and the command that reads it."""

    def __init__(self, server: Dovecot, folder: Path, who: str, scheme: str, number: int) -> None:
        self.who = f"faults{who}{number}"
        self.mail = server.folder / "mail" / self.who
        self.folder = folder / str(number)
        self.folder.mkdir()
        self.scheme = scheme
        server.fill(self.who, *LETTERS)
        store, quarantine = f"sqlite:///{self.folder}/store.db", str(self.folder / "quarantine")
        self.argv = ["fetch", server.url(self.who, scheme), "--store", store, "--quarantine", quarantine]
        self.argv += ["--jsonl", str(self.folder / "events"), "--action", ACTIONS[scheme]]

    def check(self) -> None:
        assert Counter(addresses(self.folder / "events")) == RECORDS
        moved = self.scheme == "imap"
        assert self.holding(".") == sorted(ORDINARY + ([] if moved else POISONED))
        assert (self.holding(".Done"), self.holding(".Odd")) == ((BOUNCES, POISONED) if moved else ([], []))
        assert contents((self.folder / "quarantine").glob("*.eml")) == POISONED
        assert len(list((self.folder / "quarantine").glob("*.json"))) == 1

    def holding(self, folder: str) -> list[bytes]:
        """What is in a folder, none of it marked as read."""
        paths = [*(self.mail / folder).glob("new/*"), *(self.mail / folder).glob("cur/*")]
        assert not [path.name for path in paths if "S" in path.name.partition(":2,")[2]]
        return contents(paths)

    def clean(self) -> None:
        shutil.rmtree(self.mail)
        shutil.rmtree(self.folder)


def contents(paths: Iterable[Path]) -> list[bytes]:
    return sorted(path.read_bytes().replace(b"\r\n", b"\n") for path in paths)


@pytest.mark.parametrize("harm", Harm, ids=lambda harm: harm.name.lower())
@pytest.mark.parametrize("scheme", ["imap", "pop3"])
def test_one_call_goes_wrong(scheme: str, harm: Harm, server: Dovecot, faulty: Faults) -> None:
    ended = Counter[int]()
    # On a disk in memory where there is one: that a call is made is the point here, not that it takes its time.
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        make = partial(Scenario, server, Path(folder), f"{scheme}{harm}", scheme)
        whole = make(0)
        calls = finish(faulty, whole)
        whole.check()
        for number in range(1 + harm * STEP // len(Harm), calls + 1, STEP):
            scenario = make(number)
            run = faulty.run(scenario.argv, number, harm)
            ended[run.status] += 1
            try:
                assert run.status in ({SIGKILL} if harm <= Harm.KILLED_HALFWAY else {0, 1, 3, 4, 75})
                assert "internal error" not in run.said
                finish(faulty, scenario)
                scenario.check()
            except AssertionError as error:
                raise AssertionError((number, run)) from error
            scenario.clean()
    print(f"{scheme} {harm.name}: of {calls} calls {ended.total()} went wrong; the runs ended with {dict(ended)}")  # noqa: T201


def finish(faulty: Faults, scenario: Scenario) -> int:
    """Run until nothing is left to do, and return how many calls the first of these runs made."""
    runs: list[Run] = []
    while not runs or runs[-1].status == 1:  # a message was put aside
        runs.append(faulty.run(scenario.argv))
        assert runs[-1].status in {0, 1}, runs
        assert len(runs) <= 2, runs
    return runs[0].calls
