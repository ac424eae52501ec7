"""Who may import whom, and what no module of ours does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dsnparse

ROOT = Path(dsnparse.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

GROUND = {"report", "limits", "errors", "late"}
CORE = GROUND | {"wire", "rules", "readers", "registry", "judge"}
ALLOWED = {
    "report": {"registry"},  # `Recipient.label`, when it is called
    "limits": set(),
    "errors": set(),
    "escape": set(),
    "late": set(),
    "resource": set(),
    "secretfile": {"errors"},
    "specimen": set(),
    "wire": GROUND,
    "explanation": {"report"},
    "registry": {"report", "explanation", "resource"},
    "rules": GROUND | {"wire", "resource"},
    "rules/check": GROUND | {"wire", "registry"},  # a tool above the rules, which nothing that parses imports
    "readers": GROUND | {"wire", "rules"},
    "judge": GROUND | {"rules", "registry"},
    "rules/own": GROUND | {"rules", "registry"},
    "explain": CORE | {"explanation", "message", "parse", "escape", "resource"},
    "encode": {"report", "explanation"},
    "vocabulary": {"report", "registry"},
    "parts": CORE,
    "message": CORE | {"parts"},
    "consult": CORE | {"message"},
    "parse": CORE | {"message", "consult"},
    "anonymise": CORE | {"message", "parts"},
    "__init__": {
        "encode",
        "errors",
        "explain",
        "explanation",
        "inputs",
        "limits",
        "message",
        "parse",
        "report",
        "rules",
        "vocabulary",
    },
    "inputs": {"errors", "limits", "parse", "report", "rules", "sources"},
    "sources": CORE | {"parse", "message", "escape"},
    "sinks": CORE | {"encode", "escape"},
    "engines": CORE | {"parse", "sources", "sinks"},
    "arrow": {"engines"},
    "batch": CORE | {"", "load_rules", "escape", "sources", "sinks", "specimen"},
    "tokens": GROUND | {"secretfile"},
    "trust": GROUND | {"wire", "tokens"},
    "policy": GROUND | {"registry", "trust"},
    "store": GROUND | {"resource", "tokens", "trust", "policy"},
    "mailbox": {"errors", "escape", "secretfile", "sources"},
    "watch": {
        "",
        "__version__",
        "load_rules",
        "encode",
        "errors",
        "policy",
        "escape",
        "mailbox",
        "report",
        "sinks",
        "store",
        "trust",
    },
    "summary": GROUND | {"registry", "explanation", "store"},
    "pages": {"escape", "report", "registry", "resource", "sinks", "summary"},
    "web": {
        "",
        "__version__",
        "errors",
        "explain",
        "explanation",
        "limits",
        "pages",
        "report",
        "resource",
        "rules",
        "secretfile",
        "sinks",
        "sources",
        "specimen",
        "store",
        "summary",
    },
    "cli": CORE
    | {
        "",
        "__version__",
        "load_rules",
        "vocabularies",
        "parse",
        "message",
        "batch",
        "engines",
        "encode",
        "escape",
        "explain",
        "explanation",
        "resource",
        "secretfile",
        "sources",
        "sinks",
        "anonymise",
        "mailbox",
        "store",
        "summary",
        "tokens",
        "watch",
        "pages",
        "web",
    },
    "__main__": {"cli"},
}
# How a date or an address is spelt is the wire's to know, whoever meets it.
PURE = {"judge": {"wire.date"}, "parse": set()}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _layer(path: Path) -> str:
    name = _name(path).removesuffix(".py")
    return name if name in ALLOWED else name.split("/")[0]


def _imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(path)}: a relative import"
            base = node.module or ""
            yield from (f"{base}.{alias.name}" if base == "dsnparse" else base for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_go_one_way(path: Path) -> None:
    layer = _layer(path)
    ours = {
        name.removeprefix("dsnparse").lstrip(".") for name in _imports(path) if name.partition(".")[0] == "dsnparse"
    }
    inside = layer.split("/")[0]
    strange = {
        name for name in ours if name.split(".")[0] not in ALLOWED[layer] | {inside} and name not in PURE.get(layer, ())
    }
    assert strange == set()


@pytest.mark.parametrize("reader", sorted((ROOT / "readers").glob("*.py")), ids=_name)
def test_readers_import_no_other_reader(reader: Path) -> None:
    others = {name for name in _imports(reader) if name.startswith("dsnparse.readers")}
    assert others <= {
        "dsnparse.readers.causes",
        "dsnparse.readers.fates",
        "dsnparse.readers.fields",
        "dsnparse.readers.people",
        "dsnparse.readers.readings",
        "dsnparse.readers.told",
    }  # what several of them share


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_stdlib_email_is_not_used(path: Path) -> None:
    banned = {"email", "mailbox", "smtplib"} | (set() if _layer(path) == "mailbox" else {"imaplib", "poplib"})
    assert [name for name in _imports(path) if name.partition(".")[0] in banned] == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_call_of_what_we_do_without(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    called = {
        (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""), node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    banned = {"splitlines", "eval", "exec"} | (set() if _layer(path) == "cli" else {"print"})
    assert {(name, line) for name, line in called if name in banned} == set()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_handler_catches_everything(path: Path) -> None:
    handlers = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ExceptHandler)]
    broad = [node.lineno for node in handlers if _catches_all(node) and not _raises_again(node)]
    assert broad == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_ascii_digits_are_digits(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    loose = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and _compiles_text(node)
        and re.search(r"(?<!\\)(?:\\\\)*\\d", _pattern(node))
        and not _mentions_ascii(node)
    ]
    assert loose == []


def test_no_vendor_counts_other_digits() -> None:
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "vendors").glob("*.toml")}
    assert {name for name, text in texts.items() if r"\d" in text} == set()


def _catches_all(node: ast.ExceptHandler) -> bool:
    names = {item.id for item in ast.walk(node.type) if isinstance(item, ast.Name)} if node.type else {"BaseException"}
    return bool(names & {"Exception", "BaseException"})


def _raises_again(node: ast.ExceptHandler) -> bool:
    last = node.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _compiles_text(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return getattr(node.func.value, "id", "") == "re"
    return getattr(node.func, "id", "") == "late"


def _pattern(node: ast.AST) -> str:
    return " ".join(
        item.value for item in ast.walk(node) if isinstance(item, ast.Constant) and isinstance(item.value, str)
    )


def _mentions_ascii(node: ast.AST) -> bool:
    return any(isinstance(item, ast.Attribute) and item.attr in ("ASCII", "A") for item in ast.walk(node))


@pytest.mark.parametrize(
    "path", [*MODULES, *sorted(ROOT.rglob("*.toml"))], ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_group_is_repeated_possessively(path: Path) -> None:
    # Before Python 3.11.5 such a group may match where it must not (python/cpython#106052); 3.11.2 is Debian 12's.
    assert re.findall(r"(?<!\\)\)(?:[*+?]|\{[0-9,]+\})\+", path.read_text()) == []
