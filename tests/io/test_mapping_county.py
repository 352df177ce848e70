"""Eight local governments, eight layouts: proposals, a person's corrections, reading, and one county."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import attrs
import pytest

from integrated_services import io, samples
from integrated_services.model import dumps, loads, merge

pytest.importorskip("openpyxl", reason="some of the workbooks are .xlsx")

HERE = Path(__file__).parents[1] / "workbooks"
MEANINGS = json.loads((HERE / "meanings.json").read_text(encoding="utf-8"))
CORRECTIONS = json.loads((HERE / "corrections.json").read_text(encoding="utf-8"))
FOREIGN = sorted(CORRECTIONS)


def _maker():
    spec = importlib.util.spec_from_file_location("make_workbooks", HERE / "make_workbooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("workbooks")
    _maker().make(path)
    return path


@pytest.fixture(scope="module")
def readings(folder):
    found = {"vaike-maarja.xlsx": io.read_workbook(folder / "vaike-maarja.xlsx")}
    for name in FOREIGN:
        found[name] = io.read_mapped(folder / name, confirmed(folder / name), reference_date="2022-09-15")
    return found


def confirmed(path):
    """The proposals with the corrections of a person, written and read again."""
    mapping, said = io.propose_mapping(path), CORRECTIONS[path.name]
    tables = []
    for table in mapping.tables:
        columns = [
            attrs.evolve(column, confirmed=True, field=said.get("fields", {}).get(column.heading, column.field))
            for column in table.columns
        ]
        tables.append(attrs.evolve(table, confirmed=True, columns=tuple(columns)))
    constants = tuple({**dict(mapping.constants), **said.get("constants", {})}.items())
    said_so = attrs.evolve(mapping, tables=tuple(tables), constants=constants, basis=said["basis"])
    return io.loads_mapping(io.dumps_mapping(said_so))


def meanings(mapping):
    """What each column means, as far as it is applied."""
    found = {}
    for table in mapping.tables:
        name = f"{table.sheets[0]} (2)" if table.sheets[0] in found else table.sheets[0]
        said = {}
        for column in table.columns:
            field = column.field if mapping.applies(column) else None
            said[column.heading] = f"{field} = {column.flag}" if column.flag else field
        found[name] = {"noun": table.noun, "columns": said}
    return found


@pytest.mark.parametrize("name", FOREIGN)
def test_proposals_are_right_but_for_what_a_person_corrects(folder, name):
    found, truth = meanings(io.propose_mapping(folder / name)), MEANINGS[name]
    assert {sheet: table["noun"] for sheet, table in found.items()} == {s: t["noun"] for s, t in truth.items()}
    corrected = CORRECTIONS[name].get("fields", {})
    for sheet, table in truth.items():
        assert found[sheet]["columns"].keys() == table["columns"].keys()
        wrong = {heading for heading, field in table["columns"].items() if found[sheet]["columns"][heading] != field}
        assert wrong <= set(corrected)
    assert meanings(confirmed(folder / name)) == truth


def test_next_to_all_columns_are_right_unaided(folder):
    right = total = 0
    for name in FOREIGN:
        found = meanings(io.propose_mapping(folder / name))
        for sheet, table in MEANINGS[name].items():
            total += len(table["columns"])
            right += sum(found[sheet]["columns"][heading] == field for heading, field in table["columns"].items())
    assert total == 92
    assert right == 91


@pytest.mark.parametrize("name", FOREIGN)
def test_every_row_and_column_is_accounted_for(folder, readings, name):
    reading = readings[name]
    assert reading.count("unmapped-column") == 0
    rows = reading.details["sheets"]
    for sheet, number in reading.rows_in.items():
        assert rows[sheet]["rows"]["row"] == number


def test_weeks_become_days_and_the_figures_are_those_of_the_sample(readings):
    sample = samples.load("laane-viru").services["school-support-teams"]
    theirs = next(one for one in sample.deliveries if one.area == ("kadrina",))
    (ours,) = readings["kadrina.xlsx"].framework.services["tugimeeskonnad-haridusasutustes"].deliveries
    assert (ours.capacity.value, ours.wait.value) == (theirs.capacity.value, theirs.wait.value) == (36, 7)


def test_decimal_commas_of_a_baltic_code_page_are_read(readings):
    framework = readings["haljala.csv"].framework
    (delivery,) = framework.services["omavalitsuste-lastekaitsetoo"].deliveries
    assert delivery.posts[0].fte.value == 0.75
    assert delivery.area == ("haljala-vald",)


def test_ticks_by_age_band_language_and_group_become_lists(readings):
    service = readings["viru-nigula.xlsx"].framework.services["noorsoopolitsei-too"]
    assert service.languages == ("et", "ru")
    assert service.eligibility.ages == (7, 18)
    assert len(service.serves) == 2


def test_rough_figures_keep_their_roughness(readings):
    services = readings["tapa.xlsx"].framework.services
    capacity = services["psuhholoogiline-noustamine"].deliveries[0].capacity
    assert (capacity.low, capacity.high) == (32, 58)
    waits = [one.wait for service in services for one in service.deliveries if one.wait]
    assert {wait.approx for wait in waits} <= {"about", "below"}


def test_a_title_row_says_where_and_when(folder):
    mapping = io.propose_mapping(folder / "rakvere_vald.xlsx")
    assert mapping.constants == (("territory.name", "Rakvere vald"),)
    assert mapping.reference_date == "2022-09-15"


def test_sheets_that_are_alike_are_one_table_whose_name_is_a_value(readings):
    framework = readings["vinni.ods"].framework
    assert framework.services["psuhholoogiline-noustamine"].meets == ("psuhholoogiline-noustamine",)
    assert len(framework.needs) == 9


def test_mistakes_of_the_file_are_reported_with_their_cells(readings):
    reading = readings["tapa.xlsx"]
    (defect,) = [defect for defect in reading.defects if defect.code == "unreadable-cell"]
    assert {(one.row, one.column, one.value) for one in defect.examples} == {
        (5, "Maht (kohti)", "palju"),
        (6, "Vanus", "18-7"),
    }


def test_no_person_is_left(readings):
    for reading in readings.values():
        said = dumps(reading.framework) + reading.summary() + json.dumps(reading.as_dict())
        for secret in ("maasikas", "Maasikas", "Jaan Tamm", "5555 0101", "55550101"):
            assert secret not in said
    assert readings["tapa.xlsx"].count("personal-data-dropped") > 0


def test_every_record_knows_its_file_and_row(readings):
    for name, reading in readings.items():
        for _, record in reading.framework.records():
            if name != "vaike-maarja.xlsx":
                assert record.origins
                assert {origin.file for origin in record.origins} == {name}
                assert all(origin.row for origin in record.origins)


def test_the_eight_files_make_one_county_without_errors(readings):
    merged = merge(*(reading.framework for reading in readings.values()), framework="county", title="Lääne-Virumaa")
    county = merged.framework
    assert not [problem for problem in county.problems() if problem.severity == "error"]
    assert loads(dumps(county)) == county
    municipalities = [one.id for one in county.territories if one.level == "municipality"]
    assert len(municipalities) >= 7
    police = [one for one in county.agencies if "politsei" in one.id]
    assert [one.id for one in police] == ["rakvere-politseijaoskond"]
    assert {origin.file for origin in police[0].origins} == set(readings)


def test_the_files_are_the_same_every_time(folder, tmp_path):
    _maker().make(tmp_path)
    for name in FOREIGN:
        assert meanings(io.propose_mapping(tmp_path / name)) == meanings(io.propose_mapping(folder / name))
    assert (tmp_path / "vinni.ods").read_bytes() == (folder / "vinni.ods").read_bytes()


def test_what_a_person_calls_assumed_stays_assumed_in_the_county(readings):
    county = merge(*(reading.framework for reading in readings.values())).framework
    capacities = [
        delivery.capacity for service in county.services for delivery in service.deliveries if delivery.capacity
    ]
    assert capacities
    assert {capacity.basis or county.basis for capacity in capacities} == {"assumed"}
