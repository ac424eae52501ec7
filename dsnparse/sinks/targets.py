"""What the suffix of an output says: the form of its blocks, and what becomes of them."""

import stat
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from msgspec import Struct

from dsnparse.errors import SinkError
from dsnparse.sinks.blocks import Form, Name, layout
from dsnparse.sinks.built import Build, Built
from dsnparse.sinks.output import open_output
from dsnparse.sinks.spool import Growing, Spool


class TargetError(SinkError):
    """No output can have this name."""


class Kind(Struct, frozen=True):
    """A form of blocks, and the module that builds the output from them, with what that needs beside dsnparse."""

    form: Name
    module: str = ""
    needs: tuple[str, ...] = ()


LINES: Final = Kind("jsonl")
SQLITE: Final = Kind("jsonl", "sqlite")
KINDS: Final = {
    ".jsonl": LINES,
    ".ndjson": LINES,
    ".json": Kind("json"),
    ".csv": Kind("csv"),
    ".parquet": Kind("arrow", "parquet", ("pyarrow",)),
    ".sqlite": SQLITE,
    ".db": SQLITE,
    ".duckdb": Kind("arrow", "duck", ("duckdb", "pyarrow")),
}
# Columns with few values, by which a folder of Parquet files may be divided.
COLUMNS: Final = ("kind", "vendor")


class Target(Struct, frozen=True):
    """An output that was asked for."""

    path: str
    kind: Kind
    form: Form
    partition_by: tuple[str, ...] = ()

    def grow(self) -> Growing:
        """Return what it is written to."""
        return Growing(open_output(self.path), layout(self.form)) if is_stream(self.path) else self.spool()

    def spool(self) -> Spool:
        """Return where it grows."""
        if not self.kind.module:
            return Spool(self.path, layout(self.form))
        return Built(self.path, layout(self.form), self._build())

    def _build(self) -> Build:
        module = import_module(f"dsnparse.sinks.{self.kind.module}")
        if self.partition_by:
            return partial(module.build_folder, self.partition_by)
        build: Build = module.build
        return build


def target(path: str, form: Form, partition_by: Sequence[str] = ()) -> Target:
    """Return the target that a path is by its suffix, in the form that has these options; TargetError: it cannot be one."""
    kind = LINES if is_stream(path) else KINDS.get(Path(path).suffix.lower())
    if kind is None:
        reason = f"{path}: the suffix tells the form; there are {', '.join(KINDS)}"
        raise TargetError(reason)
    if missing := [name for name in kind.needs if not find_spec(name)]:
        reason = f"{path} needs {' and '.join(missing)}: pip install 'dsnparse[{kind.needs[0]}]'"
        raise TargetError(reason)
    columns = tuple(partition_by) if kind.module == "parquet" else ()
    return Target(path, kind, Form(kind.form, form.all_fields, form.csv_raw, form.vocabularies), columns)


def is_stream(path: str) -> bool:
    """Tell whether an output is nothing that could grow in hiding: standard output, a FIFO, a device."""
    if path == "-":
        return True
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
