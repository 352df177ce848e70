"""Columns to records: the way back from tables to a framework, with every check that documents pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from integrated_services.errors import DocumentError, Problem
from integrated_services.model._assemble import Built, Personal, assembled
from integrated_services.model._columns import Columns
from integrated_services.model._framework import Framework
from integrated_services.model._head import HEAD
from integrated_services.model._keyed import FIGURES, PARTS
from integrated_services.model._load import _is_too_deep, _no_collection
from integrated_services.model._places import Parsed, Place
from integrated_services.model._tables import (
    ENDS,
    ORDER,
    THERE,
    Column,
    ColumnSpec,
    Table,
    cell_kind,
    is_pair,
    table_specs,
)

Raw = dict[str, Any]
Put = Callable[[list[Raw], str, Sequence[Any]], None]


def framework_of(columns: Columns, *, personal: Personal = "refuse") -> Framework:
    """Make the framework that columns describe.

    Parameters
    ----------
    columns
        Columns.
    personal
        What happens to contact data of persons: it is refused, taken out, or kept.

    Returns
    -------
    Framework
        The checked framework.

    Raises
    ------
    DocumentError
        With every error, by table, row and column.

    Examples
    --------
    >>> from integrated_services import samples
    >>> from integrated_services.model import columns_of
    >>> from integrated_services.model._records import framework_of
    >>> fw = samples.load("elektrenai")
    >>> framework_of(columns_of(fw)) == fw
    True
    """
    said: Raw = {
        "framework": columns.framework,
        "title": columns.title,
        "reference_date": columns.reference_date,
        "basis": columns.basis,
        "languages": list(columns.languages),
    }
    said |= {name: value for name, value in columns.head.items() if value is not None}
    built, places = built_of(said, columns.tables, personal=personal)
    if built.errors or built.framework is None:
        raise DocumentError(places.named(built.problems()), title=columns.title)
    place_dropped(built, places.named(built.dropped))
    return built.framework


def built_of(
    head: Mapping[str, Any],
    tables: Mapping[str, Table],
    figure_rows: Mapping[tuple[str, int, str], int] | None = None,
    *,
    personal: Personal = "refuse",
) -> tuple[Built, Places]:
    """Build a framework of tables and find everything that is wrong.

    Parameters
    ----------
    head
        Fields of the document itself.
    tables
        Tables whose rows know the row of their owner; rows without one (-1) are passed over.
    figure_rows
        Row of the long table that spoke of the figure in a table, row and column.
    personal
        What happens to contact data of persons: it is refused, taken out, or kept.

    Returns
    -------
    tuple[Built, Places]
        What was built, and where each part of it stands.
    """
    places = Places(tables, figure_rows or {})
    with _no_collection():
        built = assembled(Parsed({**head, **records_of(tables)}, (), places.number), personal=personal)
    return built, places


def place_dropped(built: Built, placed: Sequence[Problem]) -> None:
    """Say where stood what was taken out.

    Parameters
    ----------
    built
        What was built.
    placed
        The same problems with their place.
    """
    built.dropped = tuple(placed)
    if built.framework is not None and built.dropped:
        built.framework._memo["personal data"] = built.dropped


def records_of(tables: Mapping[str, Table]) -> dict[str, list[Raw]]:
    """Make the records that tables describe, as a document writes them.

    Parameters
    ----------
    tables
        Tables whose rows know the row of their owner.

    Returns
    -------
    dict[str, list[dict[str, Any]]]
        Records by collection, not checked.

    Examples
    --------
    >>> from integrated_services.model._records import records_of
    >>> records_of({
    ...     "services": {"id": ["a"], "valid.start": ["2022"]},
    ...     "services.deliveries": {"parent": [0], "capacity": [40], "capacity.per": ["year"]},
    ... })
    {'services': [{'id': 'a', 'valid': {'start': '2022'}, 'deliveries': [{'capacity': {'value': 40, 'per': 'year'}}]}]}
    """
    rows: dict[str, list[Any]] = {}
    for name, spec in table_specs().items():
        table = tables.get(name)
        if not table:
            continue
        if spec.model is None:
            rows[name] = [row.get("value") for row in _rows_of(table, spec.columns)]
        else:
            rows[name] = _rows_of(table, spec.columns)
        if spec.parent is not None:
            _hang(rows.get(spec.parent, []), name[len(spec.parent) + 1 :], rows[name], table)
    return {name: found for name, found in rows.items() if table_specs()[name].parent is None}


def _hang(owners: list[Raw], path: str, items: list[Any], table: Table) -> None:
    """Put each row of a child table into the list of its owner."""
    *outer, last = path.split(".")
    parents = table["parent"]
    for number in item_order(table):
        if not 0 <= parents[number] < len(owners):
            continue
        owner = owners[parents[number]]
        for word in outer:
            owner = owner.setdefault(word, {})
        owner.setdefault(last, []).append(items[number])


def item_order(table: Table) -> Sequence[int]:
    """Give the rows of a child table in the order in which their owners list them.

    Parameters
    ----------
    table
        Columns; ``position`` is followed where it is there.

    Returns
    -------
    Sequence[int]
        Row numbers.
    """
    positions = table.get("position")
    if positions is None:
        return range(len(table["parent"]))
    known = [p if isinstance(p, (int, float)) else float("inf") for p in positions]
    return sorted(range(len(known)), key=known.__getitem__)


# rows --------------------------------------------------------------------------------------------------------------


def _rows_of(table: Table, columns: Sequence[ColumnSpec]) -> list[Raw]:
    rows: list[Raw] = [{} for _ in range(len(next(iter(table.values()))))]
    for column in columns:
        _put(rows, column, table)
    pairs = {column.name.rpartition(".")[0] for column in columns if is_pair(column.spec)}
    for name in _markers(columns) - pairs:
        if name in table:
            _mark(rows, name, table[name])
    return rows


def _markers(columns: Sequence[ColumnSpec]) -> set[str]:
    """The fields with columns below them."""
    words = [column.name.split(".")[:-1] for column in columns]
    return {".".join(outer[:number]) for outer in words for number in range(1, len(outer) + 1)}


def _mark(rows: list[Raw], name: str, cells: Column) -> None:
    """Put in the nested values that are there but say nothing, and those that are written short (a period)."""
    said: Column = [_at(row, name) for row in rows]
    both = [
        [cell, here] if cell not in (None, THERE) and here is not None else None
        for cell, here in zip(cells, said, strict=True)
    ]
    _place(rows, name, [{} if cell == THERE else cell for cell in cells])
    for row, clash in zip(rows, both, strict=True):
        if clash is not None:  # one of the two is too many; the checks of the record will refuse it
            *outer, last = name.split(".")
            for word in outer:
                row = row[word]  # noqa: PLW2901 - goes down into the row
            row[last] = clash


def _at(row: Any, name: str) -> Any:
    for word in name.split("."):
        row = row.get(word) if isinstance(row, dict) else None
    return row


def _put(rows: list[Raw], column: ColumnSpec, table: Table) -> None:
    if is_pair(column.spec):
        _put_pair(rows, column, table)
    elif column.of_figure:
        _put_figures(rows, column, table)
    elif cell_kind(column) == "label":
        _put_labels(rows, column.name, table)
    elif column.name in table:
        cells = table[column.name]
        _place(rows, column.name, [_unpacked(c) for c in cells] if cell_kind(column) == "json" else cells)


def _place(rows: list[Raw], name: str, cells: Column) -> None:
    """Put cells into their field; what is empty is left out."""
    *outer, last = name.split(".")
    if not outer:
        for row, cell in zip(rows, cells, strict=True):
            if cell is not None:
                row.setdefault(last, cell)
        return
    for row, cell in zip(rows, cells, strict=True):
        if cell is not None:
            for word in outer:
                row = row.setdefault(word, {})  # noqa: PLW2901 - goes down into the row
                if not isinstance(row, dict):
                    break
            else:
                row.setdefault(last, cell)


def _put_pair(rows: list[Raw], column: ColumnSpec, table: Table) -> None:
    name, _, end = column.name.rpartition(".")
    if end != ENDS[0]:
        return
    nothing: Column = [None] * len(rows)
    first, second, there = (table.get(c, nothing) for c in (f"{name}.{ENDS[0]}", f"{name}.{ENDS[1]}", name))
    said = [None if (one, two) == (None, None) else [one, two] for one, two in zip(first, second, strict=True)]
    open_ends = [[None, None] if mark == THERE else mark for mark in there]
    _place(rows, name, [mark if pair is None else pair for pair, mark in zip(said, open_ends, strict=True)])


def _put_figures(rows: list[Raw], column: ColumnSpec, table: Table) -> None:
    name, main = column.name, "amount" if cell_kind(column) == "amount" else "value"
    values = table.get(name)
    parts = [(part, table[f"{name}.{part}"]) for part in PARTS if f"{name}.{part}" in table]
    found: Column = [None if value is None else {main: value} for value in values or [None] * len(rows)]
    for part, cells in parts:
        for number, cell in enumerate(cells):
            if cell is not None:
                if found[number] is None:
                    found[number] = {}
                found[number][part] = cell
    _place(rows, name, found)


def _put_labels(rows: list[Raw], name: str, table: Table) -> None:
    begin = len(name) + 1
    by_language = {c[begin:]: table[c] for c in table if c.startswith(f"{name}.") and "." not in c[begin:]}
    cells: Column = list(table.get(name, [None] * len(rows)))
    orders = table.get(f"{name}{ORDER}")
    for number in range(len(rows) if by_language else 0):
        texts = {code: texts[number] for code, texts in by_language.items() if texts[number] is not None}
        if not texts:
            continue
        order = str(orders[number]).split() if orders and orders[number] is not None else []
        texts = {code: texts[code] for code in (*order, *texts) if code in texts}
        cells[number] = texts if cells[number] is None else [cells[number], texts]  # one of the two is too many
    _place(rows, name, cells)


def _unpacked(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    try:
        found = json.loads(cell, parse_constant=_constant, object_pairs_hook=_mapping)
    except (ValueError, RecursionError):
        return cell  # the checks of the record will say what was expected
    return cell if found is None or _is_too_deep(found) else found


def _constant(name: str) -> Any:
    raise ValueError(name)  # not a number in JSON


def _mapping(pairs: list[tuple[str, Any]]) -> Raw:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError  # a key that is written twice
    return found


# places ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Places:
    """Finds the table, row and column of a part of a document that was made of tables.

    The checks of documents speak of lines; here a line is the number of a place that was asked for.
    """

    tables: Mapping[str, Table]
    """Tables whose rows know the row of their owner."""
    figure_rows: Mapping[tuple[str, int, str], int] = field(default_factory=dict)
    """Row of the long table of figures that spoke of a figure."""
    _asked: list[Place] = field(default_factory=list)
    _items: dict[str, dict[int, list[int]]] = field(default_factory=dict)

    def number(self, place: Place) -> int:
        """Remember a place.

        Parameters
        ----------
        place
            Keys and positions.

        Returns
        -------
        int
            Number to give to :meth:`named`.
        """
        self._asked.append(place)
        return len(self._asked) - 1

    def named(self, problems: Sequence[Problem]) -> list[Problem]:
        """Name table, row and column of problems.

        Parameters
        ----------
        problems
            Problems whose row is the number of a place.

        Returns
        -------
        list[Problem]
            The same with the table as sheet, the row counted from 1, and the column.
        """
        return [self._named(problem) for problem in problems]

    def _named(self, problem: Problem) -> Problem:
        if problem.row is None or not self._asked[problem.row]:
            return replace(problem, row=None)
        table, row, column = self._find(self._asked[problem.row])
        if (child := f"{table}.{column}") in self.tables and row is not None:  # one value of a list is meant
            return replace(problem, sheet=child, row=self._row_of(child, row, problem.value) + 1, column="value")
        return replace(problem, sheet=table, row=None if row is None else row + 1, column=column or None)

    def _find(self, place: Place) -> tuple[str, int | None, str]:
        table, column, row = str(place[0]), "", -1
        if table not in table_specs():
            return HEAD, None, table
        if len(place) == 1:
            return table, None, ""
        for number, step in enumerate(place[1:]):
            if number == 0:
                row = int(step)
            elif isinstance(step, str):
                column = f"{column}.{step}" if column else step
            elif (child := f"{table}.{column}") in self.tables:
                row, table, column = self._item(child, row, step), child, ""
        if table_specs()[table].model is None:
            column = "value"
        return self._beside(table, row, column)

    def _row_of(self, child: str, owner: int, value: str | None) -> int:
        """The row of a link table that holds a value, else the first row of its owner."""
        cells, rows = self.tables[child].get("value", ()), self._rows_of(child).get(owner, [0])
        return next((row for row in rows if cells and str(cells[row]) == value), rows[0])

    def _item(self, child: str, owner: int, number: int) -> int:
        return self._rows_of(child)[owner][number]

    def _rows_of(self, child: str) -> dict[int, list[int]]:
        if child not in self._items:
            found: dict[int, list[int]] = {}
            parents = self.tables[child]["parent"]
            for row in item_order(self.tables[child]):
                found.setdefault(parents[row], []).append(row)
            self._items[child] = found
        return self._items[child]

    def _beside(self, table: str, row: int, column: str) -> tuple[str, int | None, str]:
        """Find the cell of a figure: its value stands in the table, the rest in the long table or beside it."""
        names = {one.name for one in table_specs()[table].columns if one.of_figure}
        stem, _, last = column.rpartition(".")
        if stem not in names:
            return table, row, column
        if last not in PARTS:
            return table, row, stem
        long = self.figure_rows.get((table, row, stem))
        return (table, row, column) if long is None else (FIGURES, long, last)
