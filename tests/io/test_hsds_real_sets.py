"""Public sets of HSDS data: what goes in, what comes out, and each defect with its count."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hsds_reading import assert_sound, counts, read

from integrated_services.errors import DocumentError
from integrated_services.io import Collector
from integrated_services.io.hsds._files import read_tables_of

FULL = {"dangling-reference": 2, "expired": 3, "point-outside-world": 1}
FULL_31 = FULL | {"more-than-maximum": 1, "shared-id": 1}
FULL_UK = {"dangling-reference": 2, "expired": 2, "missing-value": 1, "point-outside-world": 1}
ONE_PAGE_OF_TEN = {"dangling-reference": 1, "missing-pages": 9}
FILES: list[tuple[str, str, int, int, dict[str, int]]] = [
    # what is read, its version, rows in, rows out, defects
    (
        "hsds_sample_2", "2.x", 70, 76,
        {"empty-column": 16, "markup-in-text": 2, "missing-file": 1, "shared-id": 1},
    ),
    (
        "ohana_smc_sample", "ohana", 745, 842,
        {"closing-before-opening": 1, "empty-column": 4, "orphan-row": 6, "repeated-taxonomy-id": 290,
         "unmapped-column": 4},
    ),
    (
        "hsds_official_31/examples/csv", "3.1", 24, 20,
        {"dangling-reference": 8, "expired": 3, "orphan-row": 4, "point-outside-world": 1, "shared-id": 1},
    ),
    (
        "hsds_official_30/examples/csv", "3.0", 21, 19,
        {"dangling-reference": 6, "expired": 3, "orphan-row": 2, "point-outside-world": 1},
    ),
    (
        "oruk_official/examples/csv", "oruk-3.0", 59, 18,
        {"blank-row": 36, "dangling-reference": 3, "expired": 3, "missing-value": 1, "orphan-row": 1,
         "point-outside-world": 1, "repeated-row": 2, "repeated-taxonomy-id": 1, "unlisted-file": 6},
    ),
    ("hsds_official_31/examples/service_full.json", "3.1", 58, 23, FULL_31),
    ("hsds_official_31/examples/organization_full.json", "3.1", 58, 23, FULL_31),
    ("hsds_official_31/examples/service_at_location_full.json", "3.1", 58, 23, FULL_31),
    ("hsds_official_31/examples/service_list.json", "3.0", 3, 3, ONE_PAGE_OF_TEN),
    ("hsds_official_31/examples/organization_list.json", "3.0", 1, 1, ONE_PAGE_OF_TEN),
    (
        "hsds_official_31/examples/service_at_location_list.json", "3.0", 5, 5,
        ONE_PAGE_OF_TEN | {"point-outside-world": 1},
    ),
    ("hsds_official_31/examples/taxonomy_list.json", "3.0", 1, 1, {"missing-pages": 9}),
    ("hsds_official_31/examples/taxonomy_term_list.json", "3.0", 2, 2, ONE_PAGE_OF_TEN),
    ("hsds_official_31/examples/location.json", "3.0", 10, 7, {"point-outside-world": 1}),
    (
        "hsds_official_31/examples/tabular.json", "3.0", 21, 19,
        {"dangling-reference": 6, "expired": 3, "orphan-row": 2, "point-outside-world": 1},
    ),
    (
        "hsds_official_31/examples", "3.1", 220, 26,
        {"dangling-reference": 5, "duplicate-id": 16, "expired": 3, "missing-pages": 45, "more-than-maximum": 1,
         "point-outside-world": 2, "shared-id": 1},
    ),
    ("hsds_official_30/examples/service_full.json", "3.0", 53, 20, FULL),
    ("hsds_official_30/examples/organization_full.json", "3.0", 53, 20, FULL),
    ("hsds_official_30/examples/service_at_location_full.json", "3.0", 53, 20, FULL),
    ("oruk_official/examples/service_full.json", "oruk-3.0", 15, 14, FULL_UK),
    ("oruk_official/examples/organization_full.json", "oruk-3.0", 15, 14, FULL_UK),
    ("oruk_official/examples/service_at_location_full.json", "oruk-3.0", 15, 14, FULL_UK),
    ("oruk_official/examples/taxonomy.json", "oruk-3.0", 2, 2, {"dangling-reference": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "version", "rows_in", "rows_out", "defects"), FILES, ids=[file[0] for file in FILES])
def test_figures_of_each_public_set(
    data_folder: Path, name: str, version: str, rows_in: int, rows_out: int, defects: dict[str, int]
) -> None:
    tables, collector = read(data_folder / name)
    assert_sound(tables)
    assert tables.version == version
    assert sum(collector._rows.values()) == rows_in
    assert sum(map(len, tables.rows.values())) == rows_out
    assert counts(collector) == defects


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "own_rules"), [("hsds_official_30", 4), ("hsds_official_31", 7)])
def test_foreign_keys_that_the_data_package_declares_are_the_ones_found_broken(
    data_folder: Path, name: str, own_rules: int
) -> None:
    folder = data_folder / name / "examples" / "csv"
    resources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    rows = {resource["name"]: table(folder / resource["path"]) for resource in resources}
    broken = set()
    for resource in resources:
        name = resource["name"]
        for key in resource["schema"].get("foreignKeys", ()):
            column, target = key["fields"], key["reference"]["resource"] or name
            known = {row["id"] for row in rows[target]}
            if any(row.get(column) and row[column] not in known for row in rows[name]):
                broken.add((resource["path"][:-4], column))
    assert len(broken) == own_rules
    collector = Collector("x", examples=100)
    read_tables_of(folder, collector=collector)
    found = {
        (example.sheet, example.column)
        for defect in collector.defects()
        for example in defect.examples
        if defect.code in ("dangling-reference", "orphan-row")
    }
    assert broken <= found


def ohana(data_folder: Path, name: str) -> list[dict[str, str]]:
    return table(data_folder / "ohana_smc_sample" / f"{name}.csv")


def cells(rows: list[dict[str, str]], column: str) -> int:
    """Items of the lists in a column, each once a cell."""
    return sum(len({part.strip() for part in row[column].split(",") if part.strip()}) for row in rows)


def test_every_item_of_a_list_in_one_cell_becomes_a_row(data_folder: Path) -> None:
    tables, _ = read(data_folder / "ohana_smc_sample")
    services, locations = ohana(data_folder, "services"), ohana(data_folder, "locations")
    organizations = ohana(data_folder, "organizations")
    made = {table: len(rows) for table, rows in tables.rows.items()}
    assert made["accessibility"] == cells(locations, "accessibility")
    assert made["language"] == cells(locations, "languages") + cells(services, "languages")
    assert made["funding"] == cells(services, "funding_sources") + cells(organizations, "funding_sources")
    assert made["service_area"] == cells(services, "service_areas")
    assert made["service_at_location"] == len(services)
    kinds: dict[str, int] = {}
    for row in tables.rows["attribute"]:
        kinds[row["link_type"]] = kinds.get(row["link_type"], 0) + 1
    assert kinds["keyword"] == cells(services, "keywords")
    assert kinds["payment_accepted"] == cells(services, "accepted_payments")
    assert kinds["audience"] == sum(bool(row["audience"]) for row in services)
    assert kinds["taxonomy"] == cells(services, "taxonomy_ids") == 6


def test_services_of_ohana_belong_to_the_organization_of_their_location(data_folder: Path) -> None:
    tables, _ = read(data_folder / "ohana_smc_sample")
    owner = {row["id"]: row["organization_id"] for row in ohana(data_folder, "locations")}
    place = {row["id"]: row["location_id"] for row in ohana(data_folder, "services")}
    assert {row["id"]: row["organization_id"] for row in tables.rows["service"]} == {
        service: owner[location] for service, location in place.items()
    }


def test_hours_that_are_written_in_words_are_read(data_folder: Path) -> None:
    tables, _ = read(data_folder / "ohana_smc_sample")
    hours = {(row["byday"], row["opens_at"], row["closes_at"]) for row in tables.rows["schedule"] if "byday" in row}
    assert {("MO", "14:00", "16:00"), ("WE", "10:00", "15:00"), ("MO", "09:00", "03:00")} <= hours
    yearly = [row for row in tables.rows["schedule"] if row.get("freq") == "YEARLY"]
    assert len(yearly) == 3
    assert all(row.get("_closed") for row in yearly)


def test_the_sample_of_2_keeps_all_its_organizations_and_services(data_folder: Path) -> None:
    tables, collector = read(data_folder / "hsds_sample_2")
    rows: dict[str, Any] = tables.rows
    assert (len(rows["organization"]), len(rows["service"]), len(rows["location"])) == (10, 13, 10)
    assert all("website" in row for row in rows["organization"])
    adults = [row for row in rows["service"] if row.get("eligibility_description") == "adult"]
    assert [row["name"] for row in adults] == ["Never Homeless Helpline"]
    assert collector.details["tables"]["service"] == {"in": 14, "merged": 1, "out": 13}  # one row of eligibility


def test_the_official_examples_are_refused_by_strict_reading(data_folder: Path) -> None:
    collector = Collector("x", strict=True)
    read_tables_of(data_folder / "hsds_official_31" / "examples" / "service_full.json", collector=collector)
    with pytest.raises(DocumentError, match="dangling-reference"):
        collector.raise_if_strict()
