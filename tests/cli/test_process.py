"""What only a process of its own can show: pipes, signals, terminals, locales, and what is imported."""

import gzip
import io
import json
import os
import pty
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

Spawn = Callable[..., "subprocess.Popen[bytes]"]

FROM = b"From robot Mon Jun  2 10:00:00 2025\n"


@pytest.mark.parametrize("argv", [["-"], ["parse", "-"], ["parse"], []])
def test_standard_input_is_one_message(argv: list[str], bounce: str, spawn: Spawn) -> None:
    out, err = spawn(*argv, stdin=subprocess.PIPE).communicate(Path(bounce).read_bytes())
    record = json.loads(out)
    assert (record["source"], record["kind"], err) == ("-", "failure", b"")


def test_standard_input_may_be_an_mbox(spawn: Spawn) -> None:
    out, _ = spawn("-", stdin=subprocess.PIPE).communicate(FROM + b"Subject: a\n\nx\n\n" + FROM + b"Subject: b\n\nx\n")
    assert [json.loads(line)["source"] for line in out.splitlines()] == ["-#1", "-#2"]


def test_empty_standard_input_is_an_empty_message(spawn: Spawn) -> None:
    process = spawn("parse")
    out, _ = process.communicate()
    assert (json.loads(out)["kind"], process.returncode) == ("other", 0)


def test_standard_input_that_does_not_wait_is_waited_for(spawn: Spawn) -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    process = spawn("parse", stdin=reader)
    os.write(writer, b"Subject: a\n\nx\n")
    os.close(writer)
    out, _ = process.communicate()
    os.close(reader)
    assert json.loads(out)["subject"] == "a"


def test_standard_input_that_cannot_be_read_is_an_error(spawn: Spawn) -> None:
    with Path("/dev/null").open("wb") as write_only:
        process = spawn("parse", stdin=write_only)
        out, err = process.communicate()
    assert (process.returncode, json.loads(out), err) == (
        1,
        {"source": "-", "error": "bad file descriptor"},
        b"dsnparse: -: bad file descriptor\n",
    )


@pytest.mark.parametrize("argv", [["parse"], ["parse", "--format", "csv"], ["explain"], ["schema"], ["--help"]])
def test_a_reader_that_goes_away_is_no_fault(argv: list[str], bounce: str, spawn: Spawn) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = spawn(*argv, *[bounce] * (argv[-1] not in {"schema", "--help"}), stdout=writer)
    os.close(writer)
    _, err = process.communicate()
    assert (process.returncode, err) == (141, b"")


@pytest.mark.parametrize("argv", [["parse"], ["parse", "--format", "table"], ["explain"], ["schema"], ["--help"]])
def test_a_full_disk_is_status_3_and_one_line(argv: list[str], bounce: str, spawn: Spawn) -> None:
    with Path("/dev/full").open("wb") as full:
        process = spawn(*argv, *[bounce] * (argv[-1] not in {"schema", "--help"}), stdout=full)
        _, err = process.communicate()
    assert (process.returncode, err.split(b"\n")[0]) == (3, b"dsnparse: output failed: no space left on device")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_quietly_after_whole_lines(
    number: signal.Signals, status: int, bounce: str, spawn: Spawn
) -> None:
    process = spawn("parse", bounce, "-", stdin=subprocess.PIPE)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, json.loads(first)["kind"], out, err) == (status, "failure", b"", b"")


def test_a_signal_leaves_no_half_written_file(tmp_path: Path, bounce: str, spawn: Spawn) -> None:
    process = spawn("parse", "--output", tmp_path / "out", bounce, tmp_path / "nothing", "-", stdin=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stderr.readline().endswith(b"no such file\n")
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert (process.returncode, [path.name for path in tmp_path.iterdir()]) == (143, ["bounce.eml"])


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "table"])
def test_any_locale(form: str, tmp_path: Path, spawn: Spawn) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xc3\xa9.eml"
    Path(os.fsdecode(name)).write_bytes(
        "From: ada@example.com\nSubject: caf\u00e9 =?utf-8?q?=E2=9C=93?=\n\nx\n".encode()
    )
    environment = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    plain = spawn("parse", "--quiet", "--format", form, tmp_path).communicate()
    in_c = spawn("parse", "--quiet", "--format", form, tmp_path, env=environment).communicate()
    assert plain[1] == in_c[1] == b""
    # Where names are ASCII only, the two bytes of é are no character and shown as bytes.
    assert plain[0].decode().replace("é.eml", "").count("\\\\xff" if form.startswith("json") else "\\xff") == 1
    assert in_c[0].decode().count("xff") == 1


def test_odd_names_in_errors_are_escaped(spawn: Spawn) -> None:
    process = spawn("parse", b"nothing\x1b[31m\n\xff".decode("utf-8", "surrogateescape"), env={"LC_ALL": "C"})
    out, err = process.communicate()
    assert (process.returncode, json.loads(out)["source"]) == (1, "nothing\\x1b[31m\\x0a\\xff")
    assert err == b"dsnparse: nothing\\x1b[31m\\x0a\\xff: no such file\n"


def on_a_terminal(spawn: Spawn, *argv: str | Path) -> tuple[int, bytes]:
    ours, theirs = pty.openpty()
    process = spawn(*argv, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 1 << 16):
            shown += block
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(ours)
    process.communicate()
    return process.returncode, shown


def test_a_terminal_shows_a_table_and_nothing_it_acts_upon(tmp_path: Path, bounce: str, spawn: Spawn) -> None:
    Path(bounce).rename(tmp_path / "\x1b[31m\x07.eml")
    status, shown = on_a_terminal(spawn, "parse", tmp_path)
    lines = shown.decode().split("\r\n")
    assert (status, lines[0].split()[0], lines[2]) == (0, "SOURCE", "dsnparse: 1 messages (1 failure); 1 recipients")
    assert "".join(lines).isprintable()


def test_no_path_on_a_terminal_is_wrong_usage(spawn: Spawn) -> None:
    status, shown = on_a_terminal(spawn, "parse")
    assert (status, shown.startswith(b"usage: dsnparse parse")) == (2, True)


def test_the_start_is_light(bounce: str) -> None:
    heavy = ("rich", "flanker", "chardet", "email", "csv", "importlib.metadata")
    code = (
        "import sys; from dsnparse.cli import main; status = main(['parse', '--quiet', sys.argv[1]])\n"
        f"print(status, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    process = subprocess.run([sys.executable, "-c", code, bounce], capture_output=True, check=True)
    assert process.stderr == b"0 []\n"


def test_nothing_is_written_elsewhere(tmp_path: Path, bounce: str, spawn: Spawn) -> None:
    before = sorted(tmp_path.iterdir())
    spawn("parse", bounce, cwd=tmp_path, env={"TMPDIR": str(tmp_path), "HOME": str(tmp_path)}).communicate()
    assert sorted(tmp_path.iterdir()) == before


def test_standard_input_may_be_compressed_or_an_archive(spawn: Spawn, bounce: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(bounce, "a.eml")
    for data, label in ((gzip.compress(Path(bounce).read_bytes()), "-"), (packed.getvalue(), "-!a.eml")):
        out, _ = spawn("-", stdin=subprocess.PIPE).communicate(data)
        (report,) = map(json.loads, out.split(b"\n")[:-1])
        assert (report["source"], report["kind"]) == (label, "failure")


def test_an_archive_put_into_standard_input_need_not_fit_into_memory(spawn: Spawn, bounce: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("long", b"\n" * (33 << 20))
        archive.write(bounce, "a.eml")
    with (tmp_path / "in.zip").open("rb") as file:
        out, _ = spawn("-", stdin=file).communicate()
    assert [json.loads(line)["source"] for line in out.split(b"\n")[:-1]] == ["-!long", "-!a.eml"]


def test_a_list_on_standard_input_names_the_inputs(spawn: Spawn, bounce: str) -> None:
    process = spawn("@-", stdin=subprocess.PIPE)
    out, err = process.communicate(f"{bounce}\nnothing.eml\n".encode())
    first, second = map(json.loads, out.split(b"\n")[:-1])
    assert (first["source"], second["source"], second["error"]) == (bounce, "nothing.eml", "no such file")
    assert (process.returncode, err) == (1, b"dsnparse: nothing.eml: no such file\n")
