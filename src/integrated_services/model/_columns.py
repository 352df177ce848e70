"""The second door: a framework that comes as columns, checked column-wise with the same problem codes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite, isnan
from threading import RLock
from typing import Any, Literal, TypeVar, get_args, get_origin

from integrated_services.errors import DocumentError, Problem, nearest
from integrated_services.model._base import Record
from integrated_services.model._checks import _NOUNS, _loops
from integrated_services.model._fields import fields_of
from integrated_services.model._tables import ColumnSpec, Table, TableSpec, table_specs, tables_of
from integrated_services.model._values import Basis, Figure, Money

T = TypeVar("T")
_PARTS = {spec.name for cls in (Figure, Money) for spec in fields_of(cls)} - {"value", "amount"}


@dataclass(eq=False)
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
    """

    framework: str
    title: str
    reference_date: date
    tables: Mapping[str, Table]
    basis: Basis = "stated"
    languages: tuple[str, ...] = ()
    _memo: dict[str, Any] = field(default_factory=dict, repr=False)
    _lock: Any = field(default_factory=RLock, repr=False)

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
        ),
    )
    return found


def from_frames(
    frames: Mapping[str, Any],
    /,
    *,
    framework: str,
    title: str,
    reference_date: date,
    basis: Basis = "stated",
    languages: Sequence[str] = (),
) -> Columns:
    """Take a framework from data frames, one a table.

    Parameters
    ----------
    frames
        By table name: pandas, polars, pyarrow or any frame that narwhals takes, or mappings of column name to list.
        A child table names its row's owner in a column called like the owner's noun: ``services.deliveries`` has
        ``service``; ``services.deliveries.posts`` has ``service`` and ``delivery``; a link table such as
        ``services.meets`` has ``service`` and ``value``. The optional table ``figures`` (``table``, ``key``, ``field``,
        and unit, per, basis, source, low, high ...) holds what belongs to figures besides their values.
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
    problems: list[Problem] = []
    plain = {name: _lists_of(frame) for name, frame in frames.items()}
    figures = plain.pop("figures", {})
    for name in plain:
        if name not in table_specs():
            near = nearest(name, tuple(table_specs()))
            problems.append(
                _error(
                    "unknown-table",
                    name,
                    f"there is no table {name!r}",
                    f"Did you mean {' or '.join(near)}?" if near else "Take it out.",
                )
            )
    tables: dict[str, Table] = {}
    for name, spec in table_specs().items():
        if plain.get(name):
            tables[name] = _keyed(name, spec, dict(plain[name]), tables, problems)
    _spread_figures(figures, tables, problems)
    problems += column_problems(tables)
    if problems:
        raise DocumentError(sorted(problems), title)
    return Columns(framework, title, reference_date, tables, basis, tuple(languages))


def _lists_of(frame: Any) -> Table:
    if isinstance(frame, Mapping):
        return {str(name): list(values) for name, values in frame.items()}
    import narwhals as nw

    native = nw.from_native(frame, eager_only=True)
    return {name: [None if _is_nan(value) else value for value in native[name].to_list()] for name in native.columns}


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and isnan(value)


def _error(
    code: str,
    path: str,
    message: str,
    mend: str,
    row: int | None = None,
    column: str | None = None,
    value: object = None,
) -> Problem:
    counted = None if row is None else row + 1  # people count rows from 1
    shown = None if value is None else str(value)
    return Problem(code, "error", path, message, mend, row=counted, column=column, value=shown)


def _keyed(name: str, spec: TableSpec, table: Table, tables: dict[str, Table], problems: list[Problem]) -> Table:
    """Give each row its key, and the number of the row that it hangs on."""
    lengths = {len(values) for values in table.values()}
    if len(lengths) > 1:
        problems.append(_error("wrong-length", name, "the columns are not equally long", "Give each row every column."))
        return {}
    if spec.parent is not None:
        table = _owned(name, spec.parent, table, tables, problems)
    if spec.model is not None and issubclass(spec.model, Record) and "key" not in table:
        table["key"] = _keys(spec.model, table)
    return table


def _owned(name: str, parent: str, table: Table, tables: dict[str, Table], problems: list[Problem]) -> Table:
    if "parent" in table:
        return table
    chain = [_singular(part) for part in _chain(parent)]
    missing = [word for word in chain if word not in table]
    if missing:
        problems.append(
            _error(
                "missing-field",
                name,
                f"the column {missing[0]!r} is missing",
                f"Add the column {missing[0]!r} that names the owner of each row.",
            )
        )
        return {"parent": [0] * len(next(iter(table.values()), []))}
    owners = {tuple(path): number for number, path in enumerate(_owner_paths(parent, tables))}
    rows = [owners.get(tuple(path), -1) for path in zip(*(table[word] for word in chain), strict=True)]
    for number, row in enumerate(rows):
        if row < 0:
            found = "/".join(str(table[word][number]) for word in chain)
            near = nearest(found, ["/".join(path) for path in owners])
            problems.append(
                _error(
                    "unknown-reference",
                    f"{name}[{number}]",
                    f"there is no {chain[-1]} {found!r}",
                    f"Did you mean {' or '.join(near)}?" if near else "Correct the id.",
                    number,
                    chain[-1],
                    found,
                )
            )
    kept = {column: values for column, values in table.items() if column not in chain}
    return {"parent": [max(row, 0) for row in rows], **kept}


def _chain(table: str) -> list[str]:
    """The tables that lead to a table: services, services.deliveries."""
    specs, found, at = table_specs(), [table], table_specs()[table].parent
    while at is not None:
        found.insert(0, at)
        at = specs[at].parent
    return found


def _singular(table: str) -> str:
    if table in _NOUNS:
        return _NOUNS[table].replace(" ", "_")
    model = table_specs()[table].model
    return model.NOUN.replace(" ", "_") if model is not None and issubclass(model, Record) else table.rpartition(".")[2]


def _owner_paths(table: str, tables: Mapping[str, Table]) -> list[list[str]]:
    columns = tables.get(table, {})
    keys = columns.get("key", [])
    parent = table_specs()[table].parent
    if parent is None:
        return [[key] for key in keys]
    above = _owner_paths(parent, tables)
    return [[*above[owner], key] for owner, key in zip(columns.get("parent", []), keys, strict=True)]


def _keys(model: type[Record], table: Table) -> list[str]:
    ids = table.get("id") or [None] * len(next(iter(table.values()), []))
    found: list[str] = []
    simple = [column for column in table if "." not in column and column != "parent"]
    nested = [
        (spec.name, spec.model, [c for c in table if c.startswith(f"{spec.name}.")])
        for spec in fields_of(model)
        if spec.kind == "model" and spec.model not in (None, Figure, Money) and spec.name not in simple
    ]
    for number, own in enumerate(ids):
        if own is not None:
            found.append(str(own))
            continue
        row = {column: table[column][number] for column in simple}
        try:
            for name, cls, columns in nested:  # such as the period of an observation
                parts = {c[len(name) + 1 :]: table[c][number] for c in columns if table[c][number] is not None}
                row |= {name: cls.model_validate(parts)} if parts and cls is not None else {}
            found.append(model.model_construct(**row).key or str(number))
        except Exception:  # noqa: BLE001 - a broken row may break its key in any way
            found.append(str(number))
    return found


def _spread_figures(figures: Table, tables: dict[str, Table], problems: list[Problem]) -> None:
    """Put the rows of the long table of figures beside the values that they belong to."""
    if not figures:
        return
    missing = [column for column in ("table", "key", "field") if column not in figures]
    if missing:
        problems.append(
            _error("missing-field", "figures", f"the column {missing[0]!r} is missing", f"Add {missing[0]!r}.")
        )
        return
    parts = [column for column in figures if column in _PARTS]
    index = {name: {key: number for number, key in enumerate(table.get("key", []))} for name, table in tables.items()}
    for number, (name, key, column) in enumerate(zip(figures["table"], figures["key"], figures["field"], strict=True)):
        row = index.get(name, {}).get(key)
        if row is None or column not in tables[name]:
            problems.append(
                _error(
                    "unknown-reference",
                    f"figures[{number}]",
                    f"there is no {column} of {key!r} in {name!r}",
                    "Correct table, key or field.",
                    number,
                )
            )
            continue
        for part in parts:
            if figures[part][number] is not None:
                cells = tables[name].setdefault(f"{column}.{part}", [None] * len(tables[name]["key"]))
                cells[row] = figures[part][number]


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
    known = {name: set(table.get("key", ())) for name, table in tables.items()}
    problems: list[Problem] = []
    for name, table in tables.items():
        spec = table_specs()[name]
        problems += _strange_columns(name, spec, table)
        problems += _double_keys(name, table)
        for column in spec.columns:
            by_language = [c for c in table if c.startswith(f"{column.name}.") and _is_language(c)]
            if column.name in table:
                problems += _cells(name, column, table, known, by_language)
            elif column.required and table and column.name != "id" and not by_language:
                problems.append(
                    _error("missing-field", name, f"the column {column.name!r} is missing", f"Add {column.name!r}.")
                )
        for field_name in ("part_of", "broader"):
            if field_name in table and "key" in table and spec.parent is None:
                problems += _loops(dict(zip(table["key"], table[field_name], strict=True)), name, field_name)
    return problems


def _strange_columns(name: str, spec: TableSpec, table: Table) -> list[Problem]:
    known = {column.name for column in spec.columns} | {"parent", "key", "position"}
    found = []
    for column in table:
        stem, _, last = column.rpartition(".")
        if column in known or (stem in known and (last in _PARTS or _is_language(column))):
            continue
        near = nearest(column, tuple(known - {"parent", "key", "position"}))
        found.append(
            _error(
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
    owned = list(zip(table.get("parent", [0] * len(keys)), keys, strict=False))
    if len(set(owned)) == len(owned):
        return []
    return [
        _error("duplicate-id", f"{name}[{key}]", f"{number} rows are called {key!r}", "Give each its own id.")
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
        wrong = [(n, v) for n, v in enumerate(values) if v is not None and v not in ids]
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
            if v is not None and (isinstance(v, (bool, str)) or not isfinite(v))
        ]
        if column.name in ("capacity", "persons", "wait", "duration", "days"):
            bad += [
                (n, "negative-count", f"{column.name} is below zero", "Write 0 or more.")
                for n, v in enumerate(values)
                if isinstance(v, (int, float)) and v < 0
            ]
    return [
        _error(
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


def _choices(column: ColumnSpec) -> tuple[Any, ...]:
    def search(annotation: Any) -> tuple[Any, ...]:
        if get_origin(annotation) is Literal:
            return get_args(annotation)
        return next((found for arg in get_args(annotation) if (found := search(arg))), ())

    return () if column.refs or column.of_figure else search(column.spec.annotation)
