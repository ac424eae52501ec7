"""The pages of the documentation and the blocks in them.

A block may have a mark on the line before it, which no reader sees:

    <!-- file: NAME -->          the block is a file NAME of the folder that the page's examples run in
    <!-- not run: REASON -->     the block is not run
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(path for path in DOCS.rglob("*.md") if DOCS / "site" not in path.parents)]
BLOCK = re.compile(r"^(?:<!-- (file|not run): ([^\n]+) -->\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What a page leaves out: any number of lines where it stands alone, else part of a line.
GAP = "…"


class Block(NamedTuple):
    """A fenced block: its language and text, its mark (`file`, `not run` or empty) and what the mark says, and its line."""

    line: int
    language: str
    text: str
    mark: str = ""
    said: str = ""
    printed: str = ""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path) -> Iterator[Block]:
    """Yield the blocks of a page; `printed` is the text that follows one of Python with nothing between."""
    page = path.read_text("utf-8")
    found = list(BLOCK.finditer(page))
    for match, following in zip_longest(found, found[1:]):
        mark, said, language, text = match.groups()
        printed = ""
        if following and following[3] == "text" and following.start() - match.end() <= len("\n\n"):
            printed = following[4]
        yield Block(page.count("\n", 0, match.start(3)) + 1, language, text, mark or "", said or "", printed)


def matches(shown: str, printed: str) -> bool:
    """Tell whether a program printed what a page shows."""
    pattern = re.escape(shown).replace(re.escape(GAP + "\n"), GAP + "\n")
    pattern = re.sub(rf"(?m)^{GAP}\n", "(?:.*\n)*?", pattern)
    return re.fullmatch(pattern.replace(GAP, ".*?"), printed) is not None
