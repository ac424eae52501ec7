import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsnparse.sources import Item, Message, PassedOver, Unread, messages, portions, shards
from dsnparse.sources.entries import Entry
from dsnparse.sources.opened import read_entry
from dsnparse.sources.portions import Archive, Counted
from dsnparse.sources.shards import AnyShard, Files, Portion, StandardInput, Stretch, plan, read

CAP = 1 << 20
FROM = b"From robot Mon Jun  2 10:00:00 2025\n"


def travelled(shard: AnyShard) -> AnyShard:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(shard), type=AnyShard)


def planned(*paths: Path | str) -> list[AnyShard | Unread | PassedOver]:
    return list(plan(map(str, paths), cap=CAP))


def by_shards(*paths: Path | str, cap: int = CAP) -> Iterator[Item]:
    for each in plan(map(str, paths), cap=cap):
        yield from read(travelled(each), cap=cap) if isinstance(each, AnyShard) else (each,)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make shards of a kilobyte."""
    monkeypatch.setattr(shards, "BYTES", 1000)


@pytest.mark.usefixtures("small")
def test_all_shards_one_after_another_are_all_messages(tmp_path: Path) -> None:
    for number in range(450):
        (tmp_path / f"{number:03}.eml").write_bytes(b"x" * number)
    (tmp_path / os.fsdecode(b"odd\xff.eml")).write_bytes(b"x")
    (tmp_path / "box").write_bytes(b"".join(FROM + b"n: %d\n\n" % n + b"y" * n + b"\n\n" for n in range(300)))
    (tmp_path / "lone").write_bytes(FROM + b"a: 1\n\n" + b"y" * 5000)
    (tmp_path / "removed").write_bytes((FROM + b"\n") * 100)
    (tmp_path / "large.eml").write_bytes(b"z" * 5000)
    (tmp_path / "two.eml").write_bytes((FROM + b"a: 1\n\n" + b"y" * 800 + b"\n\n") * 9)
    os.mkfifo(tmp_path / "fifo")
    for name in ("new/1", "new/2", "cur/3:2,S"):
        (tmp_path / "m" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / name).write_bytes(b"m")
    paths = [str(tmp_path), str(tmp_path / "box"), str(tmp_path / "nothing"), str(tmp_path / "000.eml")]
    assert list(by_shards(*paths)) == list(messages(paths, CAP))


TOKENS = [
    FROM,
    b"From x 1:23\r\n",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"abc\n",
    b"returned:\n\n",
    b"From robot Mon Jun  2 09:00:00 2025\n",
]


@given(
    tokens=st.lists(st.sampled_from(TOKENS), max_size=200),
    size=st.sampled_from([1, 50, 300]),
    cap=st.sampled_from([20, CAP]),
)
def test_an_mbox_is_cut_at_its_messages(
    tokens: list[bytes], size: int, cap: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    box = tmp_path_factory.mktemp("m") / "box"
    box.write_bytes(FROM + b"a: 1\n\n" + b"".join(tokens))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "BYTES", size)
        assert list(by_shards(box, cap=cap)) == list(messages([str(box)], cap))


def test_small_files_are_put_together_and_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(450):
        (tmp_path / f"{number:03}").write_bytes(b"x" * 10)
    monkeypatch.setattr(os, "open", None)
    got = planned(tmp_path, str(tmp_path / "000"))
    assert [(type(each), each.number, each.size, len(each.paths)) for each in got if isinstance(each, Files)] == [
        (Files, 0, 2000, 200),
        (Files, 1, 2000, 200),
        (Files, 2, 500, 50),
        (Files, 3, 10, 1),
    ]


@pytest.mark.usefixtures("small")
def test_a_large_mbox_is_several_shards_that_cover_it(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.write_bytes(b"".join(FROM + b"n: %d\n\n" % n + b"y" * 90 + b"\n\n" for n in range(100)))
    parts = [each for each in planned(box) if isinstance(each, Stretch)]
    assert [each.number for each in parts] == list(range(len(parts)))
    assert [parts[0].start, *(each.end for each in parts)] == [*(each.start for each in parts), box.stat().st_size]
    assert len(parts) > 10
    (message, *_) = read(parts[3], cap=CAP)
    assert message == Message(f"{box}#{parts[3].first}", b"n: %d\n\n" % (parts[3].first - 1) + b"y" * 90 + b"\n")


def test_order_is_kept_around_what_needs_no_reading(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"x")
    status = (tmp_path / "b").stat()
    first, second, third = plan([str(tmp_path)], cap=CAP, output=(status.st_dev, status.st_ino))
    assert isinstance(first, Files)
    assert second == PassedOver(str(tmp_path / "b"), "this file is the output")
    assert isinstance(third, Files)


def test_standard_input_is_a_shard_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    assert [type(each) for each in planned(tmp_path / "a", "-", tmp_path / "a")] == [Files, StandardInput, Files]


@pytest.mark.usefixtures("small")
def test_an_mbox_that_is_gone_when_its_turn_comes_is_told(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.write_bytes((FROM + b"a: 1\n\n" + b"y" * 900 + b"\n\n") * 3)
    part = next(each for each in planned(box) if isinstance(each, Stretch))
    box.unlink()
    assert list(read(part, cap=CAP)) == [Unread(str(box), "no such file")]


def surveyed(entry: Entry) -> Iterator[Counted]:
    return portions.count(read_entry(entry, CAP))


def write_archives(folder: Path, count: int) -> list[Path]:
    """Write so many messages as each kind of archive."""
    raws = [b"n: %d\n\n" % number + bytes([97 + number % 26]) * 40 for number in range(count)]
    with tarfile.open(folder / "a.tar.gz", "w:gz") as tar, zipfile.ZipFile(folder / "a.zip", "w") as zipped:
        for number, raw in enumerate(raws):
            name = f"{number}.txt" if number % 7 == 3 else f"{number}.json" if number % 11 == 5 else f"{number}.eml"
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            tar.addfile(member, io.BytesIO(raw))
            zipped.writestr(name, raw)
    mailbox = b"".join(FROM + raw + b"\n\n" for raw in raws)
    (folder / "box.gz").write_bytes(gzip.compress(mailbox))
    (folder / "cut.gz").write_bytes(gzip.compress(mailbox)[:-30])
    (folder / "bad.zip").write_bytes(b"PK\x03\x04" + mailbox)
    (folder / "lone.gz").write_bytes(gzip.compress(raws[0]))
    return sorted(folder.iterdir())


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_archives_are_shared_by_their_portions(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "ARCHIVE", 10)
    monkeypatch.setattr(portions, "ITEMS", size)
    paths = [*map(str, write_archives(tmp_path, 60))]
    planned = [*plan(paths, cap=CAP, survey=surveyed)]
    assert {type(each) for each in planned} == {Portion}
    assert len(planned) > 6 if size < 1000 else len(planned) == 6
    items = [item for each in planned if isinstance(each, AnyShard) for item in read(travelled(each), cap=CAP)]
    assert items == list(messages(paths, CAP))
    numbers = [each.number for each in planned if isinstance(each, Portion)]
    assert numbers == list(range(len(planned)))


def test_portions_hold_bytes_as_well() -> None:
    items = [Message("a", b"x" * size) for size in (700_000, 700_000, 10)] + [Unread("b", "gone")]
    assert [*portions.count(items)] == [Counted(2, 1_400_000), Counted(2, 10)]
    assert [*portions.count([])] == []


def test_an_archive_is_read_on(tmp_path: Path) -> None:
    box, *_ = (path for path in write_archives(tmp_path, 60) if path.name == "box.gz")
    path, passed = os.fsencode(box), [0]

    def count() -> None:
        passed[0] += 1

    whole = list(messages([str(box)], CAP))
    archive = Archive(path, "named", CAP)
    assert list(archive.portion(3, 4, count)) == whole[3:7]
    assert archive.leads_to(path, 7)
    assert not archive.leads_to(path, 6)
    assert not archive.leads_to(b"other", 7)
    assert list(archive.portion(20, 5, count)) == whole[20:25]
    assert passed == [3 + 13]
    assert list(archive.portion(50, portions.REST)) == whole[50:]
    assert list(archive.portion(99, 1)) == []


def test_small_archives_are_not_cut(tmp_path: Path) -> None:
    paths = [*map(str, write_archives(tmp_path, 60))]
    assert [type(each) for each in plan(paths, cap=CAP, survey=surveyed)] == [Files]


def test_a_long_file_that_is_no_archive_is_one_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "BYTES", 10)
    (tmp_path / "a.eml").write_bytes(b"a: 1\n\n" + b"x" * 90)
    assert [type(each) for each in plan([str(tmp_path)], cap=CAP, survey=surveyed)] == [Files]
