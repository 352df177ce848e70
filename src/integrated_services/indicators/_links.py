"""What publication has to know about the values of indicators: who is counted, and which numbers are sums of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from integrated_services.indicators._disclosure import Cell, Disclosure
from integrated_services.indicators._observed import WHOLE, Node
from integrated_services.indicators._rollup import Tally
from integrated_services.indicators._rows import Row
from integrated_services.indicators._tallies import Tallies

Table = Mapping[str, list[Any]]
_Sum = tuple[Cell, tuple[Cell, ...]]

PERSON_COLUMNS = ("value", "numerator", "denominator", "baseline", "baseline_numerator", "baseline_denominator")
"""Columns that may count persons."""


def disclosure(found: Tallies, rows: Sequence[Row], table: Table) -> Disclosure:
    """Describe how the numbers of the rows hang together.

    Parameters
    ----------
    found
        All values.
    rows
        The rows of the result.
    table
        Its columns.

    Returns
    -------
    Disclosure
        For the protection.
    """
    sums = [*_over_places(found, rows), *_over_breakdowns(rows), *_ratios_to_counts(found, rows), *_repeated(rows)]
    kept = [one for one in (_present(total, members, rows, found, table) for total, members in sums) if one]
    return Disclosure(
        observed={column: [_observes(found, row, column) for row in rows] for column in PERSON_COLUMNS},
        sums=tuple(dict.fromkeys(kept)),
        parts=tuple(_tails(found, rows)),
        chosen=tuple(_chosen(found, rows)),
        implied=tuple(_implied(found, rows)),
    )


def _counted(found: Tallies, row: Row, column: str) -> tuple[int, Tally | None]:
    """The indicator and the value behind a cell."""
    tally = row.baseline if column.startswith("baseline") else row.actual
    which = column.removeprefix("baseline").removeprefix("_")
    if which in ("value", ""):
        return row.indicator, tally
    top, bottom = found.parts(row.indicator)
    parts = None if tally is None else tally.parts
    if parts is None:
        return -1, None
    return (top, parts[0]) if which == "numerator" else (bottom, parts[1])


def _observes(found: Tallies, row: Row, column: str) -> bool:
    indicator, tally = _counted(found, row, column)
    return tally is not None and tally.observed and found.counts_persons(indicator)


def _present(total: Cell, members: Iterable[Cell], rows: Sequence[Row], found: Tallies, table: Table) -> _Sum | None:
    """The sum with the cells that have a number of persons; None where nothing is left."""

    def shown(cell: Cell) -> bool:
        column, row = cell
        return table[column][row] is not None and found.counts_persons(_counted(found, rows[row], column)[0])

    kept = tuple(cell for cell in members if shown(cell))
    return (total, kept) if kept and shown(total) else None


def _over_places(found: Tallies, rows: Sequence[Row]) -> Iterator[_Sum]:
    """A territory holds the territories inside it, and its agencies."""
    for column in PERSON_COLUMNS:
        since = column.startswith("baseline")
        here: dict[tuple[Any, ...], dict[Node, int]] = defaultdict(dict)
        for number, row in enumerate(rows):
            indicator, tally = _counted(found, row, column)
            if tally is not None and found.adds_up(indicator):
                key = (row.indicator, row.breakdown, row.period, row.baseline_period if since else None)
                here[key][row.node] = number
        for nodes in here.values():
            yield from (
                ((column, total), tuple((column, one) for one in members)) for total, members in _inside(found, nodes)
            )


def _inside(found: Tallies, nodes: Mapping[Node, int]) -> Iterator[tuple[int, list[int]]]:
    """Each place with the territories directly inside it, and with its agencies."""
    inside: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for node, number in nodes.items():
        if node.agency != WHOLE:
            inside[node.territory, True].append(number)
        elif node.territory != WHOLE:
            inside[found.places.parent[node.territory], False].append(number)
    for (territory, _), members in inside.items():
        if Node(territory) in nodes:
            yield nodes[Node(territory)], members


def _over_breakdowns(rows: Sequence[Row]) -> Iterator[_Sum]:
    """All persons are those of each part of a breakdown, and those of whom the part is not known."""
    groups: dict[tuple[Any, ...], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    totals: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows):
        parts = (row.breakdown or "").split(", ") if row.breakdown else []
        totals[row.indicator, row.node, row.period, row.baseline_period, row.breakdown or ""] = number
        for part in parts:
            rest = ", ".join(one for one in parts if one != part)
            key = (row.indicator, row.node, row.period, row.baseline_period, rest)
            groups[key][part.partition("=")[0]].append(number)
    for key, dimensions in groups.items():
        if key in totals:
            for members in dimensions.values():
                for column in PERSON_COLUMNS:
                    yield (column, totals[key]), tuple((column, one) for one in members)


def _ratios_to_counts(found: Tallies, rows: Sequence[Row]) -> Iterator[_Sum]:
    """The parts of a ratio are counts that may be shown in rows of their own (there perhaps of more territories)."""
    counts: dict[tuple[Any, ...], int] = {}
    baselines: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows):
        counts[row.indicator, row.node, row.breakdown, row.period] = number
        if row.baseline_period is not None:
            baselines.setdefault((row.indicator, row.node, row.breakdown, row.baseline_period), number)
    for number, row in enumerate(rows):
        for part, indicator in zip(("numerator", "denominator"), found.parts(row.indicator), strict=True):
            at = counts.get((indicator, row.node, row.breakdown, row.period))
            if at is not None:
                yield ("value", at), ((part, number),)
            since = baselines.get((indicator, row.node, row.breakdown, row.baseline_period))
            if since is not None:
                yield ("baseline", since), ((f"baseline_{part}", number),)


def _repeated(rows: Sequence[Row]) -> Iterator[_Sum]:
    """One baseline stands beside the values of several periods."""
    first: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows):
        if row.baseline_period is not None:
            at = first.setdefault((row.indicator, row.node, row.breakdown, row.baseline_period), number)
            if at != number:
                for column in ("baseline", "baseline_numerator", "baseline_denominator"):
                    yield (column, at), ((column, number),)


def _tails(found: Tallies, rows: Sequence[Row]) -> Iterator[tuple[Cell, Cell]]:
    """Who is in the denominator of a share and not in its numerator is counted as well."""
    for number, row in enumerate(rows):
        for prefix, tally in (("", row.actual), ("baseline_", row.baseline)):
            if tally is not None and tally.observed and found.proportion(row.indicator, tally):
                yield (f"{prefix}denominator", number), (f"{prefix}numerator", number)


def _chosen(found: Tallies, rows: Sequence[Row]) -> Iterator[_Sum]:
    """The mean of the finest places gives one of them away to whoever knows the others."""
    at = {(row.indicator, row.node, row.breakdown, row.period): number for number, row in enumerate(rows)}
    since = {(row.indicator, row.node, row.breakdown, row.baseline_period): number for number, row in enumerate(rows)}
    for number, row in enumerate(rows):
        for column, tally, period, known in (
            ("value", row.actual, row.period, at),
            ("baseline", row.baseline, row.baseline_period, since),
        ):
            if (
                tally is not None
                and period is not None
                and tally.how in ("mean", "max", "min")
                and found.counts_persons(row.indicator)
            ):
                keys = ((row.indicator, node, row.breakdown, period) for node in sorted(tally.places))
                yield (column, number), tuple((column, known[key]) for key in keys if key in known)


def _implied(found: Tallies, rows: Sequence[Row]) -> Iterator[tuple[Cell, float]]:
    """A stated share of persons whose number is known gives the persons in the share, and those outside."""
    for number, row in enumerate(rows):
        top, bottom = found.parts(row.indicator)
        factor = found.factor(row.indicator)
        if not (found.counts_persons(top) and found.counts_persons(bottom) and factor):
            continue
        for column, kind, period, tally in (
            ("value", "actual", row.period, row.actual),
            ("baseline", "baseline", row.baseline_period, row.baseline),
        ):
            if tally is None or tally.value is None or tally.parts is not None or not tally.observed or period is None:
                continue
            whole = found.value(bottom, kind, period, row.breakdown, row.node)
            if whole is not None and 0 <= tally.value / factor <= 1:
                share = tally.value / factor
                yield (column, number), float(share * whole)
                yield (column, number), float((1 - share) * whole)
