"""Single cells: from numpy to Python, to JSON, to CSV, to text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

__all__ = ["as_text", "csv_cell", "csv_line", "json_cell", "native", "native_list"]

# What makes a spreadsheet take a text for a formula; the apostrophe so that the guard can be undone.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
_QUOTE = '"'
_TO_QUOTE = re.compile(r'[",\r\n]')


def native_list(values: list[Any] | np.ndarray[Any, Any]) -> list[Any]:
    """Bring a column to Python values: no numpy scalars, and ``None`` for what is not a number."""
    if isinstance(values, list):
        return [native(value) for value in values]
    if values.dtype.kind == "M":  # finer than microseconds, numpy would give bare integers
        unit = "D" if values.dtype == "datetime64[D]" else "us"
        values = values.astype(f"datetime64[{unit}]")
    return [native(value) for value in values.tolist()]


def native(value: Any) -> Any:
    """Bring one cell to a Python value, ``None`` for what is not a number."""
    if isinstance(value, Enum):
        return native(value.value)
    kind = type(value)
    if kind.__module__ == "numpy":
        if getattr(value, "ndim", 0):
            return native_list(value)
        if value.dtype.kind == "M":
            return native_list(value.reshape(1))[0]
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def json_cell(value: object) -> Any:
    """Bring one cell to what JSON can hold; neither NaN nor infinity can be there."""
    value = native(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(name): json_cell(item) for name, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((json_cell(item) for item in value), key=str)
    if isinstance(value, Iterable):
        return [json_cell(item) for item in value]
    return _single(value)


def _single(value: object) -> str | float:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return str(value)


def as_text(value: object) -> str:
    """Write one cell or argument as text, the same in every run."""
    value = json_cell(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {as_text(item)}" for name, item in value.items())
    return str(value)


def csv_cell(value: object) -> str:
    """Write one cell for CSV: numbers as they are, texts so that no spreadsheet runs them."""
    value = json_cell(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = as_text(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_line(cells: Iterable[str]) -> str:
    """Write one row of CSV; the writer of the standard library leaves a lone carriage return unquoted."""
    quoted = [f'"{c.replace(_QUOTE, _QUOTE * 2)}"' if _TO_QUOTE.search(c) else c for c in cells]
    return f"{','.join(quoted) or _QUOTE * 2}\n"
