"""Tables in plain text, for the command line."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from integrated_services._results._cells import as_text, native
from integrated_services._results._column import Column

__all__ = ["display_cells", "display_width", "format_table"]

_GAP = "  "
_WIDEST_WORD = 12
_MOST_LINES = 3
_MOST_HEADING_LINES = 6
_MOST_DECIMALS = 2


def display_width(text: str) -> int:
    """Count the columns that a text takes in a terminal.

    Parameters
    ----------
    text
        Text without control characters.

    Returns
    -------
    int
        Combining marks count nothing, wide East Asian characters two.

    Examples
    --------
    >>> display_width("Elektrėnai"), display_width("Elektre\u0307nai")
    (10, 10)
    """
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _printable(text: str) -> str:
    """Drop what could move the cursor or reorder the line; line breaks become blanks."""
    if text.isascii() and text.isprintable():
        return text
    kept = (" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in kept if c == " " or c.isprintable()).split(" "))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decimals(values: Iterable[Any]) -> int:
    """Decimals that a whole column shows, so that the points stand below each other."""
    needed = 0
    for value in values:
        if isinstance(value, float) and math.isfinite(value):
            rounded = f"{abs(value) % 1:.{_MOST_DECIMALS}f}".rstrip("0")
            needed = max(needed, len(rounded.partition(".")[2]))
    return needed


def _number(value: float, decimals: int) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if isinstance(value, int):
        return f"{value}.{'0' * decimals}" if decimals else str(value)
    if abs(value) >= 1e15 or 0 < abs(value) < 0.5 * 10**-_MOST_DECIMALS:
        return f"{value:.3g}"
    return f"{value:.{decimals}f}"


def _cell(value: object, decimals: int, missing: str) -> str:
    if value is None or value == "":
        return missing
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_number(value):
        return _number(value, decimals)
    if isinstance(value, list | tuple | set | frozenset):
        return _printable(as_text(value).replace("; ", ", ")) or missing
    return _printable(as_text(value)) or missing


def _take(text: str, width: int) -> int:
    """Count the characters from the start that fit into the width."""
    used = 0
    for index, char in enumerate(text):
        used += _char_width(char)
        if used > width:
            return index
    return len(text)


def _wrap(text: str, width: int, most: int) -> list[str]:
    """Break at blanks where possible, inside a word where not; an ellipsis ends what is too long."""
    lines: list[str] = []
    rest = text.strip()
    while rest:
        if display_width(rest) <= width:
            lines.append(rest)
            break
        if len(lines) == most - 1:
            lines.append(f"{rest[: _take(rest, width - 1)].rstrip()}…")
            break
        fits = max(_take(rest, width), 1)
        blank = rest.rfind(" ", 0, fits + 1)
        at = blank if blank > 0 else fits
        lines.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return lines or [""]


def _longest_word(texts: Iterable[str]) -> int:
    longest = max((display_width(word) for text in texts for word in text.split()), default=1)
    return min(longest, _WIDEST_WORD)


def _floor(heading: str, cells: Sequence[str], numeric: bool) -> int:
    """Narrowest sensible width: numbers whole, words whole if not very long."""
    if numeric:
        return max(_longest_word([heading]), *map(display_width, cells))
    return _longest_word([heading, *cells])


def _shrink(widths: list[int], floors: Sequence[int], excess: int) -> int:
    """Take from the widest column that may still shrink; give back what is still too much."""
    while excess > 0:
        candidates = [i for i, floor in enumerate(floors) if widths[i] > floor]
        if not candidates:
            break
        widest = max(candidates, key=lambda i: widths[i])
        below = [widths[i] for i in candidates if widths[i] < widths[widest]]
        step = max(1, min(excess, widths[widest] - max([floors[widest], *below])))
        widths[widest] -= step
        excess -= step
    return excess


def _widths(natural: list[int], floors: list[int], numeric: list[bool], max_width: int) -> list[int]:
    """Break the headings above numbers first, then the texts."""
    widths = list(natural)
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - max_width
    excess = _shrink(widths, [f if n else w for f, n, w in zip(floors, numeric, natural, strict=True)], excess)
    _shrink(widths, floors, excess)
    return widths


def _pad(text: str, width: int, right: bool) -> str:
    blanks = " " * max(width - display_width(text), 0)
    return blanks + text if right else text + blanks


def _lines(wrapped: list[list[str]], widths: list[int], right: list[bool], *, sink: bool) -> list[str]:
    """Set wrapped cells beside each other, from the top or (sink) down to the bottom."""
    height = max(map(len, wrapped), default=0)
    made = []
    for level in range(height):
        parts = []
        for lines, width, to_right in zip(wrapped, widths, right, strict=True):
            at = level - (height - len(lines)) if sink else level
            parts.append(_pad(lines[at] if 0 <= at < len(lines) else "", width, to_right))
        made.append(_GAP.join(parts).rstrip())
    return made


def _row(row: Sequence[Any] | Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    values = [row.get(name) for name in names] if isinstance(row, Mapping) else list(row)
    values += [None] * (len(names) - len(values))
    return values[: len(names)]


def display_cells(table: Sequence[Sequence[Any]], missing: str = "—") -> tuple[list[list[str]], list[bool]]:
    """Write the cells of a table for readers.

    Parameters
    ----------
    table
        Rows of equal length.
    missing
        What stands where there is no value.

    Returns
    -------
    cells : list of list of str
        The same rows as text: one number of decimals per column, no control characters.
    numeric : list of bool
        Per column, whether it holds nothing but numbers.
    """
    rows = [[native(value) for value in row] for row in table]
    across = list(zip(*rows, strict=True))
    numeric = [any(map(_is_number, v)) and all(x is None or _is_number(x) for x in v) for v in across]
    decimals = [_decimals(values) for values in across]
    return [[_cell(v, d, missing) for v, d in zip(row, decimals, strict=True)] for row in rows], numeric


def format_table(
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[Any] | Mapping[str, Any]],
    *,
    max_width: int = 100,
    missing: str = "—",
) -> str:
    """Write a table as plain text.

    Parameters
    ----------
    columns
        The columns, or just their headings; a mapping is looked up by the column's name.
    rows
        One sequence or mapping per row.
    max_width
        Longest line, in columns of the terminal.  Long texts are broken, after three lines they
        end in an ellipsis.  Numbers and the words of the headings are not broken, so that a table
        of very many columns may still be wider.
    missing
        What stands where there is no value.

    Returns
    -------
    str
        Heading, rule and rows, without a line break at the end; numbers stand to the right with
        the decimals of their column (at most two), and what could steer a terminal is taken out.

    Examples
    --------
    >>> print(format_table(["Place", "Persons"], [("Vievis", 55), ("Semeliškės", None)]))
    Place       Persons
    ----------  -------
    Vievis           55
    Semeliškės        —
    """
    names = [column if isinstance(column, str) else column.name for column in columns]
    if not names:
        return ""
    headings = [_printable(c if isinstance(c, str) else c.heading) for c in columns]
    cells, numeric = display_cells([_row(row, names) for row in rows], missing)
    numeric = numeric or [False] * len(names)
    across = [[row[i] for row in cells] for i in range(len(names))]
    natural = [
        max(1, *map(display_width, [heading, *column])) for heading, column in zip(headings, across, strict=True)
    ]
    floors = [_floor(*parts) for parts in zip(headings, across, numeric, strict=True)]
    widths = _widths(natural, floors, numeric, max_width)
    head = [_wrap(heading, width, _MOST_HEADING_LINES) for heading, width in zip(headings, widths, strict=True)]
    lines = [*_lines(head, widths, numeric, sink=True), _GAP.join("-" * width for width in widths)]
    for row in cells:
        wrapped = [_wrap(cell, width, _MOST_LINES) for cell, width in zip(row, widths, strict=True)]
        lines += _lines(wrapped, widths, numeric, sink=False)
    return "\n".join(lines)
