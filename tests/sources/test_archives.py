"""Archives and compressed files: each is made by the test, and none of them is ever unpacked."""

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import sys
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import zstandard

from dsnparse.sources import Item, Message, PassedOver, Unread, budget, messages, streams

CAP = 1 << 20
FROM = b"From robot Mon Jun  2 10:00:00 2025\n"
ONE = b"Subject: one\n\nx\n"
TWO = b"Subject: two\n\ny\n"
BOX = FROM + ONE + b"\n" + FROM + TWO

Members = Iterable[tuple[str, bytes]]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # names that are there twice
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(members: Members, form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in members:
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return buffer.getvalue()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def bzip2(data: bytes) -> bytes:
    return bz2.compress(data, 1)


def xz(data: bytes) -> bytes:
    return lzma.compress(data, preset=0)


COMPRESSIONS: list[Callable[[bytes], bytes]] = [gzip.compress, bzip2, xz, zstd]


def read(data: bytes, tmp_path: Path, name: str = "in", cap: int = CAP) -> list[tuple[str, object]]:
    """Return what is in a file of these bytes, the labels without its name."""
    (tmp_path / name).write_bytes(data)
    return [shown(item, tmp_path / name) for item in messages([str(tmp_path / name)], cap)]


def shown(item: Item, path: Path) -> tuple[str, object]:
    label = item.source.removeprefix(str(path))
    match item:
        case Message():
            return label, item.raw
        case Unread():
            return label, f"unread: {item.error}"
        case PassedOver():
            return label, f"passed over: {item.reason}"


MEMBERS = [("a.eml", ONE), ("sub/b", TWO), ("sub/box.mbox", BOX)]
EXPECTED = [("!a.eml", ONE), ("!sub/b", TWO), ("!sub/box.mbox#1", ONE), ("!sub/box.mbox#2", TWO)]


@pytest.mark.parametrize(
    "data",
    [
        zipped(MEMBERS),
        zipped(MEMBERS, zipfile.ZIP_STORED),
        zipped(MEMBERS, zipfile.ZIP_BZIP2),
        tarred(MEMBERS),
        tarred(MEMBERS, tarfile.GNU_FORMAT),
        tarred(MEMBERS, tarfile.USTAR_FORMAT),
        *(compress(tarred(MEMBERS)) for compress in COMPRESSIONS),
        gzip.compress(zipped(MEMBERS)),
    ],
)
def test_members_are_read_in_their_order(data: bytes, tmp_path: Path) -> None:
    assert read(data, tmp_path) == EXPECTED


@pytest.mark.parametrize("compress", COMPRESSIONS)
def test_a_compressed_file_is_what_is_in_it(compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
    assert read(compress(ONE), tmp_path) == [("", ONE)]
    assert read(compress(BOX), tmp_path) == [("#1", ONE), ("#2", TWO)]
    assert read(compress(b""), tmp_path) == [("", b"")]
    assert read(compress(ONE) + compress(b"more\n"), tmp_path) == [("", ONE + b"more\n")]
    assert read(compress(ONE) + bytes(100_000), tmp_path) == [("", ONE)]
    assert read(compress(ONE) + bytes(99_999) + compress(b"more\n"), tmp_path) == [("", ONE + b"more\n")]
    long = os.urandom(1_200_000)
    assert read(compress(long), tmp_path, cap=2_000_000) == [("", long)]
    assert read(compress(long), tmp_path) == [("", long[: CAP + 1])]


@pytest.mark.parametrize("compress", COMPRESSIONS)
def test_damage_of_compressed_data_is_told(compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
    noise = os.urandom(2000)
    data = compress(noise)
    assert read(data[:-20], tmp_path) == [("", "unread: the compressed data ends too early")]
    kind = "unread: what follows the end of the "
    ((_, reason),) = read(data + b"rubbish", tmp_path)
    assert str(reason).startswith(kind)
    # What is whole before the damage is read.
    box = b"".join(FROM + b"a: 1\n\n" + os.urandom(20_000).hex().encode() + b"\n\n" for _ in range(20))
    items = read(compress(box)[:-2000], tmp_path)
    assert [label for label, _ in items] == [*(f"#{number}" for number in range(1, len(items))), ""]
    assert len(items) > 10
    assert items[-1] == ("", "unread: the compressed data ends too early")


def test_bytes_that_change_are_damage(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(ONE * 100))
    data[20] ^= 255
    assert read(bytes(data), tmp_path) == [("", "unread: the compressed data is damaged")]


ZIP_ONE = zipped([("a.eml", ONE)])


def patched(data: bytes, signature: bytes, offset: int, new: bytes) -> bytes:
    at = data.index(signature) + offset
    return data[:at] + new + data[at + len(new) :]


def entry_as(mode: int) -> bytes:
    info = zipfile.ZipInfo("a")
    info.create_system = 3
    info.external_attr = mode << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, b"/etc/passwd")
        archive.writestr("ok.eml", ONE)
    return buffer.getvalue()


CENTRAL = b"PK\1\2"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (patched(ZIP_ONE, CENTRAL, 8, b"\1"), [("!a.eml", "unread: encrypted")]),
        (patched(ZIP_ONE, CENTRAL, 16, b"\1\2\3\4"), [("!a.eml", "unread: damaged: its length or checksum is wrong")]),
        (
            patched(ZIP_ONE, CENTRAL, 24, b"\xff\xff\xff\x7f"),
            [("!a.eml", "unread: damaged: its length or checksum is wrong")],
        ),
        (patched(ZIP_ONE, CENTRAL, 20, b"\2\0\0\0"), [("!a.eml", "unread: the compressed data ends too early")]),
        (
            patched(ZIP_ONE, CENTRAL, 10, b"\x63"),
            [("!a.eml", "unread: compressed by a method that is not known here (99)")],
        ),
        (
            patched(ZIP_ONE, CENTRAL, 42, b"\xff\xff\xff\x7f"),
            [("!a.eml", "unread: a damaged archive: this member is not where it should be")],
        ),
        (patched(ZIP_ONE, CENTRAL, 0, b"XX"), [("", "unread: a damaged archive: its directory is wrong")]),
        (ZIP_ONE[:-30], [("", "unread: a damaged archive: it has no directory, so its end is missing")]),
        (
            patched(ZIP_ONE, b"PK\5\6", 16, b"\xff\xff\xff\x7f"),
            [("", "unread: a damaged archive: its directory is not where it should be")],
        ),
        (entry_as(stat.S_IFLNK), [("!a", "unread: not a regular file but a symbolic link"), ("!ok.eml", ONE)]),
        (entry_as(stat.S_IFCHR), [("!a", "unread: not a regular file but a device"), ("!ok.eml", ONE)]),
        (
            patched(patched(ZIP_ONE, CENTRAL, 16, bytes(4)), CENTRAL, 24, bytes(4)),
            [("!a.eml", "unread: damaged: its length or checksum is wrong")],
        ),
        (zipped([]), []),
        (zipped([("a", b""), ("b", ONE), ("c", b"")]), [("!a", b""), ("!b", ONE), ("!c", b"")]),
        (zipped([("a", b""), ("b", ONE)], zipfile.ZIP_STORED), [("!a", b""), ("!b", ONE)]),
        (zipped([("folder/", b""), ("a", ONE), ("a", TWO)]), [("!a", ONE), ("!a", TWO)]),
    ],
)
def test_zips_that_lie(data: bytes, expected: list[tuple[str, object]], tmp_path: Path) -> None:
    assert read(data, tmp_path) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../x", "unread: its name leads out of the archive"),
        ("/srv/x", "unread: its name leads out of the archive"),
        ("a/../../x", "unread: its name leads out of the archive"),
        ("a\\..\\x", "unread: its name leads out of the archive"),
        ("C:\\x", "unread: its name leads out of the archive"),
        ("..", "unread: its name leads out of the archive"),
        ("..x..y", ONE),
        ("./a", ONE),
        ("con.eml", ONE),
        ("x" * 300, ONE),
        ("ü", ONE),
    ],
)
@pytest.mark.parametrize("make", [zipped, tarred])
def test_names(name: str, expected: object, make: Callable[[Members], bytes], tmp_path: Path) -> None:
    items = read(make([(name, ONE), ("ok", TWO)]), tmp_path)
    hidden = [(f"!{name}".replace("\\", "\\\\"), expected)] if not name.startswith("..x") else []
    assert items == [*hidden, ("!ok", TWO)]


@pytest.mark.parametrize(
    ("name", "shown_as"), [("\x1b[31m", "\\x1b[31m"), ("\u202egnp", "\\u202egnp"), ("a\nb", "a\\x0ab")]
)
def test_names_are_shown_escaped(name: str, shown_as: str, tmp_path: Path) -> None:
    assert read(tarred([(name, ONE)]), tmp_path) == [(f"!{shown_as}", ONE)]
    assert read(zipped([(name, ONE)]), tmp_path) == [(f"!{shown_as}", ONE)]


def test_what_is_no_message_of_a_folder_is_none_of_an_archive(tmp_path: Path) -> None:
    members = [(name, ONE) for name in ("x.toml", ".hidden", "a/.git/config", "__MACOSX/a.eml", "README.MD", "x.eml")]
    for make in (zipped, tarred):
        assert read(make(members), tmp_path) == [("!x.eml", ONE)]


def special(kind: bytes, form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        header = tarfile.TarInfo("a")
        header.type, header.linkname = kind, "/etc/passwd"
        archive.addfile(header)
        header = tarfile.TarInfo("ok.eml")
        header.size = len(ONE)
        archive.addfile(header, io.BytesIO(ONE))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (special(tarfile.SYMTYPE), "unread: not a regular file but a symbolic link"),
        (special(tarfile.LNKTYPE), "unread: not a regular file but a hard link"),
        (special(tarfile.CHRTYPE), "unread: not a regular file but a device"),
        (special(tarfile.FIFOTYPE), "unread: not a regular file but a FIFO"),
        (special(tarfile.GNUTYPE_SPARSE), "unread: not a regular file but a sparse file"),
    ],
)
def test_tar_members_that_are_no_files(data: bytes, expected: str, tmp_path: Path) -> None:
    assert read(data, tmp_path) == [("!a", expected), ("!ok.eml", ONE)]


def sized(field: bytes) -> bytes:
    """Return a tar archive of one member with its size replaced."""
    data = bytearray(tarred([("a.eml", ONE)], tarfile.USTAR_FORMAT))
    data[124:136] = field
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            sized(b"77777777777\0"),
            [
                ("!a.eml", "unread: the archive ends within this member"),
                ("", "unread: the archive ends within a member"),
            ],
        ),
        (
            sized(b"\x80" + b"\xff" * 11),
            [
                ("!a.eml", "unread: the archive ends within this member"),
                ("", "unread: the archive ends within a member"),
            ],
        ),
        (sized(b"\xff" * 12), [("", "unread: a damaged archive: a size is wrong")]),
        (sized(b"-0000000001\0"), [("", "unread: a damaged archive: a size is wrong")]),
        (sized(b"\x80" + (len(ONE)).to_bytes(11, "big")), [("!a.eml", ONE)]),
        (
            tarred([("a.eml", ONE), ("b", b"x" * 600)])[:2000],
            [
                ("!a.eml", ONE),
                ("!b", "unread: the archive ends within this member"),
                ("", "unread: the archive ends within a member"),
            ],
        ),
        (
            tarred([("a.eml", ONE), ("b", TWO)])[:1024] + b"rubbish" * 200,
            [("!a.eml", ONE), ("", "unread: a damaged archive: a header is wrong")],
        ),
    ],
)
def test_tars_that_lie(data: bytes, expected: list[tuple[str, object]], tmp_path: Path) -> None:
    assert read(data, tmp_path) == expected


def test_a_tar_older_than_its_magic_is_known_by_its_checksum(tmp_path: Path) -> None:
    data = bytearray(tarred([("a.eml", ONE)], tarfile.USTAR_FORMAT))
    data[257:512] = bytes(255)
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    assert read(bytes(data), tmp_path) == [("!a.eml", ONE)]


def test_a_header_may_be_summed_with_signs(tmp_path: Path) -> None:
    data = bytearray(tarred([("\u00fc.eml", ONE)], tarfile.GNU_FORMAT))
    data[148:156] = b"%06o\0 " % (int(data[148:154], 8) - 2 * 256)
    assert read(bytes(data), tmp_path) == [("!\u00fc.eml", ONE)]


def test_an_extended_header_that_is_too_long_ends_the_archive(tmp_path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 1 << 30
    data = header.tobuf(tarfile.GNU_FORMAT) + bytes(3 << 20)
    assert read(data, tmp_path) == [("", "unread: a damaged archive: an extended header is too long")]


DEEP = "unread: an archive, nested too deep to be opened"
TWICE = "unread: compressed, and nested too deep to be opened"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped([("i.zip", ZIP_ONE), ("b", TWO)]), [("!i.zip!a.eml", ONE), ("!b", TWO)]),
        (tarred([("i.tgz", gzip.compress(tarred([("a", ONE)])))]), [("!i.tgz!a", ONE)]),
        (tarred([("i.zip", ZIP_ONE), ("b", TWO)]), [("!i.zip!a.eml", ONE), ("!b", TWO)]),
        (zipped([("a.eml.gz", gzip.compress(ONE)), ("b", TWO)]), [("!a.eml.gz", ONE), ("!b", TWO)]),
        (zipped([("b.mbox.xz", lzma.compress(BOX))]), [("!b.mbox.xz#1", ONE), ("!b.mbox.xz#2", TWO)]),
        (
            zipped([("i.zip", zipped([("j.zip", ZIP_ONE), ("c", ONE)])), ("b", TWO)]),
            [("!i.zip!j.zip", DEEP), ("!i.zip!c", ONE), ("!b", TWO)],
        ),
        (zipped([("i.zip", zipped([("j.gz", gzip.compress(ONE))]))]), [("!i.zip!j.gz", TWICE)]),
        (gzip.compress(gzip.compress(ONE)), [("", TWICE)]),
        (
            zipped([("a.rar", b"Rar!\x1a\x07\1\0"), ("b", TWO)]),
            [("!a.rar", "unread: a RAR archive, which is not read: unpack it first"), ("!b", TWO)],
        ),
        (b"7z\xbc\xaf\x27\x1c...", [("", "unread: a 7z archive, which is not read: unpack it first")]),
        (b"!BDN....", [("", "unread: an Outlook data file (.pst, .ost), which is not read: export its messages")]),
    ],
)
def test_one_level_is_opened_inside_an_archive(data: bytes, expected: list[tuple[str, object]], tmp_path: Path) -> None:
    assert read(data, tmp_path) == expected


def test_a_long_archive_inside_an_archive_is_not_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HELD", 100)
    items = read(zipped([("i.zip", ZIP_ONE), ("b", TWO)]), tmp_path)
    assert items == [
        ("!i.zip", "unread: too long to be read through a pipe or inside an archive: more than 0 MiB"),
        ("!b", TWO),
    ]


def test_a_bomb_ends_only_itself(tmp_path: Path) -> None:
    spaces = (b" " * 1023 + b"\n") * 12_000
    ratio = "unread: stopped: what comes out of it is more than 200 times as long"
    for number, data in enumerate(
        (
            zipped([("a", spaces), ("b", ONE)]),
            gzip.compress(spaces),
            bzip2(tarred([("a", spaces)])),
            zstd(spaces),
        )
    ):
        (tmp_path / f"{number}").write_bytes(data)
    (tmp_path / "9.eml").write_bytes(ONE)
    items = [shown(item, tmp_path) for item in messages([str(tmp_path)], 32 << 20)]
    assert [item for item in items if item[1] != ratio] == [("/9.eml", ONE)]
    assert [label.partition("!")[0] for label, _ in items] == ["/0", "/1", "/2", "/3", "/9.eml"]


def test_one_deflated_megabyte_that_many_entries_share(tmp_path: Path) -> None:
    whole = zipped([("a", b"A" * 1_000_000)])
    central, end = whole.rindex(CENTRAL), whole.rindex(b"PK\5\6")
    entries = whole[central:end] * 1000
    data = whole[:central] + entries + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1000, 1000, len(entries), central, 0)
    items = read(data, tmp_path)
    assert items[-1] == ("", "unread: stopped: what comes out of it is more than 200 times as long")
    assert len(items) < 20


def test_total_and_members_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_MEMBERS", 2)
    for make in (zipped, tarred):
        items = read(make((str(number), ONE) for number in range(5)), tmp_path)
        assert items == [("!0", ONE), ("!1", ONE), ("", "unread: stopped: more than 2 members")]
    assert read(gzip.compress(b"") * 3, tmp_path) == [("", "unread: stopped: more than 2 members")]
    monkeypatch.setattr(budget, "MAX_MEMBERS", 100)
    monkeypatch.setattr(budget, "MAX_BYTES", 30)
    items = read(zipped((str(number), ONE) for number in range(5)), tmp_path)
    assert items == [("!0", ONE), ("", "unread: stopped: more than 0 GiB come out of it")]


def test_a_directory_longer_than_what_is_read_of_it_at_once(tmp_path: Path) -> None:
    names = [f"{number}{'x' * 400}" for number in range(4000)]
    assert read(zipped((name, b"") for name in names), tmp_path) == [(f"!{name}", b"") for name in names]


def test_a_zip64_member_and_a_program_before_the_archive(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("a.eml", "w", force_zip64=True) as member:
        member.write(ONE)
    assert read(buffer.getvalue(), tmp_path) == [("!a.eml", ONE)]
    entry = struct.pack(
        "<4sBBHHHHHLLLHHHHHLL",
        CENTRAL,
        45,
        3,
        45,
        0,
        0,
        0,
        0,
        zlib.crc32(ONE),
        0xFFFFFFFF,
        0xFFFFFFFF,
        1,
        28,
        0,
        0,
        0,
        0,
        0xFFFFFFFF,
    )
    local = (
        struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 45, 0, 0, 0, 0, zlib.crc32(ONE), 0xFFFFFFFF, 0xFFFFFFFF, 1, 0)
        + b"a"
        + ONE
    )
    extra = struct.pack("<HHQQQ", 1, 24, len(ONE), len(ONE), 0)
    directory = entry + b"a" + extra
    end64 = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(directory), len(local))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(local) + len(directory), 1)
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert read(local + directory + end64 + locator + end, tmp_path) == [("!a", ONE)]


def test_zip_methods_beyond_deflate(tmp_path: Path) -> None:
    data = bytearray(zipped([("a.eml", ONE)], zipfile.ZIP_STORED))
    for method, compress in ((95, lzma.compress), (93, zstd)):
        packed = compress(ONE)
        local = struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 45, 0, method, 0, 0, 0, 0, 0, 1, 0) + b"a" + packed
        entry = struct.pack(
            "<4sBBHHHHHLLLHHHHHLL",
            CENTRAL,
            45,
            3,
            45,
            0,
            method,
            0,
            0,
            zlib.crc32(ONE),
            len(packed),
            len(ONE),
            1,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 1, 1, len(entry) + 1, len(local), 0)
        assert read(local + entry + b"a" + end, tmp_path) == [("!a", ONE)]
    assert read(bytes(data), tmp_path) == [("!a.eml", ONE)]


def test_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    before = sorted(tmp_path.rglob("*"))
    read(tarred([("../../../x", ONE), ("a", ONE)]), tmp_path / "in")
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == [tmp_path / "in" / "in"]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="it comes with Python")
def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zstd(ONE)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    assert read(data, tmp_path) == [
        ("", "unread: zstd needs a package that is not installed: pip install 'dsnparse[zstd]'")
    ]
