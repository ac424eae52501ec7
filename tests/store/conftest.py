import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dsnparse.report import Original, Recipient, Report
from dsnparse.store import Place, Processed, Store, open_store
from dsnparse.trust import Level, Trust

NOBODY = "nobody"


def processed(number: int, *addresses: str, level: Level = "unverified", **more: object) -> Processed:
    """A failure of `addresses`, the message of that number."""
    people = tuple(
        Recipient(address=each, action="failed", reason="user_unknown", permanence="permanent")
        for each in addresses or (f"user{number}@dest.example",)
    )
    values: dict[str, object] = {
        "digest": f"{number:064x}",
        "report": Report(kind="failure", recipients=people, original=Original(message_id=f"m{number}@origin.example")),
        "trust": (Trust(level=level),) * len(people),
        "place": Place(account="imap://a.example", folder="INBOX", uidvalidity=1, uid=str(number)),
        "received": 1_750_000_000.0 + number,
    }
    return Processed(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def message() -> Callable[..., Processed]:
    return processed


def _server_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests, without the name of the database."""
    programs = _server_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg")
    with tempfile.TemporaryDirectory(prefix="dsnparse-test-", ignore_cleanup_errors=True) as folder:
        yield from _server(programs, Path(folder))


def _server(programs: Path, folder: Path) -> Iterator[str]:
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root, and a folder of pytest is for root only
        shutil.chown(folder, NOBODY)
        as_user = ["setpriv", "--reuid", NOBODY, "--clear-groups", "--"]
    cluster = folder / "cluster"
    _call(*as_user, programs / "initdb", "-D", cluster, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_user, programs / "pg_ctl", "-D", cluster, "-w", "-t", "60"]
    _call(*control, "-l", folder / "log", "-o", options, "start")
    yield f"postgresql://test@127.0.0.1:{port}"
    _call(*control, "-m", "immediate", "stop")


def _call(*command: object) -> None:
    subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL, timeout=120)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    import psycopg  # noqa: PLC0415

    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS dsnparse WITH (FORCE)")
        connection.execute("CREATE DATABASE dsnparse")
    return f"{postgresql_server}/dsnparse"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store, once of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
