"""Reports as rows of Arrow: one row a report, its recipients nested in it.

The schema is made from the Structs of `dsnparse.report`, so it has their names and their order, and a field that is added
there is added here. What is absent or empty is null; lists and maps are empty, never null. After the columns of the
report comes `error`, which only an input without a report has.

Columns are built one by one from all rows: to turn each report into dicts first would take four times as long.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, chain
from typing import Any, Final

import pyarrow as pa
from msgspec import inspect

from dsnparse.report import Report

VERSION: Final = b"1"
ERROR: Final = "error"
SOURCE: Final = "source"
PAIR: Final = ("name", "value")
# The end of a stream in the IPC format.
END: Final = b"\xff\xff\xff\xff\x00\x00\x00\x00"

LEAVES: Final[dict[type, pa.DataType]] = {
    inspect.StrType: pa.string(),
    inspect.LiteralType: pa.string(),
    inspect.IntType: pa.int64(),
    inspect.FloatType: pa.float64(),
    inspect.BoolType: pa.bool_(),
}


class ArrowBlock:
    """Rows on their way into one record batch."""

    def __init__(self) -> None:
        self.reports: list[Report | None] = []
        self.errors: dict[int, tuple[str, str]] = {}

    def report(self, report: Report) -> None:
        """Add a report."""
        self.reports.append(report)

    def unread(self, source: str, error: str) -> None:
        """Add an input without a report."""
        self.errors[len(self.reports)] = (source, error)
        self.reports.append(None)

    def batch(self) -> pa.RecordBatch:
        """Return the rows, and begin anew."""
        columns = dict(zip(_names(), _children(self.reports, _report()), strict=True))
        if self.errors:
            columns[SOURCE] = pa.array(
                [self.errors[row][0] if each is None else each.source for row, each in enumerate(self.reports)],
                pa.string(),
            )
        columns[ERROR] = pa.array(
            [self.errors[row][1] if row in self.errors else None for row in range(len(self.reports))], pa.string()
        )
        self.reports, self.errors = [], {}
        return pa.RecordBatch.from_arrays([*columns.values()], schema=schema())

    def take(self) -> bytes:
        """Return the rows as one message of Arrow's IPC format."""
        return bytes(self.batch().serialize()) if self.reports else b""


@cache
def schema() -> pa.Schema:
    """Return the schema of reports."""
    columns = [pa.field(each.encode_name, _type(each.type)) for each in _report().fields]
    return pa.schema([*columns, pa.field(ERROR, pa.string())], metadata={b"dsnparse.schema": VERSION})


@cache
def _report() -> inspect.StructType:
    found = inspect.type_info(Report)
    if not isinstance(found, inspect.StructType):
        raise TypeError
    return found


@cache
def _names() -> list[str]:
    return [each.encode_name for each in _report().fields]


def _type(info: inspect.Type) -> pa.DataType:
    """Return the Arrow type of a type of ours."""
    match info:
        case inspect.UnionType():
            return _type(_present(info))
        case inspect.StructType():
            return pa.struct([pa.field(each.encode_name, _type(each.type)) for each in info.fields])
        case inspect.VarTupleType():
            return pa.list_(_type(info.item_type))
        case inspect.TupleType():
            return pa.struct([pa.field(name, pa.string()) for name in PAIR])
        case inspect.DictType():
            return pa.map_(pa.string(), _type(info.value_type))
    return LEAVES[type(info)]


def _array(values: Sequence[Any], info: inspect.Type) -> pa.Array:
    """Return the array of many values of one type; None is null."""
    match info:
        case inspect.UnionType():
            return _array(values, _present(info))
        case inspect.StructType():
            return _structs(values, _children(values, info), _type(info))
        case inspect.VarTupleType():
            flat = [*chain.from_iterable(value or () for value in values)]
            return pa.ListArray.from_arrays(_offsets(values), _array(flat, info.item_type), type=_type(info))
        case inspect.TupleType():
            columns = (pa.array([value[place] for value in values], pa.string()) for place in range(len(PAIR)))
            return _structs(values, columns, _type(info))
        case inspect.DictType():
            keys = [*chain.from_iterable(value or () for value in values)]
            items = [*chain.from_iterable(value.values() for value in values if value)]
            return pa.MapArray.from_arrays(
                _offsets(values), pa.array(keys, pa.string()), _array(items, info.value_type), type=_type(info)
            )
    return _leaves(values, info)


def _leaves(values: Sequence[Any], info: inspect.Type) -> pa.Array:
    present = (value or None for value in values) if isinstance(info, inspect.StrType) else values
    return pa.array(present, LEAVES[type(info)])


def _children(values: Sequence[Any], info: inspect.StructType) -> Iterable[pa.Array]:
    """Yield the arrays of the fields of many Structs."""
    for each in info.fields:
        name = each.name
        yield _array([None if value is None else getattr(value, name) for value in values], each.type)


def _structs(values: Sequence[Any], columns: Iterable[pa.Array], kind: pa.StructType) -> pa.StructArray:
    missing = [value is None for value in values]
    mask = pa.array(missing, pa.bool_()) if any(missing) else None
    return pa.StructArray.from_arrays([*columns], fields=[*kind], mask=mask)


def _offsets(values: Sequence[Any]) -> pa.Array:
    return pa.array(accumulate((len(value) if value else 0 for value in values), initial=0), pa.int32())


def _present(info: inspect.UnionType) -> inspect.Type:
    """Return the type beside None."""
    [present] = (each for each in info.types if not isinstance(each, inspect.NoneType))
    return present
