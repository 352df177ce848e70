# Letters of other alphabets look alike; here they are meant.
# ruff: noqa: RUF001
"""How people write dates: in figures and in words, to the day, the month or the year."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from integrated_services.io._cell_words import MONTHS
from integrated_services.io._cells_plain import plain
from integrated_services.io._sheets_grid import Cell
from integrated_services.model import PartialDate

__all__ = ["DayOrder", "day", "day_order", "days"]

DayOrder = Literal["dmy", "mdy"]


def day(cell: Cell, *, order: DayOrder | None = None) -> PartialDate | None:
    """Read a date as precisely as it is written.

    Parameters
    ----------
    cell
        The cell.
    order
        Whether the day or the month comes first in dates such as 03/04/2022 (see `day_order`).

    Returns
    -------
    PartialDate | None
        None where the cell holds no date, or can mean two dates (see `days`).

    Examples
    --------
    >>> from integrated_services.io._cells import day
    >>> day("12.05.2022"), day("mai 2022"), day("2022 m. gegužės 3 d.")
    (PartialDate('2022-05-12'), PartialDate('2022-05'), PartialDate('2022-05-03'))
    >>> day("03/04/2022"), day("03/04/2022", order="dmy")
    (None, PartialDate('2022-04-03'))
    """
    found = days(cell, order=order)
    return found[0] if len(found) == 1 else None


def days(cell: Cell, *, order: DayOrder | None = None) -> tuple[PartialDate, ...]:
    """Give all dates that a cell can mean.

    Parameters
    ----------
    cell
        The cell.
    order
        Whether the day or the month comes first, where it is known.

    Returns
    -------
    tuple of PartialDate
        None, one, or two where the order of day and month is open. Years of two digits up to 69 are those of this
        century.

    Examples
    --------
    >>> from integrated_services.io._cells import days
    >>> days("03/04/2022"), days("13/04/2022"), days("soon")
    ((PartialDate('2022-04-03'), PartialDate('2022-03-04')), (PartialDate('2022-04-13'),), ())
    """
    if isinstance(cell, datetime | date):
        return (PartialDate(cell.isoformat()[:10]),)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return (PartialDate(str(cell)),) if 1900 <= cell <= 2100 else ()
    text = plain(cell)
    if not text:
        return ()
    # the time of day is no part of the date
    text = re.sub(r"(?<=[0-9])(?:t|,? (?:kell |kl |at )?)[0-9]{1,2}[:.][0-9]{2}(?::[0-9]{2}.*)?$", "", text).rstrip(
        " ."
    )
    parts = _in_figures(text, order) or _in_words(text)
    found: list[PartialDate] = []
    for year, month, number_of_day in parts:
        made = _date(year, month, number_of_day)
        if made is not None and made not in found:
            found.append(made)
    return tuple(found)


_Date = tuple[int, int | None, int | None]


def _in_figures(text: str, order: DayOrder | None) -> list[_Date]:
    match = re.fullmatch(r"([0-9]{4})(?:([-./])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?(?: ?(?:m|a|aasta|г|год|y)\.?)?", text)
    if match:
        year, month, number_of_day = match[1], match[3], match[4]
        return [(int(year), int(month) if month else None, int(number_of_day) if number_of_day else None)]
    match = re.fullmatch(r"([0-9]{1,2})[-./]([0-9]{4})", text)
    if match:
        return [(int(match[2]), int(match[1]), None)]
    match = re.fullmatch(r"([0-9]{1,2})(\. ?|-|/)([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?: ?(?:a|г|m)\.?)?", text)
    if match is None:
        return []
    one, two, year = int(match[1]), int(match[3]), _century(match[4])
    if match[2].startswith(".") or order == "dmy":
        return [(year, two, one)]
    return [(year, one, two)] if order == "mdy" else [(year, two, one), (year, one, two)]


def _century(digits: str) -> int:
    return int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) <= 69 else 1900)


def _in_words(text: str) -> list[_Date]:
    """Read a date with the name of a month: it, a year and perhaps a day, in any order, and no other words."""
    tokens = [token for token in re.split(r"[ ,.]+", re.sub(r"(?<=[0-9])(?=[^\W\d_])", " ", text)) if token]
    months = [MONTHS[token] for token in tokens if token in MONTHS]
    years = [int(token) for token in tokens if re.fullmatch("[0-9]{4}", token)]
    small = [int(token) for token in tokens if re.fullmatch("[0-9]{1,2}", token)]
    others = [token for token in tokens if token not in MONTHS and not token.isdigit()]
    known = {"m", "d", "mėn", "a", "aasta", "aastal", "г", "года", "год", "st", "nd", "rd", "th", "of", "metų", "metai"}
    if len(months) != 1 or len(years) != 1 or len(small) > 1 or not known.issuperset(others):
        return []
    return [(years[0], months[0], small[0] if small else None)]


def _date(year: int, month: int | None, number_of_day: int | None) -> PartialDate | None:
    parts = [f"{year:04}", *(f"{part:02}" for part in (month, number_of_day) if part is not None)]
    try:
        return PartialDate("-".join(parts)) if 1000 <= year <= 2999 else None
    except ValueError:
        return None


def day_order(column: Iterable[Cell]) -> DayOrder | None:
    """Find out whether the day or the month comes first in the dates of a column.

    Parameters
    ----------
    column
        Its cells.

    Returns
    -------
    Literal['dmy', 'mdy'] | None
        None where nothing in the column decides, or cells contradict each other.

    Examples
    --------
    >>> from integrated_services.io._cells import day_order
    >>> day_order(["03/04/2022", "25/04/2022"]), day_order(["03/04/2022"])
    ('dmy', None)
    """
    orders: set[DayOrder] = set()
    for cell in column:
        match = re.match(r"([0-9]{1,2})([-/])([0-9]{1,2})\2[0-9]{2}", plain(cell) or "")
        if match:
            one, two = int(match[1]), int(match[3])
            if one > 12 >= two:
                orders.add("dmy")
            elif two > 12 >= one:
                orders.add("mdy")
    return orders.pop() if len(orders) == 1 else None
