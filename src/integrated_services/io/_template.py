"""Writing the mapping workbook: an empty one, or one that is filled from a framework."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any, Final

from integrated_services import _optional
from integrated_services.errors import AnalysisError
from integrated_services.io._reading import LossReport
from integrated_services.io._template_layout import (
    EXAMPLE_ROW,
    FIRST_ROW,
    FRAMEWORK,
    HEADING_ROW,
    NOTE_ROW,
    SHEETS,
    ColumnSpec,
    SheetSpec,
)
from integrated_services.io._template_rows import Rows, rows_of
from integrated_services.io._template_words import LANGUAGES, choice_list, example, heading, note, say
from integrated_services.model import Framework

_LAST_ROW: Final = 1000
"""Drop-down lists reach down to here."""
_DARK, _PALE, _GREY, _LINE = "FF1F3B57", "FFE8EEF4", "FFF0F0F0", "FFBFC8D2"
_PAGE_WIDTH = 200
"""Characters that fit on a page and can still be read."""
_FRAMEWORK_ROWS = 3
"""Row of the first field on the first sheet."""
_BEFORE_FORMULA = ("=", "+", "-", "@")


def write_template(
    path: str | PathLike[str],
    *,
    language: str = "en",
    framework: Framework | None = None,
    lists_only: bool = False,
) -> LossReport:
    """Write the mapping workbook: what a municipality fills in to say who offers what, where, and for how many.

    Parameters
    ----------
    path
        File to write (``.xlsx``).
    language
        Language of headings, explanations and lists: ``en``, ``et`` or ``lt``.
    framework
        Fill the sheets from this framework, so that several municipalities begin with the same lists.
    lists_only
        Fill only the lists that others refer to: territories, target groups, needs, agencies and sources.

    Returns
    -------
    LossReport
        What the workbook cannot say although the framework does.

    Raises
    ------
    AnalysisError
        For a language that is not known.
    MissingDependencyError
        Where openpyxl is not installed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import io, samples
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mapping.xlsx")
    ...     losses = io.write_template(path, language="lt", framework=samples.load("elektrenai"))
    ...     fw = io.read_workbook(path).framework
    >>> fw.territories["vievis"].part_of, losses.written["services"]
    ('elektrenai', 9)
    """
    if language not in LANGUAGES:
        raise AnalysisError(f"The workbook is written in {', '.join(LANGUAGES)}, not in {language!r}.")
    filled = rows_of(framework, language, lists_only=lists_only)
    book = _Book(language)
    book.guide()
    book.framework(filled.head)
    for spec in SHEETS:
        book.records(spec, filled)
    book.lists()
    book.save(path)
    return filled.report()


class _Book:
    """The workbook while it is made."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.xl = _optional.openpyxl("writing the mapping workbook")
        self.styles = _optional.require("openpyxl.styles", extra="desk", purpose="writing the mapping workbook")
        self.rules = _optional.require(
            "openpyxl.worksheet.datavalidation", extra="desk", purpose="writing the mapping workbook"
        )
        self.book = self.xl.Workbook()
        self.book.remove(self.book.active)
        self.ranges: dict[str, str] = {}
        self.named: dict[str, str] = {}
        self._plan_lists()

    def _font(self, **more: Any) -> Any:
        return self.styles.Font(**{"name": "Calibri", "size": 11, **more})

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def title(self, key: str) -> str:
        return self.say(f"sheet.{key}")

    # first sheets -----------------------------------------------------------------------------------------------

    def guide(self) -> None:
        sheet = self.book.create_sheet(self.title("guide"))
        sheet.sheet_view.showGridLines = False
        sheet.column_dimensions["A"].width = 30
        sheet.column_dimensions["B"].width = 90
        _put(sheet, 1, 1, self.say("guide.title")).font = self._font(bold=True, size=16, color=_DARK)
        names = {"framework": self.title("framework"), "surveys": self.title("surveys")}
        row = 3
        for number in range(1, 10):
            text = self.say(f"guide.{number}", **names)
            _put(sheet, row, 1, f"{number}. {text}").alignment = self._wrapped()
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
            sheet.row_dimensions[row].height = 16 * _lines(text, 118) + 3
            row += 1
        _put(sheet, row + 1, 1, self.say("guide.sheets")).font = self._font(bold=True, size=13, color=_DARK)
        row += 2
        for spec in (FRAMEWORK, *SHEETS):
            name = self.title(spec.key)
            cell = _put(sheet, row, 1, name)
            self._link(cell, name)
            about = self.say(f"about.{spec.key}") + (f" ({self.say('guide.optional')})" if spec.optional else "")
            _put(sheet, row, 2, about).alignment = self._wrapped()
            row += 1
        self._print(sheet, portrait=True)

    def framework(self, head: Mapping[str, Any]) -> None:
        sheet = self.book.create_sheet(self.title("framework"))
        sheet.sheet_view.showGridLines = False
        for letter, width in (("A", 34), ("B", 52), ("C", 80)):
            sheet.column_dimensions[letter].width = width
        _put(sheet, 1, 1, self.say("about.framework")).font = self._font(bold=True, size=13, color=_DARK)
        for number, column in enumerate(FRAMEWORK.columns):
            row = _FRAMEWORK_ROWS + number
            cell = _put(sheet, row, 1, self._heading(FRAMEWORK, column))
            self._head_style(cell)
            answer = _put(sheet, row, 2, head.get(column.key))
            answer.number_format = "@" if column.kind != "date" else "yyyy-mm-dd"
            answer.alignment = self._wrapped()
            answer.border = self._border()
            explained = _put(sheet, row, 3, note(FRAMEWORK.key, column.key, self.language))
            explained.font = self._font(italic=True, color="FF555555")
            explained.alignment = self._wrapped()
            sheet.row_dimensions[row].height = 20 * max(1, _lines(str(head.get(column.key) or ""), 50))
            self._list_for(sheet, column, f"B{row}")
        self._print(sheet, portrait=False)

    # sheets of records ------------------------------------------------------------------------------------------

    def records(self, spec: SheetSpec, filled: Rows) -> None:
        sheet = self.book.create_sheet(self.title(spec.key))
        letters = self._columns(sheet, spec)
        self._top(sheet, spec)
        wrapped = self._wrapped()
        for number, row in enumerate(filled.rows.get(spec.key, ())):
            for at, column in enumerate(spec.columns, start=2):
                value = row.get(column.key)
                if value is not None:
                    cell = _put(sheet, FIRST_ROW + number, at, value)
                    cell.alignment = wrapped
                    if column.kind in ("code", "id", "date") or isinstance(value, str):
                        cell.number_format = "@"
            high = max(_lines(str(row.get(c.key) or ""), c.width - 2) for c in spec.columns)
            if high > 1:
                sheet.row_dimensions[FIRST_ROW + number].height = 15 * min(high, 8)
        for column in spec.columns:
            self._list_for(sheet, column, f"{letters[column.key]}{FIRST_ROW}:{letters[column.key]}{_LAST_ROW}")
        sheet.freeze_panes = f"C{NOTE_ROW + 1}"
        self._print(sheet, portrait=False, titles=f"{HEADING_ROW}:{NOTE_ROW}")
        width = sum(column.width for column in spec.columns)
        sheet.page_setup.fitToWidth = max(1, round(width / _PAGE_WIDTH))
        if sheet.page_setup.fitToWidth > 1:
            sheet.print_title_cols = "A:B"

    def _columns(self, sheet: Any, spec: SheetSpec) -> dict[str, str]:
        letter = self.xl.utils.get_column_letter
        sheet.column_dimensions["A"].width = 10
        sheet.column_dimensions["A"].font = self._font(color="FF888888")
        letters = {column.key: letter(at) for at, column in enumerate(spec.columns, start=2)}
        for column in spec.columns:
            shape = sheet.column_dimensions[letters[column.key]]
            shape.width = column.width
            shape.alignment = self._wrapped()
            if column.kind in ("code", "id", "date"):
                shape.number_format = "@"  # 0141 stays 0141, and 2024-09 is no date of a day
            if column.kind == "id":
                shape.font = self._font(color="FF888888")
        return letters

    def _top(self, sheet: Any, spec: SheetSpec) -> None:
        grey = self.styles.PatternFill("solid", fgColor=_GREY)
        pale = self.styles.PatternFill("solid", fgColor=_PALE)
        words = [(HEADING_ROW, "heading"), (NOTE_ROW, "note"), (EXAMPLE_ROW, "example")]
        for row, kind in words:
            cell = _put(sheet, row, 1, self.say(f"mark.{kind}"))
            self._top_style(cell, row, grey, pale)
        for at, column in enumerate(spec.columns, start=2):
            texts = (
                self._heading(spec, column),
                note(spec.key, column.key, self.language),
                example(spec.key, column.key, self.language),
            )
            for (row, _), text in zip(words, texts, strict=True):
                cell = _put(sheet, row, at, text)
                self._top_style(cell, row, grey, pale)
                if row == EXAMPLE_ROW and isinstance(text, str):
                    cell.number_format = "@"
        heights = [_lines(self._heading(spec, c), c.width - 2) for c in spec.columns]
        sheet.row_dimensions[HEADING_ROW].height = 16 * max(heights) + 4
        notes = [_lines(note(spec.key, c.key, self.language), c.width * 1.12) for c in spec.columns]
        sheet.row_dimensions[NOTE_ROW].height = 13 * max(notes) + 4

    def _top_style(self, cell: Any, row: int, grey: Any, pale: Any) -> None:
        font = self._font
        if row == HEADING_ROW:
            self._head_style(cell)
            return
        cell.fill = pale if row == NOTE_ROW else grey
        cell.font = (
            font(italic=True, size=9, color="FF444444") if row == NOTE_ROW else font(italic=True, color="FF666666")
        )
        cell.alignment = self._wrapped()
        cell.border = self._border()

    def _head_style(self, cell: Any) -> None:
        cell.fill = self.styles.PatternFill("solid", fgColor=_DARK)
        cell.font = self._font(bold=True, color="FFFFFFFF")
        cell.alignment = self._wrapped()
        cell.border = self._border()

    def _heading(self, spec: SheetSpec, column: ColumnSpec) -> str:
        return heading(spec.key, column.key, self.language) + (" *" if column.required else "")

    def _wrapped(self) -> Any:
        return self.styles.Alignment(wrap_text=True, vertical="top")

    def _border(self) -> Any:
        side = self.styles.Side(style="thin", color=_LINE)
        return self.styles.Border(left=side, right=side, top=side, bottom=side)

    def _link(self, cell: Any, name: str) -> None:
        link = _optional.require("openpyxl.worksheet.hyperlink", extra="desk", purpose="writing links")
        cell.hyperlink = link.Hyperlink(ref=cell.coordinate, location=f"{_quoted(name)}!A1", display=name)
        cell.font = self._font(underline="single", color="FF1A5FB4")

    def _print(self, sheet: Any, *, portrait: bool, titles: str | None = None) -> None:
        sheet.page_setup.orientation = "portrait" if portrait else "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = _fit_to_page()
        sheet.print_options.gridLines = titles is not None
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.oddHeader.center.text = "&A"
        sheet.oddFooter.right.text = f"{self.say('print.page')} &P / &N"
        if titles:
            sheet.print_title_rows = titles

    # lists ------------------------------------------------------------------------------------------------------

    def _plan_lists(self) -> None:
        letter = self.xl.utils.get_column_letter
        used = dict.fromkeys(c.of for spec in (FRAMEWORK, *SHEETS) for c in spec.columns if c.kind == "choice")
        for at, choice in enumerate(used, start=1):
            last = len(choice_list(choice, self.language)) + 1
            self.ranges[choice] = self._name(f"list_{choice}", "lists", f"${letter(at)}$2:${letter(at)}${last}")
        for sheet in dict.fromkeys(
            c.of.split()[0] for spec in (FRAMEWORK, *SHEETS) for c in spec.columns if c.kind == "ref"
        ):
            self.named[sheet] = self._name(f"names_{sheet}", sheet, f"$B${FIRST_ROW}:$B${_LAST_ROW}")

    def _name(self, name: str, sheet: str, cells: str) -> str:
        """Give a range a name: lists on other sheets survive in every version of Excel only by name."""
        defined = _optional.require("openpyxl.workbook.defined_name", extra="desk", purpose="writing a workbook")
        self.book.defined_names[name] = defined.DefinedName(name, attr_text=f"{_quoted(self.title(sheet))}!{cells}")
        return name

    def lists(self) -> None:
        sheet = self.book.create_sheet(self.title("lists"))
        for at, choice in enumerate(self.ranges, start=1):
            _put(sheet, 1, at, choice)
            for row, word in enumerate(choice_list(choice, self.language).values(), start=2):
                _put(sheet, row, at, word)
        sheet.sheet_state = "hidden"

    def _list_for(self, sheet: Any, column: ColumnSpec, cells: str) -> None:
        """Offer a drop-down list; where several words may stand in a cell, others than those in the list pass."""
        source = self.ranges.get(column.of) if column.kind == "choice" else None
        if column.kind == "ref":
            source = self.named[column.of.split()[0]]
        if source is None:
            return
        several = column.several or column.kind == "ref"  # names may be written with other capitals
        rule = self.rules.DataValidation(type="list", formula1=source, allow_blank=True)
        rule.showErrorMessage = not several
        rule.errorStyle = "warning"
        rule.error = self.say("list.wrong")
        rule.showInputMessage = True
        rule.prompt = self.say("list.several" if column.several else "list.prompt")
        rule.add(cells)
        sheet.add_data_validation(rule)

    def save(self, path: str | PathLike[str]) -> None:
        self.book.properties.creator = "integrated-services"
        self.book.properties.language = self.language
        self.book.active = 0
        self.book.save(path)


def _fit_to_page() -> Any:
    properties = _optional.require("openpyxl.worksheet.properties", extra="desk", purpose="writing a workbook")
    return properties.PageSetupProperties(fitToPage=True)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _lines(text: str, width: float) -> int:
    """Count the lines that a text takes at most in a cell of a width in characters."""
    lines, room = 1, width
    for word in text.split():
        if len(word) > room:
            lines, room = lines + 1, width
        room -= len(word) + 1
    return lines


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write a cell; a text that looks like a formula stays a text."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(_BEFORE_FORMULA):
            cell.quotePrefix = True
    return cell


def put_text(sheet: Any, row: int, column: int, value: str) -> Any:
    """Write a text into a cell, so that it stays one whatever it looks like.

    Parameters
    ----------
    sheet
        Worksheet of openpyxl.
    row, column
        Where, from 1.
    value
        Text.

    Returns
    -------
    Any
        The cell.
    """
    return _put(sheet, row, column, value)
