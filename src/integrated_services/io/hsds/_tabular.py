"""Tables of HSDS in CSV files and sheets, taken row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from integrated_services.io.hsds._json import Raw
from integrated_services.io.hsds._names import OLD, table_named
from integrated_services.io.hsds._normal import COLUMNS
from integrated_services.io.hsds._run import Row, Run

_OLD_COLUMNS: Final = {
    # what tells a table without a telling name, beside the columns of 3.1
    "regular_schedule": {"weekday", "opens_at", "closes_at", "service_id", "location_id"},
    "holiday_schedule": {"closed", "start_date", "end_date", "opens_at", "closes_at"},
    "eligibility": {"eligibility", "service_id"},
    "payment_accepted": {"payment", "service_id"},
    "service_taxonomy": {"taxonomy_detail", "taxonomy_id", "service_id"},
}


def take_table(name: str, rows: Sequence[Sequence[Any]], file: str, raw: Raw, run: Run) -> bool:
    """Take the rows of one table; the first row that is not blank holds the headings.

    Parameters
    ----------
    name
        Name of the table: of the file without its ending, of the sheet, or of the resource.
    rows
        All rows of the file as cells.
    file
        Name of the file.
    raw
        Where the rows go.
    run
        Takes the defects.

    Returns
    -------
    bool
        Whether it is a table of HSDS.
    """
    at = next((number for number, cells in enumerate(rows) if any(not _blank(cell) for cell in cells)), None)
    if at is None:
        return table_named(name) is not None
    headings = _headings(rows[at])
    table = table_named(name) or _by_columns(headings)
    number = len(rows) - at - 1
    if table is None or not _fits(table, headings):
        message = f"{name!r} is no table of HSDS" if table is None else "the headings are not those of the table"
        run.collector.add("unread-table", message, sheet=name, value=", ".join(headings[:8]), count=max(number, 1))
        return False
    run.collector.count_in(name, number)
    run.note(table, "in", number)
    for heading in headings:
        if heading:
            run.seen(file, name, table, heading)
    kept = raw.setdefault(table, [])
    for row in _rows_of(rows, at, headings, {"_file": file, "_sheet": name}, run):
        if len(row) > _PRIVATE:
            kept.append(row)
        else:
            run.add("blank-row", "the row is blank", row)
            run.note(table, "left_out")
    return True


_PRIVATE: Final = 3  # _file, _sheet, _row


def _rows_of(rows: Sequence[Sequence[Any]], at: int, headings: Sequence[str], origin: Row, run: Run) -> Iterator[Row]:
    width = len(headings)
    plain = all(headings) and len(set(headings)) == width
    for index in range(at + 1, len(rows)):
        cells = rows[index]
        if len(cells) != width:
            cells = _fitted(cells, width, origin | {"_row": index + 1}, run)
        if plain:
            row = {key: cell for key, cell in zip(headings, cells, strict=False) if cell != "" and cell is not None}
        else:
            row = _first_of(headings, cells, origin | {"_row": index + 1}, run)
        row.update(origin, _row=index + 1)
        yield row


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _headings(cells: Sequence[Any]) -> list[str]:
    names = [
        "" if _blank(cell) else re.sub(r"[\s\-]+", "_", str(cell).strip().lstrip("\ufeff").casefold()) for cell in cells
    ]
    while names and not names[-1]:
        names.pop()
    return [name.lstrip("_") for name in names]


def _by_columns(headings: Sequence[str]) -> str | None:
    names = set(headings)
    best, most = None, 2
    for table, columns in (*COLUMNS.items(), *_OLD_COLUMNS.items()):
        score = len(names & set(columns)) - len(names - set(columns))
        if score > most:
            best, most = table, score
    return best


def _fits(table: str, headings: Sequence[str]) -> bool:
    known = set(COLUMNS.get(table, ())) | _OLD_COLUMNS.get(table, set())
    return table in OLD or bool(known & set(headings))


def _fitted(cells: Sequence[Any], width: int, at: Row, run: Run) -> Sequence[Any]:
    if len(cells) > width:
        surplus = [cell for cell in cells[width:] if not _blank(cell)]
        if surplus:
            text = f"{len(cells)} cells under {width} headings; the surplus is left out"
            run.add("row-too-long", text, at, None, ", ".join(map(str, surplus)))
        return cells[:width]
    if any(not _blank(cell) for cell in cells):
        run.add("row-too-short", f"{len(cells)} cells under {width} headings; the others are taken as blank", at)
    return cells


def _first_of(headings: Sequence[str], cells: Sequence[Any], at: Row, run: Run) -> Row:
    row: Row = {}
    for heading, cell in zip(headings, cells, strict=False):
        if _blank(cell):
            continue
        if not heading or heading in row:
            message = "the column has no heading" if not heading else f"there are two columns {heading!r}"
            run.add("unmapped-column", message, at, heading or None, cell)
        else:
            row[heading] = cell
    return row
