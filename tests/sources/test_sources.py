import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dsnparse.errors import SourceError
from dsnparse.sources import Item, Message, PassedOver, Unread, files, messages
from dsnparse.sources.folders import is_folder

CAP = 1000
FROM = b"From robot Mon Jun  2 10:00:00 2025\n"


def read(*paths: Path | str, cap: int = CAP) -> list[Item]:
    return list(messages(map(str, paths), cap))


def names(items: list[Item], root: Path) -> list[str]:
    return [os.path.relpath(item.source, root) for item in items if isinstance(item, Message)]


@pytest.fixture(autouse=True)
def _no_descriptor_is_left_open() -> Iterator[None]:
    before = len(list(Path("/proc/self/fd").iterdir()))
    yield
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode())


def test_a_file_is_one_message_named_as_it_was_named(tmp_path: Path) -> None:
    write(tmp_path, "b.eml", "a")
    expected = [Message(str(tmp_path / "b.eml"), b"b.eml"), Message(str(tmp_path / "a"), b"a")]
    assert read(tmp_path / "b.eml", tmp_path / "a") == expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["b", "a.msg", "c/d", "c/a.eml", "A"], ["A", "a.msg", "b", "c/a.eml", "c/d"]),
        ([".hidden", "a", ".git/config"], ["a"]),
        # Notes are left out beneath a folder that holds .eml files anywhere, and only there.
        (["a/x.eml", "a/x.json", "a/m.toml", "b/n.md", "c.py", "d.CSV", "e.lock", "f.jsonl"], ["a/x.eml"]),
        (["x.msg", "x.json", "y.md"], ["x.json", "x.msg", "y.md"]),
        (["x.eml", "x.txt", "json", "4110.json.001"], ["4110.json.001", "json", "x.eml", "x.txt"]),
        # A Maildir at any depth; its tmp/ never.
        (["new/2", "new/1", "cur/0:2,S", "tmp/3", "sub/x"], ["new/1", "new/2", "cur/0:2,S", "sub/x"]),
        (["m/new/1", "m/cur/1:2,S", "m/cur/2:2,", "m/.Sent/cur/9"], ["m/new/1", "m/cur/2:2,"]),
        (["new/1", "tmp/3"], ["new/1", "tmp/3"]),
    ],
)
def test_files_of_a_folder(paths: list[str], expected: list[str], tmp_path: Path) -> None:
    write(tmp_path, *paths)
    assert names(read(tmp_path), tmp_path) == expected


def test_a_note_named_by_itself_is_read(tmp_path: Path) -> None:
    write(tmp_path, "x.eml", "x.json")
    assert names(read(tmp_path / "x.json"), tmp_path) == ["x.json"]


def test_special_files_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "ok.eml", "sub/ok.eml")
    os.mkfifo(tmp_path / "fifo.eml")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "self").symlink_to(".")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "linked.eml").symlink_to("ok.eml")
    items = read(tmp_path)
    passed = {os.path.relpath(item.source, tmp_path): item.reason for item in items if isinstance(item, PassedOver)}
    assert names(items, tmp_path) == ["linked.eml", "ok.eml", "sub/ok.eml"]
    assert passed == {
        "fifo.eml": "not a regular file but a FIFO",
        "dangling": "a symbolic link that leads nowhere",
        "loop": "a symbolic link that leads nowhere",
        "self": "not a regular file but a folder",
        "zero": "not a regular file but a device",
    }


def test_special_files_named_by_themselves_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        items = read("fifo", "socket", "/dev/null", "nothing", "no\0name")
    assert items == [
        Unread("fifo", "not a regular file but a FIFO"),
        Unread("socket", "not a regular file but a socket"),
        Unread("/dev/null", "not a regular file but a device"),
        Unread("nothing", "no such file"),
        Unread("no\\x00name", "no possible file name"),
    ]


def test_a_file_that_becomes_a_fifo_after_it_was_looked_at_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a")
    os.mkfifo(tmp_path / "fifo")
    fifo, opened = str(tmp_path / "fifo"), os.open
    monkeypatch.setattr(os, "open", lambda _, flags: opened(fifo, flags))
    with pytest.raises(SourceError, match="FIFO"):
        files.open_regular(str(tmp_path / "a"))


@pytest.mark.parametrize(
    ("code", "expected"), [(errno.EACCES, "permission denied"), (errno.ENXIO, "not a regular file")]
)
def test_a_file_that_cannot_be_opened_is_an_error_and_the_others_are_read(
    code: int, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a", "b", "c")
    opened = os.open

    def open_some(path: str, flags: int) -> int:
        if path.endswith("b"):
            raise OSError(code, os.strerror(code))
        return opened(path, flags)

    monkeypatch.setattr(os, "open", open_some)
    unread = Unread(str(tmp_path / "b"), expected)
    first, second, third = read(*(tmp_path / name for name in "abc"))
    assert (names([first, third], tmp_path), second) == (["a", "c"], unread)
    in_folder = PassedOver(unread.source, unread.error) if code == errno.ENXIO else unread
    assert read(tmp_path)[1] == in_folder


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a", "b/c", "d")
    listed = os.scandir

    def list_some(path: str) -> object:
        if path.endswith("b/"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", list_some)
    items = read(tmp_path)
    assert items[1] == Unread(str(tmp_path / "b"), "permission denied")
    assert names(items, tmp_path) == ["a", "d"]


def test_a_path_that_cannot_be_looked_at_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", fail)
    assert is_folder("/") is False


def test_a_descriptor_that_does_not_wait_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    monkeypatch.setattr("dsnparse.sources.files.select.select", lambda *_: os.write(writer, b"late"))
    got = files.read_some(reader, 10)
    os.close(reader)
    os.close(writer)
    assert got == b"late"


def test_an_error_while_reading_is_an_error_of_that_file(tmp_path: Path) -> None:
    write(tmp_path, "a")
    # The memory of a process is a regular file whose first page cannot be read.
    _, item = read(tmp_path / "a", "/proc/self/mem")
    assert item == Unread("/proc/self/mem", "input/output error")


def test_a_file_gone_between_listing_and_opening_has_vanished(tmp_path: Path) -> None:
    write(tmp_path, "a", "b", "c")
    items = messages([str(tmp_path)], CAP)
    assert next(items) == Message(str(tmp_path / "a"), b"a")
    (tmp_path / "b").unlink()
    assert list(items) == [Unread(str(tmp_path / "b"), "vanished", failed=False), Message(str(tmp_path / "c"), b"c")]


def test_a_message_that_moves_within_a_maildir_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "new/1", "new/2", "new/3", "cur/0:2,")
    items = messages([str(tmp_path)], CAP)
    got = [next(items)]
    (tmp_path / "new/1").rename(tmp_path / "cur/1:2,S")
    (tmp_path / "new/2").rename(tmp_path / "cur/2:2,S")
    (tmp_path / "new/3").unlink()
    (tmp_path / "cur/0:2,").rename(tmp_path / "cur/0:2,S")
    got += items
    assert names(got, tmp_path) == ["new/1", "cur/2:2,S", "cur/0:2,S"]
    assert [item for item in got if isinstance(item, Unread)] == [
        Unread(str(tmp_path / "new/3"), "vanished", failed=False)
    ]


def test_a_maildir_that_is_taken_away_has_vanished(tmp_path: Path) -> None:
    write(tmp_path, "m/new/1", "m/new/2", "m/cur/0")
    items = messages([str(tmp_path / "m")], CAP)
    next(items)
    (tmp_path / "m").rename(tmp_path / "elsewhere")
    assert [item.error for item in items if isinstance(item, Unread)] == ["vanished", "vanished"]


def test_the_output_is_not_an_input(tmp_path: Path) -> None:
    write(tmp_path, "a", "out")
    status = (tmp_path / "out").stat()
    items = list(messages([str(tmp_path)], CAP, (status.st_dev, status.st_ino)))
    assert items[1] == PassedOver(str(tmp_path / "out"), "this file is the output")


@pytest.mark.parametrize("size", [0, 1, CAP - 1, CAP, CAP + 1, CAP + 2, 200_000])
@pytest.mark.parametrize("cap", [CAP, 100_000])
def test_one_byte_more_than_the_cap_is_read_of_a_long_message(size: int, cap: int, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    assert read(tmp_path / "a", cap=cap) == [Message(str(tmp_path / "a"), b"x" * min(size, cap + 1))]


def test_a_sparse_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate(5 << 30)
    assert read(tmp_path / "a", cap=1 << 20) == [Message(str(tmp_path / "a"), bytes((1 << 20) + 1))]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (FROM + b"a: 1\n\nx\n", [("", FROM + b"a: 1\n\nx\n")]),
        (FROM + b"a: 1\n\n" + FROM + b"b: 2\n", [("#1", b"a: 1\n"), ("#2", b"b: 2\n")]),
        (FROM + b"\n" + FROM + b"a: 1\n", [("#1", b"a: 1\n")]),
        (FROM + b"\n" + FROM + b"\n", [("", b"")]),
        (FROM + b"x" * 2 * CAP, [("", (FROM + b"x" * 2 * CAP)[: CAP + 1])]),
        (FROM + b"x" * 2 * CAP + b"\n\n" + FROM + b"b: 2\n", [("#1", b"x" * (CAP + 1)), ("#2", b"b: 2\n")]),
    ],
)
def test_an_mbox_has_numbered_messages_and_a_lone_message_has_no_number(
    data: bytes, expected: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    (tmp_path / "box").write_bytes(data)
    assert read(tmp_path / "box") == [Message(f"{tmp_path / 'box'}{number}", raw) for number, raw in expected]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"a\nb.eml", "a\\x0ab.eml"),
        (b"\x1b[31m", "\\x1b[31m"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("\u202egnp".encode(), "\\u202egnp"),
        ("\u0085".encode(), "\\u0085"),
        (b"\x85", "\\x85"),
        (b"a\\x0ab", "a\\\\x0ab"),
        ("यहलोग.é".encode(), "यहलोग.é"),
        (b"-rf", "-rf"),
    ],
)
def test_odd_names_are_told_apart(name: bytes, expected: str, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    (item,) = read(tmp_path)
    assert item.source == f"{tmp_path}/{expected}"


def test_folders_nested_deeper_than_the_stack_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    depth = 1500
    folder = os.open(".", os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=folder)
        inner = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(os.open("x", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    items = read("d")
    # pytest could not remove them: it is not prepared for such a depth.
    for _ in range(depth - 1):
        Path("d/d").rename("inner")
        Path("d").rmdir()
        Path("inner").rename("d")
    assert items == [Message("d/" * depth + "x", b"")]


def test_first_message_of_an_eml_file_keeps_its_name(tmp_path: Path) -> None:
    for name in ("two.eml", "two.mbox"):
        (tmp_path / name).write_bytes((FROM + b"Subject: one\n\nhello\n\n") * 2)
    assert names(read(tmp_path), tmp_path) == ["two.eml", "two.eml#2", "two.mbox#1", "two.mbox#2"]
