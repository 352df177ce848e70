"""What the steps from tables to a framework share: rows by what they belong to, ids, and what was left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import attrs

from integrated_services.io._reading import Collector
from integrated_services.io.hsds._carrier import NO_DESCRIPTION, Row, decoded, field_of
from integrated_services.io.hsds._ids import ModelIds
from integrated_services.io.hsds._normal import Tables

_OF_PERSONS = frozenset(("attention", "assurer_email", "name", "title", "email", "number"))

Carried = tuple[str, str, str, Any]
"""One attribute of our own: table and id of the row that it belongs to, field, value."""


@attrs.define
class Work:
    """One way from tables to the plain form of a framework.

    Attributes
    ----------
    tables
        Where the rows are.
    collector
        Takes the defects.
    carried
        Attributes of our own, in their order.
    ids
        Ids of the records.
    places
        Plain records by the table and id of the row that they were made from.
    document
        The plain document so far.
    """

    tables: Tables
    collector: Collector
    carried: list[Carried]
    ids: ModelIds
    places: dict[tuple[str, str], list[Row]] = attrs.Factory(lambda: defaultdict(list))
    document: dict[str, list[Row]] = attrs.Factory(lambda: defaultdict(list))
    _left: Counter[tuple[str, str, str]] = attrs.Factory(Counter)
    _first: dict[tuple[str, str, str], tuple[str | None, int | None, object]] = attrs.Factory(dict)
    _index: dict[tuple[str, str], dict[str, list[Row]]] = attrs.Factory(dict)

    def rows(self, table: str) -> list[Row]:
        """Give the rows of a table.

        Parameters
        ----------
        table
            Its name.

        Returns
        -------
        list[Row]
            Perhaps none.
        """
        return self.tables.rows.get(table, [])

    def of(self, table: str, column: str, key: str) -> list[Row]:
        """Give the rows of a table that belong to a record.

        Parameters
        ----------
        table
            Its name.
        column
            Foreign key.
        key
            Id of the record.

        Returns
        -------
        list[Row]
            In the order of the table.
        """
        index = self._index.get((table, column))
        if index is None:
            index = self._index[table, column] = defaultdict(list)
            for row in self.rows(table):
                if column in row:
                    index[row[column]].append(row)
        return index.get(key, [])

    def by_id(self, table: str) -> dict[str, Row]:
        """Give the rows of a table by id.

        Parameters
        ----------
        table
            Its name.

        Returns
        -------
        dict[str, Row]
            In the order of the table.
        """
        return {key: rows[0] for key, rows in self._all(table).items()}

    def _all(self, table: str) -> dict[str, list[Row]]:
        index = self._index.get((table, "id"))
        if index is None:
            index = self._index[table, "id"] = {row["id"]: [row] for row in self.rows(table)}
        return index

    def add(self, collection: str, table: str, row: Row, record: Row) -> Row:
        """Put a record that was made from a row into its collection.

        Parameters
        ----------
        collection
            Its collection.
        table, row
            Where it comes from.
        record
            Its plain form.

        Returns
        -------
        Row
            The record, with its origin where the row has one.
        """
        if "_file" in row:
            origin = {"file": row["_file"], "sheet": row.get("_sheet"), "row": row.get("_row")}
            record["origins"] = [{name: value for name, value in origin.items() if value is not None}]
        self.document[collection].append(record)
        self.places[table, row["id"]].append(record)
        return record

    def leave(self, row: Row, table: str, column: str, why: str = "the model has no field for it") -> None:
        """Count a value that the model cannot hold.

        Parameters
        ----------
        row
            Where it stands.
        table, column
            What it is.
        why
            Reason, as the rest of a sentence.
        """
        key = (table, column, why)
        self._left[key] += 1
        if self._left[key] == 1:
            value = None if column in _OF_PERSONS else row.get(column)
            self._first[key] = (row.get("_sheet"), row.get("_row"), value)

    def leave_others(self, row: Row, table: str, used: Iterable[str]) -> None:
        """Count the values of a row in columns that nothing was made of.

        Parameters
        ----------
        row
            The row.
        table
            Its table.
        used
            Columns that something was made of.
        """
        for column in row:
            if column not in used and column != "id" and column[0] != "_":
                self.leave(row, table, column)

    def tell_left(self) -> None:
        """Hand over what was left out, counted by column; ``details["not_in_model"]`` has all the counts."""
        counts: Counter[str] = Counter()
        for (table, column, why), count in sorted(self._left.items()):
            sheet, number, value = self._first[table, column, why]
            counts[table if column == "id" else f"{table}.{column}"] += count
            self.collector.add(
                "not-in-model",
                f"{table}.{column}: {why}",
                path=f"{table}.{column}",
                sheet=sheet,
                row=number,
                column=column,
                value=value,
                count=count,
            )
        if counts:
            self.collector.details["not_in_model"] = dict(counts)


def described(row: Row) -> Row:
    """Give name and description of a row, without what only fills a mandatory field.

    Parameters
    ----------
    row
        A row.

    Returns
    -------
    Row
        Perhaps neither.
    """
    found: Row = {}
    if "name" in row:
        found["name"] = row["name"]
    if row.get("description", NO_DESCRIPTION) != NO_DESCRIPTION:
        found["description"] = row["description"]
    return found


def carried_in(tables: Tables) -> list[Carried]:
    """Give the attributes of our own, in their order.

    Parameters
    ----------
    tables
        Tables in the shape of HSDS 3.1.

    Returns
    -------
    list[Carried]
        None in files of other software.
    """
    terms = {row["id"]: row for row in tables.rows.get("taxonomy_term", ())}
    found: list[Carried] = []
    for row in tables.rows.get("attribute", ()):
        field = field_of(row.get("link_type"))
        if field is not None and "link_id" in row:
            term = terms.get(row.get("taxonomy_term_id", ""), {})
            text = row.get("value", term.get("name", "null"))
            found.append((row.get("link_entity", ""), row["link_id"], field, decoded(text)))
    return found
