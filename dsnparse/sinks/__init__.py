"""Reports out: each format turns a report into bytes, and `output` writes bytes. No sink knows where reports come from."""

from collections.abc import Callable
from typing import Protocol

from dsnparse.report import Report

Encode = Callable[[Report], bytes]


class Format(Protocol):
    """A format: bytes for the start, for each report or unread input, and for the end; all of them whole lines."""

    def begin(self) -> bytes:
        """Return what stands before the first report."""

    def report(self, report: Report) -> bytes:
        """Return one report."""

    def unread(self, source: str, error: str) -> bytes:
        """Return an input without a report, and why."""

    def end(self) -> bytes:
        """Return what stands after the last report."""
