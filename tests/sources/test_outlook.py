"""Outlook messages, made by the test."""

import random
import struct
import sys
from pathlib import Path
from typing import Final

import pytest

from dsnparse import Report, parse
from dsnparse.sources import Item, Message, Unread, messages

CAP = 1 << 20
# A compound file (MS-CFB, version 3), as much of it as a message needs.
SECTOR: Final = 512
MINI: Final = 64
CUTOFF: Final = 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Tree = dict[str, "bytes | Tree"]


def compound(tree: Tree) -> bytes:
    """Return the file of a tree: bytes are streams, dicts are storages."""
    writer = _Writer()
    root = writer.add("Root Entry", tree, 5)
    return writer.finish(root)


class _Writer:
    def __init__(self) -> None:
        self.entries: list[list[int | str]] = []  # name, kind, right sibling, child, start, size
        self.sectors: list[bytes] = []
        self.chains: list[int] = []
        self.mini = b""
        self.mini_chains: list[int] = []

    def add(self, name: str, content: "bytes | Tree", kind: int) -> int:
        number = len(self.entries)
        entry: list[int | str] = [name, kind, FREE, FREE, 0, 0]
        self.entries.append(entry)
        if isinstance(content, bytes):
            entry[4], entry[5] = self.stream(content), len(content)
            return number
        before: list[int | str] = entry
        place = 3  # the first is the child, each other one the right sibling of the one before
        for each, inner in content.items():
            child = self.add(each, inner, 2 if isinstance(inner, bytes) else 1)
            before[place] = child
            before, place = self.entries[child], 2
        return number

    def stream(self, content: bytes) -> int:
        if not content:
            return END
        if len(content) >= CUTOFF:
            return self.chain(content)
        start = len(self.mini_chains)
        count = -(-len(content) // MINI)
        self.mini += content.ljust(count * MINI, b"\0")
        self.mini_chains += [*range(start + 1, start + count), END]
        return start

    def chain(self, content: bytes) -> int:
        start = len(self.sectors)
        count = -(-len(content) // SECTOR)
        self.sectors += [content[n * SECTOR : (n + 1) * SECTOR].ljust(SECTOR, b"\0") for n in range(count)]
        self.chains += [*range(start + 1, start + count), END]
        return start

    def finish(self, root: int) -> bytes:
        size = len(self.mini)
        self.entries[root][4], self.entries[root][5] = self.chain(self.mini) if size else END, size
        table = b"".join(struct.pack("<L", each) for each in self.mini_chains)
        mini_fat = self.chain(table) if table else END
        mini_count = -(-len(table) // SECTOR)
        directory = self.chain(b"".join(map(_entry, self.entries)))
        count = 1
        while (len(self.sectors) + count) * 4 > count * SECTOR:
            count += 1
        first = len(self.sectors)
        fat = b"".join(struct.pack("<L", each) for each in [*self.chains, *[FAT] * count])
        fat = fat.ljust(count * SECTOR, b"\xff")
        places = [*range(first, first + count), *[FREE] * (109 - count)]
        header = struct.pack(
            "<8s16xHHHHH6xLLLLLLLLL", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
            0, count, directory, 0, CUTOFF, mini_fat, mini_count, END, 0,
        )  # fmt: skip
        return header + struct.pack("<109L", *places) + b"".join(self.sectors) + fat


def _entry(entry: list[int | str]) -> bytes:
    name, kind, right, child, start, size = entry
    spelt = str(name).encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBLLL36xLLL", spelt, len(spelt), kind, 1, FREE, right, child, start, size, 0)


def properties(header: int, **numbers: int) -> bytes:
    entries = (struct.pack("<HHLLL", 3, int(key[1:], 16), 6, value, 0) for key, value in numbers.items())
    return bytes(header) + b"".join(entries)


def texts(**values: str) -> Tree:
    return {f"__substg1.0_{key[1:].upper()}001F": value.encode("utf-16-le") for key, value in values.items()}


HEADER = (
    "Received: from x by y; Mon, 2 Jun 2025 10:00:00 +0000\r\n"
    "From: MAILER-DAEMON@mx.example.com (Mail Delivery System)\r\nTo: x@example.com\r\n"
    "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="A"\r\nMessage-Id: <1@mx.example.com>\r\n'
)
STATUS = (
    b"Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; ines@dest.example\r\nAction: failed\r\n"
    b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
)
ORIGINAL: Tree = {
    "__properties_version1.0": properties(24),
    **texts(
        x001a="IPM.Note",
        x0037="News",
        x1000="Hello",
        x1035="<news@example.com>",
        x0c1a='Ann "A" X',
        x0c1f="x@example.com",
    ),
}
RETURNED: Tree = {
    "__properties_version1.0": properties(8, x3705=5),
    "__substg1.0_3701000D": ORIGINAL,
}
BOUNCE: Tree = {
    "__nameid_version1.0": {},
    "__properties_version1.0": properties(32),
    **texts(
        x001a="IPM.Note",
        x007d=HEADER,
        x1000="This is the mail system at host mx.example.com.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered.",
    ),
    "__attach_version1.0_#00000000": {
        "__properties_version1.0": properties(8, x3705=1),
        "__substg1.0_37010102": STATUS,
        **texts(x370e="message/delivery-status", x3707="details.txt"),
    },
    "__attach_version1.0_#00000001": RETURNED,
    "__attach_version1.0_#00000002": {
        "__properties_version1.0": properties(8, x3705=1),
        "__substg1.0_37010102": b"\x89PNG" * 2000,
        **texts(x370e="image/png", x3707="logo.png"),
    },
}


def ndr(kind: str, supplementary: str = "", address: str = "ines@dest.example", **more: int) -> Tree:
    return {
        "__properties_version1.0": properties(32),
        **texts(x001a=kind, x0037="Undeliverable: News", x0c1a="Microsoft Outlook", x5d01="postmaster@example.com"),
        "__recip_version1.0_#00000000": {
            "__properties_version1.0": properties(8, **more),
            **texts(x39fe=address, x3003="/O=EXAMPLE/CN=INES", x0c1b=supplementary),
        },
        "__attach_version1.0_#00000000": RETURNED,
    }


def read(data: bytes, tmp_path: Path) -> list[Item]:
    (tmp_path / "in.msg").write_bytes(data)
    return list(messages([str(tmp_path / "in.msg")], CAP))


def report(tree: Tree, tmp_path: Path) -> Report:
    (item,) = read(compound(tree), tmp_path)
    assert isinstance(item, Message)
    return parse(item.raw)


def test_a_bounce_from_outside(tmp_path: Path) -> None:
    got = report(BOUNCE, tmp_path)
    (recipient,) = got.recipients
    assert (got.kind, got.standard, got.vendor) == ("failure", True, "postfix")
    assert (recipient.address, recipient.status, recipient.reason) == ("ines@dest.example", "5.1.1", "user_unknown")
    assert got.message_id == "<1@mx.example.com>"
    assert (got.original.message_id, got.original.subject) == ("<news@example.com>", "News")
    assert got.original.from_ == '"Ann \\"A\\" X" <x@example.com>'


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (
            ndr("REPORT.IPM.Note.NDR", "<mail.example.com #5.2.2 smtp;552 5.2.2 Mailbox full>"),
            ("failure", "ines@dest.example", "failed", "5.2.2", "mailbox_full"),
        ),
        (ndr("REPORT.IPM.Note.NDR", x0c20=511), ("failure", "ines@dest.example", "failed", "5.1.1", "user_unknown")),
        (ndr("report.ipm.note.delayed", x0c20=447), ("delay", "ines@dest.example", "delayed", "4.4.7", "expired")),
        (ndr("REPORT.IPM.Note.DR"), ("success", "ines@dest.example", "delivered", "", "delivered")),
    ],
)
def test_the_table_of_a_report(tree: Tree, expected: tuple[str, ...], tmp_path: Path) -> None:
    got = report(tree, tmp_path)
    (recipient,) = got.recipients
    assert (got.kind, recipient.address, recipient.action, recipient.status, recipient.reason) == expected
    assert "postmaster@example.com" in got.from_
    assert got.original.message_id == "<news@example.com>"


def test_an_address_inside_an_organisation_is_none(tmp_path: Path) -> None:
    got = report(ndr("REPORT.IPM.Note.NDR", address="", x0c20=511), tmp_path)
    assert [recipient.address for recipient in got.recipients] in ([], [""])


def test_a_message_without_attachments_has_no_parts(tmp_path: Path) -> None:
    tree: Tree = {
        "__properties_version1.0": properties(32, x3FFD=1251),
        "__substg1.0_001A001E": b"IPM.Note",
        "__substg1.0_0037001E": "Недоставлено".encode("cp1251"),
        "__substg1.0_10130102": b"<p>no such user</p>",
    }
    (item,) = read(compound(tree), tmp_path)
    assert isinstance(item, Message)
    assert item.raw.decode() == (
        "Subject: Недоставлено\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "<p>no such user</p>"
    )


def test_a_value_opens_no_field_of_its_own(tmp_path: Path) -> None:
    tree = ndr("REPORT.IPM.Note.NDR", "<m #5.1.1 smtp;550 x\r\nFinal-Recipient: rfc822; evil@dest.example>")
    tree |= texts(x0037="a\r\n\r\nb: c")
    got = report(tree, tmp_path)
    assert [recipient.address for recipient in got.recipients] == ["ines@dest.example"]
    assert got.subject == "a b: c"


def test_other_compound_files_are_no_messages(tmp_path: Path) -> None:
    assert read(compound({"WordDocument": b"x"}), tmp_path) == [
        Unread(str(tmp_path / "in.msg"), "a compound file of Microsoft, but no Outlook message")
    ]


def test_damage_is_told(tmp_path: Path) -> None:
    whole = compound(BOUNCE)
    chance = random.Random(1)  # noqa: S311 - for a test
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        (item,) = read(bytes(data[: chance.choice([len(data), chance.randrange(600, len(data))])]), tmp_path)
        assert isinstance(item, Message | Unread)


def test_messages_inside_messages_end(tmp_path: Path) -> None:
    tree: Tree = ORIGINAL
    for _ in range(6):
        tree = {
            **ORIGINAL,
            "__attach_version1.0_#00000000": {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": tree},
        }
    (item,) = read(compound(tree | {"__properties_version1.0": properties(32)}), tmp_path)
    assert isinstance(item, Message)
    assert item.raw.count(b"message/rfc822") == 3


def test_the_package_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "olefile", None)
    (item,) = read(compound(BOUNCE), tmp_path)
    assert item == Unread(
        str(tmp_path / "in.msg"),
        "an Outlook message needs a package that is not installed: pip install 'dsnparse[msg]'",
    )
