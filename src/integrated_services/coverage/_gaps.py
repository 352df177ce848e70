"""`gaps`: for every territory, target group and need, who is served and by what, and why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, Literal

import attrs
import numpy as np

from integrated_services import _optional
from integrated_services._compiled import Compiled, compiled
from integrated_services._results import Citation, Column, Result, UsedFigure, provenance
from integrated_services.coverage._capacity import Shares, places, shares
from integrated_services.coverage._cells import Cells, demand_cells
from integrated_services.coverage._matching import CONDITIONS, Condition, Matching, matching
from integrated_services.coverage._surveyed import surveyed
from integrated_services.coverage._words import Words
from integrated_services.model import Columns, Framework

Status = Literal["covered", "gap", "capacity_unknown", "not_comparable", "not_surveyed"]
"""State of a cell."""

FORD_FULKERSON = Citation(
    key="FordFulkerson1956",
    authors=("Ford, L. R.", "Fulkerson, D. R."),
    year=1956,
    title="Maximal flow through a network",
    venue="Canadian Journal of Mathematics 8, 399-404",
    doi="10.4153/CJM-1956-045-5",
)
MEGIDDO = Citation(
    key="Megiddo1974",
    authors=("Megiddo, N.",),
    year=1974,
    title="Optimal flows in networks with multiple sources and sinks",
    venue="Mathematical Programming 7, 97-107",
    doi="10.1007/BF01585506",
)


@attrs.frozen
class Bottleneck:
    """A part of the cut: cells that compete for too few places.

    Parameters
    ----------
    cells
        Keys ``territory:group:need`` of the cells.
    deliveries
        Paths of the deliveries that these cells can reach, all full.
    demand
        Persons of the cells together.
    capacity
        Persons that the deliveries can serve together.
    shortage
        Places that are missing.
    per
        ``year`` where the persons are counted per year, None where at a time.
    """

    cells: tuple[str, ...]
    deliveries: tuple[str, ...]
    demand: float
    capacity: float
    shortage: float
    per: str | None


@attrs.frozen(eq=False)
class Gaps(Result):
    """Cells of territory, target group and need: covered, gap (with the blocking condition), not surveyed.

    Counts are person-needs: a person with two needs counts twice. The totals and the bottlenecks (the source-minimal
    cut) are unique; how a shortage is split among the cells of a bottleneck follows the rule of max-min fair shares.
    """

    title: ClassVar[str] = "Gaps in coverage"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("territory", "Territory id", role="key"),
        Column("target_group", "Target group id", role="key"),
        Column("need", "Need id", role="key"),
        Column("per", "Persons per (empty: at a time)", role="key"),
        Column("territory_name", "Territory", role="label"),
        Column("group_name", "Target group", role="label"),
        Column("need_name", "Need", role="label"),
        Column("status", "State"),
        Column("reason", "Blocked by"),
        Column("demand", "Persons with the need", unit="persons", persons=True, basis="basis"),
        Column("served", "Served", unit="persons", persons=True, basis="basis"),
        Column("unserved", "Not served", unit="persons", persons=True, basis="basis"),
        Column("uncertain", "Served or not: unknown", unit="persons", persons=True, basis="basis"),
        Column("not_surveyed", "Not surveyed", unit="persons", persons=True, basis="basis"),
        Column("basis", "Basis"),
        Column("deliveries", "Deliveries that fit", unit="deliveries"),
        Column("conditional", "Under conditions"),
    )
    citations: ClassVar[tuple[Citation, ...]] = (FORD_FULKERSON, MEGIDDO)
    margins: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("per",),
        ("territory", "per"),
        ("need", "per"),
        ("target_group", "per"),
        ("territory", "need", "per"),
    )

    identities: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = (
        ("demand", ("served", "unserved", "uncertain", "not_surveyed")),
    )
    """The four sum to the demand, so that hiding one number of a row is not enough."""

    cells: tuple[str, ...] = attrs.field(repr=False)
    """Keys ``territory:group:need``, with ``:year`` where the demand counts persons per year."""
    status: tuple[Status, ...] = attrs.field(repr=False)
    """State of each cell."""
    reason: tuple[Condition | None, ...] = attrs.field(repr=False)
    """For a gap, the furthest condition that any delivery reached."""
    bottlenecks: tuple[Bottleneck, ...] = attrs.field(repr=False)
    """The cut, in parts."""
    _table: dict[str, list[Any]] = attrs.field(repr=False)
    _exact: dict[str, list[Fraction | None]] = attrs.field(repr=False)
    _words: Words = attrs.field(repr=False)

    def to_columns(self) -> dict[str, list[Any]]:
        """Give the cells as columns.

        Returns
        -------
        dict[str, list]
            One entry a cell; persons are None where no demand is stated.
        """
        return {name: list(values) for name, values in self._table.items()}

    def totals(self, per: Literal["year"] | None = None) -> dict[str, float]:
        """Sum over all cells of one unit: persons at a time, or persons per year (the two are never added).

        Parameters
        ----------
        per
            ``year`` for persons per year, None for persons at a time.

        Returns
        -------
        dict[str, float]
            Demand, served, unserved, uncertain and not_surveyed; the last four sum to the first.
        """
        here = [row for row, unit in enumerate(self._table["per"]) if unit == per]
        return {
            name: _number(sum((values[row] or Fraction(0) for row in here), Fraction(0)))
            for name, values in self._exact.items()
        }

    def summary(self) -> str:
        """Say who is not served.

        Returns
        -------
        str
            Two or three sentences.
        """
        return self._words.summary(self)

    def chart(self) -> Any:
        """Draw the persons of each territory as bars: served, not served, unknown, not surveyed.

        Returns
        -------
        altair.Chart
            One bar a territory, the longest need first; persons per year stand in a panel of their own.

        Raises
        ------
        MissingDependencyError
            If Altair is not installed.
        """
        altair = _optional.altair("drawing gaps")
        kinds = {"served": "served", "unserved": "not served", "uncertain": "unknown", "not_surveyed": "not surveyed"}
        bars: dict[tuple[str, str, str], float] = defaultdict(float)
        table = self._table
        for row, (place, per) in enumerate(zip(table["territory_name"], table["per"], strict=True)):
            for name, words in kinds.items():
                bars[place, words, "per year" if per else "at a time"] += table[name][row] or 0
        values = [{"Territory": p, "State": s, "Persons": n, "Counted": u} for (p, s, u), n in bars.items() if n]
        states = list(kinds.values())
        return (
            altair.Chart(altair.Data(values=values), title=self.title)
            .mark_bar()
            .encode(
                x=altair.X("Persons:Q", title="person-needs"),
                y=altair.Y("Territory:N", sort="-x", title=None),
                color=altair.Color("State:N", sort=states, scale=altair.Scale(domain=states)),
                order=altair.Order("State:N"),
                row=altair.Row("Counted:N", title=None),
                tooltip=["Territory:N", "State:N", "Persons:Q"],
            )
            .resolve_scale(x="independent", y="independent")
        )

    def explanations(self) -> Iterator[tuple[tuple[str, ...], str, tuple[int, ...]]]:
        """Give every sentence with the parts of its key and the rows whose numbers it tells.

        Yields
        ------
        tuple of tuple, str and tuple
            Parts of the key, sentence, rows; the general sentences have no key.
        """
        yield from self._words.explanations(self)

    def explain(self, key: str | None = None) -> str:
        """Say what limits and what would mend it.

        Parameters
        ----------
        key
            A cell (``territory:group:need``), a territory, a group or a need; None for the bottlenecks of all.

        Returns
        -------
        str
            Sentences with names.

        Raises
        ------
        UnknownIdError
            Where nothing of that id has a cell.

        Examples
        --------
        >>> from integrated_services import coverage, samples
        >>> print(coverage.gaps(samples.load("elektrenai")).explain("vievis:pupils:special-education-support"))
        ... # doctest: +ELLIPSIS
        Vievi...
        """
        return self._words.explain(self, key)


def gaps(framework: Framework | Columns, /, *, at: date | None = None, all_needs: bool = True) -> Gaps:
    """Find who is not served, and why.

    A delivery can serve a cell when it meets the need, serves the group, is valid, admits the residents, the group is
    eligible and people can get in; these conditions are tried in that order, and the reason of a gap is the furthest
    condition that any delivery reached. What remains is a question of capacity, answered by a maximum flow.

    Parameters
    ----------
    framework
        A framework, or columns.
    at
        The day; the reference date if None.
    all_needs
        Also report needs of which no demand is stated (without persons).

    Returns
    -------
    Gaps
        A row a cell.

    Raises
    ------
    AnalysisError
        Where this is no framework.

    Notes
    -----
    Demand and capacity are compared only in one unit: persons at a time, or persons per year after a stated conversion
    (`model` units). Where a capacity is unknown or cannot be compared, what can be served lies between two numbers, and
    the difference is reported as *uncertain*.

    References
    ----------
    Ford and Fulkerson (1956), Maximal flow through a network; Megiddo (1974), Optimal flows in networks with multiple
    sources and sinks (the fair shares).

    Examples
    --------
    >>> from integrated_services import coverage, samples
    >>> result = coverage.gaps(samples.load("elektrenai"))
    >>> sorted(set(result.status)) # doctest: +ELLIPSIS
    [...'gap'...]
    """
    c = compiled(framework, at=at)
    return c.remember(f"gaps:{all_needs}", lambda: _gaps(c, all_needs))


def _gaps(c: Compiled, all_needs: bool) -> Gaps:
    cells = demand_cells(c, all_needs=all_needs)
    pairs = matching(c, cells)
    offer = places(c, cells, pairs)
    shared = shares(cells, pairs, offer)
    fits = np.bincount(pairs.cell[pairs.passes], minlength=len(cells))
    mapped = surveyed(c, cells.territory, cells.need)
    status = [_status(cells.persons[i], shared, i, int(fits[i]), bool(mapped[i])) for i in range(len(cells))]
    reason: list[Condition | None] = [
        CONDITIONS[int(pairs.furthest[i])] if state == "gap" else None  # type: ignore[misc]
        for i, state in enumerate(status)
    ]
    keys, persons = _keys(c, cells), _persons(cells, status, shared)
    conditional = np.zeros(len(cells), dtype=np.bool_)
    conditional[pairs.cell[pairs.conditional]] = True
    return Gaps(
        cells=tuple(keys),
        status=tuple(status),
        reason=tuple(reason),
        bottlenecks=tuple(_bottlenecks(c, cells, keys, shared)),
        table=_table(c, cells, keys, persons)
        | {"status": status, "reason": reason, "deliveries": fits.tolist(), "conditional": conditional.tolist()},
        exact=persons,
        words=Words(c, cells, pairs, mapped),
        figures=_figures(c, cells, pairs),
        provenance=provenance("coverage.gaps", c.digest, {"at": c.day, "all_needs": all_needs}, packages=("scipy",)),
    )


def _status(persons: Fraction | None, shared: Shares, i: int, fits: int, mapped: bool) -> Status:
    if not fits:
        return "gap" if mapped else "not_surveyed"
    if persons is None or shared.least[i] == persons:
        return "covered"
    if shared.most[i] < persons:
        return "gap"
    return "not_comparable" if shared.incomparable[i] else "capacity_unknown"


def _keys(c: Compiled, cells: Cells) -> list[str]:
    tables = ("territories", "target_groups", "needs")
    ids = [
        [c.keys(table)[row] for row in rows.tolist()]
        for table, rows in zip(tables, (cells.territory, cells.group, cells.need), strict=True)
    ]
    keys = [":".join(parts) for parts in zip(*ids, strict=True)]
    return [f"{key}:year" if flow else key for key, flow in zip(keys, cells.flow.tolist(), strict=True)]


def _number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def _table(
    c: Compiled, cells: Cells, keys: Sequence[str], persons: dict[str, list[Fraction | None]]
) -> dict[str, list[Any]]:
    """All columns in their order; what is not known here is filled in by the caller."""
    parts = [key.split(":") for key in keys]
    names = {
        "territory_name": ("territories", cells.territory),
        "group_name": ("target_groups", cells.group),
        "need_name": ("needs", cells.need),
    }
    filled: dict[str, list[Any]] = {
        "territory": [part[0] for part in parts],
        "target_group": [part[1] for part in parts],
        "need": [part[2] for part in parts],
        "per": ["year" if flow else None for flow in cells.flow.tolist()],
        **{name: [c.label(table, row) for row in rows.tolist()] for name, (table, rows) in names.items()},
        **{name: [None if value is None else _number(value) for value in values] for name, values in persons.items()},
        "basis": [basis if p is not None else None for basis, p in zip(cells.basis, cells.persons, strict=True)],
    }
    return {column.name: filled.get(column.name, []) for column in Gaps.columns}


def _persons(cells: Cells, status: Sequence[Status], shared: Shares) -> dict[str, list[Fraction | None]]:
    """Split the persons of each cell into served, unserved, uncertain and not surveyed; the four sum to the demand."""
    nobody = Fraction(0)
    rows: list[tuple[Fraction | None, ...]] = []
    for i, persons in enumerate(cells.persons):
        if persons is None:
            rows.append((None,) * 5)
        elif status[i] == "not_surveyed":
            rows.append((persons, nobody, nobody, nobody, persons))
        else:
            least, most = shared.least[i], shared.most[i]
            rows.append((persons, least, persons - most, most - least, nobody))
    columns = zip(*rows, strict=True) if rows else ((),) * 5
    names = ("demand", "served", "unserved", "uncertain", "not_surveyed")
    return {name: list(values) for name, values in zip(names, columns, strict=True)}


def _bottlenecks(c: Compiled, cells: Cells, keys: Sequence[str], shared: Shares) -> Iterable[Bottleneck]:
    for block in shared.blocks:
        yield Bottleneck(
            cells=tuple(keys[i] for i in block.cells),
            deliveries=tuple(sorted(c.path("services.deliveries", site) for site in block.sites)),
            demand=_number(Fraction(block.demand)),
            capacity=_number(Fraction(block.capacity)),
            shortage=_number(Fraction(block.shortage)),
            per="year" if cells.flow[block.cells[0]] else None,
        )


def _figures(c: Compiled, cells: Cells, pairs: Matching) -> tuple[UsedFigure, ...]:
    """The figures that the answer rests on: demand, population, and the capacities of the deliveries that fit."""
    found = list(cells.used(c))
    for row in np.unique(pairs.delivery[pairs.passes]).tolist():
        for name in ("capacity", "duration", "sessions_per_person", "hours_per_person", "caseload"):
            figure = c.used("services.deliveries", name, row)
            if figure is not None:
                found.append(figure)
    return tuple(found)
