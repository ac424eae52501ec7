"""`dsnparse batch`: what is written, in which order, and what people are told."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dsnparse.cli import main

Run = Callable[..., tuple[int, bytes, str]]
Make = Callable[..., Path]
Spawn = Callable[..., "subprocess.Popen[bytes]"]


def sources(path: Path) -> list[str]:
    return [json.loads(line)["source"] for line in path.read_bytes().splitlines()]


@pytest.fixture
def paths(mailbox: Make, folder: Make, tmp_path: Path) -> list[Path]:
    """One of each: an mbox, a folder, something that is not there."""
    return [mailbox("box", 700), folder("loose", 450), tmp_path / "nothing"]


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv"])
def test_the_output_is_that_of_parse(suffix: str, jobs: int, paths: list[Path], tmp_path: Path, run: Run) -> None:
    status, _, _ = run(*paths, "-o", tmp_path / f"out.{suffix}", "-j", jobs)
    main(["parse", "--quiet", *map(str, paths), "--format", suffix, "--output", str(tmp_path / "expected")])
    assert status == 1
    assert (tmp_path / f"out.{suffix}").read_bytes() == (tmp_path / "expected").read_bytes()


def test_unordered_has_the_same_records(mailbox: Make, folder: Make, tmp_path: Path, run: Run) -> None:
    paths = [folder("a", 900), mailbox("b", 300)]
    run(*paths, "-o", tmp_path / "ordered.jsonl", "-j", 1)
    run(*paths, "-o", tmp_path / "unordered.jsonl", "-j", 3, "--unordered")
    ordered, unordered = ((tmp_path / f"{name}.jsonl").read_bytes().split(b"\n") for name in ("ordered", "unordered"))
    assert sorted(unordered) == sorted(ordered)


def test_several_outputs_are_written_at_once(mailbox: Make, tmp_path: Path, run: Run) -> None:
    box = mailbox("box", 40)
    run(box, "-o", tmp_path / "a.jsonl", "-o", tmp_path / "b.json", "--output", tmp_path / "c.CSV")
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == json.loads((tmp_path / "b.json").read_bytes())
    assert len((tmp_path / "c.CSV").read_bytes().splitlines()) == 41
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b.json", "box", "c.CSV"]


def test_nothing_to_read_gives_an_empty_output(tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    status, _, said = run(tmp_path / "empty", "-o", tmp_path / "a.json", "-o", tmp_path / "b.jsonl")
    assert (status, json.loads((tmp_path / "a.json").read_bytes()), (tmp_path / "b.jsonl").read_bytes()) == (0, [], b"")
    assert said.startswith("dsnparse: 0 messages, 0 recipients in ")


def test_standard_output_has_data_only(mailbox: Make, run: Run) -> None:
    status, out, said = run(mailbox("box", 30))
    assert (status, len(out.splitlines())) == (0, 30)
    assert all(line.startswith("dsnparse: ") for line in said.splitlines())


def test_the_summary_says_what_came_out(mailbox: Make, tmp_path: Path, run: Run) -> None:
    _, _, said = run(mailbox("box", 14), tmp_path / "nothing", "-o", tmp_path / "out.jsonl", "-j", 1)
    first, *rest = said.splitlines()
    assert first == f"dsnparse: {tmp_path / 'nothing'}: no such file"
    assert rest[0].startswith("dsnparse: 14 messages, 14 recipients in ")
    assert rest[1:] == [
        "dsnparse: kinds: 14 failure",
        "dsnparse: reasons: 14 user_unknown",
        f"dsnparse: domains: {', '.join(f'2 domain{number}.example' for number in range(7))}",
        "dsnparse: unknown: 0 recipients without a reason, 14 reports of unknown software",
        "dsnparse: not read: 1 inputs",
    ]


def test_quiet_says_only_what_is_wrong(mailbox: Make, tmp_path: Path, run: Run) -> None:
    status, _, said = run(mailbox("box", 3), tmp_path / "nothing", "-o", tmp_path / "out.jsonl", "--quiet")
    assert (status, said) == (1, f"dsnparse: {tmp_path / 'nothing'}: no such file\n")


@pytest.mark.parametrize("limit", [1, 199, 200, 201, 250, 599, 600, 5000])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_limit_takes_the_first_ones(limit: int, jobs: int, folder: Make, tmp_path: Path, run: Run) -> None:
    loose = folder("loose", 600)
    run(loose, "-o", tmp_path / "out.jsonl", "-j", jobs, "--limit", limit)
    expected = [f"{loose}/{number:05}.eml" for number in range(1, 601)]
    assert sources(tmp_path / "out.jsonl") == expected[:limit]


def test_a_limit_counts_what_could_not_be_read(mailbox: Make, tmp_path: Path, run: Run) -> None:
    paths = [tmp_path / "no", mailbox("box", 5), tmp_path / "nothing"]
    run(*paths, "-o", tmp_path / "out.jsonl", "--limit", 3)
    assert sources(tmp_path / "out.jsonl") == [f"{paths[0]}", f"{paths[1]}#1", f"{paths[1]}#2"]


def test_a_limit_without_order_takes_as_many(folder: Make, tmp_path: Path, run: Run) -> None:
    run(folder("loose", 600), "-o", tmp_path / "out.jsonl", "--unordered", "--limit", 333)
    assert len(set(sources(tmp_path / "out.jsonl"))) == 333


def test_since_leaves_out_what_is_older(folder: Make, tmp_path: Path, run: Run) -> None:
    loose = folder("loose", 28)
    (loose / "undated.eml").write_bytes(b"Subject: hello\n\nx\n")
    _, _, said = run(loose, "-o", tmp_path / "out.jsonl", "--since", "2026-06-20T10:00:00Z")
    dates = [json.loads(line).get("date", "")[8:10] for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    assert dates == [*map(str, range(20, 29)), ""]
    assert "dsnparse: left out: 19 messages that were not asked for\n" in said


def test_kinds_and_vocabularies_are_those_of_parse(corpus: Path, tmp_path: Path, run: Run) -> None:
    options = ["--kind", "delay", "--kind", "feedback", "--vocabulary", "ses", "--all-fields"]
    run(corpus / "postfix", corpus / "feedback", *options, "-o", tmp_path / "out.jsonl")
    paths = [str(corpus / "postfix"), str(corpus / "feedback")]
    main(["parse", *paths, *options, "--format", "jsonl", "--output", str(tmp_path / "expected")])
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "expected").read_bytes()


def test_rules_of_ones_own_count(tmp_path: Path, mailbox: Make, run: Run) -> None:
    (tmp_path / "rules").mkdir()
    rule = "name = 'acme'\ntitle = 'Acme'\n[recognise]\nheader = ['(?m)^Message-ID: <notice-[0-9]']\n"
    (tmp_path / "rules" / "acme.toml").write_text(rule)
    run(mailbox("box", 3), "-o", tmp_path / "out.jsonl", "--rules", tmp_path / "rules", "-j", 1)
    assert [json.loads(line)["vendor"] for line in (tmp_path / "out.jsonl").read_bytes().splitlines()] == ["acme"] * 3


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["-o", "out.xlsx"], "the suffix tells the form; there are .jsonl, .ndjson, .json, .csv, "),
        (["-o", "a.csv", "-o", "./a.csv"], "two --output are the same file"),
        (["-j", "0"], "not a number above 0: 0"),
        (["--limit", "1e3"], "not a number above 0: 1e3"),
        (["--since", "yesterday"], "not a date like 2025-01-31"),
        (["--resume"], "--resume: what goes to a pipe or device cannot be continued"),
        (["--resume", "-o", "/dev/null"], "--resume: what goes to a pipe or device cannot be continued"),
        (["-"], "standard input"),
        (["--rules", "nowhere"], "nowhere"),
    ],
)
def test_wrong_usage_is_status_2(argv: list[str], said: str, mailbox: Make, run: Run) -> None:
    status, out, err = run(mailbox("box", 1), *argv)
    assert (status, out, said in err) == (2, b"", True)


def test_a_reader_that_goes_away_is_no_fault(mailbox: Make, spawn: Spawn) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = spawn(mailbox("box", 500), stdout=writer)
    os.close(writer)
    _, err = process.communicate()
    assert (process.returncode, err) == (141, b"")


def test_a_full_device_is_status_3(mailbox: Make, spawn: Spawn) -> None:
    with Path("/dev/full").open("wb") as full:
        process = spawn(mailbox("box", 500), stdout=full)
        _, err = process.communicate()
    assert (process.returncode, err) == (3, b"dsnparse: output failed: no space left on device\n")


def test_an_output_in_no_folder_is_status_3(mailbox: Make, tmp_path: Path, run: Run) -> None:
    status, _, err = run(mailbox("box", 1), "-o", tmp_path / "no" / "out.jsonl")
    assert (status, err) == (3, "dsnparse: output failed: no such file or directory\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_and_its_workers(
    number: signal.Signals, status: int, mailbox: Make, spawn: Spawn
) -> None:
    reader, writer = os.pipe()  # the workers have it, too: it is closed when the last of them is gone
    process = spawn(mailbox("box", 500, {500: "spin"}), stdout=subprocess.PIPE, pass_fds=[writer])
    os.close(writer)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    _, err = process.communicate()
    assert (process.returncode, err, os.read(reader, 1)) == (status, b"", b"")
    os.close(reader)


def test_what_is_written_already_is_not_read(folder: Make, run: Run) -> None:
    loose = folder("loose", 3)
    (loose / "out.jsonl").write_bytes(b"Subject: old\n\nx\n")
    (loose / "box").write_bytes(b"From x Mon Jun  1 10:00:00 2026\nSubject: a\n\nx\n")
    status, _, _ = run(loose, "-o", loose / "out.jsonl")
    assert (status, len(sources(loose / "out.jsonl"))) == (0, 4)
