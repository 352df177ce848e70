"""Workbooks of Excel (.xlsx, .xlsm), read as a stream of XML so that no file can ask for more than the limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from posixpath import dirname, join, normpath
from typing import Any

import attrs

from integrated_services.errors import FormatError, mask
from integrated_services.io._guard import Archive, Limits, read_xml
from integrated_services.io._sheets_dates import builtin_format, date_format, from_serial
from integrated_services.io._sheets_grid import Book, Cell, CellError, Grid, all_sheets

__all__ = ["read_xlsx"]

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@attrs.define
class _Part:
    """A sheet as the workbook names it."""

    name: str
    relation: str
    hidden: bool


@attrs.define
class _Found:
    """What is counted for the notes."""

    without_result: int = 0
    hidden_rows: int = 0


class _Workbook:
    """The parts of a workbook that its sheets refer to."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self.archive = archive
        self.limits = limits
        self.by_name = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        self.notes: list[str] = []
        self.from_1904 = False
        self.parts: list[_Part] = []
        self.path = self._main_part()
        self.strings: list[str] = []
        self.formats: list[str] = []

    def read(self, path: str, start: Any, end: Any = None, text: Any = None) -> None:
        read_xml(self.archive.chunks(self.by_name[path]), start, end, text, limits=self.limits, file=self.archive.file)

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Give kind and path of each part that a part refers to, by the id of the reference."""
        found: dict[str, tuple[str, str]] = {}
        place = join(dirname(path), "_rels", f"{path.rpartition('/')[2]}.rels")

        def start(name: str, attributes: Mapping[str, str]) -> None:
            if name.endswith(" Relationship") and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                whole = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(path), target))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, whole.lower())

        if place in self.by_name:
            self.read(place, start)
        return found

    def _main_part(self) -> str:
        for kind, path in self.relations("").values():
            if kind == "officeDocument" and path in self.by_name:
                return path
        if "xl/workbook.xml" in self.by_name:
            return "xl/workbook.xml"
        raise FormatError("The archive is no workbook of Excel.", self.archive.file)

    def read_main(self) -> None:
        def start(name: str, attributes: Mapping[str, str]) -> None:
            kind = _local(name)
            if kind == "workbookPr":
                self.from_1904 = attributes.get("date1904") in ("1", "true")
            elif kind == "sheet":
                relation = next((v for k, v in attributes.items() if k.endswith("relationships id")), "")
                hidden = attributes.get("state", "visible") != "visible"
                self.parts.append(_Part(attributes.get("name", ""), relation, hidden))
                if len(self.parts) > self.limits.max_entries:
                    raise FormatError("The workbook has too many sheets.", self.archive.file)

        self.read(self.path, start)


def read_xlsx(archive: Archive, file: str, limits: Limits) -> Book:
    """Read a workbook of Excel.

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
        With the last results of formulas; macros, links to other files, pictures and comments are left alone.

    Raises
    ------
    FormatError
        Where the file is damaged or asks for too much.
    """
    workbook = _Workbook(archive, limits)
    workbook.read_main()
    relations = workbook.relations(workbook.path)
    for kind, path in relations.values():
        if path in workbook.by_name and kind == "sharedStrings":
            workbook.strings = _shared_strings(workbook, path)
        elif path in workbook.by_name and kind == "styles":
            workbook.formats = _formats(workbook, path)
    sheets, notes = all_sheets(_grids(workbook, relations, file), limits, file)
    return Book(file, "xlsx", sheets, notes=(*_ignored(workbook), *workbook.notes, *notes))


def _grids(workbook: _Workbook, relations: Mapping[str, tuple[str, str]], file: str) -> Iterator[Grid]:
    for part in workbook.parts:
        kind, path = relations.get(part.relation, ("", ""))
        if kind != "worksheet":
            name = mask(part.name[:100])
            workbook.notes.append(f"Sheet {name!r} holds no cells (a chart or the like) and is passed over.")
        elif path not in workbook.by_name:
            raise FormatError(f"Sheet {part.name[:100]!r} is missing in the file; save it again.", file)
        else:
            yield _SheetReader(workbook, part, file).read(path)


def _ignored(workbook: _Workbook) -> Iterator[str]:
    links = sum(bool(re.fullmatch(r"xl/externallinks/[^/]+\.xml", name)) for name in workbook.by_name)
    if links:
        yield f"Links to {links} other {'file' if links == 1 else 'files'} are ignored; the stored values are used."
    if any(name.endswith("vbaproject.bin") for name in workbook.by_name):
        yield "The macros of the workbook are ignored."
    if workbook.from_1904:
        yield "The dates of the workbook count from 1904."


def _local(name: str) -> str:
    """Give the name of an element of a workbook, "" for those of extensions."""
    for namespace in _MAIN:
        if name.startswith(namespace):
            return name[len(namespace) :]
    return ""


def _unescaped(text: str) -> str:
    """Undo how Excel writes characters that XML cannot hold."""
    return _ESCAPE.sub(lambda match: _character(int(match[1], 16), match[0]), text) if "_x" in text else text


def _character(number: int, written: str) -> str:
    return written if 0xD800 <= number <= 0xDFFF else chr(number)


class _Strings:
    """Handlers for the XML of the texts that cells refer to."""

    def __init__(self, limits: Limits, file: str | None) -> None:
        self.limits = limits
        self.file = file
        self.strings: list[str] = []
        self.parts: list[str] = []
        self.size = 0
        self.in_text = False
        self.phonetic = 0

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        kind = _local(name)
        if kind == "si":
            self.parts = []
            self.size = 0
        elif kind == "rPh":
            self.phonetic += 1
        elif kind == "t":
            self.in_text = not self.phonetic

    def text(self, characters: str) -> None:
        if self.in_text:
            self.size += len(characters)
            if self.size > self.limits.max_text:
                raise FormatError(f"A cell has more than {self.limits.max_text:,} characters.", self.file)
            self.parts.append(characters)

    def end(self, name: str) -> None:
        kind = _local(name)
        if kind == "si":
            self.strings.append(_unescaped("".join(self.parts)))
            if len(self.strings) > self.limits.max_cells:
                raise FormatError(f"The workbook has more than {self.limits.max_cells:,} texts.", self.file)
        elif kind == "rPh":
            self.phonetic -= 1
        elif kind == "t":
            self.in_text = False


def _shared_strings(workbook: _Workbook, path: str) -> list[str]:
    reader = _Strings(workbook.limits, workbook.archive.file)
    workbook.read(path, reader.start, reader.end, reader.text)
    return reader.strings


def _formats(workbook: _Workbook, path: str) -> list[str]:
    """Tell for each style whether its cells show a "date", a "time", a "duration" or anything else ("")."""
    declared: dict[str, str] = {}
    styles: list[str] = []
    inside = {"cellXfs": False}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        kind = _local(name)
        if kind == "numFmt":
            declared[attributes.get("numFmtId", "")] = date_format(attributes.get("formatCode", "")[:1000])
        elif kind == "cellXfs":
            inside["cellXfs"] = True
        elif kind == "xf" and inside["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        if _local(name) == "cellXfs":
            inside["cellXfs"] = False

    workbook.read(path, start, end)
    return [declared[number] if number in declared else builtin_format(number) for number in styles]


class _SheetReader:
    """Handlers for the XML of one sheet."""

    def __init__(self, workbook: _Workbook, part: _Part, file: str) -> None:
        self.workbook = workbook
        self.grid = Grid(part.name, workbook.limits, file)
        self.grid.hidden = part.hidden
        self.found = _Found()
        self.row = -1
        self.column = -1
        self.elements = 0
        self.size = 0
        self.kind = ""
        self.style = ""
        self.formula: str | None = None
        self.shared: dict[str, str] = {}
        self.shared_id = ""
        self.value: list[str] | None = None
        self.formula_text: list[str] | None = None
        self.in_data = False
        self.phonetic = 0
        self.texts: list[str] = []
        self.numbers: list[str] = []

    def read(self, path: str) -> Grid:
        self.workbook.read(path, self.start, self.end, self.text)
        for count, said in (
            (self.found.without_result, "formulas without a stored result are blank; open and save the file in Excel"),
            (self.found.hidden_rows, "hidden rows are read too"),
        ):
            if count:
                self.workbook.notes.append(f"Sheet {mask(self.grid.name[:100])!r}: {count} {said}.")
        return self.grid

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = _local(name)
        if kind == "sheetData":
            self.in_data = True
        elif kind == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif self.in_data:
            self._start_in_data(kind, attributes)

    def _start_in_data(self, kind: str, attributes: Mapping[str, str]) -> None:
        if kind == "c":
            self._start_cell(attributes)
        elif kind == "row":
            self._start_row(attributes)
        elif kind in ("v", "t"):
            self.value = None if self.phonetic else []
            self.size = 0
        elif kind == "f":
            self.formula_text = []
            self.size = 0
            self.shared_id = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif kind == "rPh":
            self.phonetic += 1

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        stated = attributes.get("r", "")
        self.row = int(stated) - 1 if re.fullmatch("[1-9][0-9]{0,9}", stated) else self.row + 1
        self.column = -1
        self.found.hidden_rows += attributes.get("hidden") in ("1", "true")
        self._count()

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        if place:
            self.column, self.row = _column(place[1]), int(place[2]) - 1
        else:
            self.column += 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.formula = None
        self.texts = []
        self.numbers = []
        self._count()

    def _count(self) -> None:
        """Formatted blank cells cost time, too."""
        self.elements += 1
        if self.elements > 2 * self.grid.limits.max_cells:
            raise self.grid.refuse(f"there are more than {2 * self.grid.limits.max_cells:,} cells; divide it.")

    def text(self, characters: str) -> None:
        kept = self.value if self.value is not None else self.formula_text
        if kept is None:
            return
        self.size += len(characters)
        if self.size > self.grid.limits.max_text:
            raise self.grid.refuse(
                f"a cell has more than {self.grid.limits.max_text:,} characters.", self.row, self.column
            )
        kept.append(characters)

    def end(self, name: str) -> None:
        kind = _local(name)
        if kind == "sheetData":
            self.in_data = False
        elif not self.in_data:
            return
        elif kind == "c":
            self._end_cell()
        elif kind == "t" and self.value is not None:
            self.texts.extend(self.value)
            self.value = None
        elif kind == "v" and self.value is not None:
            self.numbers.extend(self.value)
            self.value = None
        elif kind == "f" and self.formula_text is not None:
            self._end_formula()
        elif kind == "rPh":
            self.phonetic -= 1

    def _end_formula(self) -> None:
        text = "".join(self.formula_text or ())
        self.formula_text = None
        if self.shared_id:
            first = self.shared.setdefault(self.shared_id, text)
            text = text or first
        self.formula = f"={text}"

    def _end_cell(self) -> None:
        value = self._value("".join(self.numbers))
        if self.formula is not None:
            # a formula may well give an empty text, and is then stored as one
            self.found.without_result += value is None and self.kind != "str"
            self.grid.put_formula(self.row, self.column, self.formula)
        self.grid.put(self.row, self.column, value)

    def _value(self, stored: str) -> Cell:
        kind = self.kind
        if kind == "inlineStr":
            return _unescaped("".join(self.texts)) or None
        if not stored:
            return None
        if kind == "s":
            return self._shared(stored.strip())
        if kind == "str":
            return _unescaped(stored)
        if kind == "b":
            return stored.strip() in ("1", "true")
        if kind == "e":
            return CellError(stored.strip())
        if kind == "d":
            return _iso(stored.strip())
        return self._number(stored.strip())

    def _shared(self, stored: str) -> str | None:
        strings = self.workbook.strings
        if re.fullmatch("[0-9]{1,9}", stored) and int(stored) < len(strings):
            return strings[int(stored)] or None
        raise self.grid.refuse("a cell refers to a text that is missing; save the file again.", self.row, self.column)

    def _number(self, stored: str) -> Cell:
        if not re.fullmatch(r"[+-]?[0-9]{0,400}\.?[0-9]{0,400}([eE][+-]?[0-9]{1,9})?", stored):
            raise self.grid.refuse("a number cannot be read; save the file again.", self.row, self.column)
        try:
            number = float(stored)
        except ValueError:
            raise self.grid.refuse("a number cannot be read.", self.row, self.column) from None
        formats = self.workbook.formats
        style = int(self.style) if re.fullmatch("[0-9]{1,9}", self.style) else -1
        kind = formats[style] if 0 <= style < len(formats) else ""
        value = from_serial(number, kind, self.workbook.from_1904) if kind else number
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return int(value)
        return value

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        one, two = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
        if one and two:
            self.grid.merged.append((int(one[2]) - 1, _column(one[1]), int(two[2]) - 1, _column(two[1])))
            if len(self.grid.merged) > self.grid.limits.max_cells // 10:
                raise self.grid.refuse("there are too many merged cells.")


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _iso(text: str) -> Cell:
    """Read a date as strict workbooks may store it."""
    readers: tuple[Callable[[str], date | datetime | time], ...]
    readers = (date.fromisoformat, datetime.fromisoformat, time.fromisoformat)
    for reader in readers:
        try:
            found = reader(text)
        except ValueError:
            continue
        return found.replace(tzinfo=None) if isinstance(found, datetime | time) else found
    return text
