"""What every result can do: columns, records, JSON, CSV, frames, text, provenance, references."""

from __future__ import annotations

from integrated_services._results._base import Result
from integrated_services._results._citation import Citation
from integrated_services._results._column import Column
from integrated_services._results._provenance import (
    AssumptionGroup,
    Provenance,
    UsedFigure,
    group_assumptions,
    provenance,
)
from integrated_services._results._text import display_width, format_table

__all__ = [
    "AssumptionGroup",
    "Citation",
    "Column",
    "Provenance",
    "Result",
    "UsedFigure",
    "display_width",
    "format_table",
    "group_assumptions",
    "provenance",
]
