"""Words for people, on standard error: one line each, safe for a terminal."""

import sys
from contextlib import suppress

from dsnparse.escape import escape


def say(text: str) -> None:
    """Write one line; where standard error is closed or full, nobody listens and the run goes on."""
    if sys.stderr is None:  # started with 2>&-
        return
    with suppress(OSError, ValueError):
        sys.stderr.write(f"dsnparse: {escape(text)}\n")
        sys.stderr.flush()
