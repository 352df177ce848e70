"""Cells of our own tables: what a value looks like in a text file or a workbook, and the way back.

The type of the column decides what a cell means, never a guess. A text that a spreadsheet would run as a formula gets
one apostrophe before it; a lone apostrophe is the empty text, and an empty cell is no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from integrated_services.model._tables import CellKind

GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")
"""Beginnings of texts that get an apostrophe."""

LONGEST = 32_000
"""Longest text of a cell in UTF-16 units; a spreadsheet program cuts off what is longer than 32,767."""

_PIECE = LONGEST // 2
_NUMBER = re.compile(r"-?[0-9]{1,400}(?P<decimal>\.[0-9]{1,400})?(?P<power>[eE][+-]?[0-9]{1,4})?")
_WHOLE = re.compile(r"-?[0-9]{1,4000}")
_DECIMAL_COMMA = re.compile(r"-?[0-9]{1,400},[0-9]{1,400}")
_BOOLEANS = {"true": True, "false": False}


def guarded(text: str) -> str:
    """Write a text so that no spreadsheet runs it and the empty text is not taken for no value.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        The text, with one apostrophe before it where it is empty or begins like a formula.

    Examples
    --------
    >>> from integrated_services.io._tables_cells import guarded
    >>> guarded("=1+1"), guarded("1+1"), guarded("'"), guarded("")
    ("'=1+1", '1+1', "''", "'")
    """
    return f"'{text}" if not text or text.startswith(GUARDED) else text


def unguarded(text: str) -> str:
    """Undo :func:`guarded`.

    Parameters
    ----------
    text
        Text of a cell.

    Returns
    -------
    str
        Without the apostrophe, where one can have been put there.

    Examples
    --------
    >>> from integrated_services.io._tables_cells import unguarded
    >>> unguarded("'=1+1"), unguarded("'Twas"), unguarded("''")
    ('=1+1', "'Twas", "'")
    """
    return text[1:] if text[:1] == "'" and (len(text) == 1 or text[1] in GUARDED) else text


def is_long(text: str) -> bool:
    """Tell whether a text is too long for a cell of a spreadsheet.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    bool
        True beyond :data:`LONGEST`.
    """
    return len(text) > _PIECE and len(text) + sum(sign > "\uffff" for sign in text) > LONGEST


def pieces(text: str) -> list[str]:
    """Cut a long text so that each piece fits into a cell.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    list[str]
        Pieces that make the text when joined.
    """
    return [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]


def as_text(value: Any, kind: CellKind) -> str:
    """Write a cell of a text file.

    Parameters
    ----------
    value
        Cell of a table.
    kind
        What its column holds.

    Returns
    -------
    str
        Numbers as they are, texts guarded, nothing for no value.

    Examples
    --------
    >>> from integrated_services.io._tables_cells import as_text
    >>> as_text(-0.5, "number"), as_text("-5.00", "amount"), as_text("-5", "text"), as_text(None, "text")
    ('-0.5', '-5.00', "'-5", '')
    """
    if value is None:
        return ""
    if isinstance(value, LongText):
        return str(value)
    if isinstance(value, str):
        return value if kind == "amount" else guarded(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)


def read_cells(cells: Iterable[Any], kind: CellKind, *, decimal_comma: bool = False) -> list[Any]:
    """Read the cells of a column.

    Parameters
    ----------
    cells
        As a workbook, a text file or a data frame has them.
    kind
        What the column holds.
    decimal_comma
        Whether ``0,5`` is a number (a spreadsheet program saved the file with ``;`` between cells).

    Returns
    -------
    list
        Values; what cannot be read stays as it is, and the checks of the record say what was expected.

    Examples
    --------
    >>> from integrated_services.io._tables_cells import read_cells
    >>> read_cells(["0141", "'=x", ""], "text"), read_cells(["40", "0.5", "many"], "number")
    (['0141', '=x', None], [40, 0.5, 'many'])
    """
    if kind in ("text", "json"):  # most cells are plain texts
        return [
            c if type(c) is str and c and c[0] != "'" else None if c is None or c == "" else _text(c) for c in cells
        ]
    read = _READERS[kind]
    found = [None if cell is None or cell == "" else read(cell) for cell in cells]
    if decimal_comma and kind in ("number", "amount"):
        return [read(c.replace(",", ".")) if isinstance(c, str) and _DECIMAL_COMMA.fullmatch(c) else c for c in found]
    return found


class LongText:
    """Stands in a cell for a text that is too long for it.

    Parameters
    ----------
    number
        Number of the text in the table of long texts.
    """

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __str__(self) -> str:
        return f"'long text {self.number}"  # no text that is guarded begins so


_LONG = re.compile(r"'long text ([1-9][0-9]{0,8})")


def _text(cell: Any) -> Any:
    if not isinstance(cell, str) or cell[:1] != "'":
        return cell
    match = _LONG.fullmatch(cell)
    return LongText(int(match[1])) if match else unguarded(cell)


def _number(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    match = _NUMBER.fullmatch(text)
    if match is None:
        return cell
    return float(text) if match["decimal"] or match["power"] else int(text)


def _integer(cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    # strip takes more for blank than int does
    return int(cell.strip()) if isinstance(cell, str) and _WHOLE.fullmatch(cell.strip()) else cell


def _amount(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, float) and not cell.is_integer():
        return format(Decimal(repr(cell)), "f")
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return str(int(cell))
    return cell.strip() if isinstance(cell, str) else cell


def _boolean(cell: Any) -> Any:
    if isinstance(cell, str):
        return _BOOLEANS.get(cell.strip().lower(), cell)
    return bool(cell) if cell in (0, 1) else cell  # some programs save them so


def _date(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell
    if isinstance(cell, date):
        return cell.isoformat()
    return _text(cell)


_READERS: dict[CellKind, Callable[[Any], Any]] = {
    "label": _text,
    "number": _number,
    "integer": _integer,
    "amount": _amount,
    "boolean": _boolean,
    "date": _date,
}
