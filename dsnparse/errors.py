"""The exceptions of dsnparse: none of them is ever raised for what a message contains.

DsnparseError
- RuleError: a vendor file is wrong
- UsageError: an option, an address or a setting is wrong
  - TokenError: keys are missing or wrong, or no token can be made of what is given
- SourceError: an input could not be read
  - UnreachableError: a mailbox cannot be reached
    - LoginError: it refused the login
- SinkError: an output could not be written
  - StoreError: the store could not be used
- BusyError: another process is at it
"""


class DsnparseError(Exception):
    """Whatever dsnparse itself raises."""


class RuleError(DsnparseError):
    """A vendor file does not load: the text names the file and the place in it."""


class UsageError(DsnparseError):
    """What was asked for cannot be: an option, an address or a setting is wrong."""


class SourceError(DsnparseError):
    """An input could not be read: missing, not a regular file, not allowed, cut off.

    `unread` has the source and the reason of each input of `dsnparse.read` for which that is so.
    """

    def __init__(self, message: str, unread: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.unread = unread


class UnreachableError(SourceError):
    """A mailbox cannot be reached, or its server does not keep to the protocol; to try again later may help."""


class LoginError(UnreachableError):
    """A mailbox refused the login, or there is nothing to log in with."""


class SinkError(DsnparseError):
    """An output could not be written: no space, closed pipe, not allowed."""


class StoreError(SinkError):
    """The store cannot be opened, read or written: no space, read-only, damaged, of another version, out of reach."""


class TokenError(UsageError):
    """Keys are missing or not well formed, or no token can be made of what is given; the text never holds a secret."""


class BusyError(DsnparseError):
    """Another process has the mailbox, or has been writing to the store for too long: try again later."""
