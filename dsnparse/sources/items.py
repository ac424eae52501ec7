"""What comes out of a source, one for each input: a message, or why there is none."""

from msgspec import Struct


class Message(Struct, frozen=True, gc=False):
    """The bytes of one message, and where they were: a path, or `path#n` in an mbox; `-` is standard input."""

    source: str
    raw: bytes


class Unread(Struct, frozen=True, gc=False):
    """An input that could not be read; `failed` is false for a listed file that was gone before its turn came."""

    source: str
    error: str
    failed: bool = True


class PassedOver(Struct, frozen=True, gc=False):
    """Something in a folder which is no input at all, such as a FIFO."""

    source: str
    reason: str


Item = Message | Unread | PassedOver
