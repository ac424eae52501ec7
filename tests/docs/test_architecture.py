"""docs/architecture.md has a place for every folder and module of the package, and the promises name every folder of tests that holds one."""

import re

from pages import DOCS, ROOT

# What needs no words: the package itself, and small things that several layers share.
SMALL = {"__init__", "__main__", "encode", "escape", "inputs", "late", "resource", "vocabulary", "arrow", "examples"}


def test_every_folder_and_module_has_its_place() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    package = ROOT / "dsnparse"
    names = {path.name for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    names |= {path.stem for path in package.glob("*.py")}
    assert {name for name in names - SMALL if not re.search(rf"`dsnparse/{name}(?:/|\.py)`", text)} == set()


def test_every_area_of_tests_holds_a_promise() -> None:
    text = (DOCS / "promises.md").read_text("utf-8")
    areas = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and list(path.glob("test_*.py"))}
    without = {name for name in areas if f"`tests/{name}/" not in text}
    assert without <= {
        "judge",
        "mailbox",
        "pages",
        "policy",
        "summary",
        "engines",
    }  # parts of what others hold as a whole
