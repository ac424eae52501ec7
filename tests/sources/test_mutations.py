"""Containers of which any bytes are wrong: each gives messages or says why not, and nothing is raised."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsnparse import parse
from dsnparse.sources import Message, PassedOver, Unread, messages

FROM = b"From robot Mon Jun  2 10:00:00 2025\n"
ONE = b"Subject: one\n\nx\n" * 20


def zipped(method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.eml", ONE)
        archive.writestr("b.gz", gzip.compress(ONE))
        archive.writestr("c.json", json.dumps([{"email": "a@dest.example", "event": "bounce", "timestamp": 1}]))
    return buffer.getvalue()


def tarred(form: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name in ("a.eml", "long" * 60, "ü"):
            header = tarfile.TarInfo(name)
            header.size = len(ONE)
            archive.addfile(header, io.BytesIO(ONE))
    return buffer.getvalue()


TAR = tarred(tarfile.PAX_FORMAT)
WHOLE = {
    "stored": zipped(zipfile.ZIP_STORED),
    "deflated": zipped(zipfile.ZIP_DEFLATED),
    "pax": TAR,
    "gnu": tarred(tarfile.GNU_FORMAT),
    "gzip": gzip.compress(TAR),
    "bzip2": bz2.compress(TAR),
    "xz": lzma.compress(TAR),
    "zstd": zstandard.ZstdCompressor().compress(TAR),
    "mbox": (FROM + ONE + b"\n") * 3,
    "json": json.dumps(
        {"items": [{"event": "failed", "recipient": "a@dest.example", "timestamp": 1.0, "id": "x"}] * 3}
    ).encode(),
    "emlx": b"%d\n" % len(ONE) + ONE + b"<?xml",
}


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    kept=st.floats(0, 1),
)
def test_changed_bytes(name: str, changes: list[tuple[float, int]], kept: float, tmp_path: Path) -> None:
    data = bytearray(WHOLE[name])
    for place, value in changes:
        data[int(place * len(data))] = value
    if kept < 0.5:
        data = data[: int(2 * kept * len(data))]
    (tmp_path / "in").write_bytes(data)
    items = list(messages([str(tmp_path / "in")], 1 << 20))
    assert {type(item) for item in items} <= {Message, Unread, PassedOver}
    assert all(item.source.startswith(str(tmp_path / "in")) for item in items)
    if data == WHOLE[name]:
        assert not any(isinstance(item, Unread) for item in items)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"PK\3\4", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"{", b"["]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_behind_a_signature(tmp_path: Path, data: bytes, signature: bytes) -> None:
    (tmp_path / "in").write_bytes(signature + data)
    assert len(list(messages([str(tmp_path / "in")], 1 << 20))) > 0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["email", "event", "timestamp", "reason", "status", "Type", "TypeCode", "Email", "Details",
                                           "event-data", "recipient", "id", "severity", "delivery-status", "message", "mail",
                                           "eventType", "notificationType", "bounce", "Message"]), inner, max_size=8),
        max_leaves=30,
    )
)  # fmt: skip
def test_an_event_of_any_values_is_parsed(value: object) -> None:
    assert parse(json.dumps(value).encode()).kind
