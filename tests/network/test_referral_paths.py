"""Ways through the referrals: what is best, who gets through, where people start, and what is said about it."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from network_cases import DAY, PEOPLE, arc, framework, service

from integrated_services import network, samples
from integrated_services.errors import AnalysisError, MissingDataError, UnknownIdError
from integrated_services.model import columns_of, from_frames

LEFT_OPEN = {"whom it serves is not stated", "whose residents it serves is not stated"}


def ways(found):
    return [path.services for path in found.paths]


def conditions_of(path):
    """Conditions besides those that a short test document leaves open."""
    return tuple(text for text in path.conditions if text not in LEFT_OPEN)


# what is best -------------------------------------------------------------------------------------------------------


def test_the_best_way_has_the_fewest_expected_days_and_not_the_fewest_days():
    fw = framework(
        [service("a"), service("b"), service("c", "help")],
        [arc("a", "c", 10, 0.5), arc("a", "b", 8, 1), arc("b", "c", 9, 0.9)],
    )
    found = network.referral_paths(fw, start="a", need="help")
    assert ways(found) == [("a", "b", "c"), ("a", "c")]
    assert [path.expected_days for path in found.paths] == [18.0, 20.0]


def test_the_probability_is_the_product_of_the_acceptances():
    fw = framework([service("a"), service("b"), service("c", "help")], [arc("a", "b", 1, 0.5), arc("b", "c", 1, 0.4)])
    (path,) = network.referral_paths(fw, start="a", need="help").paths
    assert path.probability == pytest.approx(0.2)
    assert [step.expected_days for step in path.steps] == [2.0, 2.5]


def test_ways_with_unknown_days_come_last_and_their_days_are_not_guessed():
    fw = framework(
        [service("a"), service("b"), service("c", "help")],
        [arc("a", "c", None), arc("a", "b", 500), arc("b", "c", 500)],
    )
    found = network.referral_paths(fw, start="a", need="help")
    assert ways(found) == [("a", "b", "c"), ("a", "c")]
    assert [path.expected_days for path in found.paths] == [1000.0, None]
    assert found.to_records()[-1]["cumulative"] is None


def test_among_ways_with_unknown_days_the_one_with_fewer_unknown_steps_comes_first():
    fw = framework(
        [service("a"), service("b"), service("c"), service("d", "help")],
        [arc("a", "b", None), arc("b", "d", None), arc("a", "c", 900), arc("c", "d", None)],
    )
    assert ways(network.referral_paths(fw, start="a", need="help")) == [("a", "c", "d"), ("a", "b", "d")]


def test_an_acceptance_that_is_not_stated_is_taken_as_certain_and_counted():
    fw = framework([service("a"), service("b", "help")], [arc("a", "b", 4, None)])
    found = network.referral_paths(fw, start="a", need="help")
    assert (found.paths[0].expected_days, found.paths[0].probability, found.paths[0].not_stated) == (4.0, 1.0, 1)
    assert "Acceptance is not stated at 1 of the steps" in found.summary()
    assert found.to_records()[0]["acceptance"] is None


def test_a_referral_that_is_never_accepted_leads_nowhere():
    fw = framework([service("a"), service("b", "help")], [arc("a", "b", 1, 0)])
    found = network.referral_paths(fw, start="a", need="help")
    assert not found.paths
    assert [barrier.condition for barrier in found.blocked] == ["acceptance"]


def test_two_referrals_between_the_same_services_are_two_ways():
    fw = framework(
        [service("a"), service("b", "help")],
        [arc("a", "b", 9, id="slow"), arc("a", "b", 2, id="fast", consent="guardian")],
    )
    found = network.referral_paths(fw, start="a", need="help", consent=["guardian"])
    assert [path.steps[0].referral for path in found.paths] == ["fast", "slow"]


def test_equal_ways_are_ordered_by_hand_offs_and_then_by_ids():
    fw = framework(
        [service("z"), service("y"), service("x"), service("goal", "help")],
        [arc("z", "y", 1), arc("y", "goal", 1), arc("z", "x", 1), arc("x", "goal", 1), arc("z", "goal", 2)],
    )
    assert ways(network.referral_paths(fw, start="z", need="help")) == [
        ("z", "goal"),
        ("z", "x", "goal"),
        ("z", "y", "goal"),
    ]


def test_a_way_ends_at_the_first_service_that_helps():
    fw = framework([service("a"), service("b", "help"), service("c", "help")], [arc("a", "b", 1), arc("b", "c", 1)])
    assert ways(network.referral_paths(fw, start="a", need="help", k=9)) == [("a", "b")]


def test_no_more_ways_are_given_than_asked_for():
    fw = framework([service("a"), service("b", "help"), service("c", "help")], [arc("a", "b", 1), arc("a", "c", 2)])
    assert len(network.referral_paths(fw, start="a", need="help", k=1).paths) == 1


def test_a_service_for_a_broader_need_meets_a_narrower_one():
    needs = [{"id": "wide"}, {"id": "narrow", "broader": "wide"}]
    fw = framework(
        [service("a"), service("b", "wide"), service("c", "narrow")], [arc("a", "b"), arc("a", "c")], needs=needs
    )
    assert ways(network.referral_paths(fw, start="a", need="narrow")) == [("a", "b"), ("a", "c")]
    assert ways(network.referral_paths(fw, start="a", need="wide")) == [("a", "b")]


def test_a_goal_is_one_service_whatever_it_meets():
    fw = framework([service("a"), service("b", "help"), service("c")], [arc("a", "b", 1), arc("b", "c", 1)])
    found = network.referral_paths(fw, start="a", goal="c")
    assert ways(found) == [("a", "b", "c")]
    assert found.paths[0].need is None


def test_whoever_is_at_a_service_that_helps_needs_no_referral():
    fw = framework([service("a", "help")])
    found = network.referral_paths(fw, start="a", need="help")
    assert (found.paths[0].services, found.paths[0].steps, found.paths[0].expected_days) == (("a",), (), 0.0)
    assert found.explain() == "a helps itself: nobody else has to be called."
    assert [row["step"] for row in found.to_records()] == [0]


def test_the_wait_is_the_shortest_of_the_valid_deliveries_where_the_person_lives():
    deliveries = [
        {"id": "1", "area": ["north"], "wait": 9},
        {"id": "2", "area": ["south"], "wait": 2},
        {"id": "3", "area": ["north"], "wait": 4},
        {"id": "4", "area": ["north"], "wait": 1, "valid": "2023"},
    ]
    fw = framework([service("a"), service("b", "help", deliveries=deliveries)], [arc("a", "b", 7)], **PEOPLE)
    (path,) = network.referral_paths(fw, start="a", need="help", territory="north").paths
    assert (path.wait_days, path.expected_days) == (4.0, 7.0)
    assert (
        "stated wait there is 4 days" in network.referral_paths(fw, start="a", need="help", territory="north").explain()
    )


# who gets through ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "given", "through"),
    [
        ("none", [], True),
        ("person", [], False),
        ("person", ["person"], True),
        ("guardian", ["person"], False),
        ("guardian", ["guardian"], True),
        ("person_and_guardian", ["guardian"], False),
        ("person_and_guardian", ["person", "guardian"], True),
    ],
)
@pytest.mark.parametrize("where", ["referral", "service"])
def test_whoever_has_to_agree_must_have_agreed(wanted, given, through, where):
    access = {"access": {"by": "referral", "consent": wanted}} if where == "service" else {}
    said = {"consent": wanted} if where == "referral" else {}
    fw = framework([service("a"), service("b", "help", **access)], [arc("a", "b", **said)])
    found = network.referral_paths(fw, start="a", need="help", consent=given)
    assert bool(found.paths) is through
    if through and wanted != "none":
        assert set(found.paths[0].steps[0].consent) == set(wanted.split("_and_"))


@pytest.mark.parametrize("where", ["eligibility", "criteria"])
@pytest.mark.parametrize(
    ("rule", "person", "through"),
    [
        ({"ages": [7, 17]}, {"age": 7}, True),
        ({"ages": [7, 17]}, {"age": 6}, False),
        ({"ages": [7, 17]}, {"age": 18}, False),
        ({"ages": [7, 17]}, {"target_group": "adults"}, False),
        ({"ages": [7, 17]}, {"target_group": "pupils"}, True),
        ({"residence": ["county"]}, {"territory": "north"}, True),
        ({"residence": ["north"]}, {"territory": "south"}, False),
        ({"groups": ["children"]}, {"target_group": "pupils"}, True),
        ({"groups": ["adults"]}, {"target_group": "pupils"}, False),
        ({"not": {"ages": [7, 17]}}, {"age": 9}, False),
        ({"not": {"residence": ["north"]}}, {"territory": "south"}, True),
        ({"any": [{"ages": [0, 5]}, {"residence": ["north"]}]}, {"age": 9, "territory": "north"}, True),
        ({"any": [{"ages": [0, 5]}, {"residence": ["north"]}]}, {"age": 9, "territory": "south"}, False),
        ({"all": [{"ages": [0, 9]}, {"residence": ["north"]}]}, {"age": 9, "territory": "south"}, False),
    ],
)
def test_eligibility_lets_through_whom_it_names(where, rule, person, through):
    more = {"eligibility": rule} if where == "eligibility" else {}
    said = {"criteria": rule} if where == "criteria" else {}
    fw = framework([service("a"), service("b", "help", **more)], [arc("a", "b", **said)], **PEOPLE)
    found = network.referral_paths(fw, start="a", need="help", **person)
    assert bool(found.paths) is through
    if through:
        assert conditions_of(found.paths[0]) == ()


@pytest.mark.parametrize(
    ("rule", "person", "words"),
    [
        ({"ages": [7, 17]}, {}, "aged 7 to 17"),
        ({"ages": [7, 17]}, {"target_group": "children"}, "aged 7 to 17"),
        ({"residence": ["north"]}, {}, "living in the north"),
        ({"residence": ["north"]}, {"territory": "county"}, "living in the north"),
        ({"groups": ["pupils"]}, {"target_group": "children"}, "belonging to pupils (aged 7 to 17)"),
        ({"groups": ["pupils"]}, {"age": 9}, "belonging to pupils (aged 7 to 17)"),
        ({"condition": "in hardship"}, {"age": 9}, "in hardship"),
        ({"languages": ["Estonian"]}, {"age": 9}, "speaking Estonian"),
        ({"not": {"condition": "in care"}}, {"age": 9}, "not (in care)"),
    ],
)
def test_what_cannot_be_decided_does_not_block_but_is_named(rule, person, words):
    fw = framework([service("a"), service("b", "help", eligibility=rule)], [arc("a", "b")], **PEOPLE)
    found = network.referral_paths(fw, start="a", need="help", **person)
    assert conditions_of(found.paths[0]) == (words,)
    assert f"{words}." in found.explain().partition("Under the condition: ")[2]


def test_only_what_is_left_open_of_a_rule_becomes_a_condition():
    rule = {"ages": [7, 17], "condition": "in hardship"}
    fw = framework([service("a"), service("b", "help", eligibility=rule)], [arc("a", "b")], **PEOPLE)
    assert network.referral_paths(fw, start="a", need="help", age=9).paths[0].conditions == ("in hardship",)


@pytest.mark.parametrize(
    ("person", "conditions"),
    [
        ({"target_group": "pupils"}, ()),
        ({"target_group": "adults"}, None),
        ({"age": 40}, None),
        ({"age": 9}, ("belonging to pupils (aged 7 to 17)",)),
        ({"target_group": "children"}, ("belonging to pupils (aged 7 to 17)",)),
        ({}, ("belonging to pupils (aged 7 to 17)",)),
    ],
)
def test_a_service_is_for_the_groups_that_it_serves(person, conditions):
    fw = framework([service("a"), service("b", "help", serves=["pupils"])], [arc("a", "b")], **PEOPLE)
    found = network.referral_paths(fw, start="a", need="help", **person)
    assert (found.paths[0].conditions if found.paths else None) == conditions


def test_groups_that_overlap_may_share_the_person():
    people = {"target_groups": [{"id": "carers", "overlaps": ["ill"]}, {"id": "ill"}]}
    fw = framework([service("a"), service("b", "help", serves=["ill"])], [arc("a", "b")], **people)
    assert network.referral_paths(fw, start="a", need="help", target_group="carers").paths[0].conditions == (
        "belonging to ill",
    )


@pytest.mark.parametrize(
    ("delivery", "territory", "conditions"),
    [
        ({"area": ["north"]}, "north", ()),
        ({"area": ["county"]}, "north", ()),
        ({"area": ["north"]}, "south", None),
        ({"area": ["north"]}, "county", ("living in the north",)),
        ({"area": ["north"]}, None, ("living in the north",)),
        ({"site": "house"}, "north", ()),
        ({"site": "house"}, "south", None),
        ({"channel": "online"}, "south", ("whose residents it serves is not stated",)),
        ({"channel": "online"}, None, ()),
    ],
)
def test_a_service_is_for_those_who_live_where_it_is_delivered(delivery, territory, conditions):
    sites = [{"id": "house", "territory": "north"}]
    fw = framework([service("a"), service("b", "help", deliveries=[delivery])], [arc("a", "b")], sites=sites, **PEOPLE)
    found = network.referral_paths(fw, start="a", need="help", territory=territory)
    assert (found.paths[0].conditions if found.paths else None) == conditions


def test_whom_a_service_serves_may_be_left_open():
    fw = framework([service("a"), service("b", "help")], [arc("a", "b")], **PEOPLE)
    found = network.referral_paths(fw, start="a", need="help", target_group="pupils", territory="north")
    assert set(found.paths[0].conditions) == LEFT_OPEN


def test_everybody_on_the_way_has_to_take_the_person():
    fw = framework(
        [service("a"), service("b", eligibility={"ages": [0, 6]}), service("c", "help")], [arc("a", "b"), arc("b", "c")]
    )
    assert network.referral_paths(fw, start="a", need="help", age=6).paths
    assert not network.referral_paths(fw, start="a", need="help", age=7).paths


def test_nothing_is_asked_again_where_the_person_already_is():
    closed_door = {"eligibility": {"ages": [0, 6]}, "access": {"by": "referral", "consent": "guardian"}}
    fw = framework([service("a", **closed_door), service("b", "help")], [arc("a", "b")])
    assert ways(network.referral_paths(fw, start="a", need="help", age=40)) == [("a", "b")]


def test_a_service_that_takes_by_decision_may_decide_either_way():
    fw = framework([service("a"), service("b", "help", access={"by": "decision"})], [arc("a", "b")])
    assert network.referral_paths(fw, start="a", need="help").paths[0].conditions == ("by decision of an authority",)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"service": {"status": "closed"}}, "service"),
        ({"service": {"status": "planned"}}, "service"),
        ({"service": {"valid": "2023"}}, "service"),
        ({"service": {"deliveries": [{"valid": "../2021"}]}}, "service"),
        ({"arc": {"valid": "../2022-05"}}, "arc"),
    ],
)
def test_only_what_is_there_on_the_day_is_used(more, kind):
    fw = framework(
        [service("a"), service("b", "help", **more.get("service", {}))], [arc("a", "b", **more.get("arc", {}))]
    )
    found = network.referral_paths(fw, start="a", need="help")
    assert not found.paths
    assert [barrier.condition for barrier in found.blocked] == ["validity"]


def test_another_day_opens_what_begins_by_then():
    fw = framework([service("a"), service("b", "help", valid="2023/..")], [arc("a", "b")])
    assert not network.referral_paths(fw, start="a", need="help").paths
    assert network.referral_paths(fw, start="a", need="help", at=date(2023, 1, 1)).paths


# who may refer ------------------------------------------------------------------------------------------------------

AGENCIES = {"agencies": [{"id": "school"}, {"id": "office", "part_of": "school"}, {"id": "police"}]}


def test_only_those_whom_the_access_rule_names_may_refer():
    access = {"by": "referral", "referred_by": ["b"]}
    fw = framework(
        [service("a"), service("b"), service("c", "help", access=access)], [arc("a", "c"), arc("a", "b"), arc("b", "c")]
    )
    assert ways(network.referral_paths(fw, start="a", need="help")) == [("a", "b", "c")]


def test_an_access_rule_is_a_way_even_without_a_referral_record():
    fw = framework([service("a"), service("b", "help", access={"by": "referral", "referred_by": ["a"]})])
    (path,) = network.referral_paths(fw, start="a", need="help").paths
    assert (path.steps[0].referral, path.expected_days, path.not_stated) == (None, None, 1)


def test_an_agency_that_may_refer_does_so_from_the_services_of_its_units():
    access = {"by": "referral", "referred_by": ["school"]}
    fw = framework(
        [service("a", providers=["office"]), service("x", providers=["police"]), service("b", "help", access=access)],
        **AGENCIES,
    )
    assert ways(network.referral_paths(fw, start="a", need="help")) == [("a", "b")]
    assert not network.referral_paths(fw, start="x", need="help").paths


def test_an_agency_without_services_refers_where_the_access_rule_names_it():
    fw = framework([service("b", "help", access={"by": "referral", "referred_by": ["police"]})], **AGENCIES)
    found = network.referral_paths(fw, start="police", need="help")
    assert (found.paths[0].services, found.paths[0].steps[0].sender, found.paths[0].first) == (("b",), "police", "b")
    assert found.explain().startswith("From police call b first (days not stated, acceptance not stated).")


# where people start -------------------------------------------------------------------------------------------------


def test_from_an_agency_people_enter_the_services_of_its_units():
    fw = framework([service("a", providers=["office"]), service("b", "help")], [arc("a", "b")], **AGENCIES)
    found = network.referral_paths(fw, start="school", need="help")
    assert (ways(found), found.paths[0].first, found.paths[0].already_there) == ([("a", "b")], "a", False)
    assert found.explain().startswith("From school call a (office) first, then b (1 day, accepted 100 %).")


def test_a_service_by_referral_is_no_door():
    doors = [service("a", providers=["school"], access={"by": "referral"}), service("b", "help")]
    found = network.referral_paths(framework(doors, [arc("a", "b")], **AGENCIES), start="school", need="help")
    assert not found.paths
    assert [(barrier.condition, barrier.receiver) for barrier in found.blocked] == [("access", "a")]


def test_at_a_site_people_enter_the_services_delivered_there_now():
    sites = {"sites": [{"id": "house"}, {"id": "elsewhere"}]}
    fw = framework(
        [
            service("a", deliveries=[{"site": "house"}]),
            service("old", deliveries=[{"site": "house", "valid": "2020"}, {"site": "elsewhere"}]),
            service("b", "help"),
        ],
        [arc("a", "b", 5), arc("old", "b", 1)],
        **sites,
    )
    assert ways(network.referral_paths(fw, start="house", need="help")) == [("a", "b")]


def test_a_place_that_is_recorded_as_site_and_agency_is_both():
    fw = framework(
        [service("a", deliveries=[{"site": "school"}]), service("b", providers=["school"]), service("c", "help")],
        [arc("a", "c", 1), arc("b", "c", 2)],
        sites=[{"id": "school"}],
        agencies=[{"id": "school"}],
    )
    assert ways(network.referral_paths(fw, start="school", need="help")) == [("a", "c"), ("b", "c")]


def test_the_services_of_a_place_take_only_those_for_whom_they_are():
    fw = framework(
        [
            service("a", providers=["school"], eligibility={"ages": [0, 6]}),
            service("b", providers=["school"]),
            service("c", "help"),
        ],
        [arc("a", "c", 1), arc("b", "c", 2)],
        **AGENCIES,
    )
    assert ways(network.referral_paths(fw, start="school", need="help", age=9)) == [("b", "c")]


RISK = {
    "risk_factors": [
        {"id": "absence", "name": "Absence", "points_to": ["help", "rest"], "noticed_at": ["a", "school", "house"]}
    ],
    "sites": [{"id": "house", "territory": "south"}],
    "agencies": [{"id": "school", "name": "School", "territory": "north"}],
}


def risky(**more):
    services = [
        service("a"),
        service("s", providers=["school"]),
        service("h", deliveries=[{"site": "house", "area": ["county"]}]),
        service("b", "help"),
        service("c", "rest"),
    ]
    arcs = [arc("a", "b", 10), arc("s", "b", 5), arc("h", "b", 1), arc("b", "c", 2)]
    return framework(services, arcs, **PEOPLE, **{**RISK, **more})


def test_from_a_risk_factor_ways_lead_to_each_need_from_wherever_it_is_noticed():
    found = network.referral_paths(risky(), start="absence", k=9)
    assert found.needs == ("help", "rest")
    assert [(path.need, path.services) for path in found.paths] == [
        ("help", ("h", "b")),
        ("rest", ("h", "b", "c")),
        ("help", ("s", "b")),
        ("rest", ("s", "b", "c")),
        ("help", ("a", "b")),
        ("rest", ("a", "b", "c")),
    ]
    assert found.explain(2).startswith("For rest: From Absence, wherever it is noticed call h first, then b")
    assert found.explain(5).startswith("For help: From a call b first")


def test_a_risk_factor_is_noticed_only_where_the_person_can_be():
    found = network.referral_paths(risky(), start="absence", need="help", territory="north", k=9)
    assert ways(found) == [("s", "b"), ("a", "b")]


def test_a_risk_factor_may_be_noticed_at_one_place():
    found = network.referral_paths(risky(), start=("absence", "school"), need="help")
    assert (ways(found), found.start) == ([("s", "b")], "absence@school")
    assert found.explain().startswith("From Absence, noticed at School call s (School) first, then b")
    assert ways(network.referral_paths(risky(), start="absence@school", need="help")) == ways(found)


def test_a_place_where_nobody_is_said_to_notice_it_is_remarked():
    fw = risky(risk_factors=[{"id": "absence", "name": "Absence", "points_to": ["help"], "noticed_at": ["a"]}])
    found = network.referral_paths(fw, start=("absence", "school"))
    assert found.paths
    assert found.summary().startswith(
        "The document does not name School among the places where it is noticed: Absence."
    )


def test_a_start_is_read_from_text():
    assert network.parse_start(" vievis ") == "vievis"
    assert network.parse_start("absence @ school") == ("absence", "school")


@pytest.mark.parametrize("text", ["", "@", "a@", "@a", "a@b@c"])
def test_a_start_that_is_none_is_refused(text):
    with pytest.raises(AnalysisError, match="A start is an id"):
        network.parse_start(text)


# what was asked -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        ({"start": "a"}, "Say where the person is to get"),
        ({"start": "a", "need": "help", "goal": "b"}, "not both"),
        ({"start": "a", "need": "help", "k": 0}, "k is the number"),
        ({"start": "a", "need": "help", "k": True}, "k is the number"),
        ({"start": "a", "need": "help", "age": -1}, "whole number of completed years"),
        ({"start": "a", "need": "help", "age": 7.5}, "whole number of completed years"),
        ({"start": "a", "need": "help", "age": 30, "target_group": "pupils"}, "Nobody of age 30 belongs to pupils"),
        ({"start": "a", "need": "help", "consent": ["mother"]}, "not by 'mother'"),
        ({"start": ("absence",), "need": "help"}, "A start is an id, or a pair"),
        ({"start": ("absence", 3), "need": "help"}, "A start is an id, or a pair"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(asked, match):
    with pytest.raises(AnalysisError, match=match):
        network.referral_paths(risky(), **asked)


def test_something_else_than_a_framework_is_refused():
    with pytest.raises(AnalysisError, match="takes a Framework"):
        network.referral_paths({"services": []}, start="a", need="help")


def test_one_consent_may_be_given_as_a_text():
    fw = framework([service("a"), service("b", "help")], [arc("a", "b", consent="guardian")])
    assert network.referral_paths(fw, start="a", need="help", consent="guardian").paths


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"start": "absense", "need": "help"},
            r"no service, site, agency or risk factor with the id 'absense'.*'absence'",
        ),
        ({"start": ("absense", "school"), "need": "help"}, r"no risk factor with the id 'absense'.*'absence'"),
        ({"start": ("absence", "scool"), "need": "help"}, r"no service, site or agency with the id 'scool'.*'school'"),
        ({"start": "a", "need": "hlep"}, r"no need with the id 'hlep'.*'help'"),
        ({"start": "a", "goal": "nobody"}, "no service with the id 'nobody'"),
        ({"start": "a", "need": "help", "target_group": "pupil"}, r"no target group with the id 'pupil'.*'pupils'"),
        ({"start": "a", "need": "help", "territory": "nort"}, r"no territory with the id 'nort'.*'north'"),
    ],
)
def test_unknown_ids_name_the_nearest(asked, message):
    with pytest.raises(UnknownIdError, match=message):
        network.referral_paths(risky(), **asked)


def test_a_risk_factor_that_points_nowhere_needs_a_question():
    fw = risky(risk_factors=[{"id": "absence", "noticed_at": ["a"]}])
    with pytest.raises(MissingDataError, match="which need it points to") as caught:
        network.referral_paths(fw, start="absence")
    assert caught.value.missing == ("risk_factors[absence].points_to",)
    assert network.referral_paths(fw, start="absence", need="help").paths


# what is said -------------------------------------------------------------------------------------------------------


def test_a_way_is_told_with_names_and_whom_to_call_first():
    fw = framework(
        [
            service("team", name="the support team"),
            service("pps", name="Assessment", providers=["service"]),
            service("mobile", "help", name="Mobile specialists", access={"by": "referral"}),
        ],
        [arc("team", "pps", 5, 0.9, consent="guardian"), arc("pps", "mobile", 18, 0.72)],
        agencies=[{"id": "service", "name": "Psychological Service"}],
        needs=[{"id": "help", "name": "Special education"}],
    )
    found = network.referral_paths(fw, start="team", need="help", consent=["guardian"])
    assert found.explain() == (
        "From the support team call Assessment (Psychological Service) first (5 days, accepted 90 %; consent of the "
        "guardian), then Mobile specialists (18 days, accepted 72 %). Expected: 30.6 days, where a referral that is "
        "turned down is sent again; 64.8 % get through without that."
    )
    assert found.summary() == (
        "For Special education: call Assessment (Psychological Service) first (2 hand-offs, 30.6 days expected)."
    )


def test_of_many_providers_those_near_the_person_are_named():
    agencies = [{"id": f"town{i}", "name": f"Town {i}", "territory": "north" if i == 2 else "south"} for i in range(4)]
    helps = service("b", "help", name="Child protection", providers=[f"town{i}" for i in range(4)])
    fw = framework([service("a"), helps], [arc("a", "b")], agencies=agencies, **PEOPLE)
    assert (
        "Child protection (Town 2)" in network.referral_paths(fw, start="a", need="help", territory="north").summary()
    )
    assert "Child protection (Town 0 and 3 more)" in network.referral_paths(fw, start="a", need="help").summary()


def test_a_service_that_helps_and_demands_no_referral_may_be_called_directly():
    fw = framework(
        [
            service("a"),
            service("b", "help", access={"by": "open"}),
            service("c", "help", access={"by": "referral"}),
            service("d", "help", access={"consent": "guardian"}),
        ]
    )
    found = network.referral_paths(fw, start="a", need="help")
    assert found.direct == {"help": ("b",)}
    assert found.summary().endswith("b may be called directly: it demands no referral.")


def test_there_is_no_rank_behind_the_last():
    fw = framework([service("a"), service("b", "help")], [arc("a", "b")])
    with pytest.raises(AnalysisError, match="There are 1 paths"):
        network.referral_paths(fw, start="a", need="help").explain(2)


def test_the_table_has_a_row_for_each_step_with_sums_on_the_way():
    fw = framework([service("a"), service("b"), service("c", "help")], [arc("a", "b", 1, 0.5), arc("b", "c", 3, 0.5)])
    rows = network.referral_paths(fw, start="a", need="help").to_records()
    assert [(row["rank"], row["step"], row["from"], row["to"]) for row in rows] == [(1, 1, "a", "b"), (1, 2, "b", "c")]
    assert [(row["cumulative"], row["probability"]) for row in rows] == [(2.0, 0.5), (8.0, 0.25)]
    assert json.loads(network.referral_paths(fw, start="a", need="help").to_json())["records"][1]["to"] == "c"


def test_the_conditions_of_the_first_door_stand_in_the_first_row():
    fw = framework(
        [service("a", providers=["school"], eligibility={"condition": "new"}), service("b", "help")],
        [arc("a", "b")],
        **AGENCIES,
    )
    found = network.referral_paths(fw, start="school", need="help")
    assert (found.paths[0].conditions, found.to_records()[0]["conditions"]) == (("new",), ["new"])


def test_the_result_names_the_assumptions_that_its_numbers_rest_on():
    guess = {"value": 4, "basis": "assumed", "source": "guess"}
    fw = framework(
        [service("a"), service("b", "help", deliveries=[{"channel": "online", "wait": guess}]), service("c")],
        [arc("a", "b", guess, 0.5), arc("a", "c", guess)],
        sources=[{"id": "guess", "kind": "assumption", "title": "Guess", "note": "why"}],
        basis="stated",
    )
    found = network.referral_paths(fw, start="a", need="help")
    (group,) = found.assumptions()
    assert [figure.path for figure in group.figures] == ["referrals[a:b].days", "services[b].deliveries[online].wait"]
    assert found.paths[0].steps[0].basis == "assumed"


def test_a_referral_that_only_an_assumption_states_is_assumed():
    sources = [
        {"id": "guess", "kind": "assumption", "title": "Guess", "note": "why"},
        {"id": "law", "kind": "document", "title": "Law"},
    ]
    fw = framework(
        [service("a"), service("b", "help")], [arc("a", "b", sources=["guess"])], sources=sources, basis="stated"
    )
    assert network.referral_paths(fw, start="a", need="help").paths[0].steps[0].basis == "assumed"
    both = fw.evolve({"referrals[a:b].sources": ["guess", "law"]})
    assert network.referral_paths(both, start="a", need="help").paths[0].steps[0].basis == "stated"


def test_the_provenance_names_the_question():
    fw = framework([service("a"), service("b", "help")], [arc("a", "b")])
    made = network.referral_paths(fw, start="a", need="help", consent=("person", "guardian"), age=9).provenance
    said = dict(made.arguments)
    assert (made.function, said["start"], said["consent"], said["age"], said["at"]) == (
        "network.referral_paths",
        "a",
        "guardian; person",
        "9",
        DAY.isoformat(),
    )


# both doors ---------------------------------------------------------------------------------------------------------


def test_columns_from_frames_give_the_same_ways():
    columns = from_frames(
        {
            "territories": {"id": ["county", "north"], "part_of": [None, "county"]},
            "needs": {"id": ["help"]},
            "services": {
                "id": ["a", "b", "c"],
                "access.by": [None, "referral", None],
                "eligibility": [None, '{"ages":[7,17]}', None],
            },
            "services.meets": {"service": ["c"], "value": ["help"]},
            "services.deliveries": {"service": ["c"], "channel": ["mobile"], "wait": [3.0]},
            "services.deliveries.area": {"service": ["c"], "delivery": ["mobile"], "value": ["county"]},
            "referrals": {
                "sender": ["a", "b"],
                "receiver": ["b", "c"],
                "days": [2.0, 3.0],
                "acceptance": [0.5, None],
                "consent": ["guardian", None],
            },
        },
        framework="test",
        title="Test",
        reference_date=DAY,
    )
    fw = framework(
        [
            service("a"),
            service("b", access={"by": "referral"}, eligibility={"ages": [7, 17]}),
            service("c", "help", deliveries=[{"channel": "mobile", "wait": 3, "area": ["county"]}]),
        ],
        [arc("a", "b", 2, 0.5, consent="guardian"), arc("b", "c", 3, None)],
        territories=[{"id": "county"}, {"id": "north", "part_of": "county"}],
    )
    asked = {"start": "a", "need": "help", "age": 9, "territory": "north", "consent": ["guardian"]}
    assert network.referral_paths(columns, **asked).paths == network.referral_paths(fw, **asked).paths
    assert not network.referral_paths(columns, **{**asked, "age": 6}).paths


@pytest.mark.parametrize("name", ["elektrenai", "laane-viru", "ida-harju", "care-centres"])
def test_the_samples_give_the_same_ways_through_both_doors(name):
    fw = samples.load(name)
    for risk_factor in fw.risk_factors:
        asked = {"start": risk_factor.id, "consent": ["person", "guardian"]}
        document, columns = network.referral_paths(fw, **asked), network.referral_paths(columns_of(fw), **asked)
        assert document.paths == columns.paths
        assert document.blocked == columns.blocked
        assert document.summary() == columns.summary()


def test_expected_days_of_a_sample_are_those_of_its_figures():
    fw = samples.load("elektrenai")
    found = network.referral_paths(
        fw,
        start="school-welfare-commission",
        need="special-education-support",
        target_group="pupils",
        territory="vievis",
        consent=["guardian"],
        k=1,
    )
    keys = ["school-welfare-commission:needs-assessment", "needs-assessment:mobile-specialists"]
    exact = sum(
        Fraction(fw.referrals[key].days.value) / Fraction(str(fw.referrals[key].acceptance.value)) for key in keys
    )
    assert [step.referral for step in found.paths[0].steps] == keys
    assert found.paths[0].expected_days == pytest.approx(float(exact), rel=1e-12)
