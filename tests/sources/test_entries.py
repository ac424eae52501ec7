"""What the words of a command line stand for: lists, patterns, MH folders, files of Apple Mail."""

import os
from pathlib import Path

import pytest

from dsnparse.sources import Item, Message, Unread, emlx, messages
from dsnparse.sources.folders import walk

CAP = 1000


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(os.fsencode(path))


def read(*paths: Path | str) -> list[Item]:
    return list(messages(map(str, paths), CAP))


def names(items: list[Item]) -> list[str]:
    return [item.source for item in items]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"b\na\n", ["b", "a"]),
        (b"b\r\n\r\n\na", ["b", "a"]),
        (b"folder\nb", ["folder/1", "folder/2", "b"]),
        (b"[ab]\nnothing", ["a", "b", "nothing"]),
        (b"odd\xff\n", ["odd\\xff"]),
        (b"@a\n", ["@a"]),
        (b"", []),
    ],
)
def test_a_list_names_paths(text: bytes, expected: list[str], tmp_path: Path) -> None:
    write(tmp_path, "a", "b", "folder/2", "folder/1", os.fsdecode(b"odd\xff"), "@a")
    (tmp_path / "list").write_bytes(text)
    assert names(read("@list")) == expected


def test_a_list_on_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a", "b")
    blocks = iter([b"a\nb", b"\nnoth", b"ing\n", b""])
    monkeypatch.setattr("dsnparse.sources.lists.read_some", lambda *_: next(blocks))
    assert names(read("@-")) == ["a", "b", "nothing"]


def test_a_list_that_is_none_is_an_error_and_the_next_input_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a")
    (tmp_path / "binary").write_bytes(bytes(200_000))
    assert read("@nothing", "@binary", "@.", "a") == [
        Unread("@nothing", "no such file"),
        Unread("@binary", "no list of paths: a line is too long"),
        Unread("@.", "not a regular file but a folder"),
        Message("a", b"a"),
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.eml", ["a.eml", "b.eml"]),
        ("[b-z].eml", ["b.eml"]),
        ("sub/*", ["sub/c.eml", "sub/deep/d.eml"]),
        ("**/*.eml", ["a.eml", "b.eml", "sub/c.eml", "sub/deep/d.eml"]),
        ("sub/**", ["sub/c.eml", "sub/deep/d.eml"]),
        ("./*.eml", ["./a.eml", "./b.eml"]),
        ("*.txt", ["*.txt"]),
        ("lite[r]al", ["lite[r]al"]),
    ],
)
def test_patterns_that_no_shell_expanded(pattern: str, expected: list[str], tmp_path: Path) -> None:
    write(tmp_path, "b.eml", "a.eml", "sub/deep/d.eml", "sub/c.eml", "lite[r]al", "literal", ".hidden.eml")
    items = read(pattern)
    assert names(items) == expected
    assert all(isinstance(item, Message) for item in items) == (pattern != "*.txt")


@pytest.mark.parametrize("sign", [".mh_sequences", ".sylpheed_mark"])
def test_an_mh_folder_is_read_in_the_order_of_its_numbers(sign: str, tmp_path: Path) -> None:
    write(tmp_path, "10", "9", "2", ",3", "#4", "01", "sub/7", "notes", sign)
    assert [os.path.relpath(each.path, tmp_path) for each in walk(str(tmp_path))] == ["2", "9", "10", "sub/7"]


MAIL = b"Subject: x\n\nhello\n"
PROPERTIES = b'<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"></plist>\n'


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"%-10d\n" % len(MAIL) + MAIL + PROPERTIES, MAIL),
        (b"%d\r\n" % len(MAIL) + MAIL + b"\n" + PROPERTIES, MAIL),
        (b"%d\n" % len(MAIL) + MAIL, MAIL),
        # The length is a lie: nothing is lost.
        (b"4\n" + MAIL + PROPERTIES, MAIL + PROPERTIES),
        (b"4000\n" + MAIL, MAIL),
        (b"4000000000\n" + MAIL, MAIL),
        # No length at all.
        (b"450 mailbox full\n\n", b"450 mailbox full\n\n"),
        (b"12\nhello\n", b"12\nhello\n"),
        (b"1" * 5000, b"1" * (CAP + 1)),
    ],
)
def test_files_of_apple_mail(raw: bytes, expected: bytes, tmp_path: Path) -> None:
    (tmp_path / "1.emlx").write_bytes(raw)
    assert read("1.emlx") == [Message("1.emlx", expected)]


def test_what_has_no_length_stays_as_it_is() -> None:
    assert emlx.message(MAIL) == MAIL
