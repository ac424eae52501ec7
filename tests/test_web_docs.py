"""docs/web.md tells the truth: its pictures are there, its endpoints are those there are, its numbers are the defaults."""

import re
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from dsnparse.summary import groups, tally
from dsnparse.web.openapi import document
from dsnparse.web.settings import SHORTEST_TOKEN, Settings

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "web.md").read_text("utf-8")


def test_pictures_are_there() -> None:
    pictures = set(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT))
    assert pictures == {f"images/{path.name}" for path in (DOCS / "images").glob("*.png")}


def test_endpoints_are_told() -> None:
    told = set(re.findall(r"`(GET|POST) (/[^`?]*)", TEXT)) - {("GET", "/metrics"), ("GET", "/openapi.json")}
    assert told == {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}


def test_numbers_are_the_defaults() -> None:
    settings = Settings()
    for number in (
        f"up to {settings.max_messages:,}",
        f"at most {settings.max_body >> 20} MiB and {settings.seconds:.0f} seconds",
        f"at most {settings.max_bytes >> 20} MiB together",
        f"{SHORTEST_TOKEN} characters",
        f"about {groups.NAMES:,} of each",
        f"{tally.ADDRESSES:,} addresses",
    ):
        assert number in TEXT.replace("\n", " ")
