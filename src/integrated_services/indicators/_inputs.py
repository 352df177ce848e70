"""What a project costs and what its cost is divided by: each with its basis, or with what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import attrs

from integrated_services._compiled import Compiled
from integrated_services._results import UsedFigure
from integrated_services.indicators._rollup import weakest
from integrated_services.indicators._words import count, listed
from integrated_services.model import PartialDate

_GATHERINGS = {"training", "seminar", "meeting", "supervision", "study_visit"}
_DURATION = re.compile(r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?")
_MONTHS_PER_DAY = Fraction(12, 365)


@attrs.frozen
class Input:
    """A number that a cost is made from, or the reason why it is not known."""

    value: Fraction | None = None
    basis: str | None = None
    missing: str | None = None
    currency: str | None = None
    said: str | None = None
    """What exactly was counted."""
    figures: tuple[UsedFigure, ...] = ()


def _money(c: Compiled, table: str, column: str, row: int) -> Input | None:
    """An amount that is paid once; None where nothing is stated."""
    amount = c.fractions(table, column)[row]
    if amount is None or c.cells(table, f"{column}.per")[row] is not None:
        return None
    used = c.used(table, column, row)
    currency = c.cells(table, f"{column}.currency")[row] or "EUR"
    return Input(amount, c.bases(table, column)[row], None, currency, "stated", (used,) if used else ())


def _sum(inputs: Sequence[Input | None], said: str) -> Input | None:
    """The sum of amounts; None where one is not stated or they are in several currencies."""
    known = [one for one in inputs if one is not None and one.value is not None]
    if not known or len(known) < len(inputs) or len({one.currency for one in known}) > 1:
        return None
    figures = tuple(figure for one in known for figure in one.figures)
    basis = weakest(("derived", *(one.basis for one in known)))
    total = sum((one.value for one in known if one.value is not None), Fraction(0))
    return Input(total, basis, None, known[0].currency, said, figures)


def _parts(c: Compiled, project: int, kind: str | None = None) -> list[Input | None]:
    table = "projects.finance.parts"
    if not c.size(table):
        return []
    indptr, rows = c.children(table)
    return [
        _money(c, table, "amount", row)
        for row in rows[indptr[project] : indptr[project + 1]].tolist()
        if kind is None or (c.cells(table, "kind")[row] or "grant") == kind
    ]


def total(c: Compiled, project: int) -> Input:
    """Find the total cost of a project.

    Parameters
    ----------
    c
        Compiled framework.
    project
        Row.

    Returns
    -------
    Input
        What is stated, else the sum of all parts, else grant and own contribution together.
    """
    if c.cells("projects", "finance.total.per")[project] is not None:
        return Input(missing="the total cost (an amount per period is stated)")
    grant, own = (_money(c, "projects", f"finance.{name}", project) for name in ("grant", "own"))
    return (
        _money(c, "projects", "finance.total", project)
        or _sum(_parts(c, project), "sum of the parts by funder")
        or _sum([grant, own], "grant and own contribution")
        or Input(missing="the total cost")
    )


def grant(c: Compiled, project: int) -> Input:
    """Find the grant of a project.

    Parameters
    ----------
    c
        Compiled framework.
    project
        Row.

    Returns
    -------
    Input
        What is stated, else the sum of the parts that are grants, else the rate of the eligible (or total) cost.
    """
    stated = _money(c, "projects", "finance.grant", project) or _sum(_parts(c, project, "grant"), "sum of the grants")
    if stated is not None:
        return stated
    rate, used = c.fractions("projects", "finance.rate")[project], c.used("projects", "finance.rate", project)
    cost = _money(c, "projects", "finance.eligible", project) or _money(c, "projects", "finance.total", project)
    if rate is None or cost is None or cost.value is None or used is None:
        return Input(missing="the grant")
    basis = weakest(("derived", cost.basis, used.basis))
    return Input(rate * cost.value, basis, None, cost.currency, "rate of the cost", (*cost.figures, used))


# what the cost is divided by -----------------------------------------------------------------------------------------


def municipalities(c: Compiled, project: int) -> Input:
    """Count the municipalities that a project covers.

    Parameters
    ----------
    c
        Compiled framework.
    project
        Row.

    Returns
    -------
    Input
        The municipalities of the document that are, lie in or contain a territory of the project; where it names no
        territory, the municipalities among its partners.
    """
    indptr, indices = c.links("projects.territories")
    named = indices[indptr[project] : indptr[project + 1]].tolist()
    tree, levels, valid = c.tree("territories", "part_of"), c.cells("territories", "level"), c.valid("territories")
    if named:
        rows = [row for row, level in enumerate(levels) if level == "municipality" and valid[row]]
        found = [row for row in rows if any(tree.inside(row, one) or tree.inside(one, row) for one in named)]
        if found:
            return Input(Fraction(len(found)), "derived", said="municipalities in the project's territories")
        return Input(missing="the municipalities of the project's territories")
    partners = _municipal_partners(c, project)
    if partners:
        return Input(Fraction(len(partners)), "derived", said="municipalities among the partners")
    return Input(missing="the project's territories")


def _municipal_partners(c: Compiled, project: int) -> set[int]:
    if not c.size("projects.partners"):
        return set()
    indptr, rows = c.children("projects.partners")
    agencies = {int(c.refs("projects.partners", "agency")[row]) for row in rows[indptr[project] : indptr[project + 1]]}
    kinds, several = c.cells("agencies", "kind"), c.cells("agencies", "collective")
    return {agency for agency in agencies if kinds[agency] == "municipality" and not several[agency]}


def participants(c: Compiled, project: int) -> Input:
    """Count the participants of a project's activities.

    Parameters
    ----------
    c
        Compiled framework.
    project
        Row.

    Returns
    -------
    Input
        The sum over its activities, which counts a person once for each in which she took part; a number stated for an
        activity stands for its parts as well. Missing where a training, seminar, meeting, supervision or study visit
        states no number.
    """
    table = "projects.activities"
    if not c.size(table):
        return Input(missing="participants")
    indptr, indices = c.children(table)
    rows = indices[indptr[project] : indptr[project + 1]].tolist()
    by_id = {c.keys(table)[row]: row for row in rows}
    part_of = c.cells(table, "part_of")
    above = {row: by_id.get(part_of[row]) for row in rows}
    numbers, kinds = c.fractions(table, "participants"), c.cells(table, "kind")

    def covered(row: int) -> bool:
        """Whether an activity that contains this one states a number for all."""
        up, seen = above[row], {row}
        while up is not None and up not in seen:
            if numbers[up] is not None:
                return True
            seen.add(up)
            up = above[up]
        return False

    own = [row for row in rows if numbers[row] is not None and not covered(row)]
    containers = {up for up in above.values() if up is not None}
    lacking = [row for row in rows if kinds[row] in _GATHERINGS and numbers[row] is None and not covered(row)]
    lacking = [row for row in lacking if row not in containers]
    if not own or lacking:
        names = [c.label(table, row) for row in lacking]
        if len(names) > 3:
            names[2:] = [f"{len(names) - 2} more activities"]
        return Input(missing=f"participants of {listed(names)}" if own else "participants")
    figures = tuple(figure for row in own if (figure := c.used(table, "participants", row)) is not None)
    said = "participants" if len(own) == 1 else f"participations in {count(len(own), 'activity', 'activities')}"
    value = sum((numbers[row] or Fraction(0) for row in own), Fraction(0))
    return Input(value, weakest(c.bases(table, "participants")[row] for row in own), said=said, figures=figures)


def posts(c: Compiled, project: int) -> Input:
    """Count the full-time posts that a project pays for.

    Parameters
    ----------
    c
        Compiled framework.
    project
        Row.

    Returns
    -------
    Input
        Full-time equivalents of the posts funded by the project, or that stand in a delivery that it funds.
    """
    table, above = "services.deliveries.posts", "services.deliveries"
    found = []
    for row, delivery in enumerate(c.parents(table).tolist() if c.size(table) else []):
        payer = int(c.refs(table, "funded_by")[row])
        if payer == project or (payer < 0 and int(c.refs(above, "funded_by")[delivery]) == project):
            found.append(row)
    if not found:
        return Input(missing="posts that the project funds")
    numbers = [c.fractions(table, "fte")[row] for row in found]
    known = [number for number in numbers if number is not None]
    if len(known) < len(found):
        return Input(missing=f"full-time equivalents of {count(len(found) - len(known), 'post')}")
    figures = tuple(figure for row in found if (figure := c.used(table, "fte", row)) is not None)
    basis = weakest(c.bases(table, "fte")[row] for row in found)
    return Input(sum(known, Fraction(0)), basis, said="full-time posts", figures=figures)


def months(c: Compiled, project: int) -> Input:
    """Find how many months a project takes.

    Parameters
    ----------
    c
        Compiled framework.
    project
        Row.

    Returns
    -------
    Input
        The stated duration, else the time from the first to the last day.
    """
    start, end, duration = (c.cells("projects", f"period.{part}")[project] for part in ("start", "end", "duration"))
    match = _DURATION.fullmatch(duration) if duration is not None else None
    if match is not None:
        years, whole, weeks, days = (int(part or 0) for part in match.groups())
        value = 12 * years + whole + (7 * weeks + days) * _MONTHS_PER_DAY
        return Input(value, c.basis, said="months, as stated")
    first = PartialDate(start).first() if start is not None else None
    last = PartialDate(end).last() if end is not None else None
    if first is None or last is None:
        return Input(missing="the period of the project")
    return Input(between(first, last), "derived", said="months from the first to the last day")


def between(first: date, last: date) -> Fraction:
    """Count the months between two days, both included.

    Parameters
    ----------
    first, last
        Days.

    Returns
    -------
    Fraction
        Whole months as such; what is left is counted in days, of which 365 make twelve months.

    Examples
    --------
    >>> from datetime import date
    >>> from integrated_services.indicators._inputs import between
    >>> between(date(2021, 9, 1), date(2023, 6, 30))
    Fraction(22, 1)
    """
    after = last + timedelta(1)
    whole = (after.year - first.year) * 12 + after.month - first.month
    if after.day == first.day:
        return Fraction(whole)
    return ((last - first).days + 1) * _MONTHS_PER_DAY
