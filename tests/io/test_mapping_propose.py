"""Proposals for tables as people really lay them out, in four languages."""

from __future__ import annotations

import pytest

from integrated_services import io
from integrated_services.io._mapping_evidence import ages_of
from integrated_services.io._mapping_propose import proposed
from integrated_services.io._sheets import Book, Sheet

LITHUANIAN = {
    "Eil. Nr.": "ignore",
    "Paslaugos pavadinimas": "service.name",
    "Paslaugą teikianti įstaiga": "agency.name",
    "Gavėjų grupė": "target_group.name",
    "Amžiaus grupė": "service.ages",
    "Vidutinė laukimo trukmė (dienomis)": "delivery.wait",
    "Ar reikalingas siuntimas?": "service.access",
    "Metinės išlaidos, tūkst. Eur": "delivery.cost",
}


def table(*rows, merged=(), name="S", kind="xlsx"):
    width = max(len(row) for row in rows)
    sheet = Sheet(name, tuple((*row, *[None] * (width - len(row))) for row in rows), merged)
    return proposed(Book("a.xlsx", kind, (sheet,)))


def fields(mapping):
    return {column.heading: column.field for column in mapping.tables[0].columns if mapping.applies(column)}


def test_a_lithuanian_list_with_titles_sections_and_totals():
    mapping = table(
        [None, "Elektrėnų savivaldybės teikiamos socialinės paslaugos"],
        [None, "Duomenys 2022-03-01"],
        [],
        [None, *LITHUANIAN],
        [None, "SUAUGUSIEMS"],
        [None, 1, "Dienos globa", "Socialinių paslaugų centras", "Senyvo amžiaus asmenys", "65+", "30", "Taip", 120.5],
        [None, 2, "Pagalba į namus", "Socialinių paslaugų centras", "Suaugę", "nuo 18 metų", "nežinau", "Ne", "95,3"],
        [None, None, "Iš viso", None, None, None, None, None, 215.8],
    )
    assert fields(mapping) == LITHUANIAN
    assert mapping.reference_date == "2022-03-01"
    assert mapping.constants == (("territory.name", "Elektrėnų savivaldybė"),)
    assert [column.unit for column in mapping.tables[0].columns if column.field == "delivery.cost"] == ["thousand EUR"]


def test_an_english_export_of_a_helpline():
    mapping = table(
        ["Program Name", "Agency", "Site Name", "Street Address", "Post Code", "Telephone", "Web", "Age range"],
        [
            "Food bank",
            "St Mary Charity",
            "St Mary Hall",
            "1 High Street",
            "NT1 2AB",
            "01234 567890",
            "www.a.org",
            "18+",
        ],
        ["Counselling", "Mind", "Mind House", "2 Low Road", "ST3 4CD", "01234 567891", "www.b.org", "11-25"],
    )
    assert list(fields(mapping).values()) == [
        "service.name", "agency.name", "site.name", "site.address", "site.address", "agency.phone", "agency.web",
        "service.ages",
    ]  # fmt: skip


def test_an_italian_list():
    mapping = table(
        ["COMUNE DI ROVERETO - Servizi sociali"],
        ["Servizio", "Ente gestore", "Destinatari", "Età", "Modalità di accesso", "Tempi di attesa", "N. posti"],
        ["Assistenza domiciliare", "Coop. Sole", "Anziani", ">65", "Valutazione", "circa 15 giorni", 40],
        ["Centro diurno", "Coop. Luna", "Disabili", "18-64", "su invio", "2-3 mesi", 20],
    )
    assert list(fields(mapping).values()) == [
        "service.name", "agency.name", "target_group.name", "service.ages", "service.access", "delivery.wait",
        "delivery.capacity",
    ]  # fmt: skip
    assert mapping.constants == (("territory.name", "Rovereto"),)


def test_a_group_of_tick_columns_is_one_field_even_where_one_is_blank():
    mapping = table(
        ["Teenuse nimetus", "Sihtrühm", None, None, "Keel", None],
        [None, "lapsed", "noored", "eakad", "EE", "RUS"],
        ["Võlanõustamine", None, "+", "+", "jah", "ei tea"],
        ["Koduteenus", None, None, "+", "jah", "jah"],
        merged=((0, 0, 1, 0), (0, 1, 0, 3), (0, 4, 0, 5)),
    )
    flags = [(column.field, column.flag) for column in mapping.tables[0].columns[1:]]
    assert flags == [
        ("target_group.name", "lapsed"), ("target_group.name", "noored"), ("target_group.name", "eakad"),
        ("service.language", "et"), ("service.language", "ru"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["info@a.ee", "kool@b.ee"], "service.email"),
        (["Rakvere vald", "Tapa vald"], "territory.name"),
        (["7-18", "65+"], "service.ages"),
    ],
)
def test_cells_that_speak_for_themselves_are_known_under_any_heading(cells, field):
    mapping = table(["Teenus", "Xyzzy"], ["A", cells[0]], ["B", cells[1]])
    column = mapping.tables[0].columns[1]
    assert field in (column.field, *[path for path, _ in column.alternatives])


def test_cells_that_contradict_a_heading_lower_its_score():
    fitting = table(["Teenus", "Ooteaeg"], ["A", 3], ["B", 4]).tables[0].columns[1]
    strange = table(["Teenus", "Ooteaeg"], ["A", "sinine maja"], ["B", "punane maja"]).tables[0].columns[1]
    assert fitting.score > 0.9
    assert strange.score < 0.6


def test_commas_divide_only_where_the_parts_stand_in_several_cells():
    lists = table(["Teenus", "Sihtrühm"], ["A", "lapsed, noored"], ["B", "noored, eakad"]).tables[0].columns[1]
    names = table(["Teenus", "Teema"], ["A", "Load, tõendid"], ["B", "Toetused"]).tables[0].columns[1]
    assert (lists.split, names.split) == ("commas", None)


def test_a_contact_behind_the_provider_is_the_providers():
    columns = table(["Teenus", "Telefon", "Osutaja", "E-post"], ["A", "435 0190", "K", "info@a.ee"]).tables[0].columns
    assert [column.field for column in columns[1:]] == ["service.phone", "agency.name", "agency.email"]


def test_a_column_of_persons_is_for_persons_and_shows_no_examples():
    column = table(["Teenus", "Kontaktisik"], ["A", "Mari Maasikas"]).tables[0].columns[1]
    assert (column.field, column.examples) == ("person.name", ())


def test_values_of_a_choice_have_their_meaning_and_unknown_ones_none():
    column = table(["Teenus", "Kanal"], ["A", "kohapeal"], ["B", "kodus"], ["C", "kohapeal"]).tables[0].columns[1]
    assert {value.value: value.means for value in column.values} == {"kohapeal": "on_site", "kodus": "mobile"}


def test_a_title_names_the_place_in_whatever_case():
    for title in ("Teenused Tapa vallas", "TAPA VALD – teenused", "Tapa valla teenuste loetelu"):
        assert table([title], ["Teenus", "Kohti"], ["A", 3]).constants == (("territory.name", "Tapa vald"),)


def test_todays_date_is_never_proposed():
    pytest.importorskip("yaml", reason="a mapping is a YAML document")
    mapping = table(["Teenus", "Kohti"], ["A", 3])
    assert mapping.reference_date is None
    assert "must be given" in io.dumps_mapping(mapping)


@pytest.mark.parametrize(
    ("text", "ages"),
    [("7-18", (7, 18)), ("kuni 3", (None, 3)), (">65", (66, None)), ("18", None), ("18-7", None), ("7-200", None)],
)
def test_ages_are_read_as_they_are_written(text, ages):
    assert ages_of(text) == ages


def test_a_very_wide_sheet_takes_bounded_time():
    heads = [f"Tulp number {number}" for number in range(5000)]
    mapping = table(["Teenus", *heads], ["A", *range(5000)])
    assert len(mapping.tables[0].columns) <= 1001


def test_abbreviations_of_databases_are_written_out():
    mapping = table(
        ["ORG_NAME", "SVC_NAME", "SVC_DESC", "ADDR1", "CITY", "PHONE_1", "LAT", "LONG"],
        ["Hope House", "Shelter", "Beds for a night", "12 Main", "Oakland", "(510) 555-0100", 37.8, -122.2],
    )
    assert list(fields(mapping).values()) == [
        "agency.name", "service.name", "service.description", "site.address", "territory.name", "service.phone",
        "site.latitude", "site.longitude",
    ]  # fmt: skip


def test_persons_with_a_need_are_demand():
    mapping = table(
        ["Seniūnija", "Tikslinė grupė", "Poreikis", "Asmenų skaičius"],
        ["Vievio seniūnija", "Vaikai", "Konsultavimas", 45],
        ["Semeliškių seniūnija", "Vaikai", "Konsultavimas", "apie 12"],
    )
    assert mapping.tables[0].noun == "demand"
    assert list(fields(mapping).values()) == ["territory.name", "target_group.name", "need.name", "demand.persons"]


def test_sheets_called_like_municipalities_say_where_the_services_are():
    rows = (
        ("Toetav tegevus", "Läbiviija", "Kellele suunatud", "Osalejate arv aastas"),
        ("Klubi", "MTÜ", "noored", 120),
    )
    sheets = tuple(Sheet(name, rows) for name in ("Rakvere linn", "Tapa vald"))
    (found,) = proposed(Book("a.xlsx", "xlsx", sheets)).tables
    assert found.sheets == ("Rakvere linn", "Tapa vald")
    assert [(column.field, column.unit, column.per) for column in found.columns][3:] == [
        ("delivery.capacity", "persons", "year"),
        ("territory.name", None, None),
    ]


def test_the_unit_of_a_time_is_said_so_that_a_person_sees_it():
    units = [
        table(["Teenus", heading], ["A", 3]).tables[0].columns[1].unit
        for heading in ("Ooteaeg", "Laukimas, sav.", "Järjekord (kuud)")
    ]
    assert units == ["days", "weeks", "months"]
