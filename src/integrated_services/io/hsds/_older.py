"""Names and tables of HSDS 2.x and of the UK profile, turned into those of 3.1."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from integrated_services.io.hsds._json import Raw
from integrated_services.io.hsds._names import OLD
from integrated_services.io.hsds._normal import COLUMNS, Version
from integrated_services.io.hsds._ohana import from_ohana, is_ohana
from integrated_services.io.hsds._run import Row, Run, derived, shown

Tabled = dict[str, list[Row]]
"""Rows by table of HSDS 3.1."""

_RENAMED: Final[dict[str, dict[str, str]]] = {
    # table: {old column: new column}
    "organization": {"parent_organisation_id": "parent_organization_id", "organisation_id": "organization_id"},
    "service": {"organisation_id": "organization_id", "eligibility": "eligibility_description", "website": "url"},
    "program": {"organisation_id": "organization_id"},
    "location": {"organisation_id": "organization_id", "website": "url", "lat": "latitude", "lon": "longitude"},
    "phone": {"phone": "number", "number_type": "type"},
    "contact": {"organisation_id": "organization_id"},
    "service_area": {"service_area": "name"},
    "accessibility": {"accessibility": "description"},
    "taxonomy_term": {"term": "name", "vocabulary": "taxonomy"},
    "language": {"language": "name"},
    "address": {"location": "location_id", "postcode": "postal_code", "zip": "postal_code"},
}
_SIGNS_OF_2: Final = {
    "organization": ("url",),
    "service": ("taxonomy_ids", "eligibility"),
    "phone": ("language", "department"),
    "language": ("language",),
    "address": ("address_3", "address_4"),
}


def version_of(raw: Raw, named: str = "") -> Version:
    """Tell which version of the format rows were written in.

    Parameters
    ----------
    raw
        Rows as they stand in the files.
    named
        What the file says of itself.

    Returns
    -------
    str
        The version.
    """
    columns = {table: set().union(*(row.keys() for row in rows)) if rows else set() for table, rows in raw.items()}
    if is_ohana(columns):
        return "ohana"
    uk = "term" in columns.get("taxonomy_term", ()) or "service_area" in columns.get("service_area", ())
    if re.search(r"\buk\b", named.casefold()):
        return "oruk-3.0"
    if any(raw.get(table) for table in OLD) or _signs(columns):
        return "2.x"
    # in 2.x the taxonomy held the terms themselves
    if {"parent_id", "parent_name", "vocabulary"} & columns.get("taxonomy", set()):
        return "2.x"
    if uk:
        return "oruk-3.0"
    new = any(raw.get(table) for table in ("unit", "service_capacity", "url"))
    if new or "label" in columns.get("attribute", ()) or "service_at_location_id" in columns.get("service_area", ()):
        return "3.1"
    said = re.search(r"3\.[01]", named)
    return "3.1" if said and said.group() == "3.1" else "3.0"


def _signs(columns: dict[str, set[str]]) -> bool:
    return any(set(old) & columns.get(table, set()) for table, old in _SIGNS_OF_2.items())


def renewed(raw: Raw, version: Version, run: Run) -> Tabled:
    """Turn rows of any version into rows of HSDS 3.1.

    Parameters
    ----------
    raw
        Rows as they stand in the files; used up.
    version
        Version that they were written in.
    run
        Takes the defects.

    Returns
    -------
    dict of str to list of dict
        Rows by table; every table of 3.1 is there. Columns that 3.1 does not know are taken out and counted.
    """
    _terms_of_2(raw, run)
    if version == "ohana":
        from_ohana(raw, run)
    tables: Tabled = {table: raw.pop(table, []) for table in COLUMNS}
    for table, names in _RENAMED.items():
        _rename(tables[table], names)
    for table, rows in raw.items():
        _CONVERTERS[table](rows, tables, run)
    _organizations(tables["organization"])
    _services(tables, run)
    _phones(tables, run)
    _addresses(tables["address"])
    _locations(tables["location"])
    _unmapped(tables, run)
    return tables


def _rename(rows: list[Row], names: dict[str, str]) -> None:
    for row in rows:
        for old, new in names.items():
            if old in row:
                value = row.pop(old)
                if row.setdefault(new, value) != value:
                    row[old] = value  # both are there and differ: the old one is counted as not mapped


def _terms_of_2(raw: Raw, run: Run) -> None:
    """In 2.x the table called taxonomy held the terms; parents that are only named become terms too."""
    rows = raw.get("taxonomy", [])
    terms = [row for row in rows if {"parent_id", "parent_name", "vocabulary", "taxonomy_id"} & row.keys()]
    if not terms or any("uri" in row or "version" in row for row in rows):
        return
    run.move("taxonomy", "taxonomy_term", len(rows))
    raw["taxonomy_term"] = raw.get("taxonomy_term", []) + raw.pop("taxonomy")
    for row in rows:
        if "id" not in row and "taxonomy_id" in row:
            row["id"] = row["code"] = row.pop("taxonomy_id")
    known = {row.get("id") for row in rows}
    for row in terms:
        name, parent = row.pop("parent_name", None), row.get("parent_id")
        if parent is not None and name is not None and parent not in known:
            known.add(parent)
            raw["taxonomy_term"].append(derived(row, id=parent, name=name))
            run.note("taxonomy_term", "made")


def _organizations(rows: list[Row]) -> None:
    for row in rows:
        if "url" in row:
            row.setdefault("website", row["url"])
            if row["website"] == row["url"]:
                del row["url"]


def _services(tables: Tabled, run: Run) -> None:
    for row in tables["service"]:
        terms = row.pop("taxonomy_ids", None)
        for term in _split(terms):
            tables["attribute"].append(
                derived(row, link_id=row.get("id"), link_entity="service", taxonomy_term_id=term, link_type="taxonomy")
            )
            run.note("attribute", "made")


def _split(cell: Any) -> list[str]:
    if cell is None:
        return []
    return [part.strip() for part in re.split(r"[,;|]", str(cell)) if part.strip()]


def _phones(tables: Tabled, run: Run) -> None:
    for row in tables["phone"]:
        for language in _split(row.pop("language", None)):
            column = "code" if re.fullmatch(r"[a-z]{2,3}(-\w+)?", language, re.IGNORECASE) else "name"
            made = derived(row, phone_id=row.get("id"))
            made[column] = language
            tables["language"].append(made)
            run.note("language", "made")
        department = row.pop("department", None)
        if department is not None:
            said = row.get("description")
            row["description"] = department if said is None else f"{said} ({department})"


def _addresses(rows: list[Row]) -> None:
    for row in rows:
        more = [row.pop(name, None) for name in ("address_3", "address_4")]
        lines = [str(line) for line in (row.get("address_2"), *more) if line is not None]
        if lines:
            row["address_2"] = ", ".join(lines)


def _locations(rows: list[Row]) -> None:
    for row in rows:
        virtual = row.pop("virtual", None)
        if virtual is not None:
            row.setdefault(
                "location_type", "virtual" if str(virtual).casefold() in ("true", "1", "yes") else "physical"
            )


def _join(rows: list[Row], tables: Tabled, table: str, old: str) -> None:
    """Put rows of an old table into a new one; both may have counted their rows from one."""
    taken = {row.get("id") for row in tables[table]}
    if any(row.get("id") in taken for row in rows if "id" in row):
        for row in rows:
            if "id" in row:
                row["_was"], row["_kind"] = row["id"], old
                row["id"] = f"{old}:{row['id']}"
    tables[table] += rows


def _typed_address(kind: str) -> Any:
    def convert(rows: list[Row], tables: Tabled, run: Run) -> None:
        for row in rows:
            row["address_type"] = kind
        run.move(f"{kind}_address", "address", len(rows))
        _join(rows, tables, "address", f"{kind}_address")

    return convert


def _regular(rows: list[Row], tables: Tabled, run: Run) -> None:
    for row in rows:
        day = row.pop("weekday", None)
        if day is not None:
            row.setdefault("byday", day)
        row.setdefault("freq", "WEEKLY")
    run.move("regular_schedule", "schedule", len(rows))
    _join(rows, tables, "schedule", "regular_schedule")


def _holiday(rows: list[Row], tables: Tabled, run: Run) -> None:
    for row in rows:
        closed = str(row.pop("closed", "")).casefold()
        if closed in ("true", "1", "yes", "t", "y"):
            row["_closed"] = True
        for old, new in (("start_date", "valid_from"), ("end_date", "valid_to")):
            if old in row:
                row.setdefault(new, row.pop(old))
        _yearly(row)
    run.move("holiday_schedule", "schedule", len(rows))
    _join(rows, tables, "schedule", "holiday_schedule")


def _yearly(row: Row) -> None:
    """A holiday of the year 1 comes back every year."""
    days = [row.get("valid_from"), row.get("valid_to")]
    if all(day is not None and re.search(r"\b0001\b", str(day)) for day in days):
        text = " to ".join(dict.fromkeys(re.sub(r",?\s*-?\b0001\b-?", "", str(day)) for day in days))
        del row["valid_from"], row["valid_to"]
        row["freq"] = "YEARLY"
        row.setdefault("description", f"every year: {text}")


def _accessibility(rows: list[Row], tables: Tabled, run: Run) -> None:
    _rename(rows, _RENAMED["accessibility"])
    run.move("accessibility_for_disabilities", "accessibility", len(rows))
    _join(rows, tables, "accessibility", "accessibility_for_disabilities")


def _eligibility(rows: list[Row], tables: Tabled, run: Run) -> None:
    """Eligibility was a table; now it is told by the service itself."""
    services = {row.get("id"): row for row in tables["service"]}
    run.move("eligibility", "service", len(rows))
    for row in rows:
        service = services.get(row.get("service_id"))
        if service is None:
            run.add(
                "orphan-row", "the service of this eligibility is not there", row, "service_id", row.get("service_id")
            )
            run.note("service", "left_out")
            continue
        text = row.pop("eligibility", None)
        if text is not None:
            said = service.get("eligibility_description")
            service["eligibility_description"] = text if said is None else f"{said}; {text}"
        for name in ("minimum_age", "maximum_age"):
            if name in row:
                service.setdefault(name, row.pop(name))
        left = [name for name in row if name[0] != "_" and name not in ("id", "service_id", "taxonomy_id")]
        for name in left:
            run.add("unmapped-column", f"{name!r} of an eligibility is not read", row, shown(name), row[name])
        run.note("service", "merged")


def _payment(rows: list[Row], tables: Tabled, run: Run) -> None:
    names = {"service_id": "link_id", "payment": "value"}
    said = {"link_entity": "service", "link_type": "payment_accepted"}
    _to_attributes("payment_accepted", rows, tables, run, names, said)


def _to_attributes(
    old: str, rows: list[Row], tables: Tabled, run: Run, names: dict[str, str], said: dict[str, str]
) -> None:
    run.move(old, "attribute", len(rows))
    new = []
    for row in rows:
        made = derived(row, **said)
        _take(row, made, {"id": "id", **names})
        _rest(row, run)
        new.append(made)
    _join(new, tables, "attribute", old)


_TERM: Final = {"taxonomy_id": "taxonomy_term_id", "taxonomy_term_id": "taxonomy_term_id", "link_id": "link_id"}


def _service_taxonomy(rows: list[Row], tables: Tabled, run: Run) -> None:
    names = _TERM | {"service_id": "link_id", "taxonomy_detail": "value"}
    said = {"link_entity": "service", "link_type": "taxonomy"}
    _to_attributes("service_taxonomy", rows, tables, run, names, said)


def _service_attribute(rows: list[Row], tables: Tabled, run: Run) -> None:
    run.move("service_attribute", "service_taxonomy", len(rows))
    _service_taxonomy(rows, tables, run)


def _other_attribute(rows: list[Row], tables: Tabled, run: Run) -> None:
    names = _TERM | {"link_type": "link_entity", "link_entity": "link_entity", "value": "value"}
    _to_attributes("other_attribute", rows, tables, run, names, {"link_type": "taxonomy"})


def _take(row: Row, made: Row, names: dict[str, str]) -> None:
    for old, new in names.items():
        if old in row:
            made.setdefault(new, row.pop(old))


def _rest(row: Row, run: Run) -> None:
    for name, value in row.items():
        if name[0] != "_":
            run.add("unmapped-column", f"nothing is known of {name!r}", row, shown(name), value)


_CONVERTERS: Final[dict[str, Any]] = {
    "physical_address": _typed_address("physical"),
    "postal_address": _typed_address("postal"),
    "regular_schedule": _regular,
    "holiday_schedule": _holiday,
    "accessibility_for_disabilities": _accessibility,
    "eligibility": _eligibility,
    "payment_accepted": _payment,
    "service_taxonomy": _service_taxonomy,
    "other_attribute": _other_attribute,
    "service_attribute": _service_attribute,
}


def _unmapped(tables: Tabled, run: Run) -> None:
    """Take out columns that 3.1 does not know, and count the rows that had a value there."""
    for table, rows in tables.items():
        if not rows:
            continue
        unknown = {name for name in set().union(*rows) if name[0] != "_"} - COLUMNS[table].keys()
        if not unknown:
            continue
        counts: Counter[tuple[str, str]] = Counter()
        first: dict[tuple[str, str], Row] = {}
        values: dict[tuple[str, str], Any] = {}
        for row in rows:
            for name in unknown & row.keys():
                where = (str(row.get("_sheet")), name)
                counts[where] += 1
                first.setdefault(where, row)
                values.setdefault(where, row.pop(name)) if where not in values else row.pop(name)
        for (sheet, name), number in sorted(counts.items()):
            run.collector.add(
                "unmapped-column",
                f"column {name!r} is not of {table}: {number} rows have a value there",
                path=f"{sheet}.{shown(name)}",
                sheet=sheet,
                row=first[(sheet, name)].get("_row"),
                column=shown(name),
                value=values[(sheet, name)],
                count=number,
            )
