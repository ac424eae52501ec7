"""dsnparse.read: the reports of all that a path or URL holds."""

import gzip
import os
import zipfile
from pathlib import Path

import pytest

import dsnparse

FROM = b"From robot Mon Jun  2 10:00:00 2025\n"


@pytest.fixture
def bounce(corpus: Path) -> bytes:
    return (corpus / "qmail/unknown-user.eml").read_bytes()


def test_each_message_is_a_report(bounce: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.eml", bounce)
        archive.writestr("box.gz", gzip.compress((FROM + bounce.replace(b"\r\n", b"\n") + b"\n") * 2))
    reports = list(dsnparse.read(tmp_path))
    assert [report.source for report in reports] == [
        f"{tmp_path}/all.zip!a.eml",
        f"{tmp_path}/all.zip!box.gz#1",
        f"{tmp_path}/all.zip!box.gz#2",
    ]
    assert {report.recipients[0].address for report in reports} == {"unknown@dest.example"}


def test_what_cannot_be_read_is_told_after_all_others(bounce: bytes, tmp_path: Path) -> None:
    for name in ("1.eml", "9.eml"):
        (tmp_path / name).write_bytes(bounce)
    for number in range(2, 7):
        (tmp_path / f"{number}.rar").write_bytes(b"Rar!\x1a\x07\1\0")
    os.mkfifo(tmp_path / "fifo")  # no input at all
    reports = dsnparse.read(str(tmp_path))
    assert [next(reports).source, next(reports).source] == [f"{tmp_path}/1.eml", f"{tmp_path}/9.eml"]
    with pytest.raises(dsnparse.SourceError, match=r"2\.rar: a RAR archive.*4\.rar.*; and 2 more$") as raised:
        next(reports)
    expected = "a RAR archive, which is not read: unpack it first"
    assert raised.value.unread == tuple((f"{tmp_path}/{number}.rar", expected) for number in range(2, 7))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(dsnparse.SourceError, match="no such file") as raised:
        list(dsnparse.read(tmp_path / "none"))
    assert raised.value.unread == ((f"{tmp_path}/none", "no such file"),)


def test_text_is_what_the_command_takes_and_a_path_is_a_file(
    bounce: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "@a").write_bytes(bounce)
    (tmp_path / "a").write_bytes(b"@a\n")
    assert [report.source for report in dsnparse.read("@a")] == ["@a"]  # a list with one line
    assert [report.source for report in dsnparse.read(Path("@a"))] == ["./@a"]
    assert [report.source for report in dsnparse.read("[@]a")] == ["@a"]


def test_limits_and_rules_are_those_given(bounce: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(bounce)
    (report,) = dsnparse.read(tmp_path, limits=dsnparse.Limits(max_message_bytes=100))
    assert [defect.kind for defect in report.defects] == ["limit:max_message_bytes"]
    (report,) = dsnparse.read(tmp_path, rules=dsnparse.load_rules(vendors=False))
    assert report.vendor is None
