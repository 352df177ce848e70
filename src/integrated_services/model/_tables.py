"""The nouns as tables: which columns a noun has, and how a record is laid out in them.

A table a noun (``services``), a child table for each nested list (``services.deliveries``,
``services.deliveries.posts``), a link table for each list of plain values (``services.meets``: ``parent``, ``value``).
Single nested values lie in dotted columns (``valid.start``, ``point.lat``); the value of a figure lies in the column of
its field and what else belongs to it in dotted columns beside it (``capacity``, ``capacity.per``, ``capacity.basis``).
A nested value that is there but says nothing (a period without dates) has ``{}`` in the column of its field; texts
whose languages stand in another order than the columns name that order in ``name_order``.
All of it follows from the models: nothing is listed twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from integrated_services.model._base import Label, Model, Record
from integrated_services.model._dates import PartialDate
from integrated_services.model._fields import FieldSpec, fields_of
from integrated_services.model._framework import Framework, collection_models
from integrated_services.model._nouns import Outline
from integrated_services.model._values import Eligibility, Figure, Money

ENDS = ("first", "second")
"""Columns of a pair: ``ages.first``, ``ages.second``."""

THERE = "{}"
"""Stands in the column of a nested value (or pair) that is there, but in which nothing is filled."""

ORDER = "_order"
"""Ending of the column that names the order of languages of a text, where it is not that of the columns."""

Column = list[Any]
Table = dict[str, Column]
CellKind = Literal["text", "label", "date", "integer", "number", "amount", "boolean", "json"]
"""What the cells of a column hold."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: which model fills it, where it hangs, and which columns it has."""

    name: str
    """``services.deliveries``."""
    model: type[Model] | None
    """Model of its rows; None for a link table."""
    parent: str | None
    """Table that the column ``parent`` counts the rows of."""
    columns: tuple[ColumnSpec, ...]
    """Columns that the models name (labels add one a language, figures those that are used)."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column of a table."""

    name: str
    """``valid.start``."""
    spec: FieldSpec
    """Field that it comes from."""
    required: bool
    """Whether each row has a value."""
    refs: tuple[str, ...] = ()
    """Tables whose ids it holds."""
    of_figure: bool = field(default=False)
    """True for the value of a figure or an amount."""


def is_pair(spec: FieldSpec) -> bool:
    """Tell whether a field holds two values, such as ages from and to.

    Parameters
    ----------
    spec
        Field.

    Returns
    -------
    bool
        True for pairs.
    """
    if is_packed(spec):
        return False
    annotation = spec.annotation
    for outer in (annotation, *get_args(annotation)):
        arg = outer
        while get_origin(arg) is Annotated:
            arg = get_args(arg)[0]
        if get_origin(arg) is tuple and Ellipsis not in get_args(arg) and arg is not NoneType:
            return len(get_args(arg)) == 2
    return False


def is_packed(spec: FieldSpec) -> bool:
    """Tell whether a field stays one JSON text: trees, outlines and breakdowns.

    Parameters
    ----------
    spec
        Field.

    Returns
    -------
    bool
        True for JSON.
    """
    return spec.model in (Eligibility, Outline) or spec.kind == "json"


@cache
def column_specs(cls: type[Model], prefix: str = "", required: bool = True) -> tuple[ColumnSpec, ...]:
    """List the columns that one model fills in the table of its rows.

    Parameters
    ----------
    cls
        Model.
    prefix
        Prefix of nested values.
    required
        Whether the nested value must be there.

    Returns
    -------
    tuple[ColumnSpec, ...]
        In the order of the model.
    """
    found: list[ColumnSpec] = []
    for spec in fields_of(cls):
        name, must = prefix + spec.name, required and spec.required
        if spec.model in (Figure, Money) and spec.kind == "model":
            found.append(ColumnSpec(name, spec, must, of_figure=True))
        elif is_packed(spec) or (spec.kind == "scalar"):
            found.append(ColumnSpec(name, spec, must, spec.refs))
        elif is_pair(spec):
            found += [ColumnSpec(f"{name}.{end}", spec, must and bool(spec.refs), spec.refs) for end in ENDS]
        elif spec.kind == "model" and spec.model is not None:
            found += column_specs(spec.model, f"{name}.", must)
    return tuple(found)


@cache
def table_specs() -> dict[str, TableSpec]:
    """List all tables of a framework.

    Returns
    -------
    dict[str, TableSpec]
        By name; parents before children.

    Examples
    --------
    >>> from integrated_services.model._tables import table_specs
    >>> table_specs()["services.deliveries"].parent
    'services'
    """
    found: dict[str, TableSpec] = {}
    for name, cls in collection_models().items():
        _add_tables(found, name, cls, None)
    return found


def _add_tables(found: dict[str, TableSpec], name: str, cls: type[Model], parent: str | None) -> None:
    found[name] = TableSpec(name, cls, parent, column_specs(cls))
    for path, spec in _lists(cls):
        child = f"{name}.{path}"
        if spec.kind == "models" and spec.model is not None:
            _add_tables(found, child, spec.model, name)
        else:
            found[child] = TableSpec(child, None, name, (ColumnSpec("value", spec, True, spec.refs),))


@cache
def _lists(cls: type[Model], prefix: str = "") -> tuple[tuple[str, FieldSpec], ...]:
    """The fields of a model that hold a list and so get a table of their own, in nested values too."""
    found: list[tuple[str, FieldSpec]] = []
    for spec in fields_of(cls):
        if is_packed(spec) or is_pair(spec):
            continue
        if spec.kind in ("models", "scalars"):
            found.append((prefix + spec.name, spec))
        elif spec.kind == "model" and spec.model not in (None, Figure, Money):
            found += _lists(spec.model, f"{prefix}{spec.name}.")
    return tuple(found)


@cache
def side_columns(spec: TableSpec) -> frozenset[str]:
    """Name the columns that a table may have besides those that the models name.

    Parameters
    ----------
    spec
        Table.

    Returns
    -------
    frozenset[str]
        Markers of nested values that say nothing (``valid``), and orders of languages (``name_order``).
    """
    found = {f"{column.name}{ORDER}" for column in spec.columns if cell_kind(column) == "label"}
    for column in spec.columns:
        words = column.name.split(".")
        found |= {".".join(words[:number]) for number in range(1, len(words))}
    return frozenset(found)


@cache
def cell_kind(column: ColumnSpec) -> CellKind:
    """Tell what the cells of a column hold.

    Parameters
    ----------
    column
        Column.

    Returns
    -------
    CellKind
        ``label`` for texts that may have a column a language.

    Examples
    --------
    >>> from integrated_services.model._tables import cell_kind, table_specs
    >>> {c.name: cell_kind(c) for c in table_specs()["territories"].columns if c.name in ("id", "name", "point.lat")}
    {'name': 'label', 'id': 'text', 'point.lat': 'number'}
    """
    spec = column.spec
    if column.of_figure:
        return "amount" if spec.model is Money else "number"
    if is_packed(spec):
        return "json"
    held = _leaves(spec.annotation)
    for kind, types in _KINDS:
        if held & types:
            return kind
    return "text"


_KINDS: tuple[tuple[CellKind, frozenset[type]], ...] = (
    ("label", frozenset({Label})),
    ("date", frozenset({PartialDate})),
    ("boolean", frozenset({bool})),
    ("number", frozenset({float})),
    ("integer", frozenset({int})),
)


def _leaves(annotation: Any) -> set[type]:
    """The Python types that an annotation names, those of its choices among them."""
    if get_origin(annotation) is Literal:
        return {type(choice) for choice in get_args(annotation)}
    if get_origin(annotation) is Annotated:
        return _leaves(get_args(annotation)[0])
    inner = get_args(annotation)
    return set().union(*map(_leaves, inner)) if inner else {annotation} if isinstance(annotation, type) else set()


# records to columns ------------------------------------------------------------------------------------------------


def tables_of(framework: Framework) -> dict[str, Table]:
    """Lay a framework out in tables.

    Parameters
    ----------
    framework
        The framework.

    Returns
    -------
    dict[str, Table]
        Columns by table; a column that no row fills is left out. Child and link tables have ``parent``, the row in the
        table that they hang on.
    """
    tables: dict[str, Table] = {}
    for name in Framework.COLLECTIONS:
        records = getattr(framework, name)
        if records:
            _fill(tables, name, type(records[0]), records, None)
    return tables


def _fill(
    tables: dict[str, Table], name: str, cls: type[Model], rows: Sequence[Model], parents: Sequence[int] | None
) -> None:
    table: Table = {} if parents is None else {"parent": list(parents)}
    if issubclass(cls, Record):
        table["key"] = [row.key for row in rows]  # type: ignore[attr-defined]
    for spec in fields_of(cls):
        _column(table, spec.name, spec, [row.__dict__[spec.name] for row in rows])
    tables[name] = table
    for path, spec in _lists(cls):
        owners, items = _flat(_follow(row, path) for row in rows)
        if not items:
            continue
        if spec.kind == "models" and spec.model is not None:
            _fill(tables, f"{name}.{path}", spec.model, items, owners)
        else:
            link: Table = {"parent": owners}
            _column(link, "value", spec, items, listed=True)
            tables[f"{name}.{path}"] = link


def _follow(row: Any, path: str) -> Any:
    for word in path.split("."):
        if row is None:
            return ()
        row = row.__dict__[word]
    return row or ()


def _flat(lists: Iterable[Sequence[Any]]) -> tuple[list[int], list[Any]]:
    owners: list[int] = []
    items: list[Any] = []
    for number, listed in enumerate(lists):
        if listed:
            owners += [number] * len(listed)
            items += listed
    return owners, items


def _column(table: Table, name: str, spec: FieldSpec, values: list[Any], *, listed: bool = False) -> None:
    if not any(value is not None and value != () for value in values):
        return
    if spec.model in (Figure, Money) and spec.kind == "model":
        _figure_columns(table, name, values)
    elif is_packed(spec):
        table[name] = [None if v is None or v == () else _packed(v) for v in values]
    elif not listed and is_pair(spec):
        _mark(table, name, [v == (None, None) for v in values])
        for number, end in enumerate(ENDS):
            _column(table, f"{name}.{end}", _PLAIN, [v[number] if v else None for v in values])
    elif spec.kind == "model" and spec.model is not None:
        _mark(table, name, [v is not None and _says_nothing(v) for v in values])
        for inner in fields_of(spec.model):
            _column(
                table, f"{name}.{inner.name}", inner, [None if v is None else v.__dict__[inner.name] for v in values]
            )
    elif listed or spec.kind == "scalar":
        _scalar_columns(table, name, values)


def _mark(table: Table, name: str, empty: list[bool]) -> None:
    if any(empty):
        table[name] = [THERE if is_empty else None for is_empty in empty]


def _says_nothing(value: Any) -> bool:
    return all(item is None or item == () for item in value.__dict__.values())


_PLAIN = FieldSpec("", "scalar", None, (), False, None)


def _packed(value: Any) -> str:
    plain = value.plain() if isinstance(value, Model) else value
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _figure_columns(table: Table, name: str, values: list[Any]) -> None:
    main = "amount" if any(isinstance(v, Money) for v in values) else "value"
    table[name] = [None if v is None else _scalar(v.__dict__[main]) for v in values]
    for inner in fields_of(Money if main == "amount" else Figure):
        if inner.name != main:
            column = [None if v is None else _scalar(v.__dict__[inner.name]) for v in values]
            if any(item is not None for item in column):
                table[f"{name}.{inner.name}"] = column


def _scalar_columns(table: Table, name: str, values: list[Any]) -> None:
    if not any(isinstance(value, Label) for value in values):
        table[name] = [_scalar(value) for value in values]
        return
    plain = [v.plain() if isinstance(v, Label) else v for v in values]
    if any(isinstance(v, str) for v in plain):
        table[name] = [v if isinstance(v, str) else None for v in plain]
    languages = dict.fromkeys(code for v in plain if isinstance(v, dict) for code in v)
    for code in languages:
        table[f"{name}.{code}"] = [v.get(code) if isinstance(v, dict) else None for v in plain]
    usual = list(languages)
    orders = [list(v) if isinstance(v, dict) else [] for v in plain]
    if any(order != sorted(order, key=usual.index) for order in orders):
        table[f"{name}{ORDER}"] = [
            " ".join(order) if order != sorted(order, key=usual.index) else None for order in orders
        ]


def _scalar(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or kind is float or value is None or kind is bool:
        return value
    if isinstance(value, (PartialDate, Decimal)):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
