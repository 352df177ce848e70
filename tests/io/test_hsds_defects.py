"""Defects of HSDS files are found, each as often as it is there, and no row is lost without a word."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hsds_made import CHANGES, Export, broken, sound
from hsds_reading import assert_closed_books, assert_sound, counts, read, written
from hypothesis import given
from hypothesis import strategies as st

from integrated_services.errors import DocumentError, FormatError
from integrated_services.io import DEFECT_CODES, Collector
from integrated_services.io.hsds._files import read_tables_of
from integrated_services.io.hsds._normal import COLUMNS, Tables
from integrated_services.io.hsds._run import Run
from integrated_services.io.hsds._values import clean

EACH = 6


def problems(folder: Path, **tables: list[dict[str, Any]]) -> dict[str, int]:
    return counts(read(written(folder, **tables))[1])


SERVICE = {"id": "s1", "name": "Advice", "status": "active"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Export, Tables, Collector]:
    export = broken(300, EACH)
    tables, collector = read(export.write(tmp_path_factory.mktemp("made")))
    return export, tables, collector


def test_a_sound_export_has_no_defects(tmp_path: Path) -> None:
    export = sound(60)
    tables, collector = read(export.write(tmp_path))
    assert collector.defects() == ()
    assert sum(map(len, tables.rows.values())) == export.rows


def test_every_kind_of_defect_is_counted_as_often_as_it_was_planted(
    planted: tuple[Export, Tables, Collector],
) -> None:
    export, _, collector = planted
    assert counts(collector) == export.planted
    assert len(export.planted) >= 39


@pytest.mark.slow
def test_thousands_of_broken_rows_are_counted_exactly(tmp_path: Path) -> None:
    export = broken(8000, 200)
    _, collector = read(export.write(tmp_path))
    assert counts(collector) == export.planted
    assert sum(export.planted.values()) > 7000


def test_every_defect_has_examples_that_name_sheet_and_row(planted: tuple[Export, Tables, Collector]) -> None:
    _, _, collector = planted
    for defect in collector.defects():
        assert 0 < len(defect.examples) <= 5
        if defect.code != "empty-column":
            assert all(example.sheet for example in defect.examples), defect
            assert all(example.row and example.row > 1 for example in defect.examples), defect


def test_the_row_that_a_defect_names_is_the_one_that_is_wrong(planted: tuple[Export, Tables, Collector]) -> None:
    export, _, collector = planted
    for code, name, change in CHANGES:
        defect = next(defect for defect in collector.defects() if defect.code == code)
        for example in defect.examples:
            assert example.sheet == name
            assert example.row is not None
            row = export.tables[name][example.row - 2]
            assert change.items() <= row.items(), (code, row)


def test_the_books_of_every_table_are_closed(planted: tuple[Export, Tables, Collector]) -> None:
    export, tables, collector = planted
    books = collector.details["tables"]
    assert_closed_books(collector)
    assert all(books.get(table, {}).get("out", 0) == len(rows) for table, rows in tables.rows.items())
    assert sum(sums.get("in", 0) for sums in books.values()) == export.rows


def test_what_goes_on_is_sound(planted: tuple[Export, Tables, Collector]) -> None:
    _, tables, _ = planted
    assert_sound(tables)


def test_strict_reading_raises(tmp_path: Path) -> None:
    collector = Collector("made", strict=True)
    read_tables_of(broken(300, 1).write(tmp_path), collector=collector)
    with pytest.raises(DocumentError, match="orphan-row"):
        collector.raise_if_strict()


def test_every_kind_that_is_planted_is_explained() -> None:
    assert set(broken(200, 1).planted) <= set(DEFECT_CODES)


# ------------------------------------------------------------------------------------------------- one at a time


def test_an_orphan_of_an_orphan_is_left_out_too(tmp_path: Path) -> None:
    tables, collector = read(
        written(
            tmp_path,
            services=[SERVICE],
            contacts=[{"id": "c", "service_id": "gone", "title": "Desk"}],
            phones=[{"id": "p", "contact_id": "c", "number": "112"}],
            languages=[{"id": "l", "phone_id": "p", "name": "Estonian"}],
        )
    )
    assert counts(collector)["orphan-row"] == 3
    assert not tables.rows["contact"] + tables.rows["phone"] + tables.rows["language"]


def test_a_row_with_one_owner_left_stays(tmp_path: Path) -> None:
    phone = {"id": "p", "service_id": "s1", "organization_id": "gone", "number": "112"}
    tables, collector = read(written(tmp_path, services=[SERVICE], phones=[phone]))
    assert counts(collector) == {"dangling-reference": 1}
    assert tables.rows["phone"][0]["service_id"] == "s1"
    assert "organization_id" not in tables.rows["phone"][0]


def test_a_service_at_a_location_needs_both(tmp_path: Path) -> None:
    pairs = [
        {"id": "a", "service_id": "s1", "location_id": "gone"},
        {"id": "b", "service_id": "s1", "location_id": "l"},
    ]
    tables, collector = read(
        written(
            tmp_path, services=[SERVICE], locations=places([(59.0, 26.0)]), service_at_location=[pairs[0], *pairs[1:]]
        )
    )
    assert counts(collector) == {"orphan-row": 2}
    assert tables.rows["service_at_location"] == []


def test_two_services_with_one_id_are_both_kept(tmp_path: Path) -> None:
    tables, collector = read(written(tmp_path, services=[SERVICE, SERVICE | {"name": "Therapy"}]))
    assert counts(collector) == {"duplicate-id": 1}
    assert [row["name"] for row in tables.rows["service"]] == ["Advice", "Therapy"]
    assert tables.rows["service"][0]["id"] == "s1"


def test_made_ids_are_the_same_each_time(tmp_path: Path) -> None:
    services = [SERVICE, SERVICE | {"name": "Therapy"}, {"name": "No id", "status": "active"}]
    folder = written(tmp_path, services=services)
    assert [row["id"] for row in read(folder)[0].rows["service"]] == [
        row["id"] for row in read(folder)[0].rows["service"]
    ]


def test_tables_that_count_from_one_share_no_ids(tmp_path: Path) -> None:
    services = [{"id": str(n), "name": f"S {n}", "status": "active", "organization_id": str(n)} for n in range(1, 9)]
    providers = [{"id": str(n), "name": f"O {n}", "description": "Helps."} for n in range(1, 9)]
    assert problems(tmp_path, services=services, organizations=providers) == {}


def test_one_number_of_a_common_count_used_twice_is_noticed(tmp_path: Path) -> None:
    services = [{"id": str(n), "name": f"S {n}", "status": "active"} for n in range(100, 140)]
    providers = [{"id": str(n), "name": f"O {n}", "description": "Helps."} for n in range(139, 180)]
    assert problems(tmp_path, services=services, organizations=providers) == {"shared-id": 1}


def test_an_attribute_that_may_mean_several_things_is_left_out(tmp_path: Path) -> None:
    tables, collector = read(
        written(
            tmp_path,
            services=[SERVICE | {"id": "1"}],
            organizations=[{"id": "1", "name": "Town", "description": "Helps."}],
            attributes=[
                {"id": "7", "link_id": "1", "link_entity": "", "link_type": "topic", "value": "food"},
                {"id": "8", "link_id": "1", "link_entity": "service", "link_type": "topic", "value": "food"},
            ],
        )
    )
    assert counts(collector) == {"ambiguous-reference": 1}
    assert [row["id"] for row in tables.rows["attribute"]] == ["8"]


@pytest.mark.parametrize(
    ("written_as", "ids"), [("A1-B2", "a1-b2"), ("1.0", "1"), ("{a1-b2}", "a1-b2")], ids=["capitals", "float", "braces"]
)
def test_references_written_otherwise_are_followed(tmp_path: Path, written_as: str, ids: str) -> None:
    phone = {"id": "p", "service_id": written_as, "number": "112"}
    tables, collector = read(written(tmp_path, services=[SERVICE | {"id": ids}], phones=[phone]))
    assert counts(collector) == {"mended-reference": 1}
    assert tables.rows["phone"][0]["service_id"] == ids


def test_a_circle_of_three_parents_is_opened_once(tmp_path: Path) -> None:
    rows = [
        {"id": one, "name": one, "description": "D", "parent_organization_id": parent}
        for one, parent in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("e", "e"))
    ]
    tables, collector = read(written(tmp_path, organizations=rows))
    assert counts(collector) == {"cyclic-parents": 2}
    assert sum("parent_organization_id" in row for row in tables.rows["organization"]) == 3


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("9am", "09:00"), ("9:30 PM", "21:30"), ("12 a.m.", "00:00"), ("17:00:00", "17:00"), ("0900", "09:00"),
        ("10:00Z", "10:00"), ("10:00+02:00", "10:00"), ("24:00", "24:00"), ("9.15", "09:15"), ("08:00:30", "08:00:30"),
        ("25:00", None), ("9", None), ("13pm", None), ("soon", None), ("10:75", None),
    ],
)  # fmt: skip
def test_times_of_day_in_many_forms(tmp_path: Path, text: str, hour: str | None) -> None:
    schedule = {"id": "h", "service_id": "s1", "opens_at": text}
    tables, collector = read(written(tmp_path, services=[SERVICE], schedules=[schedule]))
    assert tables.rows["schedule"][0].get("opens_at") == hour
    assert counts(collector) == ({} if hour else {"unreadable-time": 1})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-03-04", "2021-03-04"), ("4.3.2021", "2021-03-04"), ("12/24/15", "2015-12-24"),
        ("24/12/2015", "2015-12-24"), ("January 05, 1970", "1970-01-05"), ("5 Jan 1970", "1970-01-05"),
        ("2021-03-04T10:00:00Z", "2021-03-04"), ("2021-02-30", None), ("yesterday", None), ("2021", None),
    ],
)  # fmt: skip
def test_days_in_many_forms(tmp_path: Path, text: str, day: str | None) -> None:
    schedule = {"id": "h", "service_id": "s1", "valid_from": text}
    tables, collector = read(written(tmp_path, services=[SERVICE], schedules=[schedule]))
    assert tables.rows["schedule"][0].get("valid_from") == day
    assert counts(collector) == ({} if day else {"unreadable-date": 1})


@pytest.mark.parametrize(
    ("text", "number"),
    [("6", 6), ("6.5", 6.5), ("6,5", 6.5), (" 18 ", 18), ("12.0", 12), ("six", None), ("1e999", None), ("6-12", None)],
)
def test_numbers_in_many_forms(tmp_path: Path, text: str, number: float | None) -> None:
    tables, collector = read(written(tmp_path, services=[SERVICE | {"minimum_age": text}]))
    assert tables.rows["service"][0].get("minimum_age") == number
    assert counts(collector) == ({} if number else {"unreadable-cell": 1})


@pytest.mark.parametrize("marker", ["NULL", "n/a", "N/A", "-", "TBD", "nan", "#REF!", "None", "\\N", "puudub", "…"])
def test_words_for_no_value_are_blank_and_counted(tmp_path: Path, marker: str) -> None:
    tables, collector = read(written(tmp_path, services=[SERVICE | {"description": marker}, SERVICE | {"id": "s2"}]))
    if marker == "…":  # no such word
        assert tables.rows["service"][0]["description"] == marker
    else:
        assert "description" not in tables.rows["service"][0]
        assert counts(collector) == {"text-marker": 1, "empty-column": 1}


def test_no_fees_and_no_condition_are_answers(tmp_path: Path) -> None:
    said = SERVICE | {"fees": "None", "eligibility_description": "none"}
    tables, collector = read(written(tmp_path, services=[said]))
    assert tables.rows["service"][0]["fees"] == "None"
    assert counts(collector) == {}


def test_namibia_is_no_word_for_no_value(tmp_path: Path) -> None:
    place = {"id": "l", "location_type": "physical", "name": "House"}
    address = {"id": "a", "location_id": "l", "city": "Windhoek", "country": "NA"}
    tables, _ = read(written(tmp_path, locations=[place], addresses=[address]))
    assert tables.rows["address"][0]["country"] == "NA"


@pytest.mark.parametrize(
    ("garbled", "mended"),
    [
        ("nÃµustamine", "nõustamine"),
        ("Å¡eimos paslauga", "šeimos paslauga"),
        ("mokyklÄ…", "mokyklą"),
        ("donâ€™t", "don’t"),
        ("LÃ¤Ã¤ne-Viru", "Lääne-Viru"),
        ("nĆ¼Ć¼d", "nüüd"),
    ],
)
def test_garbled_letters_are_mended(tmp_path: Path, garbled: str, mended: str) -> None:
    tables, collector = read(written(tmp_path, services=[SERVICE | {"name": garbled}]))
    assert tables.rows["service"][0]["name"] == mended
    assert counts(collector) == {"garbled-text": 1}


@pytest.mark.parametrize(
    "text",
    ["ÄIO – töötuba", "LÄÄNE", "Õpilased ja Ä", "MÄ… ja muu", "Ąžuolas Š“", "Å – saar", "câble à la carte", "A & B"],
)
def test_good_letters_are_left_alone(tmp_path: Path, text: str) -> None:
    tables, collector = read(written(tmp_path, services=[SERVICE | {"name": text}]))
    assert tables.rows["service"][0]["name"] == text
    assert counts(collector) == {}


LETTERS = "abcdeghijklmnoprsšzžtuvõäöüąčęėįųūABCDEGHIJKLMNOPRSŠZŽTUVÕÄÖÜÅĄČĘĖĮŲŪ ,.()"


@given(st.text(LETTERS, min_size=1).filter(lambda text: text.strip(" .")))
def test_good_text_of_both_languages_is_never_changed(text: str) -> None:
    row = {"name": f"x{text}x"}
    clean([row], Run(Collector("x")))
    assert row == {"name": f"x{text}x"}


def test_points_near_the_others_are_left_alone(tmp_path: Path) -> None:
    places = [
        {"id": str(n), "location_type": "physical", "name": f"H {n}", "latitude": 59 + n / 50, "longitude": 26 + n / 50}
        for n in range(30)
    ]
    assert problems(tmp_path, locations=places) == {}


def test_few_points_have_no_bulk(tmp_path: Path) -> None:
    places = [
        {"id": "a", "location_type": "physical", "name": "A", "latitude": 59, "longitude": 26},
        {"id": "b", "location_type": "physical", "name": "B", "latitude": -33, "longitude": -70},
        {"id": "c", "location_type": "physical", "name": "C", "latitude": 101, "longitude": 20},
    ]
    tables, collector = read(written(tmp_path, locations=places))
    assert counts(collector) == {"point-outside-world": 1}
    assert tables.rows["location"][1]["latitude"] == -33


def test_swapped_points_are_swapped_back(planted: tuple[Export, Tables, Collector]) -> None:
    _, tables, _ = planted
    near = [row for row in tables.rows["location"] if row.get("latitude", 0) > 0]
    assert near
    assert all(58 < row["latitude"] < 61 and 25 < row["longitude"] < 28 for row in near)


def test_what_is_expired_is_judged_on_a_given_day(tmp_path: Path) -> None:
    schedule = {"id": "h", "service_id": "s1", "valid_to": "2022-05-01"}
    folder = written(tmp_path, services=[SERVICE], schedules=[schedule])
    assert counts(read(folder, as_of="2022-05-02")[1]) == {"expired": 1}
    assert counts(read(folder, as_of="2022-05-01")[1]) == {}
    assert counts(read(folder)[1]) == {}


def test_unknown_columns_are_counted_by_rows_with_a_value(tmp_path: Path) -> None:
    services = [SERVICE | {"id": f"s{n}", "internal": "x" if n < 3 else ""} for n in range(5)]
    _, collector = read(written(tmp_path, services=services))
    (defect,) = collector.defects()
    assert (defect.code, defect.count, defect.examples[0].column) == ("unmapped-column", 3, "internal")


def test_two_columns_of_one_name_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("id,name,name,status\ns1,Advice,Help,active\n", encoding="utf-8")
    tables, collector = read(tmp_path)
    assert tables.rows["service"][0]["name"] == "Advice"
    assert counts(collector) == {"unmapped-column": 1}


CELLS = st.sampled_from(
    [
        "",
        "x",
        "1",
        "2",
        "s1",
        "null",
        "2020-01-01",
        "10:00",
        "99999",
        "-1",
        "Ã¼",
        "<p>",
        "MO",
        "a@b.ee",
        "1e400",
        "\u2028",
    ]
) | st.text(max_size=6)


@given(st.data())
def test_any_rows_give_sound_tables_and_closed_books(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in data.draw(st.lists(st.sampled_from([*COLUMNS, "regular_schedules", "eligibility"]), unique=True)):
        columns = data.draw(
            st.lists(st.sampled_from([*COLUMNS.get(name, {"id": 1}), "weekday", "service_id", "?"]), min_size=1)
        )
        rows = data.draw(st.lists(st.lists(CELLS, max_size=len(columns) + 1), max_size=6))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([columns, *rows])
    try:
        tables, collector = read(folder)
    except FormatError:
        return
    assert_sound(tables)
    assert_closed_books(collector)


# ------------------------------------------------------------------------------------------------------ edges


def test_what_belongs_to_a_row_that_says_nothing_goes_with_it(tmp_path: Path) -> None:
    tables, collector = read(
        written(
            tmp_path,
            services=[SERVICE],
            contacts=[{"id": "c", "service_id": "s1", "title": ""}],
            phones=[{"id": "p", "contact_id": "c", "number": "112"}],
            languages=[{"id": "l", "phone_id": "p", "name": "Estonian"}],
            attributes=[{"id": "x", "link_id": "p", "link_entity": "phone", "link_type": "kind", "value": "free"}],
        )
    )
    assert_sound(tables)
    assert counts(collector) == {"empty-column": 1, "missing-value": 1, "orphan-row": 3}


@pytest.mark.parametrize(
    ("opens", "closes", "wrong"),
    [("09:00", "09:00", False), ("22:00", "00:00", False), ("22:00", "02:00", True), ("00:00", "24:00", False)],
)
def test_only_closing_before_opening_is_doubtful(tmp_path: Path, opens: str, closes: str, wrong: bool) -> None:
    schedule = {"id": "h", "service_id": "s1", "opens_at": opens, "closes_at": closes}
    tables, collector = read(written(tmp_path, services=[SERVICE], schedules=[schedule]))
    assert counts(collector) == ({"closing-before-opening": 1} if wrong else {})
    assert tables.rows["schedule"][0]["closes_at"] == closes


def test_equal_bounds_are_no_defect(tmp_path: Path) -> None:
    tables, collector = read(
        written(
            tmp_path,
            services=[SERVICE | {"minimum_age": "18", "maximum_age": "18"}],
            schedules=[{"id": "h", "service_id": "s1", "valid_from": "2020-01-01", "valid_to": "2020-01-01"}],
            service_capacity=[{"id": "q", "service_id": "s1", "available": "5", "maximum": "5"}],
        )
    )
    assert counts(collector) == {}
    assert tables.rows["service"][0]["minimum_age"] == tables.rows["service"][0]["maximum_age"] == 18


def test_more_places_than_there_are_is_doubtful(tmp_path: Path) -> None:
    capacity = {"id": "q", "service_id": "s1", "available": "6", "maximum": "5"}
    assert problems(tmp_path, services=[SERVICE], service_capacity=[capacity]) == {"more-than-maximum": 1}


def places(points: list[tuple[float, float]]) -> list[dict[str, Any]]:
    return [
        {"id": f"l{n}", "location_type": "physical", "name": f"H {n}", "latitude": lat, "longitude": lon}
        for n, (lat, lon) in enumerate(points)
    ]


@pytest.mark.parametrize(("degrees", "far"), [(1.5, 0), (3.0, 1)])
def test_far_from_a_county_is_more_than_two_hundred_kilometres(tmp_path: Path, degrees: float, far: int) -> None:
    points = [(59.0 + n / 1000, 26.0) for n in range(40)]
    found = problems(tmp_path, locations=places([*points, (59.0 + degrees, 26.0)]))
    assert found == ({"point-far-away": 1} if far else {})


def test_a_wide_country_has_no_far_points(tmp_path: Path) -> None:
    points = [(50.0 + n % 10, 20.0 + n // 10) for n in range(100)]
    assert problems(tmp_path, locations=places([*points, (66.0, 25.0)])) == {}


def test_two_columns_of_the_same_name_in_two_tables_are_counted_apart(tmp_path: Path) -> None:
    place = {"id": "l", "location_type": "physical", "name": "House", "internal": "y"}
    _, collector = read(written(tmp_path, services=[SERVICE | {"internal": "x"}], locations=[place]))
    (defect,) = collector.defects()
    assert (defect.count, {example.sheet for example in defect.examples}) == (2, {"services", "locations"})


def test_blank_cells_beyond_the_headings_and_short_blank_rows_are_no_matter(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("id,name,status\ns1,Advice,active,,\n\n", encoding="utf-8")
    assert counts(read(tmp_path)[1]) == {"blank-row": 1}


def test_half_characters_of_json_become_replacement_marks(tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text('[{"id": "s1", "name": "Ad\\ud800vice", "status": "active"}]', "utf-8")
    tables, collector = read(tmp_path)
    assert tables.rows["service"][0]["name"] == "Ad\ufffdvice"
    assert counts(collector) == {"garbled-text": 1}


def test_children_that_name_the_same_missing_parent_share_it(tmp_path: Path) -> None:
    terms = [{"id": one, "name": one, "parent_id": "T0", "parent_name": "Basics"} for one in ("T1", "T2")]
    tables, collector = read(written(tmp_path, taxonomy=terms))
    assert len(tables.rows["taxonomy_term"]) == 3
    assert counts(collector) == {}


def test_tables_that_share_half_of_their_numbers_count_on_their_own(tmp_path: Path) -> None:
    services = [{"id": str(n), "name": f"S {n}", "status": "active"} for n in range(1, 21)]
    providers = [{"id": str(n), "name": f"O {n}", "description": "Helps."} for n in range(11, 31)]
    assert problems(tmp_path, services=services, organizations=providers) == {}
