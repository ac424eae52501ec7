"""What a stream of bytes holds, by its first bytes and not by its name: messages, or what they are kept in.

Labels: `path` is a file that is one message, `path#2` the second message of an mbox or the second event of a JSON file,
`path!name` a member of an archive, `path!name#2` a message of an mbox in it. Compression alone changes no label.
An archive may lie in an archive, and each file may be compressed once: what is deeper is not opened.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from dsnparse.errors import SourceError
from dsnparse.escape import file_name
from dsnparse.sources import emlx, mbox, tars
from dsnparse.sources.budget import Budget, SpentError
from dsnparse.sources.items import Item, Message, PassedOver, Unread
from dsnparse.sources.members import Member, is_note
from dsnparse.sources.signatures import NOT_READ, recognise
from dsnparse.sources.streams import HEAD, Stream

ARCHIVES: Final = 2
NOTES_ALONE: Final = "an archive with nothing to read: hidden files, notes, JSON that is no event"
COMPRESSED: Final = frozenset(("gzip", "bzip2", "xz", "zstd"))


class Layer(Struct, frozen=True, gc=False):
    """Where a stream is met: the label it has, in how many archives it lies, and whether it just was expanded."""

    name: str
    cap: int
    budget: Budget
    archives: int = 0
    expanded: bool = False


def contents(stream: Stream, layer: Layer) -> Iterator[Item]:
    """Yield the messages of a stream; what cannot be read raises, unless it is one of several members."""
    head = stream.peek(HEAD)
    kind = recognise(head)
    if not kind:
        yield Message(layer.name, stream.read(layer.cap + 1))
    elif kind in NOT_READ:
        raise SourceError(NOT_READ[kind])
    else:
        yield from READERS[kind](stream, layer)


def _mailbox(stream: Stream, layer: Layer) -> Iterator[Item]:
    yield from whole_mailbox(mbox.split(stream.blocks(), layer.cap), layer.name, layer.cap)


def _emlx(stream: Stream, layer: Layer) -> Iterator[Item]:
    raw = stream.read(layer.cap + 1 + HEAD)
    yield Message(layer.name, emlx.message(raw)[: layer.cap + 1])


def _outlook(stream: Stream, layer: Layer) -> Iterator[Item]:
    from dsnparse.sources.outlook import message  # noqa: PLC0415 - few files are such

    raw = stream.read(layer.cap + 1)
    if len(raw) > layer.cap:
        reason = f"an Outlook message longer than {layer.cap >> 20} MiB"
        raise SourceError(reason)
    yield Message(layer.name, message(raw)[: layer.cap + 1])


def _json(stream: Stream, layer: Layer) -> Iterator[Item]:
    from dsnparse.sources.events import events  # noqa: PLC0415 - few files are JSON

    yield from events(stream, layer.name, layer.cap, named=not layer.archives)


def _compressed(kind: str, stream: Stream, layer: Layer) -> Iterator[Item]:
    if layer.expanded or layer.archives >= ARCHIVES:
        reason = "compressed, and nested too deep to be opened"
        raise SourceError(reason)
    from dsnparse.sources.compressed import expand  # noqa: PLC0415 - 2 ms that plain files do not pay

    yield from contents(expand(kind, stream, layer.budget), replace(layer, expanded=True))


def _zip(stream: Stream, layer: Layer) -> Iterator[Item]:
    from dsnparse.sources.zips import members  # noqa: PLC0415 - the same

    _refuse_deeper(layer)
    file = stream.seekable()
    if not layer.archives and not layer.expanded:
        length = file.seek(0, 2)
        layer.budget.consumed = lambda: length
    yield from _members(members(file, layer.budget), layer)


def _tar(stream: Stream, layer: Layer) -> Iterator[Item]:
    _refuse_deeper(layer)
    yield from _members(tars.members(stream, layer.budget), layer)


def _refuse_deeper(layer: Layer) -> None:
    if layer.archives >= ARCHIVES:
        reason = "an archive, nested too deep to be opened"
        raise SourceError(reason)


def _members(members: Iterator[Member], layer: Layer) -> Iterator[Item]:
    """Yield what is in an archive; of notes beside messages nothing is said, but an archive of notes alone is told."""
    notes = others = 0
    for member in members:
        name = f"{layer.name}!{file_name(member.name)}"
        inner = replace(layer, name=name, archives=layer.archives + 1, expanded=False)
        if member.contents is None:
            others += 1
            yield Unread(name, member.problem)
        elif is_note(member.name):
            notes += 1
        else:
            for item in _member(member.contents, inner):
                is_input = not isinstance(item, PassedOver)
                others += is_input
                notes += not is_input
                if is_input:
                    yield item
    if notes and not others:
        yield PassedOver(layer.name, NOTES_ALONE)


def _member(stream: Stream, layer: Layer) -> Iterator[Item]:
    try:
        yield from contents(stream, layer)
    except SpentError:
        raise
    except SourceError as error:
        yield Unread(layer.name, str(error))


READERS: Final[dict[str, Callable[[Stream, Layer], Iterator[Item]]]] = {
    "mbox": _mailbox,
    "emlx": _emlx,
    "outlook": _outlook,
    "json": _json,
    "zip": _zip,
    "tar": _tar,
    **{kind: partial(_compressed, kind) for kind in COMPRESSED},
}


def whole_mailbox(stretches: Iterator[bytearray], name: str, cap: int) -> Iterator[Message]:
    """Yield the messages of an mbox; a lone message that begins with a From line is that message, just as it is."""
    first = next(stretches)
    second = next(stretches, None)
    if second is None:
        del first[cap + 1 :]
        yield Message(name, bytes(first))
        return
    empty = True
    for message in numbered(chain((first, second), stretches), name, cap):
        empty = False
        yield message
    if empty:
        yield Message(name, b"")


def numbered(stretches: Iterator[bytearray], name: str, cap: int, number: int = 1) -> Iterator[Message]:
    """Yield the messages of stretches of an mbox, of which the first one has this number."""
    for stretch in stretches:
        if mbox.is_removed(stretch):
            continue
        # By its suffix an .eml file is one message: that one keeps the name, only what follows it is numbered.
        lone = number == 1 and name.lower().endswith(".eml")
        yield Message(name if lone else f"{name}#{number}", mbox.message(stretch, cap + 1))
        number += 1
