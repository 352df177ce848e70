"""The values of all indicators of a framework at all places, with how each came about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

import attrs

from integrated_services._compiled import Compiled
from integrated_services.errors import AnalysisError
from integrated_services.indicators._observed import WHOLE, Node, Observed, Series, Span, observed
from integrated_services.indicators._rollup import Areas, Difference, Over, Tally, areas, concerned, ratios, rolled_up

Nodes = Mapping[Node, Tally]


@attrs.frozen(eq=False)
class Tallies:
    """All values, by indicator and series."""

    c: Compiled = attrs.field(repr=False)
    places: Areas = attrs.field(repr=False)
    observed: Observed = attrs.field(repr=False)
    values: Mapping[int, Mapping[Series, Nodes]] = attrs.field(repr=False)
    differences: tuple[tuple[Series, Difference], ...] = attrs.field(repr=False)
    _parts: tuple[tuple[int, int], ...] = attrs.field(repr=False)
    _persons: tuple[bool, ...] = attrs.field(repr=False)

    def of(self, indicator: int) -> Iterable[tuple[Series, Nodes]]:
        """Give the series of an indicator.

        Parameters
        ----------
        indicator
            Row.

        Returns
        -------
        iterable of tuple
            Series and values by place.
        """
        return self.values.get(indicator, {}).items()

    def parts(self, indicator: int) -> tuple[int, int]:
        """Give numerator and denominator of a ratio, -1 for other kinds.

        Parameters
        ----------
        indicator
            Row.

        Returns
        -------
        tuple[int, int]
            Rows.
        """
        return self._parts[indicator]

    def counts_persons(self, indicator: int) -> bool:
        """Tell whether the values of an indicator are numbers of persons.

        Parameters
        ----------
        indicator
            Row, or -1.

        Returns
        -------
        bool
            Where nothing is said of what is counted, the unit decides.
        """
        return indicator >= 0 and self._persons[indicator]

    def proportion(self, indicator: int, tally: Tally) -> bool:
        """Tell whether a ratio is a share of persons: whole numbers, and no more above than below.

        Parameters
        ----------
        indicator
            Row of the ratio.
        tally
            Its value.

        Returns
        -------
        bool
            Whether the numerator is taken to be a part of the denominator.
        """
        if tally.parts is None or not all(map(self.counts_persons, self.parts(indicator))):
            return False
        top, bottom = (part.value for part in tally.parts)
        return (
            top is not None and bottom is not None and top.denominator == bottom.denominator == 1
            and 0 <= top <= bottom and bottom > 0
        )  # fmt: skip

    def factor(self, indicator: int) -> Fraction:
        """Give what a ratio is multiplied by.

        Parameters
        ----------
        indicator
            Row.

        Returns
        -------
        Fraction
            1 where nothing is said.
        """
        said = self.c.fractions("indicators", "factor")[indicator]
        return Fraction(1) if said is None else said

    def adds_up(self, indicator: int) -> bool:
        """Tell whether values of an indicator are added over territories.

        Parameters
        ----------
        indicator
            Row, or -1.

        Returns
        -------
        bool
            True for counts that are sums.
        """
        return indicator >= 0 and kind(self.c, indicator) == "count" and over(self.c, indicator) == "sum"

    def value(self, indicator: int, of: str, period: Span, breakdown: str | None, node: Node) -> Fraction | None:
        """Look up one value.

        Parameters
        ----------
        indicator
            Row.
        of
            ``actual``, ``baseline`` or ``target``.
        period
            Period.
        breakdown
            Breakdown.
        node
            Place.

        Returns
        -------
        Fraction | None
            None where there is none.
        """
        tally = self.values.get(indicator, {}).get(Series(indicator, of, period, breakdown), {}).get(node)
        return None if tally is None else tally.value

    def used(self, indicator: int) -> set[int]:
        """Find the observations that an indicator rests on.

        Parameters
        ----------
        indicator
            Row.

        Returns
        -------
        set[int]
            Rows of observations.
        """
        series = [entries for key, entries in self.observed.series.items() if key.indicator == indicator]
        rows = {entry.row for entries in series for entry in entries.values()}
        for part in self.parts(indicator):
            rows |= self.used(part) if part >= 0 else set()
        return rows


def kind(c: Compiled, indicator: int) -> str:
    """Give the kind of an indicator.

    Parameters
    ----------
    c
        Compiled framework.
    indicator
        Row.

    Returns
    -------
    str
        ``count``, ``ratio``, ``mean``, ``index`` or ``qualitative``.
    """
    return c.cells("indicators", "kind")[indicator] or "count"


def over(c: Compiled, indicator: int) -> Over:
    """Give how values of territories are combined; only counts are ever added.

    Parameters
    ----------
    c
        Compiled framework.
    indicator
        Row.

    Returns
    -------
    str
        ``sum``, ``mean``, ``max``, ``min`` or ``none``.
    """
    said: Over = c.cells("indicators", "over_territories")[indicator] or "sum"
    if kind(c, indicator) == "count":
        return said
    return "none" if said == "sum" or kind(c, indicator) == "qualitative" else said


def tallies(c: Compiled) -> Tallies:
    """Calculate all indicators of a framework.

    Parameters
    ----------
    c
        Compiled framework.

    Returns
    -------
    Tallies
        Their values.
    """
    return c.remember("tallies", lambda: _tallies(c))


def _tallies(c: Compiled) -> Tallies:
    seen, places = observed(c), areas(c)
    entries: dict[int, list[Series]] = defaultdict(list)
    for series in seen.series:
        entries[series.indicator].append(series)
    whole = _whole(c, seen)
    values: dict[int, dict[Series, Nodes]] = {}
    differences: list[tuple[Series, Difference]] = []
    for indicator in _in_order(c):
        if kind(c, indicator) == "ratio":
            values[indicator] = _ratio(c, indicator, seen, values, places)
            continue
        values[indicator] = {}
        for series in entries[indicator]:
            found, odd = rolled_up(
                seen.series[series], over(c, indicator), places, concerned(c, indicator), whole=indicator in whole
            )
            values[indicator][series] = found
            differences += [(series, one) for one in odd]
    return Tallies(
        c=c,
        places=places,
        observed=seen,
        values=values,
        differences=tuple(differences),
        parts=_parts(c),
        persons=tuple(_counts_persons(c, indicator) for indicator in range(c.size("indicators"))),
    )


def _parts(c: Compiled) -> tuple[tuple[int, int], ...]:
    """Numerator and denominator of each indicator."""
    top, bottom = (c.refs("indicators", name).tolist() for name in ("numerator", "denominator"))
    return tuple(zip(top, bottom, strict=True))


def _counts_persons(c: Compiled, indicator: int) -> bool:
    counted, unit = (c.cells("indicators", name)[indicator] for name in ("counts", "unit"))
    persons = counted == "persons" or (counted is None and unit == "persons")
    return kind(c, indicator) == "count" and persons


def _in_order(c: Compiled) -> list[int]:
    """Indicators, so that the parts of a ratio come before it."""
    parts = _parts(c)
    found: dict[int, None] = {}

    def visit(indicator: int, above: tuple[int, ...]) -> None:
        if indicator in above:
            raise AnalysisError(f"The ratio {c.keys('indicators')[indicator]!r} is a part of itself; mend its parts.")
        if indicator not in found:
            for part in parts[indicator]:
                if part >= 0:
                    visit(part, (*above, indicator))
            found[indicator] = None

    for indicator in range(len(parts)):
        visit(indicator, ())
    return list(found)


def _whole(c: Compiled, seen: Observed) -> set[int]:
    """Indicators of which something is said for the whole project; a ratio and its parts go together."""
    found = {s.indicator for s, entries in seen.series.items() if any(node.territory == WHOLE for node in entries)}
    families = [{ratio, *parts} for ratio, parts in enumerate(_parts(c)) if -1 not in parts]
    while more := [family for family in families if family & found and not family <= found]:
        found.update(*more)
    return found


def _ratio(
    c: Compiled, indicator: int, seen: Observed, values: Mapping[int, Mapping[Series, Nodes]], places: Areas
) -> dict[Series, Nodes]:
    top, bottom = (int(c.refs("indicators", name)[indicator]) for name in ("numerator", "denominator"))
    own = {series: entries for series, entries in seen.series.items() if series.indicator == indicator}
    denominators = {series._replace(indicator=bottom) for series in values.get(bottom, {})}
    wanted = dict.fromkeys(own)
    for series in values.get(top, {}):
        if series.kind == "actual" or series._replace(indicator=bottom) in denominators:
            wanted[series._replace(indicator=indicator)] = None
    factor = c.fractions("indicators", "factor")[indicator]
    additive = all(part >= 0 and kind(c, part) == "count" and over(c, part) == "sum" for part in (top, bottom))
    return {
        series: ratios(
            values.get(top, {}).get(series._replace(indicator=top), {}),
            values.get(bottom, {}).get(series._replace(indicator=bottom), {}),
            own.get(series, {}),
            Fraction(1) if factor is None else factor,
            places,
            additive=additive,
        )
        for series in wanted
    }
