"""Compressed streams: gzip, bzip2, xz and zstd, expanded as they are read, never more than a few blocks ahead.

A file may hold several streams one after another (RFC 1952 section 2.2); zeros after the last one are padding of tapes.
"""

import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from importlib import import_module
from itertools import dropwhile
from typing import Any, Final, NamedTuple, Protocol

from dsnparse.errors import SourceError
from dsnparse.sources.budget import Budget
from dsnparse.sources.extras import need
from dsnparse.sources.signatures import recognise
from dsnparse.sources.streams import Stream

STEP: Final = 64 << 10
OUT: Final = 256 << 10
# The window that a decompressor may ask for: what `xz -9` needs, and `zstd --ultra -22`.
WINDOW: Final = 128 << 20
# RFC 8878 section 3.1.1.2: a block of four bytes may become 128 KiB, and zstandard has no cap for what it returns.
BITE: Final = 128


class Decoder(Protocol):
    """One compressed stream: the interface that bz2, lzma and compression.zstd share."""

    @property
    def eof(self) -> bool:
        """Whether the stream came to its end."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes out until more goes in."""

    @property
    def unused_data(self) -> bytes:
        """What follows the end."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return some of what comes out."""


class Codec(NamedTuple):
    """What makes a decoder, and what it raises for damaged bytes."""

    make: Callable[[], Decoder]
    faults: tuple[type[Exception], ...]


def expand(kind: str, stream: Stream, budget: Budget) -> Stream:
    """Return what the compressed streams of a file hold."""
    blocks = _streams(kind, stream, budget)
    return Stream(lambda: next(blocks, b""))


def expand_one(kind: str, stream: Stream, budget: Budget) -> Stream:
    """Return what one compressed stream holds, whatever follows it."""
    blocks = _stream(codec(kind), b"", _pieces(stream), budget)
    return Stream(lambda: next(blocks, b""))


def codec(kind: str) -> Codec:
    """Return the codec of a kind; libraries are imported when they are needed."""
    if kind in {"gzip", "deflate"}:
        bits = -15 if kind == "deflate" else 31
        return Codec(lambda: _Zlib(bits), (zlib.error,))
    if kind == "bzip2":
        return Codec(import_module("bz2").BZ2Decompressor, (OSError, ValueError))
    if kind in {"xz", "lzma"}:
        lzma = import_module("lzma")
        return Codec(lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=WINDOW), (lzma.LZMAError,))
    return _zstd()


def _zstd() -> Codec:
    if sys.version_info >= (3, 14):
        zstd = import_module("compression.zstd")
        options = {zstd.DecompressionParameter.window_log_max: WINDOW.bit_length() - 1}
        return Codec(lambda: zstd.ZstdDecompressor(options=options), (zstd.ZstdError,))
    package = need("zstandard", "zstd", "zstd")
    return Codec(lambda: _Zstandard(package.ZstdDecompressor(max_window_size=WINDOW)), (package.ZstdError,))


def _streams(kind: str, stream: Stream, budget: Budget) -> Iterator[bytes]:
    pieces, found = _pieces(stream), codec(kind)
    left = next(pieces, b"")
    while left:
        budget.member()
        left = yield from _stream(found, left, pieces, budget)
        left = left.lstrip(b"\0") or next(dropwhile(lambda piece: not piece.strip(b"\0"), pieces), b"").lstrip(b"\0")
        left += b"" if len(left) > BITE else next(pieces, b"")
        if left and recognise(left) != kind:
            reason = f"what follows the end of the {kind} data is something else"
            raise SourceError(reason)


def _stream(found: Codec, data: bytes, pieces: Iterator[bytes], budget: Budget) -> Generator[bytes, None, bytes]:
    """Yield what one compressed stream holds, and return what of `data` and of the last piece follows it."""
    one = found.make()
    while not one.eof:
        if one.needs_input and not data and not (data := next(pieces, b"")):
            reason = "the compressed data ends too early"
            raise SourceError(reason)
        try:
            block = one.decompress(data, OUT)
        except found.faults:
            reason = "the compressed data is damaged"
            raise SourceError(reason) from None
        data = b""
        if block:
            budget.spend(len(block))
            yield block
    return one.unused_data


def _pieces(stream: Stream) -> Iterator[bytes]:
    for block in stream.blocks():
        for at in range(0, len(block), STEP):
            yield block[at : at + STEP]


class _Zlib:
    def __init__(self, bits: int) -> None:
        self.inner = zlib.decompressobj(bits)

    @property
    def eof(self) -> bool:
        return bool(self.inner.eof)

    @property
    def needs_input(self) -> bool:
        return not self.inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return bytes(self.inner.unused_data)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return bytes(self.inner.decompress(self.inner.unconsumed_tail + data, max_length))


class _Zstandard:
    """The zstandard package, before Python 3.14: fed in bites, so that no call returns more than a few megabytes."""

    def __init__(self, package: Any) -> None:  # noqa: ANN401 - of a package that need not be there
        self.inner = package.decompressobj()
        self.data = b""
        self.at = 0

    @property
    def eof(self) -> bool:
        return bool(self.inner.eof)

    @property
    def needs_input(self) -> bool:
        return self.at >= len(self.data)

    @property
    def unused_data(self) -> bytes:
        return bytes(self.inner.unused_data) + self.data[self.at :]

    def decompress(self, data: bytes, _: int) -> bytes:
        if data:
            self.data, self.at = data, 0
        blocks, size = [], 0
        while not self.inner.eof and self.at < len(self.data) and size < OUT:
            blocks.append(self.inner.decompress(self.data[self.at : self.at + BITE]))
            self.at += BITE
            size += len(blocks[-1])
        return b"".join(blocks)
