"""Makes the export of a helpline of any size in HSDS 3.1, with defects of every kind in known numbers."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

Row = dict[str, Any]

COLUMNS: dict[str, list[str]] = {
    "organizations": ["id", "name", "description", "email", "website", "parent_organization_id"],
    "services": [
        "id",
        "organization_id",
        "name",
        "description",
        "url",
        "email",
        "status",
        "minimum_age",
        "maximum_age",
        "last_modified",
    ],
    "locations": ["id", "location_type", "organization_id", "name", "latitude", "longitude"],
    "service_at_location": ["id", "service_id", "location_id"],
    "addresses": ["id", "location_id", "address_1", "city", "state_province", "postal_code", "country", "address_type"],
    "contacts": ["id", "organization_id", "title", "email"],
    "phones": ["id", "service_id", "number", "type"],
    "schedules": ["id", "service_id", "freq", "byday", "opens_at", "closes_at", "valid_from", "valid_to"],
    "languages": ["id", "service_id", "name", "code"],
    "service_areas": ["id", "service_id", "name"],
    "cost_options": ["id", "service_id", "valid_from", "valid_to", "option", "amount", "currency"],
    "taxonomy_terms": ["id", "code", "name", "description"],
    "attributes": ["id", "link_id", "link_entity", "link_type", "taxonomy_term_id"],
}


def uid(table: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{table} {number}"))


@attrs.define
class Export:
    """An export: rows by file, the defects that it must show, and rows that are longer than their headings."""

    tables: dict[str, list[Row]]
    planted: dict[str, int] = attrs.Factory(dict)
    columns: dict[str, list[str]] = attrs.Factory(lambda: {name: list(names) for name, names in COLUMNS.items()})
    lengths: dict[int, int] = attrs.Factory(dict)  # id(row) -> more (or, below zero, fewer) cells

    def write(self, folder: Path) -> Path:
        """Write a folder of CSV files."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.tables.items():
            columns = self.columns[name]
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(columns)
                for row in rows:
                    cells = [row.get(column, "") for column in columns]
                    change = self.lengths.get(id(row), 0)
                    writer.writerow(cells + ["too much"] * change if change >= 0 else cells[:change])
        return folder

    @property
    def rows(self) -> int:
        return sum(map(len, self.tables.values()))


def sound(services: int) -> Export:
    """Make an export without any defect: about eleven rows for each service."""
    places, providers, terms = max(services // 2, 1), max(services // 5, 1), 40
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for n in range(providers):
        tables["organizations"].append(
            {"id": uid("o", n), "name": f"Provider {n}", "description": "Helps.", "email": f"info{n}@example.org",
             "website": f"https://example.org/{n}", "parent_organization_id": uid("o", n - 1) if n % 10 == 1 else ""}
        )  # fmt: skip
        if n % 2 == 0:
            tables["contacts"].append(
                {"id": uid("c", n), "organization_id": uid("o", n), "title": "Reception", "email": "info@example.org"}
            )
    for n in range(places):
        tables["locations"].append(
            {"id": uid("l", n), "location_type": "physical", "organization_id": uid("o", n % providers),
             "name": f"House {n}", "latitude": 59 + (n % 97) / 200, "longitude": 26 + (n % 89) / 100}
        )  # fmt: skip
        tables["addresses"].append(
            {"id": uid("a", n), "location_id": uid("l", n), "address_1": f"Kesk {n}", "city": "Rakvere",
             "state_province": "LV", "postal_code": "44306", "country": "EE", "address_type": "physical"}
        )  # fmt: skip
    for n in range(terms):
        tables["taxonomy_terms"].append(
            {"id": uid("t", n), "code": f"T-{n:03}", "name": f"Topic {n}", "description": "A topic."}
        )
    for n in range(services):
        _service(tables, n, providers, places, terms)
    return Export(tables)


def _service(tables: dict[str, list[Row]], n: int, providers: int, places: int, terms: int) -> None:
    key, place = uid("s", n), uid("l", n % places)
    tables["services"].append(
        {"id": key, "organization_id": uid("o", n % providers), "name": f"Service {n}", "status": "active",
         "description": f"Counselling, support and practical help number {n} for families of the county.",
         "url": f"https://example.org/s/{n}", "email": "help@example.org", "minimum_age": 6, "maximum_age": 18,
         "last_modified": "2022-03-01T10:00:00Z"}
    )  # fmt: skip
    tables["service_at_location"].append({"id": uid("sl", n), "service_id": key, "location_id": place})
    for m in range(2):
        tables["phones"].append(
            {"id": uid("p", 2 * n + m), "service_id": key, "number": f"+372 32{n:05}{m}", "type": "voice"}
        )
        tables["schedules"].append(
            {"id": uid("h", 2 * n + m), "service_id": key, "freq": "WEEKLY", "byday": "MO,TU" if m else "FR",
             "opens_at": "09:00", "closes_at": "17:00", "valid_from": "2020-01-01", "valid_to": "2030-12-31"}
        )  # fmt: skip
    tables["languages"].append({"id": uid("g", n), "service_id": key, "name": "Estonian", "code": "et"})
    tables["service_areas"].append({"id": uid("r", n), "service_id": key, "name": "Lääne-Viru"})
    tables["attributes"].append(
        {"id": uid("x", n), "link_id": key, "link_entity": "service", "link_type": "topic",
         "taxonomy_term_id": uid("t", n % terms)}
    )  # fmt: skip
    if n % 2 == 0:
        tables["cost_options"].append(
            {"id": uid("k", n), "service_id": key, "valid_from": "2020-01-01", "valid_to": "2030-12-31",
             "option": "visit", "amount": 5, "currency": "EUR"}
        )  # fmt: skip


# ----------------------------------------------------------------------------------------------------- planting

Change = tuple[str, str, dict[str, Any]]
CHANGES: tuple[Change, ...] = (
    # kind of defect, file, what a sound row is changed to
    ("dangling-reference", "organizations", {"parent_organization_id": "nobody"}),
    ("closing-before-opening", "schedules", {"opens_at": "17:00", "closes_at": "09:00"}),
    ("unreadable-time", "schedules", {"opens_at": "25:61"}),
    ("unreadable-date", "schedules", {"valid_from": "2021-02-30"}),
    ("unreadable-weekday", "schedules", {"byday": "someday"}),
    ("unreadable-cell", "services", {"minimum_age": "twelve"}),
    ("unknown-word", "services", {"status": "perhaps"}),
    ("ages-reversed", "services", {"minimum_age": 60, "maximum_age": 18}),
    ("number-out-of-range", "services", {"maximum_age": 999}),
    ("missing-name", "services", {"name": ""}),
    ("bad-url", "services", {"url": "not an address"}),
    ("text-marker", "organizations", {"description": "see below", "email": "N/A"}),
    ("bad-email", "services", {"email": "help(at)example"}),
    ("garbled-text", "services", {"description": "Perede nÃµustamine ja tugi"}),
    ("markup-in-text", "services", {"description": "<p>Help &amp; support</p>"}),
    ("period-reversed", "cost_options", {"valid_from": "2031-01-01", "valid_to": "2030-01-01"}),
    ("expired", "cost_options", {"valid_from": "2000-01-01", "valid_to": "2001-01-01"}),
    ("point-zero", "locations", {"latitude": 0, "longitude": 0}),
    ("point-outside-world", "locations", {"latitude": 95, "longitude": 200}),
    ("point-far-away", "locations", {"latitude": -33.4, "longitude": -70.6}),
    ("half-point", "locations", {"longitude": ""}),
    ("missing-value", "phones", {"number": ""}),
    ("missing-column-value", "locations", {"location_type": ""}),
    ("missing-id", "addresses", {"id": ""}),
)


def broken(services: int, each: int) -> Export:
    """Make an export with so many defects of every kind.

    Parameters
    ----------
    services
        Services; the more defects, the more are needed.
    each
        Defects of each kind.
    """
    export = sound(services)
    fresh = {name: iter(list(rows)) for name, rows in export.tables.items()}
    for code, name, change in CHANGES:
        for row in _some(fresh[name], each):
            row.update(change)
        export.planted[code] = each
    for plant in (_swapped, _orphans, _copies, _ids, _shapes, _cycles, _columns, _references):
        plant(export, fresh, each)
    return export


def _some(rows: Iterator[Row], number: int) -> list[Row]:
    found = [row for row, _ in zip(rows, range(number), strict=False)]
    assert len(found) == number, "too few sound rows for so many defects"
    return found


Fresh = dict[str, Iterator[Row]]


def _swapped(export: Export, fresh: Fresh, each: int) -> None:
    for row in _some(fresh["locations"], each):
        row["latitude"], row["longitude"] = row["longitude"], row["latitude"]
    export.planted["point-swapped"] = each


def _orphans(export: Export, fresh: Fresh, each: int) -> None:
    for n in range(each):
        export.tables["phones"].append({"id": uid("orphan", n), "service_id": uid("gone", n), "number": "112"})
    export.planted["orphan-row"] = each


def _copies(export: Export, fresh: Fresh, each: int) -> None:
    export.tables["languages"] += [dict(row) for row in _some(fresh["languages"], each)]
    export.planted["repeated-row"] = each
    terms = export.tables["taxonomy_terms"]
    export.tables["taxonomy_terms"] = terms + [dict(terms[n % len(terms)]) for n in range(each)]
    export.planted["repeated-taxonomy-id"] = each
    export.tables["attributes"] += [
        row | {"id": uid("again", n)} for n, row in enumerate(_some(fresh["attributes"], each))
    ]
    export.planted["repeated-attribute"] = each


def _ids(export: Export, fresh: Fresh, each: int) -> None:
    for row in _some(fresh["phones"], each):
        export.tables["phones"].append(row | {"number": "1220"})
    export.planted["duplicate-id"] = each
    contacts, places = _some(fresh["contacts"], each), _some(fresh["locations"], each)
    for n, (contact, place) in enumerate(zip(contacts, places, strict=True)):
        contact["id"] = place["id"]
        export.tables["attributes"].append(
            {"id": uid("unclear", n), "link_id": place["id"], "link_type": "topic", "taxonomy_term_id": uid("t", 0)}
        )
    export.planted["shared-id"] = export.planted["ambiguous-reference"] = each


def _shapes(export: Export, fresh: Fresh, each: int) -> None:
    export.tables["service_areas"] += [{} for _ in range(each)]
    export.planted["blank-row"] = each
    for row in _some(fresh["phones"], each):
        export.lengths[id(row)] = 2
    export.planted["row-too-long"] = each
    for row in _some(fresh["phones"], each):
        row["type"] = ""
        export.lengths[id(row)] = -1
    export.planted["row-too-short"] = each


def _cycles(export: Export, fresh: Fresh, each: int) -> None:
    for n in range(each):
        one, other = uid("cycle", 2 * n), uid("cycle", 2 * n + 1)
        for key, parent in ((one, other), (other, one)):
            export.tables["organizations"].append(
                {"id": key, "name": "Circle", "description": "Own parent.", "parent_organization_id": parent}
            )
    export.planted["cyclic-parents"] = each


def _columns(export: Export, fresh: Fresh, each: int) -> None:
    export.columns["service_areas"] += ["description", "extent", "uri"]
    export.columns["services"].append("legacy_code")
    for row in _some(fresh["services"], each):
        row["legacy_code"] = "L-1"
    export.planted["unmapped-column"] = each
    export.planted["empty-column"] = 3


def _references(export: Export, fresh: Fresh, each: int) -> None:
    for row in _some(fresh["service_areas"], each):
        row["service_id"] = row["service_id"].upper()
    export.planted["mended-reference"] = each


# -------------------------------------------------------------------------------------------------------- JSON

_PARTS: tuple[tuple[str, str], ...] = (
    ("phones", "phones"),
    ("schedules", "schedules"),
    ("languages", "languages"),
    ("service_areas", "service_areas"),
    ("cost_options", "cost_options"),
)


def nested(export: Export) -> list[Row]:
    """Give the services of a sound export as an interface gives them: with everything inside."""
    by: Callable[[str], dict[str, Row]] = lambda name: {row["id"]: row for row in export.tables[name]}  # noqa: E731
    organizations, locations, terms = by("organizations"), by("locations"), by("taxonomy_terms")
    addresses: dict[str, list[Row]] = {}
    for row in export.tables["addresses"]:
        addresses.setdefault(row["location_id"], []).append(_without(row, "location_id"))
    services = {row["id"]: _without(row, "organization_id", "program_id") for row in export.tables["services"]}
    for row in export.tables["services"]:
        services[row["id"]]["organization"] = organizations[row["organization_id"]]
    for name, part in _PARTS:
        for row in export.tables[name]:
            services[row["service_id"]].setdefault(part, []).append(_without(row, "service_id"))
    for row in export.tables["attributes"]:
        term = terms[row["taxonomy_term_id"]]
        services[row["link_id"]].setdefault("attributes", []).append(
            _without(row, "link_id", "taxonomy_term_id") | {"taxonomy_term": term}
        )
    for row in export.tables["service_at_location"]:
        place = locations[row["location_id"]]
        services[row["service_id"]].setdefault("service_at_locations", []).append(
            {"id": row["id"], "location": place | {"addresses": addresses[place["id"]]}}
        )
    return list(services.values())


def _without(row: Row, *columns: str) -> Row:
    return {name: value for name, value in row.items() if name not in columns and value != ""}


def write_json(export: Export, path: Path) -> Path:
    """Write a sound export as one list of nested services."""
    path.write_text(json.dumps(nested(export)), encoding="utf-8")
    return path
