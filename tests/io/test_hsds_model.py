"""What HSDS tables become in the model, and that nothing of them is dropped without being counted."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services import samples
from integrated_services.errors import DocumentError, FormatError
from integrated_services.io import Collector, Reading, read_hsds, write_hsds
from integrated_services.io.hsds._normal import COLUMNS, Tables
from integrated_services.io.hsds._to_framework import plain_document
from integrated_services.model import PartialDate

DAY = "2024-05-01"


def read(tmp_path: Path, document: Any, **options: Any) -> Reading:
    path = tmp_path / "county.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read_hsds(path, **{"reference_date": DAY} | options)


def service(**fields: Any) -> dict[str, Any]:
    return {"services": [{"id": "advice", "name": "Advice", "status": "active"} | fields]}


# records -------------------------------------------------------------------------------------------------------------


def test_an_organisation_becomes_an_agency_with_parent_codes_and_contacts(tmp_path: Path) -> None:
    above = {"id": "town", "name": "Town", "description": "A town", "year_incorporated": 1991}
    below = {
        "id": "unit",
        "name": "Unit",
        "description": "No description is given.",
        "parent_organization_id": "town",
        "website": "https://example.org/unit",
        "email": "info@example.org",
        "phones": [{"id": "p", "number": "435 0190", "type": "voice", "description": "reception"}],
        "organization_identifiers": [{"id": "i", "identifier_type": "register", "identifier": "0141"}],
    }
    framework = read(tmp_path, {"organizations": [above, below]}).framework
    unit = framework.agencies["unit"]
    assert (unit.part_of, unit.description) == ("town", None)
    assert framework.agencies["town"].valid.start == PartialDate("1991")
    assert {code.scheme: code.value for code in unit.identifiers} == {"register": "0141"}
    assert [(one.kind, one.value, one.label) for one in unit.contacts] == [
        ("web", "https://example.org/unit", None),
        ("email", "info@example.org", None),
        ("phone", "435 0190", "reception"),
    ]


def test_a_service_at_a_location_becomes_a_delivery_at_a_site(tmp_path: Path) -> None:
    address = dict.fromkeys(("city", "state_province", "postal_code", "country"), "not stated")
    location = {
        "id": "house",
        "location_type": "physical",
        "name": "House",
        "latitude": 59.3,
        "longitude": 26.4,
        "addresses": [{"id": "a", "address_1": "Pikk 1", "address_type": "physical"} | address],
    }
    places = [{"id": "sal", "description": "On Mondays", "location": location}]
    framework = read(tmp_path, service(service_at_locations=places)).framework
    [delivery] = framework.services["advice"].deliveries
    assert (delivery.id, delivery.site, str(delivery.note), delivery.channel) == (
        "sal",
        "house",
        "On Mondays",
        "on_site",
    )
    site = framework.sites["house"]
    assert (site.point.lat, site.point.lon, site.address) == (59.3, 26.4, "Pikk 1")


def test_a_virtual_location_is_a_delivery_on_line(tmp_path: Path) -> None:
    places = [{"id": "sal", "location": {"id": "web", "location_type": "virtual", "name": "Chat"}}]
    framework = read(tmp_path, service(service_at_locations=places)).framework
    assert framework.services["advice"].deliveries[0].channel == "online"


def test_the_same_area_of_several_services_is_one_territory(tmp_path: Path) -> None:
    services = [
        {"id": f"s{n}", "name": "S", "status": "active", "service_areas": [{"id": f"a{n}", "name": "Vinni vald"}]}
        for n in range(3)
    ]
    framework = read(tmp_path, {"services": services}).framework
    assert framework.territories.keys() == ("vinni-vald",)
    assert [one.deliveries[0].area for one in framework.services] == [("vinni-vald",)] * 3


@pytest.mark.parametrize(
    ("uri", "codes"),
    [
        ("http://data.europa.eu/nuts/code/LT024", {"nuts": "LT024"}),
        ("ehak:0141", {"ehak": "0141"}),
        ("urn:lau:42", {"lau": "42"}),
        ("http://example.org/area/7", {"uri": "http://example.org/area/7"}),
    ],
)
def test_the_address_of_an_area_is_read_as_an_official_code(tmp_path: Path, uri: str, codes: dict[str, str]) -> None:
    framework = read(tmp_path, service(service_areas=[{"id": "a", "name": "Area", "uri": uri}])).framework
    assert {code.scheme: code.value for code in framework.territories["area"].codes} == codes


def test_a_geojson_extent_is_the_outline_of_the_territory(tmp_path: Path) -> None:
    square = [[[25, 54], [26, 54], [26, 55], [25, 54]]]
    extent = json.dumps({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": square}})
    area = {"id": "a", "name": "Area", "extent": extent, "extent_type": "geojson"}
    framework = read(tmp_path, service(service_areas=[area])).framework
    assert framework.territories["area"].outline.plain() == {"type": "Polygon", "coordinates": square}


def test_terms_are_needs_or_groups_by_their_taxonomy_or_link(tmp_path: Path) -> None:
    def term(key: str, taxonomy: str, **more: str) -> dict[str, str]:
        return {"id": key, "name": key.title(), "description": "d", "taxonomy": taxonomy} | more

    attributes = [
        {"id": "1", "link_type": "category", "taxonomy_term": term("speech", "Help", parent_id="therapy")},
        {"id": "2", "link_type": "category", "taxonomy_term": term("pupils", "Target audience")},
        {"id": "3", "link_type": "Service eligibility", "taxonomy_term": term("parents", "Words")},
    ]
    document = service(attributes=attributes) | {"taxonomy_terms": [term("therapy", "Help", code="T1")]}
    framework = read(tmp_path, document).framework
    assert (framework.needs["speech"].broader, framework.needs.keys()) == ("therapy", ("speech", "therapy"))
    assert framework.needs["therapy"].codes[0].value == "T1"
    assert framework.target_groups.keys() == ("pupils", "parents")
    found = framework.services["advice"]
    assert (found.meets, found.serves) == (("speech",), ("pupils", "parents"))


@pytest.mark.parametrize(
    ("fields", "ages"),
    [
        ({"minimum_age": 7}, (7, None)),
        ({"maximum_age": 18}, (None, 18)),
        ({"minimum_age": 7.5, "maximum_age": 9}, (None, 9)),
    ],
)
def test_one_age_alone_leaves_the_other_end_open(tmp_path: Path, fields: dict[str, Any], ages: Any) -> None:
    reading = read(tmp_path, service(**fields))
    assert reading.framework.services["advice"].eligibility.ages == ages
    assert reading.count("value-outside-range") == (ages == (None, 9))


def test_an_area_of_one_place_goes_before_the_areas_of_the_service(tmp_path: Path) -> None:
    places = [
        {"id": "1", "location": {"id": "l1", "location_type": "physical"}, "service_areas": [{"id": "a", "name": "A"}]},
        {"id": "2", "location": {"id": "l2", "location_type": "physical"}},
    ]
    reading = read(tmp_path, service(service_at_locations=places, service_areas=[{"id": "b", "name": "B"}]))
    assert [one.area for one in reading.framework.services["advice"].deliveries] == [("a",), ("b",)]


def test_ages_and_words_say_who_may_come(tmp_path: Path) -> None:
    rule = (
        read(tmp_path, service(minimum_age=7, maximum_age=18, eligibility_description="lives in the county"))
        .framework.services["advice"]
        .eligibility
    )
    assert (rule.ages, str(rule.condition)) == ((7, 18), "lives in the county")


@pytest.mark.parametrize(
    ("text", "days"), [("1 day", 1), ("14 days", 14), ("2 weeks", 14), ("some weeks", None), ("2 months", None)]
)
def test_a_waiting_time_in_days_or_weeks_is_a_number(tmp_path: Path, text: str, days: int | None) -> None:
    reading = read(tmp_path, service(wait_time=text))
    found = [delivery.wait.value for delivery in reading.framework.services["advice"].deliveries if delivery.wait]
    assert found == ([] if days is None else [days])
    assert reading.details.get("not_in_model") == ({"service.wait_time": 1} if days is None else None)


def capacity(**more: Any) -> list[dict[str, Any]]:
    row = {"id": "c", "unit": {"id": "u", "name": "places"}, "available": 3, "updated": "2024-04-01T00:00:00Z"}
    return [row | more]


def test_the_places_of_a_service_in_one_place_are_its_capacity(tmp_path: Path) -> None:
    reading = read(tmp_path, service(capacities=capacity(maximum=10)))
    assert [one.capacity.value for one in reading.framework.services["advice"].deliveries] == [10]
    assert reading.details["not_in_model"] == {"service_capacity.available": 1}


def test_free_places_alone_are_no_capacity(tmp_path: Path) -> None:
    reading = read(tmp_path, service(capacities=capacity()))
    assert reading.framework.services["advice"].deliveries == ()
    assert reading.count("not-in-model") == 1


def test_places_of_a_service_in_two_places_belong_to_neither(tmp_path: Path) -> None:
    places = [{"id": n, "location": {"id": f"l{n}", "location_type": "physical"}} for n in "12"]
    reading = read(tmp_path, service(capacities=capacity(maximum=10), service_at_locations=places))
    assert [one.capacity for one in reading.framework.services["advice"].deliveries] == [None, None]
    [defect] = [one for one in reading.defects if one.code == "not-in-model"]
    assert "which delivery it belongs to is not said" in defect.examples[0].message


@pytest.mark.parametrize(
    ("status", "read_as", "told"),
    [("active", "active", 0), ("inactive", "closed", 1), ("defunct", "closed", 0), ("temporarily closed", "closed", 1)],
)
def test_a_status_is_read_as_the_nearest_state_and_said_where_it_is_not_the_same(
    tmp_path: Path, status: str, read_as: str, told: int
) -> None:
    reading = read(tmp_path, service(status=status))
    assert reading.framework.services["advice"].status == read_as
    assert reading.count("value-approximated") == told


# defects -------------------------------------------------------------------------------------------------------------


def test_whatever_has_no_field_is_counted_by_table_and_column(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        service(
            fees_description="free",
            alert="closed in July",
            schedules=[{"id": "a", "freq": "WEEKLY", "byday": "MO"}, {"id": "b", "freq": "WEEKLY", "byday": "TU"}],
            required_documents=[{"id": "d", "document": "passport"}],
            languages=[{"id": "l", "name": "Klingon"}],
        ),
    )
    assert found.details["not_in_model"] == {
        "language.name": 1,
        "required_document": 1,
        "schedule": 2,
        "service.alert": 1,
        "service.fees_description": 1,
    }
    assert found.count("not-in-model") == 6


def test_ages_the_wrong_way_round_are_named_and_not_guessed(tmp_path: Path) -> None:
    reading = read(tmp_path, service(minimum_age=65, maximum_age=18))
    assert reading.framework.services["advice"].eligibility is None
    assert reading.count("ages-reversed") == 1
    with pytest.raises(DocumentError, match="ages-reversed"):
        read(tmp_path, service(minimum_age=65, maximum_age=18), strict=True)


def test_a_reference_to_nothing_is_named_and_the_record_stays(tmp_path: Path) -> None:
    organization = {"id": "unit", "name": "Unit", "description": "d", "parent_organization_id": "nobody"}
    reading = read(tmp_path, {"organizations": [organization]})
    assert reading.framework.agencies["unit"].part_of is None
    assert sum(defect.count for defect in reading.defects if defect.severity == "error") == 1


def test_a_point_off_the_earth_is_named_and_the_site_stays(tmp_path: Path) -> None:
    location = {"id": "house", "location_type": "physical", "latitude": 100, "longitude": 25}
    reading = read(tmp_path, {"locations": [location]})
    assert reading.framework.sites["house"].point is None
    assert sum(defect.count for defect in reading.defects if defect.severity == "error") == 1


def test_an_unseen_character_does_not_cost_the_record(tmp_path: Path) -> None:
    reading = read(tmp_path, service(description="Help\x00 for all"))
    assert "Help" in str(reading.framework.services["advice"].description)
    assert sum(defect.count for defect in reading.defects) == 1


# persons -------------------------------------------------------------------------------------------------------------

_CONTACT = {"id": "c", "name": "Ann Tester", "department": "Reception", "email": "ann.tester@example.org"}


def test_names_and_mailboxes_of_persons_are_dropped_and_counted(tmp_path: Path) -> None:
    phones = [{"id": "p", "number": "435 0190"}]
    reading = read(tmp_path, service(contacts=[_CONTACT | {"phones": phones}]))
    [contact] = reading.framework.services["advice"].contacts
    assert (contact.kind, contact.value, str(contact.label)) == ("phone", "435 0190", "Reception")
    assert reading.count("personal-data-dropped") == 2
    assert "tester" not in f"{reading.summary()}{reading.as_dict()}".casefold()


def test_contact_data_of_persons_are_refused_or_kept_as_asked(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, service(contacts=[_CONTACT]), personal="refuse")
    assert "tester" not in str(caught.value).casefold()
    kept = read(tmp_path, service(contacts=[_CONTACT]), personal="keep")
    assert kept.framework.services["advice"].contacts[0].value == "ann.tester@example.org"


# head ----------------------------------------------------------------------------------------------------------------


def test_the_day_is_what_was_asked_or_the_latest_change_and_never_today(tmp_path: Path) -> None:
    changed = service(last_modified="2023-03-15T10:30:45Z")
    reading = read(tmp_path, changed, reference_date=None)
    assert str(reading.framework.reference_date) == "2023-03-15"
    assert reading.details["reference_date"] == {"day": "2023-03-15", "from": "latest service.last_modified"}
    assert str(read(tmp_path, changed).framework.reference_date) == DAY
    with pytest.raises(FormatError, match="reference_date"):
        read(tmp_path, service(), reference_date=None)


def test_the_head_is_what_was_asked_or_follows_from_the_name_of_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, service()).framework.id == "county"
    framework = read(tmp_path, service(), framework="virumaa", title="Virumaa", languages=["et"]).framework
    assert (framework.id, str(framework.title), framework.languages) == ("virumaa", "Virumaa", ("et",))
    with pytest.raises(FormatError, match="head"):
        read(tmp_path, service(), framework="no id")


def test_ids_that_are_no_ids_get_readable_ones_and_references_follow(tmp_path: Path) -> None:
    organizations = [{"id": key, "name": "O", "description": "d"} for key in ("a/b", "a b", "ä", "7")]
    services = [
        {"id": f"s{n}", "name": "S", "status": "active", "organization_id": key["id"]}
        for n, key in enumerate(organizations)
    ]
    framework = read(tmp_path, {"organizations": organizations, "services": services}).framework
    assert framework.agencies.keys() == ("a-b", "a-b-2", "a", "7")
    assert [one.providers for one in framework.services] == [("a-b",), ("a-b-2",), ("a",), ("7",)]


def test_uuids_stay_the_ids_of_records_even_where_they_look_like_telephone_numbers(tmp_path: Path) -> None:
    key = "55123456-dbf8-4179-98bd-b3fe6d179905"
    reading = read(tmp_path, {"organizations": [{"id": key, "name": "O", "description": "d"}]})
    assert reading.framework.agencies.keys() == (key,)
    assert reading.defects == ()


# real sets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "counts"),
    [
        ("hsds_sample_2", {"agencies": 10, "services": 13, "sites": 10, "projects": 1}),
        ("ohana_smc_sample", {"agencies": 8, "services": 23, "sites": 22, "needs": 290, "projects": 1}),
    ],
)
def test_real_sets_lose_no_record(data_folder: Path, folder: str, counts: dict[str, int]) -> None:
    reading = read_hsds(data_folder / folder, reference_date="2022-05-27")
    assert {name: reading.records_out[name] for name in counts} == counts
    assert reading.count("invalid-record") == 0
    assert all(record.origins for name in counts for record in getattr(reading.framework, name))
    assert "https://" not in json.dumps(reading.as_dict()["details"])


# nothing is dropped silently -----------------------------------------------------------------------------------------

_ROWS: dict[str, dict[str, Any]] = {
    "organization": {"id": "o", "name": "O"},
    "program": {"id": "p", "name": "P", "organization_id": "o"},
    "service": {"id": "s", "name": "S", "status": "active", "organization_id": "o", "program_id": "p"},
    "location": {"id": "l", "location_type": "physical"},
    "service_at_location": {"id": "sl", "service_id": "s", "location_id": "l"},
    "contact": {"id": "c", "service_id": "s", "email": "info@example.org"},
    "phone": {"id": "ph", "service_id": "s", "number": "435 0190"},
    "address": {"id": "a", "location_id": "l", "address_1": "Pikk 1"},
    "service_area": {"id": "sa", "service_id": "s", "name": "Area"},
    "language": {"id": "la", "service_id": "s", "code": "et"},
    "organization_identifier": {"id": "i", "organization_id": "o", "identifier_scheme": "x", "identifier": "1"},
    "unit": {"id": "u", "name": "places"},
    "service_capacity": {"id": "sc", "service_id": "s", "unit_id": "u", "available": 5, "maximum": 5},
    "url": {"id": "w", "service_id": "s", "url": "https://example.org"},
    "taxonomy": {"id": "t", "name": "T"},
    "taxonomy_term": {"id": "tt", "name": "TT", "taxonomy_id": "t", "code": "7"},
    "attribute": {"id": "at", "link_id": "s", "link_entity": "service", "taxonomy_term_id": "tt"},
}
_VALUES = {"number": 3, "integer": 1990, "date": "2024-01-31", "time": "09:30", "moment": "2024-01-31T00:00:00Z"}
_MEANT = {
    ("service", "last_modified"),  # tells the reference date
    ("service_capacity", "updated"),
    ("address", "address_type"),  # tells which address is taken
    ("attribute", "link_entity"),
    ("service_area", "extent_type"),  # the extent itself says what it is
    ("unit", "name"),
    ("language", "name"),  # the code says it
}


def _said(rows: dict[str, dict[str, Any]]) -> tuple[Any, Any]:
    collector = Collector()
    work = plain_document(
        Tables("3.1", {table: [rows[table]] if table in rows else [] for table in COLUMNS}), collector
    )
    counts = {defect.code: defect.count for defect in collector.defects()}
    return json.loads(json.dumps(work.document)), counts | collector.details.get("not_in_model", {})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table, column)
        for table in _ROWS
        for column, kind in COLUMNS[table].items()
        if kind != "id" and (table, column) not in _MEANT
    ],
)
def test_every_column_is_read_or_counted(table: str, column: str) -> None:
    less = {name: value for name, value in _ROWS[table].items() if name != column}
    value = _VALUES.get(COLUMNS[table][column], "something")
    words = {"available": 4, "status": "defunct", "location_type": "virtual", "code": "et"}
    more = less | {column: words.get(column, value)}
    assert _said(_ROWS | {table: more}) != _said(_ROWS | {table: less})


@pytest.mark.parametrize("table", sorted(set(COLUMNS) - set(_ROWS)))
def test_every_row_of_the_other_tables_is_counted(table: str) -> None:
    _, counts = _said(_ROWS | {table: {"id": "x", "service_id": "s"}})
    assert counts[table] == 1


# attributes of our own, broken ---------------------------------------------------------------------------------------

_FIELDS = [
    *("id", "name", "contacts", "deliveries", "framework", "title", "collection", "no-site", "territory-of-area"),
    *("source", "cooperation", "referral", "eligibility", "origins", "services", "reference_date", "identifiers"),
]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.sampled_from(["", "x", "a b", "needs", "2024-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "kind", "value", "_person", "en", "agencies", "file"]), inner, max_size=3
        )
    ),
)


def test_broken_attributes_of_our_own_never_give_a_raw_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("broken")
    write_hsds(samples.load("elektrenai"), folder / "sound.json")
    sound = (folder / "sound.json").read_text(encoding="utf-8")

    @given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(_FIELDS), _JSON), min_size=1, max_size=4))
    def holds(changes: list[tuple[int, str, Any]]) -> None:
        document = json.loads(sound)
        attributes = [
            *document["attributes"],
            *(one for name in ("organizations", "services") for item in document[name] for one in item["attributes"]),
        ]
        for number, field, value in changes:
            attributes[number % len(attributes)].update(
                link_type=f"integrated-services:{field}", value=json.dumps(value)
            )
        (folder / "out.json").write_text(json.dumps(document), encoding="utf-8")
        try:
            read_hsds(folder / "out.json", reference_date=DAY)
        except (FormatError, DocumentError):
            return

    holds()
