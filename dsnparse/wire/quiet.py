"""Import flanker when it is met, and keep it from talking and from harm.

It costs 0.1 to 0.3 s, raises DeprecationWarnings (errors under `-W error`), tells of each PLY table that it builds, and
then warns of every value that it cannot read.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType


@cache
def import_quietly(name: str) -> ModuleType:
    """Import a module of flanker; none of its warnings and log records reach the caller's."""
    logging = import_module("logging")  # 8 ms, which a run without flanker saves
    logger = logging.getLogger("flanker")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    with warnings.catch_warnings(), _whole_tables():
        warnings.simplefilter("ignore")
        return import_module(name)


@contextmanager
def _whole_tables() -> Iterator[None]:
    """Have PLY put each table in its place when it is whole, and build it again where half of one is found.

    Where its tables are missing or of another version, flanker's first import writes them beside flanker. Whoever imports it meanwhile,
    or ever after if the writer was killed, gets a SyntaxError of half a file.
    """
    yacc = import_module("ply.yacc")
    read, write = yacc.LRTable.read_table, yacc.LRGeneratedTable.write_table

    def read_whole(table: object, module: str) -> object:
        try:
            return read(table, module)
        except (SyntaxError, NameError, AttributeError, TypeError, ValueError) as error:
            raise ImportError(module) from error  # which PLY takes for a table that is not there

    def write_whole(table: object, module: str, outputdir: str, signature: str) -> None:
        with import_module("tempfile").TemporaryDirectory(dir=outputdir) as folder:
            write(table, module, folder, signature)
            for path in Path(folder).iterdir():
                path.replace(Path(outputdir, path.name))

    yacc.LRTable.read_table, yacc.LRGeneratedTable.write_table = read_whole, write_whole
    try:
        yield
    finally:
        yacc.LRTable.read_table, yacc.LRGeneratedTable.write_table = read, write
