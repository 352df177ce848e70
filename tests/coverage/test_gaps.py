"""Gaps on small documents whose answer can be reckoned by hand; one condition a test."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from integrated_services import coverage, samples
from integrated_services.errors import AnalysisError, UnknownIdError
from integrated_services.model import Framework, columns_of, loads


def document(**changes: Any) -> Framework:
    """Two elderships in one municipality; a service for pupils with 40 places in all."""
    base: dict[str, Any] = {
        "framework": "small",
        "title": "Small",
        "reference_date": "2022-06-01",
        "territories": [
            {"id": "town", "name": "Town", "level": "municipality"},
            {"id": "north", "name": "North", "level": "eldership", "part_of": "town"},
            {"id": "south", "name": "South", "level": "eldership", "part_of": "town"},
        ],
        "target_groups": [
            {"id": "children", "ages": [0, 17]},
            {"id": "pupils", "name": "Pupils", "ages": [7, 17], "broader": "children"},
        ],
        "needs": [{"id": "support"}, {"id": "speech", "name": "Speech therapy", "broader": "support"}],
        "demands": [
            {"need": "speech", "target_group": "pupils", "territory": "north", "persons": 45},
            {"need": "speech", "target_group": "pupils", "territory": "south", "persons": 25},
        ],
        "services": [
            {
                "id": "therapist",
                "name": "Speech therapist",
                "meets": ["speech"],
                "serves": ["pupils"],
                "deliveries": [{"id": "d", "area": ["town"], "capacity": 40}],
            }
        ],
        "surveys": [{"territories": ["town"], "status": "complete"}],
    }
    base.update(changes)
    return loads(json.dumps(base))


def service(**changes: Any) -> list[dict[str, Any]]:
    """The service of the small document, changed."""
    own = {
        "id": "therapist",
        "name": "Speech therapist",
        "meets": ["speech"],
        "serves": ["pupils"],
        "deliveries": [{"id": "d", "area": ["town"], "capacity": 40}],
    }
    return [own | changes]


def row(result: coverage.Gaps, key: str) -> dict[str, Any]:
    """One cell as a record."""
    return dict(zip(result.cells, result.to_records(), strict=True))[key]


NORTH, SOUTH = "north:pupils:speech", "south:pupils:speech"


def test_scarce_places_are_shared_in_equal_ratios() -> None:
    result = coverage.gaps(document())
    assert [row(result, key)["served"] for key in (NORTH, SOUTH)] == pytest.approx([45 * 40 / 70, 25 * 40 / 70])
    assert result.totals() == {"demand": 70, "served": 40, "unserved": 30, "uncertain": 0, "not_surveyed": 0}
    assert result.status == ("gap", "gap")
    assert result.reason == ("capacity", "capacity")


def test_the_cut_is_said_in_a_sentence_with_names_largest_demand_first() -> None:
    assert coverage.gaps(document()).explain() == (
        "North and South: 70 pupils, 40 places of Speech therapist; 30 more places close the gap."
    )


def test_the_cut_of_the_elektrenai_sample_reads_as_announced() -> None:
    said = coverage.gaps(samples.load("elektrenai")).explain()
    assert said.startswith("Vievis and Semeliškės: 70 pupils, 40 places of ")
    assert said.endswith("30 more places close the gap.")


def test_enough_places_cover_everybody() -> None:
    fw = document().evolve({"services[therapist].deliveries[d].capacity": 70})
    result = coverage.gaps(fw)
    assert result.status == ("covered", "covered")
    assert result.bottlenecks == ()
    assert result.explain() == "No shortage of places is known."


def test_a_service_for_a_wider_need_or_group_serves_the_narrower() -> None:
    result = coverage.gaps(document(services=service(meets=["support"], serves=["children"])))
    assert result.totals()["served"] == 40


def test_a_service_for_a_narrower_need_does_not_serve_the_wider() -> None:
    fw = document(demands=[{"need": "support", "target_group": "pupils", "territory": "north", "persons": 5}])
    assert row(coverage.gaps(fw), "north:pupils:support")["reason"] == "need"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"services": service(meets=["support"][:0])}, "need"),
        ({"services": service(serves=[])}, "group"),
        ({"services": service(status="planned")}, "validity"),
        ({"services": service(valid="2023/..")}, "validity"),
        ({"services": service(valid="../2022-05-31")}, "validity"),
        ({"services": service(deliveries=[{"area": ["south"], "capacity": 9}])}, "residence"),
        ({"services": service(deliveries=[{"channel": "online", "capacity": 9}])}, "residence"),
        ({"services": service(eligibility={"ages": [0, 6]})}, "eligibility"),
        ({"services": service(eligibility={"not": {"residence": ["north"]}})}, "eligibility"),
        ({"services": service(access={"by": "referral"})}, "access"),
        ({"services": service(deliveries=[{"area": ["town"], "capacity": 0}])}, "capacity"),
    ],
)
def test_a_gap_names_the_furthest_condition_that_any_delivery_reached(changes: dict[str, Any], reason: str) -> None:
    cell = row(coverage.gaps(document(**changes)), NORTH)
    assert (cell["status"], cell["reason"], cell["unserved"]) == ("gap", reason, 45)


def test_the_furthest_of_several_deliveries_counts() -> None:
    late = {
        "id": "late",
        "meets": ["speech"],
        "serves": ["pupils"],
        "status": "planned",
        "deliveries": [{"area": ["town"], "capacity": 5}],
    }
    far = {"id": "far", "meets": ["speech"], "serves": ["pupils"], "deliveries": [{"area": ["south"], "capacity": 50}]}
    assert row(coverage.gaps(document(services=[late, far])), NORTH)["reason"] == "residence"


def test_where_nobody_has_mapped_the_services_there_is_no_gap_but_an_open_question() -> None:
    for surveys in (
        [],
        [{"territories": ["town"], "status": "partial"}],
        [{"territories": ["south"], "status": "complete"}],
        [{"territories": ["town"], "status": "complete", "sectors": ["health"]}],
        [{"territories": ["town"], "status": "complete"}, {"territories": ["north"], "status": "not_asked"}],
    ):
        cell = row(coverage.gaps(document(services=service(status="closed"), surveys=surveys)), NORTH)
        assert (cell["status"], cell["reason"], cell["not_surveyed"]) == ("not_surveyed", None, 45)


def test_a_site_serves_the_territory_that_it_lies_in_unless_an_area_is_stated() -> None:
    site = {"sites": [{"id": "school", "territory": "north"}]}
    result = coverage.gaps(document(**site, services=service(deliveries=[{"site": "school", "capacity": 100}])))
    assert [row(result, key)["status"] for key in (NORTH, SOUTH)] == ["covered", "gap"]


def test_a_referral_from_an_active_service_opens_the_door() -> None:
    door = {"id": "door", "meets": ["support"], "serves": ["pupils"]}
    fw = document(
        services=[*service(access={"by": "referral"}), door], referrals=[{"sender": "door", "receiver": "therapist"}]
    )
    assert coverage.gaps(fw).totals()["served"] == 40
    assert coverage.gaps(fw.evolve({"services[door].status": "closed"})).totals()["served"] == 0


def test_an_unknown_capacity_is_neither_zero_nor_endless() -> None:
    result = coverage.gaps(document(services=service(deliveries=[{"id": "d", "area": ["town"]}])))
    assert result.status == ("capacity_unknown", "capacity_unknown")
    assert result.totals() == {"demand": 70, "served": 0, "unserved": 0, "uncertain": 70, "not_surveyed": 0}


def test_an_unknown_capacity_leaves_the_known_places_to_the_others() -> None:
    deliveries = [{"id": "known", "area": ["town"], "capacity": 25}, {"id": "unknown", "area": ["north"]}]
    result = coverage.gaps(document(services=service(deliveries=deliveries)))
    assert result.status == ("capacity_unknown", "capacity_unknown")
    assert row(result, SOUTH)["unserved"] == 0  # if the north is served elsewhere, 25 places are enough
    assert result.totals()["served"] == 25


def test_places_and_persons_per_year_are_compared_only_after_a_stated_duration() -> None:
    deliveries = [{"id": "d", "area": ["town"], "capacity": {"value": 80, "per": "year"}}]
    fw = document(services=service(deliveries=deliveries))
    assert coverage.gaps(fw).status == ("not_comparable", "not_comparable")
    half_a_year = fw.evolve({"services[therapist].deliveries[d].duration": 182.5})
    assert coverage.gaps(half_a_year).totals()["served"] == 40


def test_posts_times_caseload_give_the_places_that_are_not_stated() -> None:
    deliveries = [{"area": ["town"], "caseload": 20, "posts": [{"role": "speech-therapist", "fte": 1.5}]}]
    assert coverage.gaps(document(services=service(deliveries=deliveries))).totals()["served"] == 30


def test_persons_per_year_and_persons_at_a_time_are_never_added() -> None:
    demands = [
        {"id": "a", "need": "speech", "target_group": "pupils", "territory": "north", "persons": 10},
        {
            "id": "b",
            "need": "speech",
            "target_group": "pupils",
            "territory": "north",
            "persons": {"value": 3, "per": "month"},
        },
    ]
    result = coverage.gaps(document(demands=demands))
    assert result.cells == ("north:pupils:speech", "north:pupils:speech:year")
    assert (result.totals()["demand"], result.totals("year")["demand"]) == (10, 36)
    assert result.status == ("covered", "not_comparable")


def test_a_share_is_taken_of_the_population_of_each_place() -> None:
    fw = document(
        populations=[
            {"target_group": "pupils", "territory": "north", "persons": 300},
            {"target_group": "pupils", "territory": "south", "persons": {"value": 100, "basis": "assumed"}},
        ],
        demands=[{"need": "speech", "target_group": "pupils", "territory": "town", "each": "eldership", "share": 0.1}],
    )
    result = coverage.gaps(fw)
    assert [(row(result, key)["demand"], row(result, key)["basis"]) for key in (NORTH, SOUTH)] == [
        (30, "derived"),
        (10, "assumed"),
    ]
    assert {figure.path for figure in result.figures} >= {
        "populations[pupils:north].persons",
        "demands[speech:pupils:town].share",
    }


def test_eligibility_for_a_part_of_the_group_is_marked_as_conditional() -> None:
    result = coverage.gaps(document(services=service(eligibility={"ages": [7, 10]})))
    assert row(result, NORTH)["conditional"] is True
    assert result.totals()["served"] == 40


def test_without_any_demand_the_needs_without_a_service_are_still_named() -> None:
    result = coverage.gaps(document(demands=[], services=service(deliveries=[{"area": ["south"], "capacity": 1}])))
    assert {key: row(result, key)["status"] for key in (NORTH, SOUTH)} == {NORTH: "gap", SOUTH: "covered"}
    assert row(result, NORTH)["demand"] is None
    assert "extend the area to North" in result.explain(NORTH)


def test_needs_without_a_demand_can_be_left_out() -> None:
    fw = document(needs=[{"id": "speech"}, {"id": "other"}])
    assert {cell.split(":")[2] for cell in coverage.gaps(fw).cells} == {"speech", "other"}
    assert {cell.split(":")[2] for cell in coverage.gaps(fw, all_needs=False).cells} == {"speech"}


def test_explain_names_what_would_mend_each_kind_of_gap() -> None:
    words = {
        "need": "a new service would be needed",
        "group": "let one serve them",
        "validity": "prolong it",
        "eligibility": "widen the eligibility",
        "access": "name who refers",
    }
    changes = {
        "need": service(meets=[]),
        "group": service(serves=[]),
        "validity": service(status="closed"),
        "eligibility": service(eligibility={"ages": [0, 3]}),
        "access": service(access={"by": "referral"}),
    }
    for reason, services in changes.items():
        assert words[reason] in coverage.gaps(document(services=services)).explain(NORTH)


def test_unknown_cells_and_things_that_are_no_framework_give_our_errors() -> None:
    with pytest.raises(UnknownIdError, match="north"):
        coverage.gaps(document()).explain("nort")
    with pytest.raises(AnalysisError, match="takes a Framework"):
        coverage.gaps({"framework": "x"})  # type: ignore[arg-type]


def test_the_day_decides_what_is_offered() -> None:
    fw = document(services=service(valid="2022/2022"))
    assert coverage.gaps(fw).totals()["served"] == 40
    assert coverage.gaps(fw, at=date(2023, 1, 1)).totals()["served"] == 0


@pytest.mark.parametrize("name", ["elektrenai", "laane-viru", "care-centres", "ida-harju", "institutional-care-reform"])
def test_both_doors_give_the_same_cells(name: str) -> None:
    fw = samples.load(name)
    document_door, column_door = coverage.gaps(fw), coverage.gaps(columns_of(fw))
    assert document_door.to_columns() == column_door.to_columns()
    assert document_door.figures
    assert "person-needs" in document_door.summary()


def test_the_chart_shows_all_persons_of_all_territories() -> None:
    pytest.importorskip("altair", reason="charts need the extra `desk`")
    result = coverage.gaps(samples.load("elektrenai"))
    values = result.chart().to_dict()["data"]["values"]
    for per, words in ((None, "at a time"), ("year", "per year")):
        drawn = sum(bar["Persons"] for bar in values if bar["Counted"] == words)
        assert drawn == pytest.approx(result.totals(per)["demand"])


def test_a_public_explanation_withholds_what_would_tell_a_small_count() -> None:
    from integrated_services import indicators

    fw = document().evolve({"demands[speech:pupils:north].persons": 42, "demands[speech:pupils:south].persons": 2})
    release = indicators.protect(coverage.gaps(fw))
    assert "42" not in release.explain(NORTH) or "44" not in release.explain(SOUTH)
    assert row(coverage.gaps(fw), SOUTH)["demand"] == 2
    assert dict(zip(coverage.gaps(fw).cells, release.to_records(), strict=True))[SOUTH]["demand"] is None
