"""Every link of the README and of docs/ leads somewhere: to a file, a heading, or a page that is made when the site is built."""

import re
from pathlib import Path

import pytest
from pages import BLOCK, DOCS, PAGES, ROOT, name_of
from reference import PAGES as MADE

LINK = re.compile(r"\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# What the text names as a file of the repository.
NAMED = re.compile(r"`((?:dsnparse|tests|corpus|benchmarks|docs|\.ci)/[\w./-]*)`")


def text_of(path: Path) -> str:
    made = MADE.get(path.relative_to(DOCS).as_posix()) if DOCS in path.parents else None
    return made() if made else path.read_text("utf-8")


def anchors(path: Path) -> set[str]:
    headings = HEADING.findall(BLOCK.sub("", text_of(path)))
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def exists(path: Path) -> bool:
    return path.exists() or (DOCS in path.parents and path.relative_to(DOCS).as_posix() in MADE)


def broken(page: Path, text: str) -> list[str]:
    found = []
    for link in LINK.findall(BLOCK.sub("", text)):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not re.match(r"(?:https?|mailto):", link) and not (
            exists(target) and (not anchor or anchor in anchors(target))
        ):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize("name", MADE)
def test_links_of_the_reference_lead_somewhere(name: str) -> None:
    assert broken(DOCS / name, MADE[name]()) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_files_are_there(page: Path) -> None:
    named = NAMED.findall(BLOCK.sub("", page.read_text("utf-8")))
    assert [name for name in named if not (ROOT / name).exists() and "acme" not in name] == []


def test_a_dead_link_is_seen() -> None:
    page = DOCS / "index.md"
    assert broken(page, "[a](none.md) [b](trust.md#none) [c](trust.md#which-proof)") == ["none.md", "trust.md#none"]
