"""The same function under Spark's mapInArrow."""

import shutil
import sys
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest
from pyarrow import dataset

import dsnparse.arrow
from dsnparse import parse

sql = pytest.importorskip("pyspark.sql")
pytestmark = [
    pytest.mark.filterwarnings("default"),  # Spark's own
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
]


def test_map_in_arrow(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = dedent(str(dsnparse.arrow.__doc__).partition("Spark:\n")[2])
    (tmp_path / "in").mkdir()
    paths = sorted((corpus / "courier").glob("*.eml"))
    for path in paths:
        (tmp_path / "in" / path.name).write_bytes(path.read_bytes())
    code = shown.replace("s3a://mail/2025/", f"{tmp_path}/in").replace("s3a://mail/reports/", f"{tmp_path}/out")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        exec(code, {"spark": session})  # noqa: S102 - our own
    finally:
        session.stop()
    rows = dataset.dataset(tmp_path / "out", format="parquet", exclude_invalid_files=True).to_table()
    assert Counter(rows["kind"].to_pylist()) == Counter(parse(path.read_bytes()).kind for path in paths)
