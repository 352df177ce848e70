"""What has been mapped: not mapped is not the same as not there."""

from __future__ import annotations

import numpy as np

from integrated_services._compiled import Bools, Compiled, Ints

_WORST_FIRST = ("not_asked", "partial", "complete")


def surveyed(c: Compiled, territory: Ints, need: Ints) -> Bools:
    """Tell for territories and needs whether all services were mapped there.

    The survey of the smallest territory that contains the place decides; among those the one for the narrowest need;
    among those the worst. A survey of some sectors only never says that nothing is there.

    Parameters
    ----------
    c
        Compiled framework.
    territory
        Rows of territories.
    need
        Rows of needs, of the same length.

    Returns
    -------
    numpy.ndarray of bool
        True where a gap may be called a gap.
    """
    n_needs = max(c.size("needs"), 1)
    kinds, kind_of = np.unique(territory * n_needs + need, return_inverse=True)
    if not len(kinds) or not c.size("surveys"):
        return np.zeros(len(territory), dtype=np.bool_)
    places, needs = kinds // n_needs, kinds % n_needs
    best = np.full(len(kinds), -1, dtype=np.int64)
    complete = np.zeros(len(kinds), dtype=np.bool_)
    for rank, scope, status in _scopes(c):
        inside = c.tree("territories", "part_of").inside(places, scope[0])
        if scope[1] >= 0:
            inside &= c.tree("needs", "broader").inside(needs, scope[1])
        better = inside & (rank > best)
        best[better] = rank
        complete[better] = status == "complete"
    return complete[kind_of]


def _scopes(c: Compiled) -> list[tuple[int, tuple[int, int], str]]:
    """Each surveyed territory and need with its rank: smaller territory, narrower need, worse status win."""
    depth = c.tree("territories", "part_of").depth
    need_depth = c.tree("needs", "broader").depth if c.size("needs") else np.zeros(0, dtype=np.int64)
    place_of, need_of = c.links("surveys.territories"), c.links("surveys.needs")
    sectors = set(c.parents("surveys.sectors").tolist()) if c.size("surveys.sectors") else set()
    found = []
    for row, status in enumerate(c.cells("surveys", "status")):
        said = "partial" if row in sectors and status == "complete" else status
        needs = need_of[1][need_of[0][row] : need_of[0][row + 1]].tolist() or [-1]
        for place in place_of[1][place_of[0][row] : place_of[0][row + 1]].tolist():
            for need in needs:
                narrow = 0 if need < 0 else 1 + int(need_depth[need])
                rank = (int(depth[place]) * 1000 + narrow) * 3 + (2 - _WORST_FIRST.index(said))
                found.append((rank, (place, need), said))
    return found
