"""What is missing among indicators, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from integrated_services._compiled import Compiled
from integrated_services.indicators._observed import WHOLE, Series
from integrated_services.indicators._rollup import Difference
from integrated_services.indicators._tallies import Tallies, kind
from integrated_services.indicators._words import number


@attrs.frozen
class Finding:
    """Something that is missing or does not fit; not an error.

    Parameters
    ----------
    code
        ``no-observation``, ``no-baseline``, ``no-target``, ``objective-without-indicator``, ``stated-differs``,
        ``disputed`` or ``above-whole``.
    path
        Where in the document.
    message
        A sentence.
    """

    code: str
    path: str
    message: str


def findings(c: Compiled, found: Tallies, chosen: Sequence[int], *, objectives: bool) -> tuple[Finding, ...]:
    """List what is missing and what does not fit.

    Parameters
    ----------
    c
        Compiled framework.
    found
        Its values.
    chosen
        Rows of the indicators to look at.
    objectives
        Whether to look at the objectives of projects too.

    Returns
    -------
    tuple of Finding
        By indicator; objectives last.
    """
    listed = [finding for indicator in chosen for finding in _of_indicator(c, found, indicator)]
    return (*listed, *(_objectives(c) if objectives else ()))


def _of_indicator(c: Compiled, found: Tallies, indicator: int) -> Iterator[Finding]:
    path, name = f"indicators[{c.keys('indicators')[indicator]}]", c.label("indicators", indicator)
    known = {series.kind for series, nodes in found.of(indicator) if any(t.value is not None for t in nodes.values())}
    wanted = {"actual": "observation"}
    if not _data_element(c, indicator):
        wanted |= {"baseline": "baseline", "target": "target"}
    for which, word in wanted.items():
        if which not in known:
            yield Finding(f"no-{word}", path, f"{name} has no {word}.")
    for row, other in found.observed.disputed:
        if int(c.refs("observations", "indicator")[row]) == indicator:
            one, rival = (c.keys("observations")[which] for which in (row, other))
            said = f"{name}: {one} and {rival} say different things of the same; the former is used."
            yield Finding("disputed", c.path("observations", row), said)
    for series, odd in found.differences:
        if series.indicator == indicator:
            yield Finding("stated-differs", path, _difference(c, name, series, odd))
    yield from _above_whole(c, found, indicator, name, path)


def _data_element(c: Compiled, indicator: int) -> bool:
    """A count that is only there to make ratios needs no target of its own."""
    used = {int(row) for part in ("numerator", "denominator") for row in c.refs("indicators", part)}
    return indicator in used and c.cells("indicators", "direction")[indicator] is None


def _difference(c: Compiled, name: str, series: Series, odd: Difference) -> str:
    place = odd.node.territory
    where = "the whole project" if place == WHOLE else c.label("territories", place)
    when = f", {series.period.label}" if series.period.label else ""
    stated, inside = number(float(odd.stated), 2), number(float(odd.inside), 2)
    first = f"{stated} is stated" if odd.how == "stated" else f"the territories inside add up to {stated}"
    rest = f"but the {odd.by} inside add up to {inside}; the former is used."
    return f"{name} in {where}{when} ({series.kind}): {first}, {rest}"


def _above_whole(c: Compiled, found: Tallies, indicator: int, name: str, path: str) -> Iterator[Finding]:
    if kind(c, indicator) != "ratio" or c.cells("indicators", "unit")[indicator] not in ("percent", "%"):
        return
    for series, nodes in found.of(indicator):
        for node, tally in nodes.items():
            if tally.parts and (tally.parts[0].value or 0) > (tally.parts[1].value or 0):
                where = "the whole project" if node.territory == WHOLE else c.label("territories", node.territory)
                when = f", {series.period.label}" if series.period.label else ""
                yield Finding("above-whole", path, f"{name} in {where}{when}: the numerator is above the denominator.")


def _objectives(c: Compiled) -> Iterator[Finding]:
    table = "projects.objectives"
    if not c.size(table):
        return
    indptr, _ = c.links(f"{table}.indicators")
    for row in range(c.size(table)):
        if indptr[row] == indptr[row + 1]:
            name = c.label(table, row)
            yield Finding("objective-without-indicator", c.path(table, row), f"No indicator measures: {name}.")
