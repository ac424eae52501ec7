"""What the commands about the store share: which store, which addresses, and records on their way out."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dsnparse.cli.stop import Stop
from dsnparse.errors import SourceError, UsageError
from dsnparse.secretfile import read_secret
from dsnparse.sinks.output import STDOUT, open_output
from dsnparse.sinks.records import Record, lines
from dsnparse.store import Store, default_url, open_store

VARIABLE: Final = "DSNPARSE_STORE"
STDIN: Final = "-"


def chosen_store(options: Namespace, *, migrate: bool = False) -> Store:
    """Open the store that is meant; it must be there."""
    _refuse_password(options.store)
    url = options.store or _of_environment() or default_url()
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.exists():
        message = f"{path}: there is no store: `dsnparse watch` makes one, or name another one with --store"
        raise SourceError(message)
    return open_store(url, migrate=migrate)


def chosen_addresses(options: Namespace) -> Iterator[str]:
    """Yield the addresses of the arguments, and for `-` those of standard input."""
    for given in options.addresses:
        if given != STDIN:
            yield _address(given)
        elif sys.stdin is not None:
            yield from (_address(line.strip()) for line in sys.stdin if line.strip())


def write(records: Iterable[Record], columns: tuple[str, ...], options: Namespace, stop: Stop) -> None:
    """Write records where and how it was asked for."""
    form = chosen_form(options)
    put(lines(records, columns, form, _width() if form == "table" and _on_screen(options) else 0), options, stop)


def put(blocks: Iterable[bytes], options: Namespace, stop: Stop) -> None:
    """Write blocks of whole lines where it was asked for."""
    output = open_output(_output(options))
    try:
        for block in blocks:
            with stop.shield():
                output.write(block)
        output.commit()
    except BaseException:
        output.abandon()
        raise


def chosen_form(options: Namespace) -> str:
    """Return the format: a table on a terminal, lines of JSON elsewhere, unless another one was asked for."""
    return options.format or ("table" if _on_screen(options) else "jsonl")


def _on_screen(options: Namespace) -> bool:
    return _output(options) == STDIN and os.isatty(STDOUT)


def _output(options: Namespace) -> str:
    return getattr(options, "output", STDIN)


def _of_environment() -> str:
    if url := os.environ.get(VARIABLE):
        return url
    path = os.environ.get(f"{VARIABLE}_FILE")
    return read_secret(path, SourceError).strip() if path else ""


def _refuse_password(url: str) -> None:
    """Raise UsageError for a password among the arguments, which everybody on this machine can read."""
    password = None
    with suppress(ValueError):
        password = urlsplit(url).password
    if password:
        message = f"--store: everybody on this machine can read a password there: put the URL into {VARIABLE} or {VARIABLE}_FILE"
        raise UsageError(message)


def _address(text: str) -> str:
    if "@" not in text.strip("@"):
        message = f"{text}: is no address"
        raise UsageError(message)
    return text


def _width() -> int:
    try:
        return os.get_terminal_size(STDOUT).columns
    except OSError:
        return 0
