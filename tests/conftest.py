"""The corpus as fixtures: `sample` runs a test once for each message of it, `varied` for forty that differ in kind."""

import gc
import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dovecot import PROGRAM, Dovecot, dovecot
from hypothesis import settings

from dsnparse import Report, parse

CORPUS = Path(__file__).parent.parent / "corpus"
SAMPLES = sorted(CORPUS.glob("*/*.eml"))
FORTY = 40
LONGEST_NAME = 20

# What an example may take is no test's to say: machines differ.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_configure() -> None:
    """Take signals again that the shell which started the tests ignores, as for a command in the background: programs inherit that."""
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def _varied() -> list[Path]:
    """Return forty samples, each folder's shortest one first, then others at even distances."""
    folders: dict[str, list[Path]] = {}
    for path in SAMPLES:
        folders.setdefault(path.parent.name, []).append(path)
    chosen = [min(paths, key=lambda path: (path.stat().st_size, path.name)) for paths in folders.values()][:FORTY]
    others = [path for path in SAMPLES if path not in chosen]
    wanted = FORTY - len(chosen)
    return sorted(chosen + (others[:: max(1, len(others) // wanted)][:wanted] if wanted else []))


def _name(path: Path) -> str:
    return path.relative_to(CORPUS).with_suffix("").as_posix()


@pytest.fixture(scope="session", autouse=True)
def _no_safety_net() -> Iterator[None]:
    """Let a fault inside `parse` show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["dsnparse.parse"], "UNEXPECTED", ())
        yield


def pytest_collection_finish() -> None:
    """Leave what was collected, a million objects that stay to the end, out of every later search for garbage."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name no test after bytes that were just made: an archive has the time in it, and the workers would not agree on its name."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_NAME else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test its messages."""
    if "sample" in metafunc.fixturenames:
        metafunc.parametrize("sample", SAMPLES, ids=_name, scope="session")
    if "varied" in metafunc.fixturenames:
        metafunc.parametrize("varied", _varied(), ids=_name)


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    """A Dovecot for all tests of a process."""
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd dovecot-pop3d dovecot-lmtpd)")
    # Not in pytest's own folder, which it closes to all other users, the server's among them, whenever it starts.
    with (
        tempfile.TemporaryDirectory(prefix="dsnparse-test-", ignore_cleanup_errors=True) as folder,
        dovecot(Path(folder)) as running,
    ):
        yield running


@pytest.fixture
def corpus() -> Path:
    """The folder of all samples."""
    return CORPUS


@pytest.fixture(scope="session")
def raw(sample: Path) -> bytes:
    """The bytes of a sample."""
    return sample.read_bytes()


@pytest.fixture(scope="session")
def truth(sample: Path) -> dict[str, Any]:
    """What a person judged true of a sample."""
    judged: dict[str, Any] = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    return judged


@pytest.fixture(scope="session")
def report(raw: bytes) -> Report:
    """What the parser says of a sample."""
    return parse(raw)
