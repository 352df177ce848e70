"""The base of every result."""

from __future__ import annotations

import html
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload

import attrs

from integrated_services._results._cells import csv_cell, csv_line, json_cell, native_list
from integrated_services._results._citation import Citation
from integrated_services._results._column import Column
from integrated_services._results._provenance import (
    AssumptionGroup,
    Provenance,
    UsedFigure,
    group_assumptions,
)
from integrated_services._results._text import display_cells
from integrated_services.errors import AnalysisError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd  # type: ignore[import-untyped,unused-ignore]
    import polars as pl
    import pyarrow as pa  # type: ignore[import-untyped,unused-ignore]

__all__ = ["Result"]

_SHOWN_ROWS = 20

_Columns = Mapping[str, "list[Any] | np.ndarray[Any, Any]"]


def _tuple(figures: Iterable[UsedFigure]) -> tuple[UsedFigure, ...]:
    return tuple(figures)


def _check_declaration(cls: type[Result]) -> None:
    """Refuse a result class whose columns do not fit together; protection relies on them."""
    names = [column.name for column in cls.columns]
    if len(set(names)) < len(names):
        raise TypeError(f"{cls.__name__}: a column name appears twice in {names}")
    named = [name for column in cls.columns for name in column.reveals]
    named += [column.basis for column in cls.columns if column.basis]
    named += [name for margin in cls.margins for name in margin]
    unknown = sorted(set(named) - set(names))
    if unknown:
        raise TypeError(f"{cls.__name__}: {unknown} are not among the columns {names}")


@attrs.frozen(eq=False, kw_only=True)
class Result(ABC):
    """What an analysis gives: frozen, compared by identity, the same for the same input.

    A subclass is decorated with ``@attrs.frozen(eq=False)``, declares its ``columns`` and writes
    :meth:`to_columns` and :meth:`summary`; everything else follows.

    Parameters
    ----------
    provenance
        What was called on what.
    figures
        Every figure of the document that the numbers rest on.

    Attributes
    ----------
    title : str
        Title for readers; by default the name of the class in words.
    columns : tuple of Column
        What the columns mean, in order.
    citations : tuple of Citation
        Who published the method.
    margins : tuple of tuple of str
        The sets of key columns by which sums of the person counts are published too; ``()`` as a
        member is the grand total.
    """

    title: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    citations: ClassVar[tuple[Citation, ...]] = ()
    margins: ClassVar[tuple[tuple[str, ...], ...]] = ()

    provenance: Provenance
    figures: tuple[UsedFigure, ...] = attrs.field(default=(), converter=_tuple)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _check_declaration(cls)
        if not cls.title:
            words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", cls.__name__)
            cls.title = words.lstrip("_").capitalize()
        # attrs writes a repr with every number in it; a result has to fit on a screen.
        cls.__repr__ = Result.__repr__  # type: ignore[method-assign]

    # --- what a subclass writes -----------------------------------------------------------------

    @abstractmethod
    def to_columns(self) -> Mapping[str, list[Any] | np.ndarray[Any, Any]]:
        """Give the result as columns: the one data contract.

        Returns
        -------
        dict of str to list or numpy.ndarray
            One entry per declared column, in that order, all of equal length.
        """

    @abstractmethod
    def summary(self) -> str:
        """Say in two or three sentences what was found."""

    def chart(self) -> Any:
        """Draw the result.

        Returns
        -------
        altair.Chart
            Or another of Altair's chart classes.

        Raises
        ------
        AnalysisError
            If this kind of result has no picture.
        MissingDependencyError
            If Altair is not installed.
        """
        raise AnalysisError(f"{self.title} has no picture; use to_frame() and draw what you need from it.")

    # --- data -----------------------------------------------------------------------------------

    def _checked_columns(self) -> _Columns:
        """Give the columns after checking that they are the declared ones."""
        data = self.to_columns()
        declared = [column.name for column in self.columns]
        if list(data) != declared:
            raise AnalysisError(f"{self.title} gives columns {list(data)}, declared: {declared}.")
        lengths = {name: len(values) for name, values in data.items()}
        if len(set(lengths.values())) > 1:
            raise AnalysisError(f"{self.title} gives columns of unequal length: {lengths}.")
        return data

    def _shape(self) -> tuple[int, int]:
        data = self._checked_columns()
        return len(next(iter(data.values()), ())), len(data)

    def _rows(self, cell: Callable[[Any], Any], limit: int | None = None) -> list[tuple[Any, ...]]:
        """Give rows of converted cells; only the first ones where a limit is set."""
        data = self._checked_columns()
        columns = [map(cell, native_list(values[:limit])) for values in data.values()]
        return list(zip(*columns, strict=True))

    def to_records(self) -> list[dict[str, Any]]:
        """Give one dictionary per row.

        Returns
        -------
        list of dict
            Python values, never numpy scalars; ``None`` for what is not a number.
        """
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self._rows(lambda value: value)]

    def to_json(self, indent: int | None = None) -> str:
        """Write the result as JSON.

        Parameters
        ----------
        indent
            Blanks per level; by default all on one line.

        Returns
        -------
        str
            An object with ``title``, ``columns`` (their meaning), ``records`` and ``provenance``;
            dates in ISO form, ``null`` for NaN and infinity; equal results give equal texts.
        """
        names = [column.name for column in self.columns]
        document = {
            "title": self.title,
            "columns": [column.as_dict() for column in self.columns],
            "records": [dict(zip(names, row, strict=True)) for row in self._rows(json_cell)],
            "provenance": self.provenance.as_dict(),
        }
        return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)

    def to_csv(self) -> str:
        """Write the result as CSV.

        Returns
        -------
        str
            Commas, a line break after each row, a first row with the column names.  A text that a
            spreadsheet would run as a formula (it begins with ``= + - @``, a tab or a carriage
            return) gets an apostrophe in front, and so does a text that begins with one; taking
            one apostrophe off gives the text back.  Numbers stay numbers.
        """
        header = csv_line(csv_cell(column.name) for column in self.columns)
        return header + "".join(map(csv_line, self._rows(csv_cell)))

    @overload
    def to_frame(self, backend: Literal["pandas"] = "pandas") -> pd.DataFrame: ...
    @overload
    def to_frame(self, backend: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def to_frame(self, backend: Literal["pyarrow"]) -> pa.Table: ...
    def to_frame(self, backend: Literal["pandas", "polars", "pyarrow"] = "pandas") -> object:
        """Give the result as a data frame.

        Parameters
        ----------
        backend
            Whose data frame.

        Returns
        -------
        pandas.DataFrame or polars.DataFrame or pyarrow.Table
            One column per declared column, keys as ordinary columns.

        Raises
        ------
        MissingDependencyError
            If that library is not installed.
        """
        from integrated_services._results._frames import native_frame

        return native_frame(self.columns, self._checked_columns(), backend)

    # --- reading --------------------------------------------------------------------------------

    def plot(self) -> Any:
        """Draw the result; the same as :meth:`chart`."""
        return self.chart()

    def assumptions(self) -> tuple[AssumptionGroup, ...]:
        """List the assumed and estimated figures that the numbers rest on, by source.

        Returns
        -------
        tuple of AssumptionGroup
            By source id; the figures without a source come last.
        """
        return group_assumptions(self.figures)

    def references(self) -> tuple[Citation, ...]:
        """Say who published the method."""
        return self.citations

    def _assumed(self) -> str:
        count = sum(len(group.figures) for group in self.assumptions())
        if not count:
            return "It rests on no assumed or estimated figure."
        figures = "figure" if count == 1 else "figures"
        return f"It rests on {count} assumed or estimated {figures}; see assumptions()."

    def __str__(self) -> str:
        rows, columns = self._shape()
        return f"{self.summary()} [{rows} rows x {columns} columns]"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def _repr_html_(self) -> str:
        """Show the summary and the first 20 rows in a notebook; every text is escaped."""
        head = "".join(f'<th scope="col">{html.escape(column.heading)}</th>' for column in self.columns)
        cells, _ = display_cells(self._rows(lambda value: value, _SHOWN_ROWS))
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
        rows, _ = self._shape()
        more = f"<p>{rows - _SHOWN_ROWS} more rows.</p>" if rows > _SHOWN_ROWS else ""
        return (
            f"<div><p><strong>{html.escape(self.title)}.</strong> {html.escape(self.summary())}"
            f"</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
            f"<p>{html.escape(self._assumed())}</p></div>"
        )
