"""The figures of a document with their place, basis and source, and the assumptions that they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from integrated_services._results import AssumptionGroup, UsedFigure, group_assumptions
from integrated_services.model._fields import FieldSpec, walk
from integrated_services.model._values import Figure, Money, Point

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework

DEFAULT_UNITS = {
    "persons": "persons",
    "wait": "days",
    "duration": "days",
    "days": "days",
    "acceptance": "share",
    "share": "share",
    "rate": "share",
    "sessions_per_person": "sessions",
    "hours_per_person": "hours",
    "caseload": "persons",
    "fte": "fte",
    "level": "level",
    "specialists": "persons",
    "participants": "persons",
    "events": "number",
    "members": "number",
}
"""Unit of a figure that names none, by the name of its field."""


def _is_figure(spec: FieldSpec) -> bool:
    return spec.model in (Figure, Money, Point)


def unit_of(field: str, figure: Figure) -> str | None:
    """Give the unit of a figure, from itself or from the field that holds it.

    Parameters
    ----------
    field
        Name of the field.
    figure
        The figure.

    Returns
    -------
    str | None
        ``persons``, ``places``, ``persons/year`` ...; None where the field has no unit of its own.
    """
    unit = figure.unit or DEFAULT_UNITS.get(field)
    if field == "capacity" and figure.unit is None:
        unit = "persons" if figure.per else "places"
    return f"{unit}/{figure.per}" if unit and figure.per else unit


def figures(framework: Framework) -> Iterator[UsedFigure]:
    """Give every figure and amount of a document.

    Parameters
    ----------
    framework
        The framework.

    Yields
    ------
    UsedFigure
        With its path, unit, basis (the document's where it has none) and source.
    """
    for name, record in framework.records():
        for path, spec, value in walk(record, f"{name}[{record.key}]", _is_figure):
            yield used(framework, path, spec.name, value)


def used(framework: Framework, path: str, field: str, value: Figure | Money | Point) -> UsedFigure:
    """Describe one figure, amount or point as results list it.

    Parameters
    ----------
    framework
        The framework that holds it.
    path
        Its path.
    field
        Name of its field.
    value
        The figure.

    Returns
    -------
    UsedFigure
        The description.
    """
    source = framework.sources.get(value.source) if value.source else None
    note = getattr(value, "note", None) or (source.note if source else None)
    number: float
    unit: str | None
    low: Decimal | float | None = None
    high: Decimal | float | None = None
    if isinstance(value, Figure):
        number, unit, low, high = float(value.value), unit_of(field, value), value.low, value.high
    elif isinstance(value, Money):
        number, unit = float(value.amount), value.currency + (f"/{value.per}" if value.per else "")
        low, high = value.low, value.high
    else:
        number, unit = float(value.lat), "degrees (latitude)"
    return UsedFigure(
        path=path,
        value=number,
        unit=unit,
        basis=value.basis or framework.basis,
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        source=value.source,
        source_title=str(source.title) if source else None,
        note=note,
    )


def assumption_groups(framework: Framework) -> tuple[AssumptionGroup, ...]:
    """Group the assumed and estimated figures of a document by their assumption.

    Parameters
    ----------
    framework
        The framework.

    Returns
    -------
    tuple[AssumptionGroup, ...]
        One group a source.
    """
    return group_assumptions(tuple(figures(framework)))
