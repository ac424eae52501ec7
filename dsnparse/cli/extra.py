"""What only some commands need, and where it comes from when it is not there."""

from importlib.util import find_spec
from typing import Final

from dsnparse.errors import UsageError

EXTRA: Final = "web"


def need(*modules: str) -> None:
    """Raise UsageError unless all of these can be imported."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        message = f"this needs {', '.join(missing)}: pip install 'dsnparse[{EXTRA}]'"
        raise UsageError(message)
