"""Parquet from a spool of Arrow record batches: one file, or a folder of files by the values of some columns."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import dataset, parquet

from dsnparse.errors import SinkError

# Rows of a row group: what is held in memory at once.
ROWS: Final = 8192
COMPRESSION: Final = "zstd"


def build(spool: Path, path: Path) -> None:
    """Write one file."""
    with opened(spool) as batches, parquet.ParquetWriter(path, batches.schema, compression=COMPRESSION) as writer:
        for table in tables(batches):
            writer.write_table(table)


def build_folder(columns: Sequence[str], spool: Path, path: Path) -> None:
    """Write a folder with a folder for each value (column=value/), as Hive, Spark and DuckDB read them."""
    with opened(spool) as batches:
        by = dataset.partitioning(pa.schema([batches.schema.field(name) for name in columns]), flavor="hive")
        options = dataset.ParquetFileFormat().make_write_options(compression=COMPRESSION)
        path.mkdir()
        dataset.write_dataset(
            (batch for table in tables(batches) for batch in table.to_batches()),
            path,
            schema=batches.schema,
            format="parquet",
            file_options=options,
            partitioning=by,
            basename_template="part-{i}.parquet",
            max_rows_per_group=ROWS,
            use_threads=False,
        )


@contextmanager
def opened(spool: Path) -> Iterator[pa.RecordBatchReader]:
    """Read a spool; what Arrow cannot do with it or the output is a fault of the output."""
    try:
        with pa.OSFile(str(spool)) as file, pa.ipc.open_stream(file) as reader:
            yield reader
    except pa.ArrowInvalid as error:
        raise SinkError(str(error).partition("\n")[0]) from None


def tables(batches: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield the rows in tables of about ROWS."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)
