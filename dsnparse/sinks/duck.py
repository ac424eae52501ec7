"""A DuckDB database from a spool of Arrow record batches: the tables `reports` and `recipients`.

`reports` has the columns of the Arrow schema but for the recipients, after `number`, which counts from 1 in the order of
the messages. `recipients` has a row for each recipient: `report` is that number, `position` counts from 1 in the report.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from dsnparse.errors import SinkError
from dsnparse.sinks.parquet import opened

REPORTS: Final = "CREATE TABLE reports AS SELECT * EXCLUDE (recipients) FROM spool"
RECIPIENTS: Final = """\
CREATE TABLE recipients AS
SELECT number AS report, generate_subscripts(recipients, 1) AS position, unnest(recipients, max_depth := 2) FROM spool
"""


def build(spool: Path, path: Path) -> None:
    """Write the database."""
    try:
        with duckdb.connect(str(path)) as database:
            for statement in (REPORTS, RECIPIENTS):
                with opened(spool) as batches:
                    database.register("spool", _numbered(batches))
                    database.execute(statement)
                    database.unregister("spool")
    except duckdb.Error as error:
        raise SinkError(str(error).partition("\n")[0]) from None


def _numbered(batches: pa.RecordBatchReader) -> pa.RecordBatchReader:
    number = pa.field("number", pa.int64(), nullable=False)
    schema = pa.schema([number, *batches.schema])

    def rows() -> Iterator[pa.RecordBatch]:
        count = 1
        for batch in batches:
            numbers = pa.array(range(count, count + batch.num_rows), pa.int64())
            yield pa.RecordBatch.from_arrays([numbers, *batch.columns], schema=schema)
            count += batch.num_rows

    return pa.RecordBatchReader.from_batches(schema, rows())
