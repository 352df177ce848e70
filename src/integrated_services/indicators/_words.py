"""Numbers and sentences for readers, made from the rows of a result and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import Any

_PERCENT = {"percent", "%", "per cent"}
_APPROX = {"below": "nearly ", "above": "over ", "about": "about "}


def plain(value: Fraction | None) -> int | float | None:
    """Give an exact number as results show it.

    Parameters
    ----------
    value
        Fraction, or None.

    Returns
    -------
    int | float | None
        A whole number as an int, others as the nearest float.
    """
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else float(value)


def number(value: float | Decimal, decimals: int = 1) -> str:
    """Write a number.

    Parameters
    ----------
    value
        Number.
    decimals
        Most decimals that are shown.

    Returns
    -------
    str
        Thousands are separated; trailing zeros are left out.

    Examples
    --------
    >>> from integrated_services.indicators._words import number
    >>> number(1234.0), number(0.05, 2), number(62.04)
    ('1,234', '0.05', '62')
    """
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def measure(value: float, unit: str | None, approx: str | None = None) -> str:
    """Write a number with its unit.

    Parameters
    ----------
    value
        Number.
    unit
        Unit; percent is written as a sign.
    approx
        How an approximate number is meant.

    Returns
    -------
    str
        ``62 %``, ``nearly 60 persons``.
    """
    decimals = 1 if abs(value) >= 10 or value == int(value) else 2
    text = _APPROX.get(approx or "", "") + number(value, decimals)
    if unit == "persons" and value == 1:
        return f"{text} person"
    if unit in _PERCENT:
        return f"{text} %"
    return f"{text} {unit}" if unit else text


def count(many: int, one: str, several: str | None = None) -> str:
    """Write how many there are.

    Parameters
    ----------
    many
        Number.
    one, several
        Word for one and for several; an s is added without the latter.

    Returns
    -------
    str
        ``1 indicator``, ``3 indicators``.
    """
    return f"{many:,} {one if many == 1 else several or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """Join phrases.

    Parameters
    ----------
    parts
        Phrases.

    Returns
    -------
    str
        ``a, b and c``.
    """
    found = list(parts)
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def sentence(row: Mapping[str, Any], hidden: AbstractSet[str] = frozenset()) -> str:
    """Say one row of the values of indicators.

    Parameters
    ----------
    row
        Cells by column.
    hidden
        Columns whose numbers are withheld in this row.

    Returns
    -------
    str
        One sentence with names.
    """
    where = row["territory_name"] if row["agency_name"] is None else f"{row['agency_name']} ({row['territory_name']})"
    head = f"{row['indicator_name']} in {where}"
    head += "".join(f", {part}" for part in (row["period"], row["breakdown"]) if part is not None)
    aims = [_target(row), "baseline withheld" if "baseline" in hidden else _baseline(row)]
    if "value" in hidden:
        return f"{head}: withheld{_after(aims)}."
    if row["value"] is None:
        return f"{head}: no value ({_why(row)}){_after(aims)}."
    said = measure(row["value"], row["unit"], row["approx"]) + _inside(row)
    return f"{head}: {said}{_after(aims)}{_progress(row)}."


def _why(row: Mapping[str, Any]) -> str:
    return (row["missing"] or "not stated").replace("_", " ").replace(";", ",")


def _after(aims: list[str]) -> str:
    return "".join(f", {aim}" for aim in aims if aim)


def _inside(row: Mapping[str, Any]) -> str:
    """What stands in parentheses: the parts, the interval, how it was combined and what is lacking."""
    parts = []
    if row["numerator"] is not None and row["denominator"] is not None:
        parts.append(f"{number(row['numerator'])} of {number(row['denominator'])}")
    if row["low"] is not None:
        low, high = (number(row[end]) for end in ("low", "high"))
        unit = measure(0, row["unit"])[1:]
        parts.append(f"{row['method'].partition(';')[0]} interval {low} to {high}{unit}")
    if row["how"] in ("mean", "max", "min"):
        words = {"mean": "plain mean", "max": "largest", "min": "smallest"}
        parts.append(f"{words[row['how']]} of the territories that reported")
    if row["status"] == "partial":
        parts.append(f"not from everywhere: {_why(row)}" if row["missing"] else "not from everywhere")
    return f" ({'; '.join(parts)})" if parts else ""


def _target(row: Mapping[str, Any]) -> str:
    if row["target"] is None:
        return ""
    due = row["target_period"]
    for_when = f" for {due}" if due not in (None, row["period"]) else ""
    return f"target{for_when} {measure(row['target'], row['unit'])}"


def _baseline(row: Mapping[str, Any]) -> str:
    if row["baseline"] is None:
        return ""
    since = f" of {row['baseline_period']}" if row["baseline_period"] is not None else ""
    return f"baseline{since} {measure(row['baseline'], row['unit'])}"


def _progress(row: Mapping[str, Any]) -> str:
    if row["progress"] is not None:
        return f": {number(100 * row['progress'], 0)} % of the way"
    if row["target_met"] is not None:
        return f": target {'met' if row['target_met'] else 'not met'}"
    return ""
