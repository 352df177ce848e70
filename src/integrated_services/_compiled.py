"""Columns to frozen arrays: the one compiler that every analysis runs on, whichever door the framework came in by.

``compiled(fw)`` is made once for a framework and a day. What it gives is general (ids, references, links, numbers,
trees, validity); what an analysis builds from it, the analysis keeps with :meth:`Compiled.remember`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from integrated_services._kernels._csr import csr_from_pairs, tree_intervals
from integrated_services._results import UsedFigure
from integrated_services.errors import AnalysisError, UnknownIdError, nearest
from integrated_services.model._columns import Columns, columns_of
from integrated_services.model._dates import PartialDate
from integrated_services.model._figures import DEFAULT_UNITS
from integrated_services.model._framework import Framework
from integrated_services.model._tables import Table, table_specs
from integrated_services.model._units import exact

if TYPE_CHECKING:
    from integrated_services.model._values import Basis

T = TypeVar("T")
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_MAIN = {"capacity"}


@attrs.frozen(eq=False)
class Tree:
    """A hierarchy as arrays, by row: ``a`` lies in ``b`` where ``enter[b] <= enter[a] < leave[b]``."""

    parent: Ints
    enter: Ints
    leave: Ints
    depth: Ints

    def inside(self, a: npt.ArrayLike, b: npt.ArrayLike) -> Bools:
        """Tell whether rows lie in rows (each lies in itself).

        Parameters
        ----------
        a
            Rows, any shape.
        b
            Rows, of a shape that fits.

        Returns
        -------
        numpy.ndarray of bool
            True where a lies in b.
        """
        rows, outer = np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64)
        enter = self.enter[rows]
        found: Bools = (self.enter[outer] <= enter) & (enter < self.leave[outer])
        return found

    def chain(self, row: int) -> list[int]:
        """Give a row and all that it lies in, from the row to the root.

        Parameters
        ----------
        row
            Row.

        Returns
        -------
        list[int]
            Rows.
        """
        found = [row]
        while self.parent[found[-1]] >= 0:
            found.append(int(self.parent[found[-1]]))
        return found


class Compiled:
    """The arrays of one framework on one day; use :func:`compiled`."""

    def __init__(self, columns: Columns, day: date) -> None:
        self.columns = columns
        self.day = day
        self.tables: Mapping[str, Table] = columns.tables
        self._memo: dict[str, Any] = {}
        self._lock = RLock()

    # what is remembered -----------------------------------------------------------------------------------------

    def remember(self, key: str, make: Callable[[], T]) -> T:
        """Build something once.

        Parameters
        ----------
        key
            Name.
        make
            Builds it.

        Returns
        -------
        T
            What ``make`` gave the first time; arrays in it must not be written to.
        """
        memo = self._memo
        if key not in memo:
            with self._lock:
                if key not in memo:
                    memo[key] = make()
        found: T = memo[key]
        return found

    # head -------------------------------------------------------------------------------------------------------

    @property
    def digest(self) -> str:
        """Digest of the document or columns."""
        return self.columns.digest

    @property
    def basis(self) -> Basis:
        """Basis of figures that name none."""
        return self.columns.basis

    # ids --------------------------------------------------------------------------------------------------------

    def size(self, table: str) -> int:
        """Number of rows of a table."""
        return len(next(iter(self.tables.get(table, {}).values()), []))

    def keys(self, table: str) -> Sequence[str]:
        """Keys of a table, by row."""
        return self.tables.get(table, {}).get("key", [])

    def index(self, table: str) -> Mapping[str, int]:
        """Row of each key of a top-level table."""
        return self.remember(f"index:{table}", lambda: {key: row for row, key in enumerate(self.keys(table))})

    def row(self, table: str, key: str) -> int:
        """Find the row of an id.

        Parameters
        ----------
        table
            Top-level table.
        key
            Id.

        Returns
        -------
        int
            Row.

        Raises
        ------
        UnknownIdError
            Naming the nearest ids.
        """
        found = self.index(table).get(key)
        if found is None:
            spec = table_specs()[table].model
            raise UnknownIdError(getattr(spec, "NOUN", "record"), key, nearest(key, self.keys(table)))
        return found

    # cells ------------------------------------------------------------------------------------------------------

    def cells(self, table: str, column: str) -> Sequence[Any]:
        """Cells of a column as the document has them; None where there is no value."""
        found = self.tables.get(table, {}).get(column)
        if found is not None:
            return found
        return self.remember(f"nothing:{table}", lambda: [None] * self.size(table))

    def numbers(self, table: str, column: str) -> Floats:
        """Cells of a column as floats; NaN where there is no value."""
        return self.remember(
            f"numbers:{table}.{column}",
            lambda: np.array(
                [np.nan if cell is None else float(cell) for cell in self.cells(table, column)], dtype=np.float64
            ),
        )

    def fractions(self, table: str, column: str) -> Sequence[Fraction | None]:
        """Cells of a column as the exact fractions that their decimals mean."""
        return self.remember(
            f"fractions:{table}.{column}",
            lambda: [None if cell is None else exact(cell) for cell in self.cells(table, column)],
        )

    def refs(self, table: str, column: str, target: str | None = None) -> Ints:
        """Rows that a reference column points to; -1 where there is none.

        Parameters
        ----------
        table
            Table.
        column
            Reference column.
        target
            Table pointed to, where the column may point to several (others give -1).

        Returns
        -------
        numpy.ndarray of int
            One row a row.
        """
        name = target or self._target(table, column)
        return self.remember(
            f"refs:{table}.{column}:{name}",
            lambda: np.array(
                [-1 if cell is None else self.index(name).get(cell, -1) for cell in self.cells(table, column)],
                dtype=np.int64,
            ),
        )

    def _target(self, table: str, column: str) -> str:
        spec = next(one for one in table_specs()[table].columns if one.name == column)
        return spec.refs[0]

    def parents(self, table: str) -> Ints:
        """Row of the owner of each row of a child table."""
        return self.remember(f"parents:{table}", lambda: np.array(self.cells(table, "parent"), dtype=np.int64))

    def children(self, table: str) -> tuple[Ints, Ints]:
        """Rows of a child table by owner: ``indices[indptr[i]:indptr[i + 1]]`` are those of owner i."""
        owner = table_specs()[table].parent or ""
        return self.remember(
            f"children:{table}",
            lambda: csr_from_pairs(self.parents(table), np.arange(self.size(table)), self.size(owner)),
        )

    def links(self, table: str, target: str | None = None) -> tuple[Ints, Ints]:
        """References of a link table such as ``services.meets`` as compressed lists by owner.

        Parameters
        ----------
        table
            Link table.
        target
            Table pointed to, where the link may point to several.

        Returns
        -------
        tuple of two numpy.ndarray of int
            ``indptr`` (owners + 1) and ``indices`` (rows of the target).
        """
        owner = table_specs()[table].parent or ""

        def make() -> tuple[Ints, Ints]:
            rows, found = self.parents(table), self.refs(table, "value", target)
            known = found >= 0
            return csr_from_pairs(rows[known], found[known], self.size(owner))

        return self.remember(f"links:{table}:{target}", make)

    def tree(self, table: str, column: str) -> Tree:
        """Hierarchy of a table along ``part_of`` or ``broader``."""

        def make() -> Tree:
            parent = self.refs(table, column)
            return Tree(parent, *tree_intervals(parent))

        return self.remember(f"tree:{table}", make)

    # time -------------------------------------------------------------------------------------------------------

    def valid(self, table: str, column: str = "valid") -> Bools:
        """Which rows are valid on the day (open and unknown ends do not exclude it)."""

        def make() -> Bools:
            starts, ends = self.cells(table, f"{column}.start"), self.cells(table, f"{column}.end")
            found = np.ones(self.size(table), dtype=np.bool_)
            for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
                first = PartialDate(start).first() if start is not None else None
                last = PartialDate(end).last() if end is not None else None
                found[row] = not ((first and self.day < first) or (last and self.day > last))
            return found

        return self.remember(f"valid:{table}.{column}", make)

    # for readers ------------------------------------------------------------------------------------------------

    def label(self, table: str, row: int, language: str | None = None, column: str = "name") -> str:
        """Name of a row for readers: in the language, else in the first that there is, else its key."""
        columns = self.tables.get(table, {})
        if language is not None:
            text = columns.get(f"{column}.{language}")
            if text is not None and text[row] is not None:
                return str(text[row])
        for name in self._label_columns(table, column):
            if columns[name][row] is not None:
                return str(columns[name][row])
        return str(self.keys(table)[row])

    def _label_columns(self, table: str, column: str) -> Sequence[str]:
        def make() -> list[str]:
            names = [c for c in self.tables.get(table, {}) if c == column or c.startswith(f"{column}.")]
            main = [f"{column}.{code}" for code in ("en", *self.columns.languages)]
            return sorted(names, key=lambda c: (c != column, main.index(c) if c in main else len(main), c))

        return self.remember(f"labels:{table}.{column}", make)

    def path(self, table: str, row: int) -> str:
        """Path of a row: ``services[mobile].deliveries[vievis]``."""
        parent = table_specs()[table].parent
        own = self.keys(table)
        key = own[row] if own else str(row)
        if parent is None:
            return f"{table}[{key}]"
        return f"{self.path(parent, int(self.parents(table)[row]))}{table[len(parent) :]}[{key}]"

    def used(self, table: str, column: str, row: int) -> UsedFigure | None:
        """Describe a figure as results list it; None where the cell is empty."""
        columns = self.tables.get(table, {})
        cell = columns.get(column, [None] * (row + 1))[row]
        if cell is None:
            return None

        def part(name: str) -> Any:
            cells = columns.get(f"{column}.{name}")
            return cells[row] if cells is not None else None

        field = column.rpartition(".")[2]
        per, unit = part("per"), part("unit") or part("currency") or DEFAULT_UNITS.get(field)
        if field in _MAIN and unit is None:
            unit = "persons" if per else "places"
        source = part("source")
        at = self.index("sources").get(source) if source else None
        note = part("note")
        if note is None and at is not None:
            note = self.cells("sources", "note")[at]
        low, high = part("low"), part("high")
        return UsedFigure(
            path=f"{self.path(table, row)}.{column}",
            value=float(cell),
            unit=f"{unit}/{per}" if unit and per else unit,
            basis=part("basis") or self.basis,
            low=None if low is None else float(low),
            high=None if high is None else float(high),
            source=source,
            source_title=None if at is None else self.label("sources", at, column="title"),
            note=note,
        )

    def bases(self, table: str, column: str) -> Sequence[str]:
        """Basis of each figure of a column, the document's where the figure names none."""
        return self.remember(
            f"bases:{table}.{column}", lambda: [cell or self.basis for cell in self.cells(table, f"{column}.basis")]
        )


def compiled(framework: Framework | Columns, /, *, at: date | None = None) -> Compiled:
    """Give the arrays of a framework, made once for each framework and day.

    Parameters
    ----------
    framework
        A document or columns.
    at
        The day; the reference date if None.

    Returns
    -------
    Compiled
        The arrays.

    Raises
    ------
    AnalysisError
        Where this is neither a framework nor columns.

    Examples
    --------
    >>> from integrated_services import samples
    >>> from integrated_services._compiled import compiled
    >>> arrays = compiled(samples.load("elektrenai"))
    >>> parent = arrays.refs("territories", "part_of")[arrays.row("territories", "vievis")]
    >>> arrays.keys("territories")[parent]
    'elektrenai'
    """
    if not isinstance(framework, (Framework, Columns)):
        raise AnalysisError(
            f"An analysis takes a Framework (or columns from model.from_frames), not {type(framework).__name__}."
        )
    day = at or framework.reference_date
    return framework.remember(f"compiled:{day}", lambda: Compiled(columns_of(_moved(framework, day)), day))


def _moved(framework: Framework | Columns, day: date) -> Framework | Columns:
    """Join territories that have merged by that day; all other validity is a mask on the arrays."""
    if isinstance(framework, Framework) and any(t.succeeded_by for t in framework.territories):
        return framework.at(day)
    return framework
