"""The exceptions of dsnparse: none of them is ever raised for what a message contains.

DsnparseError
- RuleError: a vendor file is wrong
- SourceError: an input could not be read
- SinkError: an output could not be written
  - StoreError: the store could not be used
- BusyError: another process is at it
"""


class DsnparseError(Exception):
    """Whatever dsnparse itself raises."""


class RuleError(DsnparseError):
    """A vendor file does not load: the text names the file and the place in it."""


class SourceError(DsnparseError):
    """An input could not be read: missing, not a regular file, not allowed, cut off."""


class SinkError(DsnparseError):
    """An output could not be written: no space, closed pipe, not allowed."""


class StoreError(SinkError):
    """The store cannot be opened, read or written: no space, read-only, damaged, of another version, out of reach."""


class BusyError(DsnparseError):
    """Another process has the mailbox, or has been writing to the store for too long: try again later."""
