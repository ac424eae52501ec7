"""Messages in, reports out, both as Arrow: what any engine that maps record batches can call."""

from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from dsnparse.parse import parse
from dsnparse.sinks.arrow_rows import ArrowBlock, schema
from dsnparse.sources.items import Item, Message, Unread

__all__ = ["map_batches", "reports", "schema"]

# Messages whose reports are held at once.
ROWS: Final = 250


def map_batches(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the reports of a batch of messages, row by row, in the columns of `schema()`.

    The batch has the columns `source` (string: a label, which may be null) and `raw` (binary: the message as received).
    A message that is null has a row with an error.
    """
    block = ArrowBlock()
    for source, raw in zip(batch.column("source").to_pylist(), batch.column("raw").to_pylist(), strict=True):
        if raw is None:
            block.unread(source or "", "no message")
        else:
            block.report(parse(raw, source=source))
    return block.batch()


def reports(items: Iterator[Item]) -> Iterator[pa.RecordBatch]:
    """Yield the reports of what a source holds; what could not be read has a row that says so."""
    block, rows = ArrowBlock(), 0
    for item in items:
        match item:
            case Message(source, raw):
                block.report(parse(raw, source=source))
            case Unread(source, error):
                block.unread(source, error)
        rows += 1
        if rows == ROWS:
            yield block.batch()
            rows = 0
    yield block.batch()
