"""What the steps of one reading share: where defects go, how rows are counted, how ids are made."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import attrs

from integrated_services.io._reading import Collector

NAMESPACE: Final = uuid.UUID("b0f3a1de-6a0f-5f0a-9a0e-3c5f1c7d2e41")
"""Namespace of the ids that are made where a file gives none."""

Row = dict[str, Any]
"""One row; keys that begin with an underscore are ours."""


@attrs.define
class Run:
    """One reading.

    Attributes
    ----------
    collector
        Takes the defects.
    as_of
        Day on which ``valid_to`` is judged, as ``2022-01-31``; missing: the latest day that the data name as the day
        of a change or a check.
    verbatim
        Whether texts are taken as they are (files that this library wrote).
    counts
        Rows by table and fate: ``in``, ``made`` (from lists and old columns), ``merged``, ``left_out``, ``out``.
    headings
        Columns that are there, by file, sheet and table.
    """

    collector: Collector
    as_of: str | None = None
    verbatim: bool = False
    counts: dict[str, Counter[str]] = attrs.Factory(dict)
    headings: dict[tuple[str, str, str], dict[str, int]] = attrs.Factory(dict)

    def seen(self, file: str, sheet: str, table: str, column: str) -> None:
        """Remember that a column is there, although it may hold nothing.

        Parameters
        ----------
        file, sheet, table, column
            Where.
        """
        self.headings.setdefault((file, sheet, table), {}).setdefault(column, 0)

    def move(self, old: str, new: str, number: int) -> None:
        """Count rows of an old table as rows of the one that they now belong to.

        Parameters
        ----------
        old, new
            Tables.
        number
            How many rows.
        """
        self.note(new, "in", number)
        self.note(old, "in", -number)

    def note(self, table: str, fate: str, number: int = 1) -> None:
        """Count rows.

        Parameters
        ----------
        table
            Table of HSDS 3.1.
        fate
            ``in``, ``made``, ``merged``, ``left_out`` or ``out``.
        number
            How many.
        """
        if number:
            self.counts.setdefault(table, Counter())[fate] += number

    def add(
        self,
        code: str,
        message: str,
        row: Mapping[str, Any] | None = None,
        column: str | None = None,
        value: object = None,
        mend: str | None = None,
    ) -> None:
        """Note a defect of a row.

        Parameters
        ----------
        code
            Kind.
        message
            What is wrong.
        row
            The row; its origin says where.
        column
            The column.
        value
            What was found.
        mend
            How to put it right.
        """
        if row is None:
            self.collector.add(code, message, column=column, value=value, mend=mend)
            return
        sheet, at = row.get("_sheet"), row.get("_row")
        path = f"{sheet}.{column}" if column and sheet else str(sheet or "")
        self.collector.add(
            code, message, mend=mend, path=path, sheet=sheet, row=at, column=column, value=value, count=1
        )


def shown(name: str) -> str:
    r"""Give a name from a file in a form that can be printed.

    Parameters
    ----------
    name
        Name of a column.

    Returns
    -------
    str
        At most 100 characters; signs that cannot be printed are written as escapes.

    Examples
    --------
    >>> from integrated_services.io.hsds._run import shown
    >>> shown("a\nb")
    'a\\nb'
    """
    return (name if name.isprintable() else ascii(name)[1:-1])[:100]


def made_id(table: str, row: Mapping[str, Any], at: object = None) -> str:
    """Make an id that stays the same as long as the row does.

    Parameters
    ----------
    table
        Table of the row.
    row
        Its columns; private ones and the id itself do not count.
    at
        What else tells it apart, such as its position.

    Returns
    -------
    str
        A UUID.

    Examples
    --------
    >>> from integrated_services.io.hsds._run import made_id
    >>> made_id("phone", {"number": "112", "_row": 2}) == made_id("phone", {"number": "112", "_row": 9})
    True
    """
    said = {key: value for key, value in row.items() if not key.startswith("_") and key != "id"}
    text = json.dumps([table, said, at], sort_keys=True, default=str)
    return str(uuid.uuid5(NAMESPACE, text))


def derived(row: Mapping[str, Any], **columns: Any) -> Row:
    """Begin a row that is made from another one: it has its origin.

    Parameters
    ----------
    row
        The row that it is made from.
    **columns
        Columns of the new row.

    Returns
    -------
    Row
        The new row.
    """
    new: Row = {"_derived": True}
    new |= {name: row[name] for name in ("_file", "_sheet", "_row") if name in row}
    new.update(columns)
    return new
