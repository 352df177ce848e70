"""The numbers of a result as cells with the sums that link them, for the protection and for its audit."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from integrated_services._results import Column, Result
from integrated_services.errors import AnalysisError
from integrated_services.indicators._disclosure import Cell, Disclosure

Parents: TypeAlias = Mapping[str, Mapping[str, str]]
"""By key column, which key lies in which."""

_RELATIVE = 1e-9


@attrs.frozen(eq=False)
class Linked:
    """Cells that hang together by sums, with the places in the result where each is shown."""

    places: tuple[tuple[Cell | tuple[str, int, int], ...], ...]
    """By cell: (column, row), or (column, margin, row of the margin); nothing for what is shown nowhere."""
    values: tuple[float, ...]
    relations: tuple[tuple[int, tuple[int, ...]], ...]
    unpublished: tuple[bool, ...]
    fixed: tuple[bool, ...]
    unsafe: tuple[bool, ...]
    whole: bool
    """Whether all numbers are whole."""


@attrs.define
class System:
    """Collects cells and sums; cells that are one number become one cell."""

    zeros: bool
    """Whether zeros may be hidden; else they are left out."""
    values: list[float] = attrs.field(factory=list)
    fixed: list[bool] = attrs.field(factory=list)
    places: list[list[Any]] = attrs.field(factory=list)
    relations: list[tuple[int, list[int]]] = attrs.field(factory=list)
    tails: set[int] = attrs.field(factory=set)
    _root: list[int] = attrs.field(factory=list)
    _sums: dict[frozenset[int], int] = attrs.field(factory=dict)

    def new(self, value: float, place: Any = None, *, fixed: bool = False) -> int:
        """Add a cell.

        Parameters
        ----------
        value
            Its number.
        place
            Where it is shown; nowhere if None.
        fixed
            Whether it is published whatever happens.

        Returns
        -------
        int
            Its number in the system.
        """
        self.values.append(value)
        self.fixed.append(fixed)
        self.places.append([] if place is None else [place])
        self._root.append(len(self._root))
        return len(self._root) - 1

    def find(self, cell: int) -> int:
        """Give the cell that stands for all cells that are the same number.

        Parameters
        ----------
        cell
            Cell.

        Returns
        -------
        int
            Cell.
        """
        while self._root[cell] != cell:
            self._root[cell] = self._root[self._root[cell]]
            cell = self._root[cell]
        return cell

    def join(self, one: int, other: int) -> None:
        """Make two cells one, since everybody knows that they are the same number.

        Parameters
        ----------
        one, other
            Cells.
        """
        one, other = self.find(one), self.find(other)
        if one != other:
            self._root[other] = one
            self.places[one] += self.places[other]
            self.fixed[one] &= self.fixed[other]

    def add(self, total: int, members: Sequence[int], *, partial: bool = True) -> None:
        """Add a sum.

        Parameters
        ----------
        total
            Cell that holds the members.
        members
            Cells.
        partial
            Whether the total may hold others who are shown nowhere; else a sum that does not hold is no sum.
        """
        amount = self.values[total]
        if not self._differs(amount, sum(self.values[one] for one in members)):
            same = self._sums.setdefault(frozenset(map(self.find, members)), total)
            if len(members) == 1 or same != total:
                self.join(total, members[0] if len(members) == 1 else same)
            else:
                self.relations.append((total, list(members)))
            return
        seen = [one for one in members if not self.fixed[self.find(one)]]
        rest = amount - sum(self.values[one] for one in seen)
        if partial and seen and rest > 0 and not self.fixed[self.find(total)]:
            self.relations.append((total, [*seen, self.new(rest)]))

    def add_part(self, whole: int, part: int) -> None:
        """Add a part of a whole, of which the rest is a count too.

        Parameters
        ----------
        whole, part
            Cells.
        """
        rest = self.values[whole] - self.values[part]
        if rest >= 0 and not (self.fixed[self.find(whole)] or self.fixed[self.find(part)]):
            self.tails.add(self.new(rest))
            self.relations.append((whole, [part, len(self.values) - 1]))

    def unsafe(self, threshold: float) -> list[int]:
        """Find the counts that may not be published.

        Parameters
        ----------
        threshold
            Smallest count that may be published.

        Returns
        -------
        list[int]
            Cells, each number once.
        """
        changed = True
        while changed:  # a total of observed and assumed numbers is partly observed
            changed = False
            for total, members in self.relations:
                if self.fixed[self.find(total)] and not all(self.fixed[self.find(one)] for one in members):
                    self.fixed[self.find(total)], changed = False, True
        return [
            cell
            for cell, value in enumerate(self.values)
            if self.find(cell) == cell and not self.fixed[cell] and value < threshold
            and (value > 0 or (self.zeros and bool(self.places[cell] or cell in self.tails)))
        ]  # fmt: skip

    def _differs(self, one: float, other: float) -> bool:
        return abs(one - other) > _RELATIVE * max(1.0, abs(one), abs(other))

    def linked(self, unsafe: Iterable[int]) -> list[Linked]:
        """Take the system apart into groups that no sum links, and keep those that hold an unsafe cell.

        Parameters
        ----------
        unsafe
            Cells.

        Returns
        -------
        list[Linked]
            Whole numbers and others apart; at most one of each.
        """
        relations = self._plain_relations()
        group = list(range(len(self.values)))

        def top(cell: int) -> int:
            while group[cell] != cell:
                group[cell] = group[group[cell]]
                cell = group[cell]
            return cell

        for total, members in relations:
            for one in members:
                group[top(one)] = top(total)
        bad = set(unsafe)
        wanted = {top(cell) for cell in bad}
        cells = [cell for cell in range(len(self.values)) if self.find(cell) == cell and top(cell) in wanted]
        broken = {top(cell) for cell in cells if self.values[cell] != int(self.values[cell])}
        both = [[cell for cell in cells if (top(cell) in broken) is kind] for kind in (False, True)]
        return [self._taken(chosen, relations, bad) for chosen in both if chosen]

    def _plain_relations(self) -> list[tuple[int, tuple[int, ...]]]:
        """The sums among the cells that stand for others, each once; no cell stands in one sum twice."""
        found: dict[tuple[int, tuple[int, ...]], None] = {}
        for total, members in list(self.relations):
            top, listed = self.find(total), []
            for one in map(self.find, members):
                if one in listed:
                    copy = self.new(self.values[one])
                    found[copy, (one,)] = None
                    listed.append(copy)
                else:
                    listed.append(one)
            if top not in listed:
                found[top, tuple(sorted(listed))] = None
        return list(found)

    def _taken(self, cells: list[int], relations: list[tuple[int, tuple[int, ...]]], bad: set[int]) -> Linked:
        number = {cell: at for at, cell in enumerate(cells)}
        return Linked(
            places=tuple(tuple(self.places[cell]) for cell in cells),
            values=tuple(self.values[cell] for cell in cells),
            relations=tuple((number[t], tuple(number[m] for m in ms)) for t, ms in relations if t in number),
            unpublished=tuple(not self.places[cell] for cell in cells),
            fixed=tuple(self.fixed[cell] for cell in cells),
            unsafe=tuple(cell in bad for cell in cells),
            whole=all(self.values[cell] == int(self.values[cell]) for cell in cells),
        )


@attrs.frozen(eq=False)
class Margin:
    """Sums of person counts by some key columns."""

    keys: tuple[str, ...]
    groups: tuple[tuple[Any, ...], ...]
    rows: tuple[tuple[int, ...], ...]
    """Rows of the result in each group."""


def margins_of(result: Result, table: Mapping[str, list[Any]]) -> tuple[Margin, ...]:
    """Group the rows of a result by the key columns of each of its margins.

    Parameters
    ----------
    result
        Result.
    table
        Its columns.

    Returns
    -------
    tuple[Margin, ...]
        Groups in the order in which they appear.
    """
    size = len(next(iter(table.values()), []))
    found = []
    for keys in result.margins:
        groups: dict[tuple[Any, ...], list[int]] = {}
        for row in range(size):
            groups.setdefault(tuple(table[key][row] for key in keys), []).append(row)
        found.append(Margin(keys, tuple(groups), tuple(map(tuple, groups.values()))))
    return tuple(found)


def system_of(
    result: Result, table: Mapping[str, list[Any]], parents: Parents | None, margins: Sequence[Margin], *, zeros: bool
) -> System:
    """Collect the person counts of a result and all that links them.

    Parameters
    ----------
    result
        Result.
    table
        Its columns.
    parents
        For key columns with a hierarchy, which key lies in which; those of the result if None.
    margins
        Its margins.
    zeros
        Whether zeros may have to be hidden.

    Returns
    -------
    System
        Cells and sums.

    Raises
    ------
    AnalysisError
        For a count below zero or without end.
    """
    system = System(zeros)
    told = told_by(result)
    persons = [column for column in result.columns if column.persons]
    cells = _cells(system, persons, table, told)

    def shown(places: Iterable[Cell]) -> list[int]:
        return [cells[place] for place in places if place in cells]

    for total, members in (*told.sums, *_hierarchies(result, table, parents, persons)):
        if total in cells and shown(members):
            system.add(cells[total], shown(members))
    for whole, part in told.parts:
        if whole in cells and part in cells:
            system.add_part(cells[whole], cells[part])
    for name, parts in getattr(result, "identities", ()):
        for row in range(len(table[name])):
            if (name, row) in cells and all(table[part][row] is not None for part in parts):
                system.add(cells[name, row], shown((part, row) for part in parts), partial=False)
    for number, margin in enumerate(margins):
        _add_margin(system, persons, cells, number, margin)
    return system


def told_by(result: Result) -> Disclosure:
    """Give what a result itself says of how its numbers hang together.

    Parameters
    ----------
    result
        Result.

    Returns
    -------
    Disclosure
        Empty where it says nothing.
    """
    tell = getattr(result, "disclosure", None)
    told: Disclosure = Disclosure() if tell is None else tell()
    return told


def _cells(
    system: System, persons: Sequence[Column], table: Mapping[str, list[Any]], told: Disclosure
) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for column in persons:
        observed = told.observed.get(column.name)
        bases = table[column.basis] if column.basis is not None else None
        for row, value in enumerate(table[column.name]):
            if value is None or (value == 0 and not system.zeros):
                continue
            amount = float(value)
            is_observed = observed[row] if observed is not None else bases is None or bases[row] != "assumed"
            if not math.isfinite(amount) or amount < 0:
                if is_observed:
                    raise AnalysisError(f"{column.name} in row {row} is no count: it is below zero or not finite.")
                continue
            found[column.name, row] = system.new(amount, (column.name, row), fixed=not is_observed)
    return found


def _hierarchies(
    result: Result, table: Mapping[str, list[Any]], parents: Parents | None, persons: Sequence[Column]
) -> list[tuple[Cell, tuple[Cell, ...]]]:
    """A row holds the rows that differ in one key only, which lies inside; rows in between come in between."""
    known = getattr(result, "hierarchies", {}) if parents is None else parents
    keys = [column.name for column in result.columns if column.role == "key"]
    found = []
    for name, parent in known.items():
        others = [key for key in keys if key != name]
        groups: dict[tuple[Any, ...], dict[Any, int]] = defaultdict(dict)
        for row, value in enumerate(table[name]):
            groups[tuple(table[key][row] for key in others)][value] = row
        for rows in groups.values():
            inside: dict[int, list[int]] = defaultdict(list)
            for value, row in rows.items():
                above, seen = parent.get(value), {value}
                while above is not None and above not in rows and above not in seen:
                    seen.add(above)
                    above = parent.get(above)
                if above in rows and above not in seen:
                    inside[rows[above]].append(row)
            for column in persons:
                found += [((column.name, t), tuple((column.name, m) for m in ms)) for t, ms in inside.items()]
    return found


def _add_margin(
    system: System, persons: Sequence[Column], cells: Mapping[Cell, int], number: int, margin: Margin
) -> None:
    for column in persons:
        for group, rows in enumerate(margin.rows):
            members = [cells[column.name, row] for row in rows if (column.name, row) in cells]
            if members:
                amount = math.fsum(system.values[one] for one in members)
                fixed = all(system.fixed[system.find(one)] for one in members)
                total = system.new(amount, (column.name, number, group), fixed=fixed)
                system.add(total, members)
