"""Demand from population: rate times persons, checked by hand; nothing is guessed and nothing stated is lost."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from integrated_services import coverage
from integrated_services.errors import DocumentError
from integrated_services.model import Framework, Rate, estimate_demand
from tests.strategies import frameworks

LAND: dict[str, Any] = {
    "framework": "f",
    "title": "F",
    "reference_date": "2022-06-01",
    "sources": [
        {"id": "register", "kind": "register", "title": "Register"},
        {"id": "guess", "kind": "assumption", "title": "Guess", "note": "why"},
    ],
    "territories": [
        {"id": "county", "level": "county"},
        {"id": "city", "level": "municipality", "part_of": "county", "degurba": 1},
        {"id": "north", "level": "municipality", "part_of": "county", "degurba": 3},
        {"id": "south", "level": "municipality", "part_of": "county", "degurba": 3},
    ],
    "target_groups": [{"id": "pupils"}],
    "needs": [{"id": "speech"}],
    "populations": [
        {"target_group": "pupils", "territory": "city", "persons": 4000},
        {"target_group": "pupils", "territory": "north", "persons": {"value": 400, "low": 360, "high": 440}},
        {"target_group": "pupils", "territory": "south", "persons": 405},
    ],
}


def land(**more: Any) -> Framework:
    return Framework.model_validate(LAND | more)


def rate(value: Any = 0.12, **more: Any) -> dict[str, Any]:
    said = {
        "need": "speech",
        "target_group": "pupils",
        "rate": value,
        "level": "municipality",
        "reason": "as elsewhere",
    }
    return {name: one for name, one in (said | more).items() if one is not None}


def persons(fw: Framework) -> dict[str, Any]:
    return {one.territory: one.persons.plain() for one in fw.demands if one.persons is not None}


# numbers by hand ---------------------------------------------------------------------------------------------------


def test_persons_are_rate_times_population_with_products_of_the_bounds() -> None:
    found = estimate_demand(land(), [rate({"value": 0.12, "low": 0.1, "high": 0.2}, level=None, degurba=3)])
    source = {"basis": "assumed", "source": "rate-speech-pupils-degurba-3"}
    assert persons(found.framework) == {
        "north": {"value": 48, "low": 36, "high": 88} | source,  # 400 x 0.12, 360 x 0.10, 440 x 0.20
        "south": {"value": 48.6, "low": 40.5, "high": 81} | source,  # 405 x 0.12, x 0.10, x 0.20
    }


def test_one_rate_makes_one_assumption_that_all_its_figures_share() -> None:
    found = estimate_demand(land(), [rate(0.1, degurba=3), rate(0.2, degurba=1, title="City share")])
    assert found.sources == ("rate-speech-pupils-municipality-degurba-3", "rate-speech-pupils-municipality-degurba-1")
    groups = {group.source: len(group.figures) for group in found.framework.assumptions()}
    assert groups == dict(zip(found.sources, (2, 1), strict=True))
    made = found.framework.sources[found.sources[1]]
    assert (made.kind, str(made.title), made.note) == ("assumption", "City share", "as elsewhere")


def test_one_rate_for_all_places_of_a_level_becomes_one_share() -> None:
    found = estimate_demand(land(), [rate({"value": 0.12, "low": 0.1, "high": 0.2})])
    (demand,) = found.framework.demands
    assert demand.plain() == {
        "need": "speech",
        "target_group": "pupils",
        "territory": "county",
        "share": {
            "value": 0.12,
            "basis": "assumed",
            "source": "rate-speech-pupils-municipality",
            "low": 0.1,
            "high": 0.2,
        },
        "each": "municipality",
    }
    assert found.added == (demand.key,)


def test_gaps_see_the_same_persons_whichever_form_is_written() -> None:
    shared = estimate_demand(land(), [rate()]).framework
    single = estimate_demand(land(), [rate(level=None, territories=["city", "north", "south"])]).framework
    assert len(shared.demands) == 1
    assert len(single.demands) == 3
    wanted = {"city": 480, "north": 48, "south": 48.6}
    for fw in (shared, single):
        rows = coverage.gaps(fw).to_records()
        assert {row["territory"]: row["demand"] for row in rows} == pytest.approx(wanted)


def test_the_more_special_rate_holds() -> None:
    rates = [rate(0.1), rate(0.2, degurba=1), rate(0.5, level=None, territories=["north"])]
    found = estimate_demand(land(), rates).framework
    assert {place: one["value"] for place, one in persons(found).items()} == {"city": 800, "north": 200, "south": 40.5}
    assert persons(estimate_demand(land(), rates[::-1]).framework) == persons(found)


# the basis ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "own", "default", "population", "wanted"),
    [
        ("guess", None, "stated", None, "assumed"),
        ("register", None, "stated", None, "derived"),
        ("register", None, "stated", "estimated", "estimated"),
        ("register", "estimated", "stated", "assumed", "assumed"),
        ("register", None, "assumed", None, "assumed"),
    ],
)
def test_the_basis_is_the_weakest_of_rate_and_population(
    source: str, own: str | None, default: str, population: str | None, wanted: str
) -> None:
    figure = {"value": 400} | ({"basis": population} if population else {})
    fw = land(basis=default, populations=[{"target_group": "pupils", "territory": "north", "persons": figure}])
    value = {"value": 0.1} | ({"basis": own} if own else {})
    found = estimate_demand(fw, [rate(value, source=source, reason=None, level=None, territories=["north"])])
    (demand,) = found.framework.demands
    assert demand.persons is not None
    assert (demand.persons.basis or found.framework.basis) == wanted
    assert demand.persons.source == source
    assert found.sources == ()


def test_a_stated_rate_stays_stated_in_a_document_of_assumptions() -> None:
    found = estimate_demand(land(basis="assumed"), [rate(0.1, source="register", reason=None)]).framework
    assert found.demands[0].share is not None
    assert found.demands[0].share.basis == "stated"


# what is missing ---------------------------------------------------------------------------------------------------


def test_a_missing_population_is_reported_and_never_guessed() -> None:
    fw = land(populations=LAND["populations"][1:])
    found = estimate_demand(fw, [rate(0.1, degurba=1), rate(0.1, degurba=3)])
    assert set(persons(found.framework)) == {"north", "south"}
    (problem,) = found.missing
    assert (problem.code, problem.severity) == ("population-missing", "incomplete")
    assert "'pupils' in 'city'" in problem.message


def counted(*days: str | None) -> Framework:
    counts = [
        {"id": f"p{n}", "target_group": "pupils", "territory": "north", "persons": 100 * (n + 1)}
        | ({"date": day} if day else {})
        for n, day in enumerate(days)
    ]
    return land(populations=counts)


def only_north(fw: Framework, **more: Any) -> Any:
    year = more.pop("year", None)
    return estimate_demand(fw, [rate(0.1, level=None, territories=["north"], **more)], year=year)


def test_the_persons_of_the_year_are_taken_and_no_others() -> None:
    fw = counted("2019", "2021-03", "2022")
    assert persons(only_north(fw).framework)["north"]["value"] == 30
    assert persons(only_north(fw, year=2021).framework)["north"]["value"] == 20
    found = only_north(fw, year=2020)
    assert found.framework == fw
    assert "there is no population of 2020" in found.missing[0].message
    assert "there is one of 2019 and of 2021-03 and of 2022" in found.missing[0].message
    assert only_north(counted(None), year=2020).missing


def test_the_year_of_a_rate_chooses_the_count_and_the_rate() -> None:
    fw = counted("2019", "2021")
    rates = [
        rate(0.1, level=None, territories=["north"], year=2019),
        rate(0.5, level=None, territories=["north"], year=2021),
    ]
    with pytest.raises(DocumentError, match="two-rates"):
        estimate_demand(fw, rates)
    assert persons(estimate_demand(fw, rates, year=2019).framework)["north"]["value"] == 10
    assert persons(estimate_demand(fw, rates, year=2021).framework)["north"]["value"] == 100


def test_a_share_is_not_written_where_an_older_count_is_meant() -> None:
    counts = [
        {"id": f"{place}-{day}", "target_group": "pupils", "territory": place, "persons": 100, "date": day}
        for place in ("city", "north", "south")
        for day in ("2020", "2022")
    ]
    fw = land(populations=counts)
    assert len(estimate_demand(fw, [rate(0.1, year=2022)]).framework.demands) == 1
    assert len(estimate_demand(fw, [rate(0.1, year=2020)]).framework.demands) == 3


# what is stated already --------------------------------------------------------------------------------------------

STATED = {"need": "speech", "target_group": "pupils", "territory": "north", "persons": 7}


def test_stated_demands_stand_unless_they_are_to_be_replaced() -> None:
    fw = land(demands=[STATED])
    found = estimate_demand(fw, [rate(0.1)])
    assert found.kept == (("speech", "pupils", "north", "speech:pupils:north"),)
    assert persons(found.framework)["north"] == 7
    assert set(persons(found.framework)) == {"city", "north", "south"}
    replaced = estimate_demand(fw, [rate(0.1)], overwrite=True)
    assert replaced.replaced == ("speech:pupils:north",)
    assert persons(replaced.framework)["north"]["value"] == 40
    assert replaced.kept == ()


@pytest.mark.parametrize("overwrite", [True, False])
@pytest.mark.parametrize("wider", [{"persons": 50}, {"share": 0.1, "each": "municipality"}])
def test_a_demand_for_the_whole_county_stands_for_its_municipalities(wider: dict[str, Any], overwrite: bool) -> None:
    fw = land(demands=[{**STATED, "persons": None, "territory": "county", **wider}])
    found = estimate_demand(fw, [rate(0.1)], overwrite=overwrite)
    assert found.framework == fw
    assert len(found.kept) == 3


def test_a_second_run_adds_nothing() -> None:
    once = estimate_demand(land(), [rate(0.1)])
    again = estimate_demand(once.framework, [rate(0.1)])
    assert again.framework == once.framework
    assert len(again.kept) == 3
    assert again.summary() == "0 demands added, 0 replaced, 3 cells left as stated, 0 without a population."


# what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"rate": 12}, "share-above-one"),
        ({"level": None}, "rate-without-territories"),
        ({"reason": None}, "assumption-without-reason"),
        ({"rate": {"value": 0.1, "unit": "persons"}}, "wrong-unit"),
        ({"need": "spech"}, "unknown-reference"),
        ({"target_group": "pupil"}, "unknown-reference"),
        ({"territories": ["nowhere"]}, "unknown-reference"),
        ({"source": "gues"}, "unknown-reference"),
        ({"degurba": 4}, "bad-choice"),
        ({"colour": "red"}, "unknown-field"),
        ({"level": None, "territories": ["county", "north"]}, "nested-demand"),
    ],
)
def test_rates_that_cannot_be_used_are_refused_with_their_place(more: dict[str, Any], code: str) -> None:
    with pytest.raises(DocumentError, match="the rates") as caught:
        estimate_demand(land(), [without(rate() | more)])
    assert code in {problem.code for problem in caught.value.problems}
    assert all(problem.path.startswith("rates[0]") for problem in caught.value.problems)


def without(said: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in said.items() if one is not None}


def test_all_faults_of_all_rates_are_told_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        estimate_demand(land(), [rate(12), rate(need="spech"), {"need": 3}, "text"])  # type: ignore[list-item]
    assert {problem.path.partition("]")[0] for problem in caught.value.problems} == {f"rates[{n}" for n in range(4)}


def test_two_rates_of_one_kind_for_one_cell_are_refused() -> None:
    with pytest.raises(DocumentError, match="two-rates"):
        estimate_demand(land(), [rate(0.1), rate(0.2)])


# law ---------------------------------------------------------------------------------------------------------------


@given(
    frameworks(max_demands=1, max_services=2, max_projects=0, max_indicators=0, with_successions=False),
    st.integers(0, 20),
    st.sampled_from(["municipality", "eldership", "county", None]),
)
def test_gaps_have_rate_times_population_as_their_demand(fw: Framework, twentieths: int, level: str | None) -> None:
    bare = fw.evolve(remove=[f"demands[{demand.key}]" for demand in fw.demands]) if fw.demands else fw
    assume(bare.populations)
    group, need = bare.populations[0].target_group, bare.needs[0].id
    where = {"level": level} if level else {"territories": (bare.populations[0].territory,)}
    given_rate = Rate.model_validate(
        {"need": need, "target_group": group, "rate": twentieths / 20, "reason": "why", **where}
    )
    try:
        found = estimate_demand(bare, [given_rate])
    except DocumentError as error:
        assert {problem.code for problem in error.problems} == {"nested-demand"}  # noqa: PT017 - nothing else may be
        return
    latest: dict[str, Fraction] = {}
    for one in sorted(bare.populations, key=lambda p: (str(p.date or ""), p.persons.value)):
        if one.target_group == group:
            latest[one.territory] = Fraction(repr(float(one.persons.value))) * Fraction(twentieths, 20)

    def holds(key: str) -> bool:
        place = bare.territories[key]
        inside = place.level == level if level else key == bare.populations[0].territory
        return inside and (place.valid is None or place.valid.contains(bare.reference_date))

    wanted = {key: persons for key, persons in latest.items() if holds(key)}
    rows = coverage.gaps(found.framework, all_needs=False).to_records() if wanted else []
    asked = {row["territory"]: row["demand"] for row in rows if row["demand"] is not None}
    assert asked == pytest.approx({key: float(persons) for key, persons in wanted.items()})
