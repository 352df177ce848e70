"""Dates in spreadsheets: numbers of days, shown by a format of numbers."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from integrated_services.io._sheets_grid import Cell

__all__ = ["builtin_format", "date_format", "from_serial"]

# Dates and times among the formats that every workbook has without declaring them.
_DATE_FORMATS: Final = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_TIME_FORMATS: Final = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56})
_NOT_A_LETTER_OF_TIME = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_LAST_SERIAL = 2_958_466


def builtin_format(number: str | int) -> str:
    """Tell what one of the formats shows that every workbook has without declaring them.

    Parameters
    ----------
    number
        Number of the format.

    Returns
    -------
    str
        As for `date_format`.
    """
    text = str(number)
    code = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return "date" if code in _DATE_FORMATS else "duration" if code == 46 else "time" if code in _TIME_FORMATS else ""


def date_format(code: str) -> str:
    """Tell what a number format of Excel shows.

    Parameters
    ----------
    code
        The format.

    Returns
    -------
    str
        ``date`` (also with a time), ``time``, ``duration``, or ``""`` for numbers and texts.

    Examples
    --------
    >>> from integrated_services.io._sheets_dates import date_format
    >>> [date_format(code) for code in ("dd.mm.yyyy", "[$-425]d. mmmm yyyy;@", "h:mm", "[h]:mm")]
    ['date', 'date', 'time', 'duration']
    >>> date_format('0.0 "days"'), date_format("#,##0.00")
    ('', '')
    """
    letters = _NOT_A_LETTER_OF_TIME.sub("", code.partition(";")[0]).lower()
    if "general" in letters or "standard" in letters:
        return ""
    if "[" in letters and re.search(r"\[[hms]+\]", letters):
        return "duration"
    if "y" in letters or "d" in letters:
        return "date"
    if "h" in letters or "s" in letters:
        return "time"
    return "date" if "m" in letters else ""


def from_serial(number: float, kind: str, from_1904: bool = False) -> Cell:
    """Turn the number by which spreadsheets store a date into the date.

    Parameters
    ----------
    number
        Days since the beginning of 1900 or 1904.
    kind
        ``date``, ``time`` or ``duration``.
    from_1904
        Whether days count from 1904.

    Returns
    -------
    str | int | float | bool | date | datetime | time | None
        A date where there is no time of day, a time where there is no day, the text ``36:30:00`` for a duration,
        and the number itself where it is no date.

    Examples
    --------
    >>> from integrated_services.io._sheets_dates import from_serial
    >>> from_serial(44713, "date"), from_serial(0.5, "time"), from_serial(1.5, "duration")
    (datetime.date(2022, 6, 1), datetime.time(12, 0), '36:00:00')
    """
    if not 0 <= number < _LAST_SERIAL - (1462 if from_1904 else 0):
        return number
    milliseconds = round(number * 86_400_000)
    days, rest = divmod(milliseconds, 86_400_000)
    if kind == "duration":
        seconds = round(milliseconds / 1000)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    clock = (datetime(2000, 1, 1) + timedelta(milliseconds=rest)).time()  # noqa: DTZ001  spreadsheets know no time zones
    if days == 0 and not from_1904:
        return clock if kind == "time" or rest else number
    if kind == "time" and days == 0:
        return clock
    # Excel believes in a 29 February 1900
    epoch = date(1904, 1, 1) if from_1904 else date(1899, 12, 31) if days < 60 else date(1899, 12, 30)
    if days > (date.max - epoch).days:
        return number
    day = epoch + timedelta(days=days)
    return datetime.combine(day, clock) if rest else day
