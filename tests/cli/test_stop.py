import os
import signal
import threading
from collections.abc import Iterator

import pytest

from dsnparse.cli.stop import Stop, Stopped


@pytest.fixture(autouse=True)
def _hang_up_is_not_ignored() -> Iterator[None]:
    """Undo what nohup does: a run that inherits an ignored hang-up rightly goes on."""
    inherited = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, inherited)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_stops_the_run(number: signal.Signals, status: int) -> None:
    before = signal.getsignal(number)
    with pytest.raises(Stopped) as stopped, Stop():
        os.kill(os.getpid(), number)
    assert (stopped.value.status, signal.getsignal(number)) == (status, before)


@pytest.mark.parametrize(("signals", "expected"), [(1, ["block"]), (2, [])])
def test_the_first_signal_waits_for_the_block_and_the_second_does_not(signals: int, expected: list[str]) -> None:
    done: list[str] = []

    def write() -> None:
        with Stop() as stop, stop.shield():
            for _ in range(signals):
                os.kill(os.getpid(), signal.SIGTERM)
            done.append("block")
        done.append("more")

    with pytest.raises(Stopped):
        write()
    assert done == expected


def test_a_block_without_a_signal_ends_as_it_should() -> None:
    with Stop() as stop:
        with stop.shield():
            inside = stop.shielded
        assert (inside, stop.shielded) == (True, False)


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with Stop() as stop:
        os.kill(os.getpid(), signal.SIGHUP)
        handled = set(stop.before)
    signal.signal(signal.SIGHUP, before)
    assert handled == {signal.SIGINT, signal.SIGTERM}


def test_other_threads_leave_signals_alone() -> None:
    seen = []

    def enter() -> None:
        with Stop() as stop:
            seen.append(dict(stop.before))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [{}]
