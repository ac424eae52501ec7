"""Archives read by a Ray cluster: shards out to tasks, Parquet written by whoever has read them.

A thin adapter: what there is to read is planned here, and each shard is read where Ray has room, by the same function that
a worker of `batch` calls. So the machines must see the sources under the same names: URLs, or a shared file system.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, Final

import pyarrow as pa
import ray
import ray.data
from msgspec import msgpack
from ray.exceptions import RayError

from dsnparse.engines.arrow import reports, schema
from dsnparse.errors import SinkError
from dsnparse.limits import DEFAULT_LIMITS
from dsnparse.sinks.arrow_rows import ArrowBlock
from dsnparse.sources.items import PassedOver, Unread
from dsnparse.sources.shards import AnyShard, plan, read

SHARDS: Final = pa.schema([("shard", pa.binary())])
CAP: Final = DEFAULT_LIMITS.max_message_bytes


def write(sources: Sequence[str], output: str, *, jobs: int, partition_by: Sequence[str] = ()) -> Counter[str]:
    """Write the reports of all sources to a new folder of Parquet files, and count them by kind.

    Rows are in no order. Inputs without a report are counted as `unread`. SinkError: the cluster could not do it.
    """
    known, shards = _planned(sources)
    waiting = ray.data.from_arrow([pa.table([[shard]], SHARDS) for shard in shards] or [SHARDS.empty_table()])
    rows = waiting.map_batches(_read, batch_size=1, batch_format="pyarrow", concurrency=jobs)
    if known.num_rows:
        rows = rows.union(ray.data.from_arrow(pa.Table.from_batches([known])))
    try:
        system, path = _place(output)
        columns = [*partition_by] or None
        rows.write_parquet(path, filesystem=system, partition_cols=columns, mode=ray.data.SaveMode.ERROR)
        return _counted(path, system)
    except (RayError, OSError, ValueError) as error:
        # Ray tells the whole way that an error took; the line that names it is the last one of its kind.
        lines = [line.strip() for line in str(error).split("\n") if "Error" in line]
        raise SinkError(lines[-1] if lines else str(error).strip()) from None


def _place(output: str) -> tuple[Any, str]:
    """Return the file system and the path in it: an URL is opened by fsspec, as those of the sources are."""
    if "://" not in output:
        return None, output
    url_to_fs = import_module("fsspec.core").url_to_fs
    found: tuple[Any, str] = url_to_fs(output)
    return found


def _planned(sources: Sequence[str]) -> tuple[pa.RecordBatch, list[bytes]]:
    """Return what needs no reading to be told, as rows, and the shards to read."""
    block, shards = ArrowBlock(), []
    for unit in plan(sources, cap=CAP):
        if isinstance(unit, Unread):
            block.unread(unit.source, unit.error)
        elif not isinstance(unit, PassedOver):
            shards.append(msgpack.encode(unit))
    return block.batch(), shards


def _read(table: pa.Table) -> Iterator[pa.Table]:
    for cell in table.column("shard").to_pylist():
        shard: AnyShard = msgpack.decode(cell, type=AnyShard)
        for batch in reports(read(shard, cap=CAP)):
            yield pa.Table.from_batches([batch], schema=schema())


def _counted(path: str, system: Any) -> Counter[str]:  # noqa: ANN401 - of fsspec, or None
    counts: Counter[str] = Counter()
    rows = ray.data.read_parquet(path, filesystem=system).select_columns(["kind", "error"])
    for table in rows.iter_batches(batch_format="pyarrow"):
        cells = zip(table.column("kind").to_pylist(), table.column("error").to_pylist(), strict=True)
        counts.update("unread" if error else kind for kind, error in cells)
    return counts
