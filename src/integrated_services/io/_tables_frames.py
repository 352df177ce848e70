"""Our own tables as data frames of any kind, and as Parquet files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from integrated_services import _optional
from integrated_services.errors import FormatError
from integrated_services.io._guard import LIMITS, file_name
from integrated_services.io._tables_cells import read_cells
from integrated_services.io._tables_parts import Part
from integrated_services.model import Framework, columns_of
from integrated_services.model._head import HEAD, head_table
from integrated_services.model._keyed import kind_of, with_keys
from integrated_services.model._tables import CellKind, Table

Backend = Literal["pandas", "polars", "pyarrow"]
"""A package of data frames."""

FORMAT_KEY = b"integrated_services.format"
"""Key of the metadata of a Parquet file that names the version of the tables."""
_VERSION = b"1"
_INT64 = 2**63
_DIGITS, _DECIMALS = 19, 4
_MAX_ROWS = 100_000_000
_MAX_UNPACKED = 16 * LIMITS.max_unpacked


def laid_out(framework: Framework) -> dict[str, Table]:
    """Lay a framework out in tables for people.

    Parameters
    ----------
    framework
        The framework.

    Returns
    -------
    dict[str, Table]
        ``framework`` first, then each collection with its child tables, ``figures`` last.
    """
    columns = columns_of(framework)
    return {HEAD: head_table(columns.head), **with_keys(columns.tables)}


def to_frames(framework: Framework, backend: Backend = "pandas") -> dict[str, Any]:
    """Give a framework as data frames, one a table.

    Parameters
    ----------
    framework
        The framework.
    backend
        Which kind of frame.

    Returns
    -------
    dict[str, Any]
        Frames by table, from which :func:`integrated_services.model.from_frames` makes the same framework. Exact
        amounts are decimals.

    Raises
    ------
    MissingDependencyError
        Where the package is not installed.

    Examples
    --------
    >>> from integrated_services import samples
    >>> from integrated_services.io import to_frames
    >>> from integrated_services.model import from_frames
    >>> fw = samples.load("elektrenai")
    >>> from_frames(to_frames(fw, "polars")).to_framework() == fw
    True
    """
    makers = {"pandas": _pandas, "polars": _polars, "pyarrow": arrow_table}
    if backend not in makers:
        raise ValueError(f"backend is pandas, polars or pyarrow, not {backend!r}")
    return {name: makers[backend](name, table) for name, table in laid_out(framework).items()}


def _kinds(name: str, table: Table) -> dict[str, CellKind]:
    """What the columns hold; whole numbers that no frame can hold become texts."""
    kinds = {column: kind_of(name, column) for column in table}
    for column, kind in kinds.items():
        if kind == "integer" and any(cell is not None and not -_INT64 <= cell < _INT64 for cell in table[column]):
            kinds[column] = "text"
    return kinds


def _cells(cells: Sequence[Any], kind: CellKind) -> list[Any]:
    if kind == "amount":
        return [None if cell is None else Decimal(cell) for cell in cells]
    if kind == "number":
        return [None if cell is None else float(cell) for cell in cells]
    if kind in ("integer", "boolean"):
        return list(cells)
    return [None if cell is None else str(cell) for cell in cells]


def _pandas(name: str, table: Table) -> Any:
    pandas = _optional.pandas()
    types = {"integer": "Int64", "number": "float64", "boolean": "boolean"}
    kinds = _kinds(name, table)
    return pandas.DataFrame(
        {c: pandas.Series(_cells(cells, kinds[c]), dtype=types.get(kinds[c], "object")) for c, cells in table.items()}
    )


def _polars(name: str, table: Table) -> Any:
    polars = _optional.polars()
    types = {
        "integer": polars.Int64,
        "number": polars.Float64,
        "boolean": polars.Boolean,
        "amount": polars.Decimal(_DIGITS, _DECIMALS),
    }
    kinds = _kinds(name, table)
    return polars.DataFrame(
        [
            polars.Series(c, _cells(cells, kinds[c]), dtype=types.get(kinds[c], polars.String))
            for c, cells in table.items()
        ]
    )


def arrow_table(name: str, table: Table) -> Any:
    """Make an Arrow table.

    Parameters
    ----------
    name
        Name of the table.
    table
        Its columns.

    Returns
    -------
    pyarrow.Table
        Texts, whole numbers (int64), numbers (double), booleans and exact decimals (19 digits, 4 of them decimals).
    """
    arrow = _optional.pyarrow()
    types = {
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "boolean": arrow.bool_(),
        "amount": arrow.decimal128(_DIGITS, _DECIMALS),
    }
    kinds = _kinds(name, table)
    fields = [arrow.field(column, types.get(kinds[column], arrow.string())) for column in table]
    arrays = [arrow.array(_cells(cells, kinds[c]), types.get(kinds[c], arrow.string())) for c, cells in table.items()]
    return arrow.Table.from_arrays(arrays, schema=arrow.schema(fields, metadata={FORMAT_KEY: _VERSION}))


# Parquet -----------------------------------------------------------------------------------------------------------


def _parquet() -> ModuleType:
    return _optional.require("pyarrow.parquet", extra="tables", purpose="reading or writing Parquet")


def write_parquet(tables: Mapping[str, Table], folder: Path) -> None:
    """Write tables into a folder, one Parquet file each.

    Parameters
    ----------
    tables
        Columns by table.
    folder
        An existing folder.
    """
    parquet = _parquet()
    for name, table in tables.items():
        parquet.write_table(arrow_table(name, table), folder / f"{name}.parquet", write_page_checksum=True)


def read_parquet(path: Path) -> Part:
    """Read one table.

    Parameters
    ----------
    path
        File, named like the table.

    Returns
    -------
    Part
        The table.

    Raises
    ------
    FormatError
        Where it is no Parquet file, or too large.
    """
    arrow, parquet = _optional.pyarrow(), _parquet()
    if not path.is_file():
        raise FormatError("This is no file.", file_name(path))
    try:
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            _refuse_large(file, path)
            version = (file.schema_arrow.metadata or {}).get(FORMAT_KEY, _VERSION)
            if version != _VERSION:
                raise FormatError("The tables are of a newer format; use a newer version of this package.", path.name)
            found = file.read()
            columns = {name: found.column(number).to_pylist() for number, name in enumerate(found.column_names)}
    except (arrow.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError("The file is no Parquet file, or it is damaged.", file_name(path)) from None
    cells = {name: _read(cells, kind_of(path.stem, name)) for name, cells in columns.items()}
    return Part(path.stem, cells, path.name, None, range(1, found.num_rows + 1))


def _read(cells: list[Any], kind: CellKind) -> list[Any]:
    """Texts of data frames stand as they are, without an apostrophe."""
    return cells if kind in ("text", "json") else read_cells(cells, kind)


def _refuse_large(file: Any, path: Path) -> None:
    groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
    if file.metadata.num_rows > _MAX_ROWS or sum(group.total_byte_size for group in groups) > _MAX_UNPACKED:
        raise FormatError("The table is too large to be read at once.", path.name)
