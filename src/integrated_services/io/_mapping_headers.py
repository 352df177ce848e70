"""Where the tables of a sheet stand: titles above, headings of one or two rows, sections, totals, notes below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

import attrs

from integrated_services.io._mapping import SECTION, SHEET
from integrated_services.io._mapping_match import best, fold
from integrated_services.io._mapping_words import NOTES, TOTALS
from integrated_services.io._sheets import Book, Cell, Sheet, column_name

RowKind = Literal["title", "heading", "row", "blank", "total", "repeated heading", "section", "note"]
"""What a row of a sheet is."""

_LOOK_AT = 60
_LONGEST_HEADING = 90
_READ = 100
"""So many cells of a row are compared with known words, however wide the sheet is."""
_LOOKS_LIKE_DATA: Final = re.compile(r"@|https?://|^[\d\s.,:/+%()-]+$")


@attrs.frozen
class Block:
    """One table on a sheet.

    Attributes
    ----------
    sheet
        Name of the sheet.
    headings
        Heading of each column, with its number where several have the same; the column stands in `positions`.
    positions
        Number of each column in the sheet, from 0; -1 for what is no column (sheet name, section headings).
    rows
        Cells of each row of the table, one for each heading, and the number of the row (from 1).
    heading_row
        Row of the headings, from 1.
    """

    sheet: str
    headings: tuple[tuple[str, int], ...]
    positions: tuple[int, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    heading_row: int

    def column(self, number: int) -> tuple[Cell, ...]:
        """Give the cells of a column.

        Parameters
        ----------
        number
            Number among the headings, from 0.

        Returns
        -------
        tuple[str | int | float | bool | datetime.date | datetime.datetime | datetime.time | None, ...]
            Cells from top to bottom.
        """
        return tuple(cells[number] for _, cells in self.rows)


@attrs.frozen
class Layout:
    """What stands on a sheet.

    Attributes
    ----------
    sheet
        Name of the sheet.
    blocks
        Its tables.
    kinds
        What each row is: every row is accounted for.
    texts
        Titles and notes outside of the tables.
    """

    sheet: str
    blocks: tuple[Block, ...]
    kinds: tuple[RowKind, ...]
    texts: tuple[str, ...]


def layouts(book: Book) -> tuple[Layout, ...]:
    """Find the tables of every sheet.

    Parameters
    ----------
    book
        Opened spreadsheet.

    Returns
    -------
    tuple[Layout, ...]
        One a sheet, in their order.

    Examples
    --------
    >>> from integrated_services.io._mapping_headers import layouts
    >>> from integrated_services.io._sheets import Book, Sheet
    >>> rows = (("Teenused 2022", None), (None, None), ("Teenus", "Kohti"), ("Päevahoid", 12), ("Kokku", 12))
    >>> layout = layouts(Book("a.csv", "csv", (Sheet("a", rows),)))[0]
    >>> layout.kinds
    ('title', 'blank', 'heading', 'row', 'total')
    >>> layout.blocks[0].headings[:2]
    (('Teenus', 1), ('Kohti', 1))
    """
    return tuple(_Looker(sheet, is_plain=book.kind == "json").layout() for sheet in book.sheets)


def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _text(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())


class _Looker:
    """Looks through one sheet from top to bottom."""

    def __init__(self, sheet: Sheet, *, is_plain: bool) -> None:
        self.sheet = sheet
        self.rows: list[list[Cell]] = [list(row) for row in sheet.rows]
        self.is_plain = is_plain
        self.kinds: list[RowKind] = ["blank"] * len(self.rows)
        self.across = {(top, left): right for top, left, bottom, right in sheet.merged if right > left}
        self.down = {(top, left): bottom for top, left, bottom, _ in sheet.merged if bottom > top}
        self.width = sum(any(not _blank(cell) for cell in column) for column in zip(*self.rows, strict=True))

    def filled(self, row: int) -> list[int]:
        """Columns of a row that hold something."""
        return [number for number, cell in enumerate(self.rows[row]) if not _blank(cell)]

    def layout(self) -> Layout:
        blocks = []
        start = 0
        while start < len(self.rows):
            heading = self._heading(start)
            if heading is None:
                break
            block, start = self._block(start, *heading)
            blocks.append(block)
        for row in range(start, len(self.rows)):
            if self.filled(row):
                self.kinds[row] = "note" if blocks else "title"
        texts = (
            _text(self.rows[row][column])
            for row, kind in enumerate(self.kinds)
            if kind in ("title", "note")
            for column in self.filled(row)
        )
        return Layout(self.sheet.name, tuple(blocks), tuple(self.kinds), tuple(texts))

    # headings -------------------------------------------------------------------------------------------------------

    def _heading(self, start: int) -> tuple[int, int] | None:
        """First and last row of the next headings."""
        if self.is_plain:
            return (start, start) if start < len(self.rows) else None
        end = min(len(self.rows), start + _LOOK_AT)
        scored = [(self._score(row, start), -row) for row in range(start, end)]
        top, row = max(scored, default=(0.0, 0))
        if top <= 0:
            return None
        row = -row
        first = row - 1 if row > start and self._is_upper(row - 1, row) else row
        last = row + 1 if first == row and row + 1 < len(self.rows) and self._is_upper(row, row + 1) else row
        return first, last

    def _score(self, row: int, start: int) -> float:
        """How much a row looks like headings: short distinct texts over filled columns, known words best of all."""
        filled = self.filled(row)
        if not filled or len(filled) < min(2, self.width):
            return 0.0
        texts = [_text(self.rows[row][column]) for column in filled]
        wordy = [text for text in texts if self._is_wordy(text)]
        if len(wordy) < 0.7 * len(texts) or len({fold(text) for text in texts}) < 0.6 * len(texts):
            return 0.0
        hits = sum((_known(text) + _known(text, 0.88)) / 2 for text in wordy[:_READ])
        before = sum(len(self.filled(other)) >= max(2, 0.6 * len(filled)) for other in range(start, row))
        below = [len(self.filled(next_row)) for next_row in range(row + 1, min(row + 6, len(self.rows)))]
        body = sum(number >= 0.4 * len(filled) for number in below) / 5
        # above the headings stand titles, which fill few cells; the first of several alike is the heading
        return max(3 * hits / min(len(filled), _READ) + len(filled) / max(self.width, 1) + body - 0.6 * before, 0.01)

    @staticmethod
    def _is_wordy(text: str) -> bool:
        return 0 < len(text) <= _LONGEST_HEADING and (
            not _LOOKS_LIKE_DATA.search(text) or bool(re.fullmatch(r"\d{1,2}\s?[-–]\s?\d{1,3}|\d{1,2}\s?\+", text))
        )

    def _is_upper(self, upper: int, lower: int) -> bool:
        """Whether two rows are headings together: groups above, parts below."""
        above, below = self.filled(upper), self.filled(lower)
        if not above or not below or not all(self._is_wordy(_text(self.rows[lower][column])) for column in below):
            return False
        if not all(self._is_wordy(_text(self.rows[upper][column])) for column in above):
            return False
        spans = [(column, self.across[upper, column]) for column in above if (upper, column) in self.across]
        narrow = [(left, right) for left, right in spans if right - left + 1 < max(self.width, 3) * 0.9]
        if any(self._parts(lower, left, right) > 1 for left, right in narrow):
            return True
        only_above = [column for column in above if column not in below]
        only_below = [column for column in below if column not in above]
        # without merged cells: a group stands over its first part, the cells to its right are blank
        grouped = [column for column in only_below if any(left < column for left in above)]
        return (
            len(above) >= 2
            and bool(only_above)
            and len(grouped) >= 1
            and not spans
            and len(only_above) + len(only_below) > len(set(above) & set(below))
        )

    def _parts(self, row: int, left: int, right: int) -> int:
        return sum(left <= column <= right for column in self.filled(row))

    def _headings(self, first: int, last: int) -> list[str]:
        """Heading of each column, groups before parts."""
        width = len(self.rows[0]) if self.rows else 0
        parts: list[list[str]] = [[] for _ in range(width)]
        for row in range(first, last + 1):
            group, until = "", -1
            for column in range(width):
                text = _text(self.rows[row][column])
                if text:
                    # without merged cells a group reaches up to the next heading
                    free = width - 1 if row < last and not self.across else column
                    group, until = text, self.across.get((row, column), free)
                if group and column <= until and (text or self._has_part(row, last, column)):
                    parts[column].append(group)
        return [" / ".join(dict.fromkeys(part)) for part in parts]

    def _has_part(self, row: int, last: int, column: int) -> bool:
        return row < last and not _blank(self.rows[last][column])

    # rows -----------------------------------------------------------------------------------------------------------

    def _block(self, start: int, first: int, last: int) -> tuple[Block, int]:
        for row in range(start, first):
            self.kinds[row] = "title" if self.filled(row) else "blank"
        for row in range(first, last + 1):
            self.kinds[row] = "heading"
        names = self._headings(first, last)
        end = self._end(last)
        self._spread(last + 1, end)
        data: list[int] = []
        for row in range(last + 1, end):
            self.kinds[row] = self._kind(row, first, last, data)
            if self.kinds[row] == "row":
                data.append(row)
        self._trailing(last + 1, end, data)
        return self._made(names, last, end), end

    def _spread(self, start: int, end: int) -> None:
        """Write the value of a range that is merged downwards into each of its rows."""
        for (top, left), bottom in self.down.items():
            if start <= top < end:
                for row in range(top + 1, min(bottom + 1, end)):
                    self.rows[row][left] = self.rows[top][left]

    def _end(self, last: int) -> int:
        """Where the next table begins: headings of its own, below a blank row."""
        if self.is_plain:
            return len(self.rows)
        own = {fold(_text(self.rows[last][column])) for column in self.filled(last)}
        for row in range(last + 2, len(self.rows)):
            filled = self.filled(row)[:_READ]
            if len(filled) < 2 or not any(not self.filled(above) for above in (row - 1, row - 2) if above > last):
                continue
            texts = [_text(self.rows[row][column]) for column in filled]
            hits = sum(_known(text, 0.75) for text in texts if self._is_wordy(text))
            if hits >= max(2, 0.5 * len(texts)) and not {fold(text) for text in texts} <= own:
                before = row - 1
                while before > last and len(self.filled(before)) == 1:
                    before -= 1  # the title of the next table
                return before + 1
        return len(self.rows)

    def _kind(self, row: int, first: int, last: int, data: Sequence[int]) -> RowKind:
        filled = self.filled(row)
        if not filled:
            return "blank"
        if self.is_plain:
            return "row"
        texts = [_text(self.rows[row][column]) for column in filled]
        if any(self._repeats(row, heading) for heading in range(first, last + 1)):
            return "repeated heading"
        if _is_total(texts):
            return "total"
        if self.width < 3 or len(filled) > 1:
            return "row"
        return self._alone(row, filled[0], texts[0], data)

    def _alone(self, row: int, column: int, text: str, data: Sequence[int]) -> RowKind:
        """What a row with one filled cell is: a note, the heading of a section, or a row that is nearly empty."""
        is_last = not any(len(self.filled(below)) > 1 for below in range(row + 1, len(self.rows)))
        if text.startswith("*") or fold(text).startswith(NOTES) or len(text) > 2 * _LONGEST_HEADING:
            return "note"
        reach = self.across.get((row, column), column) - column + 1
        if reach >= max(2, self.width / 2) or text.endswith(":") or (text.isupper() and len(text) > 3):
            return "note" if is_last else "section"
        others = [self.rows[known][column] for known in data]
        if others and sum(isinstance(cell, (int, float)) or _blank(cell) for cell in others) > 0.7 * len(others):
            return "note" if is_last else "section"
        return "row"

    def _repeats(self, row: int, heading: int) -> bool:
        filled = self.filled(row)
        same = sum(fold(_text(self.rows[row][c])) == fold(_text(self.rows[heading][c])) for c in filled)
        return len(filled) >= 2 and same >= 0.8 * len(filled)

    def _trailing(self, start: int, end: int, data: Sequence[int]) -> None:
        """Rows of one cell below the last full row, after a gap, are notes."""
        gap = False
        full = max((row for row in data if len(self.filled(row)) > 1), default=start - 1)
        for row in range(full + 1, end):
            gap = gap or self.kinds[row] in ("blank", "total")
            if gap and self.width > 2 and self.kinds[row] == "row" and len(self.filled(row)) == 1:
                self.kinds[row] = "note"

    def _made(self, names: list[str], last: int, end: int) -> Block:
        rows = [row for row in range(last + 1, end) if self.kinds[row] == "row"]
        held = {column for row in rows for column in self.filled(row)}
        columns = [column for column, name in enumerate(names) if name or column in held]
        counts: dict[str, int] = {}
        headings = []
        for column in columns:
            name = names[column] or f"(column {column_name(column)})"
            counts[fold(name)] = counts.get(fold(name), 0) + 1
            headings.append((name, counts[fold(name)]))
        sections = self._sections(last, end)
        extra = ([(SECTION, 1)] if any(sections.values()) else []) + [(SHEET, 1)]
        cells = []
        for row in rows:
            more = ([sections[row]] if len(extra) > 1 else []) + [self.sheet.name]
            cells.append((row + 1, (*(self.rows[row][column] for column in columns), *more)))
        positions = (*columns, *(-1 for _ in extra))
        return Block(self.sheet.name, (*headings, *extra), positions, tuple(cells), last + 1)

    def _sections(self, last: int, end: int) -> dict[int, str | None]:
        current: str | None = None
        found: dict[int, str | None] = {}
        for row in range(last + 1, end):
            if self.kinds[row] == "section":
                current = _text(self.rows[row][self.filled(row)[0]]).rstrip(":")
            found[row] = current
        return found


def _known(text: str, least: float = 0.7) -> bool:
    ranked = best(text, "headings")
    return bool(ranked) and ranked[0][1] >= least


def _is_total(texts: Sequence[str]) -> bool:
    words = fold(texts[0]).split()
    if not words or len(words) > 4 or not (words[0] in TOTALS or words[-1] in TOTALS):
        return False
    if words[0] in ("in", "is", "sum", "grand", "overall") and not {"viso", "total", "kokku", "all"} & set(words):
        return False
    return all(re.fullmatch(r"[\d\s.,%€-]*(eur)?", text.casefold()) for text in texts[1:])
