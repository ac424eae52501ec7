"""Counts under names that strangers choose: exact for the frequent ones, and never more than so many names in memory.

When there are twice as many names as may be kept, the rarer half goes. A name that is gone and comes back counts anew, which
only ever costs names that were rare until then.
"""

from collections import Counter
from typing import Final

from dsnparse.summary.shape import Count, Ranking

# Names kept, and names kept within one of them.
NAMES: Final = 2_000
WITHIN: Final = 64
# What a ranking tells beside each name.
TOLD: Final = 4


class Groups:
    """How often each name was met, and with what."""

    def __init__(self, names: int = NAMES) -> None:
        self.names = names
        self.groups: dict[str, Counter[str]] = {}
        self.total = 0

    def add(self, name: str, within: str = "") -> None:
        """Count one."""
        group = self.groups.get(name)
        if group is None:
            if len(self.groups) >= 2 * self.names:
                self._prune()
            group = self.groups[name] = Counter()
        elif within not in group and len(group) >= 2 * WITHIN:
            self.groups[name] = group = _pruned(group)
        self.total += 1
        group[within] += 1

    def ranking(self, most: int) -> Ranking:
        """Return the `most` frequent names, of equally frequent ones by name."""
        rows = tuple(
            Count(name, group.total(), tuple(_ordered(group)[:TOLD])) for name, group in self._ordered()[:most]
        )
        return Ranking(rows, self.total - sum(row.count for row in rows))

    def _ordered(self) -> list[tuple[str, Counter[str]]]:
        return sorted(self.groups.items(), key=lambda item: (-item[1].total(), item[0]))

    def _prune(self) -> None:
        self.groups = dict(self._ordered()[: self.names])


def _pruned(group: Counter[str]) -> Counter[str]:
    """Return the more frequent half; what the others counted for is nameless from now on."""
    kept = Counter(dict(_ordered(group)[: WITHIN - 1]))
    kept[""] = group.total() - kept.total()
    return kept


def _ordered(group: Counter[str]) -> list[tuple[str, int]]:
    return sorted(((name, count) for name, count in group.items() if name), key=lambda item: (-item[1], item[0]))
