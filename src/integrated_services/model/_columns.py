"""The second door: a framework that comes as columns, checked column-wise with the same problem codes."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from math import isnan
from numbers import Real
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

from integrated_services.errors import DocumentError, Problem, mask, nearest
from integrated_services.model._assemble import Personal, assembled
from integrated_services.model._base import canonical
from integrated_services.model._checks import _NOUNS, _loops
from integrated_services.model._head import HEAD, head_fields, head_of, head_problems
from integrated_services.model._keyed import FIGURES, PARTS, has_keys, keyed, kind_of, table_error
from integrated_services.model._places import Parsed
from integrated_services.model._tables import (
    ColumnSpec,
    Table,
    TableSpec,
    cell_kind,
    side_columns,
    table_specs,
    tables_of,
)
from integrated_services.model._values import LARGEST, Basis, Figure

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework

T = TypeVar("T")


@dataclass(eq=False, repr=False)
class Columns:
    """A framework as columns; every analysis takes it in place of a `Framework`.

    Attributes
    ----------
    framework
        Id.
    title
        Title.
    reference_date
        The day that analyses speak of.
    basis
        Basis of every figure that says nothing else.
    languages
        Languages, the main one first.
    tables
        Columns by table, as lists of equal length; missing values are None.
    head
        All that the document says of itself, as it writes it: title by language, description, licence ...
    """

    framework: str
    title: str
    reference_date: date
    tables: Mapping[str, Table]
    basis: Basis = "stated"
    languages: tuple[str, ...] = ()
    head: Mapping[str, Any] = field(default_factory=dict)
    _memo: dict[str, Any] = field(default_factory=dict, repr=False)
    _lock: Any = field(default_factory=RLock, repr=False)

    def __repr__(self) -> str:
        rows = {name: max(map(len, table.values()), default=0) for name, table in self.tables.items()}
        counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in rows.items() if number)
        return f"<Columns of {mask(self.framework)!r}: {mask(counts) or 'empty'}>"  # cells may hold persons' data

    @property
    def id(self) -> str:
        """Id of the framework."""
        return self.framework

    @property
    def digest(self) -> str:
        """SHA-256 of the columns."""
        return self.remember("digest", self._digest)

    def _digest(self) -> str:
        state = hashlib.sha256(repr((self.framework, self.reference_date, self.basis)).encode())
        for name in sorted(self.tables):
            for column in sorted(self.tables[name]):
                state.update(repr((name, column)).encode())
                state.update(repr(self.tables[name][column]).encode())
        return state.hexdigest()

    def remember(self, key: str, make: Callable[[], T]) -> T:
        """Compute something once for these columns.

        Parameters
        ----------
        key
            Name of what is remembered.
        make
            Computes it.

        Returns
        -------
        T
            What ``make`` gave the first time.
        """
        with self._lock:
            if key not in self._memo:
                self._memo[key] = make()
        found: T = self._memo[key]
        return found

    def problems(self) -> tuple[Problem, ...]:
        """List what is wrong with the columns.

        Returns
        -------
        tuple[Problem, ...]
            Sorted by place; columns made by :func:`from_frames` have none of severity *error*.
        """
        return self.remember("problems", lambda: tuple(sorted(column_problems(self.tables))))

    def to_framework(self, *, personal: Personal = "refuse") -> Framework:
        """Make records of the columns, with every check that documents pass.

        Parameters
        ----------
        personal
            What happens to contact data of persons: it is refused, taken out, or kept.

        Returns
        -------
        Framework
            Equal to the one that the columns were made of.

        Raises
        ------
        DocumentError
            With every error, by table, row and column.

        Examples
        --------
        >>> from integrated_services import samples
        >>> from integrated_services.model import columns_of
        >>> fw = samples.load("elektrenai")
        >>> columns_of(fw).to_framework() == fw
        True
        """
        from integrated_services.model._records import framework_of

        return framework_of(self, personal=personal)


def columns_of(framework: Any) -> Columns:
    """Lay a framework out in columns.

    Parameters
    ----------
    framework
        A `Framework` (laid out once and remembered) or `Columns` (given back).

    Returns
    -------
    Columns
        The same framework as columns.
    """
    if isinstance(framework, Columns):
        return framework
    found: Columns = framework.remember(
        "columns",
        lambda: Columns(
            framework.framework,
            str(framework.title),
            framework.reference_date,
            tables_of(framework),
            framework.basis,
            framework.languages,
            {name: canonical(getattr(framework, name)) for name in head_fields()},
        ),
    )
    return found


def from_frames(
    frames: Mapping[str, Any],
    /,
    *,
    framework: str | None = None,
    title: str | None = None,
    reference_date: date | None = None,
    basis: Basis | None = None,
    languages: Sequence[str] | None = None,
) -> Columns:
    """Take a framework from data frames, one a table.

    Parameters
    ----------
    frames
        By table name: pandas, polars, pyarrow or any frame that narwhals takes, or mappings of column name to list.
        A child table names its row's owner in a column called like the owner's noun: ``services.deliveries`` has
        ``service``; ``services.deliveries.posts`` has ``service`` and ``delivery``; a link table such as
        ``services.meets`` has ``service`` and ``value``. The optional table ``figures`` (``table``, ``key``, ``field``,
        and unit, per, basis, source, low, high ...) holds what belongs to figures besides their values; ``key`` is the
        key of the record, in child tables with those of its owners before it (``mobile/vievis``). The optional table
        ``framework`` (``field``, ``value``) holds the head, where it is not given here.
    framework
        Id.
    title
        Title.
    reference_date
        The day that analyses speak of.
    basis
        Basis of every figure that says nothing else; stated unless told otherwise.
    languages
        Languages, the main one first.

    Returns
    -------
    Columns
        Checked columns.

    Raises
    ------
    DocumentError
        With every error, by table, row and column.

    Examples
    --------
    >>> from datetime import date
    >>> from integrated_services.model import from_frames
    >>> columns = from_frames(
    ...     {"territories": {"id": ["a", "b"], "part_of": [None, "a"]}},
    ...     framework="mine", title="Mine", reference_date=date(2022, 6, 1),
    ... )
    >>> columns.tables["territories"]["key"]
    ['a', 'b']
    """
    plain = {name: _whole_numbers(name, plain_table(frame)) for name, frame in frames.items()}
    given = {
        "framework": framework,
        "title": title,
        "reference_date": reference_date,
        "basis": basis,
        "languages": languages,
    }
    head = plain.pop(HEAD, {})
    said = head_of(head) | {name: value for name, value in given.items() if value is not None}
    found = keyed(plain)
    problems = [
        *(head_problems(head) if head else ()),
        *unknown_tables(plain),
        *found.problems,
        *column_problems(found.tables),
    ]
    built = assembled(Parsed(said, (), lambda _: None))
    problems += built.errors
    if problems or built.framework is None:
        raise DocumentError(sorted(problems), title)
    return replace(columns_of(built.framework), tables=found.tables)


def _whole_numbers(name: str, table: Table) -> Table:
    """Undo that frames make decimals of whole numbers where cells are empty, and texts where they are long."""
    return {
        column: [_whole(cell) for cell in cells] if kind_of(name, column) == "integer" else cells
        for column, cells in table.items()
    }


def _whole(cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return int(cell) if isinstance(cell, str) and _LONG.fullmatch(cell) else cell


_LONG = re.compile(r"-?[0-9]{16,4000}")


def unknown_tables(names: Iterable[str]) -> list[Problem]:
    """Name the tables that the format does not have.

    Parameters
    ----------
    names
        Names of tables.

    Returns
    -------
    list[Problem]
        One error a table.
    """
    known = (HEAD, *table_specs(), FIGURES)
    found = []
    for name in names:
        if name not in known:
            near = nearest(name, known)
            mend = f"Did you mean {' or '.join(near)}?" if near else "Take it out."
            found.append(table_error("unknown-table", name, f"there is no table {name!r}", mend))
    return found


def plain_table(frame: Any) -> Table:
    """Give the columns of any data frame as lists.

    Parameters
    ----------
    frame
        A frame that narwhals takes, or a mapping of column name to values.

    Returns
    -------
    Table
        Python values; what is missing is None, exact decimals are texts.
    """
    if isinstance(frame, Mapping):
        return {str(name): list(values) for name, values in frame.items()}
    import narwhals as nw

    native = nw.from_native(frame, eager_only=True)
    return {name: [_native(value) for value in native[name].to_list()] for name in native.columns}


def _native(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return None if isnan(value) else value
    if kind is Decimal:
        return format(value, "f") if value.is_finite() else None
    if kind.__module__.partition(".")[0] == "numpy":
        return _native(value.item())
    return None if kind.__name__ in _MISSING else value


_MISSING = ("NAType", "NaTType")
"""How pandas calls what is missing."""


# checks ------------------------------------------------------------------------------------------------------------


def column_problems(tables: Mapping[str, Table]) -> list[Problem]:
    """Check columns: unknown and missing columns, ids, references, choices, numbers, hierarchies.

    Parameters
    ----------
    tables
        Columns by table.

    Returns
    -------
    list[Problem]
        Every error.
    """
    known = {name: set(table["key"]) for name, table in tables.items() if has_keys(table_specs()[name]) and table}
    problems: list[Problem] = []
    for name, table in tables.items():
        spec = table_specs()[name]
        problems += strange_columns(name, spec, table)
        problems += _double_keys(name, table) if has_keys(spec) else []
        for column in spec.columns:
            by_language = [c for c in table if c.startswith(f"{column.name}.") and _is_language(c)]
            if column.name in table:
                problems += _cells(name, column, table, known, by_language)
        problems += [p for p in missing_columns(name, table) if p.column != "id"]  # frames may name records by key
        for field_name in ("part_of", "broader"):
            if field_name in table and "key" in table and spec.parent is None:
                above = [cell if isinstance(cell, str) else None for cell in table[field_name]]
                problems += _loops(dict(zip(table["key"], above, strict=True)), name, field_name)
    return problems


def missing_columns(name: str, table: Table) -> list[Problem]:
    """Name the columns without which no row can be complete.

    Parameters
    ----------
    name
        Name of the table.
    table
        Its columns.

    Returns
    -------
    list[Problem]
        One error a column; a label may be given by language instead.
    """
    return [
        table_error("missing-field", name, f"the column {c.name!r} is missing", f"Add {c.name!r}.", column=c.name)
        for c in table_specs()[name].columns
        if c.required and table and c.name not in table and not any(_is_text_of(c, other) for other in table)
    ]


def _is_text_of(column: ColumnSpec, other: str) -> bool:
    return other.startswith(f"{column.name}.") and _is_language(other) and cell_kind(column) == "label"


def strange_columns(name: str, spec: TableSpec, table: Table) -> list[Problem]:
    """Name the columns that a table does not have.

    Parameters
    ----------
    name
        Name of the table.
    spec
        The table.
    table
        Its columns.

    Returns
    -------
    list[Problem]
        One error a column.
    """
    known = {column.name for column in spec.columns}
    beside = side_columns(spec) | ({"key"} if has_keys(spec) else set())
    beside |= set() if spec.parent is None else {"parent", "position"}
    labels = {column.name for column in spec.columns if cell_kind(column) == "label"}
    figures = {column.name for column in spec.columns if column.of_figure}
    found = []
    for column in table:
        stem, _, last = column.rpartition(".")
        if column in known or column in beside:
            continue
        if (stem in labels and _is_language(column)) or (stem in figures and last in PARTS):
            continue
        near = nearest(column, tuple(known))
        found.append(
            table_error(
                "unknown-field",
                name,
                f"there is no column {column!r}",
                f"Did you mean {' or '.join(map(repr, near))}?" if near else "Take it out.",
                column=column,
            )
        )
    return found


def _double_keys(name: str, table: Table) -> list[Problem]:
    keys = table.get("key", [])
    owners = table.get("parent") if table_specs()[name].parent is not None else None
    owned = list(zip(owners or [0] * len(keys), keys, strict=False))
    if len(set(owned)) == len(owned):
        return []
    return [
        table_error("duplicate-id", f"{name}[{key}]", f"{number} rows are called {key!r}", "Give each its own id.")
        for (_, key), number in Counter(owned).items()
        if number > 1
    ]


def _is_language(column: str) -> bool:
    last = column.rpartition(".")[2]
    return len(last) in (2, 3) and last.isalpha() and last.islower()


def _cells(
    name: str, column: ColumnSpec, table: Table, known: Mapping[str, set[str]], by_language: Sequence[str]
) -> list[Problem]:
    values, keys = table[column.name], table.get("key")
    bad: list[tuple[int, str, str, str]] = []
    if column.required and column.name != "id":  # a label may be given by language instead
        bad += [
            (n, "missing-field", f"{column.name} is missing", "Give a value.")
            for n, v in enumerate(values)
            if v is None and all(table[other][n] is None for other in by_language)
        ]
    if column.refs:
        ids = set().union(*(known.get(target, set()) for target in column.refs))
        wrong = [(n, v) for n, v in enumerate(values) if v is not None and not (isinstance(v, str) and v in ids)]
        for number, value in wrong:
            near = nearest(str(value), tuple(ids)) if len(wrong) <= 100 else ()
            noun = " or ".join(_NOUNS[target] for target in column.refs)
            bad.append(
                (
                    number,
                    "unknown-reference",
                    f"there is no {noun} {value!r}",
                    f"Did you mean {' or '.join(map(repr, near))}?" if near else "Correct the id.",
                )
            )
    choices = _choices(column)
    if choices:
        bad += [
            (n, "bad-choice", f"{v!r} is not among the choices", f"Choices: {', '.join(map(str, choices))}.")
            for n, v in enumerate(values)
            if v is not None and v not in choices
        ]
    if column.of_figure and column.spec.model is Figure:
        bad += [
            (n, "wrong-type", "a number was expected", "Write a number.")
            for n, v in enumerate(values)
            if v is not None and not _is_number(v)
        ]
        if column.name in ("capacity", "persons", "wait", "duration", "days"):
            bad += [
                (n, "negative-count", f"{column.name} is below zero", "Write 0 or more.")
                for n, v in enumerate(values)
                if _is_number(v) and v < 0
            ]
    return [
        table_error(
            code,
            f"{name}[{keys[number] if keys else number}].{column.name}",
            message,
            mend,
            number,
            column.name,
            values[number],
        )
        for number, code, message, mend in bad
    ]


def _is_number(cell: Any) -> bool:
    kind = type(cell)
    return kind is not bool and issubclass(kind, Real) and bool(-LARGEST <= cell <= LARGEST)


def _choices(column: ColumnSpec) -> tuple[Any, ...]:
    def search(annotation: Any) -> tuple[Any, ...]:
        if get_origin(annotation) is Literal:
            return get_args(annotation)
        return next((found for arg in get_args(annotation) if (found := search(arg))), ())

    return () if column.refs or column.of_figure else search(column.spec.annotation)
