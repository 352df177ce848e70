"""Workbooks of Excel 97 to 2003 (.xls), read within bounds; every place in the file is checked before it is used."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

import attrs

from integrated_services.errors import FormatError
from integrated_services.io._guard import Limits
from integrated_services.io._ole import ole_stream
from integrated_services.io._sheets_dates import builtin_format, date_format, from_serial
from integrated_services.io._sheets_grid import Book, Cell, CellError, Grid, all_sheets

__all__ = ["read_xls"]

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BOF, _EOF, _CONTINUE, _FILEPASS, _DATEMODE = 0x809, 0x0A, 0x3C, 0x2F, 0x22
_BOUNDSHEET, _FORMAT, _XF, _SST = 0x85, 0x41E, 0xE0, 0xFC
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6
_BOOLERR, _FORMULA, _STRING, _MERGECELLS = 0x205, 0x06, 0x207, 0xE5
_WIDE, _EXTENDED, _RICH = 1, 4, 8


@attrs.define
class _Record:
    """One record with the records that continue it."""

    kind: int
    parts: list[bytes]

    @property
    def data(self) -> bytes:
        return self.parts[0]


@attrs.define
class _Globals:
    """What all sheets refer to."""

    sheets: list[tuple[str, int, bool]] = attrs.Factory(list)
    strings: list[str] = attrs.Factory(list)
    formats: dict[int, str] = attrs.Factory(dict)
    styles: list[int] = attrs.Factory(list)
    from_1904: bool = False


def read_xls(data: bytes, file: str, limits: Limits) -> Book:
    """Read a workbook of Excel 97 to 2003.

    Parameters
    ----------
    data
        Content of the file.
    file
        Name of the file.
    limits
        How much it may ask for.

    Returns
    -------
    Book
        With the last results of formulas; of the formulas themselves only the places are read.

    Raises
    ------
    FormatError
        Where the file is damaged, encrypted, older, or asks for too much.
    """
    try:
        stream = ole_stream(data, ("workbook",))
        if stream is None:
            raise FormatError("This is no workbook of Excel 97 or newer; save it as .xlsx.")
        found = _read_globals(stream, limits)
        readers = (
            _SheetReader(found, name, hidden, limits).read(stream, place) for name, place, hidden in found.sheets
        )
        sheets, notes = all_sheets(readers, limits)
    except FormatError as error:
        raise FormatError(error.message, file, error.row, error.column) from None
    except (struct.error, IndexError, UnicodeDecodeError, OverflowError):
        raise FormatError("The workbook is damaged; save it again.", file) from None
    return Book(file, "xls", sheets, notes=notes)


def _records(stream: bytes, place: int) -> Iterator[_Record]:
    """Give the records of one part of the stream, up to its end."""
    depth = 0
    waiting: _Record | None = None
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        part = stream[place + 4 : place + 4 + length]
        place += 4 + length
        if kind == _CONTINUE and waiting is not None:
            waiting.parts.append(part)
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if kind == _BOF:
            depth += 1
        if depth == 1:  # deeper are charts
            waiting = _Record(kind, [part])
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
    if waiting is not None:
        yield waiting


def _read_globals(stream: bytes, limits: Limits) -> _Globals:
    found = _Globals()
    for record in _records(stream, 0):
        data = record.data
        if record.kind == _BOF and struct.unpack_from("<H", data)[0] != 0x600:
            raise FormatError("This is a workbook of Excel 95 or older; save it as .xlsx.")
        if record.kind == _FILEPASS:
            raise FormatError("The workbook is encrypted; save it without a password.")
        if record.kind == _DATEMODE:
            found.from_1904 = struct.unpack_from("<H", data)[0] == 1
        elif record.kind == _FORMAT:
            found.formats[struct.unpack_from("<H", data)[0]] = date_format(_Strings([data[2:]], limits).take())
        elif record.kind == _XF:
            found.styles.append(struct.unpack_from("<H", data, 2)[0])
        elif record.kind == _BOUNDSHEET:
            place, state, kind, length = struct.unpack_from("<IBBB", data)
            if kind == 0:
                name = _Strings([data[7:]], limits).characters(length)
                found.sheets.append((name, place, bool(state & 3)))
        elif record.kind == _SST:
            strings = _Strings(record.parts, limits)
            strings.skip(8)
            while strings.has_more() and len(found.strings) < limits.max_cells:
                found.strings.append(strings.take())
    if len(found.sheets) > limits.max_entries:
        raise FormatError("The workbook has too many sheets.")
    return found


class _Strings:
    """Reads strings from a record and those that continue it; what is split says its width anew."""

    def __init__(self, parts: list[bytes], limits: Limits) -> None:
        self.parts = parts
        self.limits = limits
        self.part = 0
        self.place = 0

    def has_more(self) -> bool:
        while self.part < len(self.parts) and self.place >= len(self.parts[self.part]):
            self.part += 1
            self.place = 0
        return self.part < len(self.parts)

    def skip(self, number: int) -> None:
        while number > 0 and self.has_more():
            step = min(number, len(self.parts[self.part]) - self.place)
            self.place += step
            number -= step

    def unpack(self, layout: str) -> int:
        if not self.has_more():
            raise IndexError
        value: int = struct.unpack_from(layout, self.parts[self.part], self.place)[0]
        self.place += struct.calcsize(layout)
        return value

    def take(self) -> str:
        """Read a string with its length before it."""
        return self.characters(self.unpack("<H"))

    def characters(self, length: int) -> str:
        """Read a string of a known length."""
        flags = self.unpack("<B")
        runs = self.unpack("<H") if flags & _RICH else 0
        extension = self.unpack("<I") if flags & _EXTENDED else 0
        texts = []
        while length > 0:
            if self.part < len(self.parts) and self.place >= len(self.parts[self.part]):
                self.has_more()
                flags = self.unpack("<B")
            if not self.has_more():
                raise IndexError
            width = 2 if flags & _WIDE else 1
            number = min(length, (len(self.parts[self.part]) - self.place) // width)
            if number == 0:
                raise IndexError
            piece = self.parts[self.part][self.place : self.place + number * width]
            texts.append(piece.decode("utf-16-le" if width == 2 else "latin-1", "replace"))
            self.place += number * width
            length -= number
        self.skip(4 * runs + extension)
        return "".join(texts)


class _SheetReader:
    """Reads the records of one sheet."""

    def __init__(self, found: _Globals, name: str, hidden: bool, limits: Limits) -> None:
        self.found = found
        self.limits = limits
        self.grid = Grid(name, limits)
        self.grid.hidden = hidden
        self.waiting: tuple[int, int] | None = None

    def read(self, stream: bytes, place: int) -> Grid:
        if stream[place : place + 2] != struct.pack("<H", _BOF):
            raise self.grid.refuse("it is missing in the file; save the file again.")
        for record in _records(stream, place):
            self._record(record)
        return self.grid

    def _record(self, record: _Record) -> None:
        data = record.data
        kind = record.kind
        if kind == _STRING and self.waiting is not None:
            self.grid.put(*self.waiting, _Strings(record.parts, self.limits).take())
            self.waiting = None
        elif kind == _MULRK:
            self._several(data)
        elif kind == _MERGECELLS:
            self._merge(data)
        elif kind in (_NUMBER, _RK, _LABELSST, _LABEL, _RSTRING, _BOOLERR, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", data)
            if kind == _FORMULA:
                self.grid.put_formula(row, column, "=")
            self.grid.put(row, column, self._value(record, row, column, style))

    def _value(self, record: _Record, row: int, column: int, style: int) -> Cell:
        data = record.data
        if record.kind == _NUMBER:
            return self._number(struct.unpack_from("<d", data, 6)[0], style)
        if record.kind == _RK:
            return self._number(_rk(struct.unpack_from("<I", data, 6)[0]), style)
        if record.kind == _LABELSST:
            place = struct.unpack_from("<I", data, 6)[0]
            if place >= len(self.found.strings):
                raise self.grid.refuse("a cell refers to a text that is missing; save the file again.", row, column)
            text: str = self.found.strings[place]
            return text
        if record.kind == _BOOLERR:
            return _error(data[6]) if data[7] else bool(data[6])
        if record.kind == _FORMULA:
            return self._result(data[6:14], row, column, style)
        return _Strings([data[6:], *record.parts[1:]], self.limits).take()

    def _result(self, stored: bytes, row: int, column: int, style: int) -> Cell:
        if len(stored) < 8:
            raise IndexError
        if stored[6:8] != b"\xff\xff":
            return self._number(struct.unpack("<d", stored)[0], style)
        if stored[0] == 0:
            self.waiting = (row, column)
            return None
        return bool(stored[2]) if stored[0] == 1 else _error(stored[2]) if stored[0] == 2 else None

    def _number(self, number: float, style: int) -> Cell:
        if not math.isfinite(number):
            return number  # the sheet refuses it and says where
        styles = self.found.styles
        code = styles[style] if style < len(styles) else 0
        kind = self.found.formats.get(code, builtin_format(code))
        value = from_serial(number, kind, self.found.from_1904) if kind else number
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return int(value)
        return value

    def _several(self, data: bytes) -> None:
        row, first = struct.unpack_from("<HH", data)
        for column in range((len(data) - 6) // 6):
            style, stored = struct.unpack_from("<HI", data, 4 + 6 * column)
            self.grid.put(row, first + column, self._number(_rk(stored), style))

    def _merge(self, data: bytes) -> None:
        count = struct.unpack_from("<H", data)[0]
        for index in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * index)
            self.grid.merged.append((top, left, bottom, right))


def _rk(stored: int) -> float:
    """Unpack a number of four bytes: whole or the upper half of a float, perhaps in hundredths."""
    number: float
    if stored & 2:
        number = (stored >> 2) - (1 << 30 if stored & 0x80000000 else 0)
    else:
        number = struct.unpack("<d", struct.pack("<II", 0, stored & 0xFFFFFFFC))[0]
    return number / 100 if stored & 1 else float(number)


def _error(code: int) -> CellError:
    return CellError(_ERRORS.get(code, "#ERROR!"))
