"""How a framework is said in HSDS: ids, mandatory fields, carried fields, losses."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services import samples
from integrated_services.io import hsds_projection, read_hsds, write_hsds
from integrated_services.io.hsds._carrier import decoded, encoded
from integrated_services.model import Framework

PREFIX = "integrated-services:"


def framework(**parts: Any) -> Framework:
    return Framework.model_validate({"framework": "f", "title": "F", "reference_date": "2024-05-01", **parts})


def written(fw: Framework, path: Path, **options: Any) -> dict[str, Any]:
    write_hsds(fw, path / "out.json", **options)
    found: dict[str, Any] = json.loads((path / "out.json").read_text(encoding="utf-8"))
    return found


def carried(item: dict[str, Any]) -> dict[str, Any]:
    return {
        one["link_type"].removeprefix(PREFIX): decoded(one["value"])
        for one in item.get("attributes", ())
        if one["link_type"].startswith(PREFIX)
    }


# ids -----------------------------------------------------------------------------------------------------------------


def test_ids_are_uuids_that_follow_from_framework_kind_and_id(tmp_path: Path) -> None:
    parts = {"agencies": [{"id": "advice"}], "services": [{"id": "advice"}]}
    document = written(framework(**parts), tmp_path)
    agency, service = document["organizations"][0], document["services"][0]
    assert UUID(agency["id"]).version == UUID(service["id"]).version == 5
    assert agency["id"] != service["id"]
    more = framework(agencies=[{"id": "first"}, {"id": "advice", "name": "Renamed"}])
    assert written(more, tmp_path)["organizations"][1]["id"] == agency["id"]
    other = framework(agencies=parts["agencies"]).model_copy(update={"framework": "g"})
    assert written(other, tmp_path)["organizations"][0]["id"] != agency["id"]


def test_uuids_that_were_read_stay(tmp_path: Path) -> None:
    key = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
    document = written(framework(agencies=[{"id": key}]), tmp_path)
    assert document["organizations"][0]["id"] == key
    assert "id" not in carried(document["organizations"][0])


def test_one_uuid_for_a_need_and_a_group_gives_two_terms(tmp_path: Path) -> None:
    key = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
    fw = framework(needs=[{"id": key}], target_groups=[{"id": key}])
    terms = written(fw, tmp_path)["taxonomy_terms"]
    assert len({term["id"] for term in terms}) == 2
    again = read_hsds(tmp_path / "out.json").framework
    assert (again.needs.keys(), again.target_groups.keys()) == ((key,), (key,))


# mandatory fields ----------------------------------------------------------------------------------------------------


def test_what_is_mandatory_and_missing_is_said_to_be_missing(tmp_path: Path) -> None:
    fw = framework(agencies=[{"id": "a"}], sites=[{"id": "s", "address": "Pikk 1, Rakvere"}], needs=[{"id": "n"}])
    document = written(fw, tmp_path)
    for item in (document["organizations"][0], document["taxonomy_terms"][0]):
        assert item["description"] == "No description is given."
        assert item["name"] in ("a", "n")
    address = document["locations"][0]["addresses"][0]
    assert address["address_1"] == "Pikk 1, Rakvere"
    assert {address[name] for name in ("city", "state_province", "postal_code", "country")} == {"not stated"}
    again = read_hsds(tmp_path / "out.json").framework
    assert (again.agencies["a"].name, again.agencies["a"].description, again.needs["n"].name) == (None, None, None)
    assert again.sites["s"].address == "Pikk 1, Rakvere"


def test_a_description_that_says_the_same_as_the_stand_in_stays(tmp_path: Path) -> None:
    fw = framework(agencies=[{"id": "a", "description": "No description is given."}])
    write_hsds(fw, tmp_path / "out.json")
    assert str(read_hsds(tmp_path / "out.json").framework.agencies["a"].description) == "No description is given."


# natively ------------------------------------------------------------------------------------------------------------


def test_other_software_finds_the_usual_fields(tmp_path: Path) -> None:
    fw = framework(
        territories=[{"id": "vinni", "name": "Vinni vald", "codes": {"ehak": "0901"}}],
        needs=[{"id": "therapy", "name": "Therapy"}],
        target_groups=[{"id": "pupils", "name": "Pupils"}],
        agencies=[{"id": "centre", "name": "Centre", "contacts": [{"kind": "email", "value": "info@example.org"}]}],
        sites=[{"id": "house", "name": "House", "point": {"lat": 59.3, "lon": 26.4}}],
        services=[
            {
                "id": "mobile",
                "name": "Team",
                "providers": ["centre"],
                "meets": ["therapy"],
                "serves": ["pupils"],
                "eligibility": {"ages": [7, 18], "residence": ["vinni"]},
                "languages": ["et"],
                "deliveries": [{"site": "house", "area": ["vinni"], "capacity": 12, "wait": 14}],
            }
        ],
    )
    [service] = written(fw, tmp_path)["services"]
    assert (service["name"], service["status"], service["wait_time"]) == ("Team", "active", "14 days")
    assert (service["minimum_age"], service["maximum_age"]) == (7, 18)
    assert service["eligibility_description"] == "aged 7 to 18 and living in Vinni vald"
    assert service["organization"]["email"] == "info@example.org"
    assert [one["code"] for one in service["languages"]] == ["et"]
    [place] = service["service_at_locations"]
    assert (place["location"]["latitude"], place["location"]["name"]) == (59.3, "House")
    assert [(one["name"], one["uri"]) for one in place["service_areas"]] == [("Vinni vald", "ehak:0901")]
    [capacity] = service["capacities"]
    assert (capacity["maximum"], capacity["unit"]["name"]) == (12, "places")
    assert "not known" in capacity["description"]
    terms = {one["link_type"]: one["taxonomy_term"]["name"] for one in service["attributes"] if "taxonomy_term" in one}
    assert terms == {"need": "Therapy", "target-group": "Pupils"}


def test_areas_belong_to_the_whole_service_before_3_1(tmp_path: Path) -> None:
    deliveries = [{"id": "a", "area": ["x"]}, {"id": "b", "area": ["y"]}]
    fw = framework(territories=[{"id": "x"}, {"id": "y"}], services=[{"id": "s", "deliveries": deliveries}])
    for version in ("3.0", "oruk-3.0"):
        [service] = written(fw, tmp_path, version=version)["services"]
        assert [one["name"] for one in service["service_areas"]] == ["x", "y"]
        assert "capacities" not in service
        again = read_hsds(tmp_path / "out.json").framework.services["s"]
        assert [one.area for one in again.deliveries] == [("x",), ("y",)]


@pytest.mark.parametrize("status", ["active", "planned", "pilot", "closed"])
@pytest.mark.parametrize("version", ["3.1", "3.0", "oruk-3.0"])
def test_states_that_hsds_does_not_know_come_back(tmp_path: Path, status: str, version: Any) -> None:
    fw = framework(services=[{"id": "s", "status": status}])
    [service] = written(fw, tmp_path, version=version)["services"]
    assert service["status"] in ("active", "inactive", "defunct")
    reading = read_hsds(tmp_path / "out.json")
    assert (reading.framework.services["s"].status, reading.defects) == (status, ())


def test_a_contact_that_is_no_address_is_not_written_as_one(tmp_path: Path) -> None:
    contacts = [{"kind": "email", "value": "by letter"}, {"kind": "web", "value": "our page"}]
    [agency] = written(framework(agencies=[{"id": "a", "contacts": contacts}]), tmp_path)["organizations"]
    assert not {"email", "website", "contacts", "additional_websites"} & set(agency)
    assert carried(agency)["contacts"] == contacts
    assert [one.value for one in read_hsds(tmp_path / "out.json").framework.agencies["a"].contacts] == [
        "by letter",
        "our page",
    ]


# carried -------------------------------------------------------------------------------------------------------------


def test_only_what_is_not_said_natively_is_carried(tmp_path: Path) -> None:
    agencies = [
        {"id": "a", "name": "A", "description": "D", "contacts": [{"kind": "web", "value": "https://example.org"}]},
        {"id": "b", "name": {"en": "B", "et": "Bee"}, "kind": "school", "valid": "2022", "part_of": "a"},
    ]
    one, two = written(framework(agencies=agencies), tmp_path)["organizations"]
    assert carried(one) == {"id": "a"}
    assert carried(two) == {"id": "b", "name": {"en": "B", "et": "Bee"}, "kind": "school", "valid": "2022"}


def test_cooperation_and_referral_are_carried_in_their_order(tmp_path: Path) -> None:
    fw = samples.load("laane-viru")
    loose = written(fw, tmp_path)["attributes"]
    kinds = [one["link_type"].removeprefix(PREFIX) for one in loose]
    assert kinds.count("cooperation") == len(fw.cooperations)
    assert [decoded(one["value"]) for one in loose if one["link_type"] == f"{PREFIX}referral"] == [
        record.plain() for record in fw.referrals
    ]


def test_the_profile_of_the_united_kingdom_carries_single_words_only(tmp_path: Path) -> None:
    document = written(samples.load("laane-viru"), tmp_path, version="oruk-3.0")
    terms = [term for term in document["taxonomy_terms"] if term.get("taxonomy", "").startswith(PREFIX)]
    assert terms
    for term in terms:
        assert re.fullmatch(r"[\w.-]+|\[(\"[\w.-]+\"(, )?)+\]|null|true|\"[\d-]+\"", term["name"]), term["name"]
    assert not any("value" in one for one in document["attributes"])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_plain_value_comes_back_from_its_text(value: Any) -> None:
    text = encoded(value)
    assert decoded(text) == value
    assert type(decoded(text)) is type(value)
    assert text.strip() == text or not isinstance(value, str)
    assert text


@pytest.mark.parametrize("text", ["", " x", "null", "1e3", "[" * 5000, "NaN", '"', "true"])
def test_texts_that_look_like_json_come_back_as_texts(text: str) -> None:
    assert decoded(encoded(text)) == text


# losses --------------------------------------------------------------------------------------------------------------


def test_the_report_names_each_field_with_count_reason_and_places(tmp_path: Path) -> None:
    fw = samples.load("elektrenai")
    report = write_hsds(fw, tmp_path / "out.json")
    losses = {loss.field: loss for loss in report}
    assert losses["demands"].count == len(fw.demands)
    assert losses["observations"].count == len(fw.observations)
    assert losses["demands"].examples[0] == f"demands[{fw.demands[0].key}]"
    assert "no object" in losses["demands"].reason
    assert report.format == "HSDS 3.1"
    assert report.written["organizations"] == len(fw.agencies)
    assert json.loads(json.dumps(report.as_dict()))["losses"][0]["count"] == report.losses[0].count


def test_capacity_is_not_lost_in_hsds_but_in_the_profile_of_the_united_kingdom(tmp_path: Path) -> None:
    fw = framework(services=[{"id": "s", "deliveries": [{"channel": "online", "capacity": 12}]}])
    for version, lost in (("3.1", []), ("3.0", []), ("oruk-3.0", ["services.deliveries.capacity", "services.name"])):
        report = write_hsds(fw, tmp_path / "out.json", version=version)  # type: ignore[arg-type]
        assert [loss.field for loss in report] == lost
        [delivery] = hsds_projection(fw, version=version).services["s"].deliveries  # type: ignore[arg-type]
        assert (delivery.capacity is None) == bool(lost)
        assert delivery.channel == "online"


def test_an_empty_framework_is_written_and_read(tmp_path: Path) -> None:
    report = write_hsds(framework(), tmp_path / "out.json")
    assert len(report) == 0
    assert read_hsds(tmp_path / "out.json", strict=True).framework == framework()
