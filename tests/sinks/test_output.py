import errno
import os
import stat
from pathlib import Path

import pytest

from dsnparse.errors import SinkError
from dsnparse.sinks.output import ClosedPipeError, Device, Stream, WholeFile, open_output


def entries(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_appears_when_it_is_committed(tmp_path: Path) -> None:
    output = open_output(str(tmp_path / "out"))
    output.write(b"one\n")
    output.write(b"two\n")
    assert "out" not in entries(tmp_path)
    output.commit()
    assert entries(tmp_path) == {"out": b"one\ntwo\n"}


def test_an_abandoned_file_leaves_the_old_one_alone(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"old")
    output = open_output(str(tmp_path / "out"))
    output.write(b"new")
    output.abandon()
    output.abandon()
    assert entries(tmp_path) == {"out": b"old"}


def test_a_file_that_is_replaced_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"old")
    (tmp_path / "out").chmod(0o604)
    (tmp_path / "link").symlink_to("out")
    output = open_output(str(tmp_path / "link"))
    output.write(b"new")
    output.commit()
    assert entries(tmp_path) == {"out": b"new", "link": b"new"}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o604
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("call", ["fsync", "close", "write"])
def test_when_the_disk_is_full_nothing_is_left(call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").write_bytes(b"old")
    output = open_output(str(tmp_path / "out"))

    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(SinkError, match="no space left on device"):
            write_all(output, b"new")
    output.abandon()
    assert entries(tmp_path) == {"out": b"old"}


def write_all(output: "object", block: bytes) -> None:
    assert isinstance(output, WholeFile)
    output.write(block)
    output.commit()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("missing/out", "no such file or directory"),
        ("file/out", "not a directory"),
        (".", "is a directory"),
        ("no\0name", "no possible file name"),
    ],
)
def test_a_path_that_cannot_be_written(
    path: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    with pytest.raises(SinkError, match=expected):
        open_output(path)


@pytest.mark.parametrize(("path", "kind"), [("-", Stream), ("/dev/null", Device), ("new", WholeFile)])
def test_kinds_of_output(path: str, kind: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    output = open_output(path)
    output.abandon()
    assert type(output) is kind


def test_a_device_is_written_to_and_closed() -> None:
    output = open_output("/dev/null")
    output.write(b"x")
    output.commit()
    with pytest.raises(SinkError, match="bad file descriptor"):
        output.commit()


def test_a_full_device() -> None:
    output = open_output("/dev/full")
    with pytest.raises(SinkError, match="no space left on device"):
        output.write(b"x")
    output.abandon()


def test_a_pipe_without_a_reader() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(ClosedPipeError):
        Stream(writer).write(b"x")
    os.close(writer)


def test_a_stream_that_does_not_wait_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    block = b"x" * (1 << 20)
    got = bytearray()

    def drain(*_: object) -> None:
        got.extend(os.read(reader, 1 << 20))

    monkeypatch.setattr("dsnparse.sinks.output.select.select", drain)
    stream = Stream(writer)
    stream.write(block)
    stream.commit()
    stream.abandon()
    os.close(writer)
    while more := os.read(reader, 1 << 20):
        got += more
    os.close(reader)
    assert bytes(got) == block
