"""URLs, against a server of S3 and a web server on this machine."""

import gzip
import io
import logging
import os
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dsnparse.sources import Item, Message, Unread, messages, shards
from dsnparse.sources.remote import label

CAP = 1 << 20
FROM = b"From robot Mon Jun  2 10:00:00 2025\n"
ONE = b"Subject: one\n\nx\n"
TWO = b"Subject: two\n\ny\n"
pytestmark = pytest.mark.filterwarnings("default")  # of the libraries we test against


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return buffer.getvalue()


NOISE = os.urandom(300_000)
OBJECTS = {
    "in/1.eml": ONE,
    "in/2.eml": TWO,
    "in/2.json": b"{}",
    "in/.hidden/3.eml": ONE,
    "in/deep/4.eml": b"Subject: long\n\n" + NOISE,
    "in/empty.eml": b"",
    "box": FROM + ONE + b"\n" + FROM + TWO,
    "all.zip": zipped(a=ONE, noise=NOISE, b=TWO),
    "all.tgz": tarred(a=ONE, b=TWO),
    "one.gz": gzip.compress(ONE),
}


@pytest.fixture(scope="module")
def store() -> Iterator[None]:
    """A bucket with these objects, behind the credentials and the endpoint that s3fs takes from the environment."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - takes seconds

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        _, port = server.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "key")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        import fsspec  # noqa: PLC0415 - the same

        system = fsspec.filesystem("s3")
        system.mkdir("bounces")
        for name, data in OBJECTS.items():
            system.pipe(f"bounces/{name}", data)
        system.invalidate_cache()
        yield
    server.stop()


def read(*urls: str, cap: int = CAP) -> list[Item]:
    return list(messages(urls, cap))


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("s3://bounces/in/1.eml", [("", ONE)]),
        ("s3://bounces/in/empty.eml", [("", b"")]),
        (
            "s3://bounces/in",
            [("/1.eml", ONE), ("/2.eml", TWO), ("/deep/4.eml", OBJECTS["in/deep/4.eml"]), ("/empty.eml", b"")],
        ),
        (
            "s3://bounces/in/",
            [("1.eml", ONE), ("2.eml", TWO), ("deep/4.eml", OBJECTS["in/deep/4.eml"]), ("empty.eml", b"")],
        ),
        ("s3://bounces/box", [("#1", ONE), ("#2", TWO)]),
        ("s3://bounces/all.zip", [("!a", ONE), ("!noise", NOISE), ("!b", TWO)]),
        ("s3://bounces/all.tgz", [("!a", ONE), ("!b", TWO)]),
        ("s3://bounces/one.gz", [("", ONE)]),
    ],
)
def test_objects_of_a_store(url: str, expected: list[tuple[str, bytes]]) -> None:
    items = [(item.source, item.raw) for item in read(url) if isinstance(item, Message)]
    assert items == [(url + rest, raw) for rest, raw in expected]
    assert len(items) == len(read(url))


@pytest.mark.usefixtures("store")
def test_a_pattern() -> None:
    assert [item.source for item in read("s3://bounces/in/*.eml")] == [
        "s3://bounces/in/1.eml",
        "s3://bounces/in/2.eml",
        "s3://bounces/in/empty.eml",
    ]
    assert read("s3://bounces/*.none") == [Unread("s3://bounces/*.none", "nothing matches")]


@pytest.mark.usefixtures("store")
def test_what_is_not_there_is_told_and_the_next_one_is_read() -> None:
    assert read("s3://bounces/none", "s3://nobody/x", "s3://bounces/in/1.eml") == [
        Unread("s3://bounces/none", "no such file"),
        Unread("s3://nobody/x", "no such file"),
        Message("s3://bounces/in/1.eml", ONE),
    ]


@pytest.mark.usefixtures("store")
def test_shards_of_a_store_are_all_messages() -> None:
    urls = ["s3://bounces/in", "s3://bounces/all.zip", "s3://bounces/none"]
    items: list[Item] = []
    for shard in shards.plan(urls, cap=CAP):
        items += shards.read(shard, cap=CAP) if isinstance(shard, shards.AnyShard) else [shard]
    assert items == read(*urls)


@pytest.mark.usefixtures("store")
def test_a_long_object_is_cut_at_the_cap() -> None:
    assert read("s3://bounces/in/deep/4.eml", cap=100_000) == [
        Message("s3://bounces/in/deep/4.eml", OBJECTS["in/deep/4.eml"][:100_001])
    ]


class Web(BaseHTTPRequestHandler):
    """A server that gives whole files and no parts of them."""

    def do_GET(self) -> None:
        data = OBJECTS.get(self.path.lstrip("/").partition("?")[0])
        self.send_response(200 if data is not None else 404)
        if not self.path.startswith("/all.tgz"):
            self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    do_HEAD = do_GET  # noqa: N815 - the same

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("in/1.eml", [("", ONE)]),
        ("box", [("#1", ONE), ("#2", TWO)]),
        ("all.tgz", [("!a", ONE), ("!b", TWO)]),
        ("one.gz", [("", ONE)]),
    ],
)
def test_files_of_a_web_server(name: str, expected: list[tuple[str, bytes]], web: str) -> None:
    assert read(f"{web}/{name}") == [Message(f"{web}/{name}{rest}", raw) for rest, raw in expected]


def test_a_web_server_that_has_no_such_file_or_is_not_there(web: str) -> None:
    assert read(f"{web}/none") == [Unread(f"{web}/none", "no such file")]
    (item,) = read("http://127.0.0.1:1/x")
    assert isinstance(item, Unread)
    assert item.error.startswith("cannot be read: Cannot connect to host 127.0.0.1:1")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@example.com/x", "https://example.com/x"),
        ("https://example.com/x?X-Amz-Signature=secret", "https://example.com/x"),
        ("s3://bucket/a?b#c", "s3://bucket/a?b#c"),
        ("s3://bucket/a@b/\x1b[31m", "s3://bucket/a@b/\\x1b[31m"),
    ],
)
def test_labels_keep_secrets(url: str, shown: str) -> None:
    assert label(url) == shown


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nothing://x/y", "cannot be read: Protocol not known: nothing"),
        (
            "file:///etc/passwd",
            "no URL that is read: a file on this machine is named by its path, and chains are not followed",
        ),
        (
            "simplecache::s3://x/y",
            "no URL that is read: a file on this machine is named by its path, and chains are not followed",
        ),
    ],
)
def test_urls_that_are_not_read(url: str, reason: str) -> None:
    assert read(url) == [Unread(url, reason)]


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    reason = "an URL needs a package that is not installed: pip install 'dsnparse[remote]'"
    assert read("s3://bounces/x") == [Unread("s3://bounces/x", reason)]


def test_a_missing_package_of_one_protocol_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    (item,) = read("gs://bounces/x")
    assert isinstance(item, Unread)
    assert item.error.startswith("gs:// needs a package that is not installed (")
