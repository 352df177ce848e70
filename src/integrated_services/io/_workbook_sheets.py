"""Finding the sheets, headings and rows of a mapping workbook, wherever people have moved them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import attrs

from integrated_services.errors import Problem, Severity, mask
from integrated_services.io._cells import decimal_mark
from integrated_services.io._sheets import Book, Cell, CellError, Sheet, column_name
from integrated_services.io._template_layout import FRAMEWORK, SHEETS, SheetSpec
from integrated_services.io._template_words import (
    LANGUAGES,
    closest,
    example,
    fold,
    fold_heading,
    heading,
    keys_of_heading,
    marks,
    near_words,
    note,
    say,
)

MARK: Final = "mark"
_SEARCHED_ROWS = 15
_PRINTED_ROWS = 2
"""Rows of explanations and examples below the headings."""
_NOT_READ: Final = ("guide", "lists", "mistakes")


@attrs.frozen
class Place:
    """Where something stands: the sheet by its name, the row from 1, the column as people see it."""

    sheet: str | None = None
    row: int | None = None
    column: str | None = None


class Mistakes:
    """Collects what is wrong with a workbook, in one language.

    Parameters
    ----------
    file
        Name of the workbook.
    language
        Language of the messages.
    """

    def __init__(self, file: str, language: str) -> None:
        self.file = file
        self.language = language
        self.problems: list[Problem] = []

    def add(
        self,
        code: str,
        place: Place,
        *,
        text: str | None = None,
        path: str = "",
        value: object = None,
        severity: Severity = "error",
        **words: object,
    ) -> None:
        """Note a mistake.

        Parameters
        ----------
        code
            Kind.
        place
            Where.
        text
            Key of the texts, where it is another than the kind.
        path
            Where by ids.
        value
            What was found; masked by the problem.
        severity
            How bad it is.
        words
            What stands in the places of the texts.
        """
        key = text or code
        words = {"value": _short(value), "near": "", **words}
        self.problems.append(
            Problem(
                code,
                severity,
                path,
                say(key, self.language, **words),
                say(f"{key}.mend", self.language, **words),
                value=None if value is None else str(value),
                file=self.file,
                sheet=place.sheet,
                row=place.row,
                column=place.column,
            )
        )

    def say(self, key: str, **words: object) -> str:
        """Say a text in the language of the messages."""
        return say(key, self.language, **words)


def _short(value: object) -> str:
    text = mask(" ".join(str("" if value is None else value).split()))  # before it is cut
    return text if len(text) <= 80 else f"{text[:79]}…"


@attrs.define(eq=False)
class Table:
    """One sheet of records with its columns found."""

    spec: SheetSpec
    title: str
    sheet: Sheet
    columns: dict[str, int] = attrs.Factory(dict)
    """Position of each column, from 0."""
    first: int = 0
    """Position of the first row below the headings, from 0."""
    shown: dict[str, str] = attrs.Factory(dict)
    """Each heading as it stands in the sheet, with its letter."""
    marks: dict[str, Literal[",", "."] | None] = attrs.Factory(dict)
    """Decimal mark of each column that was asked for."""

    def place(self, row: int, key: str | None) -> Place:
        """Give the place of a cell; row counts from 1."""
        return Place(self.title, row, self.shown.get(key or "", None))

    def cells(self, row: int) -> dict[str, Cell]:
        """Give the cells of a row (from 0) by column."""
        found = {key: tidy(self.sheet.cell(row, at)) for key, at in self.columns.items()}
        if self.sheet.formulas:
            blank = [key for key, at in self.columns.items() if found[key] is None and (row, at) in self.sheet.formulas]
            found |= dict.fromkeys(blank, CellError("="))  # a formula that nobody has reckoned is no empty cell
        return found

    def decimal(self, key: str) -> Literal[",", "."] | None:
        """Tell which decimal mark the numbers of a column have, where they tell."""
        if key not in self.marks:
            at = self.columns.get(key)
            cells = [] if at is None else [row[at] for row in self.sheet.rows[self.first :]]
            self.marks[key] = decimal_mark(cells)
        return self.marks[key]


def tidy(cell: Cell) -> Cell:
    """Take away blanks around a text; a text of blanks is an empty cell.

    Parameters
    ----------
    cell
        Cell.

    Returns
    -------
    Cell
        The same, without blanks around it.
    """
    if isinstance(cell, str) and not isinstance(cell, CellError):
        return cell.strip("\ufeff\u200b \t\r\n\u00a0") or None
    return cell


@attrs.frozen
class Located:
    """The sheets of a workbook."""

    language: str
    framework: Sheet | None
    tables: dict[str, Table]
    is_template: bool


def sheet_key(name: str) -> str | None:
    """Tell which sheet of the template a name means.

    Parameters
    ----------
    name
        Name on the tab.

    Returns
    -------
    str or None
        Key of the sheet.
    """
    keys = ["framework", *(spec.key for spec in SHEETS), *_NOT_READ]
    titles = {fold_heading(say(f"sheet.{key}", language)): key for language in LANGUAGES for key in keys}
    return titles.get(fold_heading(name)) or closest(fold_heading(name), titles)


def language_of(book: Book) -> str:
    """Tell in which language a workbook is written.

    Parameters
    ----------
    book
        The workbook.

    Returns
    -------
    str
        The language in which most of its sheets and headings are named.
    """
    counts: Counter[str] = Counter(dict.fromkeys(LANGUAGES, 0))
    titles = {(fold_heading(s.name)) for s in book.sheets}
    for language in LANGUAGES:
        counts[language] = sum(fold_heading(say(f"sheet.{key}", language)) in titles for key in _all_keys())
    return max(LANGUAGES, key=lambda language: counts[language])


def _all_keys() -> list[str]:
    return ["framework", *(spec.key for spec in SHEETS), *_NOT_READ]


def located(book: Book, mistakes: Mistakes) -> Located:
    """Find the sheets of the template in a workbook, and report what is there besides them.

    Parameters
    ----------
    book
        The workbook.
    mistakes
        Where to report.

    Returns
    -------
    Located
        The sheets with their columns.
    """
    specs = {spec.key: spec for spec in SHEETS}
    framework: Sheet | None = None
    tables: dict[str, Table] = {}
    known = False
    for sheet in book.sheets:
        key = sheet_key(sheet.name)
        known = known or key is not None
        if key == "framework" and framework is None:
            framework = sheet
        elif key in specs and key not in tables:
            table = _table(specs[key], sheet, mistakes)
            if table is not None:
                tables[key] = table
        elif key not in _NOT_READ and any(tidy(cell) is not None for row in sheet.rows for cell in row):
            mistakes.add("unknown-sheet", Place(sheet.name), severity="warning")
    return Located(language_of(book), framework, tables, known)


def _table(spec: SheetSpec, sheet: Sheet, mistakes: Mistakes) -> Table | None:
    names = keys_of_heading(spec.key, spec.keys)
    at = _heading_row(sheet, names)
    if at is None:
        if any(tidy(cell) is not None for row in sheet.rows for cell in row):
            mistakes.add("missing-headings", Place(sheet.name, 1))
        return None
    table = Table(spec, sheet.name, sheet, first=at + 1)
    strange: list[tuple[int, str]] = []
    for number, cell in enumerate(sheet.rows[at]):
        text = fold_heading(cell) if tidy(cell) is not None else ""
        if not text:
            continue
        key = MARK if text in marks("heading") else names.get(text)
        if key is None:
            strange.append((number, text))
        elif key in table.columns:
            words = {"other": column_name(table.columns[key]), "value": column_name(number)}
            mistakes.add("double-column", table.place(at + 1, key), **words)  # type: ignore[arg-type]
        else:
            _enter(table, key, number, cell)
    _guess(table, strange, names, at, mistakes)
    _report_missing(table, at, mistakes)
    _report_stray(table, at, mistakes)
    return table


def _enter(table: Table, key: str, number: int, cell: Cell) -> None:
    table.columns[key] = number
    shown = str(tidy(cell)).rstrip("* ")
    table.shown[key] = f"{shown} ({column_name(number)})"


def _heading_row(sheet: Sheet, names: Mapping[str, str]) -> int | None:
    """Find the row in which most headings stand; one heading is enough where a sheet has few columns."""
    best, most = None, 0
    for number, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        found = len({names[text] for cell in row if cell is not None and (text := fold_heading(cell)) in names})
        if found > most:
            best, most = number, found
    return best


def _guess(table: Table, strange: list[tuple[int, str]], names: Mapping[str, str], at: int, mistakes: Mistakes) -> None:
    """Read headings that are spelt a little differently; report the others where anything stands below them."""
    free = {text: key for text, key in names.items() if key not in table.columns}
    for number, text in strange:
        shown = str(tidy(table.sheet.rows[at][number]))
        place = Place(table.title, at + 1, column_name(number))
        key = closest(text, free)
        if key is not None and key not in table.columns:
            _enter(table, key, number, shown)
            right = heading(table.spec.key, key, mistakes.language)
            mistakes.add("column-guessed", place, value=shown, severity="warning", column=right)
        elif any(tidy(row[number]) is not None for row in table.sheet.rows[at + 1 :]):
            words = {fold_heading(w): w for w in _headings(table.spec, mistakes.language)}
            near = near_words(shown, words, mistakes.language, n=1)
            mistakes.add("unmapped-column", place, value=shown, severity="warning", near=near)


def _headings(spec: SheetSpec, language: str) -> Iterator[str]:
    for key in spec.keys:
        yield heading(spec.key, key, language)


def _report_missing(table: Table, at: int, mistakes: Mistakes) -> None:
    for column in table.spec.columns:
        if column.required and column.key not in table.columns and not ("id" in table.columns and column.key == "name"):
            shown = heading(table.spec.key, column.key, mistakes.language)
            mistakes.add("missing-column", Place(table.title, at + 1), column=shown)


def _report_stray(table: Table, at: int, mistakes: Mistakes) -> None:
    """Report cells below no heading at all, once a column."""
    for number in range(table.sheet.shape[1]):
        if tidy(table.sheet.rows[at][number]) is not None:
            continue
        for row, cells in enumerate(table.sheet.rows[at + 1 :], start=at + 2):
            if tidy(cells[number]) is not None:
                place = Place(table.title, row, column_name(number))
                mistakes.add("stray-cell", place, value=cells[number], severity="warning")
                break


def data_rows(table: Table, mistakes: Mistakes) -> Iterator[tuple[int, dict[str, Cell], bool]]:
    """Give the rows that hold data: not the example, not the explanations, not blank ones.

    Parameters
    ----------
    table
        Sheet.
    mistakes
        Where to report rows that are marked but changed.

    Yields
    ------
    tuple
        Row number from 1, its cells by column, and whether its mark is wrong.
    """
    for at in range(table.first, len(table.sheet.rows)):
        cells = table.cells(at)
        mark = cells.pop(MARK, None)
        filled = {key: cell for key, cell in cells.items() if cell is not None}
        text = "" if mark is None else fold_heading(mark)
        if not filled or text in marks("note"):
            continue
        if text in marks("example") and _is_printed(table, filled):
            continue
        if MARK not in table.columns and at - table.first < _PRINTED_ROWS and _is_printed(table, filled, whole=True):
            continue
        if text in marks("example"):
            letter = column_name(table.columns[MARK])
            place = table.place(at + 1, next(iter(filled)))
            mistakes.add("example-row-changed", place, value=mark, column=letter)
        elif mark is not None:
            mistakes.add("unknown-mark", table.place(at + 1, MARK), value=mark)
        yield at + 1, cells, mark is not None


def _is_printed(table: Table, filled: Mapping[str, Cell], *, whole: bool = False) -> bool:
    """Tell whether a row says what the template prints as its example or explanation, in whichever language."""
    for language in LANGUAGES:
        for text in (example, note):
            printed = {key: text(table.spec.key, key, language) for key in table.columns if key != MARK}
            same = all(_same(cell, printed[key]) for key, cell in filled.items())
            if same and (not whole or all(key in filled for key, words in printed.items() if words is not None)):
                return True
    return False


def _same(cell: Cell, text: Any) -> bool:
    if isinstance(cell, int | float) and isinstance(text, int | float):
        return cell == text
    return text is not None and fold(cell) == fold(text)


def framework_cells(sheet: Sheet) -> dict[str, tuple[Place, Cell]]:
    """Read the fields of the first sheet: a name, and the answer beside it.

    Parameters
    ----------
    sheet
        The sheet.

    Returns
    -------
    dict
        Place and value by field.
    """
    names = keys_of_heading(FRAMEWORK.key, FRAMEWORK.keys)
    found: dict[str, tuple[Place, Cell]] = {}
    for number, row in enumerate(sheet.rows):
        for at, cell in enumerate(row[:-1]):
            key = names.get(fold_heading(cell)) if isinstance(cell, str) else None
            if key is not None and key not in found:
                shown = f"{str(cell).rstrip('* ')} ({column_name(at + 1)})"
                found[key] = (Place(sheet.name, number + 1, shown), tidy(row[at + 1]))
                break
    return found
