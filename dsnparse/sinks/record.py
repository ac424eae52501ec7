"""The record of an input that could not be read, as JSON."""

from msgspec import json


def unread(source: str, error: str) -> bytes:
    """Return the record of an input without a report."""
    return json.encode({"source": source, "error": error})
