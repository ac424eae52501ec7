from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dovecot import PASSWORD, Dovecot, certificate

from dsnparse.cli import main
from dsnparse.store import Store, open_store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the store of a test, and the password of the server."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DSNPARSE_PASSWORD", PASSWORD)
    return tmp_path / "state" / "dsnparse"


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificate of `localhost`, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    certificate(folder)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


@pytest.fixture
def user(request: pytest.FixtureRequest, server: Dovecot) -> Iterator[str]:
    """A user that no other test has."""
    yield "".join(char for char in request.node.name.lower() if char.isalnum())
    server.hang_up()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """The command in this process."""

    def call(*argv: str | Path) -> tuple[int, str, str]:
        status = main([*map(str, argv)])
        out, err = capfd.readouterr()
        return status, out, err

    return call
