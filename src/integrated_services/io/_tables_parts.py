"""One table of a file on its way in or out: columns with the place of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import attrs

from integrated_services.errors import Problem
from integrated_services.io._tables_cells import LongText, is_long, pieces, read_cells
from integrated_services.model._head import HEAD
from integrated_services.model._keyed import FIGURES, kind_of
from integrated_services.model._tables import Table, table_specs

TEXTS = "texts"
"""Table of the texts that are too long for a cell: ``number``, ``text``; several rows of a number make one text."""
_LONGEST_TITLE = 31


@attrs.frozen
class Part:
    """One table of a file.

    Attributes
    ----------
    table
        Name of the table.
    columns
        Its columns.
    file, sheet
        Where it stands.
    rows
        Row of the file of each row, as people count.
    problems
        What is wrong with its form.
    """

    table: str
    columns: Table
    file: str
    sheet: str | None = None
    rows: Sequence[int] = ()
    problems: tuple[Problem, ...] = ()


@cache
def sheet_titles() -> dict[str, str]:
    """Give the title of the sheet of each table; a title has at most 31 characters.

    Returns
    -------
    dict[str, str]
        By table.

    Examples
    --------
    >>> from integrated_services.io._tables_parts import sheet_titles
    >>> sheet_titles()["services.meets"], sheet_titles()["services.deliveries.posts.sources"]
    ('services.meets', 'deliveries.posts.sources')
    """
    found = {}
    for name in (HEAD, *table_specs(), FIGURES, TEXTS):
        title = name
        while len(title) > _LONGEST_TITLE:
            title = title.partition(".")[2]
        found[name] = title
    return found


def part_of(
    table: str,
    rows: Sequence[Sequence[Any]],
    file: str,
    sheet: str | None = None,
    *,
    decimal_comma: bool = False,
) -> Part:
    """Take a table from the rows of a file, the first of which names the columns.

    Parameters
    ----------
    table
        Name of the table.
    rows
        All rows.
    file, sheet
        Where they stand.
    decimal_comma
        Whether ``0,5`` is a number.

    Returns
    -------
    Part
        The table; blank rows are passed over.
    """
    header = [_heading(cell) for cell in (rows[0] if rows else ())]
    width = len(header)
    problems = _header_problems(table, header, file, sheet)
    numbers: list[int] = []
    kept: list[Sequence[Any]] = []
    for number, row in enumerate(rows[1:], 2):
        if any(row) or any(cell not in (None, "") for cell in row):  # the first is quick
            numbers.append(number)
            kept.append(row if len(row) == width else [*row[:width], *[None] * (width - len(row))])
            if len(row) > width and any(cell not in (None, "") for cell in row[width:]):
                problems.append(_beyond(table, file, sheet, number))
    columns: Table = {}
    for name, cells in zip(header, zip(*kept, strict=True) if kept else [()] * width, strict=True):
        if name:
            columns.setdefault(name, read_cells(cells, kind_of(table, name), decimal_comma=decimal_comma))
        elif any(cell not in (None, "") for cell in cells):
            problems.append(_beyond(table, file, sheet, 1))
    return Part(table, columns, file, sheet, numbers, tuple(problems))


def _heading(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _beyond(table: str, file: str, sheet: str | None, row: int) -> Problem:
    message, mend = "a cell stands in a column without a heading", "Give the column a heading, or empty the cell."
    return Problem("unknown-field", "error", table, message, mend, file=file, sheet=sheet, row=row)


def _header_problems(table: str, header: Sequence[str], file: str, sheet: str | None) -> list[Problem]:
    return [
        Problem(
            "duplicate-key",
            "error",
            table,
            f"{number} columns are called {name!r}",
            "Keep one of them.",
            file=file,
            sheet=sheet,
            row=1,
            column=name,
        )
        for name, number in Counter(header).items()
        if name and number > 1
    ]


# long texts --------------------------------------------------------------------------------------------------------


def with_short_cells(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Move the texts that no cell of a spreadsheet can hold to a table of their own.

    Parameters
    ----------
    tables
        Columns by table.

    Returns
    -------
    dict[str, Table]
        The same tables, where there are long texts with ``texts`` as the last.
    """
    numbers: dict[str, int] = {}
    found: dict[str, Table] = {}
    for name, table in tables.items():
        found[name] = table
        for column, cells in table.items():
            long = [cell for cell in cells if isinstance(cell, str) and is_long(cell)]
            if long:
                for text in long:
                    numbers.setdefault(text, len(numbers) + 1)
                shown = [LongText(numbers[c]) if isinstance(c, str) and c in numbers else c for c in cells]
                found[name] = {**found[name], column: shown}
    if numbers:
        rows = [(number, piece) for text, number in numbers.items() for piece in pieces(text)]
        found[TEXTS] = {"number": [row[0] for row in rows], "text": [row[1] for row in rows]}
    return found


def with_long_cells(parts: Iterable[Part]) -> list[Part]:
    """Put long texts back into their cells.

    Parameters
    ----------
    parts
        Tables of a file.

    Returns
    -------
    list[Part]
        Without the table of long texts.
    """
    found = list(parts)
    texts: dict[str, str] = {}
    for part in found:
        if part.table == TEXTS:
            for number, text in zip(part.columns.get("number", ()), part.columns.get("text", ()), strict=False):
                texts[str(number)] = texts.get(str(number), "") + (text if isinstance(text, str) else "")
    return [
        attrs.evolve(part, columns={c: _restored(cells, texts) for c, cells in part.columns.items()})
        for part in found
        if part.table != TEXTS
    ]


def _restored(cells: Sequence[Any], texts: Mapping[str, str]) -> list[Any]:
    if LongText not in set(map(type, cells)):
        return list(cells)
    return [texts.get(str(c.number), str(c)) if isinstance(c, LongText) else c for c in cells]
