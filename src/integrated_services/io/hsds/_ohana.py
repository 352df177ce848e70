"""The variant of HSDS that the Ohana API reads: lists with commas inside one cell, and columns of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from integrated_services.io.hsds._json import Raw
from integrated_services.io.hsds._run import Row, Run, derived

_SIGNS: Final = {
    "organization": {"funding_sources", "date_incorporated"},
    "service": {"accepted_payments", "funding_sources", "service_areas", "keywords", "audience"},
    "location": {"admin_emails", "short_desc", "languages"},
    "phone": {"vanity_number", "country_prefix", "number_type"},
}

# lists in one cell of a service: column -> (table, column there)
_LISTS_OF_SERVICE: Final = {
    "funding_sources": ("funding", "source"),
    "languages": ("language", "name"),
    "required_documents": ("required_document", "document"),
    "service_areas": ("service_area", "name"),
}
_ATTRIBUTES_OF_SERVICE: Final = {"accepted_payments": "payment_accepted", "keywords": "keyword"}


def is_ohana(columns: Mapping[str, set[str]]) -> bool:
    """Tell whether columns are those of the Ohana variant.

    Parameters
    ----------
    columns
        Columns by table.

    Returns
    -------
    bool
        Whether at least two of its own columns are there.
    """
    return sum(len(signs & columns.get(table, set())) for table, signs in _SIGNS.items()) >= 2


def from_ohana(raw: Raw, run: Run) -> None:
    """Turn columns of the Ohana variant into tables and columns of HSDS, in place.

    Parameters
    ----------
    raw
        Rows as they stand in the files.
    run
        Takes the defects.
    """
    if "address" in raw:
        raw["physical_address"] = raw.get("physical_address", []) + raw.pop("address")
        run.move("address", "physical_address", len(raw["physical_address"]))
    for row in raw.get("organization", ()):
        _organization(row, raw, run)
    owners = {row.get("id"): row.get("organization_id") for row in raw.get("location", ())}
    for row in raw.get("location", ()):
        _location(row, raw, run)
    for row in raw.get("service", ()):
        _service(row, owners, raw, run)
    for row in raw.get("phone", ()):
        _phone(row)


def _make(raw: Raw, run: Run, table: str, row: Row, **columns: Any) -> None:
    raw.setdefault(table, []).append(derived(row, **columns))
    run.note(table, "made")


def _organization(row: Row, raw: Raw, run: Run) -> None:
    key = row.get("id")
    day = row.pop("date_incorporated", None)
    if day is not None:
        year = re.search(r"\b(1[5-9]|20)\d\d\b", str(day))
        if year:
            row.setdefault("year_incorporated", year.group())
        else:
            run.add("unreadable-date", "this is no day of the calendar; it is left out", row, "date_incorporated", day)
    for source in commas(row.pop("funding_sources", None)):
        _make(raw, run, "funding", row, organization_id=key, source=source)
    for name in ("accreditations", "licenses"):
        for value in commas(row.pop(name, None)):
            kind = name[:-1]
            _make(raw, run, "attribute", row, link_id=key, link_entity="organization", link_type=kind, value=value)


def _location(row: Row, raw: Raw, run: Run) -> None:
    key = row.get("id")
    for word in commas(row.pop("accessibility", None)):
        _make(raw, run, "accessibility", row, location_id=key, description=word)
    for name in commas(row.pop("languages", None)):
        _make(raw, run, "language", row, location_id=key, name=name)
    email = row.pop("email", None)
    if email is not None:
        _make(raw, run, "contact", row, location_id=key, email=email)
    short = row.pop("short_desc", None)
    if short is not None and row.setdefault("description", short) != short:
        kind = "short_description"
        _make(raw, run, "attribute", row, link_id=key, link_entity="location", link_type=kind, value=short)


def _service(row: Row, owners: Mapping[Any, Any], raw: Raw, run: Run) -> None:
    key, location = row.get("id"), row.pop("location_id", None)
    if location is not None:
        _make(raw, run, "service_at_location", row, service_id=key, location_id=location)
        if owners.get(location) is not None:
            row.setdefault("organization_id", owners[location])
    for column, (table, name) in _LISTS_OF_SERVICE.items():
        for value in commas(row.pop(column, None)):
            _make(raw, run, table, row, service_id=key, **{name: value})
    for column, kind in _ATTRIBUTES_OF_SERVICE.items():
        for value in commas(row.pop(column, None)):
            _make(raw, run, "attribute", row, link_id=key, link_entity="service", link_type=kind, value=value)
    audience = row.pop("audience", None)  # a sentence, not a list: commas do not part it
    if audience is not None:
        _make(raw, run, "attribute", row, link_id=key, link_entity="service", link_type="audience", value=audience)


def _phone(row: Row) -> None:
    prefix = row.pop("country_prefix", None)
    if prefix is not None and "number" in row and not str(row["number"]).startswith("+"):
        row["number"] = f"{prefix} {row['number']}"


def commas(cell: Any) -> list[str]:
    """Part a list in one cell at its commas, but not inside brackets.

    Parameters
    ----------
    cell
        A cell, or nothing.

    Returns
    -------
    list of str
        The items that say something, each once.

    Examples
    --------
    >>> from integrated_services.io.hsds._ohana import commas
    >>> commas("City, County (north, south), City,, ")
    ['City', 'County (north, south)']
    """
    if cell is None:
        return []
    parts = re.split(r",(?![^()]*\))", str(cell))
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
