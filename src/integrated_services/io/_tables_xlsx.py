"""Our own tables as one Excel workbook, a sheet a table.

The workbook is written here and not by a package, since numbers must keep all of their digits, texts all of their
characters, and equal frameworks must give equal files.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import attrs

from integrated_services.errors import FormatError, Problem, nearest
from integrated_services.io._guard import LIMITS
from integrated_services.io._sheets import Book, CellError, Sheet, column_name, open_book
from integrated_services.io._tables_cells import LongText, guarded
from integrated_services.io._tables_parts import Part, part_of, sheet_titles
from integrated_services.model._keyed import kind_of
from integrated_services.model._tables import CellKind, Table

_LIMITS = attrs.evolve(LIMITS, max_cells=50_000_000, max_text=300_000)
"""A sheet of 10^6 rows; a text of which each sign is written as an escape."""
_DAY = (1980, 1, 1, 0, 0, 0)  # no entry of the archive may tell when it was written
_EXACT = 10**15
_MOST_ROWS = 2**20 - 1
_SPECIAL = re.compile("_(?=x[0-9A-Fa-f]{4}_)|\r|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEADING, _TEXT, _PLAIN = 1, 2, 0
"""Styles: bold, text (so that what people type stays text), and any other."""
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border>'
    '<left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" '
    'fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" '
    'borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
    'applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_WIDTHS = {"text": 24, "json": 30, "date": 12}


def workbook_bytes(tables: Mapping[str, Table]) -> bytes:
    """Write tables as a workbook.

    Parameters
    ----------
    tables
        Columns by table.

    Returns
    -------
    bytes
        The file; equal tables give equal bytes.

    Raises
    ------
    FormatError
        Where a table has more rows than a sheet can have.
    """
    for name, table in tables.items():
        if len(next(iter(table.values()), ())) > _MOST_ROWS:
            message = (
                f"The table {name!r} has more than {_MOST_ROWS:,} rows; write CSV or Parquet in place of a workbook."
            )
            raise FormatError(message)
    titles = [sheet_titles()[name] for name in tables]
    entries: dict[str, Iterable[str]] = {
        "[Content_Types].xml": _content_types(len(titles)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(titles),
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(titles) + 1)), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": [_STYLES],
    }
    entries |= {f"xl/worksheets/sheet{n}.xml": _sheet(*item) for n, item in enumerate(tables.items(), 1)}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, texts in entries.items():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, "".join(texts).encode())
    return data.getvalue()


def _content_types(sheets: int) -> Iterator[str]:
    yield f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
    yield 'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    yield f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    yield f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    for number in range(1, sheets + 1):
        yield f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    yield "</Types>"


def _relations(targets: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    for number, (kind, target) in enumerate(targets, 1):
        yield f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    yield "</Relationships>"


def _workbook(titles: Iterable[str]) -> Iterator[str]:
    yield f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    for number, title in enumerate(titles, 1):
        yield f'<sheet name="{title}" sheetId="{number}" r:id="rId{number}"/>'
    yield "</sheets></workbook>"


def _sheet(name: str, table: Table) -> Iterator[str]:
    kinds = [kind_of(name, column) for column in table]
    letters = [column_name(number) for number in range(len(kinds))]
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
    yield 'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
    for number, (column, kind) in enumerate(zip(table, kinds, strict=True), 1):
        width = max(_WIDTHS.get(kind, 10), min(len(column) + 2, 40))
        yield f'<col min="{number}" max="{number}" width="{width}" customWidth="1" style="{_style(kind)}"/>'
    yield '</cols><sheetData><row r="1">'
    for letter, column in zip(letters, table, strict=True):
        yield _string(f"{letter}1", _HEADING, column)
    yield "</row>"
    for number, row in enumerate(zip(*table.values(), strict=True), 2):
        cells = zip(letters, kinds, row, strict=True)
        yield f'<row r="{number}">'
        yield "".join([_cell(f"{letter}{number}", kind, cell) for letter, kind, cell in cells if cell is not None])
        yield "</row>"
    yield "</sheetData></worksheet>"


def _style(kind: CellKind) -> int:
    return _TEXT if kind in ("text", "json", "date") else _PLAIN


def _cell(place: str, kind: CellKind, cell: Any) -> str:
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, float) or (isinstance(cell, int) and -_EXACT <= cell <= _EXACT):
        return f'<c r="{place}"><v>{cell!r}</v></c>'
    if kind == "amount" and _is_exact(text := str(cell)):
        return f'<c r="{place}"><v>{text}</v></c>'
    if isinstance(cell, (int, LongText)) or kind == "amount":
        return _string(place, _TEXT, str(cell))
    return _string(place, _TEXT, guarded(str(cell)))


def _is_exact(amount: str) -> bool:
    """A spreadsheet program keeps 15 digits of a number; longer amounts stay text."""
    return len(amount.lstrip("-0.").replace(".", "")) <= 15


def _string(place: str, style: int, text: str) -> str:
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


def _escaped(text: str) -> str:
    """Write what XML cannot hold, or would change, as Excel does: ``_x000D_``."""
    return escape(_SPECIAL.sub(lambda match: f"_x{ord(match[0]):04X}_", text))


def read_workbook(path: Path) -> list[Part]:
    """Read the tables of a workbook.

    Parameters
    ----------
    path
        File.

    Returns
    -------
    list[Part]
        One a sheet.

    Raises
    ------
    FormatError
        Where it is no workbook.
    """
    book = open_book(path, limits=_LIMITS)
    tables = {title.casefold(): name for name, title in sheet_titles().items()}
    return [_part(book, sheet, tables.get(sheet.name.strip().casefold())) for sheet in book.sheets]


def _part(book: Book, sheet: Sheet, table: str | None) -> Part:
    if table is None:
        near = nearest(sheet.name, sheet_titles().values())
        mend = f"Did you mean {' or '.join(map(repr, near))}?" if near else "Take the sheet out."
        message = f"there is no table {sheet.name!r}"
        problem = Problem("unknown-table", "error", sheet.name, message, mend, file=book.file, sheet=sheet.name)
        return Part(sheet.name, {}, book.file, sheet.name, (), (problem,))
    cells = [[None if isinstance(cell, CellError) else cell for cell in row] for row in sheet.rows]
    part = part_of(table, cells, book.file, sheet.name)
    return attrs.evolve(part, problems=(*part.problems, *_errors(book.file, sheet, table)))


def _errors(file: str, sheet: Sheet, table: str) -> Iterator[Problem]:
    """Name the cells in which a spreadsheet program left an error."""
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, CellError):
                heading = str(sheet.rows[0][column] or column_name(column))
                message, mend = f"the cell holds the error {cell}", "Correct its formula, or write the value."
                yield Problem(
                    "wrong-type",
                    "error",
                    f"{table}[{number - 1}].{heading}",
                    message,
                    mend,
                    value=str(cell),
                    file=file,
                    sheet=sheet.name,
                    row=number,
                    column=heading,
                )
