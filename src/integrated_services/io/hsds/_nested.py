"""From flat rows to the nested JSON of HSDS: full services, full organisations, and the lists beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, Literal

from integrated_services.io.hsds._carrier import Row, field_of
from integrated_services.io.hsds._normal import COLUMNS, Tables

Written = Literal["3.1", "3.0", "oruk-3.0"]
"""Versions that are written."""

TIES: Final = ("source", "cooperation", "referral")
"""Records that are carried whole, and keep their order in the list of all attributes."""

_LISTS: Final = {
    "taxonomy": "taxonomies",
    "taxonomy_term": "taxonomy_terms",
    "organization": "organizations",
    "program": "programs",
    "location": "locations",
    "service": "services",
}
_MANY: Final = {
    "service": {
        "additional_urls": "url",
        "phones": "phone",
        "service_areas": "service_area",
        "service_at_locations": "service_at_location",
        "languages": "language",
        "contacts": "contact",
        "capacities": "service_capacity",
        "attributes": "attribute",
    },
    "organization": {
        "additional_websites": "url",
        "contacts": "contact",
        "phones": "phone",
        "organization_identifiers": "organization_identifier",
        "attributes": "attribute",
    },
    "location": {"addresses": "address", "attributes": "attribute"},
    "service_at_location": {"service_areas": "service_area", "attributes": "attribute"},
    "service_area": {"attributes": "attribute"},
    "program": {"attributes": "attribute"},
}
_ONE: Final = {
    "service": ("organization", "program"),
    "service_at_location": ("location",),
    "attribute": ("taxonomy_term",),
    "taxonomy_term": ("taxonomy",),
    "service_capacity": ("unit",),
}
_NO_TABLES: Final[Mapping[Written, frozenset[str]]] = {
    "3.1": frozenset(),
    "3.0": frozenset(("url", "unit", "service_capacity")),
    "oruk-3.0": frozenset(("url", "unit", "service_capacity", "program", "language", "phone", "contact")),
}
"""Tables that a version lacks, or (in the profile of the United Kingdom) has without what we would say in them."""

_NO_COLUMNS: Final[Mapping[Written, Mapping[str, frozenset[str]]]] = {
    "3.1": {},
    "3.0": {
        "attribute": frozenset(("label",)),
        "service_area": frozenset(("service_at_location_id",)),
    },
    "oruk-3.0": {
        "address": frozenset(("address_2",)),
        "attribute": frozenset(("label", "link_entity", "value")),
        "location": frozenset(("alternate_name", "transportation", "url", "organization_id")),
        "organization": frozenset(("alternate_name", "legal_status", "tax_id", "tax_status", "year_incorporated")),
        "service": frozenset(
            [
                "alternate_name",
                "application_process",
                "eligibility_description",
                "fees_description",
                "interpretation_services",
                "licenses",
                "program_id",
                "wait_time",
            ]
        ),
        "service_area": frozenset(("description", "service_at_location_id")),
        "service_at_location": frozenset(("description",)),
        "taxonomy_term": frozenset(("code", "language")),
    },
}
_NO_CHILDREN: Final[Mapping[Written, frozenset[tuple[str, str]]]] = {
    "3.1": frozenset(),
    "3.0": frozenset((("service_at_location", "service_areas"),)),
    "oruk-3.0": frozenset(
        (
            ("service_at_location", "service_areas"),
            ("service_at_location", "attributes"),
            ("service_area", "attributes"),
            ("taxonomy_term", "taxonomy_detail"),
        )
    ),
}


def trimmed(tables: Tables, version: Written) -> Tables:
    """Leave out what a version has no table or column for.

    Parameters
    ----------
    tables
        Tables in the shape of HSDS 3.1.
    version
        Version to write.

    Returns
    -------
    Tables
        The rest; ``attribute.link_entity`` stays, since it says where an attribute goes.
    """
    rows: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    for table, old in tables.rows.items():
        if table not in _NO_TABLES[version]:
            lacks = _NO_COLUMNS[version].get(table, frozenset()) - {"link_entity"}
            rows[table] = [{name: value for name, value in row.items() if name not in lacks} for row in old]
    return Tables(tables.version, rows)


class Nesting:
    """Builds nested objects from flat rows.

    Parameters
    ----------
    tables
        Rows of the version that is written.
    version
        That version.
    """

    def __init__(self, tables: Tables, version: Written) -> None:
        self._tables = tables
        self._version = version
        self._by_id = {table: {row["id"]: row for row in rows} for table, rows in tables.rows.items()}
        self._children: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        self._loose: list[Row] = []
        for table, rows in tables.rows.items():
            for row in rows:
                self._place(table, row)

    def _place(self, table: str, row: Row) -> None:
        if table == "attribute":
            owner = row["link_entity"]
            has_list = "attributes" in _MANY.get(owner, ()) and (owner, "attributes") not in _NO_CHILDREN[self._version]
            if not has_list or field_of(row["link_type"]) in TIES:
                self._loose.append(row)
            else:
                self._children[owner, row["link_id"], table].append(row)
            return
        for owner, many in _MANY.items():
            if table in many.values() and f"{owner}_id" in row:
                self._children[owner, row[f"{owner}_id"], table].append(row)

    def lists(self) -> dict[str, list[Row]]:
        """Give the lists of a file.

        Returns
        -------
        dict[str, list[Row]]
            By name; each object is complete in itself.
        """
        found = {
            name: [self.nested(table, row) for row in self._tables.rows[table]]
            for table, name in _LISTS.items()
            if self._tables.rows[table] or table == "service"
        }
        if self._loose:
            found["attributes"] = [self.nested("attribute", row, nested=False) for row in self._loose]
        return found

    def nested(self, table: str, row: Row, owner: str | None = None, *, nested: bool = True) -> Row:
        """Give the object of a row, with what belongs to it inside.

        Parameters
        ----------
        table
            Table of the row.
        row
            The row.
        owner
            Table of the object that this one lies in.
        nested
            False where an attribute must name what it belongs to.

        Returns
        -------
        Row
            JSON types only.
        """
        inside = {f"{one}_id": one for one in _ONE.get(table, ())} if table != "taxonomy_term" else {}
        hidden = {*inside, f"{owner}_id"} | ({"link_id", "link_entity"} if table == "attribute" and nested else set())
        if self._version == "oruk-3.0":
            hidden.add("link_entity")
        found: Row = {name: value for name, value in row.items() if name not in hidden}
        for column, one in inside.items():
            if column in row:
                found[one] = self.nested(one, self._by_id[one][row[column]])
        if table == "taxonomy_term" and "taxonomy_id" in row and self._version != "oruk-3.0":
            taxonomy = self._by_id["taxonomy"].get(row["taxonomy_id"])
            if taxonomy is not None:
                found["taxonomy_detail"] = taxonomy
        for name, child in _MANY.get(table, {}).items():
            rows = self._children.get((table, row["id"], child))
            if rows:
                found[name] = [self.nested(child, one, table) for one in rows]
        return found


def page(items: list[Row]) -> dict[str, Any]:
    """Give a list as the interface of HSDS does: one page with all of it.

    Parameters
    ----------
    items
        Objects.

    Returns
    -------
    dict[str, Any]
        The page.
    """
    return {
        "total_items": len(items),
        "total_pages": 1,
        "page_number": 1,
        "size": len(items),
        "first_page": True,
        "last_page": True,
        "empty": not items,
        "contents": items,
    }
