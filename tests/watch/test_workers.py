"""Several messages parsed at once: reports in the order of the messages, whatever becomes of one of them."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from letters import bounce

import dsnparse
from dsnparse.watch.alone import DiedError, Worker
from dsnparse.watch.workers import Workers


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers(count=2)) as running:
        yield running


def test_reports_are_in_the_order_of_the_messages(workers: Workers) -> None:
    raws = [bounce(number, *(f"u{each}@dest.example" for each in range(1 + number % 5))) for number in range(60)]
    raws[7] += b"x" * 5_000_000  # others overtake it
    assert workers.parse(raws) == [dsnparse.parse(raw) for raw in raws]
    assert workers.parse([]) == []


def test_one_message_needs_one_process() -> None:
    with closing(Workers(count=3)) as workers:
        workers.parse([bounce(1)])
        assert [worker.process is not None for worker in workers.workers] == [True, False, False]


def test_a_process_that_dies_costs_its_message(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    workers.parse([bounce(1), bounce(2)])
    real = Worker.give

    def give(worker: Worker, raw: bytes) -> None:
        if b"<notice-3@" in raw:
            worker.begun().kill()
            worker.begun().wait()
        real(worker, raw)

    monkeypatch.setattr(Worker, "give", give)
    outcomes = workers.parse([bounce(number) for number in range(8)])
    assert [isinstance(each, DiedError) for each in outcomes] == [number == 3 for number in range(8)]
    assert str(outcomes[3]) == "parsing it ended the process with signal 9"


def test_a_message_that_takes_too_long_costs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Workers(count=2)) as workers:
        workers.parse([bounce(1), bounce(2)])
        real = Worker.give

        def give(worker: Worker, raw: bytes) -> None:
            if b"<notice-3@" not in raw:
                real(worker, raw)
            else:  # nothing is asked, and so nothing is answered
                worker.due = 0.0

        monkeypatch.setattr(Worker, "give", give)
        outcomes = workers.parse([bounce(number) for number in range(6)])
    assert [str(each) for each in outcomes if isinstance(each, DiedError)] == ["parsing it took more than 60 seconds"]


def test_answers_that_nobody_waits_for_are_not_those_to_what_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Workers(count=2)) as workers:

        def stop(_: Worker) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Worker, "take", stop)
            with pytest.raises(KeyboardInterrupt):
                workers.parse([bounce(1), bounce(2)])
        assert workers.parse([bounce(3), bounce(4)]) == [dsnparse.parse(bounce(3)), dsnparse.parse(bounce(4))]
