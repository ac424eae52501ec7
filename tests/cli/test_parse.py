import csv
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dsnparse
from dsnparse.cli import parse as parse_module
from dsnparse.cli import progress as progress_module
from dsnparse.cli.progress import Progress
from dsnparse.sinks.output import Stream

FROM = b"From robot Mon Jun  2 10:00:00 2025\n"
Run = Callable[..., tuple[int, bytes, str]]

NESTED = ("original", "recipients", "defects")


@pytest.fixture
def folder(tmp_path: Path, bounce: str) -> Path:
    (tmp_path / "good").mkdir()
    Path(bounce).rename(tmp_path / "good" / "a.eml")
    (tmp_path / "good" / "b.eml").write_bytes(b"From: ada@example.com\nTo: bob@example.net\nSubject: hello\n\nHello.\n")
    return tmp_path / "good"


def records(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.split(b"\n")[:-1]]


@pytest.mark.parametrize("command", [["parse"], []])
def test_each_message_is_a_line_of_json(command: list[str], folder: Path, run: Run) -> None:
    status, out, err = run(*command, folder)
    first, second = records(out)
    assert (status, err) == (0, "")
    assert (first["source"], first["kind"], first["recipients"][0]["address"], first["recipients"][0]["status"]) == (
        f"{folder}/a.eml",
        "failure",
        "bob@example.net",
        "5.1.1",
    )
    assert (second["source"], second["kind"]) == (f"{folder}/b.eml", "other")


def test_options_may_stand_without_a_command(folder: Path, run: Run) -> None:
    status, out, _ = run("--format", "json", folder)
    assert (status, [each["kind"] for each in json.loads(out)]) == (0, ["failure", "other"])


def test_csv(folder: Path, run: Run) -> None:
    status, out, _ = run("parse", "--format=csv", folder)
    rows = list(csv.DictReader(io.StringIO(out.decode(), newline="")))
    assert (status, [(row["kind"], row["address"]) for row in rows]) == (
        0,
        [("failure", "bob@example.net"), ("other", "")],
    )


@pytest.mark.parametrize(
    ("options", "summary"),
    [
        ([], "dsnparse: 2 messages (1 failure, 1 other); 1 recipients\n"),
        (["--kind", "failure"], "dsnparse: 1 messages (1 failure); 1 recipients\n"),
        (["--kind", "delay"], "dsnparse: 0 messages; 0 recipients\n"),
        (["--quiet"], ""),
    ],
)
def test_a_table_ends_with_a_summary_on_standard_error(
    options: list[str], summary: str, folder: Path, run: Run
) -> None:
    status, out, err = run("parse", "--format", "table", *options, folder)
    assert (status, err, out.startswith(b"SOURCE ") or not out) == (0, summary, True)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [(["failure"], ["failure"]), (["other"], ["other"]), (["other", "failure"], ["failure", "other"]), (["delay"], [])],
)
def test_kinds_are_chosen(kinds: list[str], expected: list[str], folder: Path, run: Run) -> None:
    options = [word for kind in kinds for word in ("--kind", kind)]
    _, out, _ = run("parse", *options, folder)
    assert [record["kind"] for record in records(out)] == expected


def test_all_fields_have_the_same_values_and_the_empty_ones(folder: Path, run: Run) -> None:
    _, short, _ = run("parse", folder)
    _, full, _ = run("parse", "--all-fields", folder)
    for less, more in zip(records(short), records(full), strict=True):
        assert {key: more[key] for key in less if key not in NESTED} == {
            key: less[key] for key in less if key not in NESTED
        }
        assert ("feedback" in less, "feedback" in more, set(less) < set(more)) == (False, True, True)


def test_an_input_that_fails_has_a_line_in_its_place(folder: Path, run: Run) -> None:
    status, out, err = run("parse", folder / "a.eml", folder / "nothing", folder / "b.eml")
    got = records(out)
    assert (status, [record.get("kind") for record in got]) == (1, ["failure", None, "other"])
    assert got[1] == {"source": f"{folder}/nothing", "error": "no such file"}
    assert err == f"dsnparse: {folder}/nothing: no such file\n"


def test_a_failure_is_counted_in_the_summary(folder: Path, run: Run) -> None:
    status, _, err = run("parse", "--format", "table", folder, folder / "nothing")
    assert (status, err.split("; ")[-1]) == (1, "1 not read\n")


def test_what_a_folder_holds_besides_files_is_told_and_no_failure(folder: Path, run: Run) -> None:
    os.mkfifo(folder / "c")
    status, out, err = run("parse", folder)
    assert (status, len(records(out))) == (0, 2)
    assert err == f"dsnparse: {folder}/c: passed over, not a regular file but a FIFO\n"


def test_a_vanished_file_has_a_line_and_is_no_failure(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse_and_remove(_raw: bytes, **_: object) -> dsnparse.Report:
        (folder / "b.eml").unlink(missing_ok=True)
        return dsnparse.Report(kind="other")

    monkeypatch.setattr(dsnparse, "parse", parse_and_remove)
    status, out, _ = run("parse", folder)
    assert (status, records(out)[1]) == (0, {"source": f"{folder}/b.eml", "error": "vanished"})


def test_a_message_too_big_for_the_machine_does_not_cost_the_others(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = dsnparse.parse

    def parse(raw: bytes, *, limits: dsnparse.Limits, rules: None, source: str) -> dsnparse.Report:
        if b"multipart" in raw:
            raise MemoryError
        return whole(raw, limits=limits, rules=rules, source=source)

    monkeypatch.setattr(dsnparse, "parse", parse)
    status, out, _ = run("parse", folder)
    first, second = records(out)
    assert (status, first["error"], second["kind"]) == (1, "not enough memory", "other")


def test_a_message_longer_than_the_cap_is_reported_incomplete(tmp_path: Path, run: Run) -> None:
    with (tmp_path / "long").open("wb") as file:
        file.write(b"Subject: x\n\n")
        file.truncate(5 << 30)
    status, out, _ = run("parse", tmp_path / "long")
    (record,) = records(out)
    assert (status, record["complete"], record["defects"][0]["kind"]) == (0, False, "limit:max_message_bytes")


def test_messages_of_an_mbox_are_numbered(tmp_path: Path, run: Run) -> None:
    (tmp_path / "box").write_bytes(FROM + b"Subject: a\n\nx\n\n" + FROM + b"Subject: b\n\nx\n")
    _, out, _ = run(tmp_path / "box")
    assert [(record["source"], record["subject"]) for record in records(out)] == [
        (f"{tmp_path}/box#1", "a"),
        (f"{tmp_path}/box#2", "b"),
    ]


def test_output_goes_to_a_file(folder: Path, run: Run) -> None:
    target = folder / "out.jsonl"
    status, out, err = run("parse", folder, "--output", target)
    assert (status, out, err, len(records(target.read_bytes()))) == (0, b"", "", 2)
    again, _, _ = run("parse", folder, "--output", target, "--format", "json")
    assert (again, len(json.loads(target.read_bytes()))) == (0, 2)
    assert sorted(path.name for path in folder.iterdir()) == ["a.eml", "b.eml", "out.jsonl"]


def test_the_output_file_is_not_read_again(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.msg").write_bytes(b"Subject: a\n\nx\n")
    (tmp_path / "out").write_bytes(b"old")
    status, _, err = run("parse", tmp_path, "--output", tmp_path / "out")
    assert (status, err) == (0, f"dsnparse: {tmp_path}/out: passed over, this file is the output\n")


@pytest.mark.parametrize(
    ("target", "expected"),
    [("/dev/full", "no space left on device"), ("nowhere/out", "no such file or directory"), (".", "is a directory")],
)
def test_output_that_fails(target: str, expected: str, bounce: str, run: Run) -> None:
    status, out, err = run("parse", bounce, "--output", target)
    assert (status, out, err) == (3, b"", f"dsnparse: output failed: {expected}\n")


def test_a_long_run_shows_its_progress(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress_module, "PATIENCE", 0)
    monkeypatch.setattr(progress_module, "PERIOD", 0)
    monkeypatch.setenv("NO_COLOR", "1")
    progress = Progress(wanted=True)
    progress.say("before")
    progress.tick()
    progress.tick()
    progress.say("during \x1b[2J[red]")
    progress.close()
    progress.close()
    progress.say("after")
    err = capfd.readouterr().err
    assert [line for line in err.split("\n") if "dsnparse:" in line] == [
        "dsnparse: before",
        "dsnparse: during \\x1b[2J[red]",
        "dsnparse: after",
    ]


def test_a_short_or_quiet_run_shows_none() -> None:
    progress = Progress(wanted=True)
    progress.tick()
    quiet = Progress(wanted=False)
    quiet.tick()
    assert (progress.bar, quiet.bar, progress.count) == (None, None, 1)


def test_lines_that_are_whole_are_written_when_the_run_is_stopped(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse_module, "PATIENCE", 60)
    whole = dsnparse.parse
    calls: list[bytes] = []

    def parse(raw: bytes, *, limits: dsnparse.Limits, rules: None, source: str) -> dsnparse.Report:
        calls.append(raw)
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return whole(raw, limits=limits, rules=rules, source=source)

    monkeypatch.setattr(dsnparse, "parse", parse)
    status, out, err = run("parse", folder, folder)
    assert (status, len(records(out)), err) == (143, 2, "")


@pytest.mark.parametrize(("paths", "expected"), [([], ["-"]), (["a.eml", "-", "b.eml"], ["a.eml", "-", "b.eml"])])
def test_standard_input_is_read_in_its_place(
    paths: list[str], expected: list[str], folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    reader, writer = os.pipe()
    os.write(writer, b"Subject: piped\n\nx\n")
    os.close(writer)
    saved = os.dup(0)
    os.dup2(reader, 0)
    try:
        _, out, _ = run("parse", *paths)
    finally:
        os.dup2(saved, 0)
        os.close(saved)
        os.close(reader)
    assert [record["source"] for record in records(out)] == expected


def test_many_lines_are_written_at_once(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_module, "PATIENCE", 60)
    blocks: list[bytes] = []
    written = Stream.write

    def write(stream: Stream, block: bytes) -> None:
        blocks.append(block)
        written(stream, block)

    monkeypatch.setattr(Stream, "write", write)
    (tmp_path / "box").write_bytes((FROM + b"Subject: a\n\nx\n\n") * 1000)
    _, out, _ = run("parse", tmp_path / "box")
    assert (len(records(out)), all(block.endswith(b"\n") for block in blocks if block), len(blocks) < 10) == (
        1000,
        True,
        True,
    )
