"""Import flanker when it is met, and keep it from talking.

It costs 0.1 to 0.3 s, raises DeprecationWarnings (errors under `-W error`), tells of each PLY table that it builds, and
then warns of every value that it cannot read.
"""

import warnings
from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def import_quietly(name: str) -> ModuleType:
    """Import a module of flanker; none of its warnings and log records reach the caller's."""
    logging = import_module("logging")  # 8 ms, which a run without flanker saves
    logger = logging.getLogger("flanker")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module(name)
