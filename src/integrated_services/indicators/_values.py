"""`calculate`: indicators over territories, with progress to their targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, ClassVar, get_args

import attrs

from integrated_services._compiled import Compiled, compiled
from integrated_services._results import Citation, Column, Result, UsedFigure, provenance
from integrated_services.errors import AnalysisError, UnknownIdError, nearest
from integrated_services.indicators._disclosure import Disclosure
from integrated_services.indicators._findings import Finding, findings
from integrated_services.indicators._links import PERSON_COLUMNS, disclosure
from integrated_services.indicators._rows import cells, rows_of
from integrated_services.indicators._tallies import Tallies, tallies
from integrated_services.indicators._words import count, listed, sentence
from integrated_services.model import Columns, Framework
from integrated_services.model._nouns import Level

WILSON = Citation(
    key="Wilson1927",
    authors="Wilson, E. B.",
    year=1927,
    title="Probable inference, the law of succession, and statistical inference",
    venue="Journal of the American Statistical Association 22, 209-212",
    doi="10.1080/01621459.1927.10502953",
)


_PARTS = ("numerator", "denominator")
_BASELINE = ("baseline_numerator", "baseline_denominator")


@attrs.frozen(eq=False)
class Values(Result):
    """Indicators by territory, period and breakdown, with baseline, target and progress.

    Attributes
    ----------
    findings : tuple of Finding
        What is missing or does not fit: no observation, no baseline, no target, an objective without an indicator,
        a stated total that is not the sum of its parts.

    Notes
    -----
    ``over_territories``: ``sum`` adds, ``mean`` is the plain mean of the finest reported values (not weighted), ``max``
    and ``min`` choose among them, ``none`` gives stated values only. Means, indices and qualities are never added,
    whatever the document says.

    A value is *complete* when every territory below has one (of the same level, and inside the project's territories),
    *partial* when some have not, *missing* when none has. Where the indicator does not apply, nothing is lacking. If
    the numerator of a ratio is known for other territories than the denominator, those that have both count.

    The baseline is the latest that does not begin after the value; the target is the next that is still open, else the
    last. Progress is ``(actual - baseline) / (target - baseline)``, given only where all three speak of the same
    territories.

    Intervals are Wilson's, for ratios of whole persons with a numerator between 0 and the denominator, which is then
    taken to be a part of it, and for stated shares of a sample. After a full count an interval describes the process
    that led to the count, not sampling.
    """

    title: ClassVar[str] = "Indicators"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("indicator", "Indicator id", role="key"),
        Column("territory", "Territory id", role="key"),
        Column("agency", "Agency id", role="key"),
        Column("period", "Period", role="key"),
        Column("breakdown", "Of whom", role="key"),
        Column("indicator_name", "Indicator", role="label"),
        Column("territory_name", "Territory", role="label"),
        Column("agency_name", "Agency", role="label"),
        Column("unit", "Unit"),
        Column("value", "Value", persons=True, basis="basis", reveals=_PARTS),
        Column("approx", "Value is approximate"),
        Column("numerator", "Numerator", persons=True, basis="basis"),
        Column("denominator", "Denominator", persons=True, basis="basis"),
        Column("low", "Interval from", reveals=("value", *_PARTS)),
        Column("high", "Interval to", reveals=("value", *_PARTS)),
        Column("method", "Method of the interval"),
        Column("baseline", "Baseline", persons=True, basis="basis", reveals=_BASELINE),
        Column("baseline_numerator", "Baseline numerator", persons=True, basis="basis"),
        Column("baseline_denominator", "Baseline denominator", persons=True, basis="basis"),
        Column("baseline_period", "Period of the baseline"),
        Column("target", "Target"),
        Column("target_period", "Period of the target"),
        Column("progress", "Progress to the target", unit="share", reveals=PERSON_COLUMNS),
        Column("progress_note", "Why no progress is given", reveals=("baseline", *_BASELINE)),
        Column("target_met", "Target met", reveals=("value", *_PARTS)),
        Column("how", "Made from"),
        Column("basis", "Basis"),
        Column("status", "State"),
        Column("missing", "Places without a value, by reason", reveals=_PARTS),
    )
    citations: ClassVar[tuple[Citation, ...]] = (WILSON,)

    say = staticmethod(sentence)

    findings: tuple[Finding, ...] = attrs.field(repr=False)
    _table: dict[str, list[Any]] = attrs.field(repr=False)
    _disclosure: Disclosure = attrs.field(repr=False)

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each indicator, territory, agency, period and breakdown.

        Returns
        -------
        dict[str, list]
            Columns; a period of None is not stated, a territory of None is the whole project.
        """
        return {name: list(values) for name, values in self._table.items()}

    def summary(self) -> str:
        """Say how much is known.

        Returns
        -------
        str
            Two sentences.
        """
        met = Counter(self._table["target_met"])
        targets = f" Targets: {met[True]} met, {met[False]} not met." if met[True] or met[False] else ""
        kinds = Counter(finding.code for finding in self.findings)
        odd = listed(f"{many} {code}" for code, many in sorted(kinds.items()))
        return self._counts() + targets + (f" Findings: {odd}." if kinds else "")

    def _counts(self) -> str:
        states = Counter(self._table["status"])
        said = ", ".join(f"{states[state]} {state}" for state in ("complete", "partial", "missing") if states[state])
        many = len(set(self._table["indicator"]))
        found = f"{count(many, 'indicator')} with {count(len(self._table['status']), 'value')}"
        return f"{found}: {said}." if said else f"{found}."

    def explain(self, key: str) -> str:
        """Say the values of an indicator in sentences.

        Parameters
        ----------
        key
            An indicator, or several parts of a row's key joined by colons, such as ``rate:vievis:2021``.

        Returns
        -------
        str
            A sentence for each row.

        Raises
        ------
        UnknownIdError
            Where no row has such a key.

        Examples
        --------
        >>> from integrated_services import indicators, samples
        >>> print(indicators.calculate(samples.load("elektrenai")).explain("sen-support-rate:vievis"))
        Share of pupils with special educational needs who receive education support in Vievi...
        """
        rows = self._rows_of(key)
        if not rows:
            known = {part for keys in self._keys() for part in (*keys, ":".join(keys))}
            raise UnknownIdError("indicator, territory or period", key, nearest(key, sorted(known)))
        return "\n".join(self._sentence(row) for row in rows)

    def explanations(self) -> Iterator[tuple[tuple[str, ...], str, tuple[int, ...]]]:
        """Give every sentence with the parts of its key and the rows whose numbers it tells.

        Yields
        ------
        tuple of tuple, str and tuple
            Parts of the key, sentence, rows; the general sentence has no key and tells no person counts.
        """
        yield (), self._counts(), ()  # how many targets are met may tell of a hidden value
        for row, keys in enumerate(self._keys()):
            yield keys, self._sentence(row), (row,)

    def disclosure(self) -> Disclosure:
        """Give what publication has to know: which numbers count observed persons, and how numbers are linked."""
        return self._disclosure

    def _keys(self) -> list[tuple[str, ...]]:
        columns = [self._table[name] for name in ("indicator", "territory", "agency", "period", "breakdown")]
        return [tuple(str(part) for part in keys if part is not None) for keys in zip(*columns, strict=True)]

    def _rows_of(self, key: str) -> list[int]:
        parts = set(key.split(":"))
        return [row for row, keys in enumerate(self._keys()) if parts <= set(keys)]

    def _sentence(self, row: int) -> str:
        return self.say({name: values[row] for name, values in self._table.items()})


def calculate(
    framework: Framework | Columns,
    /,
    *,
    indicators: Iterable[str] | None = None,
    level: Level | None = None,
    at: date | None = None,
    interval: float = 0.95,
) -> Values:
    """Calculate indicators for every territory that has data there or below.

    Counts are added up from the finest values; a territory's own stated value wins over what its parts add up to, and a
    difference is a finding. Ratios are made from rolled-up numerators and denominators, never as a mean of ratios; a
    stated ratio is used only where parts are missing. Values of different periods and breakdowns are never mixed, so
    that ``over_time`` of an indicator is not used here. `Values` says how the rest is reckoned.

    Parameters
    ----------
    framework
        A framework, or columns.
    indicators
        Ids of the indicators to give; all if None.
    level
        Give only territories of this level, such as ``municipality``.
    at
        The day, which decides about territories that merged; the reference date if None.
    interval
        Confidence level of the intervals, between 0 and 1.

    Returns
    -------
    Values
        A row for each indicator, territory (None: the whole project), agency, period and breakdown.

    Raises
    ------
    UnknownIdError
        For an indicator that does not exist.
    AnalysisError
        For an impossible interval or level, or a ratio that is a part of itself.

    References
    ----------
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.

    Examples
    --------
    >>> from integrated_services import indicators, samples
    >>> values = indicators.calculate(samples.load("elektrenai"), indicators=["sen-support-rate"])
    >>> [row["value"] for row in values.to_records() if row["territory"] == "elektrenai-town"]
    [86.66666666666667]
    """
    c = compiled(framework, at=at)
    if not 0 < interval < 1:
        raise AnalysisError(f"An interval has a level between 0 and 1, such as 0.95, not {interval}.")
    if level is not None and level not in get_args(Level):
        raise AnalysisError(f"level is one of {', '.join(get_args(Level))}, not {level!r}.")
    asked = None if indicators is None else (indicators,) if isinstance(indicators, str) else tuple(indicators)
    chosen = tuple(c.row("indicators", one) for one in sorted(c.keys("indicators") if asked is None else set(asked)))
    return c.remember(f"values:{chosen}:{level}:{interval}", lambda: _values(c, chosen, level, interval, asked))


def _values(
    c: Compiled, chosen: tuple[int, ...], level: str | None, interval: float, asked: tuple[str, ...] | None
) -> Values:
    found = tallies(c)
    rows = [row for indicator in chosen for row in rows_of(c, found, indicator, level)]
    made = [cells(c, found, row, interval) for row in rows]
    table = {column.name: [one[column.name] for one in made] for column in Values.columns}
    arguments = {"indicators": asked, "level": level, "at": c.day, "interval": interval}
    return Values(
        table=table,
        findings=findings(c, found, chosen, objectives=asked is None),
        disclosure=disclosure(found, rows, table),
        figures=_figures(c, found, chosen),
        provenance=provenance("indicators.calculate", c.digest, arguments),
    )


def _figures(c: Compiled, found: Tallies, chosen: Sequence[int]) -> tuple[UsedFigure, ...]:
    rows = sorted({row for indicator in chosen for row in found.used(indicator)})
    used = (c.used("observations", "value", row) for row in rows)
    return tuple(figure for figure in used if figure is not None)
