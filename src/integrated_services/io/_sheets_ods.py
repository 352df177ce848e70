"""Spreadsheets of LibreOffice (.ods), read as a stream of XML so that no file can ask for more than the limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time

from integrated_services.errors import FormatError
from integrated_services.io._guard import Archive, Limits, read_xml
from integrated_services.io._sheets_grid import Book, Cell, CellError, Grid, all_sheets

__all__ = ["read_ods"]

_NAMESPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
_TIME = re.compile(r"-?PT([0-9]{1,6})H([0-9]{1,2})M([0-9]{1,2})(?:[.,][0-9]{1,12})?S")
_LONGEST_NUMBER = 400


def read_ods(archive: Archive, file: str, limits: Limits) -> Book:
    """Read a spreadsheet of LibreOffice.

    Parameters
    ----------
    archive
        The opened file.
    file
        Name of the file.
    limits
        How much it may ask for.

    Returns
    -------
    Book
        With the last results of formulas.

    Raises
    ------
    FormatError
        Where the file is damaged, encrypted, or asks for too much.
    """
    if "META-INF/manifest.xml" in archive:
        _refuse_encrypted(archive, file, limits)
    reader = _Reader(file, limits)
    name = next(name for name in archive.namelist() if name.lower() == "content.xml")
    read_xml(archive.chunks(name), reader.start, reader.end, reader.text, limits=limits, file=file)
    if not reader.is_spreadsheet:
        raise FormatError("This is no spreadsheet but another document of an office program.", file)
    sheets, notes = all_sheets(reader.grids, limits, file)
    return Book(file, "ods", sheets, notes=notes)


def _refuse_encrypted(archive: Archive, file: str, limits: Limits) -> None:
    def start(name: str, _attributes: Mapping[str, str]) -> None:
        if name.endswith("encryption-data"):
            raise FormatError("The spreadsheet is encrypted; save it without a password.", file)

    read_xml(archive.chunks("META-INF/manifest.xml"), start, limits=limits, file=file)


class _Reader:
    """Handlers for the XML of all sheets."""

    def __init__(self, file: str, limits: Limits) -> None:
        self.file = file
        self.limits = limits
        self.grids: list[Grid] = []
        self.is_spreadsheet = False
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.tables = 0
        self.row = 0
        self.row_repeats = 1
        self.column = 0
        self.cells: list[tuple[int, int, Cell]] = []
        self.cell: Mapping[str, str] | None = None
        self.paragraphs: list[str] | None = None
        self.in_paragraph = 0
        self.in_note = 0
        self.size = 0
        self.elements = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = _short(name)
        if kind == "table:table":
            self._start_table(attributes)
        elif kind == "office:spreadsheet":
            self.is_spreadsheet = True
        elif kind == "style:style":
            self.style = _get(attributes, "style:name")
        elif kind == "style:table-properties" and _get(attributes, "table:display") == "false":
            self.hidden_styles.add(self.style)
        elif self.tables == 1:
            self._start_in_table(kind, attributes)

    def _start_table(self, attributes: Mapping[str, str]) -> None:
        self.tables += 1  # a cell may hold a table of its own, which is passed over
        if self.tables == 1:
            if len(self.grids) >= self.limits.max_entries:
                raise FormatError("The spreadsheet has too many sheets.", self.file)
            grid = Grid(_get(attributes, "table:name"), self.limits, self.file)
            grid.hidden = _get(attributes, "table:style-name") in self.hidden_styles
            self.grids.append(grid)
            self.row = 0

    def _start_in_table(self, kind: str, attributes: Mapping[str, str]) -> None:
        if kind == "table:table-row":
            self.row_repeats = self._count(attributes, "table:number-rows-repeated")
            self.column = 0
            self.cells = []
        elif kind in ("table:table-cell", "table:covered-table-cell"):
            self.elements += 1
            if self.elements > 2 * self.limits.max_cells:
                raise self.grids[-1].refuse(f"there are more than {2 * self.limits.max_cells:,} cells; divide it.")
            self.cell = attributes
            self.paragraphs = []
            self.size = 0
        elif kind == "office:annotation":
            self.in_note += 1
        elif kind == "text:p" and not self.in_note and self.paragraphs is not None:
            if self.in_paragraph == 0:
                self.paragraphs.append("")
            self.in_paragraph += 1
        elif self.in_paragraph and not self.in_note:
            self._space(kind, attributes)

    def _space(self, kind: str, attributes: Mapping[str, str]) -> None:
        if kind == "text:s":
            self.text(" " * min(self._count(attributes, "text:c"), self.limits.max_text + 1))
        elif kind == "text:tab":
            self.text("\t")
        elif kind == "text:line-break":
            self.text("\n")

    def _count(self, attributes: Mapping[str, str], name: str) -> int:
        text = _get(attributes, name)
        return max(int(text), 1) if re.fullmatch("[0-9]{1,9}", text) else 1

    def text(self, characters: str) -> None:
        if self.in_paragraph and not self.in_note and self.paragraphs:
            self.size += len(characters)
            if self.size > self.limits.max_text:
                raise self.grids[-1].refuse(
                    f"a cell has more than {self.limits.max_text:,} characters.", self.row, self.column
                )
            self.paragraphs[-1] += characters

    def end(self, name: str) -> None:
        kind = _short(name)
        if kind == "table:table":
            self.tables -= 1
        elif self.tables != 1:
            return
        elif kind in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell(self.cell or {})
        elif kind == "table:table-row":
            self._end_row()
        elif kind == "office:annotation":
            self.in_note = max(self.in_note - 1, 0)
        elif kind == "text:p" and not self.in_note:
            self.in_paragraph = max(self.in_paragraph - 1, 0)

    def _end_cell(self, attributes: Mapping[str, str]) -> None:
        repeats = self._count(attributes, "table:number-columns-repeated")
        value = self._value(attributes, "\n".join(self.paragraphs or ()))
        self.paragraphs = None
        grid = self.grids[-1]
        formula = _get(attributes, "table:formula")
        if formula:
            grid.put_formula(self.row, self.column, formula.removeprefix("of:"))
        spans = [self._count(attributes, f"table:number-{side}-spanned") for side in ("rows", "columns")]
        if max(spans) > 1:
            grid.merged.append((self.row, self.column, self.row + spans[0] - 1, self.column + spans[1] - 1))
        if value is not None:
            if self.column + repeats > self.limits.max_columns:
                raise grid.refuse(f"there are cells beyond column {self.limits.max_columns:,}.")
            self.cells.append((self.column, repeats, value))
        self.column += repeats

    def _end_row(self) -> None:
        """Write the row as often as it is repeated; a blank one costs nothing."""
        if self.cells:
            width = sum(repeats for _, repeats, _ in self.cells)
            if self.row_repeats * width > self.limits.max_cells:
                raise self.grids[-1].refuse(f"a row is repeated {self.row_repeats:,} times.")
            for row in range(self.row, self.row + self.row_repeats):
                for column, repeats, value in self.cells:
                    for place in range(column, column + repeats):
                        self.grids[-1].put(row, place, value)
        self.row += self.row_repeats
        self.cells = []

    def _value(self, attributes: Mapping[str, str], shown: str) -> Cell:
        kind = _get(attributes, "office:value-type")
        if kind in ("float", "percentage", "currency"):
            return self._number(_get(attributes, "office:value"))
        if kind == "boolean":
            return _get(attributes, "office:boolean-value") == "true"
        if kind == "date":
            return _date(_get(attributes, "office:date-value"))
        if kind == "time":
            return _time(_get(attributes, "office:time-value"))
        if _get(attributes, "calcext:value-type") == "error":
            return CellError(shown)
        if kind == "string":
            return shown or _get(attributes, "office:string-value") or None
        if shown.startswith(("#", "Err:")) and _get(attributes, "table:formula"):
            return CellError(shown)
        return shown or None

    def _number(self, stored: str) -> Cell:
        try:
            number = float(stored) if len(stored) <= _LONGEST_NUMBER else float("inf")
        except ValueError:
            raise self.grids[-1].refuse("a number cannot be read.", self.row, self.column) from None
        return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _short(name: str) -> str:
    namespace, _, local = name.partition(" ")
    return f"{_NAMESPACES.get(namespace, '')}:{local}"


def _get(attributes: Mapping[str, str], name: str) -> str:
    prefix, _, local = name.partition(":")
    return next(
        (
            attributes[f"{uri} {local}"]
            for uri, p in _NAMESPACES.items()
            if p == prefix and f"{uri} {local}" in attributes
        ),
        "",
    )


def _date(text: str) -> Cell:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text[:26]).replace(tzinfo=None)
    except ValueError:
        return text or None


def _time(text: str) -> Cell:
    """Read a duration; one below a day is a time of day."""
    match = _TIME.fullmatch(text)
    if match is None:
        return text or None
    hours, minutes, seconds = (int(part) for part in match.groups())
    if text.startswith("-") or hours >= 24 or minutes >= 60 or seconds >= 60:
        return f"{'-' if text.startswith('-') else ''}{hours}:{minutes:02}:{seconds:02}"
    return time(hours, minutes, seconds)
