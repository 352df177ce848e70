"""Cooperation: published numbers, networkx and counting by hand."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_cases import framework, service
from strategies import frameworks, ids_of, relabelled, reordered

from integrated_services import network, samples
from integrated_services.errors import AnalysisError, UnknownIdError
from integrated_services.model import columns_of, from_frames

KITE = ("Andre", "Beverly", "Carol", "Diane", "Ed", "Fernando", "Garth", "Heather", "Ike", "Jane")


def ties(*pairs, sectors=None, agencies="", **more):
    """A framework of agencies a, b, c ... that are tied."""
    ids = sorted({*"".join(pair[:2] for pair in pairs), *agencies})
    records = [{"id": key, **({"sector": sectors[key]} if key in (sectors or {}) else {})} for key in ids]
    return framework([], agencies=records, cooperations=[{"agencies": [a, b]} for a, b in pairs], **more)


def by_id(found, column):
    return dict(zip(found.agencies, found.to_columns()[column], strict=True))


# published numbers --------------------------------------------------------------------------------------------------


def test_the_kite_of_krackhardt_has_its_published_numbers():
    found = network.cooperation(nx.relabel_nodes(nx.krackhardt_kite_graph(), dict(enumerate(KITE))))
    between = {name: share * 36 for name, share in by_id(found, "betweenness").items()}
    assert between["Heather"] == pytest.approx(14)
    assert between["Fernando"] == between["Garth"] == pytest.approx(8.333, abs=5e-4)
    assert between["Ike"] == pytest.approx(8)
    assert between["Diane"] == pytest.approx(3.667, abs=5e-4)
    assert by_id(found, "degree")["Diane"] == 6
    assert found.degree_centralisation == pytest.approx(0.3333, abs=5e-5)
    assert found.betweenness_centralisation == pytest.approx(0.2963, abs=5e-5)
    assert found.cut_agencies == ("Heather", "Ike")


def test_the_families_of_florence_have_their_published_numbers():
    found = network.cooperation(nx.florentine_families_graph())
    between = by_id(found, "betweenness")
    expected = {"Medici": 0.522, "Guadagni": 0.2546, "Albizzi": 0.2125, "Strozzi": 0.1026}
    assert {name: round(between[name], len(str(share)) - 2) for name, share in expected.items()} == expected
    assert found.measures["agencies"] == 15
    assert found.ties == 20
    assert found.density == pytest.approx(0.1905, abs=5e-5)
    assert found.degree_centralisation == pytest.approx(0.2747, abs=5e-5)
    assert found.betweenness_centralisation == pytest.approx(0.4368, abs=5e-5)
    assert found.cut_agencies == ("Albizzi", "Guadagni", "Medici", "Salviati")


def test_a_family_without_marriages_counts():
    graph = nx.florentine_families_graph()
    graph.add_node("Pucci")
    found = network.cooperation(graph)
    assert found.degree_centralisation == pytest.approx(0.267, abs=5e-4)
    assert found.betweenness_centralisation == pytest.approx(0.383, abs=5e-4)
    assert (found.isolates, found.components) == (("Pucci",), 2)


@pytest.mark.parametrize("n", [3, 4, 7, 20])
def test_a_star_is_all_centre_and_a_ring_has_none(n):
    star, ring = network.cooperation(nx.star_graph(n - 1)), network.cooperation(nx.cycle_graph(n))
    assert (star.degree_centralisation, star.betweenness_centralisation) == (pytest.approx(1), pytest.approx(1))
    assert (ring.degree_centralisation, ring.betweenness_centralisation) == (pytest.approx(0), pytest.approx(0))


@pytest.mark.parametrize(("n", "density"), [(0, None), (1, None), (2, 1.0)])
def test_below_three_agencies_nothing_is_central(n, density):
    found = network.cooperation(nx.complete_graph(n))
    assert (found.density, found.degree_centralisation, found.betweenness_centralisation) == (density, None, None)
    assert (
        found.summary() == "There is no agency." if n == 0 else "centralisation needs three agencies" in found.summary()
    )


# networkx and counting by hand --------------------------------------------------------------------------------------


@given(
    st.integers(1, 9),
    st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=16),
    st.lists(st.sampled_from([None, "health", "social", "police"]), min_size=9, max_size=9),
)
def test_any_graph_is_measured_as_networkx_and_counting_measure_it(n, pairs, sectors):
    graph = nx.Graph()
    graph.add_nodes_from((node, {"sector": sectors[node]} if sectors[node] else {}) for node in range(n))
    graph.add_edges_from((a, b) for a, b in pairs if a < n and b < n and a != b)
    found = network.cooperation(graph)
    assert by_id(found, "betweenness") == pytest.approx(
        {str(k): v for k, v in nx.betweenness_centrality(graph).items()}
    )
    assert by_id(found, "degree") == {str(node): degree for node, degree in graph.degree}
    parts = nx.number_connected_components(graph)
    assert found.components == parts
    for node in graph:
        others = graph.subgraph(set(graph) - {node})
        more = n > 1 and nx.number_connected_components(others) > parts - (graph.degree[node] == 0)
        assert (str(node) in found.cut_agencies) == more
        assert by_id(found, "cross_sector")[str(node)] == sum(
            None not in (sectors[node], sectors[other]) and sectors[node] != sectors[other] for other in graph[node]
        )
    known = [(sectors[a], sectors[b]) for a, b in graph.edges if sectors[a] and sectors[b]]
    across = sum(a != b for a, b in known)
    assert found.ei_index == (None if not known else (across - (len(known) - across)) / len(known))
    for row in found.sectors.to_records():
        pair = {row["sector"], row["other"]}
        possible = [
            {sectors[a], sectors[b]} == pair
            for a, b in itertools.combinations(range(n), 2)
            if sectors[a] and sectors[b]
        ]
        assert (row["possible"], row["ties"]) == (sum(possible), sum({a, b} == pair for a, b in known))
        assert row["density"] == (row["ties"] / row["possible"] if row["possible"] else None)


@given(frameworks(max_agencies=6, max_ties=10, with_successions=False), st.integers(0, 9))
def test_neither_order_nor_ids_nor_the_door_change_a_number(fw, seed):
    found = network.cooperation(fw)
    assert network.cooperation(reordered(fw, seed)).to_records() == found.to_records()
    assert network.cooperation(columns_of(fw)).to_records() == found.to_records()
    mapping = {key: f"x{len(ids_of(fw)) - number}" for number, key in enumerate(ids_of(fw))}
    again = network.cooperation(relabelled(fw, mapping))
    assert again.measures == pytest.approx(found.measures, nan_ok=True)
    assert again.sectors.to_records() == found.sectors.to_records()


# what counts as a tie -----------------------------------------------------------------------------------------------


def test_several_ties_of_a_pair_are_one_tie_with_several_kinds():
    fw = framework(
        [],
        agencies=[{"id": key} for key in "abc"],
        cooperations=[
            {"agencies": ["a", "b"], "kind": "partners"},
            {"agencies": ["b", "a"], "kind": "funds", "directed": True},
            {"agencies": ["b", "a"], "kind": "partners", "id": "again"},
            {"agencies": ["b", "c"]},
        ],
    )
    found = network.cooperation(fw)
    assert (found.ties, found.records, found.directed, found.multiplexity) == (2, 4, 1, 1.5)
    assert "1 directed tie counted like the others." in found.summary()


def test_only_ties_of_the_chosen_kinds_count_but_all_agencies_do():
    fw = framework(
        [],
        agencies=[{"id": key} for key in "abc"],
        cooperations=[
            {"agencies": ["a", "b"], "kind": "partners"},
            {"agencies": ["b", "c"], "kind": "funds"},
            {"agencies": ["a", "c"]},
        ],
    )
    assert network.cooperation(fw, kinds=["funds", "partners"]).ties == 2
    assert network.cooperation(fw, kinds="cooperates").isolates == ("b",)


def test_only_agencies_and_ties_of_the_day_count():
    fw = framework(
        [],
        agencies=[{"id": "a"}, {"id": "b"}, {"id": "c", "valid": "2019"}],
        cooperations=[{"agencies": ["a", "b"], "valid": "2023"}, {"agencies": ["b", "c"]}],
    )
    found = network.cooperation(fw)
    assert (found.agencies, found.ties) == (("a", "b"), 0)
    assert network.cooperation(fw, at=fw.reference_date.replace(year=2023)).ties == 1


def test_ties_of_agencies_without_a_sector_are_left_out_of_the_index():
    found = network.cooperation(ties("ab", "bc", "cd", sectors={"a": "health", "b": "social", "c": "social"}))
    assert (found.cross_sector_ties, found.within_sector_ties, found.ei_index) == (1, 1, 0.0)
    assert "1 tie of agencies without a sector left out." in found.summary()


def test_sectors_that_do_not_meet_are_named():
    found = network.cooperation(ties("ab", agencies="c", sectors={"a": "health", "b": "social", "c": "police"}))
    assert found.sectors.not_meeting == (("health", "police"), ("police", "social"))
    assert found.sectors.summary() == "2 of 3 pairs of sectors have no tie: health with police and police with social."


def test_a_tie_that_only_an_assumption_states_is_counted_as_such():
    fw = framework(
        [],
        agencies=[{"id": key} for key in "abc"],
        sources=[{"id": "guess", "kind": "assumption", "title": "Guess", "note": "why"}],
        cooperations=[{"agencies": ["a", "b"], "sources": ["guess"]}, {"agencies": ["b", "c"]}],
    )
    assert "1 of the 2 recorded ties rest on assumptions only." in network.cooperation(fw).summary()


def test_columns_from_frames_give_the_same_measures():
    columns = from_frames(
        {
            "agencies": {"id": ["a", "b", "c"], "sector": ["health", "social", None]},
            "cooperations": {"agencies.first": ["a", "b"], "agencies.second": ["b", "c"], "id": ["1", "2"]},
        },
        framework="test",
        title="Test",
        reference_date=ties("ab").reference_date,
    )
    expected = network.cooperation(ties("ab", "bc", sectors={"a": "health", "b": "social"}))
    assert network.cooperation(columns).to_records() == expected.to_records()
    assert network.cooperation(columns).measures == expected.measures


# a graph of one's own -----------------------------------------------------------------------------------------------


def test_a_graph_of_ones_own_may_be_directed_and_have_several_edges_and_loops():
    graph = nx.MultiDiGraph([("a", "b"), ("b", "a"), ("b", "b"), ("b", "c")])
    nx.set_node_attributes(graph, {"a": "Agency A"}, "name")
    found = network.cooperation(graph)
    assert (found.ties, found.directed, found.names[0]) == (2, 3, "Agency A")
    assert graph.number_of_edges() == 4


def test_the_kinds_of_a_graph_of_ones_own_are_its_own():
    graph = nx.Graph()
    graph.add_edge(1, 2, kind="friends")
    graph.add_edge(2, 3)
    assert network.cooperation(graph, kinds=["friends"]).ties == 1


def test_nodes_that_are_the_same_as_text_are_refused():
    with pytest.raises(AnalysisError, match="same as text"):
        network.cooperation(nx.Graph([(1, "1")]))


def test_a_graph_has_no_days():
    with pytest.raises(AnalysisError, match="A graph has no days"):
        network.cooperation(nx.Graph(), at=ties("ab").reference_date)


def test_a_kind_of_tie_that_does_not_exist_is_refused():
    with pytest.raises(AnalysisError, match=r"no kind of tie 'partner'\. Did you mean 'partners'"):
        network.cooperation(ties("ab"), kinds=["partner"])


def test_two_graphs_have_the_same_digest_only_if_they_are_equal():
    one, same, other = nx.Graph([(1, 2)]), nx.Graph([(1, 2)]), nx.Graph([(1, 3)])
    digest = [network.cooperation(graph).provenance.input_digest for graph in (one, same, other)]
    assert digest[0] == digest[1] != digest[2]


# what breaks --------------------------------------------------------------------------------------------------------


def test_an_agency_on_which_others_depend_is_told_with_who_is_cut_off():
    found = network.cooperation(ties("ab", "bc", "cd", "ce", "cf", "ef", agencies="x"))
    assert found.explain("c") == (
        "c has 4 ties: b, d, e and f. If it falls out, the network falls from 2 parts into 4; "
        "cut off from the rest: e and f; d."
    )


def test_an_agency_on_which_nobody_depends_is_told_so():
    found = network.cooperation(ties("ab", "bc", "ca", agencies="x"))
    assert (
        found.explain("a")
        == "a has 2 ties: b and c. If it falls out, the others stay connected with each other as they are."
    )
    assert found.explain("x") == "x has no tie: if it falls out, nothing changes for the others."


@given(frameworks(max_agencies=7, max_ties=9, with_successions=False))
def test_what_is_told_is_what_happens_without_the_agency(fw):
    found = network.cooperation(fw)
    graph = nx.Graph(network.cooperation_graph(fw))
    for key in found.agencies:
        graph_without = graph.subgraph(set(graph) - {key})
        after = nx.number_connected_components(graph_without) if len(graph_without) else 0
        if key in found.cut_agencies:
            assert f"into {after};" in found.explain(key)
        else:
            assert "falls from" not in found.explain(key)


def test_an_unknown_agency_names_the_nearest():
    found = network.cooperation(samples.load("elektrenai"))
    with pytest.raises(UnknownIdError, match="'public-library'"):
        found.explain("public-libary")


def test_the_same_question_is_answered_once():
    fw = ties("ab")
    assert network.cooperation(fw) is network.cooperation(fw)
    assert network.cooperation(fw, kinds=["partners"]) is not network.cooperation(fw)


def test_a_service_is_no_agency():
    assert network.cooperation(framework([service("a")])).agencies == ()
