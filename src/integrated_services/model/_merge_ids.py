"""Keys in the merged document: the same id for two things is lengthened, alike whatever the order of the merge."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from integrated_services.model._merge_names import Marks, shortened, slug

_LAST = 5


@dataclass(frozen=True, slots=True)
class Thing:
    """What needs a key."""

    base: str | None
    """Its id without what an earlier merge added; None: it is named by what it is about."""
    derived: str
    """Key of a record without an id; empty for those that must have one."""
    level: int
    """Which ending an earlier merge gave it."""
    marks: Marks
    """What distinguishes it."""
    documents: tuple[str, ...]
    """Documents that it comes from: what tells apart what a person says to be two although nothing else does."""

    def key(self, level: int) -> str:
        """Give the key with an ending.

        Parameters
        ----------
        level
            0 for none, 1 to 4 for the endings of its marks, 5 for the document.

        Returns
        -------
        str
            Id, or the derived key.
        """
        base = given_base(self.derived) if self.base is None else self.base
        ending = (*self.marks.endings(base), slug("-".join(self.documents)))[level - 1] if level else ""
        if ending:
            return shortened(base, ending)
        return self.derived if self.base is None else self.base


def given_base(derived: str) -> str:
    """Make the beginning of an id for a record that has none.

    Parameters
    ----------
    derived
        Its derived key.

    Returns
    -------
    str
        Letters, digits and hyphens.
    """
    return slug(derived, 120) or "record"


def keys_of(things: Sequence[Thing]) -> list[str]:
    """Give each thing of a collection its key.

    Things of one id all get the same kind of ending: the first kind that tells them apart. So it depends only on what
    things there are, not on the order in which they came together.

    Parameters
    ----------
    things
        All things of one collection.

    Returns
    -------
    list[str]
        One key each.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for number, thing in enumerate(things):
        groups[thing.derived if thing.base is None else thing.base].append(number)
    levels = {
        name: _level([things[number] for number in numbers], max(things[number].level for number in numbers))
        for name, numbers in groups.items()
    }
    while True:
        keys = [""] * len(things)
        for name, numbers in groups.items():
            for number in numbers:
                keys[number] = things[number].key(levels[name])
        counts = Counter(keys)
        clash = {
            name
            for name, numbers in groups.items()
            if levels[name] < _LAST and any(counts[keys[number]] > 1 for number in numbers)
        }
        if not clash:
            return keys
        for name in clash:  # an id that somebody wrote looks like one of the lengthened ones
            levels[name] += 1


def _level(things: Sequence[Thing], least: int) -> int:
    level = max(least, int(len(things) > 1))
    while level < _LAST and len({thing.key(level) for thing in things}) < len(things):
        level += 1
    return level
