"""The plain graphs, the layers of the referral network, and its dead ends."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_cases import Opinion, arc, framework, service
from strategies import frameworks, reordered

from integrated_services import network, samples
from integrated_services.errors import AnalysisError, UnknownIdError
from integrated_services.model import columns_of

# graphs -------------------------------------------------------------------------------------------------------------


def test_a_service_is_a_node_with_what_the_document_says():
    fw = framework(
        [
            service(
                "a",
                "help",
                name="A team",
                providers=["x"],
                serves=["all"],
                status="pilot",
                access={"by": "referral", "consent": "person_and_guardian", "referred_by": ["x", "b"]},
            ),
            service("b"),
        ],
        agencies=[{"id": "x"}],
        target_groups=[{"id": "all"}],
    )
    assert network.referral_graph(fw).nodes["a"] == {
        "name": "A team",
        "agencies": ("x",),
        "needs": ("help",),
        "target_groups": ("all",),
        "access": "referral",
        "consent": ("guardian", "person"),
        "referred_by": ("b", "x"),
        "status": "pilot",
    }


def test_a_referral_is_an_edge_by_its_key():
    fw = framework(
        [service("a"), service("b")],
        [
            arc("a", "b", 3, 0.5, share=0.25, consent="guardian", criteria={"ages": [7, 17]}),
            arc("a", "b", None, None, id="x"),
        ],
    )
    graph = network.referral_graph(fw)
    assert graph.edges["a", "b", "a:b"] == {
        "days": 3.0,
        "acceptance": 0.5,
        "share": 0.25,
        "consent": ("guardian",),
        "criteria": "aged 7 to 17",
        "basis": "stated",
        "assumed": False,
        "allowed": True,
        "implied": False,
    }
    assert graph.edges["a", "b", "x"]["days"] is None


def test_a_sender_that_an_access_rule_names_is_an_edge_too():
    fw = framework([service("a"), service("b", access={"referred_by": ["a"]}), service("c")], [arc("c", "b")])
    graph = network.referral_graph(fw)
    assert {(a, b, said["implied"], said["allowed"]) for a, b, said in graph.edges(data=True)} == {
        ("a", "b", True, True),
        ("c", "b", False, False),
    }


@given(frameworks(max_referrals=12, with_successions=False), st.integers(0, 9))
def test_the_graph_has_the_services_and_referrals_of_the_day_in_the_order_of_their_ids(fw, seed):
    person = Opinion(fw)
    graph = network.referral_graph(fw)
    there = [one.id for one in fw.services if person.offered(one)]
    assert list(graph) == sorted(there)
    keys = {one.key for one in fw.referrals if person.on(one) and one.sender in there and one.receiver in there}
    assert {key for *_, key, said in graph.edges(keys=True, data=True) if not said["implied"]} == keys
    for other in (reordered(fw, seed), columns_of(fw)):
        again = network.referral_graph(other)
        assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
        assert list(again.edges(keys=True, data=True)) == list(graph.edges(keys=True, data=True))


def test_a_tie_is_an_edge_that_keeps_its_direction():
    fw = framework(
        [],
        agencies=[{"id": "a", "sector": "health"}, {"id": "b", "collective": True}],
        cooperations=[
            {
                "agencies": ["b", "a"],
                "kind": "funds",
                "directed": True,
                "level": 3,
                "scale": "frey-2006",
                "data_sharing": "law",
            }
        ],
    )
    graph = network.cooperation_graph(fw)
    assert graph.edges["a", "b", "funds:b+a"] == {
        "kind": "funds",
        "scale": "frey-2006",
        "directed": True,
        "reported_by": None,
        "level": 3,
        "first": "b",
        "second": "a",
        "basis": "stated",
        "data_sharing": "law",
        "assumed": False,
    }
    assert (graph.nodes["a"]["sector"], graph.nodes["b"]["collective"], graph.nodes["b"]["sector"]) == (
        "health",
        True,
        None,
    )


@given(
    frameworks(max_agencies=5, max_ties=8, with_successions=False), st.sampled_from([None, "partners", "cooperates"])
)
def test_the_graph_has_the_agencies_and_ties_of_the_day(fw, kind):
    person = Opinion(fw)
    graph = network.cooperation_graph(fw, kinds=kind)
    assert list(graph) == sorted(one.id for one in fw.agencies if person.on(one))
    expected = {
        one.key
        for one in fw.cooperations
        if person.on(one) and set(one.agencies) <= set(graph) and kind in (None, one.kind)
    }
    assert {key for *_, key in graph.edges(keys=True)} == expected


def test_an_unknown_kind_of_tie_is_refused():
    with pytest.raises(AnalysisError, match="Did you mean 'funds'"):
        network.cooperation_graph(framework([]), kinds=["fund"])


def test_the_graph_is_the_callers():
    fw = samples.load("elektrenai")
    network.referral_graph(fw).clear()
    network.cooperation_graph(fw).clear()
    assert len(network.referral_graph(fw)) == len(fw.services)
    assert len(network.cooperation_graph(fw)) == len(fw.agencies)


# layers -------------------------------------------------------------------------------------------------------------


def layer_of(fw):
    found = network.layers(fw)
    return dict(zip(found.services, found.layer, strict=True))


REFERRED = {"access": {"by": "referral"}}


def test_a_layer_is_the_least_number_of_hand_offs_from_an_entry():
    fw = framework(
        [service("door"), service("a", **REFERRED), service("b", **REFERRED), service("c", **REFERRED)],
        [arc("door", "a"), arc("a", "b"), arc("b", "c"), arc("door", "c")],
    )
    assert layer_of(fw) == {"door": 0, "a": 1, "b": 2, "c": 1}


def test_a_service_by_referral_to_which_nobody_refers_is_no_entry():
    fw = framework(
        [service("a", **REFERRED), service("b", **REFERRED), service("c", **REFERRED)], [arc("b", "c"), arc("c", "b")]
    )
    assert layer_of(fw) == {"a": None, "b": None, "c": None}
    assert "No referral leads from an entry to a, b or c." in network.layers(fw).summary()


def test_a_decision_or_an_agency_outside_may_be_the_entry():
    fw = framework(
        [
            service("a", access={"by": "decision"}),
            service("b", access={"by": "referral", "referred_by": ["police"]}),
            service("c", access={"by": "decision"}),
        ],
        [arc("a", "c")],
        agencies=[{"id": "police"}],
    )
    found = network.layers(fw)
    assert dict(zip(found.services, found.is_entry, strict=True)) == {"a": True, "b": True, "c": False}


@given(frameworks(max_services=8, max_referrals=16, with_successions=False))
def test_layers_are_those_that_networkx_counts(fw):
    found = network.layers(fw)
    graph = nx.DiGraph()
    graph.add_nodes_from(found.services)
    graph.add_edges_from((a, b) for a, b, said in network.referral_graph(fw).edges(data=True) if said["allowed"])
    entries = [key for key, entry in zip(found.services, found.is_entry, strict=True) if entry]
    far = nx.multi_source_dijkstra_path_length(graph, set(entries)) if entries else {}
    assert dict(zip(found.services, found.layer, strict=True)) == {key: far.get(key) for key in found.services}
    by = {one.id: one.access.by if one.access else "open" for one in fw.services}
    assert all(by[key] != "open" or key in entries for key in found.services)
    assert not any(by[key] == "decision" and graph.in_degree(key) for key in entries)


# dead ends ----------------------------------------------------------------------------------------------------------

DELIVERED = {"deliveries": [{"channel": "online"}]}


@pytest.mark.parametrize(
    ("receiver", "reason"),
    [
        (service("b", "help", **DELIVERED), None),
        (service("b", "help"), "no delivery of it is stated"),
        (service("b", **DELIVERED), "it meets no need"),
        (service("b", "help", status="closed", **DELIVERED), "it is not offered on 2022-06-01 (it is closed)"),
        (
            service("b", "help", deliveries=[{"valid": "2023"}]),
            "it is not offered on 2022-06-01 (none of its deliveries is offered on that day)",
        ),
        (
            service("b", "help", valid="2023", **DELIVERED),
            "it is not offered on 2022-06-01 (it is valid from 2023 to 2023)",
        ),
    ],
)
def test_a_dead_end_is_referred_to_but_neither_helps_nor_refers(receiver, reason):
    found = network.dead_ends(framework([service("a"), receiver], [arc("a", "b")], needs=[{"id": "help"}]))
    assert [(item.service, item.reason, item.senders) for item in found.items] == (
        [("b", reason, ("a",))] if reason else []
    )


@pytest.mark.parametrize(
    "referrals",
    [
        [arc("a", "b"), arc("b", "c")],  # refers onward
        [],  # nobody refers to it
        [arc("a", "b", valid="2023")],  # not on the day
        [arc("x", "b")],  # the sender is closed
    ],
)
def test_no_dead_end_where_people_do_not_come_or_can_go_on(referrals):
    services = [service("a"), service("b"), service("c", "help", **DELIVERED), service("x", status="closed")]
    assert network.dead_ends(framework(services, referrals)).items == ()


def test_a_way_on_to_a_closed_service_is_none():
    services = [service("a"), service("b"), service("c", status="closed")]
    found = network.dead_ends(framework(services, [arc("a", "b"), arc("b", "c")]))
    assert [item.service for item in found.items] == ["b", "c"]


def test_a_dead_end_is_told_with_names_and_marked_in_the_layers():
    fw = framework([service("a", name="School team"), service("b", "help", name="Clinic")], [arc("a", "b")])
    found = network.dead_ends(fw)
    assert found.summary() == "1 dead end: Clinic."
    assert found.explain("b") == (
        "People are referred to Clinic from School team, but no delivery of it is stated, and nobody is referred "
        "onward from there. Stop referring there, let it help, or agree on a way onward."
    )
    assert found.explain("a") == "School team is no dead end."
    assert network.layers(fw).is_dead_end == (False, True)
    assert found.to_records() == [
        {"service": "b", "name": "Clinic", "reason": "no delivery of it is stated", "senders": ["a"]}
    ]
    with pytest.raises(UnknownIdError, match="no service with the id 'nobody'"):
        found.explain("nobody")


def test_a_network_without_dead_ends_says_so():
    assert network.dead_ends(framework([])).summary().startswith("No referral ends")
    assert network.layers(framework([])).summary() == "No service is offered on that day."


@pytest.mark.parametrize("name", samples.names())
def test_each_sample_has_layers_and_dead_ends_through_both_doors(name):
    fw = samples.load(name)
    assert network.layers(fw).to_records() == network.layers(columns_of(fw)).to_records()
    assert network.dead_ends(fw).items == network.dead_ends(columns_of(fw)).items
