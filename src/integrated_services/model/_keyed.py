"""Two ways to say whose a row is: by the number of the owner's row, or by columns that name the owner by its key.

Analyses take the first; people, files and data frames the second: ``services.deliveries`` has a column ``service``,
``services.deliveries.posts`` has ``service`` and ``delivery``. What belongs to figures besides their values lies in
columns beside the value in the first, in one long table ``figures`` in the second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from integrated_services.errors import Problem, nearest
from integrated_services.model._base import Record
from integrated_services.model._fields import fields_of
from integrated_services.model._known import NOUNS
from integrated_services.model._tables import CellKind, Column, Table, TableSpec, cell_kind, table_specs
from integrated_services.model._values import Figure, Money

FIGURES = "figures"
"""Name of the long table of what belongs to figures."""
FIGURE_KEYS = ("table", "key", "field")
"""Its columns that say which figure is meant."""
PARTS = tuple(
    dict.fromkeys(s.name for cls in (Figure, Money) for s in fields_of(cls) if s.name not in ("value", "amount"))
)
"""What belongs to a figure or an amount besides its value."""
AMOUNT_BOUNDS = {"low": "low_amount", "high": "high_amount"}
"""Columns of the long table for the bounds of amounts, which are exact decimals."""
_CURRENCY = "EUR"
_NEAR_OF = 100


@dataclass(slots=True)
class Keyed:
    """Tables whose rows know the row of their owner."""

    tables: dict[str, Table] = field(default_factory=dict)
    """Columns by table; ``parent`` is -1 where the owner is not known."""
    figure_rows: dict[tuple[str, int, str], int] = field(default_factory=dict)
    """Row of the long table that spoke of the figure in a table, row and column."""
    problems: list[Problem] = field(default_factory=list)
    """What is wrong with owners and figures."""


def table_error(
    code: str,
    path: str,
    message: str,
    mend: str,
    row: int | None = None,
    column: str | None = None,
    value: object = None,
) -> Problem:
    """Make a problem of a table.

    Parameters
    ----------
    code
        Problem code.
    path
        Where; begins with the name of the table.
    message
        What is wrong.
    mend
        How to put it right.
    row
        Row, from 0.
    column
        Column.
    value
        What was found.

    Returns
    -------
    Problem
        An error; its row is counted from 1.
    """
    counted = None if row is None else row + 1  # people count rows from 1
    shown = None if value is None else str(value)
    return Problem(code, "error", path, message, mend, row=counted, column=column, value=shown)


# owners ------------------------------------------------------------------------------------------------------------


@cache
def owner_columns(name: str) -> tuple[str, ...]:
    """Name the columns by which the rows of a table name their owner.

    Parameters
    ----------
    name
        Table.

    Returns
    -------
    tuple[str, ...]
        From the outermost owner to the nearest; none for a collection.

    Examples
    --------
    >>> from integrated_services.model._keyed import owner_columns
    >>> owner_columns("services.deliveries.posts"), owner_columns("territories.succeeded_by")
    (('service', 'delivery'), ('of_territory',))
    """
    spec = table_specs()[name]
    if spec.parent is None:
        return ()
    own = {column.name for column in spec.columns}
    words = [_singular(one) for one in _line_of(spec.parent)]
    return tuple(f"of_{word}" if word in own else word for word in words)  # a territory is succeeded by a territory


def _line_of(table: str) -> list[str]:
    """The tables that lead to a table, itself among them: services, services.deliveries."""
    found, at = [table], table_specs()[table].parent
    while at is not None:
        found.insert(0, at)
        at = table_specs()[at].parent
    return found


def _singular(table: str) -> str:
    if table in NOUNS:
        return NOUNS[table].replace(" ", "_")
    model = table_specs()[table].model
    return model.NOUN.replace(" ", "_") if model is not None and issubclass(model, Record) else table.rpartition(".")[2]


def has_keys(spec: TableSpec) -> bool:
    """Tell whether the rows of a table have keys.

    Parameters
    ----------
    spec
        Table.

    Returns
    -------
    bool
        True for records, False for codes, contacts, places of origin and plain values.
    """
    return spec.model is not None and issubclass(spec.model, Record)


def key_paths(name: str, tables: Mapping[str, Table]) -> list[tuple[str, ...]]:
    """Give the keys that lead to each row of a table.

    Parameters
    ----------
    name
        Table of records.
    tables
        Tables whose rows know the row of their owner.

    Returns
    -------
    list[tuple[str, ...]]
        One path a row, such as ``("mobile", "vievis")``.
    """
    columns = tables.get(name, {})
    keys: Sequence[str] = columns.get("key", [])
    parent = table_specs()[name].parent
    if parent is None or not keys:  # a table that cannot be used has no columns at all
        return [(key,) for key in keys]
    above = key_paths(parent, tables)
    return [
        (*above[owner], key) if owner >= 0 else ("", key) for owner, key in zip(columns["parent"], keys, strict=True)
    ]


# from keys to rows -------------------------------------------------------------------------------------------------


def keyed(plain: Mapping[str, Table]) -> Keyed:
    """Find the owner of each row, and lay the rows of the long table of figures beside their values.

    Parameters
    ----------
    plain
        Columns by table, with owners by key or by row (``parent``).

    Returns
    -------
    Keyed
        The same tables with ``parent`` and ``key``, and what is wrong.
    """
    found = Keyed()
    for name, spec in table_specs().items():
        if plain.get(name):
            found.tables[name] = _with_owners(name, spec, dict(plain[name]), found)
    _spread_figures(plain.get(FIGURES, {}), found)
    return found


def _with_owners(name: str, spec: TableSpec, table: Table, found: Keyed) -> Table:
    if len({len(values) for values in table.values()}) > 1:
        message = "the columns are not equally long"
        found.problems.append(table_error("wrong-length", name, message, "Give each row every column."))
        return {}
    if spec.parent is not None:
        size = len(found.tables.get(spec.parent, {}).get("key", ()))
        owned = _numbered(name, table, size, found) if "parent" in table else _owned(name, spec.parent, table, found)
        table = owned
    if has_keys(spec):
        table["key"] = _keys(spec, table)
    return table


def _numbered(name: str, table: Table, size: int, found: Keyed) -> Table:
    """Owners by row, as analyses have them."""
    rows = [row if type(row) is int and 0 <= row < size else -1 for row in table["parent"]]
    for number, row in enumerate(rows):
        if row < 0:
            message, mend = "there is no such row of the owner", "Name the owner by its key."
            where = f"{name}[{number}]"
            found.problems.append(table_error("unknown-reference", where, message, mend, number, "parent"))
    return {**table, "parent": rows}


def _word(cell: object) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else str(cell)


def _owned(name: str, parent: str, table: Table, found: Keyed) -> Table:
    words = owner_columns(name)
    missing = [word for word in words if word not in table]
    if missing:
        message, mend = (
            f"the column {missing[0]!r} is missing",
            f"Add the column {missing[0]!r} that names the owner of each row.",
        )
        found.problems.append(table_error("missing-field", name, message, mend, column=missing[0]))
        return {"parent": [-1] * len(next(iter(table.values()), [])), **table}
    owners: dict[tuple[str, ...], int] = {}
    for number, path in enumerate(key_paths(parent, found.tables)):
        owners.setdefault(path, number)
    rows = [owners.get(path, -1) for path in zip(*(map(_word, table[word]) for word in words), strict=True)]
    lost = [number for number, row in enumerate(rows) if row < 0]
    known = ["/".join(path) for path in owners]
    for number in lost:
        named = "/".join(_word(table[word][number]) for word in words)
        near = nearest(named, known) if len(lost) <= _NEAR_OF else ()
        found.problems.append(
            table_error(
                "unknown-reference",
                f"{name}[{number}]",
                f"there is no {words[-1].removeprefix('of_').replace('_', ' ')} {named!r}",
                f"Did you mean {' or '.join(near)}?" if near else "Correct the id.",
                number,
                words[-1],
                named,
            )
        )
    return {"parent": rows, **{column: values for column, values in table.items() if column not in words}}


def _keys(spec: TableSpec, table: Table) -> list[str]:
    """The key of each row: as stated, else the id, else made from the row as the record makes it."""
    size = len(next(iter(table.values()), []))
    ids, stated = table.get("id") or [None] * size, table.get("key") or [None] * size
    given = [own if said is None else said for own, said in zip(ids, stated, strict=True)]
    if None not in given:
        return list(map(str, given))
    derived = _Derived(spec, table)
    return [derived.key(number) if key is None else str(key) for number, key in enumerate(given)]


class _Derived:
    """Makes the keys of rows that state neither key nor id."""

    def __init__(self, spec: TableSpec, table: Table) -> None:
        self.model: Any = spec.model
        self.table = table
        self.simple = [column for column in table if "." not in column and column != "parent"]
        self.nested = [
            (one.name, one.model, [c for c in table if c.startswith(f"{one.name}.")])
            for one in fields_of(self.model)
            if one.kind == "model" and one.model not in (None, Figure, Money) and one.name not in self.simple
        ]

    def key(self, number: int) -> str:
        table = self.table
        row = {column: table[column][number] for column in self.simple}
        try:
            for name, cls, columns in self.nested:  # such as the period of an observation
                parts = {c[len(name) + 1 :]: table[c][number] for c in columns if table[c][number] is not None}
                row |= {name: cls.model_validate(parts)} if parts and cls is not None else {}
            return self.model.model_construct(**row).key or str(number)
        except Exception:  # noqa: BLE001 - a broken row may break its key in any way
            return str(number)


def _spread_figures(figures: Table, found: Keyed) -> None:
    """Put the rows of the long table of figures beside the values that they belong to."""
    if not figures or not _is_sound(figures, found):
        return
    about = [list(map(_word, figures[word])) for word in FIGURE_KEYS]
    rows = {name: _row_index(name, found.tables) for name in found.tables.keys() & set(about[0])}
    parts = {part: [figures[c] for c in (part, AMOUNT_BOUNDS.get(part)) if c in figures] for part in PARTS}
    for number, (name, key, column) in enumerate(zip(*about, strict=True)):
        row = rows.get(name, {}).get(key)
        if row is None or column not in _figure_columns(name) or column not in found.tables[name]:
            message, mend = f"there is no {column} of {key!r} in {name!r}", "Correct table, key or field."
            found.problems.append(_figure_error("unknown-reference", message, mend, number, key))
            continue
        if (name, row, column) in found.figure_rows:
            message, mend = f"{column} of {key!r} in {name!r} stands here twice", "Keep one of the two rows."
            found.problems.append(_figure_error("duplicate-id", message, mend, number, key))
            continue
        found.figure_rows[name, row, column] = number
        table = found.tables[name]
        for part, cells in parts.items():
            said = next((values[number] for values in cells if values[number] is not None), None)
            if said is not None:
                if (beside := f"{column}.{part}") not in table:
                    table[beside] = [None] * len(table["key"])
                table[beside][row] = said


def _is_sound(figures: Table, found: Keyed) -> bool:
    missing = [column for column in FIGURE_KEYS if column not in figures]
    if missing:
        message, mend = f"the column {missing[0]!r} is missing", f"Add {missing[0]!r}."
        found.problems.append(table_error("missing-field", FIGURES, message, mend, column=missing[0]))
    if len({len(values) for values in figures.values()}) > 1:
        message = "the columns are not equally long"
        found.problems.append(table_error("wrong-length", FIGURES, message, "Give each row every column."))
        return False
    for column in figures.keys() - {*FIGURE_KEYS, *PARTS, *AMOUNT_BOUNDS.values()}:
        near = nearest(column, (*FIGURE_KEYS, *PARTS))
        mend = f"Did you mean {' or '.join(map(repr, near))}?" if near else "Take it out."
        message = f"there is no column {column!r}"
        found.problems.append(table_error("unknown-field", FIGURES, message, mend, column=column))
    return not missing


def _figure_error(code: str, message: str, mend: str, number: int, key: object) -> Problem:
    return table_error(code, f"{FIGURES}[{number}]", message, mend, number, "key", key)


@cache
def _figure_columns(name: str) -> frozenset[str]:
    return frozenset(column.name for column in table_specs()[name].columns if column.of_figure)


def _row_index(name: str, tables: Mapping[str, Table]) -> dict[str, int]:
    """Rows by path of keys (``mobile/vievis``), and by the last key alone where that is enough."""
    paths = key_paths(name, tables)
    index: dict[str, int] = {}
    for number, path in enumerate(paths):
        index.setdefault("/".join(path), number)
    alone = Counter(path[-1] for path in paths)
    for number, path in enumerate(paths):
        if alone[path[-1]] == 1:
            index.setdefault(path[-1], number)
    return index


# from rows to keys -------------------------------------------------------------------------------------------------


def with_keys(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Lay tables out for people: owners by key, the long table of figures last.

    Parameters
    ----------
    tables
        Tables whose rows know the row of their owner.

    Returns
    -------
    dict[str, Table]
        Columns by table. ``key`` is there where a record has no id, and is only the name by which other tables call it.
    """
    found: dict[str, Table] = {}
    figures: Table = {column: [] for column in (*FIGURE_KEYS, *PARTS, *AMOUNT_BOUNDS.values())}
    for name, spec in table_specs().items():
        if name in tables:
            found[name] = _shown(name, spec, tables, figures)
    used = {column: cells for column, cells in figures.items() if any(cell is not None for cell in cells)}
    return found | ({FIGURES: used} if used else {})


def _shown(name: str, spec: TableSpec, tables: Mapping[str, Table], figures: Table) -> Table:
    table = tables[name]
    shown: Table = {}
    if spec.parent is not None:
        paths = key_paths(spec.parent, tables)
        owners = [paths[row] for row in table["parent"]]
        shown |= {word: [path[n] for path in owners] for n, word in enumerate(owner_columns(name))}
    if "key" in table and (table["key"] != table.get("id")):
        shown["key"] = table["key"]
    if "id" in table:
        shown["id"] = table["id"]
    beside = {"parent", "key"}
    for column in spec.columns if has_keys(spec) else ():
        parts = {
            part: f"{column.name}.{part}" for part in PARTS if column.of_figure and f"{column.name}.{part}" in table
        }
        if parts:
            beside |= set(parts.values())
            keys = ["/".join(path) for path in key_paths(name, tables)]
            cells = {part: table[c] for part, c in parts.items()}
            _add_figures(figures, (name, keys, column.name), cells, is_amount=cell_kind(column) == "amount")
    return shown | {column: cells for column, cells in table.items() if column not in beside}


def _add_figures(
    figures: Table, about: tuple[str, Sequence[str], str], parts: Mapping[str, Column], *, is_amount: bool
) -> None:
    """Add a row a figure of one column that says more than its value (euros are understood)."""
    name, keys, field_name = about
    bounds = AMOUNT_BOUNDS if is_amount else {}
    for number, key in enumerate(keys):
        said = {bounds.get(part, part): cells[number] for part, cells in parts.items() if cells[number] is not None}
        if said.get("currency") == _CURRENCY:
            del said["currency"]
        if said:
            for column, cells in figures.items():
                cells.append(said.get(column))
            for column, cell in zip(FIGURE_KEYS, (name, key, field_name), strict=True):
                figures[column][-1] = cell


# what the cells of tables for people hold -----------------------------------------------------------------------------

_FIGURE_KINDS: dict[str, CellKind] = {
    "low": "number",
    "high": "number",
    "level": "number",
    "low_amount": "amount",
    "high_amount": "amount",
}


@cache
def kind_of(name: str, column: str) -> CellKind:
    """Tell what the cells of a column hold in tables that name owners by key.

    Parameters
    ----------
    name
        Table; ``framework`` and ``figures`` too.
    column
        Column; columns that the table does not have hold text.

    Returns
    -------
    CellKind
        ``text`` for labels, too.

    Examples
    --------
    >>> from integrated_services.model._keyed import kind_of
    >>> kind_of("services.deliveries", "capacity"), kind_of("services.deliveries", "service")
    ('number', 'text')
    """
    if name == FIGURES:
        return _FIGURE_KINDS.get(column, "text")
    spec = table_specs().get(name)
    if spec is None or column in owner_columns(name):
        return "text"
    if column in ("parent", "position"):
        return "integer"
    for one in spec.columns:
        if one.name == column:
            kind = cell_kind(one)
            return "text" if kind == "label" else kind
    stem, _, part = column.rpartition(".")
    for one in spec.columns:
        if one.of_figure and one.name == stem and part in PARTS:
            bounds = cell_kind(one) if part in AMOUNT_BOUNDS else "text"
            return "number" if part == "level" else bounds
    return "text"
