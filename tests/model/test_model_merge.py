"""Merging documents of several municipalities: what becomes one record, what stays two, what disagrees."""

from __future__ import annotations

import json
from typing import Any

import pytest

from integrated_services.errors import DocumentError
from integrated_services.model import Framework, Match, Origin, Stated, loads, merge
from integrated_services.model._merge_names import slug

HEAD: dict[str, Any] = {"title": "F", "reference_date": "2022-06-01"}


def document(name: str, **more: Any) -> Framework:
    return Framework.model_validate({"framework": name, **HEAD, **more})


def agency(key: str, **more: Any) -> dict[str, Any]:
    return {"id": key, **more}


POLICE = {"registry": "70008747"}


# what is one thing -------------------------------------------------------------------------------------------------


def test_records_with_one_official_code_are_joined_under_the_first_id_and_references_follow() -> None:
    a = document("a", agencies=[agency("police", name="Police", identifiers=POLICE)])
    b = document(
        "b",
        agencies=[agency("constables", name="Constabulary", identifiers=POLICE), agency("ward", part_of="constables")],
        sites=[{"id": "house", "agency": "constables"}],
        services=[
            {"id": "s", "providers": ["constables"], "access": {"by": "referral", "referred_by": ["constables"]}},
        ],
        cooperations=[{"agencies": ["ward", "constables"]}],
        risk_factors=[{"id": "r", "noticed_at": ["constables"]}],
    )
    found = merge(a, b)
    assert found.framework.agencies.keys() == ("constables", "ward")
    again = merge(document("c", agencies=[agency("constable", identifiers=POLICE)]), b).framework
    assert again.agencies["ward"].part_of == "constable"
    assert again.sites["house"].agency == "constable"
    assert again.services["s"].providers == ("constable",)
    assert again.services["s"].access is not None
    assert again.services["s"].access.referred_by == ("constable",)
    assert again.cooperations.keys() == ("cooperates:ward+constable",)
    assert again.risk_factors["r"].noticed_at == ("constable",)
    assert str(found.joined[0]) == "agencies[constables]: a:police, b:constables (registry 70008747)"
    assert [str(one) for one in found.renamed] == ["agencies[police] of a is now constables"]


def test_references_inside_rules_of_eligibility_follow() -> None:
    ehak = {"ehak": "0663"}
    rule = {"any": [{"residence": ["town"]}, {"not": {"all": [{"residence": ["town"]}, {"groups": ["g"]}]}}]}
    a = document("a", territories=[{"id": "rakvere", "codes": ehak}])
    b = document(
        "b",
        territories=[{"id": "town", "codes": ehak}],
        target_groups=[{"id": "g"}],
        services=[{"id": "s", "eligibility": rule}],
    )
    found = merge(a, b).framework.services["s"].eligibility
    assert found is not None
    assert found.plain() == {
        "any": [{"residence": ["rakvere"]}, {"not": {"all": [{"residence": ["rakvere"]}, {"groups": ["g"]}]}}]
    }


def test_a_code_that_one_document_gives_to_two_records_joins_nothing_and_is_reported() -> None:
    a = document("a", agencies=[agency("town", identifiers=POLICE), agency("department", identifiers=POLICE)])
    b = document("b", agencies=[agency("municipality", identifiers=POLICE)])
    found = merge(a, b)
    assert len(found.framework.agencies) == 3
    assert "registry 70008747 is the code of several records" in found.notes[0]


def test_national_codes_join_only_within_a_country() -> None:
    def land(name: str, key: str, country: str | None) -> Framework:
        top = [{"id": f"{name}-land", "level": "country", "codes": {"iso-3166-1": country}}] if country else []
        inside = {"part_of": f"{name}-land"} if country else {}
        return document(name, territories=[*top, {"id": key, "codes": {"lau": "42"}, **inside}])

    def number(*inputs: Framework) -> int:
        return sum(bool(one.codes) and one.codes[0].scheme == "lau" for one in merge(*inputs).framework.territories)

    assert number(land("a", "x", "LT"), land("b", "y", "LT")) == 1
    assert number(land("a", "x", "LT"), land("b", "y", "EE")) == 2
    assert number(land("a", "x", None), land("b", "y", None)) == 2


def test_codes_of_two_editions_are_two_codes_and_a_code_without_one_is_that_of_the_only_edition() -> None:
    def with_code(name: str, version: str | None) -> Framework:
        code = {"value": "0141", **({"version": version} if version else {})}
        return document(name, territories=[{"id": name, "codes": {"ehak": code}}])

    assert len(merge(with_code("a", "2016"), with_code("b", "2021")).framework.territories) == 2
    assert len(merge(with_code("a", "2016"), with_code("b", None)).framework.territories) == 1
    assert len(merge(with_code("a", "2016"), with_code("b", None), with_code("c", "2021")).framework.territories) == 3


def test_running_numbers_of_a_file_join_nothing() -> None:
    a, b = (document(name, agencies=[agency(name, identifiers={"nr": "1"})]) for name in "ab")
    assert len(merge(a, b).framework.agencies) == 2


def test_the_same_official_code_of_an_indicator_is_one_only_within_a_project() -> None:
    def reporting(name: str, project: str) -> Framework:
        indicator = {"id": f"{name}-co01", "codes": {"esf": "CO01"}, "project": project}
        return document(name, projects=[{"id": project, "name": project}], indicators=[indicator])

    assert len(merge(reporting("a", "p"), reporting("b", "q")).framework.indicators) == 2
    assert len(merge(reporting("a", "p"), reporting("b", "p")).framework.indicators) == 1


def test_two_schools_of_one_id_are_two_and_get_longer_ids_in_every_order() -> None:
    a = document("a", agencies=[agency("school", name="Rakvere Põhikool")], sites=[{"id": "x", "agency": "school"}])
    b = document("b", agencies=[agency("school", name="Vinni Kool")], sites=[{"id": "y", "agency": "school"}])
    for found in (merge(a, b), merge(b, a)):
        assert found.framework.agencies.keys() == ("school--rakvere-pohikool", "school--vinni-kool")
        assert found.framework.sites["x"].agency == "school--rakvere-pohikool"
        assert found.framework.sites["y"].agency == "school--vinni-kool"
        assert found.conflicts == ()
        assert len(found.renamed) == 2


def test_names_that_differ_in_case_quotation_marks_and_blanks_are_the_same_names() -> None:
    a = document("a", agencies=[agency("mtu", name="MTÜ  „Päike“")])
    b = document("b", agencies=[agency("mtu", name="MTÜ Päike")])
    assert merge(a, b).framework.agencies.keys() == ("mtu",)


def test_one_id_and_name_in_two_municipalities_are_two_things() -> None:
    def town(name: str) -> Framework:
        return document(
            name,
            territories=[{"id": name}],
            agencies=[agency("library", name="Library", territory=name)],
            services=[{"id": "loan", "name": "Loan", "providers": ["library"]}],
        )

    found = merge(town("vinni"), town("tapa"))
    assert found.framework.agencies.keys() == ("library--tapa", "library--vinni")
    assert found.framework.services.keys() == ("loan--library-tapa", "loan--library-vinni")


def test_an_agency_of_the_county_in_one_document_and_of_its_town_in_the_other_is_one() -> None:
    land = [{"id": "county"}, {"id": "town", "part_of": "county"}]
    a = document("a", territories=land, agencies=[agency("virol", name="VIROL", territory="county")])
    b = document("b", territories=land, agencies=[agency("virol", name="VIROL", territory="town")])
    found = merge(a, b)
    assert found.framework.agencies.keys() == ("virol",)
    assert [conflict.path for conflict in found.conflicts] == ["agencies[virol].territory"]


def test_one_id_with_two_codes_of_one_list_are_two_things() -> None:
    a = document("a", agencies=[agency("school", name="School", identifiers={"registry": "1"})])
    b = document("b", agencies=[agency("school", name="School", identifiers={"registry": "2"})])
    assert len(merge(a, b).framework.agencies) == 2


def test_what_may_be_either_of_two_is_kept_apart_and_reported() -> None:
    a = document("a", agencies=[agency("school", name="Rakvere")])
    b = document("b", agencies=[agency("school", name="Vinni")])
    c = document("c", agencies=[agency("school")])
    assert len(merge(a, c).framework.agencies) == 1
    for inputs in ((a, b, c), (c, b, a), (b, c, a)):
        found = merge(*inputs)
        assert found.framework.agencies.keys() == ("school", "school--rakvere", "school--vinni")
        assert "may be any of several things" in found.notes[0]


def test_assumptions_with_other_reasons_are_other_assumptions() -> None:
    def assuming(name: str, note: str) -> Framework:
        return document(name, sources=[{"id": "share", "kind": "assumption", "title": "Share", "note": note}])

    assert len(merge(assuming("a", "as in Tapa"), assuming("b", "guessed")).framework.sources) == 2
    assert len(merge(assuming("a", "guessed"), assuming("b", "guessed")).framework.sources) == 1


# confirmed matches -------------------------------------------------------------------------------------------------


def test_likeness_alone_joins_nothing_and_a_confirmed_match_does() -> None:
    a = document("a", agencies=[agency("sun", name="MTÜ Päike")])
    b = document("b", agencies=[agency("paike", name="Päike")])
    assert len(merge(a, b).framework.agencies) == 2
    found = merge(a, b, match=[{"collection": "agencies", "same": ["a:sun", "b:paike"]}])
    assert found.framework.agencies.keys() == ("paike",)
    assert found.joined[0].why == ("confirmed",)


def test_matches_that_nobody_has_confirmed_are_passed_over() -> None:
    a, b = document("a", agencies=[agency("x", name="X")]), document("b", agencies=[agency("y", name="Y")])
    entry = {"collection": "agencies", "same": ["x", "y"], "confirmed": False, "score": 1.0}
    assert len(merge(a, b, match=[entry]).framework.agencies) == 2


def test_a_match_may_name_the_file_that_a_record_was_read_from() -> None:
    a = document("f", agencies=[agency("x", name="X", origins=[{"file": "a.xlsx"}])])
    b = document("f", agencies=[agency("y", name="Y", origins=[{"file": "b.xlsx"}])])
    assert len(merge(a, b, match=[Match("agencies", ("a.xlsx:x", "b.xlsx:y"))]).framework.agencies) == 1


def test_what_a_person_says_to_be_different_stays_apart() -> None:
    a, b = (document(name, agencies=[agency("x", name="X")]) for name in "ab")
    found = merge(a, b, match=[Match("agencies", different=("a:x", "b:x"))])
    assert len(found.framework.agencies) == 2
    assert len(merge(a, b).framework.agencies) == 1


def test_a_list_of_matches_that_names_what_is_not_there_is_refused_with_all_its_faults() -> None:
    a = document("a", agencies=[agency("police")])
    with pytest.raises(DocumentError, match=r"no record 'polise'(.|\n)*Did you mean 'police'") as caught:
        merge(a, match=[Match("agencies", ("polise", "police")), Match("agencies", ("c:police", "police"))])
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "entry",
    [{"collection": "agency", "same": ["a"]}, {"collection": "agencies"}, 3, {"collection": "needs", "same": 1}],
)
def test_a_list_of_matches_that_cannot_be_read_is_refused(entry: Any) -> None:
    with pytest.raises(DocumentError, match=r"match\[0\]"):
        merge(document("a"), match=[entry])


def test_a_match_that_makes_a_circle_is_refused_with_every_problem() -> None:
    a = document(
        "a", agencies=[agency("x", part_of="y"), agency("y"), agency("z")], cooperations=[{"agencies": ["x", "z"]}]
    )
    with pytest.raises(DocumentError, match="cycle") as caught:
        merge(a, match=[Match("agencies", ("x", "y", "z"))])
    assert {problem.code for problem in caught.value.problems} == {"cycle", "tie-with-itself"}


# conflicts ---------------------------------------------------------------------------------------------------------


def test_missing_values_are_filled_and_lists_are_united_without_conflict() -> None:
    a = document(
        "a",
        agencies=[agency("x", name={"en": "House"}, kind="school", contacts=[{"kind": "phone", "value": "+372 300"}])],
        services=[{"id": "s", "languages": ["et"], "deliveries": [{"channel": "online", "capacity": 3}]}],
    )
    b = document(
        "b",
        agencies=[
            agency("x", name={"et": "Maja"}, sector="health", contacts=[{"kind": "web", "value": "https://x.ee"}])
        ],
        services=[
            {"id": "s", "languages": ["ru"], "deliveries": [{"channel": "online", "wait": 5}, {"channel": "mobile"}]}
        ],
    )
    found = merge(a, b)
    assert found.conflicts == ()
    house, service = found.framework.agencies["x"], found.framework.services["s"]
    assert house.name is not None
    assert (house.name.plain(), house.kind, house.sector) == ({"en": "House", "et": "Maja"}, "school", "health")
    assert [contact.kind for contact in house.contacts] == ["phone", "web"]
    assert service.languages == ("et", "ru")
    assert [one.plain() for one in service.deliveries] == [
        {"channel": "mobile"},
        {"channel": "online", "capacity": 3, "wait": 5},
    ]


def capacities(one: Any, other: Any) -> tuple[Framework, Framework]:
    def offering(name: str, capacity: Any, row: int) -> Framework:
        origins = [{"file": f"{name}.xlsx", "sheet": "Services", "row": row}]
        sources = [{"id": "guess", "kind": "assumption", "title": "Guess", "note": "why"}]
        service = {"id": "s", "origins": origins, "deliveries": [{"channel": "online", "capacity": capacity}]}
        return document(name, sources=sources, services=[service])

    return offering("a", one, 7), offering("b", other, 9)


def test_a_conflict_shows_both_values_and_both_files_with_their_rows() -> None:
    a, b = capacities(40, {"value": 55, "basis": "assumed", "source": "guess"})
    (found,) = merge(a, b).conflicts
    assert found.path == "services[s].deliveries[online].capacity"
    assert found.kept == Stated(40, ("a",), (Origin(file="a.xlsx", sheet="Services", row=7),))
    assert found.others[0].value == {"value": 55, "basis": "assumed", "source": "guess"}
    assert found.others[0].place() == "b.xlsx, sheet Services, row 9"
    assert "a.xlsx, sheet Services, row 7" in str(found)


def test_the_better_founded_figure_is_kept_in_every_order() -> None:
    a, b = capacities({"value": 10, "basis": "assumed", "source": "guess", "low": 5, "high": 20}, 90)
    for found in (merge(a, b), merge(b, a)):
        capacity = found.framework.services["s"].deliveries[0].capacity
        assert capacity is not None
        assert capacity.value == 90


def test_a_figure_that_says_more_is_no_conflict() -> None:
    a, b = capacities(40, {"value": 40, "source": "guess", "note": "counted"})
    found = merge(a, b)
    assert found.conflicts == ()
    assert found.framework.services["s"].deliveries[0].capacity == b.services["s"].deliveries[0].capacity


def test_figures_that_each_say_something_of_their_own_are_a_conflict() -> None:
    a, b = capacities({"value": 40, "low": 30}, {"value": 40, "high": 50})
    assert len(merge(a, b).conflicts) == 1


def test_first_keeps_what_the_first_document_states_and_still_lists_the_conflict() -> None:
    a, b = capacities(40, 55)
    for inputs, value in (((a, b), 40), ((b, a), 55)):
        found = merge(*inputs, on_conflict="first")
        capacity = found.framework.services["s"].deliveries[0].capacity
        assert capacity is not None
        assert capacity.value == value
        assert len(found.conflicts) == 1


def test_error_refuses_conflicts_with_all_of_them() -> None:
    a, b = capacities(40, 55)
    with pytest.raises(DocumentError, match=r"40 \(a.xlsx, sheet Services, row 7\), 55 \(b.xlsx") as caught:
        merge(a, b, on_conflict="error")
    assert caught.value.problems[0].code == "merge-conflict"
    assert merge(a, a, on_conflict="error").framework == a


def test_texts_of_persons_are_masked_in_conflicts() -> None:
    def asking(name: str, text: str) -> Framework:
        need = {"id": "n", "description": text}
        return loads(json.dumps({"framework": name, **HEAD, "needs": [need]}), personal="keep")

    found = merge(asking("a", "Ask mari.maasikas@example.org"), asking("b", "Ask"))
    assert found.framework.keeps_personal
    (conflict,) = found.conflicts
    shown = [str(found), repr(found), json.dumps(found.as_dict()), str(conflict), repr(conflict)]
    shown += [repr(conflict.kept), repr(conflict.others), str(conflict.problem())]
    assert not [text for text in shown if "maasikas" in text]


def test_fields_that_belong_together_are_taken_together() -> None:
    def observing(name: str, **more: Any) -> Framework:
        return document(name, indicators=[{"id": "i"}], observations=[{"indicator": "i", **more}])

    a = observing("a", value=5, status="reported", date="2022")
    b = observing("b", missing="refused", status="verified", date="2021")
    (found,) = merge(a, b).framework.observations
    assert found.plain() == {"indicator": "i", "missing": "refused", "status": "verified", "date": "2021"}


def test_counts_of_two_days_and_what_two_agencies_say_of_their_tie_are_both_kept() -> None:
    def counting(name: str, persons: int, day: str, who: str) -> Framework:
        return document(
            name,
            territories=[{"id": "t"}],
            target_groups=[{"id": "g"}],
            agencies=[{"id": "x"}, {"id": "y"}],
            populations=[{"target_group": "g", "territory": "t", "persons": persons, "date": day}],
            cooperations=[{"agencies": ["x", "y"], "level": persons % 5, "scale": "frey-2006", "reported_by": who}],
        )

    fw = merge(counting("a", 40, "2021", "x"), counting("b", 43, "2022", "y")).framework
    assert {one.key: one.persons.value for one in fw.populations} == {"g-t--2021": 40, "g-t--2022": 43}
    assert {one.reported_by: one.level.value for one in fw.cooperations if one.level} == {"x": 0, "y": 3}


def test_demand_that_is_stated_for_the_county_and_for_a_town_in_it_is_refused() -> None:
    def wanting(name: str, territory: str) -> Framework:
        return document(
            name,
            territories=[{"id": "county"}, {"id": "town", "part_of": "county"}],
            target_groups=[{"id": "g"}],
            needs=[{"id": "n"}],
            demands=[{"need": "n", "target_group": "g", "territory": territory, "persons": 5}],
        )

    with pytest.raises(DocumentError, match="nested-demand"):
        merge(wanting("a", "county"), wanting("b", "town"))


# the head ----------------------------------------------------------------------------------------------------------


def test_the_basis_of_figures_is_written_out_where_the_default_bases_differ() -> None:
    def with_default(name: str, basis: str, key: str) -> Framework:
        services = [{"id": key, "deliveries": [{"channel": "online", "capacity": 3, "cost": "5 EUR"}]}]
        return document(name, basis=basis, services=services, sites=[{"id": key, "point": {"lat": 1, "lon": 2}}])

    fw = merge(with_default("a", "stated", "x"), with_default("b", "estimated", "y")).framework
    assert fw.basis == "stated"
    (one,), (other,) = fw.services["x"].deliveries, fw.services["y"].deliveries
    assert one.capacity is not None
    assert one.capacity.basis is None
    assert other.capacity is not None
    assert other.cost is not None
    assert (other.capacity.basis, other.cost.basis) == ("estimated", "estimated")
    assert fw.sites["y"].point is not None
    assert fw.sites["y"].point.basis == "estimated"


def test_texts_without_a_language_say_it_where_the_main_languages_differ() -> None:
    a = document("a", languages=["et"], needs=[{"id": "n", "description": "Nõustamine"}, {"id": "m", "name": "Muu"}])
    b = document(
        "b", languages=["lt"], needs=[{"id": "n", "description": "Konsultavimas"}, {"id": "o", "name": "Kita"}]
    )
    fw = merge(a, b).framework
    assert fw.languages == ("et", "lt")
    assert fw.needs["n"].description is not None
    assert fw.needs["n"].description.plain() == {"et": "Nõustamine", "lt": "Konsultavimas"}
    assert fw.needs["m"].name == "Muu"
    assert fw.needs["o"].name is not None
    assert fw.needs["o"].name.plain() == {"lt": "Kita"}


def test_the_head_of_the_merged_document_follows_rules_that_can_be_overruled() -> None:
    a = document("b", licence="CC0-1.0").evolve({"title": "B", "reference_date": "2023-01-01"})
    b = document("a", licence="CC-BY-4.0").evolve({"title": "A"})
    found = merge(a, b)
    fw = found.framework
    assert (fw.id, str(fw.title), fw.reference_date.isoformat(), fw.licence) == (
        "a",
        "A",
        "2023-01-01",
        "CC-BY-4.0; CC0-1.0",
    )
    assert found.notes == (
        "title 'A': the documents also say 'B'",
        "reference date 2023-01-01: the latest of 2022-06-01, 2023-01-01",
    )
    own = merge(a, b, framework="county", title={"en": "County"}, languages=["en"]).framework
    assert (own.id, str(own.title), own.languages) == ("county", "County", ("en",))
    assert str(merge(a, title="New").framework.title) == "New"


def test_a_bad_head_and_no_framework_are_refused() -> None:
    with pytest.raises(DocumentError, match="framework"):
        merge(document("a"), document("b"), framework="not an id")
    with pytest.raises(ValueError, match="at least one"):
        merge()


def test_origins_are_united_and_none_is_invented() -> None:
    a = document("a", needs=[{"id": "n", "origins": [{"file": "b.xlsx", "row": 2}]}, {"id": "m"}])
    b = document("b", needs=[{"id": "n", "origins": [{"file": "a.xlsx", "row": 9}]}])
    fw = merge(a, b).framework
    assert [str(one) for one in fw.needs["n"].origins] == ["a.xlsx, row 9", "b.xlsx, row 2"]
    assert fw.needs["m"].origins == ()


def test_what_was_merged_may_be_merged_on_with_the_matches_that_were_confirmed() -> None:
    a = document("a", agencies=[agency("sun", name="MTÜ Päike")])
    b = document("b", agencies=[agency("paike", name="Päike")])
    c = document("c", agencies=[agency("sun", name="MTÜ Päike", sector="health")])
    both = merge(a, b, match=[Match("agencies", ("a:sun", "b:paike"))])
    whole = merge(both, c).framework
    assert whole.agencies.keys() == ("paike",)
    assert whole.agencies["paike"].sector == "health"


@pytest.mark.parametrize(
    ("text", "made"), [("Väike-Maarja vald", "vaike-maarja-vald"), ("Õ & Ü!", "o-u"), ("Школа", "")]
)
def test_endings_of_ids_are_made_of_plain_letters(text: str, made: str) -> None:
    assert slug(text) == made
