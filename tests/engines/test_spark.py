"""The same function under Spark's mapInArrow."""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from dsnparse import parse
from dsnparse.arrow import map_batches, schema

sql = pytest.importorskip("pyspark.sql")
pytestmark = [
    pytest.mark.filterwarnings("default"),  # Spark's own
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
]


def test_map_in_arrow(corpus: Path) -> None:
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return map(map_batches, batches)

    paths = sorted((corpus / "courier").glob("*.eml"))
    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        messages = session.createDataFrame(
            [(path.name, path.read_bytes()) for path in paths], "source string, raw binary"
        )
        rows = messages.mapInArrow(read, from_arrow_schema(schema())).select("source", "kind").collect()
    finally:
        session.stop()
    assert Counter(row.kind for row in rows) == Counter(parse(path.read_bytes()).kind for path in paths)
