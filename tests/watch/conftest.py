from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dovecot import PASSWORD, Dovecot

from dsnparse.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the store of a test, and the password of the server."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DSNPARSE_PASSWORD", PASSWORD)
    return tmp_path / "state" / "dsnparse"


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
