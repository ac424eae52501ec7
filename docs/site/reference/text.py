"""Markdown: tables, and text in which nothing is markup."""

import re
from collections.abc import Iterable

# What Markdown takes for markup where it stands in a sentence or in a cell.
MARKUP = re.compile(r"([\\`*_\[\]|{}#])")


def plain(text: str) -> str:
    """Return a text as itself."""
    return MARKUP.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))


def code(text: object) -> str:
    """Return a text as code; nothing where there is none."""
    return f"`{text}`".replace("|", "\\|") if text not in ("", None) else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def items(texts: Iterable[str]) -> str:
    """Return a list."""
    return "".join(f"- {text}\n" for text in texts)
