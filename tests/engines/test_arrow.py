"""Messages in, reports out, both as Arrow."""

from pathlib import Path

import pyarrow as pa
import pytest

from dsnparse.arrow import map_batches, schema
from dsnparse.engines import arrow
from dsnparse.sources import messages


def batch(paths: list[Path]) -> pa.RecordBatch:
    columns = {"source": [path.name for path in paths], "raw": [path.read_bytes() for path in paths]}
    return pa.RecordBatch.from_pydict(columns)


def test_each_message_has_its_report(corpus: Path) -> None:
    paths = sorted((corpus / "courier").glob("*.eml"))
    found = map_batches(batch(paths))
    found.validate(full=True)
    assert found.schema == schema()
    assert found.column("source").to_pylist() == [path.name for path in paths]
    assert set(found.column("vendor").to_pylist()) == {"courier"}


def test_a_message_that_is_null_has_a_row() -> None:
    columns = {"source": ["a", None], "raw": pa.array([None, b"Subject: hello\n\nx\n"], pa.large_binary())}
    found = map_batches(pa.RecordBatch.from_pydict(columns)).select(["source", "kind", "error"]).to_pylist()
    assert found == [
        {"source": "a", "kind": None, "error": "no message"},
        {"source": None, "kind": "other", "error": None},
    ]


def test_no_message_gives_no_row() -> None:
    assert map_batches(batch([])).num_rows == 0


def test_what_a_source_holds_comes_in_batches(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "ROWS", 4)
    count = len([*(corpus / "courier").glob("*.eml")])
    paths = [str(corpus / "courier"), str(tmp_path / "nothing")]
    found = [*arrow.reports(messages(paths, 1 << 20))]
    assert [each.num_rows for each in found[:-1]] == [4] * (len(found) - 1)
    table = pa.Table.from_batches(found)
    assert (table.num_rows, table.column("error").to_pylist()[-1]) == (count + 1, "no such file")
