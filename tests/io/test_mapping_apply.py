"""Foreign tables read through a mapping: figures, choices, names, persons, next year, and every row accounted for."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services import io
from integrated_services.errors import DocumentError, IntegratedServicesError
from integrated_services.io import MappedColumn, MappedTable, Mapping
from integrated_services.io._mapping_apply import mapped
from integrated_services.io._mapping_fields import targets
from integrated_services.io._mapping_propose import proposed
from integrated_services.io._sheets import Book, Sheet

DAY = "2022-06-01"


def book(*rows, name="S", kind="xlsx", file="a.xlsx"):
    width = max(len(row) for row in rows)
    return Book(file, kind, (Sheet(name, tuple((*row, *[None] * (width - len(row))) for row in rows)),))


def mapping(*columns, noun="service", **more):
    found = tuple(
        column if isinstance(column, MappedColumn) else MappedColumn(column[0], field=column[1], confirmed=True)
        for column in columns
    )
    table = MappedTable(("S",), noun, confirmed=True, columns=found)
    return Mapping("a.xlsx", reference_date=DAY, tables=(table,), **more)


def read(rows, *columns, noun="service", personal="drop", strict=False, **more):
    return mapped(book(*rows), mapping(*columns, noun=noun, **more), personal=personal, strict=strict)


def service(cell, heading, path, **column):
    found = read(
        [["Nimi", heading], ["Päevahoid", cell]],
        ("Nimi", "service.name"),
        MappedColumn(heading, field=path, confirmed=True, **column),
    )
    return found.framework.services["paevahoid"], found


@pytest.mark.parametrize(
    ("cell", "value", "low", "high", "approx"),
    [
        (12, 12, None, None, None),
        ("ca 30", 30, None, None, "about"),
        ("2-3", 2.5, 2, 3, None),
        (">10", 10, None, None, "above"),
        ("kuni 5", 5, None, None, "below"),
        ("1,5", 1.5, None, None, None),
    ],
)
def test_figures_keep_how_they_were_written(cell, value, low, high, approx):
    capacity = service(cell, "Kohti", "delivery.capacity")[0].deliveries[0].capacity
    assert (capacity.value, capacity.low, capacity.high, capacity.approx) == (value, low, high, approx)


@pytest.mark.parametrize(
    ("cell", "unit", "days"),
    [
        (3, None, 3),
        (2, "weeks", 14),
        ("2 nädalat", "days", 14),
        ("P2M", None, 60),
        ("15 giorni", None, 15),
        (1, "months", 30),
    ],
)
def test_waiting_is_counted_in_days(cell, unit, days):
    assert service(cell, "Ooteaeg", "delivery.wait", unit=unit)[0].deliveries[0].wait.value == days


def test_amounts_in_thousands_are_whole_amounts():
    cost = service("95,3", "Kulu, tuh eurot", "delivery.cost", unit="thousand EUR", per="year")[0].deliveries[0].cost
    assert (str(cost.amount), cost.currency, cost.per) == ("95300", "EUR", "year")


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("palju", "delivery.capacity"),
        (-3, "delivery.capacity"),
        (10**18, "delivery.capacity"),
        ("18-7", "service.ages"),
        ("kusagil", "delivery.channel"),
        ("500", "site.latitude"),
        ("abc", "service.email"),
        ("peagi", "service.valid_to"),
        ("130 %", "referral.share"),
    ],
)
def test_a_cell_that_cannot_be_read_is_left_out_and_counted_and_the_record_stays(cell, path):
    if path.startswith("referral"):
        found = read(
            [["A", "B", "C"], ["x", "y", cell]],
            ("A", "referral.sender"), ("B", "referral.receiver"), ("C", path), noun="referral",
        )  # fmt: skip
        assert len(found.framework.referrals) == 1
    else:
        _, found = service(cell, "Tulp", path)
    counted = [defect for defect in found.defects if defect.code in ("unreadable-cell", "unknown-word")]
    assert [(defect.count, defect.examples[0].row) for defect in counted] == [(1, 2)]


@pytest.mark.parametrize("cell", ["ei tea", "nežinau", "-", "", None, "n/a"])
def test_not_known_is_no_defect_and_no_value(cell):
    found, reading = service(cell, "Kohti", "delivery.capacity")
    assert not found.deliveries
    assert reading.defects == ()


@pytest.mark.parametrize(("cell", "by"), [("jah", "referral"), ("ne", "open"), ("saatekirjaga", "referral")])
def test_yes_and_no_are_choices_where_the_field_asks_one_thing(cell, by):
    assert service(cell, "Saatekiri", "service.access")[0].access.by == by


def test_a_value_means_what_a_person_said():
    values = (io.MappedValue("SKH", "mobile", confirmed=True),)
    assert service("skh", "Kanal", "delivery.channel", values=values)[0].deliveries[0].channel == "mobile"


def test_names_are_replaced_as_a_person_said():
    values = (io.MappedValue("Rakvere l.", "Rakvere linn", confirmed=True),)
    found, _ = service("Rakvere l.", "KOV", "territory.name", values=values)
    assert found.deliveries[0].area == ("rakvere-linn",)


def test_bands_that_meet_are_one_range_and_others_are_alternatives():
    columns = [MappedColumn(text, field="service.ages", flag=text, confirmed=True) for text in ("0-6", "7-12", "19-26")]
    rows = [
        ["Nimi", "0-6", "7-12", "19-26"],
        ["A", "x", "x", None],
        ["B", "x", None, "jah"],
        ["C", "ei", "ei tea", "x"],
    ]
    services = read(rows, ("Nimi", "service.name"), *columns).framework.services
    assert services["a"].eligibility.ages == (0, 12)
    assert [node.ages for node in services["b"].eligibility.any] == [(0, 6), (19, 26)]
    assert services["c"].eligibility.ages == (19, 26)


def test_a_cell_of_ticks_that_is_neither_is_counted():
    columns = [("Nimi", "service.name"), MappedColumn("et", field="service.language", flag="et", confirmed=True)]
    found = read([["Nimi", "et"], ["A", "vahel"]], *columns)
    assert found.count("unreadable-cell") == 1
    assert found.framework.services["a"].languages == ()


def test_one_row_makes_several_nouns_and_the_same_name_is_the_same_agency():
    rows = [
        ["Teenus", "Osutaja", "Koht", "Vald", "Sihtrühm"],
        ["Päevahoid", "Keskus", "Maja 1", "Tapa vald", "Lapsed; Pered"],
        ["Koduhooldus", "  KESKUS ", "Maja 1", "Tapa vald", "Pered"],
    ]
    paths = ("service.name", "agency.name", "site.name", "territory.name", "target_group.name")
    framework = read(rows, *zip(rows[0], paths, strict=True)).framework
    assert framework.agencies.keys() == ("keskus",)
    assert framework.target_groups.keys() == ("lapsed", "pered")
    assert framework.services["paevahoid"].deliveries[0].area == ("tapa-vald",)
    assert framework.services["koduhooldus"].providers == ("keskus",)


def test_the_town_of_an_address_is_where_the_place_lies_and_other_areas_are_where_its_people_live():
    rows = [["T", "K", "A", "L"], ["Nõu", "Maja", "Pikk 1", "Tapa linn"]]
    paths = ("service.name", "site.name", "site.address", "territory.name")
    framework = read(rows, *zip(rows[0], paths, strict=True)).framework
    assert framework.sites["maja"].territory == "tapa-linn"
    served = read(
        [row[:2] for row in rows], *zip(rows[0][:2], paths, strict=False), constants=(("territory.name", "Vinni vald"),)
    )
    assert served.framework.sites["maja"].territory is None
    assert served.framework.services["nou"].deliveries[0].area == ("vinni-vald",)


def test_one_service_at_two_places_is_one_service_with_two_deliveries():
    rows = [["T", "O", "K", "N"], ["Nõustamine", "Keskus", "Tapa", 5], ["Nõustamine", "Keskus", "Vinni", 3]]
    paths = ("service.name", "agency.name", "site.name", "delivery.capacity")
    (found,) = read(rows, *zip(rows[0], paths, strict=True)).framework.services
    assert [(one.site, one.capacity.value) for one in found.deliveries] == [("tapa", 5), ("vinni", 3)]


def test_one_name_with_two_providers_is_two_services_whatever_the_order():
    rows = [["T", "O"], ["Koduhooldus", "Tapa vald"], ["Koduhooldus", "Vinni vald"]]
    paths = ("service.name", "agency.name")
    one = read(rows, *zip(rows[0], paths, strict=True)).framework
    other = read([rows[0], rows[2], rows[1]], *zip(rows[0], paths, strict=True)).framework
    assert set(one.services.keys()) == {"koduhooldus-tapa-vald", "koduhooldus-vinni-vald"} == set(other.services.keys())


def test_rows_that_contradict_each_other_are_counted_and_the_first_is_kept():
    rows = [["T", "N"], ["Nõustamine", 5], ["Nõustamine", 7]]
    found = read(rows, ("T", "service.name"), ("N", "delivery.capacity"))
    assert found.framework.services["noustamine"].deliveries[0].capacity.value == 5
    assert [(one.row, one.value) for one in found.defects[0].examples] == [(3, "{'value': 7}")]


def test_a_row_without_a_name_is_counted_and_names_its_row():
    found = read([["T", "N"], ["A", 1], [None, 3]], ("T", "service.name"), ("N", "delivery.capacity"))
    assert found.count("missing-name") == 1
    assert found.defects[0].examples[0].row == 3


def test_columns_are_found_by_heading_in_next_years_file_and_missing_ones_are_named():
    this_year = book(["Teenus", "Osutaja", "Kohti"], ["Päevahoid", "Keskus", 12])
    known = attrs.evolve(proposed(this_year), reference_date=DAY)
    next_year = book(["Uus tulp", "Kohti", "Teenus"], ["vana", 15, "Päevahoid"], name="Leht 2023")
    found = mapped(next_year, known)
    assert found.framework.services["paevahoid"].deliveries[0].capacity.value == 15
    assert [defect.examples[0].column for defect in found.defects if defect.code == "missing-column"] == ["Osutaja"]
    assert [defect.examples[0].column for defect in found.defects if defect.code == "unmapped-column"] == ["Uus tulp"]


def test_what_is_not_sure_and_not_confirmed_is_not_applied_but_listed():
    doubtful = MappedColumn("Kohti", field="delivery.capacity", score=0.4)
    rows = [["Nimi", "Kohti"], ["A", 3]]
    found = read(rows, ("Nimi", "service.name"), doubtful)
    assert not found.framework.services["a"].deliveries
    assert "delivery.capacity? (score 0.4)" in found.defects[0].examples[0].message
    sure = read(rows, ("Nimi", "service.name"), doubtful, threshold=0.3)
    assert sure.framework.services["a"].deliveries[0].capacity.value == 3


def test_a_field_that_such_rows_cannot_have_is_listed():
    found = read([["Nimi", "Kohti"], ["A", 3]], ("Nimi", "agency.name"), ("Kohti", "delivery.capacity"), noun="agency")
    assert "cannot say delivery.capacity" in found.defects[0].examples[0].message


def test_a_table_that_nobody_knows_is_listed():
    found = mapped(book(["Hoopis", "Muu", "Asi"], ["a", "b", 1]), mapping(("Nimi", "service.name")))
    assert found.count("unread-table") == 1
    assert len(found.framework.services) == 0


def test_keys_of_another_sheet_are_looked_up_and_those_that_lead_nowhere_are_counted():
    services = Sheet("Teenused", (("Nimi", "Tingimus"), ("A", "T1; T9"), ("B", "T2")))
    conditions = Sheet("Tingimused", (("ID", "Sisu"), ("T1", "Elab vallas"), ("T2", "Õpib koolis")))
    column = MappedColumn("Tingimus", field="service.condition", refers_to="Tingimused", confirmed=True)
    keys = (
        MappedColumn("ID", field="lookup.key", confirmed=True),
        MappedColumn("Sisu", field="lookup.text", confirmed=True),
    )
    tables = (
        MappedTable(
            ("Teenused",), "service", 1.0, columns=(MappedColumn("Nimi", field="service.name", score=1.0), column)
        ),
        MappedTable(("Tingimused",), "lookup", 1.0, columns=keys),
    )
    found = mapped(Book("a.xlsx", "xlsx", (services, conditions)), Mapping("a.xlsx", reference_date=DAY, tables=tables))
    assert str(found.framework.services["a"].eligibility.condition) == "Elab vallas"
    assert found.count("orphan-row") == 1


def test_nested_lists_of_json_belong_to_their_record(tmp_path):
    path = tmp_path / "teenused.json"
    path.write_text(
        '[{"name": "A", "provider": {"name": "Keskus"}, "audience": [{"name": "Lapsed"}, {"name": "Pered"}]},'
        ' {"name": "B", "provider": {"name": "Keskus"}, "audience": []}]',
        encoding="utf-8",
    )
    found = io.read_mapped(path, io.propose_mapping(path), reference_date=DAY)
    assert found.framework.services["a"].serves == ("lapsed", "pered")
    assert found.framework.services["b"].serves == ()


def test_demand_population_cooperation_and_surveys_are_read():
    demand = read(
        [["Vajadus", "Rühm", "Koht", "Arv"], ["Nõu", "Lapsed", "Tapa vald", "ca 40"], ["Nõu", None, "Tapa vald", 3]],
        ("Vajadus", "need.name"), ("Rühm", "target_group.name"), ("Koht", "territory.name"), ("Arv", "demand.persons"),
        noun="demand",
    )  # fmt: skip
    assert [(one.key, one.persons.value) for one in demand.framework.demands] == [("nou:lapsed:tapa-vald", 40)]
    assert demand.count("missing-value") == 1
    tie = read(
        [["A", "B", "Tase"], ["Kool", "Politsei", 3]],
        ("A", "cooperation.first"), ("B", "cooperation.second"), ("Tase", "cooperation.level"), noun="cooperation",
    )  # fmt: skip
    assert tie.framework.cooperations[0].agencies == ("kool", "politsei")
    survey = read(
        [["KOV", "Kaardistatud"], ["Tapa vald", "jah"], ["Vinni vald", "osaliselt"]],
        ("KOV", "territory.name"), ("Kaardistatud", "survey.status"), noun="survey",
    )  # fmt: skip
    assert [one.status for one in survey.framework.surveys] == ["complete", "partial"]


def test_nobody_guesses_the_reference_date():
    rows = book(["Teenus"], ["A"])
    with pytest.raises(DocumentError, match="--reference-date"):
        mapped(rows, proposed(rows))


def test_strict_reading_refuses_defects():
    with pytest.raises(DocumentError, match="a number was expected"):
        read([["Nimi", "Kohti"], ["A", "palju"]], ("Nimi", "service.name"), ("Kohti", "delivery.capacity"), strict=True)


PERSON = [["Nimi", "Kontakt", "Isik"], ["A", "mari.maasikas@example.org", "Mari Maasikas"]]
PERSON_FIELDS = (("Nimi", "service.name"), ("Kontakt", "service.email"), ("Isik", "person.name"))


def test_contact_data_of_persons_is_dropped_and_counted():
    found = read(PERSON, *PERSON_FIELDS)
    assert found.framework.services["a"].contacts == ()
    assert found.count("personal-data-dropped") == 2
    assert "aasikas" not in str(found) + str(found.as_dict())


def test_contact_data_of_persons_is_refused_where_so_asked():
    with pytest.raises(DocumentError) as caught:
        read(PERSON, *PERSON_FIELDS, personal="refuse")
    assert {problem.code for problem in caught.value.problems} == {"personal-data"}
    assert "aasikas" not in str(caught.value)


def test_contacts_of_organisations_stay():
    found = read(
        [["Nimi", "Kontakt"], ["A", "tel 435 0190, info@example.org, www.example.org"]],
        ("Nimi", "service.name"), ("Kontakt", "service.contact"),
    )  # fmt: skip
    assert {(one.kind, one.value) for one in found.framework.services["a"].contacts} == {
        ("email", "info@example.org"), ("phone", "435 0190"), ("web", "www.example.org"),
    }  # fmt: skip


def test_every_record_has_its_file_sheet_and_row():
    found = read([["Nimi", "Osutaja"], ["A", "K"], ["B", "K"]], ("Nimi", "service.name"), ("Osutaja", "agency.name"))
    assert [str(origin) for origin in found.framework.agencies["k"].origins] == [
        "a.xlsx, sheet S, row 2",
        "a.xlsx, sheet S, row 3",
    ]


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.text(max_size=12),
    st.sampled_from(
        ["x", "jah", "2-3", "ca 3", "18-7", "a@b.ee", "Kokku", "Teenus", "65+", "P2M", ";", "€", "#N/A", "\x00"]
    ),
)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5),
    st.lists(st.sampled_from(sorted(targets())), min_size=3, max_size=3),
    st.sampled_from(["service", "agency", "site", "demand", "survey", "referral", "cooperation", "need", "territory"]),
    st.sampled_from(["drop", "keep"]),
)
def test_any_cells_under_any_mapping_give_a_sound_framework_and_account_for_every_row(rows, paths, noun, personal):
    head = ["Aaa", "Bbb", "Ccc"]
    found = read([head, *rows], *zip(head, paths, strict=True), noun=noun, personal=personal)
    assert [problem for problem in found.framework.problems() if problem.severity == "error"] == []
    kinds = found.details["sheets"]["S"]["rows"]
    assert sum(kinds.values()) == len(rows) + 1


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=8), st.sampled_from(["xlsx", "json"]))
def test_any_table_gives_proposals_that_can_be_applied(rows, kind):
    pytest.importorskip("yaml", reason="a mapping is a YAML document")
    one = book(*rows, kind=kind)
    found = attrs.evolve(proposed(one), threshold=0.0, reference_date=DAY)
    assert io.loads_mapping(io.dumps_mapping(found)) == found
    try:
        mapped(one, found)
    except IntegratedServicesError as error:
        assert str(error)  # noqa: PT017 - refusing is right too


def test_of_two_tables_with_the_same_headings_each_sheet_is_read_as_its_own():
    rows = (("Nimi", "Märkus"), ("Keskus", "suur"))
    columns = [
        (MappedColumn("Nimi", field=f"{noun}.name", confirmed=True), MappedColumn("Märkus", field="ignore", score=1.0))
        for noun in ("service", "agency")
    ]
    tables = (
        MappedTable(("Teenused",), "service", confirmed=True, columns=columns[0]),
        MappedTable(("Asutused",), "agency", confirmed=True, columns=columns[1]),
    )
    sheets = (Sheet("Asutused", rows), Sheet("Teenused", rows))
    found = mapped(Book("a.xlsx", "xlsx", sheets), Mapping("a.xlsx", reference_date=DAY, tables=tables))
    assert (len(found.framework.agencies), len(found.framework.services)) == (1, 1)
