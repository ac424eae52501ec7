"""Messages that kill the process which parses them, and what is left of the others: all."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import subprocess

Make = Callable[..., Path]
Spawn = Callable[..., "subprocess.Popen[bytes]"]

DIED = "the process that parsed it died (killed by {})"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("order", [[], ["--unordered"]])
def test_one_hostile_file_never_costs_a_good_one(order: list[str], folder: Make, tmp_path: Path, spawn: Spawn) -> None:
    faults = {5: "kill", 300: "segv", 301: "kill", 500: "spin", 600: "memory", 700: "read"}
    loose = folder("loose", 1000, faults)
    process = spawn(loose, "-o", "out.jsonl", "--max-seconds", "1", "--quiet", *order)
    _, err = process.communicate()
    found = lines(tmp_path / "out.jsonl")
    errors = {int(each["source"][-9:-4]): each["error"] for each in found if "error" in each}
    assert errors == {
        5: DIED.format("SIGKILL"),
        300: DIED.format("SIGSEGV"),
        301: DIED.format("SIGKILL"),
        500: "the process that parsed it died (too much processor time)",
        600: "not enough memory",
        700: "the process that read it died (killed by SIGKILL), the rest of it is left out",
    }
    assert sorted(int(each["source"][-9:-4]) for each in found) == [*range(1, 1001)]
    assert process.returncode == 1
    assert sorted(err.decode().splitlines()) == sorted(
        f"dsnparse: {loose}/{number:05}.eml: {error}" for number, error in errors.items()
    )


def test_messages_of_an_mbox_are_counted_on(mailbox: Make, tmp_path: Path, spawn: Spawn) -> None:
    box = mailbox("box", 400, {1: "kill", 2: "kill", 399: "kill", 400: "kill"})
    spawn(box, "-o", "out.jsonl", "-j", "1").communicate()
    found = lines(tmp_path / "out.jsonl")
    assert [each["source"] for each in found] == [f"{box}#{number}" for number in range(1, 401)]
    assert [number for number, each in enumerate(found, 1) if "error" in each] == [1, 2, 399, 400]


def test_an_mbox_that_kills_its_reader_gives_what_was_before(
    mailbox: Make, folder: Make, tmp_path: Path, spawn: Spawn
) -> None:
    box = mailbox("box", 40, {31: "read"})
    good = folder("good", 3)
    spawn(box, good, "-o", "out.jsonl").communicate()
    names = [each["source"] for each in lines(tmp_path / "out.jsonl")]
    assert names == [*(f"{box}#{number}" for number in range(1, 31)), f"{box}", *(f"{good}/0000{n}.eml" for n in "123")]


def test_an_archive_that_kills_its_readers_gives_what_was_before(
    archive: Make, folder: Make, tmp_path: Path, spawn: Spawn
) -> None:
    tar, good = archive("a.tar", 800, {5: "kill", 611: "read"}), folder("good", 3)
    process = spawn(tar, good, "-o", "out.jsonl", "-j", "2", "--quiet")
    process.communicate()
    found = lines(tmp_path / "out.jsonl")
    sources = [f"{tar}!{number:05}.eml" for number in range(1, 611)]
    assert [each["source"] for each in found] == [*sources, str(tar), *(f"{good}/{n:05}.eml" for n in range(1, 4))]
    assert found[4]["error"] == DIED.format("SIGKILL")
    assert [each["error"] for each in found if each["source"] == str(tar)] == [
        "the process that read it died (killed by SIGKILL), the rest of it is left out"
    ]
    assert process.returncode == 1


def test_a_death_by_chance_costs_nothing(folder: Make, tmp_path: Path, spawn: Spawn) -> None:
    process = spawn(folder("loose", 300, {250: "once"}), "-o", "out.jsonl", "-j", "2")
    process.communicate()
    assert (process.returncode, (tmp_path / "once").exists()) == (0, True)
    assert [each["kind"] for each in lines(tmp_path / "out.jsonl")] == ["failure"] * 300


def test_a_message_that_kills_is_put_aside(folder: Make, tmp_path: Path, spawn: Spawn) -> None:
    loose = folder("loose", 9, {4: "kill"})
    spawn(loose, "-o", "out.jsonl", "--quarantine", "aside").communicate()
    raw = (loose / "00004.eml").read_bytes()
    name = f"{sha256(raw).hexdigest()}.eml"
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "aside").iterdir()] == [(name, raw)]
    error = lines(tmp_path / "out.jsonl")[3]["error"]
    assert error == f"{DIED.format('SIGKILL')}; it is set aside as {name}"


def test_workers_that_do_not_even_start_end_the_run(mailbox: Make, tmp_path: Path, spawn: Spawn) -> None:
    (tmp_path / "faults" / "sitecustomize.py").write_text(
        "import os, sys\nif '-c' in sys.argv[:1]:\n    import dsnparse\n    dsnparse.limits.Limits = lambda **_: os._exit(9)\n"
    )
    process = spawn(mailbox("box", 3), "-o", "out.jsonl")
    _, err = process.communicate()
    assert (process.returncode, err) == (1, b"dsnparse: workers do not start: exit status 9\n")
