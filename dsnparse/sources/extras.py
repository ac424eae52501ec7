"""Packages that only some inputs need; where one is missing, the input says which."""

from importlib import import_module
from types import ModuleType

from dsnparse.errors import SourceError


def need(module: str, extra: str, what: str) -> ModuleType:
    """Import a package of an extra."""
    try:
        return import_module(module)
    except ImportError:
        reason = f"{what} needs a package that is not installed: pip install 'dsnparse[{extra}]'"
        raise SourceError(reason) from None
