"""From a message, a reply, a code or a marker to its cause, its fix, and what to do with the address. Nothing here does I/O."""

from dsnparse.explain.ask import explain, explain_input

__all__ = ["explain", "explain_input"]
