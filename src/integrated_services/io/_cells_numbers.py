"""How people write numbers: ranges, bounds, about, units, thousands, and which decimal mark a column uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import attrs

from integrated_services.io._cell_words import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    BETWEEN,
    LESS,
    MORE,
    NUMERALS,
    OR_LESS,
    OR_MORE,
    UNITS,
)
from integrated_services.io._cells_plain import plain
from integrated_services.io._sheets_grid import Cell

__all__ = ["DecimalMark", "Parsed", "decimal_mark", "number"]

DecimalMark = Literal[",", "."]

_NUMERAL = r"[0-9]+(?:[ .,'’][0-9]+)*(?:e[+-]?[0-9]{1,3})?"
_TO = r"(?:\s*(?:-|–|—|\.\.\.?|…)\s*|\s+(?:kuni|iki|to|until|till|do|до|līdz|ja|ir|and|и)\s+)"


@attrs.frozen
class Parsed:
    """A number as somebody wrote it.

    Attributes
    ----------
    value
        The number; None for ranges and bounds, and where the text can mean several numbers.
    low, high
        Ends of a range, or the one bound that is stated.
    approx
        Whether the text says "about".
    bound_excluded
        Whether a single bound is itself excluded ("more than 5"; not "at least 5").
    unit_hint
        ``day``, ``week``, ``month``, ``year``, ``hour``, ``minute``, ``percent``, ``EUR``, ``person``, ``place``,
        ``piece``, ``time``; or the word that was found; a percentage stays as it is written (12 for "12 %").
    ambiguous
        The numbers that the text can mean, where it can mean several.
    text
        The text.

    Examples
    --------
    >>> from integrated_services.io._cells import number
    >>> number("ca 2-3 kuud")
    Parsed(value=None, low=2, high=3, approx=True, bound_excluded=False, unit_hint='month', ambiguous=(), \
text='ca 2-3 kuud')
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    approx: bool = False
    bound_excluded: bool = False
    unit_hint: str | None = None
    ambiguous: tuple[float, ...] = ()
    text: str = ""


def number(cell: Cell, *, decimal: DecimalMark | None = None) -> Parsed | None:
    """Read a number, a range or a bound.

    Parameters
    ----------
    cell
        The cell.
    decimal
        Decimal mark of the column, where it is known (see `decimal_mark`).

    Returns
    -------
    Parsed | None
        None where the cell is blank or something else than one number or range. Where the text can mean several
        numbers, such as "1.234" without a known decimal mark, only ``ambiguous`` is filled.

    Examples
    --------
    >>> from integrated_services.io._cells import number
    >>> number("1 234,5").value, number("ca 3").approx, number("< 5").high, number("üle 10").low
    (1234.5, True, 5, 10)
    >>> number("nuo 2 iki 3").low, number("12 %").unit_hint, number("many")
    (2, 'percent', None)
    >>> number("1.234").value, number("1.234").ambiguous, number("1.234", decimal=",").value
    (None, (1.234, 1234), 1234)
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return Parsed(value=cell, text=str(cell))
    text = plain(cell)
    if not text:
        return None
    words, approx = _without(text, ABOUT)
    words = words.replace("\u2212", "-")
    found = _between(words, decimal) or _bounded(words, decimal) or _single(words, decimal)
    if found is None:
        return None
    late, approx_late = _without(words, ABOUT)
    if approx_late:  # "more than about 5"
        words = late
    return attrs.evolve(found, approx=found.approx or approx or approx_late, text=str(cell))


def _without(text: str, starts: tuple[str, ...]) -> tuple[str, bool]:
    """Take one of some words from the beginning."""
    for start in starts:
        if text.startswith(start):
            rest = text[len(start) :]
            if rest[:1] in (" ", "") or not start[-1].isalpha() or rest[:1].isdigit():
                return rest.lstrip(" :"), True
    return text, False


def _between(text: str, decimal: DecimalMark | None) -> Parsed | None:
    rest, said = _without(text, BETWEEN)
    match = re.fullmatch(
        rf"(-?{_NUMERAL})(?:\s*(?P<unit>(?!e[+-]?[0-9])[^\W\d_.]+\.?|%|€))?{_TO}(?P<high>{_NUMERAL})(?P<rest>.*)", rest
    )
    if match is None:
        return None
    # "and" makes a range only after "between", "from"
    if not said and re.search(r"[0-9]\s+(ja|ir|and|и)\s+[0-9]", rest):
        return None
    unit, sound = _unit(match["rest"])
    early, _ = _unit(match["unit"] or "")
    lows, highs = _readings(match[1], decimal), _readings(match["high"], decimal)
    pairs = [(low, high) for low in lows for high in highs if low <= high]
    if not sound or not pairs or (early and unit and early != unit):
        return None
    if len(pairs) > 1:
        return Parsed(unit_hint=unit or early, ambiguous=tuple(sorted({side for pair in pairs for side in pair})))
    low, high = pairs[0]
    return Parsed(low=low, high=high, unit_hint=unit or early)


def _bounded(text: str, decimal: DecimalMark | None) -> Parsed | None:
    for words, side, excluded in (
        (AT_LEAST, "low", False),
        (AT_MOST, "high", False),
        (MORE, "low", True),
        (LESS, "high", True),
    ):
        rest, said = _without(text, words)
        if said:
            rest, approx = _without(rest, ABOUT)
            found = _single(rest, decimal)
            return found and _as_bound(found, side, excluded, approx)
    for ends, side in ((OR_MORE, "low"), (OR_LESS, "high")):
        for end in ends:
            if text.endswith(end) and len(text) > len(end):
                found = _single(text.removesuffix(end).strip(), decimal)
                return found and _as_bound(found, side, False, False)
    return None


def _as_bound(found: Parsed, side: str, excluded: bool, approx: bool) -> Parsed | None:
    if found.ambiguous:
        return found
    if side == "low":
        return attrs.evolve(found, value=None, low=found.value, bound_excluded=excluded, approx=approx)
    return attrs.evolve(found, value=None, high=found.value, bound_excluded=excluded, approx=approx)


def _single(text: str, decimal: DecimalMark | None) -> Parsed | None:
    match = re.fullmatch(rf"(?P<before>€|eur|\$)?\s*(?P<number>[+-]?\s?{_NUMERAL})(?P<rest>.*)", text)
    if match:
        unit, sound = _unit(match["rest"])
        readings = _readings(match["number"].replace("+", "").replace("- ", "-"), decimal)
        unit = "EUR" if match["before"] in ("€", "eur") else unit
    else:
        word, _, rest = text.partition(" ")
        readings = [NUMERALS[word]] if word in NUMERALS else []
        unit, sound = _unit(rest)
    if not sound or not readings:
        return None
    if len(readings) > 1:
        return Parsed(unit_hint=unit, ambiguous=tuple(sorted(readings)))
    return Parsed(value=readings[0], unit_hint=unit)


def _unit(rest: str) -> tuple[str | None, bool]:
    """Read what stands behind a number: the unit if there is one, and whether it leaves no doubt about the number."""
    remark = re.sub(r"\([^()]*\)", "", rest).strip()
    word = remark.strip(" ,;:")
    if word in ("", "."):
        return None, remark in ("", ".", ",")
    if any(sign.isdigit() for sign in word) or len(word) > 40 or not re.match(r"[^\W\d_]|[%€°/]", word):
        return None, False
    for key in (word, word.rstrip("."), word.split()[0], word.split()[0].rstrip(".,;")):
        if key in UNITS:
            return UNITS[key], True
    return word, len(word.split()) <= 3


def _readings(numeral: str, decimal: DecimalMark | None) -> list[float]:
    """Give every number that a numeral can mean, none where it is no numeral."""
    body, exponent = re.fullmatch(r"(-?[^e]+)(e.*)?", numeral).groups(default="")  # type: ignore[union-attr]
    body = body.replace("’", "'")
    sign = "-" if body.startswith("-") else ""
    body = body.removeprefix("-")
    found: list[float] = []
    for mark in _marks(body, decimal):
        whole, _, part = body.partition(mark) if mark else (body, "", "")
        digits = _ungrouped(whole)
        if digits is not None and (part.isdigit() or not mark) and len(digits) + len(part) <= 40:
            value = _value(sign + digits, part, exponent)
            if value is not None and value not in found:
                found.append(value)
    return found


def _marks(body: str, decimal: DecimalMark | None) -> tuple[str, ...]:
    """Give the signs that can be the decimal mark here; "" where there is none."""
    used = [mark for mark in ",." if mark in body]
    if not used:
        return ("",)
    if len(used) == 2:
        return (max(used, key=body.rindex),)
    mark = used[0]
    if body.count(mark) > 1:
        return ("",)
    whole, _, part = body.partition(mark)
    could_group = len(part) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole) is not None
    if not could_group:
        return (mark,)
    if decimal is not None:
        return (mark,) if mark == decimal else ("",)
    return (mark, "")


def _ungrouped(whole: str) -> str | None:
    """Take out what separates thousands; None where the groups are no thousands."""
    if whole.isdigit():
        return whole
    match = re.fullmatch(r"[0-9]{1,3}(?P<mark>[ .,'])[0-9]{3}(?:(?P=mark)[0-9]{3})*", whole)
    return re.sub(r"\D", "", whole) if match else None


def _value(whole: str, part: str, exponent: str) -> float | None:
    if not part and not exponent:
        return int(whole)
    value = float(f"{whole}.{part or 0}{exponent}")
    return value if abs(value) < 1e300 else None


def decimal_mark(column: Iterable[Cell]) -> DecimalMark | None:
    """Find out which decimal mark a column uses.

    Parameters
    ----------
    column
        Its cells.

    Returns
    -------
    Literal[',', '.'] | None
        None where nothing in the column decides, or cells contradict each other.

    Examples
    --------
    >>> from integrated_services.io._cells import decimal_mark
    >>> decimal_mark(["1.234", "2,5"]), decimal_mark(["1.234", "2.345"]), decimal_mark(["1.5", "1,5"])
    (',', None, None)
    """
    marks: set[DecimalMark] = set()
    for cell in column:
        text = plain(cell)
        for numeral in re.findall(r"[0-9][0-9 .,'’]*[0-9]", text or ""):
            marks |= _evidence(numeral)
    return marks.pop() if len(marks) == 1 else None


def _evidence(numeral: str) -> set[DecimalMark]:
    possible = _marks(numeral, None)
    if not _readings(numeral, None) or len(possible) > 1:
        return set()
    if possible[0] == ",":
        return {","}
    if possible[0] == ".":
        return {"."}
    # a mark that separates thousands leaves the other one
    return {"."} if "," in numeral else {","} if "." in numeral else set()
