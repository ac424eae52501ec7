"""A worker and its meter in the process of the test: what is said, frame by frame."""

from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dsnparse.batch import worker
from dsnparse.batch.exchange import (
    Answer,
    Frame,
    Gone,
    Opening,
    Parsing,
    Ready,
    Settings,
    Skipped,
    Task,
    encode,
    read_answer,
)
from dsnparse.batch.pool import cause
from dsnparse.batch.selection import moment
from dsnparse.batch.tally import Tally
from dsnparse.batch.worker import Worker
from dsnparse.cli.meter import Meter
from dsnparse.sinks.blocks import Form
from dsnparse.sources.shards import AnyShard, plan

Make = Callable[..., Path]

SETTINGS = Settings(forms=(Form("jsonl"), Form("csv")), cap=1 << 20, seconds=60, memory=1 << 30)


def shards(*paths: Path) -> Iterator[AnyShard]:
    return (each for each in plan([*map(str, paths)], cap=1 << 20) if hasattr(each, "size"))


def answers(settings: Settings, *tasks: Task) -> list[Answer]:
    """Return all that a worker says of some tasks."""
    ours, theirs = Pipe()
    for task in tasks:
        ours.send_bytes(encode(task))
    (busy := Worker(theirs, settings)).connection = _Kept(theirs)
    with pytest.raises(EOFError):
        busy.serve()
    return [read_answer(each) for each in busy.connection.sent]


class _Kept:
    """A connection that ends when nothing waits, and keeps what is sent: a pipe would fill up."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sent: list[bytes] = []

    def recv_bytes(self) -> bytes:
        if not self.connection.poll():
            raise EOFError
        return bytes(self.connection.recv_bytes())

    def send_bytes(self, content: bytes) -> None:
        self.sent.append(content)


def frames(said: list[Answer]) -> list[tuple[int, int, bool]]:
    return [(each.items, each.messages, each.done) for each in said if isinstance(each, Frame)]


def test_a_task_is_a_few_frames_and_the_last_one_says_so(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "ITEMS", 3)
    said = answers(SETTINGS, *(Task(shard=each) for each in shards(folder("loose", 8))))
    assert isinstance(said[0], Ready)
    assert frames(said) == [(3, 3, False), (3, 3, False), (2, 2, True)]
    assert [each.blocks[0].count(b"\n") for each in said if isinstance(each, Frame)] == [3, 3, 2]


@pytest.mark.parametrize(("skip", "limit", "expected"), [(0, 5, 5), (6, None, 2), (6, 1, 1), (8, None, 0), (0, 0, 0)])
def test_some_are_skipped_and_no_more_than_so_many_done(skip: int, limit: int, expected: int, folder: Make) -> None:
    said = answers(SETTINGS, *(Task(shard=each, skip=skip, limit=limit) for each in shards(folder("loose", 8))))
    assert frames(said) == [(expected, expected, True)]


def test_with_care_each_message_and_file_is_announced(folder: Make) -> None:
    settings = Settings(forms=(Form("json"),), cap=1 << 20, seconds=60, memory=1 << 30, keep_raw=True)
    loose = folder("loose", 2)
    said = answers(settings, *(Task(shard=each, careful=True) for each in shards(loose)))
    assert [type(each) for each in said] == [Ready, Opening, Parsing, Frame, Opening, Parsing, Frame, Frame]
    assert [each.index for each in said if isinstance(each, Opening)] == [0, 1]
    assert [each.raw for each in said if isinstance(each, Parsing)] == [
        path.read_bytes() for path in sorted(loose.iterdir())
    ]


def test_what_is_known_is_told() -> None:
    known = (Gone("a", "no such file"), Gone("b", "vanished", failed=False), Skipped("c", "a FIFO"))
    [_, frame] = answers(SETTINGS, Task(known=known))
    assert isinstance(frame, Frame)
    assert (frame.items, frame.messages, frame.tally.unread, frame.tally.failed) == (3, 2, 2, 1)
    assert frame.notes == ["a: no such file", "b: vanished", "c: passed over, a FIFO"]
    assert frame.blocks[0] == b'{"source":"a","error":"no such file"}\n{"source":"b","error":"vanished"}\n'


def test_one_message_too_big_for_memory_costs_no_other(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("dsnparse.parse", parse)
    [_, frame] = answers(SETTINGS, *(Task(shard=each) for each in shards(folder("loose", 2))))
    assert isinstance(frame, Frame)
    assert [note.rpartition(": ")[2] for note in frame.notes] == ["not enough memory"] * 2


@pytest.mark.parametrize(
    ("code", "words"),
    [(71, "not enough memory"), (-27, "too much processor time"), (-11, "killed by SIGSEGV"), (1, "exit status 1")],
)
def test_what_a_worker_died_of_is_said_in_words(code: int, words: str) -> None:
    assert cause(code) == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", "2026-01-31 00:00:00+00:00"),
        ("2026-01-31T10:00:00+05:00", "2026-01-31 10:00:00+05:00"),
        ("Mon, 1 Jun", "None"),
        ("", "None"),
    ],
)
def test_a_moment_is_iso_8601(text: str, expected: str) -> None:
    assert str(moment(text)) == expected


def test_of_very_many_domains_the_rare_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsnparse.batch.tally.DOMAINS", 2)
    tally = Tally()
    tally.merge(Tally(domains={"a": 1, "b": 9, "c": 5, "d": 2, "e": 1}))
    assert tally.domains == {"b": 9, "c": 5}


def test_the_meter_shows_rate_share_and_kinds(folder: Make, capsys: pytest.CaptureFixture[str]) -> None:
    loose = folder("loose", 4)
    meter = Meter([str(loose), str(loose / "00001.eml"), str(loose / "nothing")], wanted=True)
    meter.due = 0
    for done in (0, 2):
        meter.due = 0
        meter.show(Tally(kinds={"failure": done}), done, done * 100)
    total = sum(path.stat().st_size for path in loose.iterdir()) + (loose / "00001.eml").stat().st_size
    assert meter.bar is not None
    task = meter.bar.tasks[0]
    assert (meter.total, task.total, task.completed) == (total, total, 200)
    assert (task.fields["kinds"], task.fields["messages"].startswith("2 messages, ")) == ("2 failure", True)
    meter.close()
    capsys.readouterr()
