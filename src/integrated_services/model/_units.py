"""Units of capacity and demand: compared only after a stated conversion, never guessed.

Conventions: a year has 365 days, a month a twelfth of a year, a week 7 days.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrated_services.model._services import Delivery

DAYS = {"day": Fraction(1), "week": Fraction(7), "month": Fraction(365, 12), "year": Fraction(365)}
"""Days of a period."""


def exact(number: float) -> Fraction:
    """Give the fraction that a decimal number was written as.

    Parameters
    ----------
    number
        Such as 0.05.

    Returns
    -------
    Fraction
        1/20 and not the nearest binary number.
    """
    return Fraction(number) if isinstance(number, int) else Fraction(repr(float(number)))


def per_year(per: str) -> Fraction:
    """Give how often a period fits into a year.

    Parameters
    ----------
    per
        ``day``, ``week``, ``month`` or ``year``.

    Returns
    -------
    Fraction
        365, 365/7, 12 or 1.
    """
    return DAYS["year"] / DAYS[per]


def capacity_factor(
    unit: str,
    per: str | None,
    flow: bool,
    duration: float | None,
    sessions_per_person: float | None,
    hours_per_person: float | None,
) -> Fraction | None:
    """Give what a capacity is multiplied by so that it counts persons like the demand.

    Parameters
    ----------
    unit
        ``places``, ``persons``, ``sessions`` or ``hours``.
    per
        Period of the capacity, or None.
    flow
        True where the demand counts persons per year, False where it counts persons at a time.
    duration
        Days that one person stays.
    sessions_per_person
        Sessions that one person takes.
    hours_per_person
        Hours that one person takes.

    Returns
    -------
    Fraction | None
        The factor; None where a conversion is not stated.

    Examples
    --------
    >>> from integrated_services.model._units import capacity_factor
    >>> capacity_factor("places", None, True, 73, None, None)  # 73 days each: five persons a place and year
    Fraction(5, 1)
    >>> capacity_factor("sessions", "week", False, None, 10, None) is None  # no duration is stated
    True
    """
    persons = {"sessions": sessions_per_person, "hours": hours_per_person}
    if unit in persons:
        each = persons[unit]
        if not each or per is None:
            return None
        factor = per_year(per) / exact(each)
    elif per is not None:  # persons or places per period
        factor = per_year(per)
    elif unit in ("places", "persons"):  # a stock
        if not flow:
            return Fraction(1)
        return DAYS["year"] / exact(duration) if duration else None
    else:
        return None
    if flow:
        return factor
    return factor * exact(duration) / DAYS["year"] if duration else None


def conversion(delivery: Delivery, flow: bool) -> Fraction | None:
    """Give the factor for the stated capacity of a delivery.

    Parameters
    ----------
    delivery
        A delivery with a capacity.
    flow
        Whether the demand is per year or at a time.

    Returns
    -------
    Fraction | None
        The factor; None where the two cannot be compared.
    """
    capacity = delivery.capacity
    if capacity is None:
        return None
    values = [
        f.value if f is not None else None
        for f in (delivery.duration, delivery.sessions_per_person, delivery.hours_per_person)
    ]
    unit = capacity.unit or ("persons" if capacity.per else "places")
    return capacity_factor(unit, capacity.per, flow, *values)
