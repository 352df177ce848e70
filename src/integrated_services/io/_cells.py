"""How people write values in cells: numbers, ranges, yes and no, lists, dates, and blanks that say something."""

from __future__ import annotations

import re

from integrated_services.io._cell_words import BLANKS, YES_NO, Blank, YesNo
from integrated_services.io._cells_dates import DayOrder, day, day_order, days
from integrated_services.io._cells_numbers import DecimalMark, Parsed, decimal_mark, number
from integrated_services.io._cells_plain import plain
from integrated_services.io._sheets_grid import Cell, CellError

__all__ = [
    "Blank",
    "DayOrder",
    "DecimalMark",
    "Parsed",
    "YesNo",
    "blank",
    "day",
    "day_order",
    "days",
    "decimal_mark",
    "is_blank",
    "items",
    "number",
    "yes_no",
]


def yes_no(cell: Cell) -> YesNo | None:
    """Read yes, no or don't know in Estonian, Lithuanian, English or Russian, or as a mark.

    Parameters
    ----------
    cell
        The cell.

    Returns
    -------
    Literal['yes', 'no', 'unknown'] | None
        None for blank cells and for anything else, such as "partly".

    Examples
    --------
    >>> from integrated_services.io._cells import yes_no
    >>> [yes_no(cell) for cell in ("Jah", "ne", "ei tea", "x", "-", 1, True, "jah (alates 2022)", "osaliselt", None)]
    ['yes', 'no', 'unknown', 'yes', 'no', 'yes', 'yes', 'yes', None, None]
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return "yes" if cell == 1 else "no" if cell == 0 else None
    text = plain(cell)
    if not text:
        return None
    for words in (
        text,
        text.rstrip(" .!"),
        re.sub(r"\s*\([^()]*\)$", "", text),
        re.split(r"\s*[,;:]\s|\s[-–]\s", text)[0],
    ):
        if words in YES_NO:
            return YES_NO[words]
    return None


def blank(cell: Cell) -> Blank | None:
    """Tell what a blank cell, or a word that stands for a blank, says.

    Parameters
    ----------
    cell
        The cell.

    Returns
    -------
    Literal['empty', 'unknown', 'none', 'not-applicable'] | None
        None where there is a value.

    Examples
    --------
    >>> from integrated_services.io._cells import blank
    >>> [blank(cell) for cell in ("", "ei tea", "-", "puudub", "n/a", "nėra duomenų", "nėra", "Rakvere", 0)]
    ['empty', 'unknown', 'none', 'none', 'not-applicable', 'unknown', 'none', None, None]
    """
    if isinstance(cell, CellError):
        return "unknown"
    if cell is None:
        return "empty"
    text = plain(cell)
    if text is None:
        return None
    text = text.strip("\u200b\ufeff\u00ad ")
    if not text:
        return "empty"
    return BLANKS.get(text) or BLANKS.get(text.strip(".! ()[]"))


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds no value; `blank` says what it means.

    Parameters
    ----------
    cell
        The cell.

    Returns
    -------
    bool
        Whether it is empty or a word that stands for a blank.

    Examples
    --------
    >>> from integrated_services.io._cells import is_blank
    >>> is_blank(" "), is_blank("n/a"), is_blank("0")
    (True, True, False)
    """
    return blank(cell) is not None


_OPENING, _CLOSING = "([{", ")]}"
_BULLET = re.compile(r"^\s*(?:[•·▪●◦‣*–—-]\s*|[0-9]{1,2}[.)]\s+)+(?=\S)")


def items(cell: Cell) -> list[str]:
    r"""Divide a cell that holds several values.

    Parameters
    ----------
    cell
        The cell.

    Returns
    -------
    list of str
        The values in their order. Line breaks, bullets, ``;`` and ``|`` divide first; only without them ``,`` does,
        and only without commas ``/``. Nothing is divided inside of brackets, in numbers (1,5) or in addresses.

    Examples
    --------
    >>> from integrated_services.io._cells import items
    >>> items("eesti, vene (osaliselt, tõlgiga), inglise"), items("Rakvere, Pikk 1; Tapa, Jaama 2")
    (['eesti', 'vene (osaliselt, tõlgiga)', 'inglise'], ['Rakvere, Pikk 1', 'Tapa, Jaama 2'])
    >>> items("• nõustamine\n• päevahoid"), items("lapsed / pered"), items("1,5")
    (['nõustamine', 'päevahoid'], ['lapsed', 'pered'], ['1,5'])
    """
    if cell is None or isinstance(cell, CellError):
        return []
    if not isinstance(cell, str):
        return [str(cell)]
    for signs in ("\n\r;|•▪●◦‣\u2028", ",", "/"):
        parts = _divided(cell, signs)
        if len(parts) > 1:
            break
    cleaned = (_BULLET.sub("", part).strip() if "\n" in cell or "\r" in cell else part.strip() for part in parts)
    return [part for part in cleaned if part.strip("-–—•*")]


def _divided(text: str, signs: str) -> list[str]:
    parts, start, depth = [], 0, 0
    # an opening bracket that is never closed encloses nothing
    balanced = sum(map(text.count, _OPENING)) == sum(map(text.count, _CLOSING))
    for place, sign in enumerate(text):
        if sign in _OPENING:
            depth += balanced
        elif sign in _CLOSING:
            depth = max(depth - 1, 0)
        elif depth == 0 and sign in signs and _divides(text, place, sign):
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _divides(text: str, place: int, sign: str) -> bool:
    before, after = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    if sign == ",":
        return not (before.isdigit() and after.isdigit())
    if sign == "/":
        if before.isspace() or after.isspace():
            return before.isspace() and after.isspace()
        # "k/a", "24/7" and addresses are one value; "lapsed/pered" are two
        left = re.search(r"[^\W\d_]{3,}$", text[max(place - 40, 0) : place])
        right = re.match(r"[^\W\d_]{3,}", text[place + 1 : place + 41])
        return bool(left and right) and "://" not in text and "www." not in text
    return True
