"""The rows of the result: one for each indicator, place, breakdown and period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from integrated_services._compiled import Compiled
from integrated_services._kernels._intervals import wilson
from integrated_services.indicators._observed import WHOLE, Node, Span
from integrated_services.indicators._progress import Progress, baseline_for, progress, target_for
from integrated_services.indicators._rollup import Tally
from integrated_services.indicators._tallies import Tallies, kind
from integrated_services.indicators._words import plain

_NOTHING = Tally(complete=False, missing={"missing": 1})
_NO_PERIOD = Span(None, None, None)
_NOT_YET = Span(None, None, "not yet")  # stands for the period of a value that nobody has observed


class Row(NamedTuple):
    """What one row is made from."""

    indicator: int
    node: Node
    breakdown: str | None
    period: Span
    actual: Tally
    baseline: Tally | None
    baseline_period: Span | None
    target: Tally | None
    target_period: Span | None
    progress: Progress


def rows_of(c: Compiled, found: Tallies, indicator: int, level: str | None) -> Iterator[Row]:
    """Give the rows of an indicator.

    Parameters
    ----------
    c
        Compiled framework.
    found
        Its values.
    indicator
        Row of the indicator.
    level
        Level of the territories to give; all if None.

    Yields
    ------
    Row
        By territory, agency and breakdown (by id), then by period; places with a baseline or a target alone get one.
    """
    by_kind: dict[tuple[Node, str | None], dict[str, dict[Span, Tally]]] = defaultdict(lambda: defaultdict(dict))
    levels = c.cells("territories", "level")
    for series, nodes in found.of(indicator):
        for node, tally in nodes.items():
            if level is None or (node.territory >= 0 and levels[node.territory] == level):
                by_kind[node, series.breakdown][series.kind][series.period] = tally

    def order(key: tuple[Node, str | None]) -> tuple[str, str, str]:
        return key_of(c, "territories", key[0].territory), key_of(c, "agencies", key[0].agency), key[1] or ""

    direction = c.cells("indicators", "direction")[indicator]
    for node, breakdown in sorted(by_kind, key=order):
        kinds = by_kind[node, breakdown]
        actuals = kinds["actual"] or {_NOT_YET: _NOTHING}
        for period in sorted(actuals, key=lambda span: span.order):
            when = None if period in (_NOT_YET, _NO_PERIOD) else period
            since, due = baseline_for(when, kinds["baseline"]), target_for(when, kinds["target"])
            baseline = None if since is None else kinds["baseline"][since]
            target = None if due is None else kinds["target"][due]
            way = progress(actuals[period], baseline, target, direction)
            yield Row(indicator, node, breakdown, period, actuals[period], baseline, since, target, due, way)


def key_of(c: Compiled, table: str, row: int) -> str:
    """Give the id of a territory or agency.

    Parameters
    ----------
    c
        Compiled framework.
    table
        Table.
    row
        Row, -1 for none.

    Returns
    -------
    str
        Id, empty for none.
    """
    return "" if row == WHOLE else c.keys(table)[row]


def cells(c: Compiled, found: Tallies, row: Row, interval: float) -> dict[str, Any]:
    """Give the cells of a row.

    Parameters
    ----------
    c
        Compiled framework.
    found
        Its values.
    row
        Row.
    interval
        Confidence level.

    Returns
    -------
    dict[str, Any]
        By column.
    """
    territory, agency = row.node
    return {
        "indicator": c.keys("indicators")[row.indicator],
        "territory": key_of(c, "territories", territory) or None,
        "agency": key_of(c, "agencies", agency) or None,
        "period": None if row.period == _NOT_YET else row.period.label,
        "breakdown": row.breakdown,
        "indicator_name": c.label("indicators", row.indicator),
        "territory_name": _place(c, found, row),
        "agency_name": None if agency == WHOLE else c.label("agencies", agency),
        "unit": c.cells("indicators", "unit")[row.indicator],
        **_numbers(row),
        **_interval(c, found, row, interval),
        "progress": plain(row.progress.share),
        "progress_note": row.progress.reason,
        "target_met": row.progress.met,
        **_state(row.actual),
    }


def _place(c: Compiled, found: Tallies, row: Row) -> str:
    """Name of the territory; where the document describes only one part of it, the sum is the sum of that part."""
    territory = row.node.territory
    if territory == WHOLE:
        return "the whole project"
    name, inside = c.label("territories", territory), found.places.children.get(territory, ())
    made_from = row.actual.parts or (row.actual,)
    if len(inside) != 1 or row.node.agency != WHOLE or any(one.how in (None, "stated") for one in made_from):
        return name
    return f"{name} (only {c.label('territories', inside[0])})"


def _numbers(row: Row) -> dict[str, Any]:
    actual, baseline, target = row.actual, row.baseline, row.target
    parts, before = actual.parts, baseline.parts if baseline is not None else None
    return {
        "value": plain(actual.value),
        "approx": actual.approx,
        "numerator": plain(parts[0].value) if parts else None,
        "denominator": plain(parts[1].value) if parts else None,
        "baseline": plain(baseline.value) if baseline is not None else None,
        "baseline_numerator": plain(before[0].value) if before else None,
        "baseline_denominator": plain(before[1].value) if before else None,
        "baseline_period": row.baseline_period.label if row.baseline_period is not None else None,
        "target": plain(target.value) if target is not None else None,
        "target_period": row.target_period.label if row.target_period is not None else None,
    }


def _state(actual: Tally) -> dict[str, Any]:
    known = actual.value is not None
    return {
        "how": actual.how if known else None,
        "basis": actual.basis if known else None,
        "status": ("complete" if actual.complete else "partial") if known else "missing",
        "missing": "; ".join(f"{reason}: {many}" for reason, many in actual.missing.items()) or None,
    }


def _interval(c: Compiled, found: Tallies, row: Row, level: float) -> dict[str, Any]:
    """Wilson's interval of a ratio of counted persons, or of a stated share of a sample."""
    nothing = {"low": None, "high": None, "method": None}
    actual, factor = row.actual, found.factor(row.indicator)
    if actual.value is None or kind(c, row.indicator) != "ratio" or factor <= 0:
        return nothing
    share = actual.value / factor
    if actual.parts is not None:
        if not found.proportion(row.indicator, actual):
            return nothing
        trials, said = actual.parts[1].value, "a full count: it describes the process, not sampling"
    elif actual.sample and 0 <= share <= 1:
        trials, said = Fraction(actual.sample), "a sample"
    else:
        return nothing
    low, high = wilson(float(share * (trials or 0)), float(trials or 0), level=level)
    ends: Mapping[str, Any] = {"low": float(low) * float(factor), "high": float(high) * float(factor)}
    return {**ends, "method": f"{100 * level:g} % Wilson; {said}"}
