"""What lies behind an URL: s3://, gs://, https:// and whatever else fsspec knows, each with the package that speaks it.

A prefix of an object store, or a pattern, stands for all objects beneath; of a web server one file is read. Nothing is copied to
disk: chains such as `simplecache::` are not taken. The beginnings of many small objects are asked for together, because each
answer takes its time; an object that is longer is then read as a stream, and a zip by its parts.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, Final

from dsnparse.errors import SourceError
from dsnparse.escape import escape
from dsnparse.sources.budget import Budget
from dsnparse.sources.contents import Layer, contents
from dsnparse.sources.entries import URL
from dsnparse.sources.extras import need
from dsnparse.sources.folders import COMPANIONS
from dsnparse.sources.items import Item, Unread
from dsnparse.sources.streams import BLOCK, HEAD, Stream

# Object stores: they answer for a part of an object, and list what there is.
STORES: Final = frozenset(("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "r2"))
WEB: Final = frozenset(("http", "https"))
LONGEST: Final = 300
GONE: Final = 404
TOGETHER: Final = 64
AHEAD: Final = 4 << 20
# Who is asked, and with which key, is nobody's business who reads a label: user:password@, ?X-Amz-Signature=…
USER: Final = re.compile(r"(?<=://)[^/@\s]*@")
QUERY: Final = re.compile(r"(https?://[^?#\s]*)[?#]\S*")
# What libraries raise that is no OSError: by module, for those that are loaded.
FAULTS: Final = (
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("aiohttp", "ClientError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("azure.core.exceptions", "AzureError"),
)


def label(url: str) -> str:
    """Return an URL as it may be shown."""
    return escape(_without_secrets(url))


def find(url: str) -> Iterator[str]:
    """Yield the URLs of all that an URL stands for, in the order of their names."""
    system, path = _open(url)
    try:
        names = _names(system, path, url)
        companions = any(name.lower().endswith(".eml") for name in names)
        hidden = len(path.partition("*")[0])
        for name in names:
            if len(names) > 1 and (_is_hidden(name[hidden:]) or (companions and _is_note(name))):
                continue
            yield str(system.unstrip_protocol(name))
    except _faults() as error:
        raise _failure(error) from None


def read(urls: Iterable[str], cap: int) -> Iterator[Item]:
    """Yield what is behind URLs, each of which is one file."""
    waiting = iter(urls)
    while chunk := list(islice(waiting, TOGETHER)):
        heads = _heads(chunk)
        for url in chunk:
            try:
                yield from _read(url, heads.get(url, b""), cap)
            except SourceError as error:
                yield Unread(label(url), str(error))


def _read(url: str, head: bytes, cap: int) -> Iterator[Item]:
    if 0 < len(head) < HEAD:
        yield from contents(Stream(lambda: b"", head), Layer(label(url), cap, Budget(lambda: len(head))))
        return
    system, path = _open(url)
    with _guarded(lambda: system.open(path, "rb", block_size=AHEAD)) as file:
        consumed = 0

        def more() -> bytes:
            nonlocal consumed
            block: bytes = _guarded(lambda: file.read(BLOCK))
            consumed += len(block)
            return block

        # A web server that does not say how long a file is does not give parts of it either.
        again = _Parts(file).start if file.size else None
        yield from contents(Stream(more, again=again), Layer(label(url), cap, Budget(lambda: consumed)))


class _Parts:
    """A remote file to be read in any order, whose faults are ours."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - of a package that need not be there
        self.file = file

    def start(self) -> BinaryIO:
        """Return it at its beginning."""
        self.seek(0)
        return self  # type: ignore[return-value]

    def seek(self, at: int, whence: int = 0) -> int:
        """Go to a place."""
        return int(_guarded(lambda: self.file.seek(at, whence)))

    def read(self, size: int) -> bytes:
        """Read from there."""
        return bytes(_guarded(lambda: self.file.read(size)))


def _heads(urls: list[str]) -> dict[str, bytes]:
    """Return the beginnings of objects that lie in one store; what could not be had is left out."""
    if len(urls) == 1 or _scheme(urls[0]) not in STORES or len({_scheme(url) for url in urls}) > 1:
        return {}
    try:
        system, _ = _open(urls[0])
        paths = [system._strip_protocol(url) for url in urls]  # noqa: SLF001 - a documented method of fsspec, in spite of its name
        found = _guarded(lambda: system.cat_ranges(paths, 0, HEAD, on_error="return"))
    except SourceError:  # whoever opens them one by one will tell
        return {}
    return {url: head for url, head in zip(urls, found, strict=True) if isinstance(head, bytes)}


def _names(system: Any, path: str, url: str) -> list[str]:  # noqa: ANN401 - the same
    if _scheme(url) in WEB:
        return [path]
    if not set("*?[").isdisjoint(path):
        if names := sorted(system.glob(path)):
            return names
        reason = "nothing matches"
        raise SourceError(reason)
    if system.info(path)["type"] == "directory":
        return sorted(system.find(path))
    return [path]


def _open(url: str) -> tuple[Any, str]:
    if "::" in url or _scheme(url) in {"file", "local"}:
        reason = "no URL that is read: a file on this machine is named by its path, and chains are not followed"
        raise SourceError(reason)
    core = need("fsspec.core", "remote", "an URL")
    try:
        system, path = core.url_to_fs(url)
    except ImportError as error:
        reason = f"{_scheme(url)}:// needs a package that is not installed ({error})"
        raise SourceError(reason) from None
    except _faults() as error:
        raise _failure(error) from None
    return system, path


def _guarded(do: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever fsspec returns
    try:
        return do()
    except _faults() as error:
        raise _failure(error) from None


def _faults() -> tuple[type[Exception], ...]:
    modules = ((sys.modules.get(module), name) for module, name in FAULTS)
    return (OSError, ValueError, RuntimeError, *(getattr(module, name) for module, name in modules if module))


def _failure(error: Exception) -> SourceError:
    cause = error.__cause__
    if isinstance(error, FileNotFoundError):
        # What fsspec says of a web server that does not answer, too.
        if not type(cause).__module__.startswith("aiohttp") or getattr(cause, "status", 0) == GONE:
            return SourceError("no such file")
        error = cause if isinstance(cause, Exception) else error
    text = escape(_without_secrets(" ".join(str(error).split()))) or type(error).__name__
    return SourceError(f"cannot be read: {text}"[:LONGEST])


def _without_secrets(text: str) -> str:
    return QUERY.sub(r"\1", USER.sub("", text))


def _scheme(url: str) -> str:
    found = URL.match(url)
    return found[1] if found else ""


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or "/." in name


def _is_note(name: str) -> bool:
    return name.rpartition(".")[2].lower() in COMPANIONS
