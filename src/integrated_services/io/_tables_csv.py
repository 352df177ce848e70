"""Our own tables as a folder of CSV files (RFC 4180), with a data package that describes them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import attrs

from integrated_services.errors import FormatError
from integrated_services.io._encodings import csv_rows, decode
from integrated_services.io._guard import LIMITS, safe_bytes
from integrated_services.io._tables_cells import as_text
from integrated_services.io._tables_parts import Part, part_of
from integrated_services.io._tables_schema import data_package
from integrated_services.model._keyed import kind_of
from integrated_services.model._tables import Table

PACKAGE = "datapackage.json"
"""Name of the description of a folder of CSV files."""
_LIMITS = attrs.evolve(LIMITS, max_cells=100_000_000, max_rows=20_000_000)
"""Text files may have more rows than a sheet."""


def csv_text(name: str, table: Table) -> str:
    r"""Write one table as CSV.

    Parameters
    ----------
    name
        Name of the table.
    table
        Its columns.

    Returns
    -------
    str
        With a byte order mark, by which spreadsheet programs know UTF-8; lines end in CR LF.

    Examples
    --------
    >>> from integrated_services.io._tables_csv import csv_text
    >>> csv_text("needs", {"id": ["advice", "therapy"], "name": ["=1", None]})
    "\ufeffid,name\r\nadvice,'=1\r\ntherapy,\r\n"
    """
    columns = [[as_text(cell, kind_of(name, column)) for cell in cells] for column, cells in table.items()]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table)
    writer.writerows(zip(*columns, strict=True))
    return "\ufeff" + text.getvalue()


def write_csv(tables: Mapping[str, Table], folder: Path, title: str) -> None:
    """Write tables into a folder.

    Parameters
    ----------
    tables
        Columns by table.
    folder
        An existing folder.
    title
        Title of the data package.
    """
    for name, table in tables.items():
        (folder / f"{name}.csv").write_text(csv_text(name, table), encoding="utf-8", newline="")
    package = json.dumps(data_package(tables, title), ensure_ascii=False, indent=2)
    (folder / PACKAGE).write_text(package + "\n", encoding="utf-8", newline="\n")


def read_csv(path: Path) -> Part:
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
        Where it is no text table.
    """
    data = safe_bytes(path, _LIMITS)
    try:
        text, _, _ = decode(data)
        separator = _separator(text)
        rows, _ = csv_rows(text, separator=separator, limits=_LIMITS)
    except FormatError as error:
        raise FormatError(error.message, path.name, error.row, error.column) from None
    return part_of(path.stem, rows, path.name, decimal_comma=separator != ",")


def _separator(text: str) -> str:
    """The headings hold neither commas nor semicolons nor tabs, so what is found there separates."""
    heading = text.partition("\n")[0]
    return next((sign for sign in (",", ";", "\t") if sign in heading), ",")
