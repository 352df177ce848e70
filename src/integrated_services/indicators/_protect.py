"""`protect`: what leaves as a publication tells nobody's number.

What a reader can think a hidden small count to be spans at least the threshold, so that she cannot even tell that it
is small. All hidden counts carry one mark for that reason: two small counts with a sum of 8 are 4 each for whoever
knows that both are below 5. Where ``reasons`` are asked for, the attack knows them too, and the span is half the
threshold within what the reasons say.

A result may say more about itself: ``identities`` (a class variable: pairs of a column and the columns that it is the
sum of, row by row), ``hierarchies`` (parents by key column), ``disclosure()``, ``explanations()`` (sentences with the
parts of their key and the rows whose numbers they tell) and ``say(row, hidden)`` (a sentence from a row alone).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import attrs
import numpy as np

from integrated_services._kernels._suppression import complementary
from integrated_services._results import Column, Result, UsedFigure
from integrated_services.errors import AnalysisError, InfeasibleError
from integrated_services.indicators._disclosure import Cell
from integrated_services.indicators._release import Published, Release, Withheld
from integrated_services.indicators._system import Linked, Margin, Parents, margins_of, system_of, told_by

Reason = Literal["withheld", "primary", "complementary", "derived"]

_HARMLESS_UNITS = {"places", "days", "hours", "sessions", "fte", "EUR", "level"}
_SUPPRESSED = "suppressed"


def _threshold(_: object, __: object, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 2:
        raise AnalysisError(f"The threshold is the smallest count that may be shown, at least 2, not {value!r}.")


def _audience(_: object, __: object, value: object) -> None:
    if value not in ("public", "internal"):
        raise AnalysisError(f"The audience is public or internal, not {value!r}.")


@attrs.frozen
class Policy:
    """How results are made safe.

    Parameters
    ----------
    threshold
        Smallest count of persons that may be shown; 5 is usual in school and social statistics, some offices take 3 or
        10.
    zeros_unsafe
        Whether a zero may not be shown either: where it is a secret that nobody, or everybody, is in a group.
    secondary
        Whether to hide more numbers, so that sums do not give a small count back. Without it nothing is safe from a
        reader who can subtract.
    reasons
        Whether to tell small counts from those that are hidden to protect them. That tells a reader more, which is
        reckoned with, so that more numbers are hidden; without it all hidden counts carry one mark.
    audience
        ``internal`` shows everything.

    Examples
    --------
    >>> from integrated_services.indicators import Policy
    >>> Policy(threshold=10).threshold
    10
    """

    threshold: int = attrs.field(default=5, validator=_threshold)
    zeros_unsafe: bool = False
    secondary: bool = True
    reasons: bool = False
    audience: Literal["public", "internal"] = attrs.field(default="public", validator=_audience)


def protect(result: Result, policy: Policy | None = None, /, *, parents: Parents | None = None) -> Release:
    """Make a result safe to publish.

    Counts of observed persons below the threshold are hidden; so are as few and small other counts as are needed so
    that no reader can work a hidden one out from the sums among the rows, the sums of a row, the published margins and
    the totals over territories; and so are the shares, intervals and other measures that would give a hidden count
    away. Planning figures (basis *assumed*) are nobody's data and stay. Results without counts of persons pass
    unchanged.

    Parameters
    ----------
    result
        Any result.
    policy
        Rules; the default `Policy` if None.
    parents
        For key columns with a hierarchy which key lies in which, where a row for a territory holds the persons of the
        rows for the territories inside it: ``{"territory": {"vievis": "elektrenai"}}``. What the result itself says if
        None.

    Returns
    -------
    Release
        The same columns with None for what is hidden, and a column that names what is hidden. It holds nothing of the
        hidden numbers.

    Raises
    ------
    AnalysisError
        Where a count cannot be protected, or the result is a release with another policy already.

    Notes
    -----
    Unsafe is ``0 < n < threshold`` (with ``zeros_unsafe`` also 0), also where n is shown nowhere but is the difference
    of two counts that are: a county less its municipalities, those in the denominator of a share but not in its
    numerator.

    References
    ----------
    Hundepool and others, Handbook on Statistical Disclosure Control; Fischetti and Salazar (2000), Models and
    algorithms for optimizing cell suppression in tabular data with linear constraints, Journal of the American
    Statistical Association 95, 916-928.

    Examples
    --------
    >>> from integrated_services import coverage, indicators, samples
    >>> release = indicators.protect(coverage.gaps(samples.load("elektrenai")))
    >>> release.policy.threshold, release.audited
    (5, True)
    """
    rules = policy or Policy()
    if isinstance(result, Release):
        if policy is None or policy == result.policy:
            return result
        raise AnalysisError("This is a release already; protect the result that it was made from.")
    table = {record: list(values) for record, values in _native(result).items()}
    persons = [column.name for column in result.columns if column.persons]
    margins = margins_of(result, table)
    marks = _marks(result, table, parents, margins, rules) if persons and rules.audience == "public" else _Marks()
    return _release(result, table, margins, marks, rules)


@attrs.frozen(eq=False)
class _Marks:
    """What is hidden, and why."""

    cells: Mapping[Cell, Reason] = attrs.field(factory=dict)
    sums: Mapping[tuple[str, int, int], Reason] = attrs.field(factory=dict)
    linked: tuple[tuple[Linked, tuple[bool, ...]], ...] = ()


def _native(result: Result) -> dict[str, list[Any]]:
    records = result.to_records()
    return {column.name: [record[column.name] for record in records] for column in result.columns}


def _marks(
    result: Result, table: Mapping[str, list[Any]], parents: Parents | None, margins: Sequence[Margin], rules: Policy
) -> _Marks:
    system = system_of(result, table, parents, margins, zeros=rules.zeros_unsafe)
    unsafe = system.unsafe(rules.threshold)
    cells: dict[Cell, Reason] = {}
    sums: dict[tuple[str, int, int], Reason] = {}
    linked = []
    for group in system.linked(unsafe):
        hidden = _pattern(group, rules)
        linked.append((group, hidden))
        for at in np.flatnonzero(hidden).tolist():
            reason: Reason = ("primary" if group.unsafe[at] else "complementary") if rules.reasons else "withheld"
            for place in group.places[at]:
                if len(place) == 2:
                    cells[place] = reason
                else:
                    sums[place] = reason
    return _Marks(_with_derived(result, table, cells, rules), sums, tuple(linked))


def _pattern(group: Linked, rules: Policy) -> tuple[bool, ...]:
    """What to hide in a group of linked cells."""
    if not rules.secondary:
        return tuple(bad and not shown for bad, shown in zip(group.unsafe, group.unpublished, strict=True))
    try:
        found = complementary(
            group.values,
            group.relations,
            group.unsafe,
            fixed=group.fixed,
            unpublished=group.unpublished,
            **_known(group, rules),
        )
    except InfeasibleError as error:
        names = [_name(group, cell) for cell in error.certificate["cells"]]
        raise InfeasibleError(
            f"Protection is impossible: {', '.join(names)} would be given away by planning figures, which stay, or by "
            "the reasons. Publish fewer rows or columns, or no reasons.",
            {"cells": names},
        ) from None
    return tuple(found.hidden.tolist())


def _name(group: Linked, cell: int) -> str:
    if not group.places[cell]:
        return "the difference of two counts"
    column, row = group.places[cell][0][:2]
    return f"{column} in row {row}" if len(group.places[cell][0]) == 2 else f"a sum of {column}"


def _known(group: Linked, rules: Policy) -> dict[str, Any]:
    """What readers know of the hidden cells beforehand, and how far from it their knowledge has to stay."""
    least = 0.0 if rules.zeros_unsafe else 1.0
    if not rules.reasons:
        return {"min_width": rules.threshold, "lower": 0.0 if rules.zeros_unsafe else None}
    unsafe, unpublished = np.array(group.unsafe), np.array(group.unpublished)
    most = rules.threshold - 1.0 if group.whole else float(rules.threshold)
    return {
        "min_width": np.where(unsafe & ~unpublished, max(1, rules.threshold // 2), rules.threshold),
        "lower": np.where(unpublished, 0.0, np.where(unsafe, least if group.whole else 0.0, rules.threshold)),
        "upper": np.where(unsafe & ~unpublished, most, np.inf),
    }


def _with_derived(
    result: Result, table: Mapping[str, list[Any]], cells: Mapping[Cell, Reason], rules: Policy
) -> dict[Cell, Reason]:
    """Hide as well the measures from which a hidden count could be worked out, and what these would give away."""
    found = dict(cells)
    told = told_by(result)
    for cell, persons in told.implied:
        if persons < rules.threshold and (persons > 0 or rules.zeros_unsafe):
            found.setdefault(cell, "derived")
    for cell, sources in told.chosen:
        if any(source in cells for source in sources):
            found.setdefault(cell, "derived")
    revealing = [column for column in result.columns if column.reveals]
    rows = {row for _, row in found}
    while rows:
        more: set[int] = set()
        for column in revealing:
            for row in rows:
                place = (column.name, row)
                shown = place not in found and table[column.name][row] is not None
                if shown and any((name, row) in found for name in column.reveals):
                    found[place] = "derived"
                    more.add(row)
        rows = more
    return found


def _release(
    result: Result, table: Mapping[str, list[Any]], margins: Sequence[Margin], marks: _Marks, rules: Policy
) -> Release:
    persons = [column for column in result.columns if column.persons]
    told = [column.name for column in result.columns if column.persons or column.reveals]
    numbers = [name for name in told if not any(isinstance(value, str) for value in table[name])]
    reasons = sorted((row, name, reason) for (name, row), reason in marks.cells.items())
    shown = {
        name: [None if (name, row) in marks.cells else value for row, value in enumerate(values)]
        for name, values in table.items()
    }
    columns = result.columns
    if persons:
        columns = (*columns, Column(_SUPPRESSED, "Withheld"))
        shown[_SUPPRESSED] = _names(list(table), marks.cells, len(next(iter(table.values()))))
    return Release(
        title=result.title,
        columns=columns,
        citations=result.citations,
        margins=result.margins,
        policy=rules,
        reasons=tuple(Withheld(name, row, reason) for row, name, reason in reasons),
        numbers=sum(value is not None for name in numbers for value in table[name]),
        withheld=sum(name in numbers for name, _ in marks.cells),
        audited=rules.audience == "public" and (rules.secondary or not marks.cells),
        table=shown,
        sums=tuple(
            _published(margin, number, persons, table, marks) for number, margin in enumerate(margins) if persons
        ),
        said=tuple(_said(result, marks)),
        say=getattr(type(result), "say", None),
        linked=tuple((attrs.evolve(group, values=()), hidden) for group, hidden in marks.linked),
        figures=_figures(result, hidden=bool(persons) and rules.audience == "public"),
        provenance=result.provenance,
    )


def _names(order: Sequence[str], cells: Mapping[Cell, Reason], size: int) -> list[str | None]:
    """For each row the columns that are hidden, in their order, with the reason."""
    found: list[list[str]] = [[] for _ in range(size)]
    for name, row in sorted(cells, key=lambda cell: order.index(cell[0])):
        found[row].append(f"{name} ({cells[name, row]})")
    return ["; ".join(names) or None for names in found]


def _published(
    margin: Margin, number: int, persons: Sequence[Column], table: Mapping[str, list[Any]], marks: _Marks
) -> Published:
    columns: dict[str, list[Any]] = {key: [group[at] for group in margin.groups] for at, key in enumerate(margin.keys)}
    hidden: dict[Cell, Reason] = {}
    for column in persons:
        columns[column.name] = []
        for group, rows in enumerate(margin.rows):
            known = [table[column.name][row] for row in rows if table[column.name][row] is not None]
            if (column.name, number, group) in marks.sums:
                hidden[column.name, group] = marks.sums[column.name, number, group]
                known = []
            columns[column.name].append(_total(known))
    columns[_SUPPRESSED] = _names([column.name for column in persons], hidden, len(margin.groups))
    return Published(margin.keys, columns)


def _total(values: Sequence[Any]) -> Any:
    if not values:
        return None
    whole = all(isinstance(value, int) for value in values)
    return sum(values) if whole else math.fsum(values)


def _said(result: Result, marks: _Marks) -> Iterable[tuple[tuple[str, ...], str]]:
    """The sentences of the result that tell no hidden number; without its help, none where something is hidden."""
    explanations = getattr(result, "explanations", None)
    if explanations is None:
        return [] if marks.cells or marks.sums else [((), result.summary())]
    hidden = {row for _, row in marks.cells}
    return [(tuple(keys), text) for keys, text, rows in explanations() if hidden.isdisjoint(rows)]


def _figures(result: Result, *, hidden: bool) -> tuple[UsedFigure, ...]:
    """Assumptions stay, and observed figures that count no persons; what others observed of persons does not."""
    if not hidden:
        return result.figures
    return tuple(f for f in result.figures if f.basis == "assumed" or f.unit in _HARMLESS_UNITS)
