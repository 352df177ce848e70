"""All that the page speaks of: the document, the results, and for the public what of them may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import attrs

from integrated_services import coverage, indicators, network
from integrated_services._results import Result
from integrated_services.model import Framework, Label
from integrated_services.report._language import Language

Audience = Literal["public", "internal"]
Margins = Mapping[tuple[str, ...], Mapping[tuple[Any, ...], Mapping[str, Any]]]

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


def shown(result: Result, public: bool) -> tuple[tuple[Row, ...], Margins]:
    """Give the rows of a result, and the sums published with it, as the audience may see them.

    Parameters
    ----------
    result
        A result.
    public
        Whether the page is for the public: then the numbers come from the protected release.

    Returns
    -------
    rows : tuple of Row
        As many as the result has.
    sums : Mapping
        By the key columns that the sums go by, then by the values of these; None where withheld. Empty where all
        rows are shown anyway.
    """
    raw = result.to_records()
    if not public:
        return tuple(Row(values) for values in raw), {}
    release = indicators.protect(result)
    rows = tuple(
        Row(values, frozenset(name for name, value in full.items() if value is not None and values[name] is None))
        for values, full in zip(release.to_records(), raw, strict=True)
    )
    sums: dict[tuple[str, ...], dict[tuple[Any, ...], Mapping[str, Any]]] = {}
    for keys, table in release.margin_tables().items():
        members = [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
        sums[keys] = {tuple(member[key] for key in keys): member for member in members}
    return rows, sums


@attrs.frozen(eq=False)
class Facts:
    """The document and its results, made once for a page."""

    fw: Framework
    language: Language
    public: bool
    gaps: coverage.Gaps
    cells: tuple[Row, ...]
    sums: Margins
    """Published sums of the cells."""
    commitments: coverage.Commitments
    cooperation: network.Cooperation
    layers: network.Layers
    dead_ends: network.DeadEnds
    calculated: indicators.Values
    values: tuple[Row, ...]
    cost: indicators.Cost
    costs: tuple[Row, ...]
    ways: Mapping[str, network.ReferralPaths]
    """By risk factor."""

    @property
    def results(self) -> tuple[Result, ...]:
        """All results, to name methods and figures."""
        made = (self.gaps, self.commitments, self.cooperation, self.layers, self.dead_ends, self.calculated, self.cost)
        return (*made, *self.ways.values())

    @property
    def withholds(self) -> bool:
        """Whether any number of persons is withheld on this page."""
        return any(row.withheld for rows in (self.cells, self.values, self.costs) for row in rows)

    def may_show(self, persons: float) -> bool:
        """Tell whether a number of observed persons, which stands alone, is large enough for the audience."""
        return not self.public or persons <= 0 or persons >= indicators.Policy().threshold

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
