"""A run that is killed at any moment and continued gives what one unbroken run gives."""

import json
import os
import random
import resource
import signal
import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dsnparse.batch import writer
from dsnparse.batch.journal import Checkpoint, Journal
from dsnparse.cli import main
from dsnparse.sinks import spool
from dsnparse.sinks.output import Stream

Run = Callable[..., tuple[int, bytes, str]]
Make = Callable[..., Path]
Spawn = Callable[..., "subprocess.Popen[bytes]"]


def hidden(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name.startswith(".")}


def begun(process: "subprocess.Popen[bytes]", journal: Path, lines: int) -> None:
    """Wait until so many lines of the journal are written."""
    while process.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") >= lines):
        pass


@pytest.fixture
def paths(mailbox: Make, archive: Make, folder: Make) -> list[Path]:
    """A mbox, an archive and a folder."""
    return [mailbox("box", 1500), archive("some.tar", 600), folder("loose", 400)]


@pytest.mark.parametrize(("order", "kills"), [([], 6), (["--unordered"], 4)])
def test_killed_at_random_moments(
    order: list[str], kills: int, paths: list[Path], tmp_path: Path, spawn: Spawn
) -> None:
    outputs = [tmp_path / "a.jsonl", tmp_path / "b.json"]
    spawn(*paths, "-o", tmp_path / "whole.jsonl").communicate()
    moments = random.Random(20)  # noqa: S311 - no secret
    killed = 0
    while not outputs[0].exists():
        process = spawn(*paths, *order, "--quiet", "-o", outputs[0], "-o", outputs[1], "--resume")
        try:
            process.wait(moments.uniform(0.4, 0.9) if killed < kills else None)
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()  # which waits for all its processes
    whole, resumed = (tmp_path / "whole.jsonl").read_bytes(), outputs[0].read_bytes()
    assert killed > 0
    assert sorted(resumed.splitlines()) == sorted(whole.splitlines())
    assert order or resumed == whole
    assert json.loads(outputs[1].read_bytes()) == [json.loads(line) for line in resumed.splitlines()]
    assert hidden(tmp_path) == set()


class CutError(BaseException):
    """The power is gone."""


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the run end for good before the n-th time that it changes something on the disk."""
    left = [0]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:  # noqa: ANN401
            left[0] -= 1
            if not left[0]:
                raise CutError
            return real(*args, **options)

        return call

    monkeypatch.setattr(Stream, "write", counted(Stream.write))
    monkeypatch.setattr(spool, "SYNC", counted(spool.SYNC))
    for name in ("fsync", "ftruncate"):
        monkeypatch.setattr(os, name, counted(getattr(os, name)))
    for name in ("replace", "unlink"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    monkeypatch.setattr(writer, "PERIOD", 0)

    def choose(number: int) -> None:
        left[0] = number

    return choose


def test_cut_off_at_each_step(mailbox: Make, tmp_path: Path, cut: Callable[[int], None]) -> None:
    box = mailbox("box", 260)
    main(["parse", "--quiet", str(box), "--output", str(tmp_path / "whole.jsonl")])
    outputs = [tmp_path / "a.jsonl", tmp_path / "b.json"]
    argv = ["batch", "--quiet", "-j", "1", str(box), "-o", str(outputs[0]), "-o", str(outputs[1]), "--resume"]
    cuts = 0
    for number in count(1):
        cut(number)
        try:
            main(argv)
        except CutError:
            cuts += 1
        else:
            break
        cut(0)
        assert main(argv) == 0
        assert outputs[0].read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
        assert len(json.loads(outputs[1].read_bytes())) == 260
        assert hidden(tmp_path) == set()
        for output in outputs:
            output.unlink()
    assert cuts > 20


def test_a_full_disk_leaves_what_a_later_run_goes_on_with(mailbox: Make, tmp_path: Path, spawn: Spawn) -> None:
    paths = [mailbox("box", 1000), "-o", tmp_path / "out.jsonl"]
    limit = 300_000

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = spawn(*paths, preexec_fn=small_disk)
    _, err = process.communicate()
    assert (process.returncode, err) == (3, b"dsnparse: output failed: file too large\n")
    assert hidden(tmp_path) == {".out.jsonl.partial", ".out.jsonl.journal"}
    assert not (tmp_path / "out.jsonl").exists()
    process = spawn(*paths, "--resume", "--quiet")
    assert (process.communicate(), process.returncode) == ((b"", b""), 0)
    spawn(paths[0], "-o", tmp_path / "whole.jsonl").communicate()
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_run_that_is_stopped_has_lost_nothing(mailbox: Make, tmp_path: Path, spawn: Spawn) -> None:
    box = mailbox("box", 600, {600: "spin"})
    process = spawn(box, "-o", tmp_path / "out.jsonl", "-j", "1")
    partial = tmp_path / ".out.jsonl.partial"
    while process.poll() is None and not (partial.exists() and partial.stat().st_size):
        pass
    process.send_signal(signal.SIGTERM)
    process.communicate()
    last = json.loads((tmp_path / ".out.jsonl.journal").read_bytes().splitlines()[-1])
    assert (process.returncode, last["offsets"]) == (143, [partial.stat().st_size])
    assert last["messages"] == partial.read_bytes().count(b"\n") > 0


@pytest.fixture
def leave(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], None]:
    """Begin a run, and end it for good as soon as a place is done."""

    def start(argv: list[str]) -> None:
        real = Journal.add

        def add(journal: Journal, checkpoint: Checkpoint) -> None:
            real(journal, checkpoint)
            if checkpoint.places:
                raise CutError

        with monkeypatch.context() as patch:
            patch.setattr(writer, "PERIOD", 0)
            patch.setattr(Journal, "add", add)
            with pytest.raises(CutError):
                main(argv)

    return start


@pytest.fixture
def unfinished(folder: Make, tmp_path: Path, leave: Callable[[list[str]], None]) -> tuple[list[str], Path]:
    """The arguments of a run that has not ended, and its journal."""
    argv = ["batch", "--quiet", "-j", "1", str(folder("loose", 620)), "-o", str(tmp_path / "out.jsonl")]
    leave(argv)
    return argv, tmp_path / ".out.jsonl.journal"


def refused(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(argv) == 2
    return capsys.readouterr().err.removeprefix("dsnparse: ").rstrip("\n")


Unfinished = tuple[list[str], Path]


def test_an_unfinished_run_is_not_thrown_away(unfinished: Unfinished, capsys: pytest.CaptureFixture[str]) -> None:
    argv, journal = unfinished
    assert refused(argv, capsys) == (
        f"an earlier run has not finished this output: --resume goes on with it; to start anew, remove {journal}"
    )
    journal.unlink()
    assert main(argv) == 0


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (["--kind", "failure"], "--kind was nothing in the run to be continued, and is failure now"),
        (["--limit", "9"], "--limit was nothing in the run to be continued, and is 9 now"),
        (["--unordered"], "--unordered was nothing in the run to be continued, and is True now"),
        (["-o", "more.csv"], "--output was "),
        (["--since", "2026-01-01"], "--since was nothing"),
    ],
)
def test_other_options_are_refused(
    more: list[str], what: str, unfinished: Unfinished, capsys: pytest.CaptureFixture[str]
) -> None:
    argv, journal = unfinished
    said = refused([*argv, "--resume", *more], capsys)
    assert (said.startswith(what), said.endswith(f"; remove {journal} to start anew")) == (True, True)


def test_another_list_of_sources_is_refused(unfinished: Unfinished, capsys: pytest.CaptureFixture[str]) -> None:
    argv, _ = unfinished
    said = refused([*argv[:4], "corpus", *argv[4:], "--resume"], capsys)
    assert said.startswith(f"the list of sources was {argv[4]} in the run to be continued, and is corpus {argv[4]} now")


def test_another_message_before_the_end_is_refused(
    unfinished: Unfinished, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv, journal = unfinished
    first = tmp_path / "loose" / "00001.eml"
    first.write_bytes(first.read_bytes() + b"more")
    assert refused([*argv, "--resume"], capsys) == (
        f"the inputs have changed since: {first} is not what was read there; remove {journal} to start anew"
    )


def test_another_message_at_the_end_is_read(unfinished: Unfinished, tmp_path: Path) -> None:
    argv, _ = unfinished
    (tmp_path / "loose" / "99999.eml").write_bytes(b"Subject: late\n\nx\n")
    assert main([*argv, "--resume"]) == 0
    main(["parse", "--quiet", str(tmp_path / "loose"), "--output", str(tmp_path / "whole.jsonl")])
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_named_file_that_was_written_to_is_refused(
    mailbox: Make, tmp_path: Path, leave: Callable[[list[str]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    box = mailbox("box", 300)
    argv = ["batch", "--quiet", str(box), "-o", str(tmp_path / "out.jsonl"), "-j", "1"]
    leave(argv)
    os.utime(box, (1, 1))
    said = refused([*argv, "--resume"], capsys)
    size = box.stat().st_size
    assert said.startswith(f"the file {box} was {size} bytes of 20")
    assert f", and is {size} bytes of 1970-01-01 00:00:01.000000000 now" in said


@pytest.mark.parametrize("content", [b"nonsense\n", b"{}\n", b'{"asked":{}}\n[]\n'])
def test_what_is_no_journal_is_refused(
    content: bytes, unfinished: Unfinished, capsys: pytest.CaptureFixture[str]
) -> None:
    argv, journal = unfinished
    journal.write_bytes(content)
    assert str(journal) in refused([*argv, "--resume"], capsys)


def test_half_a_line_of_the_journal_does_not_count(unfinished: Unfinished, tmp_path: Path) -> None:
    argv, journal = unfinished
    journal.write_bytes(journal.read_bytes() + b'{"offsets":[999')
    assert main([*argv, "--resume"]) == 0
    main(["parse", "--quiet", str(tmp_path / "loose"), "--output", str(tmp_path / "whole.jsonl")])
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize(("left", "why"), [(None, "gone"), (b"", "shorter than it was")])
def test_an_unfinished_output_that_was_touched_is_status_3(
    left: bytes | None, why: str, unfinished: Unfinished, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv, _ = unfinished
    partial = tmp_path / ".out.jsonl.partial"
    partial.unlink()
    if left is not None:
        partial.write_bytes(left)
    assert main([*argv, "--resume"]) == 3
    assert capsys.readouterr().err == f"dsnparse: output failed: {partial} is {why}\n"


def test_two_runs_do_not_write_one_output(mailbox: Make, tmp_path: Path, spawn: Spawn) -> None:
    argv = [mailbox("box", 300, {300: "spin"}), "-o", tmp_path / "out.jsonl", "-j", "1"]
    first = spawn(*argv)
    begun(first, tmp_path / ".out.jsonl.journal", 2)
    second = spawn(*argv, "--resume")
    _, err = second.communicate()
    first.kill()
    first.communicate()
    journal = tmp_path / ".out.jsonl.journal"
    assert (second.returncode, err.decode()) == (
        2,
        f"dsnparse: another run is writing this output (it holds {journal})\n",
    )


def test_the_summary_is_of_both_runs(unfinished: Unfinished, capsys: pytest.CaptureFixture[str]) -> None:
    argv, _ = unfinished
    argv.remove("--quiet")
    assert main([*argv, "--resume"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("dsnparse: 620 messages, 620 recipients in ")
    assert "dsnparse: reasons: 620 user_unknown\n" in said


def test_what_killed_a_worker_stays_left_out(folder: Make, tmp_path: Path, spawn: Spawn) -> None:
    loose = folder("loose", 410, {10: "kill", 205: "read"})
    spawn(loose, "-o", "whole.jsonl").communicate()
    for _ in range(30):
        process = spawn(loose, "-o", "out.jsonl", "--resume", "--quiet", "-j", "1")
        begun(process, tmp_path / ".out.jsonl.journal", 3)
        process.kill()
        process.communicate()
        if (tmp_path / "out.jsonl").exists():
            break
    spawn(loose, "-o", "out.jsonl", "--resume").communicate()
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
