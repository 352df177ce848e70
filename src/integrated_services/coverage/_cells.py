"""Demand as cells: persons of a target group in a territory with a need, exact and with their basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs
import numpy as np

from integrated_services._compiled import Bools, Compiled, Ints
from integrated_services._results import UsedFigure
from integrated_services.model._units import exact, per_year

_WEAKEST_FIRST = ("assumed", "estimated", "derived", "stated")


def weakest(bases: Iterable[str]) -> str:
    """Give the basis of what is computed from figures of these bases.

    Parameters
    ----------
    bases
        Bases of the figures.

    Returns
    -------
    str
        The weakest of them; ``derived`` where several stated figures were combined.
    """
    found = list(bases)
    least = min(found, key=_WEAKEST_FIRST.index, default="derived")
    return "derived" if least == "stated" and len(found) > 1 else least


@attrs.frozen(eq=False)
class Cells:
    """The cells (territory, target group, need) of a framework, in that order.

    Persons at a time and persons per year are never added: they make two cells. A cell without a stated
    demand has ``persons`` None.
    """

    territory: Ints
    group: Ints
    need: Ints
    flow: Bools
    """True where the demand counts persons per year, False where it counts persons at a time."""
    persons: tuple[Fraction | None, ...] = attrs.field(repr=False)
    basis: tuple[str, ...] = attrs.field(repr=False)
    figures: tuple[tuple[tuple[str, str, int], ...], ...] = attrs.field(repr=False)
    """For each cell the figures (table, column, row) that its persons come from."""

    def __len__(self) -> int:
        return len(self.persons)

    def used(self, c: Compiled) -> tuple[UsedFigure, ...]:
        """Describe the figures that the cells rest on.

        Parameters
        ----------
        c
            The arrays that the cells come from.

        Returns
        -------
        tuple[UsedFigure, ...]
            Each figure once.
        """
        places = dict.fromkeys(place for listed in self.figures for place in listed)
        return tuple(figure for place in places if (figure := c.used(*place)) is not None)


Key = tuple[int, int, int, bool]


@attrs.define
class _Sum:
    persons: Fraction = Fraction(0)
    bases: list[str] = attrs.field(factory=list)
    figures: list[tuple[str, str, int]] = attrs.field(factory=list)


def demand_cells(c: Compiled, *, all_needs: bool) -> Cells:
    """Collect the cells of a framework.

    Parameters
    ----------
    c
        Compiled framework.
    all_needs
        Also give cells (without persons) for the needs of which no demand is stated, and for all needs where the
        framework states no demand at all: final groups in the territories that contain no other.

    Returns
    -------
    Cells
        Sorted by territory, group and need, so that the order of records does not matter.
    """
    return c.remember(f"cells:{all_needs}", lambda: _make(c, all_needs))


def _make(c: Compiled, all_needs: bool) -> Cells:
    sums: dict[Key, _Sum] = defaultdict(_Sum)
    for key, persons, figures in _demands(c):
        cell = sums[key]
        cell.persons += persons
        cell.figures += figures
        cell.bases += [c.bases(table, column)[row] for table, column, row in figures]
    undemanded = _undemanded(c, {key[2] for key in sums}) if all_needs else []
    keys = sorted([*sums, *undemanded], key=lambda key: _by_id(c, key))
    found = [sums.get(key) for key in keys]
    rows = np.array(keys, dtype=np.int64).reshape(-1, 4)
    return Cells(
        rows[:, 0],
        rows[:, 1],
        rows[:, 2],
        rows[:, 3] > 0,
        tuple(one.persons if one else None for one in found),
        tuple(weakest(one.bases) if one else "derived" for one in found),
        tuple(tuple(one.figures) if one else () for one in found),
    )


def _by_id(c: Compiled, key: Key) -> tuple[str, str, str, bool]:
    """Order by id, so that the order of the records does not show."""
    return c.keys("territories")[key[0]], c.keys("target_groups")[key[1]], c.keys("needs")[key[2]], key[3]


def _demands(c: Compiled) -> Iterator[tuple[Key, Fraction, list[tuple[str, str, int]]]]:
    """Give each demand as persons; shares are taken of the population, cells without a population are passed over.

    (The missing population is an *incomplete* problem of the document, so nothing is lost unseen.)
    """
    needs, groups, places = (c.refs("demands", name).tolist() for name in ("need", "target_group", "territory"))
    persons, shares = c.fractions("demands", "persons"), c.fractions("demands", "share")
    per, each = c.cells("demands", "persons.per"), c.cells("demands", "each")
    population = _populations(c)
    for row, (need, group, place) in enumerate(zip(needs, groups, places, strict=True)):
        counted, often = persons[row], per[row]
        if counted is not None:
            yield (
                (place, group, need, often is not None),
                counted * (per_year(often) if often else 1),
                [("demands", "persons", row)],
            )
            continue
        share = shares[row]
        for territory in _of_level(c, place, each[row]):
            at = population.get((group, territory))
            if at is not None and share is not None:
                yield (
                    (territory, group, need, False),
                    share * exact(c.cells("populations", "persons")[at]),
                    [("demands", "share", row), ("populations", "persons", at)],
                )


def _populations(c: Compiled) -> dict[tuple[int, int], int]:
    """Row of the population of each group in each territory.

    The latest count where there are several, and the largest of one date: what the records are called does not matter.
    """
    groups, places = (c.refs("populations", name).tolist() for name in ("target_group", "territory"))
    dates, keys, persons = c.cells("populations", "date"), c.keys("populations"), c.cells("populations", "persons")
    bases = c.bases("populations", "persons")
    order = sorted(range(len(keys)), key=lambda row: (dates[row] or "", persons[row], bases[row], keys[row]))
    return {(groups[row], places[row]): row for row in order}


def _of_level(c: Compiled, place: int, level: str | None) -> list[int]:
    if level is None:
        return [place]
    tree = c.tree("territories", "part_of")
    levels = c.cells("territories", "level")
    inside = tree.inside(np.arange(c.size("territories")), place)
    return [row for row in np.flatnonzero(inside).tolist() if levels[row] == level]


def _undemanded(c: Compiled, demanded: set[int]) -> list[Key]:
    """Cells for the needs of which nobody has stated the demand.

    Narrowest needs, final groups, smallest territories.
    """
    tree = c.tree("needs", "broader")
    asked = set(demanded)
    for need in demanded:  # a demand for a wider or a narrower need speaks of this one, too
        asked |= set(tree.chain(need))
        asked |= set(np.flatnonzero(tree.inside(np.arange(c.size("needs")), need)).tolist())
    open_needs = [need for need in _leaves(c, "needs", "broader") if need not in asked]
    kinds = c.cells("target_groups", "kind")
    served = {int(group) for group in c.links("services.serves")[1]}
    final = [row for row, kind in enumerate(kinds) if kind != "professional"]
    groups = [row for row in final if row in served] or final
    valid = c.valid("territories")
    places = [row for row in _leaves(c, "territories", "part_of") if valid[row]]
    return [(place, group, need, False) for place in places for group in groups for need in open_needs]


def _leaves(c: Compiled, table: str, column: str) -> list[int]:
    parents = set(c.refs(table, column).tolist())
    return [row for row in range(c.size(table)) if row not in parents]
