"""The first import of flanker, which writes PLY's tables beside it: several processes at once, and after one was killed in the middle."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

READ: Final = """
import dsnparse
import flanker

assert flanker.__file__.startswith({folder!r}), flanker.__file__
report = dsnparse.parse(b"Subject: =?utf-8?q?Zustellung_fehlgeschlagen?=\\r\\n\\r\\nHello\\r\\n")
assert report.subject == "Zustellung fehlgeschlagen", report.subject
"""
KILLED: Final = """
import os
from pathlib import Path
from ply import yacc


def write(table, module, outputdir, signature):
    Path(outputdir, module.rpartition(".")[2] + ".py").write_text("_lr_productions = [")
    os._exit(0)


yacc.LRGeneratedTable.write_table = write
"""


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of flanker without PLY's tables; returns the folder where they belong."""
    spec = find_spec("flanker")
    assert spec is not None
    assert spec.origin is not None
    shutil.copytree(
        Path(spec.origin).parent, tmp_path / "flanker", ignore=shutil.ignore_patterns("*_parsetab.py", "__pycache__")
    )
    return tmp_path / "flanker" / "addresslib" / "_parser"


def start(tables: Path, before: str = "") -> subprocess.Popen[bytes]:
    folder = str(tables.parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", before + READ.format(folder=folder)],
        env={**os.environ, "PYTHONPATH": folder},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_several_processes_import_flanker_for_the_first_time(tables: Path) -> None:
    assert [process.communicate()[0] for process in [start(tables) for _ in range(4)]] == [b""] * 4
    assert sorted(path.name for path in tables.glob("*tab*")) == [
        f"{name}_parsetab.py" for name in ("addr_spec", "mailbox_or_url_list", "mailbox_or_url", "mailbox", "url")
    ]


def test_writer_killed_in_the_middle_leaves_no_table(tables: Path) -> None:
    assert start(tables, KILLED).communicate()[0] == b""
    assert list(tables.glob("*_parsetab.py")) == []
    assert len(list(tables.rglob("*_parsetab.py"))) == 1
    assert start(tables).communicate()[0] == b""


@pytest.mark.parametrize("length", [0, 300, -200])
def test_half_a_table_is_built_again(tables: Path, length: int) -> None:
    assert start(tables).communicate()[0] == b""
    table = tables / "mailbox_parsetab.py"
    whole = table.read_bytes()
    table.write_bytes(whole[:length])
    assert start(tables).communicate()[0] == b""
    assert table.read_bytes() == whole
