"""Cells of a foreign table as values of the model: figures, choices, ages, contacts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from integrated_services.io._cells import Parsed, blank, day, items, number, yes_no
from integrated_services.io._mapping import MappedColumn
from integrated_services.io._mapping_evidence import YES_NO, ages_of, is_duration
from integrated_services.io._mapping_fields import FieldTarget
from integrated_services.io._mapping_match import best, fold
from integrated_services.io._mapping_words import unit_of
from integrated_services.io._sheets import Cell, CellError
from integrated_services.model._values import LARGEST

_EMAIL: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_WEB: Final = re.compile(r"(?:https?://|www\.)[^\s;,<>\"]{3,500}", re.IGNORECASE)
_PHONE: Final = re.compile(r"[+(]?\d[\d\s()/.-]{4,20}\d")
_DAYS: Final = {"day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0, "hour": 1 / 24}
_UNITS: Final = {"place": "places", "person": "persons", "hour": "hours", "time": "sessions"}
_CURRENCIES: Final = {"$": "USD", "£": "GBP", "usd": "USD", "gbp": "GBP", "sek": "SEK", "pln": "PLN", "nok": "NOK"}
_SURE = 0.75
_ANY_AGE: Final = frozenset(
    (
        "all ages",
        "all",
        "any",
        "any age",
        "koik",
        "koik vanused",
        "igas vanuses",
        "visi",
        "visi amziai",
        "tutte le eta",
        "tutti",
    )
)


class UnreadableCellError(Exception):
    """A cell does not hold what its column asks for; the message says why."""


def cell_text(cell: Cell) -> str:
    """Give the text of a cell, blanks tidied and unprintable characters out.

    Parameters
    ----------
    cell
        Cell.

    Returns
    -------
    str
        Text; line breaks stay.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    lines = (" ".join(line.split()) for line in str("" if cell is None else cell).splitlines())
    clean = "\n".join(line for line in lines if line)
    return "".join(c for c in clean if c == "\n" or (c.isprintable() and not "\ud800" <= c <= "\udfff"))[:19_000]


def parsed(cell: Cell, target: FieldTarget, column: MappedColumn) -> list[Any]:
    """Read a cell.

    Parameters
    ----------
    cell
        Cell.
    target
        What its column means.
    column
        Units and known values.

    Returns
    -------
    list[Any]
        Values; none for a blank cell, or one that says that nothing is known.

    Raises
    ------
    UnreadableCellError
        Where the cell holds something else.
    """
    if isinstance(cell, CellError):
        raise UnreadableCellError(f"the cell holds the error {cell}")
    if column.flag is not None:
        return _flagged(cell, column.flag, target)
    known = {fold(value.value): value for value in column.values}
    if blank(cell) is not None and fold(cell_text(cell)) not in known:
        return []
    reader = _READERS.get(target.kind, _texts)
    return reader(cell, target, column)


def _flagged(cell: Cell, flag: str, target: FieldTarget) -> list[Any]:
    said = yes_no(cell)
    if said is None and blank(cell) is None:
        raise UnreadableCellError("the cell is neither ticked nor blank")
    if said != "yes":
        return []
    return _READERS[target.kind](flag, target, MappedColumn("")) if target.kind in _READERS else [flag]


def parts_of(cell: Cell, column: MappedColumn) -> list[str]:
    """Divide a cell that may hold several values.

    Parameters
    ----------
    cell
        Cell.
    column
        Says whether commas divide.

    Returns
    -------
    list[str]
        Texts that are not blank.
    """
    text = cell_text(cell)
    is_list = column.split == "commas" or re.search(r"[;\n|•▪●]", text)
    found = items(text) if is_list else [text]
    return [part for part in found if part and blank(part) is None]


def _texts(cell: Cell, target: FieldTarget, column: MappedColumn) -> list[Any]:
    renamed = {fold(value.value): value for value in column.values if value.means}
    several = target.many and (target.kind in ("name", "contact") or column.refers_to)
    found = parts_of(cell, column) if several else [cell_text(cell)]
    return [renamed[fold(part)].means if fold(part) in renamed else part for part in found if part]


def _choice(text: str, path: str, column: MappedColumn) -> str:
    for value in column.values:
        if fold(value.value) == fold(text):
            if value.means is None:
                raise UnreadableCellError("the mapping does not say what this value means")
            return value.means
    ranked = best(text, path)
    if ranked and ranked[0][1] >= _SURE:
        return ranked[0][0]
    said = yes_no(text)
    if said in ("yes", "no") and path in YES_NO:
        return YES_NO[path][0 if said == "yes" else 1]
    raise UnreadableCellError("the mapping does not say what this value means")


def _choices(cell: Cell, target: FieldTarget, column: MappedColumn) -> list[Any]:
    text = cell_text(cell)
    if not target.many or any(fold(value.value) == fold(text) for value in column.values):
        return [_choice(text, target.path, column)]
    return list(dict.fromkeys(_choice(part, target.path, column) for part in items(text)))


def _number(cell: Cell) -> Parsed:
    read = number(cell)
    if read is None:
        raise UnreadableCellError("a number was expected")
    if read.ambiguous:
        raise UnreadableCellError(f"this can mean {' or '.join(f'{one:g}' for one in read.ambiguous)}")
    return read


def _tidy(value: float) -> float:
    value = round(value, 6)
    return int(value) if float(value).is_integer() else value


def figure_of(read: Parsed, factor: float = 1.0) -> dict[str, Any]:
    """Make a figure of what somebody wrote: ranges keep both ends and get their middle, bounds are marked as such.

    Parameters
    ----------
    read
        What was written.
    factor
        By which it is multiplied.

    Returns
    -------
    dict[str, Any]
        Figure as documents write it.

    Examples
    --------
    >>> from integrated_services.io._cells import number
    >>> from integrated_services.io._mapping_values import figure_of
    >>> figure_of(number("2-3")), figure_of(number("ca 30")), figure_of(number(">10"))
    ({'value': 2.5, 'low': 2, 'high': 3}, {'value': 30, 'approx': 'about'}, {'value': 10, 'approx': 'above'})
    """
    ends = {name: _tidy(end * factor) for name in ("low", "high") if (end := getattr(read, name)) is not None}
    approx = {"approx": "about"} if read.approx else {}
    if read.value is not None:
        found: dict[str, Any] = {"value": _tidy(read.value * factor), **ends, **approx}
    elif len(ends) == 2:
        found = {"value": _tidy((ends["low"] + ends["high"]) / 2), **ends, **approx}
    else:
        found = {"value": next(iter(ends.values()), 0), "approx": "above" if "low" in ends else "below"}
    numbers = [found[name] for name in ("value", "low", "high") if name in found]
    if any(not -LARGEST < one < LARGEST for one in numbers):
        raise UnreadableCellError("the number is too large")
    if any(one < 0 for one in numbers):
        raise UnreadableCellError("the number is below zero")
    return found


def _figures(cell: Cell, target: FieldTarget, column: MappedColumn) -> list[Any]:
    if target.field in ("wait", "duration", "days"):
        return [_duration(cell, column)]
    read = _number(cell)
    figure = figure_of(read)
    if target.path == "delivery.capacity":
        hint = read.unit_hint or ""
        unit = column.unit or _UNITS.get(hint) or unit_of(fold(hint).split())
        figure |= {"unit": unit} if unit in ("places", "persons", "sessions", "hours") else {}
        figure |= {"per": column.per} if column.per else {}
    return [figure]


def _duration(cell: Cell, column: MappedColumn) -> dict[str, Any]:
    text = cell_text(cell)
    if isinstance(cell, str) and is_duration(text):
        amounts = {unit: int(amount) for amount, unit in re.findall(r"(\d+)([YMWD])", text)}
        days = sum(amount * {"Y": 365, "M": 30, "W": 7, "D": 1}[unit] for unit, amount in amounts.items())
        return {"value": days, **({"approx": "about"} if {"Y", "M"} & set(amounts) else {})}
    read = _number(cell)
    unit = read.unit_hint or column.unit or "days"
    unit = (unit if unit in _DAYS else unit_of(fold(unit).split()) or unit).rstrip("s")
    if unit not in _DAYS:
        raise UnreadableCellError(f"a length of time was expected, not {unit}")
    figure = figure_of(read, _DAYS[unit])
    return figure | ({"approx": "about"} if unit in ("month", "year") and "approx" not in figure else {})


def _shares(cell: Cell, _target: FieldTarget, column: MappedColumn) -> list[Any]:
    read = _number(cell)
    is_percent = read.unit_hint == "percent" or column.unit == "percent"
    figure = figure_of(read, 0.01 if is_percent else 1.0)
    if any(figure.get(name, 0) > 1 for name in ("value", "low", "high")):
        raise UnreadableCellError("a share is not above 1 (100 %)")
    return [figure]


def _money(cell: Cell, _target: FieldTarget, column: MappedColumn) -> list[Any]:
    figure = figure_of(_number(cell), 1000.0 if column.unit == "thousand EUR" else 1.0)
    hint = _number(cell).unit_hint or "EUR"
    currency = hint if re.fullmatch("[A-Z]{3}", hint) else _CURRENCIES.get(hint.casefold())
    if currency is None and _DAYS.get(hint) is None:
        raise UnreadableCellError(f"an amount of money was expected, not {hint}")
    amounts: dict[str, Any] = {name: f"{figure[name]:.2f}" for name in ("low", "high") if name in figure}
    amount: dict[str, Any] = {"amount": f"{figure['value']:.2f}", "currency": currency or "EUR", **amounts}
    if "approx" in figure:
        amount["approx"] = figure["approx"]
    return [amount | ({"per": column.per} if column.per else {})]


def _ages(cell: Cell, _target: FieldTarget, _column: MappedColumn) -> list[Any]:
    text = cell_text(cell)
    if fold(text) in _ANY_AGE:
        return []
    whole = ages_of(text)
    found = [whole] if whole else [ages_of(part) for part in items(text)]
    if not found or None in found:
        raise UnreadableCellError("a range of ages was expected, such as 7-18")
    return list(found)


def _age(cell: Cell, target: FieldTarget, _column: MappedColumn) -> list[Any]:
    read = _number(cell)
    value = read.value if read.value is not None else read.low if target.field == "age_from" else read.high
    if value is None or not float(value).is_integer() or not 0 <= value <= 150:
        raise UnreadableCellError("an age in whole years was expected")
    return [int(value)]


def _date(cell: Cell, _target: FieldTarget, _column: MappedColumn) -> list[Any]:
    read = day(cell)
    if read is None:
        raise UnreadableCellError("a date was expected")
    return [str(read)]


def _degrees(cell: Cell, target: FieldTarget, _column: MappedColumn) -> list[Any]:
    read = _number(cell)
    limit = 90 if target.kind == "latitude" else 180
    if read.value is None or abs(read.value) > limit:
        raise UnreadableCellError(f"degrees between -{limit} and {limit} were expected")
    return [read.value]


def _emails(cell: Cell, _target: FieldTarget, _column: MappedColumn) -> list[Any]:
    found = _EMAIL.findall(cell_text(cell))
    if not found:
        raise UnreadableCellError("an e-mail address was expected")
    return [{"kind": "email", "value": value} for value in found]


def _webs(cell: Cell, _target: FieldTarget, _column: MappedColumn) -> list[Any]:
    text = cell_text(cell)
    found = _WEB.findall(text) or ([text] if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", text) else [])
    if not found:
        raise UnreadableCellError("a web address was expected")
    return [{"kind": "web", "value": value.rstrip(".")} for value in found]


def _phones(cell: Cell, _target: FieldTarget, _column: MappedColumn) -> list[Any]:
    text = cell_text(cell)
    if sum(c.isdigit() for c in text) < 3:
        raise UnreadableCellError("a telephone number was expected")
    return [{"kind": "phone", "value": part} for part in re.split(r"[;\n]", text) if any(c.isdigit() for c in part)]


def _contacts(cell: Cell, _target: FieldTarget, _column: MappedColumn) -> list[Any]:
    """Take a cell apart that holds all kinds of contacts; what is left is the label of the first."""
    text = cell_text(cell)
    found: list[dict[str, str]] = []
    rest = text
    for kind, pattern in (("email", _EMAIL), ("web", _WEB), ("phone", _PHONE)):
        found += [{"kind": kind, "value": value.strip().rstrip(".")} for value in pattern.findall(rest)]
        rest = pattern.sub(" ", rest)
    label = re.sub(r"\s+", " ", re.sub(r"(?i)\b(tel|telefon|e-?post|e-?mail|el\.? p)\b\.?:?", " ", rest)).strip(
        " ,;:|/-"
    )
    if label and found:
        found[0] = {**found[0], "label": label}
    elif label:
        found.append({"kind": "address", "value": label})
    return list(found)


_READERS: Final[dict[str, Callable[[Cell, FieldTarget, MappedColumn], list[Any]]]] = {
    "choice": _choices, "language": _choices, "figure": _figures, "share": _shares, "money": _money, "ages": _ages,
    "age": _age, "date": _date, "latitude": _degrees, "longitude": _degrees, "email": _emails, "web": _webs,
    "phone": _phones, "contact": _contacts,
}  # fmt: skip
