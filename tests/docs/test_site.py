"""The site builds without a warning, and its reference says what the code does."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import fields
from pages import DOCS, ROOT
from reference import PAGES

import dsnparse
from dsnparse.cli.arguments import COMMANDS
from dsnparse.registry.tables import enhanced_codes, reasons, reply_codes, vocabularies


def test_the_site_builds(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    command = ["mkdocs", "build", "--strict", "-q", "-f", "docs/site/mkdocs.yml", "-d", str(tmp_path / "site")]
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stderr
    built = {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*.html")}
    written = {path.relative_to(DOCS).with_suffix(".html").as_posix() for path in DOCS.rglob("*.md")}
    assert built - {"404.html"} == written | {Path(name).with_suffix(".html").as_posix() for name in PAGES}
    assert list((tmp_path / "site").rglob("*.yml")) == []


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("commands", [f"dsnparse {name}" for name in COMMANDS]),
        ("reasons", list(reasons())),
        ("enhanced", list(enhanced_codes())),
        ("replies", [str(code) for code in reply_codes()]),
        ("vocabularies", list(vocabularies())),
    ],
)
def test_all_of_them_have_a_heading(page: str, names: list[str]) -> None:
    text = PAGES[f"reference/{page}.md"]()
    assert [name for name in names if f"\n## {name}\n" not in text] == []


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("vendors", [path.stem for path in (ROOT / "dsnparse" / "vendors").glob("*.toml")]),
        ("limits", [field.name for field in fields(dsnparse.Limits)]),
        ("report", [field.encode_name for field in (*fields(dsnparse.Report), *fields(dsnparse.Recipient))]),
        ("explanation", [field.encode_name for field in (*fields(dsnparse.Explanation), *fields(dsnparse.Finding))]),
    ],
)
def test_all_of_them_have_a_row(page: str, names: list[str]) -> None:
    text = PAGES[f"reference/{page}.md"]()
    assert [name for name in names if f"\n| `{name}` |" not in text] == []


def test_every_reason_has_a_cause_and_something_that_helps_or_is_an_outcome() -> None:
    sections = PAGES["reference/reasons.md"]().split("\n## ")[1:]
    bare = {
        section.partition("\n")[0]
        for section in sections
        if "Likely causes" not in section or "What helps" not in section
    }
    assert bare <= {name for name, entry in reasons().items() if entry.group == "outcome"}
