"""What parent and workers say to each other, as bytes (MessagePack)."""

from datetime import datetime
from typing import Final

from msgspec import Struct, field, msgpack

from dsnparse.batch.tally import Tally
from dsnparse.sinks.blocks import Form
from dsnparse.sources.items import PassedOver, Unread
from dsnparse.sources.shards import AnyShard


class Gone(Struct, frozen=True, tag="gone"):
    """An input that has no message, told in its place: what was wrong, and whether that is a failure."""

    source: str
    error: str
    failed: bool = True


class Skipped(Struct, frozen=True, tag="skipped"):
    """Something in a folder that is no input; people are told, and there is no record."""

    source: str
    reason: str


Known = Gone | Skipped


class Settings(Struct, frozen=True, kw_only=True):
    """What a worker has to know once: which records are wanted, in which forms, and its limits."""

    forms: tuple[Form, ...]
    cap: int
    kinds: frozenset[str] = frozenset()
    since: datetime | None = None
    rules: tuple[str, ...] = ()
    vendors: bool = True
    seconds: float
    memory: int
    keep_raw: bool = False


class Task(Struct, frozen=True, kw_only=True):
    """Tell what is `known`, then read the shard without its first `skip` items; stop after `limit` messages.

    `careful`: a worker died here, so say what is next before it is read and parsed, and send each item by itself.
    """

    shard: AnyShard | None = None
    known: tuple[Known, ...] = ()
    skip: int = 0
    limit: int | None = None
    careful: bool = False


class Ready(Struct, frozen=True, tag="ready"):
    """The worker has started."""


class Opening(Struct, frozen=True, tag="opening"):
    """The file with this index in the shard is read next."""

    index: int


class Parsing(Struct, frozen=True, tag="parsing"):
    """A message is parsed next; its bytes are kept for the folder of those set aside."""

    source: str
    raw: bytes = b""


class Frame(Struct, kw_only=True, tag="frame"):
    """Finished records: a block for each form, and what is in them."""

    blocks: tuple[bytes, ...] = ()
    items: int = 0
    messages: int = 0
    size: int = 0
    tally: Tally = field(default_factory=Tally)
    notes: list[str] = field(default_factory=list)
    done: bool = False


Answer = Ready | Opening | Parsing | Frame

encode: Final = msgpack.Encoder().encode
read_settings: Final = msgpack.Decoder(Settings).decode
read_task: Final = msgpack.Decoder(Task).decode
read_answer: Final = msgpack.Decoder(Answer).decode


def known(item: Unread | PassedOver) -> Known:
    """Return an item without a message in the form in which it travels."""
    if isinstance(item, Unread):
        return Gone(item.source, item.error, item.failed)
    return Skipped(item.source, item.reason)
