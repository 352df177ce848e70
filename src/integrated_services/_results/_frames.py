"""Results as data frames of the user's choice, through narwhals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from integrated_services import _optional
from integrated_services._results._cells import native_list
from integrated_services._results._column import Column
from integrated_services.errors import AnalysisError

if TYPE_CHECKING:
    import numpy as np

__all__ = ["native_frame"]

_BACKENDS = {
    "pandas": _optional.pandas,
    "polars": _optional.polars,
    "pyarrow": _optional.pyarrow,
}


def native_frame(
    columns: Sequence[Column],
    data: Mapping[str, list[Any] | np.ndarray[Any, Any]],
    backend: Literal["pandas", "polars", "pyarrow"],
) -> object:
    """Build the frame; columns without any value get the type that their role implies."""
    if backend not in _BACKENDS:
        raise AnalysisError(f"backend is one of {', '.join(_BACKENDS)}, not {backend!r}.")
    _BACKENDS[backend](f"giving a {backend} data frame")
    import narwhals as nw

    values = {n: native_list(v) if isinstance(v, list) else v for n, v in data.items()}
    frame = nw.from_dict(values, backend=backend)
    untyped = [c for c in columns if _has_no_type(values[c.name])]
    frame = frame.with_columns(
        nw.col(c.name).cast(nw.Float64() if c.role == "measure" else nw.String()) for c in untyped
    )
    if backend != "pandas":  # there, NaN is how a missing number is written
        floats = [name for name, kind in frame.schema.items() if kind.is_float()]
        frame = frame.with_columns(nw.col(name).fill_nan(None) for name in floats)
    return frame.to_native()


def _has_no_type(values: list[Any] | np.ndarray[Any, Any]) -> bool:
    return isinstance(values, list) and all(value is None for value in values)
