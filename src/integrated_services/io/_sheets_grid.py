"""What every kind of spreadsheet becomes: a book of sheets of cells, filled within limits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

import attrs

from integrated_services.errors import FormatError, mask, nearest
from integrated_services.io._guard import Limits

__all__ = ["Book", "Cell", "CellError", "Grid", "Sheet", "all_sheets", "column_name", "grid_of"]

Cell = str | int | float | bool | date | datetime | time | None
"""Value of a cell: text stays text, whole numbers are int, blank cells are None."""

Span = tuple[int, int, int, int]


class CellError(str):
    """An error that a spreadsheet program left in a cell, such as ``#N/A``.

    Examples
    --------
    >>> from integrated_services.io._sheets import CellError
    >>> CellError("#N/A") == "#N/A", isinstance(CellError("#N/A"), str)
    (True, True)
    """

    __slots__ = ()


@attrs.frozen
class Sheet:
    """One sheet of a book.

    Attributes
    ----------
    name
        As on its tab; the stem of the file name for text files.
    rows
        Cells by row, all rows equally long; leading blank rows and columns are there, trailing ones are not.
        Row ``r``, column ``c`` (from 0) is what people call row ``r + 1``.
    merged
        First row, first column, last row, last column of each merged range within the rows (from 0, inclusive);
        the value is in its first cell only.
    formulas
        Formula of each cell that has one; its last result is in the rows.
    hidden
        Whether the sheet is hidden.

    Examples
    --------
    >>> from integrated_services.io._sheets import Sheet
    >>> Sheet("Services", (("name", "places"), ("Day care", 12))).shape
    (2, 2)
    """

    name: str = attrs.field(repr=lambda name: repr(mask(name)))
    rows: tuple[tuple[Cell, ...], ...] = attrs.field(repr=False)  # cells may hold persons' data
    merged: tuple[Span, ...] = attrs.field(default=(), repr=False)
    formulas: Mapping[tuple[int, int], str] = attrs.field(factory=dict, repr=False)
    hidden: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    def cell(self, row: int, column: int) -> Cell:
        """Give one cell.

        Parameters
        ----------
        row, column
            From 0; anything beyond the sheet is blank.

        Returns
        -------
        str | int | float | bool | date | datetime | time | None
            Its value.
        """
        rows, columns = self.shape
        return self.rows[row][column] if 0 <= row < rows and 0 <= column < columns else None

    def filled(self) -> Sheet:
        """Give the sheet with the value of each merged range in all of its cells.

        Returns
        -------
        Sheet
            Without merged ranges.

        Examples
        --------
        >>> from integrated_services.io._sheets import Sheet
        >>> Sheet("S", (("Places", None), ("2021", "2022")), merged=((0, 0, 0, 1),)).filled().rows
        (('Places', 'Places'), ('2021', '2022'))
        """
        rows = [list(row) for row in self.rows]
        for top, left, bottom, right in self.merged:
            for row in range(top, bottom + 1):
                rows[row][left : right + 1] = [self.rows[top][left]] * (right + 1 - left)
        return attrs.evolve(self, rows=tuple(map(tuple, rows)), merged=())


@attrs.frozen
class Book:
    """All sheets of one file.

    Attributes
    ----------
    file
        Name of the file without its folder.
    kind
        ``xlsx``, ``ods``, ``xls``, ``csv`` or ``json``, by content and not by name.
    sheets
        In their order.
    encoding, separator
        Of text files.
    notes
        What was noticed, as sentences: how the text was decoded, formulas without a result, parts that are ignored.
    """

    file: str = attrs.field(repr=lambda name: repr(mask(name)))
    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str | None = None
    separator: str | None = None
    notes: tuple[str, ...] = ()

    def sheet(self, name: str) -> Sheet:
        """Give one sheet.

        Parameters
        ----------
        name
            Name of the sheet; upper and lower case do not matter where that is unambiguous.

        Returns
        -------
        Sheet
            The sheet.

        Raises
        ------
        FormatError
            Where there is no such sheet.

        Examples
        --------
        >>> from integrated_services.io._sheets import Book, Sheet
        >>> Book("a.xlsx", "xlsx", (Sheet("Services", ()),)).sheet("Service")
        Traceback (most recent call last):
        ...
        integrated_services.errors.FormatError: a.xlsx: There is no sheet 'Service'. Did you mean 'Services'?
        """
        for wanted in (name, name.strip().casefold()):
            found = [s for s in self.sheets if wanted in (s.name, s.name.strip().casefold())]
            exact = [s for s in found if s.name == name]
            if len(exact or found) == 1:
                return (exact or found)[0]
        names = [s.name for s in self.sheets]
        meant = nearest(name, names)
        hint = f" Did you mean {meant[0]!r}?" if meant else ""
        raise FormatError(f"There is no sheet {name!r}.{hint}", self.file)


def column_name(column: int) -> str:
    """Name a column as spreadsheets do.

    Parameters
    ----------
    column
        From 0.

    Returns
    -------
    str
        ``A``, ``B``, ... ``AA``.

    Examples
    --------
    >>> from integrated_services.io._sheets import column_name
    >>> column_name(0), column_name(27), column_name(16383)
    ('A', 'AB', 'XFD')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Grid:
    """Fills one sheet cell by cell and refuses what goes beyond the limits.

    Parameters
    ----------
    name
        Name of the sheet.
    limits
        Number of cells, rows, columns, characters.
    file
        Name for messages.
    """

    def __init__(self, name: str, limits: Limits, file: str | None = None) -> None:
        self.name = name
        self.file = file
        self.limits = limits
        self.formulas: dict[tuple[int, int], str] = {}
        self.merged: list[Span] = []
        self.hidden = False
        self.covered = 0
        self._rows: dict[int, list[Cell]] = {}
        self._cells = 0
        self._characters = 0

    def refuse(self, message: str, row: int | None = None, column: int | None = None) -> FormatError:
        """Make the error for this sheet.

        Parameters
        ----------
        message
            What is wrong.
        row, column
            Where, from 0.

        Returns
        -------
        FormatError
            To raise.
        """
        return FormatError(
            f"Sheet {self.name[:100]!r}: {message}",
            self.file,
            None if row is None else row + 1,
            None if column is None else column + 1,
        )

    def put(self, row: int, column: int, value: Cell) -> None:
        """Write one cell; blank ones are passed over.

        Parameters
        ----------
        row, column
            From 0.
        value
            Its value.

        Raises
        ------
        FormatError
            Where it is beyond the limits, or holds what no cell can hold.
        """
        if value is None or value == "":
            return
        limits = self.limits
        if not (0 <= row < limits.max_rows and 0 <= column < limits.max_columns):
            raise self.refuse(
                f"there is a cell beyond row {limits.max_rows:,} and column {column_name(limits.max_columns - 1)}."
            )
        if isinstance(value, str):
            self._check_text(row, column, value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise self.refuse("a number is too large for any spreadsheet.", row, column)
        cells = self._rows.setdefault(row, [])
        missing = column + 1 - len(cells)
        if missing > 0:
            self._cells += missing  # the rectangle of the sheet is larger still
            if self._cells > limits.max_cells:
                raise self.refuse(f"there are more than {limits.max_cells:,} cells; divide it.")
            cells.extend([None] * missing)
        cells[column] = value

    def put_formula(self, row: int, column: int, formula: str) -> None:
        """Note that a cell holds a formula.

        Parameters
        ----------
        row, column
            From 0.
        formula
            Its text.

        Raises
        ------
        FormatError
            Where there are too many.
        """
        if len(self.formulas) >= self.limits.max_cells:
            raise self.refuse(f"there are more than {self.limits.max_cells:,} formulas; divide it.")
        self._check_text(row, column, formula)
        self.formulas[row, column] = formula

    def _check_text(self, row: int, column: int, value: str) -> None:
        if len(value) > self.limits.max_text:
            raise self.refuse(f"a cell has more than {self.limits.max_text:,} characters.", row, column)
        self._characters += len(value)
        if self._characters > self.limits.max_unpacked:
            raise self.refuse(f"the cells have more than {self.limits.max_unpacked:,} characters; divide it.")
        if "\0" in value:
            raise self.refuse("a cell holds a NUL character; the file is damaged.", row, column)

    def sheet(self) -> Sheet:
        """Give the sheet.

        Returns
        -------
        Sheet
            With all rows equally long.

        Raises
        ------
        FormatError
            Where its rectangle is too large.
        """
        height = max(self._rows, default=-1) + 1
        width = max(map(len, self._rows.values()), default=0)
        if height * width > self.limits.max_cells:
            raise self.refuse(
                f"it reaches to cell {column_name(width - 1)}{height}, which are {height * width:,} cells; "
                "delete what stands far out."
            )
        merged = self._spans(height, width)
        blank = (None,) * width
        filled = (self._rows.get(row, []) for row in range(height))
        rows = tuple((*cells, *blank[len(cells) :]) for cells in filled)
        return Sheet(self.name, rows, merged, self.formulas, self.hidden)

    def notes(self) -> list[str]:
        """Say what was noticed, after `sheet` was called.

        Returns
        -------
        list of str
            Sentences.
        """
        lines = []
        if self.formulas:
            lines.append(f"{len(self.formulas)} cells hold formulas; their stored results are used.")
        if self.covered:
            lines.append(f"{self.covered} values under merged cells are left out.")
        return [f"Sheet {mask(self.name[:100])!r}: {line}" for line in lines]

    def _spans(self, height: int, width: int) -> tuple[Span, ...]:
        """Clip merged ranges to the sheet and blank all of their cells but the first."""
        spans = []
        area = 0
        for top, left, bottom, right in self.merged:
            span = (top, left, min(bottom, height - 1), min(right, width - 1))
            size = (span[2] - top + 1) * (span[3] - left + 1)
            if span[2] < top or span[3] < left or size < 2:
                continue
            area += size
            if area > self.limits.max_cells:
                raise self.refuse("its merged cells overlap.")
            spans.append(span)
            self._blank(span)
        return tuple(spans)

    def _blank(self, span: Span) -> None:
        top, left, bottom, right = span
        for row in range(top, bottom + 1):
            cells = self._rows.get(row, [])
            for column in range(left, min(right + 1, len(cells))):
                if (row, column) != (top, left):
                    self.covered += cells[column] is not None
                    cells[column] = None


def grid_of(name: str, rows: Iterable[Iterable[Any]], limits: Limits, file: str | None = None) -> Grid:
    """Fill a sheet from rows.

    Parameters
    ----------
    name
        Name of the sheet.
    rows
        Cells by row, of any length.
    limits
        Number of cells, rows, columns, characters.
    file
        Name for messages.

    Returns
    -------
    Grid
        Filled.

    Raises
    ------
    FormatError
        Where there is too much.
    """
    grid = Grid(name, limits, file)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            grid.put(number, column, value)
    return grid


def all_sheets(
    grids: Iterable[Grid], limits: Limits, file: str | None = None
) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """Make the sheets of a book, which together have no more cells than one may have.

    Parameters
    ----------
    grids
        What was filled; one is made after the other.
    limits
        Number of cells.
    file
        Name for messages.

    Returns
    -------
    sheets : tuple of Sheet
        In their order.
    notes : tuple of str
        What was noticed in them.

    Raises
    ------
    FormatError
        Where there are too many cells.
    """
    sheets: list[Sheet] = []
    notes: list[str] = []
    cells = 0
    for grid in grids:
        sheet = grid.sheet()
        cells += sheet.shape[0] * sheet.shape[1]
        if cells > limits.max_cells:
            raise FormatError(f"The sheets have more than {limits.max_cells:,} cells; divide the file.", file)
        sheets.append(sheet)
        notes += grid.notes()
    return tuple(sheets), tuple(notes)
