from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dsnparse import parse
from dsnparse.store import Processed, Store, open_store

if TYPE_CHECKING:
    from starlette.testclient import TestClient

# Without the extra `web` there is nothing to test.
NEEDED = ("starlette", "httpx2", "jinja2", "python_multipart", "uvicorn")
collect_ignore_glob = [] if all(map(find_spec, NEEDED)) else ["test_*.py"]
BOUNCE = Path(__file__).parents[2] / "corpus" / "postfix" / "four-recipients-four-reasons.eml"
Serve = Callable[..., "TestClient"]


@pytest.fixture
def bounce() -> bytes:
    return BOUNCE.read_bytes()


@pytest.fixture
def store(tmp_path: Path, bounce: bytes) -> Iterator[Store]:
    report = parse(bounce)
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        opened.commit([Processed(digest=report.id, report=report, received=1_750_000_000.0)])
        opened.suppressions.add(["unknown@dest.example"], "asked by telephone")
        yield opened


@pytest.fixture
def serve() -> Serve:
    """The application of these settings, in this process."""

    def make(**settings: Any) -> "TestClient":  # noqa: ANN401 - of any setting
        from starlette.testclient import TestClient  # noqa: PLC0415 - it may not be there

        from dsnparse.web.app import application  # noqa: PLC0415 - the same
        from dsnparse.web.settings import Settings  # noqa: PLC0415 - the same

        return TestClient(application(Settings(**settings)), base_url="http://localhost", raise_server_exceptions=False)

    return make


@pytest.fixture
def client(serve: Serve) -> "TestClient":
    return serve()
