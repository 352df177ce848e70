"""A copy of a mapping workbook in which every mistake is marked in its cell."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from integrated_services import _optional
from integrated_services.errors import FormatError, Problem
from integrated_services.io._guard import LIMITS, check_xml, file_name, safe_bytes, safe_zip
from integrated_services.io._sheets import Book, CellError, Sheet, open_book
from integrated_services.io._template import put_text
from integrated_services.io._template_words import LANGUAGES, say
from integrated_services.io._workbook_sheets import language_of, sheet_key

AUTHOR: Final = "integrated-services"
_BAD, _DOUBTFUL = "FFFFC7CE", "FFFFEB9C"
_LINE = "\n— — —\n"
"""Stands between somebody's own comment and ours."""
_LETTERS: Final = re.compile(r".*\((?P<letters>[A-Z]{1,3})\)|(?P<plain>[A-Z]{1,3})")
_SHOWN = 2000
_COMMENT = 1200


def annotate(
    path: str | PathLike[str],
    problems: Iterable[Problem],
    target: str | PathLike[str],
    *,
    language: str | None = None,
) -> int:
    """Write a copy of a workbook in which each wrong cell is coloured and says what is wrong and how to mend it.

    A sheet in front lists all mistakes with links to their cells; it is not read again. Marks of an earlier copy are
    taken away first, so that a mended copy can be checked and marked once more. Drop-down lists, formulas and other
    people's comments stay; links to other files do not, so that opening the copy reaches nowhere.

    Parameters
    ----------
    path
        The workbook that was read.
    problems
        What was wrong with it, as ``DocumentError.problems`` or the examples of a reading give it.
    target
        The copy to write (``.xlsx``).
    language
        Language of the list; None: that of the workbook.

    Returns
    -------
    int
        Number of cells that were marked.

    Raises
    ------
    FormatError
        Where the file is no Excel workbook, or the copy would overwrite it.
    MissingDependencyError
        Where openpyxl is not installed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services import io
    >>> from integrated_services.errors import DocumentError
    >>> with TemporaryDirectory() as folder:
    ...     path, copy = Path(folder, "mapping.xlsx"), Path(folder, "checked.xlsx")
    ...     _ = io.write_template(path)
    ...     try:
    ...         io.read_workbook(path)
    ...     except DocumentError as error:
    ...         print(io.annotate(path, error.problems, copy))
    2
    """
    if Path(path).resolve() == Path(target).resolve():
        raise FormatError("The copy would overwrite the workbook; choose another name.", file_name(path))
    read = open_book(path)
    if read.kind != "xlsx":
        raise FormatError("Only Excel workbooks (.xlsx) can be annotated.", read.file)
    book = _opened(path)
    spoken = language if language in LANGUAGES else language_of(read)
    return _marked(book, read, list(problems), spoken, Path(target))


def _marked(book: Any, read: Book, problems: Sequence[Problem], language: str, target: Path) -> int:
    copy = _Copy(book, language)
    copy.clear()
    marked = copy.mark(_by_cell(problems))
    copy.list(problems)
    copy.drop_dangling(read)
    book.save(target)
    book.close()
    _keep_results(target, read)
    return marked


def _opened(path: str | PathLike[str]) -> Any:
    """Open a workbook to be changed, after every part of it was looked through."""
    data = safe_bytes(path, LIMITS)
    with safe_zip(data, LIMITS, file_name(path)) as archive:
        for name in archive.namelist():
            if name.lower().endswith((".xml", ".rels")):
                check_xml(archive.read(name), LIMITS, file_name(path))
    xl = _optional.openpyxl("annotating a workbook")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts that openpyxl does not know
            return xl.load_workbook(BytesIO(data), keep_links=False)
    except Exception as error:  # openpyxl stumbles in many ways over what it does not expect
        raise FormatError(f"The workbook cannot be copied ({type(error).__name__}).", file_name(path)) from error


Cells = Mapping[tuple[str, str], list[Problem]]


def _by_cell(problems: Iterable[Problem]) -> Cells:
    found: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        at = _coordinate(problem)
        if at is not None and problem.sheet is not None and problem.severity != "incomplete":
            found[problem.sheet, at].append(problem)
    return found


def _coordinate(problem: Problem) -> str | None:
    if problem.row is None:
        return None
    match = _LETTERS.fullmatch(problem.column or "")
    return f"{(match['letters'] or match['plain']) if match else 'A'}{problem.row}"


class _Copy:
    """The copy while it is marked."""

    def __init__(self, book: Any, language: str) -> None:
        self.book = book
        self.language = language
        self.styles = _optional.require("openpyxl.styles", extra="desk", purpose="annotating a workbook")
        self.comments = _optional.require("openpyxl.comments", extra="desk", purpose="annotating a workbook")
        self.links = _optional.require("openpyxl.worksheet.hyperlink", extra="desk", purpose="annotating a workbook")

    def say(self, key: str, **words: object) -> str:
        return say(key, self.language, **words)

    def clear(self) -> None:
        """Take away the list and the marks of an earlier copy."""
        for name in [name for name in self.book.sheetnames if sheet_key(name) == "mistakes"]:
            del self.book[name]
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.fill is not None and cell.fill.fgColor.rgb in (_BAD, _DOUBTFUL):
                        cell.fill = self.styles.PatternFill()
                    if cell.comment is not None and AUTHOR in (cell.comment.author, cell.comment.text[: len(AUTHOR)]):
                        cell.comment = None
                    elif cell.comment is not None and _LINE in cell.comment.text:
                        own, _, _ = cell.comment.text.partition(_LINE)
                        cell.comment = self.comments.Comment(own, cell.comment.author)

    def mark(self, cells: Cells) -> int:
        """Colour cells and say in a comment what is wrong with each."""
        marked = 0
        for (title, at), problems in cells.items():
            if title not in self.book.sheetnames:
                continue
            cell = self.book[title][at]
            if type(cell).__name__ == "MergedCell":
                cell = _first_of_merged(self.book[title], at)
            worst = _BAD if any(problem.severity == "error" for problem in problems) else _DOUBTFUL
            cell.fill = self.styles.PatternFill("solid", fgColor=worst)
            said = "\n\n".join(f"{problem.message}\n→ {problem.mend}" for problem in problems)[:_COMMENT]
            before = f"{cell.comment.text}{_LINE}" if cell.comment is not None else ""
            author = cell.comment.author if cell.comment is not None else AUTHOR
            comment = self.comments.Comment(before + said, author)
            comment.width, comment.height = 360, 40 + 18 * (1 + len(before + said) // 48 + (before + said).count("\n"))
            cell.comment = comment
            marked += 1
        return marked

    def list(self, problems: Sequence[Problem]) -> None:
        """Write the list of all mistakes as the first sheet."""
        sheet = self.book.create_sheet(self.say("sheet.mistakes"), 0)
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.tabColor = "FFC00000"
        shown = [problem for problem in problems if problem.severity != "incomplete"][:_SHOWN]
        put_text(sheet, 1, 1, self.say("mistakes.title")).font = self.styles.Font(bold=True, size=16, name="Calibri")
        put_text(sheet, 2, 1, self.say("mistakes.how" if shown else "mistakes.none")).font = self._font()
        if shown:
            self._table(sheet, shown)
        for letter, width in zip("ABCDE", (58, 12, 50, 56, 30), strict=True):
            sheet.column_dimensions[letter].width = width
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self.book.active = 0
        for other in self.book.worksheets:
            other.sheet_view.tabSelected = other is sheet

    def _font(self, **more: Any) -> Any:
        return self.styles.Font(name="Calibri", size=11, **more)

    def _table(self, sheet: Any, problems: Sequence[Problem]) -> None:
        for column, key in enumerate(("place", "kind", "message", "mend", "value"), start=1):
            cell = put_text(sheet, 4, column, self.say(f"mistakes.{key}"))
            cell.font = self._font(bold=True, color="FFFFFFFF")
            cell.fill = self.styles.PatternFill("solid", fgColor="FF1F3B57")
        wrapped = self.styles.Alignment(wrap_text=True, vertical="top")
        for row, problem in enumerate(problems, start=5):
            kind = self.say(f"mistakes.{'error' if problem.severity == 'error' else 'warning'}")
            texts = (self._place(problem), kind, problem.message, problem.mend, problem.value or "")
            for column, text in enumerate(texts, start=1):
                cell = put_text(sheet, row, column, text)
                cell.alignment, cell.font = wrapped, self._font()
                cell.number_format = "@"
            sheet.cell(row, 2).fill = self.styles.PatternFill(
                "solid", fgColor=_BAD if problem.severity == "error" else _DOUBTFUL
            )
            lines = max(len(texts[0]) // 54, len(texts[2]) // 48, len(texts[3]) // 54, len(texts[4]) // 30)
            sheet.row_dimensions[row].height = 16 * (lines + 1)
            self._link(sheet.cell(row, 1), problem)
        sheet.freeze_panes = "A5"
        sheet.auto_filter.ref = f"A4:E{4 + len(problems)}"
        sheet.print_title_rows = "4:4"

    def _place(self, problem: Problem) -> str:
        row = None if problem.row is None else self.say("mistakes.row", row=problem.row)
        parts = [part for part in (problem.sheet, row, problem.column) if part]
        return ", ".join(parts) or self.say("mistakes.file")

    def _link(self, cell: Any, problem: Problem) -> None:
        at = _coordinate(problem)
        if problem.sheet in self.book.sheetnames:
            name = problem.sheet.replace("'", "''")  # type: ignore[union-attr]
            cell.hyperlink = self.links.Hyperlink(ref=cell.coordinate, location=f"'{name}'!{at or 'A1'}")
            cell.font = self._font(underline="single", color="FF1A5FB4")

    def drop_dangling(self, read: Book) -> None:
        """Leave the last result in place of formulas that look into other files, and take away links to programs."""
        results = {sheet.name: sheet for sheet in read.sheets}
        for name in [name for name, one in self.book.defined_names.items() if _looks_out(str(one.value))]:
            del self.book.defined_names[name]
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f" and _looks_out(str(cell.value)):
                        old = results[sheet.title].cell(cell.row - 1, cell.column - 1)
                        cell.value = None
                        if isinstance(old, str):
                            put_text(sheet, cell.row, cell.column, old)
                        else:
                            cell.value = old
                    target = cell.hyperlink.target if cell.hyperlink is not None else None
                    if target and not target.lower().startswith(("http://", "https://", "mailto:")):
                        cell.hyperlink = None


def _first_of_merged(sheet: Any, at: str) -> Any:
    for merged in sheet.merged_cells.ranges:
        if at in merged:
            return sheet.cell(merged.min_row, merged.min_col)
    return sheet[at]


def _looks_out(formula: str) -> bool:
    return re.search(r"\[[^\]]*\][^!]*!|\bDDE\b|\|'", formula) is not None


# results of formulas -----------------------------------------------------------------------------------------------

_FORMULA: Final = re.compile(r'<c r="(?P<at>[A-Z]{1,3}[0-9]+)"(?P<rest>[^>]*)>(?P<f><f[^>]*>[^<]*</f>|<f[^>]*/>)<v ?/>')


def _keep_results(target: Path, read: Book) -> None:
    """Write the last result of each formula beside it, since openpyxl leaves them out and only Excel reckons anew."""
    results = {sheet.name: sheet for sheet in read.sheets if sheet.formulas}
    if not results:
        return
    xl = _optional.openpyxl("annotating a workbook")
    book = xl.load_workbook(target, read_only=True)
    parts = {f"xl/worksheets/sheet{number}.xml": name for number, name in enumerate(book.sheetnames, start=1)}
    book.close()
    with zipfile.ZipFile(target) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries:
            sheet = results.get(parts.get(entry.filename, ""))
            archive.writestr(entry, data if sheet is None else _with_results(data.decode("utf-8"), sheet))


def _with_results(text: str, sheet: Sheet) -> str:
    return _FORMULA.sub(partial(_with_result, sheet), text)


def _with_result(sheet: Sheet, match: re.Match[str]) -> str:
    letters, row = re.fullmatch(r"([A-Z]+)([0-9]+)", match["at"]).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    value = sheet.cell(int(row) - 1, column - 1)
    rest = re.sub(r' t="[^"]*"', "", match["rest"])
    start = f'<c r="{match["at"]}"{rest}'
    if isinstance(value, bool):
        return f'{start} t="b">{match["f"]}<v>{int(value)}</v>'
    if isinstance(value, int | float):
        return f"{start}>{match['f']}<v>{value!r}</v>"
    if isinstance(value, str):
        kind = "e" if isinstance(value, CellError) else "str"
        return f'{start} t="{kind}">{match["f"]}<v>{escape(value)}</v>'
    return match[0]
