"""What is done for a place whose worker died.

At first it may have been chance (the system was short of memory, somebody killed it), so nothing is given up: the rest is
done again with care, in frames of one item, each message and file announced. What kills again is what was announced.
"""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from dsnparse.batch.exchange import Gone, Known, Parsing, Task
from dsnparse.batch.place import Place, name, shown
from dsnparse.batch.pool import Hand
from dsnparse.sources.shards import Files

ATTEMPTS: Final = 3


def rescue(place: Place, hand: Hand, why: str, aside: Callable[[Parsing], str]) -> Task:
    """Return the task that takes the place of the one at which a worker died."""
    task = hand.task or Task()
    told = task.known[hand.items :]
    read = max(0, hand.items - len(task.known))
    rest = replace(task, known=told, skip=task.skip + read, careful=True)
    if not task.careful:
        return rest
    if hand.parsing:
        gone = Gone(hand.parsing.source, f"the process that parsed it died ({why}){aside(hand.parsing)}")
        return replace(rest, known=(*told, gone), skip=rest.skip + 1, careful=False)
    if task.skip and not read and place.attempts < ATTEMPTS:  # nothing tells how far it had come
        place.attempts += 1
        return rest
    place.uncountable = True
    return _without_file(place, hand, rest, why)


def _without_file(place: Place, hand: Hand, rest: Task, why: str) -> Task:
    """Leave out the file that could not even be read."""
    files: list[bytes] = []
    source = name(place.unit)
    if isinstance(rest.shard, Files) and hand.opening:
        path, *files = rest.shard.paths[hand.opening.index :]
        source = shown(path, rest.shard)
    gone: Known = Gone(source, f"the process that read it died ({why}), the rest of it is left out")
    shard = replace(rest.shard, paths=tuple(files)) if rest.shard and files else None
    return replace(rest, known=(*rest.known, gone), shard=shard, skip=0, careful=False)
