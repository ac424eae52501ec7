import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dsnparse import parse
from dsnparse.cli import extra
from dsnparse.store import Processed, open_store

Run = Callable[..., tuple[int, bytes, str]]


def test_writes_a_page(bounce: str, tmp_path: Path, run: Run) -> None:
    page = tmp_path / "report.html"
    assert run("report", bounce, "-o", page) == (0, b"", "")
    text = page.read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "bob@example.net" in text


def test_prints_markdown(bounce: str, run: Run) -> None:
    status, out, _ = run("report", "--format", "md", bounce, bounce)
    text = out.decode()
    assert status == 0
    assert "| Messages | 2 |" in text
    assert "| `user_unknown` | 2 |" in text
    assert "| `bob@example.net` | `user_unknown` | `5.1.1` | 2025-06-02 |" in text


def test_an_input_that_cannot_be_read_is_told(bounce: str, tmp_path: Path, run: Run) -> None:
    status, out, err = run("report", "--format", "md", bounce, tmp_path / "missing")
    assert status == 1
    assert "missing" in err
    assert "1 inputs could not be read" in out.decode()


@pytest.mark.usefixtures("bounce")
def test_its_own_page_is_no_input(tmp_path: Path, run: Run) -> None:
    page = tmp_path / "report.html"
    for _ in range(2):
        assert run("report", tmp_path, "-o", page)[0] == 0
    assert "<dt>Messages</dt><dd>1</dd>" in page.read_text("utf-8")


def test_a_message_too_big_for_memory_costs_no_other(bounce: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("dsnparse.parse", exhausted)
    status, out, err = run("report", "--format", "md", bounce)
    assert (status, err) == (1, f"dsnparse: {bounce}: not enough memory\n")
    assert "1 inputs could not be read" in out.decode()


def test_reads_a_store(bounce: str, tmp_path: Path, run: Run) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    report = parse(Path(bounce).read_bytes())
    with open_store(url) as store:
        store.commit([Processed(digest=report.id, report=report, received=1_750_000_000.0)])
        store.suppressions.add(["ines@dest.example"], "by hand")
    status, out, _ = run("report", "--format", "md", url)
    assert status == 0
    assert "| Recipients | 1 |" in out.decode()
    assert "| 2025-06-15 | 1 | 0 | 0 | 0 |" in out.decode()
    assert "| `ines@dest.example` | `manual` |" in out.decode()


def test_a_store_that_is_not_there_is_no_report(tmp_path: Path, run: Run) -> None:
    status, out, err = run("report", f"sqlite:///{tmp_path / 'none.db'}")
    assert (status, out) == (1, b"")
    assert "there is no store" in err


def test_stores_and_paths_do_not_mix(bounce: str, tmp_path: Path, run: Run) -> None:
    status, _, err = run("report", bounce, f"sqlite:///{tmp_path / 'store.db'}")
    assert (status, err) == (2, "dsnparse: a report is of one store, or of paths\n")


def test_says_what_to_install(bounce: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    status, _, err = run("report", bounce)
    assert (status, err) == (2, "dsnparse: this needs jinja2: pip install 'dsnparse[web]'\n")


def test_output_that_cannot_be_written(bounce: str, tmp_path: Path, run: Run) -> None:
    status, _, err = run("report", bounce, "-o", tmp_path / "no" / "report.html")
    assert status == 3
    assert "output failed" in err


def test_the_library_loads_no_page() -> None:
    import subprocess  # noqa: PLC0415

    code = "import dsnparse, sys; print([m for m in sys.modules if m.split('.')[0] in ('jinja2', 'starlette') or m.startswith(('dsnparse.pages', 'dsnparse.web', 'dsnparse.summary'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
