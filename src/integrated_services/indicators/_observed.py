"""Observations as the compiler gives them: one entry for each place, by indicator, kind, period and breakdown."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import attrs

from integrated_services._compiled import Compiled
from integrated_services.model import PartialDate

WHOLE = -1
"""Stands for the whole project where an observation names no territory, and for "no agency"."""

_STATUS = {"reported": 0, "verified": 1, "corrected": 1}


class Node(NamedTuple):
    """A place that has a value: rows of a territory and an agency, -1 for the whole project and for no agency."""

    territory: int
    agency: int = WHOLE


@attrs.frozen(order=False)
class Span:
    """A period by its first and last day, so that 2021 and 2021-01-01/2021-12-31 are one."""

    start: date | None
    end: date | None
    label: str | None

    @property
    def order(self) -> tuple[date, date, str]:
        """Key to sort by: the start, then the end; open ends lie outside of all days."""
        return self.start or date.min, self.end or date.max, self.label or ""


class Series(NamedTuple):
    """What the values of different places have in common; values of two series are never added."""

    indicator: int
    kind: str
    period: Span
    breakdown: str | None


@attrs.frozen
class Entry:
    """One observation."""

    row: int
    value: Fraction | None
    missing: str | None
    basis: str
    approx: str | None
    sample: int | None


@attrs.frozen(eq=False)
class Observed:
    """All observations of a framework; where several speak of one thing, the one that counts."""

    series: Mapping[Series, Mapping[Node, Entry]]
    disputed: tuple[tuple[int, int], ...]
    """Pairs of observations of one thing with different values, where neither outranks the other."""


def observed(c: Compiled) -> Observed:
    """Collect the observations of a framework.

    Parameters
    ----------
    c
        Compiled framework.

    Returns
    -------
    Observed
        By series and place. A verified or corrected value wins over a reported one, then the later one wins.
    """
    return c.remember("observed", lambda: _observed(c))


def _observed(c: Compiled) -> Observed:
    table = "observations"
    rivals: dict[tuple[Series, Node], list[int]] = defaultdict(list)
    places = zip(*(c.refs(table, name).tolist() for name in ("indicator", "territory", "agency")), strict=True)
    spans = _spans(c)
    for row, ((indicator, territory, agency), kind, parts) in enumerate(
        zip(places, c.cells(table, "kind"), c.cells(table, "breakdown"), strict=True)
    ):
        series = Series(indicator, kind or "actual", spans[row], breakdown_text(parts))
        rivals[series, Node(territory, agency)].append(row)
    found: dict[Series, dict[Node, Entry]] = defaultdict(dict)
    disputed = []
    rank, values = _rank(c), c.fractions(table, "value")
    names = ("missing", "value.approx", "sample")
    more = [c.bases(table, "value"), *(c.cells(table, name) for name in names)]
    for (series, node), rows in rivals.items():
        ranked = sorted(rows, key=rank) if len(rows) > 1 else rows
        row = ranked[-1]
        basis, missing, approx, sample = (cells[row] for cells in more)
        found[series][node] = Entry(row, values[row], missing, basis, approx, sample)
        if len(ranked) > 1 and rank(ranked[-2])[:2] == rank(row)[:2] and values[ranked[-2]] != values[row]:
            disputed.append((row, ranked[-2]))
    return Observed(found, tuple(sorted(disputed, key=lambda pair: c.keys(table)[pair[0]])))


def _rank(c: Compiled) -> Callable[[int], tuple[int, str, bool, bool, str]]:
    """Order of observations of one thing; the last one counts."""
    statuses, dates, values = (c.cells("observations", name) for name in ("status", "date", "value"))
    keys = c.keys("observations")

    def rank(row: int) -> tuple[int, str, bool, bool, str]:
        status = statuses[row] or "reported"
        day = PartialDate(dates[row]).last() if dates[row] is not None else None
        when = day.isoformat() if day else ""
        return _STATUS[status], when, values[row] is not None, status == "corrected", keys[row]

    return rank


def breakdown_text(parts: Any) -> str | None:
    """Write a breakdown as one text.

    Parameters
    ----------
    parts
        Pairs of name and part, a mapping, or either of them as JSON; None for the total.

    Returns
    -------
    str | None
        ``age=7-18, sex=women``; the names are sorted.
    """
    if not parts:
        return None
    pairs = json.loads(parts) if isinstance(parts, str) else parts
    listed = pairs.items() if isinstance(pairs, Mapping) else pairs
    return ", ".join(f"{name}={part}" for name, part in sorted(map(tuple, listed))) or None


def _spans(c: Compiled) -> list[Span]:
    known: dict[tuple[Any, ...], Span] = {}
    found = []
    for said in zip(*(c.cells("observations", f"period.{part}") for part in ("start", "end", "duration")), strict=True):
        if said not in known:
            known[said] = span(*said)
        found.append(known[said])
    return found


def span(start: str | None, end: str | None, duration: str | None = None) -> Span:
    """Read a period.

    Parameters
    ----------
    start, end
        Partial dates; None for an open end.
    duration
        Length, which stands for a period without dates.

    Returns
    -------
    Span
        With the shortest label that says the same.

    Examples
    --------
    >>> from integrated_services.indicators._observed import span
    >>> span("2021-01-01", "2021-12-31") == span("2021", "2021")
    True
    >>> span("2021-09", "2022-06").label
    '2021-09/2022-06'
    """
    if start is None and end is None:
        return Span(None, None, duration)
    first = PartialDate(start).first() if start is not None else None
    last = PartialDate(end).last() if end is not None else None
    if (start is not None and first is None) or (end is not None and last is None):  # the year is unknown
        return Span(None, None, start if start == end else f"{start or '..'}/{end or '..'}")
    for parts in (1, 2, 3):
        one, other = _text(first, parts), _text(last, parts)
        if _day(one, at_end=False) == first and _day(other, at_end=True) == last:
            return Span(first, last, one if one == other else f"{one or '..'}/{other or '..'}")
    raise AssertionError("a date to the day always says the same")


def _text(day: date | None, parts: int) -> str | None:
    return None if day is None else "-".join(day.isoformat().split("-")[:parts])


def _day(text: str | None, *, at_end: bool) -> date | None:
    if text is None:
        return None
    return PartialDate(text).last() if at_end else PartialDate(text).first()


def before(one: Span, other: Span) -> bool:
    """Tell whether a period begins no later than another.

    Parameters
    ----------
    one, other
        Periods; one without a start lies before all.

    Returns
    -------
    bool
        Whether a baseline of the first may be compared with a value of the second.
    """
    return (one.start or date.min) <= (other.start or date.max)


def until(one: Span, other: Span) -> bool:
    """Tell whether a period ends no earlier than another.

    Parameters
    ----------
    one, other
        Periods; one without an end lies after all.

    Returns
    -------
    bool
        Whether a target for the first is still open in the second.
    """
    return (one.end or date.max - timedelta(1)) >= (other.end or date.min)
