"""Without a way: what stops the person where, and that each mend opens the way."""

from __future__ import annotations

import pytest
from network_cases import PEOPLE, arc, framework, service

from integrated_services import network


def conditions(found):
    return [(barrier.condition, barrier.sender, barrier.receiver) for barrier in found.blocked]


def asked(fw, **more):
    return network.referral_paths(fw, **{"start": "a", "need": "help", **more})


def test_a_missing_consent_is_named_where_it_is_asked_and_giving_it_opens_the_way():
    fw = framework(
        [service("a"), service("b", name="Team"), service("c", "help")],
        [arc("a", "b"), arc("b", "c", consent="guardian")],
    )
    found = asked(fw)
    assert conditions(found) == [("consent", "b", "c")]
    assert found.blocked[0].path == "referrals[b:c].consent"
    assert found.blocked[0].mend == "Ask the guardian for consent."
    assert asked(fw, consent=["guardian"]).paths
    assert asked(fw.evolve({"referrals[b:c].consent": "none"})).paths


def test_a_consent_that_referral_and_service_both_ask_for_is_named_once():
    fw = framework(
        [service("a"), service("b", "help", access={"consent": "person_and_guardian"})],
        [arc("a", "b", consent="guardian")],
    )
    found = asked(fw)
    assert [(one.condition, one.path) for one in found.blocked] == [
        ("consent", "referrals[a:b].consent"),
        ("consent", "services[b].access.consent"),
    ]
    assert "consent of the guardian" in found.blocked[0].detail
    assert "consent of the person to enter" in found.blocked[1].detail
    assert asked(fw, consent=["person", "guardian"]).paths


def test_an_age_that_a_service_does_not_take_is_named_and_widening_it_opens_the_way():
    fw = framework([service("a"), service("b", "help", eligibility={"ages": [7, 17]})], [arc("a", "b")])
    found = asked(fw, age=19)
    assert conditions(found) == [("age", "a", "b")]
    assert found.blocked[0].detail == "B is only for persons aged 7 to 17."
    assert found.blocked[0].mend == "Widen the ages of b to 19, or find another service."
    assert asked(fw.evolve({"services[b].eligibility": {"ages": [7, 19]}}), age=19).paths


def test_an_age_that_no_served_group_has_is_a_matter_of_age():
    fw = framework([service("a"), service("b", "help", serves=["pupils"])], [arc("a", "b")], **PEOPLE)
    found = asked(fw, age=30)
    assert (conditions(found), found.blocked[0].path) == ([("age", "a", "b")], "services[b].serves")


def test_a_group_that_is_not_served_is_named_and_serving_it_opens_the_way():
    fw = framework([service("a"), service("b", "help", serves=["adults"])], [arc("a", "b")], **PEOPLE)
    found = asked(fw, target_group="pupils")
    assert conditions(found) == [("group", "a", "b")]
    assert found.blocked[0].mend == "Open b to pupils."
    assert asked(fw.evolve({"services[b].serves": ["adults", "children"]}), target_group="pupils").paths


def test_a_residence_that_is_not_served_is_named_and_extending_the_area_opens_the_way():
    fw = framework(
        [service("a"), service("b", "help", deliveries=[{"id": "d", "area": ["north"]}])], [arc("a", "b")], **PEOPLE
    )
    found = asked(fw, territory="south")
    assert conditions(found) == [("residence", "a", "b")]
    assert found.blocked[0].mend == "Extend b to residents of the south."
    assert asked(fw.evolve({"services[b].deliveries[d].area": ["north", "south"]}), territory="south").paths


def test_the_criteria_of_a_referral_are_named_with_both_ends():
    fw = framework([service("a"), service("b", "help")], [arc("a", "b", criteria={"residence": ["north"]})], **PEOPLE)
    found = asked(fw, territory="south")
    assert found.blocked[0].detail == "The referral from a to b is only for persons living in the north."
    assert found.blocked[0].mend == "Extend the referral from a to b to residents of the south."
    assert found.blocked[0].path == "referrals[a:b].criteria"


@pytest.mark.parametrize(
    ("rule", "person", "condition"),
    [
        ({"any": [{"ages": [0, 5]}, {"condition": "ill"}]}, {"age": 9}, None),
        ({"not": {"ages": [7, 17]}}, {"age": 9}, "age"),
        ({"not": {"residence": ["north"]}}, {"territory": "north"}, "residence"),
        ({"not": {"groups": ["children"]}}, {"target_group": "pupils"}, "eligibility"),
        ({"any": [{"ages": [0, 5]}, {"residence": ["north"]}]}, {"age": 9, "territory": "south"}, "age"),
    ],
)
def test_a_compound_rule_is_named_by_what_makes_it_fail(rule, person, condition):
    fw = framework([service("a"), service("b", "help", eligibility=rule)], [arc("a", "b")], **PEOPLE)
    found = asked(fw, **person)
    assert [one.condition for one in found.blocked] == ([] if condition is None else [condition])


def test_all_conditions_of_a_way_are_named_so_that_mending_all_of_them_opens_it():
    fw = framework(
        [service("a"), service("b", "help", eligibility={"ages": [7, 17]}, status="planned")],
        [arc("a", "b", consent="guardian", valid="2023")],
    )
    found = asked(fw, age=40)
    assert [one.condition for one in found.blocked] == ["validity", "consent", "validity", "age"]
    mended = fw.evolve(
        {"services[b].status": "active", "services[b].eligibility": None, "referrals[a:b].valid": "2022"}
    )
    assert asked(mended, age=40, consent=["guardian"]).paths


def test_whoever_may_not_refer_is_named_and_naming_it_in_the_rule_opens_the_way():
    access = {"by": "referral", "referred_by": ["x"]}
    fw = framework([service("a"), service("x"), service("b", "help", access=access)], [arc("a", "b")])
    found = asked(fw)
    assert conditions(found) == [("access", "a", "b")]
    assert found.blocked[0].path == "services[b].access.referred_by"
    assert asked(fw.evolve({"services[b].access.referred_by": ["x", "a"]})).paths


def test_only_the_edge_of_what_is_reached_is_named_and_only_towards_help():
    fw = framework(
        [service("a"), service("b"), service("c"), service("d", "help"), service("e"), service("x")],
        [
            arc("a", "b"),
            arc("b", "c", consent="guardian"),
            arc("c", "d", consent="person"),
            arc("a", "e", consent="guardian"),
            arc("x", "d", consent="guardian"),
        ],
    )
    assert conditions(asked(fw)) == [("consent", "b", "c")]
    assert conditions(asked(fw, consent=["guardian"])) == [("consent", "c", "d")]


def test_the_way_with_the_fewest_obstacles_and_hand_offs_comes_first():
    fw = framework(
        [service("a"), service("m"), service("near", "help"), service("far"), service("z", "help")],
        [
            arc("a", "far", consent="guardian"),
            arc("far", "near", consent="guardian"),
            arc("a", "near", consent="guardian"),
            arc("a", "m", consent="guardian", criteria={"ages": [0, 3]}),
            arc("m", "z"),
        ],
    )
    assert [one.receiver for one in asked(fw, age=9).blocked] == ["near", "far", "m", "m"]


def test_without_a_chain_of_referrals_the_end_is_named_and_agreeing_on_one_opens_the_way():
    fw = framework([service("a"), service("b"), service("c", "help", name="Helpers")], [arc("a", "b")])
    found = asked(fw)
    assert conditions(found) == [("no_referral", None, "c")]
    assert "comes as far as b (from where nobody is referred onward)" in found.blocked[0].detail
    assert found.blocked[0].mend == "Agree on a referral to Helpers."
    assert asked(fw.evolve(add={"referrals": [arc("b", "c")]})).paths


def test_a_referral_that_would_not_help_is_not_proposed():
    fw = framework([service("a"), service("b", "help", eligibility={"ages": [0, 3]})])
    assert conditions(asked(fw, age=9)) == [("age", None, "b")]


def test_a_need_that_no_service_meets_is_said_so():
    fw = framework([service("a", "other")], needs=[{"id": "other"}, {"id": "help", "name": "Help"}])
    found = asked(fw)
    assert conditions(found) == [("no_service", None, None)]
    assert found.explain() == (
        "No way leads from a to a service for Help. No service meets the need: Help. Name it under meets of a service, "
        "or create a service for it."
    )


def test_where_only_narrower_needs_are_met_they_are_named():
    needs = [{"id": "help"}, {"id": "x", "name": "Narrow", "broader": "help"}]
    found = asked(framework([service("a"), service("b", "x")], needs=needs))
    assert found.blocked[0].mend == "Ask for one of the narrower needs that services meet: Narrow."


def test_a_place_without_services_is_said_so():
    fw = framework([service("b", "help")], agencies=[{"id": "police", "name": "Police"}])
    found = network.referral_paths(fw, start="police", need="help")
    assert conditions(found) == [("start", None, None)]
    assert "No service is delivered or provided there" in found.explain()


def test_a_risk_factor_that_is_noticed_nowhere_is_said_so():
    fw = framework([service("b", "help")], risk_factors=[{"id": "absence", "name": "Absence", "points_to": ["help"]}])
    found = network.referral_paths(fw, start="absence")
    assert found.blocked[0].detail == "The document does not say where it is noticed: Absence."


def test_a_risk_factor_that_is_noticed_only_elsewhere_is_said_so():
    fw = framework(
        [service("a", deliveries=[{"area": ["north"]}]), service("b", "help")],
        [arc("a", "b")],
        risk_factors=[{"id": "absence", "name": "Absence", "points_to": ["help"], "noticed_at": ["a"]}],
        **PEOPLE,
    )
    found = network.referral_paths(fw, start="absence", territory="south")
    assert found.blocked[0].detail == "It is noticed nowhere in the south: Absence."
    assert network.referral_paths(fw, start="absence", territory="north").paths


def test_a_start_that_is_not_offered_is_said_so():
    fw = framework([service("a", name="Team", status="closed"), service("b", "help")], [arc("a", "b")])
    found = asked(fw)
    assert conditions(found) == [("validity", "a", "a")]
    assert found.blocked[0].detail == "Team is not offered on 2022-06-01: it is closed."
    assert asked(fw.evolve({"services[a].status": "active"})).paths


def test_the_service_at_the_start_may_help_but_not_this_person():
    fw = framework([service("a", "help", eligibility={"ages": [0, 3]})])
    assert conditions(asked(fw, age=9)) == [("age", "a", "a")]


def test_each_need_without_a_way_has_its_own_barriers():
    fw = framework(
        [service("a"), service("b", "help"), service("c", "rest")],
        [arc("a", "b"), arc("a", "c", consent="guardian")],
        risk_factors=[{"id": "absence", "points_to": ["help", "rest"], "noticed_at": ["a"]}],
    )
    found = network.referral_paths(fw, start="absence")
    assert [path.need for path in found.paths] == ["help"]
    assert [(one.need, one.condition) for one in found.blocked] == [("rest", "consent")]
    assert "No way leads from absence, wherever it is noticed to a service for rest." in found.summary()


def test_long_lists_of_barriers_are_cut_in_sentences_but_not_in_the_result():
    ends = [service(f"b{i}", "help") for i in range(9)]
    fw = framework([service("a"), *ends], [arc("a", f"b{i}", consent="guardian") for i in range(9)])
    found = asked(fw)
    assert len(found.blocked) == 9
    assert "8 more conditions stop other ways; see blocked." in found.summary()
    assert "5 more conditions stop other ways; see blocked." in found.explain()


@pytest.mark.parametrize("merged", [False, True])
def test_what_is_not_there_on_the_day_is_a_finding_whether_or_not_territories_merged(merged):
    territories = [
        {"id": "new"},
        {"id": "old", "valid": "../2020", **({"succeeded_by": [{"territory": "new"}]} if merged else {})},
    ]
    fw = framework(
        [service("a"), service("b", "help", valid="2019"), service("c", providers=["school"])],
        [arc("a", "b")],
        territories=territories,
        agencies=[{"id": "school", "valid": "2019"}],
    )
    goal = network.referral_paths(fw, start="a", goal="b")
    start = network.referral_paths(fw, start="school", goal="c")
    assert [one.condition for one in goal.blocked] == ["validity"]
    assert [(one.condition, one.detail) for one in start.blocked] == [
        ("start", "It is not there on 2022-06-01: school.")
    ]


def test_a_place_that_is_closed_notices_nothing():
    fw = framework(
        [service("a", deliveries=[{"site": "house"}]), service("b", "help")],
        [arc("a", "b")],
        sites=[{"id": "house", "valid": "2023"}],
        risk_factors=[{"id": "absence", "points_to": ["help"], "noticed_at": ["house"]}],
    )
    assert (
        network.referral_paths(fw, start="absence").blocked[0].detail == "It is noticed nowhere on 2022-06-01: absence."
    )
    pair = network.referral_paths(fw, start=("absence", "house"))
    assert pair.blocked[0].detail == "It is not there on 2022-06-01: house."
