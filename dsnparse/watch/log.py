"""What a service tells while it runs: one event, one line, for people or as JSON, with nothing in it that a terminal acts upon."""

import sys
import time
from contextlib import suppress

import msgspec

from dsnparse.escape import escape


class Log:
    """Lines on standard error."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json

    def say(self, event: str, **values: str | float | bool) -> None:
        """Tell of one event."""
        if self.as_json:
            line = msgspec.json.encode({"time": round(time.time(), 3), "event": event, **values}).decode()
        else:
            told = [f"{name}={value}" for name, value in values.items() if name != "text"]
            line = " ".join(["dsnparse:", event, *told, *([str(values["text"])] if "text" in values else [])])
        if sys.stderr is not None:
            with suppress(OSError, ValueError):  # where nobody listens the run goes on
                sys.stderr.write(escape(line) + "\n")
                sys.stderr.flush()
