"""What a result tells the protection about its numbers beyond what its columns declare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import attrs

Cell: TypeAlias = tuple[str, int]
"""Column and row of a number."""


@attrs.frozen(eq=False)
class Disclosure:
    """How the numbers of a result hang together; a result gives it by a method ``disclosure()``.

    Parameters
    ----------
    observed
        By person column, whether each row counts observed persons; columns that are not named follow their basis.
    sums
        Pairs (total, members): the total holds the members, and perhaps others who are not shown.
    parts
        Pairs (whole, part): the persons of the whole who are not in the part are a count too.
    chosen
        Pairs (cell, cells): a mean, the largest or the smallest of other cells, which tells of them.
    implied
        Pairs (cell, persons): a measure from which, with what else is public, a number of persons can be worked out.
    """

    observed: Mapping[str, Sequence[bool]] = attrs.field(factory=dict)
    sums: tuple[tuple[Cell, tuple[Cell, ...]], ...] = ()
    parts: tuple[tuple[Cell, Cell], ...] = ()
    chosen: tuple[tuple[Cell, tuple[Cell, ...]], ...] = ()
    implied: tuple[tuple[Cell, float], ...] = ()
