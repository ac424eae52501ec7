"""`dsnparse corpus add`: a sample is whole and waits for a person, or nothing is written and it is told why."""

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsnparse import parse
from dsnparse.anonymise.check import Leftover
from dsnparse.anonymise.message import Anonymous
from dsnparse.cli import corpus, main
from dsnparse.errors import SinkError
from dsnparse.sinks.new_files import NewFile, make_folder, write_new

BOUNCE = b"""\
From: Mail Delivery Subsystem <mailer-daemon@mx.firma.de>
To: Ada Berg <ada.berg@kunde.de>
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.firma.de

Final-Recipient: rfc822; bob@firma.de
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <bob@firma.de> User unknown

--b--
"""
Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bounce.eml"
    path.write_bytes(BOUNCE)
    return path


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    path = tmp_path / "samples"
    path.mkdir()
    return path


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], file: Path, samples: Path) -> Run:
    """`corpus add` of the bounce: exit status, standard output, standard error."""

    def call(*argv: str | Path, path: str | Path = file, vendor: str = "postfix") -> tuple[int, bytes, str]:
        status = main(["corpus", "add", str(path), "--vendor", vendor, "--corpus", str(samples), *map(str, argv)])
        out, err = capfdbinary.readouterr()
        return status, out, err.decode()

    return call


def listed(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_sample_is_added(run: Run, samples: Path) -> None:
    status, out, err = run("--name", "unknown-user")
    assert (status, out) == (0, b"")
    assert "reads the same as the original\n" in err
    assert f"{samples}/postfix/unknown-user.eml: added; " in err
    assert listed(samples) == [f"postfix/{name}" for name in ("manifest.toml", "unknown-user.eml", "unknown-user.json")]
    raw = (samples / "postfix/unknown-user.eml").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") == BOUNCE.count(b"\n")
    assert [word for word in (b"bob", b"firma", b"ada", b"Berg", b"kunde") if word in raw] == []
    assert parse(raw).recipients[0].reason == "user_unknown"


def test_what_a_person_judges_is_blank(run: Run, samples: Path) -> None:
    run("--name", "unknown-user")
    folder = samples / "postfix"
    (address,) = [item.address for item in parse((folder / "unknown-user.eml").read_bytes()).recipients]
    assert json.loads((folder / "unknown-user.json").read_text("utf-8")) == {
        "kind": "",
        "recipients": [
            {
                "address": address,
                "action": "",
                "status": "5.1.1",
                "reply_code": 550,
                "diagnostic": f"550 5.1.1 <{address}> User unknown",
                "reason": "",
                "permanence": "",
            }
        ],
    }
    entries = tomllib.loads((folder / "manifest.toml").read_text("utf-8"))
    assert entries == {"unknown-user": {"origin": "captured", "server": "", "system": "", "scenario": ""}}


def test_the_manifest_keeps_what_it_has(run: Run, samples: Path) -> None:
    folder = samples / "postfix"
    folder.mkdir()
    (folder / "manifest.toml").write_text('# ours\n["old"]\norigin = "written"\n', "utf-8")
    given = ("--server", 'Acme "1.0"', "--system", "Debian\t12", "--scenario", "x\x7f\\")
    assert run("--name", "new", *given)[0] == 0
    text = (folder / "manifest.toml").read_text("utf-8")
    assert text.startswith('# ours\n["old"]\norigin = "written"\n\n["new"]\n')
    assert tomllib.loads(text)["new"] == {
        "origin": "captured",
        "server": 'Acme "1.0"',
        "system": "Debian\t12",
        "scenario": "x\x7f\\",
    }


def test_a_name_is_found_that_is_free(run: Run, samples: Path) -> None:
    assert [run()[0] for _ in range(3)] == [0, 0, 0]
    names = [name for name in listed(samples) if name.endswith(".eml")]
    assert names == ["postfix/user-unknown-2.eml", "postfix/user-unknown-3.eml", "postfix/user-unknown.eml"]


@pytest.mark.parametrize("there", ["a.eml", "a.json", "manifest.toml"])
def test_nothing_is_written_over(there: str, run: Run, samples: Path) -> None:
    path = samples / "postfix" / there
    path.parent.mkdir()
    path.write_text('["a"]\n' if there == "manifest.toml" else "mine", "utf-8")
    before = path.read_bytes()
    status, _, err = run("--name", "a")
    assert (status, "already" in err) == (3, True)
    assert (listed(samples), path.read_bytes()) == ([f"postfix/{there}"], before)


def test_a_dry_run_prints_and_writes_nothing(run: Run, samples: Path) -> None:
    status, out, err = run("--dry-run", "--seed", "1")
    assert (status, listed(samples), "reads the same" in err) == (0, [], True)
    assert out == run("--dry-run", "--seed", "1")[1]
    assert out != run("--dry-run")[1] != run("--dry-run")[1]
    assert parse(out).recipients[0].reason == "user_unknown"


def test_kept_words_stay(run: Run) -> None:
    assert b"rfc822; bob@" in run("--dry-run", "--keep", "bob")[1]


def made_with(monkeypatch: pytest.MonkeyPatch, raw: bytes, leftovers: list[Leftover]) -> None:
    def anonymise(*_: Any) -> Anonymous:  # noqa: ANN401 - whatever it is given
        return Anonymous(raw, leftovers, [])

    monkeypatch.setattr(corpus, "anonymise", anonymise)


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_what_can_be_recognised_is_refused(
    force: list[str], run: Run, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [Leftover("host", f"mx{number}.firma.de", "part 1\x1b") for number in range(50)]
    made_with(monkeypatch, BOUNCE, left)
    status, out, err = run(*force)
    assert (status, out, listed(samples)) == (1, b"", [])
    assert "left: host mx0.firma.de in part 1\\x1b\n" in err
    assert "and 10 more\n" in err
    assert err.endswith("refused, nothing was written\n")


def test_another_reading_is_refused_unless_forced(run: Run, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_with(monkeypatch, BOUNCE.replace(b"5.1.1", b"5.2.2").replace(b"\n", b"\r\n"), [])
    status, _, err = run()
    assert (status, listed(samples)) == (1, [])
    assert "reads otherwise: recipient 1: status: 5.1.1, now 5.2.2\n" in err
    assert "--keep WORD" in err
    assert run("--force")[0] == 0


def test_it_is_refused_in_earnest(run: Run, samples: Path, file: Path) -> None:
    named = BOUNCE.replace(b"Ada Berg", "Jürgen Berg".encode())
    file.write_bytes(named.replace(b"delivered.", b"delivered: https://a.example/?n=J%C3%BCrgen"))
    status, _, err = run()
    assert (status, listed(samples)) == (1, [])
    assert "left: name jürgen in part 1\n" in err


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["--name", "../x"], "--name: '../x' must be made of"),
        (["--name", "A"], "--name: 'A' must be made of"),
        (["--corpus", "/no/such"], "--corpus: no such folder"),
        (["--colour"], "unrecognized arguments"),
    ],
)
def test_wrong_usage(argv: list[str], told: str, run: Run, samples: Path) -> None:
    status, out, err = run(*argv)
    assert (status, out, told in err, listed(samples)) == (2, b"", True, [])


def test_wrong_vendor_and_rules(run: Run, tmp_path: Path) -> None:
    assert run(vendor="../x")[0] == 2
    assert run("--rules", tmp_path / "none")[0] == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no message"),
        (
            b"From a Mon Jan  1 00:00:00 2024\nA: b\n\nc\n\nFrom a Mon Jan  1 00:00:00 2024\nA: b\n\nc\n",
            "more than one",
        ),
        (None, "no such file"),
    ],
)
def test_what_is_not_one_message(content: bytes | None, told: str, run: Run, file: Path) -> None:
    file.unlink() if content is None else file.write_bytes(content)
    status, _, err = run()
    assert (status, told in err) == (1, True), err


def test_a_message_that_is_too_long(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "MAX_BYTES", 100)
    file.write_bytes(b"A: b\n" * 100)
    assert "longer than 100 bytes" in run()[2]


def test_a_folder_is_no_message(run: Run, samples: Path) -> None:
    assert run(path=samples)[0] == 1


def test_a_manifest_that_cannot_be_read(run: Run, samples: Path) -> None:
    path = samples / "postfix" / "manifest.toml"
    path.parent.mkdir()
    path.write_text("[[[", "utf-8")
    status, _, err = run()
    assert (status, "cannot be added to" in err, listed(samples)) == (3, True, ["postfix/manifest.toml"])


def test_a_folder_that_cannot_be_made(run: Run, samples: Path) -> None:
    (samples / "postfix").write_text("a file", "utf-8")
    assert run()[0] == 3
    with pytest.raises(SinkError, match="no such file"):
        make_folder(samples / "a" / "b")
    with pytest.raises(SinkError, match="not a directory"):
        make_folder(samples / "postfix")


@pytest.mark.skipif(sys.platform == "win32", reason="errors of files differ")
def test_all_files_appear_or_none(tmp_path: Path) -> None:
    files = {tmp_path / "a": b"a", tmp_path / "b": b"b"}
    (tmp_path / "last").mkdir()
    with pytest.raises(SinkError):
        write_new(files, (tmp_path / "last", b"c"))
    assert listed(tmp_path) == []
    with pytest.raises(SinkError):
        write_new(files, (tmp_path / "none" / "last", b"c"))
    assert listed(tmp_path) == []
    write_new(files, (tmp_path / "end", b"c"))
    assert listed(tmp_path) == ["a", "b", "end"]
    assert (tmp_path / "b").read_bytes() == b"b"


def test_a_file_that_fails_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        reason = "no space left on device"
        raise SinkError(reason)

    monkeypatch.setattr(NewFile, "write", full)
    with pytest.raises(SinkError, match="no space"):
        write_new({tmp_path / "a": b"a"}, (tmp_path / "end", b"c"))
    assert list(tmp_path.iterdir()) == []


def test_help_has_examples(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["corpus", "add", "--help"]) == 0
    assert b"examples:\n  dsnparse corpus add " in capfdbinary.readouterr().out
