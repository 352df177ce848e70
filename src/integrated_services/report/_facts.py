"""All that the page speaks of: the document, the results, and for the public what of them may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import attrs

from integrated_services import coverage, indicators, network
from integrated_services._results import Result
from integrated_services.errors import AnalysisError
from integrated_services.model import Framework, Label
from integrated_services.report._language import Language

Audience = Literal["public", "internal"]
Progress = Callable[[str], object]

PERSONS = ("demand", "served", "unserved", "uncertain", "not_surveyed")
"""Numbers of persons of a cell; the last four sum to the first."""


@attrs.frozen
class Row:
    """A row of a result as it may be shown.

    Parameters
    ----------
    values
        By column; None where nothing is known or where it is withheld.
    withheld
        Columns that are known but not shown, to protect persons.
    """

    values: Mapping[str, Any]
    withheld: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


def shown_rows(result: Result, public: bool) -> tuple[Row, ...]:
    """Give the rows of a result as the audience may see them.

    Parameters
    ----------
    result
        A result.
    public
        Whether the page is for the public: then the numbers come from the protected release.

    Returns
    -------
    tuple of Row
        As many as the result has.
    """
    raw = result.to_records()
    if not public:
        return tuple(Row(values) for values in raw)
    safe = indicators.protect(result).to_records()
    return tuple(
        Row(values, frozenset(name for name, value in full.items() if value is not None and values[name] is None))
        for values, full in zip(safe, raw, strict=True))


@attrs.frozen(eq=False)
class Facts:
    """The document and its results, made once for a page."""

    fw: Framework
    language: Language
    public: bool
    gaps: coverage.Gaps
    cells: tuple[Row, ...]
    commitments: coverage.Commitments
    cooperation: network.Cooperation | None
    layers: network.Layers | None
    dead_ends: network.DeadEnds | None
    calculated: indicators.Indicators
    values: tuple[Row, ...]
    cost: indicators.Cost
    costs: tuple[Row, ...]
    ways: Mapping[str, network.ReferralPaths]
    """By risk factor."""

    @property
    def results(self) -> tuple[Result, ...]:
        """All results, to name methods and figures."""
        made = (self.gaps, self.commitments, self.cooperation, self.layers, self.dead_ends, self.calculated, self.cost)
        return tuple(one for one in (*made, *self.ways.values()) if one is not None)

    @property
    def withholds(self) -> bool:
        """Whether any number of persons is withheld on this page."""
        return any(row.withheld for rows in (self.cells, self.values, self.costs) for row in rows)

    # names ------------------------------------------------------------------------------------------------------

    def label(self, key: str, *collections: str) -> Label | str:
        """Give the label of a record, or its key where it has none."""
        for name in collections or self.fw.COLLECTIONS:
            record = getattr(self.fw, name).get(key)
            if record is not None:
                return getattr(record, "name", None) or getattr(record, "title", None) or key
        return key

    def say(self, key: str, *collections: str) -> Any:
        """Give the name of a record as HTML."""
        return self.language.say(self.label(key, *collections))

    def plain(self, key: str, *collections: str) -> str:
        """Give the name of a record as text."""
        return self.language.plain(self.label(key, *collections))

    def names(self, keys: Iterable[str], *collections: str, most: int = 0) -> Any:
        """Give the names of records as HTML, separated by commas."""
        return self.language.listed([self.say(key, *collections) for key in dict.fromkeys(keys)], most)
