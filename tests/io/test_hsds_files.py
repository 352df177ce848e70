"""HSDS of every version and form is read into the same tables; real sets give known figures."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hsds_made import nested, sound
from hsds_reading import assert_closed_books, assert_sound, counts, read, written
from hypothesis import given
from hypothesis import strategies as st

from integrated_services.errors import FormatError
from integrated_services.io.hsds._normal import COLUMNS, Tables

SERVICE = {"id": "s1", "name": "Advice", "status": "active"}


def public(tables: Tables) -> dict[str, dict[str, dict[str, Any]]]:
    """Rows by table and id, without where they come from."""
    return {
        table: {row["id"]: {name: value for name, value in row.items() if name[0] != "_"} for row in rows}
        for table, rows in tables.rows.items()
        if rows
    }


def as_json(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------------------- forms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    export = sound(60)
    export.tables["contacts"] = []  # an interface gives services, not the contacts of their organisations
    return export.write(tmp_path / "folder")


def test_nested_json_says_the_same_as_a_folder_of_csv(folder: Path, tmp_path: Path) -> None:
    tables, _ = read(folder)
    document, collector = read(as_json(tmp_path / "services.json", nested(sound(60))))
    assert public(document) == public(tables)
    assert counts(collector) == {}


def test_pages_lines_and_bundles_say_the_same_as_a_list(tmp_path: Path) -> None:
    services = nested(sound(60))
    expected = public(read(as_json(tmp_path / "services.json", services))[0])
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(6):
        page = {"total_items": 60, "total_pages": 6, "page_number": number + 1, "size": 10, "first_page": number == 0}
        as_json(pages / f"page{number}.json", page | {"contents": services[10 * number : 10 * number + 10]})
    found, collector = read(pages)
    assert public(found) == expected
    assert counts(collector) == {}
    lines = tmp_path / "services.jsonl"
    lines.write_text("\n".join(json.dumps(service) for service in services), encoding="utf-8")
    assert public(read(lines)[0]) == expected
    assert public(read(as_json(tmp_path / "all.json", {"services": services}))[0]) == expected


def test_a_folder_of_single_documents_says_the_same_as_a_list(tmp_path: Path) -> None:
    services = nested(sound(12))
    single = tmp_path / "single"
    single.mkdir()
    for number, service in enumerate(services):
        as_json(single / f"{number}.json", service)
    assert public(read(single)[0]) == public(read(as_json(tmp_path / "services.json", services))[0])


def test_missing_pages_are_counted(tmp_path: Path) -> None:
    page: dict[str, Any] = {"total_items": 60, "total_pages": 6, "page_number": 1, "contents": nested(sound(60))[:10]}
    assert counts(read(as_json(tmp_path / "services.json", page))[1]) == {"missing-pages": 50}
    as_json(tmp_path / "services_z.json", page | {"total_items": 15, "contents": page["contents"][:0]})
    assert counts(read(tmp_path)[1]) == {"missing-pages": 50}


@pytest.mark.parametrize("top", ["", "export/"])
def test_a_zip_says_the_same_as_its_folder(folder: Path, tmp_path: Path, top: str) -> None:
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, top + file.name)
    assert public(read(packed)[0]) == public(read(folder)[0])


def test_a_workbook_says_the_same_as_a_folder(folder: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes the workbook")
    book = openpyxl.Workbook()
    book.remove(book.active)
    export = sound(60)
    export.tables["contacts"] = []
    for name, rows in export.tables.items():
        sheet = book.create_sheet(name)
        sheet.append(export.columns[name])
        for row in rows:
            sheet.append([row.get(column) for column in export.columns[name]])
    book.save(tmp_path / "export.xlsx")
    book.close()
    assert public(read(tmp_path / "export.xlsx")[0]) == public(read(folder)[0])


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (",", "cp1257")])
def test_separators_and_encodings_are_found_out(tmp_path: Path, separator: str, encoding: str) -> None:
    names = ["Šeimų konsultavimas žmonėms", "Socialinė priežiūra", "Vaikų dienos užimtumas", "Pagalba į namus"]
    rows = [["id", "name", "status"], *([f"s{n}", name, "active"] for n, name in enumerate(names))]
    text = "\r\n".join(separator.join(row) for row in rows)
    (tmp_path / "services.csv").write_bytes(text.encode(encoding))
    tables, collector = read(tmp_path)
    assert [row["name"] for row in tables.rows["service"]] == names
    assert counts(collector) == ({"wrong-encoding": 1} if encoding == "cp1257" else {})


def test_headings_may_be_written_in_capitals_with_blanks(tmp_path: Path) -> None:
    (tmp_path / "Services.csv").write_text("ID,Organization ID,Name,Status\ns1,,Advice,active\n", encoding="utf-8")
    tables, collector = read(tmp_path)
    assert public(tables) == {"service": {"s1": SERVICE}}
    assert counts(collector) == {"empty-column": 1}


def test_a_file_without_a_telling_name_is_known_by_its_columns(tmp_path: Path) -> None:
    (tmp_path / "export1.csv").write_text(
        "id,organization_id,name,status,minimum_age\ns1,,Advice,active,6\n", encoding="utf-8"
    )
    assert read(tmp_path)[0].rows["service"][0]["minimum_age"] == 6


def test_tables_that_are_none_of_hsds_are_counted(tmp_path: Path) -> None:
    written(tmp_path, services=[SERVICE])
    (tmp_path / "budget.csv").write_text("year,euros\n2020,5\n2021,6\n", encoding="utf-8")
    assert counts(read(tmp_path)[1]) == {"unread-table": 2}


def test_one_broken_file_of_a_folder_is_a_defect(tmp_path: Path) -> None:
    written(tmp_path, services=[SERVICE])
    (tmp_path / "locations.json").write_text("{", encoding="utf-8")
    tables, collector = read(tmp_path)
    assert counts(collector) == {"broken-file": 1}
    assert len(tables.rows["service"]) == 1


# ------------------------------------------------------------------------------------------------------ nesting


def test_what_is_embedded_again_is_one_thing(tmp_path: Path) -> None:
    place = {"id": "l", "location_type": "physical", "name": "House"}
    services = [
        {"id": f"s{n}", "name": "S", "status": "active", "service_at_locations": [{"id": f"x{n}", "location": place}]}
        for n in range(3)
    ]
    tables, collector = read(as_json(tmp_path / "services.json", services))
    assert len(tables.rows["location"]) == 1
    assert {row["location_id"] for row in tables.rows["service_at_location"]} == {"l"}
    assert collector.details["tables"]["location"] == {"in": 3, "merged": 2, "out": 1}
    assert counts(collector) == {}


def test_a_location_of_two_organizations_stays_with_the_first(tmp_path: Path) -> None:
    place = {"id": "l", "location_type": "physical", "name": "House"}
    both = [{"id": one, "name": one, "description": "D", "locations": [place]} for one in ("o1", "o2")]
    tables, collector = read(as_json(tmp_path / "organizations.json", both))
    assert [row["organization_id"] for row in tables.rows["location"]] == ["o1"]
    assert counts(collector) == {"conflicting-reference": 1}


def test_one_object_twice_in_a_list_is_counted_also_if_it_was_embedded_before(tmp_path: Path) -> None:
    town = {"id": "o", "name": "Town", "description": "Helps."}
    bundle = {"services": [SERVICE | {"organization": town}], "organizations": [town, town]}
    tables, collector = read(as_json(tmp_path / "all.json", bundle))
    assert len(tables.rows["organization"]) == 1
    assert counts(collector) == {"repeated-row": 1}


def test_one_phone_of_several_services_becomes_several_rows(tmp_path: Path) -> None:
    phone = {"id": "p", "number": "112", "languages": [{"id": "g", "name": "Estonian"}]}
    services = [{"id": f"s{n}", "name": "S", "status": "active", "phones": [phone]} for n in range(3)]
    tables, _ = read(as_json(tmp_path / "services.json", services))
    assert sorted(row["service_id"] for row in tables.rows["phone"]) == ["s0", "s1", "s2"]
    assert sorted(row["phone_id"] for row in tables.rows["language"]) == sorted(r["id"] for r in tables.rows["phone"])


def test_embedded_things_that_contradict_each_other_are_counted(tmp_path: Path) -> None:
    services = [
        SERVICE | {"id": f"s{n}", "organization": {"id": "o", "name": name, "description": "Helps."}}
        for n, name in enumerate(["Town", "Town", "City"])
    ]
    tables, collector = read(as_json(tmp_path / "services.json", services))
    assert counts(collector) == {"duplicate-id": 1}
    assert [row["name"] for row in tables.rows["organization"]] == ["Town"]


def test_an_object_without_id_gets_one_and_keeps_its_parts(tmp_path: Path) -> None:
    service = {"name": "Advice", "status": "active", "phones": [{"number": "112"}]}
    tables, collector = read(as_json(tmp_path / "service.json", service))
    assert counts(collector) == {"missing-id": 2}
    assert tables.rows["phone"][0]["service_id"] == tables.rows["service"][0]["id"]


def test_attributes_and_history_know_what_they_belong_to(tmp_path: Path) -> None:
    term = {"id": "t", "name": "Food", "description": "Food", "taxonomy_detail": {"id": "x", "name": "T"}}
    change = {"id": "m", "field_name": "name", "last_action_date": "2020-01-01"}
    service = SERVICE | {"attributes": [{"id": "a", "taxonomy_term": term}], "metadata": [change]}
    tables, _ = read(as_json(tmp_path / "service.json", service))
    (attribute,), (history,) = tables.rows["attribute"], tables.rows["metadata"]
    assert (attribute["link_id"], attribute["link_entity"], attribute["taxonomy_term_id"]) == ("s1", "service", "t")
    assert (history["resource_id"], history["resource_type"]) == ("s1", "service")
    assert tables.rows["taxonomy_term"][0]["taxonomy_id"] == "x"


def test_an_outline_given_as_an_object_is_kept_as_json(tmp_path: Path) -> None:
    outline = {"type": "Point", "coordinates": [26.3, 59.3]}
    service = SERVICE | {"service_areas": [{"id": "r", "name": "Rakvere", "extent": outline}]}
    tables, _ = read(as_json(tmp_path / "service.json", service))
    assert json.loads(tables.rows["service_area"][0]["extent"]) == outline


# ----------------------------------------------------------------------------------------------- older versions


OF_1 = {"id": "1", "service_id": "1"}


def test_tables_of_2_become_those_of_3(tmp_path: Path) -> None:
    tables, collector = read(
        written(
            tmp_path,
            organizations=[{"id": "1", "name": "Town", "description": "Helps.", "url": "https://town.example.org"}],
            services=[SERVICE | {"id": "1", "organization_id": "1", "taxonomy_ids": "T1, T2"}],
            locations=[{"id": "1", "organization_id": "1", "name": "House"}],
            services_at_location=[{"id": "1", "service_id": "1", "location_id": "1"}],
            physical_addresses=[{"id": "1", "location_id": "1", "address_1": "Kesk 1", "address_3": "II", "city": "R"}],
            postal_addresses=[{"id": "1", "location_id": "1", "address_1": "PO 5", "city": "R"}],
            regular_schedules=[OF_1 | {"weekday": "Monday", "opens_at": "9am", "closes_at": "5pm"}],
            holiday_schedules=[OF_1 | {"closed": "true", "start_date": "2020-12-24", "end_date": "2020-12-26"}],
            eligibility=[{"id": "1", "service_id": "1", "eligibility": "adults"}],
            payments_accepted=[{"id": "1", "service_id": "1", "payment": "cash"}],
            services_taxonomy=[{"id": "1", "service_id": "1", "taxonomy_id": "T1", "taxonomy_detail": "most of it"}],
            phones=[{"id": "1", "service_id": "1", "number": "112", "language": "et, ru", "department": "Desk"}],
            accessibility_for_disabilities=[{"id": "1", "location_id": "1", "accessibility": "ramp"}],
            taxonomy=[
                {"id": "T1", "name": "Food", "parent_id": "T0", "parent_name": "Basics"},
                {"id": "T2", "name": "Care"},
            ],
        )
    )  # fmt: skip
    rows = tables.rows
    assert (tables.version, counts(collector)) == ("2.x", {})
    assert rows["organization"][0]["website"] == "https://town.example.org"
    assert sorted((row["address_type"], row.get("address_2")) for row in rows["address"]) == [
        ("physical", "II"),
        ("postal", None),
    ]
    weekly, holiday = sorted(rows["schedule"], key=lambda row: "_closed" in row)
    assert [weekly[name] for name in ("freq", "byday", "opens_at", "closes_at")] == ["WEEKLY", "MO", "09:00", "17:00"]
    assert [holiday[name] for name in ("_closed", "valid_from", "valid_to")] == [True, "2020-12-24", "2020-12-26"]
    assert rows["service"][0]["eligibility_description"] == "adults"
    said = {(row["link_type"], row.get("taxonomy_term_id"), row.get("value")) for row in rows["attribute"]}
    assert said == {
        ("payment_accepted", None, "cash"), ("taxonomy", "T1", None), ("taxonomy", "T1", "most of it"),
        ("taxonomy", "T2", None),
    }  # fmt: skip
    assert sorted(row["code"] for row in rows["language"]) == ["et", "ru"]
    assert rows["phone"][0]["description"] == "Desk"
    assert rows["accessibility"][0]["description"] == "ramp"
    assert {row["name"] for row in rows["taxonomy_term"]} == {"Basics", "Food", "Care"}
    assert collector.details["tables"]["taxonomy_term"] == {"in": 2, "made": 1, "out": 3}


def test_a_term_that_is_not_there_stays_as_text(tmp_path: Path) -> None:
    tables, collector = read(written(tmp_path, services=[SERVICE | {"taxonomy_ids": "105, 108-05"}]))
    assert counts(collector) == {"dangling-reference": 2}
    assert [row["value"] for row in tables.rows["attribute"]] == ["105", "108-05"]


def test_old_tables_nested_in_json_are_read(tmp_path: Path) -> None:
    service = SERVICE | {
        "regular_schedules": [{"id": "h", "weekday": 2, "opens_at": "10:00", "closes_at": "12:00"}],
        "eligibilitys": [{"id": "e", "eligibility": "adults", "minimum_age": 18}],
    }
    tables, collector = read(as_json(tmp_path / "services.json", [service]))
    assert tables.version == "2.x"
    assert tables.rows["schedule"][0]["byday"] == "TU"
    assert tables.rows["service"][0]["minimum_age"] == 18
    assert counts(collector) == {}


def test_numbers_as_ids_are_the_same_in_every_table(tmp_path: Path) -> None:
    bundle = {
        "services": [{"id": 1, "name": "Advice", "status": "active", "organization_id": 7.0}],
        "organizations": [{"id": 7, "name": "Town", "description": "Helps."}],
        "eligibility": [{"id": 1, "service_id": 1, "eligibility": "adults"}],
    }
    tables, collector = read(as_json(tmp_path / "all.json", bundle))
    assert counts(collector) == {}
    assert tables.rows["service"][0]["organization_id"] == "7"
    assert tables.rows["service"][0]["eligibility_description"] == "adults"


def test_days_and_times_of_a_workbook_are_read(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes the workbook")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "services"
    sheet.append(["id", "name", "status", "assured_date"])
    sheet.append([1, "Advice", "active", dt.date(2022, 1, 31)])
    sheet = book.create_sheet("schedules")
    sheet.append(["id", "service_id", "opens_at", "valid_from"])
    sheet.append([1, 1, dt.time(9, 30), dt.date(2022, 2, 1)])
    book.save(tmp_path / "export.xlsx")
    book.close()
    tables, collector = read(tmp_path / "export.xlsx")
    assert counts(collector) == {}
    assert tables.rows["service"][0]["assured_date"] == "2022-01-31"
    assert (tables.rows["schedule"][0]["opens_at"], tables.rows["schedule"][0]["valid_from"]) == ("09:30", "2022-02-01")


# ------------------------------------------------------------------------------------------------- hostile files


def package(folder: Path, *resources: Any) -> Path:
    written(folder, services=[SERVICE])
    return as_json(folder / "datapackage.json", {"name": "hsds", "resources": list(resources)})


def test_a_data_package_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "services.csv").write_text("id,name,status\nsecret,Secret,active\n", encoding="utf-8")
    for name in ("../services.csv", str(tmp_path / "services.csv"), "a/../../services.csv"):
        package(inner, {"name": "service", "path": name})
        with pytest.raises(FormatError, match="leads out"):
            read(inner)


def test_a_data_package_never_fetches_anything(tmp_path: Path) -> None:
    package(tmp_path, {"name": "service", "path": "https://example.org/services.csv"}, {"name": "x", "path": 5}, 7)
    tables, collector = read(tmp_path)
    assert counts(collector) == {"remote-file": 1, "unlisted-file": 1}
    assert len(tables.rows["service"]) == 1


def test_files_of_a_data_package_that_are_not_there_are_counted(tmp_path: Path) -> None:
    package(tmp_path, {"name": "service", "path": "services.csv"}, {"name": "contact", "path": "contacts.csv"})
    assert counts(read(tmp_path)[1]) == {"missing-file": 1}
    assert counts(read(tmp_path / "datapackage.json")[1]) == {"missing-file": 1}


def test_a_file_that_a_data_package_names_twice_is_read_once(tmp_path: Path) -> None:
    package(tmp_path, {"name": "service", "path": "services.csv"}, {"name": "again", "path": "services.csv"})
    tables, collector = read(tmp_path)
    assert (len(tables.rows["service"]), counts(collector)) == (1, {})


def test_a_data_package_that_is_wrong_about_its_encoding_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("id;name;status\ns1;Nõu;active\n", encoding="utf-8")
    resource = {"name": "service", "path": "services.csv", "encoding": "ascii", "dialect": {"delimiter": ";"}}
    as_json(tmp_path / "datapackage.json", {"resources": [resource]})
    assert read(tmp_path)[0].rows["service"][0]["name"] == "Nõu"


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "organizations.csv").write_text("id,name\no,Secret\n", encoding="utf-8")
    written(inner, services=[SERVICE])
    (inner / "organizations.csv").symlink_to(tmp_path / "organizations.csv")
    tables, collector = read(inner)
    assert tables.rows["organization"] == []
    assert "linked-file" in {defect.code for defect in collector.defects()}


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("services.csv", b"0" * 50_000_000)
    with pytest.raises(FormatError, match="unpacks"):
        read(tmp_path / "bomb.zip")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("services.json", "[" * 5000 + "]" * 5000),
        ("services.json", '{"phones": ' * 400 + "1" + "}" * 400),
        ("services.json", '{"id": NaN}'),
        ("services.csv", 'id,name\n"s1,Advice\n'),
        ("base.json", '{"version": "3.0", "profile": "x", "openapi_url": "y"}'),
        ("empty.json", "[]"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_are_refused_with_our_error(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(FormatError):
        read(tmp_path / name)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="Nothing of HSDS"):
        read(tmp_path)


KEYS = st.sampled_from(
    [
        *sorted({column for columns in COLUMNS.values() for column in columns}),
        *("phones", "services", "locations", "organization", "location", "contents", "attributes", "taxonomy_term"),
        *("service_at_locations", "eligibilitys", "regular_schedules", "taxonomy", "resources", "path", "languages"),
        *("", "_x", "@id", "top_level", "total_items"),
    ]
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=30
)


@given(DOCUMENTS, st.sampled_from(["services.json", "x.json", "taxonomy.json", "datapackage.json", "eligibility.json"]))
def test_any_json_gives_sound_tables_or_our_error(
    tmp_path_factory: pytest.TempPathFactory, document: Any, name: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        tables, collector = read(as_json(folder / name, document))
    except FormatError:
        return
    assert_sound(tables)
    assert_closed_books(collector)


@given(st.binary(max_size=200))
def test_any_bytes_give_tables_or_our_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("services.csv", "services.json", "services.jsonl", "services.zip"):
        (folder / name).write_bytes(content)
        try:
            read(folder / name)
        except FormatError:
            continue


def test_an_archive_of_many_small_files_is_bounded(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.json", "{}")
    (tmp_path / "many.zip").write_bytes(stream.getvalue())
    with pytest.raises(FormatError, match="more than"):
        read(tmp_path / "many.zip")


def test_documents_that_are_something_else_are_not_taken_for_hsds(tmp_path: Path) -> None:
    written(tmp_path, services=[SERVICE])
    as_json(
        tmp_path / "package.json", {"name": "site", "version": "1.0", "description": "A web site", "license": "MIT"}
    )
    as_json(tmp_path / "map.json", {"type": "FeatureCollection", "features": [{"type": "Feature"}]})
    tables, collector = read(tmp_path)
    assert list(public(tables)) == ["service"]
    assert counts(collector) == {"unread-table": 2}


def test_files_that_are_not_read_are_named(tmp_path: Path) -> None:
    written(tmp_path, services=[SERVICE])
    (tmp_path / "README.md").write_text("About.", encoding="utf-8")
    (tmp_path / "old").mkdir()
    written(tmp_path / "old", services=[SERVICE | {"id": "s2"}])
    tables, collector = read(tmp_path)
    assert list(public(tables)["service"]) == ["s1"]
    assert sorted(collector.details["files_not_read"]) == ["README.md", "old/services.csv"]
