"""All that is wrong with a document is said at once: by id and line, without echoes and without persons' data."""

import copy
import json
from pathlib import Path

import pytest
from model_helpers import HEAD, LAND, as_yaml, codes_of, document, land, problems_of, the_error, the_land

from integrated_services.errors import DocumentError
from integrated_services.model import PROBLEM_CODES, Framework, dumps, load, loads, loads_draft
from integrated_services.model._places import JsonPlaces

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"


def errors_of(path: Path) -> list:
    with pytest.raises(DocumentError) as caught:
        load(path)
    return [problem for problem in caught.value.problems if problem.severity == "error"]


# all at once -------------------------------------------------------------------------------------------------------

MISTAKES = {
    ("assumption-without-reason", "sources[guess]", 7),
    ("bad-choice", "territories[elektrenai].level", 13),
    ("out-of-range", "territories[vievis].point.lat", 18),
    ("unknown-reference", "territories[semeliskes].part_of", 19),
    ("ages-reversed", "target_groups[pupils].ages", 21),
    ("duplicate-id", "target_groups[pupils]", 22),
    ("cycle", "needs[speech].broader", 25),
    ("wrong-type", "demands[suport:pupils:elektrenai].persons", 27),
    ("unknown-reference", "demands[suport:pupils:elektrenai].need", 27),
    ("unknown-field", "services[mobile].nmae", 31),
    ("unknown-reference", "services[mobile].meets", 32),
    ("bad-choice", "services[mobile].deliveries[semeliskes].capacity.unit", 36),
    ("unknown-reference", "services[mobile].deliveries[second].area", 38),
    ("bad-date", "services[mobile].deliveries[second].posts[psychologist].funded_until", 44),
    ("duplicate-key", "services[advice].name", 47),
    ("personal-data", "services[advice].description", 48),
    ("period-reversed", "services[advice].valid", 49),
    ("missing-field", "services[2].id", 50),
    ("money-mismatch", "projects[p].finance", 53),
    ("unknown-reference", "projects[p].commitments[c].has.activity", 58),
}


def test_a_document_with_twenty_mistakes_has_all_of_them_reported_at_once():
    pytest.importorskip("yaml")
    found = errors_of(DOCUMENTS / "many-mistakes.yaml")
    assert {(problem.code, problem.path, problem.row) for problem in found} == MISTAKES
    assert len(found) == len(MISTAKES)
    assert all(problem.file.endswith("many-mistakes.yaml") for problem in found)
    assert all(problem.mend for problem in found)


def test_the_same_mistakes_are_found_in_json_each_with_its_line(tmp_path):
    yaml = pytest.importorskip("yaml")
    raw = yaml.load((DOCUMENTS / "many-mistakes.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    text = json.dumps(raw, indent=1).replace('"format": "1"', '"format": 1')
    path = tmp_path / "many.json"
    path.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    for problem in errors_of(path):
        assert problem.row is not None
        last = problem.path.rpartition(".")[2]
        if "[" not in last and problem.code not in ("missing-field", "negative-count"):
            assert f'"{last}"' in lines[problem.row - 1]


def test_the_value_is_shown_and_masked_where_it_is_personal():
    pytest.importorskip("yaml")
    found = {problem.path: problem for problem in errors_of(DOCUMENTS / "many-mistakes.yaml")}
    assert found["services[advice].description"].value == "Write to j***@*** or call i***@***"
    assert found["territories[elektrenai].level"].value == "'municipallity'"
    assert found["territories[vievis].point.lat"].value == "154.7"
    assert "jaana" not in str(DocumentError(found.values()))


def test_the_nearest_is_suggested():
    pytest.importorskip("yaml")
    mends = {problem.path: problem.mend for problem in errors_of(DOCUMENTS / "many-mistakes.yaml")}
    assert "Did you mean 'elektrenai'?" in mends["territories[semeliskes].part_of"]
    assert "Did you mean 'municipality'?" in mends["territories[elektrenai].level"]
    assert "Did you mean 'name'?" in mends["services[mobile].nmae"]
    assert "Did you mean 'speech'" in mends["services[mobile].meets"]
    assert "Did you mean 'training'?" in mends["projects[p].commitments[c].has.activity"]


# no echoes ---------------------------------------------------------------------------------------------------------


def test_a_broken_record_is_known_to_those_who_refer_to_it():
    raw = land(territories=[{"id": "county", "level": "wrong"}, *LAND["territories"][1:]])
    assert the_error(raw).path == "territories[county].level"


def test_a_collection_that_is_no_list_has_no_echo():
    problem = the_error(land(territories={"north": {}}))
    assert (problem.code, problem.path) == ("wrong-type", "territories")


def test_a_broken_head_has_no_echo_and_hides_nothing():
    found = problems_of(land(reference_date="soon", needs=[{"id": "a b"}]))
    assert {(problem.code, problem.path) for problem in found} >= {
        ("bad-date", "reference_date"),
        ("bad-id", "needs[a b].id"),
    }


def test_a_reference_that_is_no_id_is_reported_once():
    problem = the_error(document(services=[{"id": "s", "meets": ["speech therapy"]}], needs=[{"id": "speech-therapy"}]))
    assert (problem.code, problem.path) == ("bad-id", "services[s].meets[0]")
    assert "'speech-therapy'" in problem.mend


def test_there_is_no_advice_on_what_could_not_be_read():
    raw = land(populations=[{"target_group": "pupils", "territory": "north", "persons": "many"}])
    assert [problem.severity for problem in problems_of(raw)] == ["error"]


def test_advice_comes_with_errors_across_records():
    raw = land(
        agencies=[*LAND["agencies"], {"id": "x", "part_of": "scool"}, {"id": "loksa-linn"}, {"id": "loksa-vald"}]
    )
    assert {problem.code for problem in problems_of(raw)} >= {"unknown-reference", "agency-two-kinds"}


def test_a_circle_with_demand_in_it_is_reported_and_not_run_through():
    raw = land(needs=[{"id": "therapy", "broader": "speech"}, {"id": "speech", "broader": "therapy"}])
    assert codes_of(raw) == ["cycle"]


def test_two_records_of_one_name_are_found_though_one_is_broken():
    raw = document(needs=[{"id": "n", "broader": 5}, {"id": "n"}])
    assert sorted(codes_of(raw)) == ["duplicate-id", "wrong-type"]


# single checks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("collection", "field"),
    [("territories", "part_of"), ("target_groups", "broader"), ("needs", "broader"), ("agencies", "part_of"),
     ("projects", "part_of")],
)  # fmt: skip
@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_circle_in_a_hierarchy_is_found_once_with_its_members(collection, field, length):
    ids = [f"x{n}" for n in range(length)]
    raw = document(**{collection: [{"id": one, field: ids[n - 1]} for n, one in enumerate(ids)]})
    problem = the_error(raw)
    assert (problem.code, problem.path) == ("cycle", f"{collection}[x0].{field}")
    assert all(one in problem.message for one in ids)


def test_two_circles_are_two_problems():
    needs = [{"id": a, "broader": b} for a, b in ("ab", "ba", "cd", "dc", "ea")]
    assert codes_of(document(needs=needs)) == ["cycle", "cycle"]


def test_circles_of_successors_activities_and_indicators_are_found():
    old = {"valid": "../2017"}
    raw = document(
        territories=[
            {"id": "a", **old, "succeeded_by": [{"territory": "c", "share": 0.5}, {"territory": "b", "share": 0.5}]},
            {"id": "b", **old, "succeeded_by": [{"territory": "a"}]},
            {"id": "c"},
        ],
        projects=[
            {
                "id": "p",
                "activities": [
                    {"id": "x", "name": "X", "follows": ["y"]},
                    {"id": "y", "name": "Y", "follows": ["z", "x"]},
                    {"id": "z", "name": "Z", "part_of": "z"},
                ],
            }
        ],
        indicators=[{"id": "i", "kind": "ratio", "numerator": "j", "denominator": "i"}, {"id": "j"}],
    )
    assert {problem.path for problem in problems_of(raw) if problem.code == "cycle"} == {
        "territories[a].succeeded_by",
        "projects[p].activities[x].follows",
        "projects[p].activities[z].part_of",
        "indicators[i].numerator",
    }


def test_a_hierarchy_of_a_thousand_levels_is_no_circle():
    needs = [{"id": "n0"}, *({"id": f"n{n}", "broader": f"n{n - 1}"} for n in range(1, 2000))]
    assert codes_of(document(needs=needs)) == []


@pytest.mark.parametrize(
    ("finance", "place"),
    [
        ({"total": "100 EUR", "grant": "85 EUR", "own": "25 EUR"}, ""),
        ({"total": "200 EUR", "eligible": "100 EUR", "grant": "85 EUR", "own": "115 EUR"}, ""),
        ({"total": "100 EUR", "eligible": "101 EUR"}, ""),
        ({"total": "100 EUR", "grant": "85 EUR", "rate": 0.8}, ".rate"),
        ({"grant": "85 EUR", "parts": [{"amount": "84.99 EUR"}]}, ".parts"),
        ({"grant": "85 EUR", "parts": [{"amount": "86 EUR"}, {"period": "2022"}]}, ".parts"),
        ({"own": "5 EUR", "parts": [{"kind": "own", "amount": "4 EUR"}]}, ".parts"),
    ],
)
def test_money_that_does_not_add_up_is_found(finance, place):
    problem = the_error(document(projects=[{"id": "p", "finance": finance}]))
    assert (problem.code, problem.path) == ("money-mismatch", f"projects[p].finance{place}")


@pytest.mark.parametrize(
    "finance",
    [
        {"total": "100 EUR", "grant": "85.10 EUR", "own": "14.90 EUR", "rate": 0.85},
        {"total": "200 EUR", "eligible": "100 EUR", "grant": "85 EUR", "own": "15 EUR"},
        {"total": {"amount": "100", "approx": "about"}, "grant": "85 EUR", "own": "25 EUR"},
        {"total": {"amount": "100", "low": "90", "high": "120"}, "grant": "85 EUR", "own": "25 EUR"},
        {"grant": "85 EUR", "parts": [{"amount": "50 EUR"}, {"period": "2022"}]},
        {"total": "100 EUR", "grant": "80 EUR", "own": "15 EUR", "parts": [{"kind": "other", "amount": "5 EUR"}]},
        {"total": "0 EUR", "grant": "0 EUR", "rate": 0.5},
        {"eligible": {"amount": "100", "approx": "about"}, "total": "100 EUR", "grant": "50 EUR", "own": "1 EUR"},
    ],
)
def test_money_that_adds_up_or_is_approximate_is_no_problem(finance):
    assert codes_of(document(projects=[{"id": "p", "finance": finance}])) == []


@pytest.mark.parametrize(
    ("field", "figure"),
    [("wait", "hours"), ("duration", "persons"), ("caseload", "days"), ("hours_per_person", "sessions"),
     ("sessions_per_person", "hours")],
)  # fmt: skip
def test_a_wrong_unit_is_found_in_each_field_of_a_delivery(field, figure):
    delivery = {"channel": "online", field: {"value": 1, "unit": figure}}
    problem = the_error(document(services=[{"id": "s", "deliveries": [delivery]}]))
    assert (problem.code, problem.path) == ("wrong-unit", f"services[s].deliveries[online].{field}")


def test_a_wrong_unit_is_found_in_single_nested_values_too():
    problem = the_error(document(projects=[{"id": "p", "finance": {"rate": {"value": 1, "unit": "days"}}}]))
    assert (problem.code, problem.path) == ("wrong-unit", "projects[p].finance.rate")


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ({"populations": [{"target_group": "g", "territory": "t", "persons": -1}]}, "populations[g:t].persons"),
        ({"demands": [{"need": "n", "target_group": "g", "territory": "t", "persons": -1}]}, "demands[n:g:t].persons"),
        ({"agencies": [{"id": "a", "members": -1}]}, "agencies[a].members"),
        ({"projects": [{"id": "p", "specialists": -1}]}, "projects[p].specialists"),
        ({"projects": [{"id": "p", "activities": [{"id": "a", "name": "A", "events": -1}]}]},
         "projects[p].activities[a].events"),
        ({"services": [{"id": "s", "deliveries": [{"posts": [{"role": "nurse", "fte": -1}]}]}]},
         "services[s].deliveries[on_site].posts[nurse].fte"),
        ({"services": [{"id": "s", "deliveries": [{"capacity": {"value": 1, "low": -1}}]}]},
         "services[s].deliveries[on_site].capacity"),
    ],
)  # fmt: skip
def test_a_count_below_zero_is_found_in_every_noun(part, path):
    base = {"territories": [{"id": "t"}], "target_groups": [{"id": "g"}], "needs": [{"id": "n"}]}
    problem = the_error(document(**base, **part))
    assert (problem.code, problem.path) == ("negative-count", path)


@pytest.mark.parametrize("field", ["acceptance", "share"])
@pytest.mark.parametrize("value", [1.01, -0.1, {"value": 0.5, "high": 1.5}, {"value": 0.5, "low": -1}])
def test_a_share_above_one_is_found(field, value):
    raw = document(services=[{"id": "a"}, {"id": "b"}], referrals=[{"sender": "a", "receiver": "b", field: value}])
    problem = the_error(raw)
    assert (problem.code, problem.path) == ("share-above-one", f"referrals[a:b].{field}")


def test_referrals_that_send_away_more_than_all_are_found():
    arcs = [{"sender": "a", "receiver": other, "share": 0.4} for other in "bcd"]
    problem = the_error(document(services=[{"id": one} for one in "abcd"], referrals=arcs))
    assert (problem.code, problem.path) == ("share-above-one", "services[a]")
    fair = [{"sender": "a", "receiver": other, "share": 0.1} for other in "bcd"]
    assert codes_of(document(services=[{"id": one} for one in "abcd"], referrals=fair)) == []


def test_ten_shares_of_a_tenth_are_one():
    arcs = [{"sender": "a", "receiver": f"s{n}", "share": 0.1} for n in range(10)]
    services = [{"id": "a"}, *({"id": f"s{n}"} for n in range(10))]
    assert codes_of(document(services=services, referrals=arcs)) == []


def test_a_reference_to_another_kind_of_record_says_so():
    problem = the_error(
        land(demands=[{"need": "therapy", "target_group": "north", "territory": "north", "persons": 1}])
    )
    assert "there is a territory of that id" in problem.message


def test_children_of_one_name_are_found():
    deliveries = [{"channel": "online"}, {"channel": "online"}]
    problem = the_error(document(services=[{"id": "s", "deliveries": deliveries}]))
    assert (problem.code, problem.path) == ("duplicate-id", "services[s].deliveries[online]")
    assert "differ in nothing that names them" in problem.mend


def test_a_demand_inside_another_names_both_places():
    demands = [
        {"need": "therapy", "target_group": "pupils", "territory": one, "persons": 3} for one in ("county", "north")
    ]
    problem = the_error(land(demands=demands))
    assert (problem.code, problem.path) == ("nested-demand", "demands[therapy:pupils:north]")
    assert "'county'" in problem.message


@pytest.mark.parametrize("value", ["1", True, None, [1], {"value": "1"}, {"value": True}, {}])
def test_a_number_is_never_made_from_something_else(value):
    raw = document(populations=[{"target_group": "g", "territory": "t", "persons": value}])
    assert set(codes_of(raw)) & {"wrong-type", "missing-field"}


@pytest.mark.parametrize("value", [True, 1.0, "1", 4, 0])
def test_a_choice_of_numbers_takes_the_numbers_themselves(value):
    assert the_error(document(territories=[{"id": "t", "degurba": value}])).code == "bad-choice"


@pytest.mark.parametrize(
    ("ages", "code"),
    [([7], "wrong-length"), ([], "wrong-length"), ([1, 2, 3], "wrong-length"), (7, "wrong-type"),
     (["7", 18], "wrong-type"),
     ([7.5, 18], "wrong-type"), ([True, 18], "wrong-type"), ([-1, 18], "out-of-range"), ([7, 151], "out-of-range"),
     ([18, 7], "ages-reversed")],
)  # fmt: skip
def test_ages_are_two_whole_numbers_in_order(ages, code):
    assert set(codes_of(document(target_groups=[{"id": "g", "ages": ages}]))) == {code}


@pytest.mark.parametrize(
    "text",
    [
        "2022-13",
        "2022-02-30",
        "22",
        "2022-1-1",
        "--13",
        "--02-30",
        "0000",
        "2022-05-03T00:00",
        "",
        "\uff12\uff10\uff12\uff12",
        "May",
    ],
)
def test_what_is_no_date_is_refused(text):
    assert the_error(document(sources=[{"id": "s", "kind": "document", "title": "T", "date": text}])).code == "bad-date"


def test_the_29th_of_february_of_an_unknown_year_is_a_date():
    assert codes_of(document(sources=[{"id": "s", "kind": "document", "title": "T", "date": "--02-29"}])) == []


@pytest.mark.parametrize("outline", [
    {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[]]},
    {"type": "Polygon", "coordinates": [[[1, 2], [1, 3], [2, 3], [1]]]},
    {"type": "Polygon", "coordinates": [[[1, 2], [1, 3], [1, 2]]]},
    {"type": "Polygon", "coordinates": [[[1, 2], [1, 3], [2, 3], [2, 2]]]},
    {"type": "Polygon", "coordinates": [[[1, 92], [1, 3], [2, 3], [1, 92]]]},
    {"type": "MultiPolygon", "coordinates": [[[1, 2], [1, 3], [2, 3], [1, 2]]]},
    {"type": "Polygon", "coordinates": [[[[1], 2], [1, 3], [2, 3], [[1], 2]]]},
])  # fmt: skip
def test_an_outline_that_is_no_polygon_is_refused(outline):
    assert codes_of(document(territories=[{"id": "t", "outline": outline}])) == ["bad-outline"]


def test_advice_speaks_of_territories_of_the_reference_date():
    raw = land(
        territories=[
            *LAND["territories"],
            {"id": "old", "level": "municipality", "part_of": "county", "valid": "../2017"},
        ],
        demands=[
            {"need": "speech", "target_group": "pupils", "territory": "county", "share": 0.1, "each": "municipality"}
        ],
        populations=[{"target_group": "pupils", "territory": one, "persons": 10} for one in ("north", "south")],
    )
    assert [problem.code for problem in problems_of(raw) if problem.code == "population-missing"] == []


def test_loksa_as_parish_and_as_town_is_one_agency_under_two_kinds():
    agencies = [{"id": "loksa-vald", "name": {"et": "Loksa vald"}}, {"id": "loksa-town", "name": {"en": "Loksa town"}}]
    [problem] = [p for p in problems_of(document(agencies=agencies)) if p.severity == "warning"]
    assert (problem.code, problem.path) == ("agency-two-kinds", "agencies[loksa-town]")


def test_two_municipalities_of_one_name_with_territories_of_their_own_are_two():
    agencies = [
        {"id": "rakvere-vald", "name": "Rakvere vald", "territory": "parish"},
        {"id": "rakvere-linn", "name": "Rakvere linn", "territory": "town"},
    ]
    raw = document(territories=[{"id": "parish"}, {"id": "town"}], agencies=agencies)
    assert [p for p in problems_of(raw) if p.severity == "warning"] == []


@pytest.mark.parametrize(
    ("capacity", "more", "comparable"),
    [
        (40, {}, True),
        ({"value": 40, "unit": "places"}, {}, True),
        ({"value": 40, "per": "year"}, {}, False),
        ({"value": 40, "per": "year"}, {"duration": 90}, True),
        ({"value": 40, "unit": "sessions", "per": "week"}, {"duration": 90}, False),
        ({"value": 40, "unit": "sessions", "per": "week"}, {"duration": 90, "sessions_per_person": 10}, True),
        ({"value": 40, "unit": "sessions"}, {"duration": 90, "sessions_per_person": 10}, False),
        ({"value": 40, "unit": "hours", "per": "month"}, {"duration": 90, "hours_per_person": 10}, True),
    ],
)
def test_capacity_is_compared_with_demand_only_after_a_stated_conversion(capacity, more, comparable):
    delivery = {"area": ["north"], "channel": "mobile", "capacity": capacity, **more}
    raw = land(services=[{"id": "mobile", "meets": ["therapy"], "deliveries": [delivery]}], referrals=[])
    found = [problem.path for problem in problems_of(raw) if problem.code == "capacity-not-comparable"]
    assert found == ([] if comparable else ["services[mobile].deliveries[north].capacity"])


# lines -------------------------------------------------------------------------------------------------------------


def test_the_places_of_a_json_text_are_those_that_a_person_counts():
    text = '{\n "a": [\n  1,\n  {"b": {"c": "}\\"[,:"}},\n  []\n ],\n "d":\n  2\n}'
    places = JsonPlaces(text)
    assert [places.line(place) for place in [(), ("a",), ("a", 0), ("a", 1), ("a", 1, "b", "c"), ("a", 2), ("d",)]] == [
        1, 2, 3, 4, 4, 5, 7,
    ]  # fmt: skip
    assert places.doubles() == ()


def test_a_place_that_is_not_there_has_the_line_of_what_is_around_it():
    assert JsonPlaces('{\n"a": [\n{"b": 1}]}').line(("a", 0, "x", "y")) == 3


def test_keys_that_are_written_twice_are_found_in_json_with_path_and_line():
    head = '{"framework": "f", "title": "F", "reference_date": "2022-06-01",'
    text = head + '"needs": [\n{"id": "n"},\n{"id": "m",\n"id": "m"}]}'
    problem = the_error(text)
    assert (problem.code, problem.path, problem.row) == ("duplicate-key", "needs[m].id", 4)


def test_the_contents_of_a_doubled_key_are_no_doubles_themselves():
    text = '{"framework": "f", "title": {"en": "F"}, "title": {"en": "G"}, "reference_date": "2022-06-01"}'
    assert the_error(text).path == "title"


def test_lines_are_right_for_every_single_mistake_of_a_document():
    pytest.importorskip("yaml")
    for syntax in ("json", "yaml"):
        text = json.dumps(land(), indent=1) if syntax == "json" else as_yaml(land())
        lines = text.splitlines()
        for number, line in enumerate(lines, 1):
            if "mobile" in line and "id" in line:
                broken = [*lines[: number - 1], line.replace("mobile", "mob ile"), *lines[number:]]
                rows = [p.row for p in problems_of("\n".join(broken), syntax) if p.code == "bad-id"]
                assert rows == [number]


def test_the_framework_itself_can_be_made_of_fields_and_refuses_errors():
    with pytest.raises(ValueError, match="there is no need 'x'"):
        Framework(**HEAD, services=[{"id": "s", "meets": ["x"]}])
    assert Framework.model_validate(land()) == the_land()


def test_pydantics_own_error_does_not_show_what_was_refused():
    with pytest.raises(ValueError, match="personal-data") as caught:
        Framework(**{**HEAD, "title": "call jaana.tamm@vald.example"})
    assert "jaana" not in str(caught.value)


def test_a_problem_in_a_document_that_loads_is_remembered_and_sorted():
    fw = loads(json.dumps(land(services=[{"id": "s"}], referrals=[], projects=[])))
    assert fw.problems() is fw.problems()
    assert [problem.code for problem in fw.problems()] == ["delivery-missing", "meets-missing", "serves-missing"]


JUNK = [
    None,
    "",
    "x",
    "no such",
    7,
    -1,
    1e300,
    True,
    [],
    [None],
    {},
    {"value": "x"},
    ["a", "a"],
    "jaana.tamm@vald.example",
]


def places_in(value, place=()):
    """Give the place of each value inside a plain document."""
    yield place
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places_in(item, (*place, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places_in(item, (*place, number))


def test_whatever_is_broken_is_found_with_its_line_and_never_crashes():
    strategies = pytest.importorskip("strategies")
    from hypothesis import Phase, given, settings
    from hypothesis import strategies as st

    # Documents are large and shrink slowly; what was broken is drawn in the message.
    @settings(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    @given(strategies.frameworks(max_services=2, max_territories=3), st.data())
    def check(fw, data):
        raw = json.loads(dumps(fw))
        for _ in range(data.draw(st.integers(1, 3))):
            place = data.draw(st.sampled_from([p for p in places_in(raw) if p]))
            at = raw
            for step in place[:-1]:
                at = at[step]
            if data.draw(st.booleans()) and isinstance(at, dict):
                at["new field"] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
            else:
                at[place[-1]] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
        text = json.dumps(raw, indent=1)
        places, lines = JsonPlaces(text), text.count("\n") + 1
        found = problems_of(text)
        for problem in found:
            assert problem.code in PROBLEM_CODES
            assert problem.severity == PROBLEM_CODES[problem.code].severity
            assert problem.message
            assert problem.mend
            assert problem.row is None or 1 <= problem.row <= lines
            assert "jaana" not in str(problem)
        assert len(set(found)) == len(found)
        errors = [problem for problem in found if problem.severity == "error"]
        assert all(problem.row is not None for problem in errors)
        assert places.line(()) == 1
        try:
            draft = loads_draft(text)
        except DocumentError:
            assert errors
            return
        assert loads(dumps(draft.framework)) == draft.framework
        assert bool(draft.left_out) == bool(errors)

    check()
