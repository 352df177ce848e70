"""Paths are compared with all paths that there are, with networkx, and with SciPy."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import islice
from math import inf

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services._kernels import _paths
from integrated_services._kernels._paths import Path, distances, k_shortest_paths, reachable

# few different weights make many ties; the others do not add up exactly as floats, or are far apart
weights = st.sampled_from([0.0, 1.0, 2.0]) | st.sampled_from([0.1, 0.2, 0.3, 0.7, 1e-300, 1e17, inf])


@st.composite
def multigraphs(draw, max_nodes=5, max_arcs=11):
    n = draw(st.integers(1, max_nodes))
    nodes = st.integers(0, n - 1)
    arcs = draw(st.lists(st.tuples(nodes, nodes, weights), max_size=max_arcs))
    ends = st.lists(nodes, max_size=3)
    return n, [a for a, _, _ in arcs], [b for _, b, _ in arcs], [w for _, _, w in arcs], draw(ends), draw(ends)


def all_paths(n, tail, head, weight, sources, targets):
    """Walk everywhere, and sort what was found."""
    found = []

    def walk(length, nodes, arcs):
        if nodes[-1] in targets:
            found.append((length, len(arcs), nodes, arcs))
        for arc, (start, end) in enumerate(zip(tail, head, strict=True)):
            if start == nodes[-1] and end not in nodes and weight[arc] < inf:
                walk(length + Fraction(weight[arc]), (*nodes, end), (*arcs, arc))

    for source in set(sources):
        walk(Fraction(0), (source,), ())
    return [Path(nodes, arcs, float(length)) for length, _, nodes, arcs in sorted(found)]


def random_graph(seed, n, m, weight):
    choose = random.Random(seed)
    arcs = sorted({(choose.randrange(n), choose.randrange(n)) for _ in range(m)})
    tail, head = [a for a, _ in arcs], [b for _, b in arcs]
    return n, tail, head, [weight(choose) for _ in arcs]


def as_networkx(n, tail, head, weight):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_weighted_edges_from(zip(tail, head, weight, strict=True))
    return graph


class TestKShortestPaths:
    @given(multigraphs(), st.integers(0, 30))
    def test_paths_are_the_first_of_all_paths(self, graph, k):
        assert k_shortest_paths(*graph, k) == all_paths(*graph)[:k]

    @given(multigraphs(max_nodes=4, max_arcs=9))
    def test_all_paths_are_found_when_more_are_wanted(self, graph):
        assert k_shortest_paths(*graph, 10_000) == all_paths(*graph)

    @pytest.mark.parametrize("seed", range(5))
    def test_paths_equal_those_of_networkx_when_no_two_are_equally_long(self, seed):
        graph = random_graph(seed, 40, 160, lambda choose: choose.uniform(1, 10))
        expected = list(islice(nx.shortest_simple_paths(as_networkx(*graph), 0, 39, weight="weight"), 25))
        paths = k_shortest_paths(*graph, [0], [39], 25)
        assert [list(path.nodes) for path in paths] == expected
        assert [path.length for path in paths] == pytest.approx(
            [nx.path_weight(as_networkx(*graph), nodes, "weight") for nodes in expected]
        )

    @pytest.mark.parametrize("seed", range(5))
    def test_lengths_equal_those_of_networkx_when_many_are_equally_long(self, seed):
        graph = random_graph(seed, 30, 150, lambda choose: choose.randrange(3))
        expected = islice(nx.shortest_simple_paths(as_networkx(*graph), 0, 29, weight="weight"), 40)
        lengths = [nx.path_weight(as_networkx(*graph), nodes, "weight") for nodes in expected]
        paths = k_shortest_paths(*graph, [0], [29], 40)
        assert [path.length for path in paths] == lengths
        assert len(set(paths)) == 40
        assert [(path.length, len(path.arcs), path.nodes) for path in paths] == sorted(
            (path.length, len(path.arcs), path.nodes) for path in paths
        )

    @given(multigraphs(), st.data())
    def test_order_of_arcs_changes_no_path(self, graph, data):
        n, tail, head, weight, sources, targets = graph
        order = data.draw(st.permutations(range(len(tail))))
        again = k_shortest_paths(
            n, *([items[arc] for arc in order] for items in (tail, head, weight)), sources, targets, 9
        )
        paths = k_shortest_paths(*graph, 9)
        assert [(path.nodes, path.length) for path in again] == [(path.nodes, path.length) for path in paths]

    def test_source_that_is_a_target_gives_a_path_of_no_length(self):
        paths = k_shortest_paths(2, [0, 1], [1, 0], [1, 1], [0], [0, 1], 5)
        assert paths == [Path((0,), (), 0.0), Path((0, 1), (0,), 1.0)]

    def test_parallel_arcs_give_different_paths(self):
        assert [path.arcs for path in k_shortest_paths(2, [0, 0, 0], [1, 1, 1], [2, 1, 2], [0], [1], 5)] == [
            (1,),
            (0,),
            (2,),
        ]

    def test_of_equal_lengths_the_fewest_arcs_come_first(self):
        paths = k_shortest_paths(3, [0, 1, 0], [1, 2, 2], [0, 2, 2], [0], [2], 2)
        assert [path.nodes for path in paths] == [(0, 2), (0, 1, 2)]

    def test_then_the_smallest_nodes_come_first(self):
        paths = k_shortest_paths(4, [0, 2, 0, 1], [2, 3, 1, 3], [1, 1, 1, 1], [0], [3], 2)
        assert [path.nodes for path in paths] == [(0, 1, 3), (0, 2, 3)]

    def test_lengths_are_rounded_once_and_not_at_each_step(self):
        [path] = k_shortest_paths(11, range(10), range(1, 11), [0.1] * 10, [0], [10], 1)
        assert path.length == 1.0

    @pytest.mark.parametrize("weight", [[4, 8], [0.25, 0.75], [2.0**200, 2.0**-200], [0, 0], [5e-324, 1]])
    def test_length_is_the_sum_of_weights_however_big_or_small(self, weight):
        [path] = k_shortest_paths(3, [0, 1], [1, 2], weight, [0], [2], 1)
        assert path.length == sum(weight)

    def test_repeated_and_unordered_sources_make_no_difference(self):
        assert len(k_shortest_paths(3, [0, 1], [2, 2], [1, 1], [1, 0, 1], [2, 2], 9)) == 2

    def test_nodes_are_plain_numbers_whatever_the_sources_are(self):
        [path] = k_shortest_paths(2, [0], [1], [1], np.array([0]), np.array([1]), 1)
        assert [type(number) for number in (*path.nodes, *path.arcs, path.length)] == [int, int, int, float]

    def test_arc_of_infinite_length_is_closed(self):
        assert k_shortest_paths(2, [0], [1], [inf], [0], [1], 3) == []
        assert [path.arcs for path in k_shortest_paths(2, [0, 0], [1, 1], [inf, 7], [0], [1], 3)] == [(1,)]

    def test_without_a_way_there_is_no_path(self):
        assert k_shortest_paths(3, [1], [2], [1], [0], [2], 3) == []

    def test_graph_without_nodes_has_no_path(self):
        assert k_shortest_paths(0, [], [], [], [], [], 3) == []

    def test_long_chain_is_walked_without_recursion(self):
        n = 3_000
        paths = k_shortest_paths(n, range(n - 1), range(1, n), [1] * (n - 1), [0], [n - 1], 2)
        assert [path.length for path in paths] == [n - 1]


class TestReachable:
    @given(multigraphs())
    def test_nodes_are_those_of_networkx(self, graph):
        n, tail, head, weight, sources, _ = graph
        known = as_networkx(n, tail, head, weight)
        expected = set(sources).union(*(nx.descendants(known, source) for source in sources))
        assert set(np.flatnonzero(reachable(n, tail, head, sources))) == expected

    @given(multigraphs(), st.data())
    def test_masked_arcs_are_as_if_they_were_not_there(self, graph, data):
        n, tail, head, _, sources, _ = graph
        mask = data.draw(st.lists(st.booleans(), min_size=len(tail), max_size=len(tail)))
        left = [arc for arc, used in enumerate(mask) if used]
        expected = reachable(n, [tail[arc] for arc in left], [head[arc] for arc in left], sources)
        assert reachable(n, tail, head, sources, mask).tolist() == expected.tolist()

    def test_arcs_are_followed_in_their_direction_only(self):
        assert reachable(3, [0, 2], [1, 1], [0]).tolist() == [True, True, False]

    def test_without_a_source_nothing_is_reached(self):
        assert reachable(2, [0], [1], []).tolist() == [False, False]


class TestDistances:
    @given(multigraphs())
    def test_distance_is_the_length_of_the_shortest_path(self, graph):
        n, tail, head, weight, sources, _ = graph
        expected = [
            min((path.length for path in all_paths(n, tail, head, weight, sources, [node])), default=inf)
            for node in range(n)
        ]
        assert distances(n, tail, head, weight, sources).tolist() == pytest.approx(expected)

    @pytest.mark.parametrize("seed", range(3))
    def test_distances_equal_those_of_networkx(self, seed):
        graph = random_graph(seed, 300, 900, lambda choose: choose.uniform(0, 5))
        expected = nx.multi_source_dijkstra_path_length(as_networkx(*graph), {0, 7})
        assert distances(*graph, [7, 0]).tolist() == [expected.get(node, inf) for node in range(300)]

    @given(multigraphs(max_nodes=7, max_arcs=20))
    def test_compiled_search_gives_the_same(self, graph):
        n, tail, head, weight, sources, _ = graph
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_paths, "COMPILED_FROM_ARCS", 1)
            compiled = distances(n, tail, head, weight, sources)
        assert compiled.tolist() == distances(n, tail, head, weight, sources).tolist()

    def test_many_arcs_are_left_to_compiled_search(self, monkeypatch):
        n, tail, head, weight = random_graph(1, 1_000, 6_000, lambda choose: choose.uniform(0, 5))
        compiled = distances(n, tail, head, weight, [3, 1])
        monkeypatch.setattr(_paths, "COMPILED_FROM_ARCS", 10**9)
        monkeypatch.delattr(_paths, "_compiled_distances")
        assert compiled.tolist() == distances(n, tail, head, weight, [3, 1]).tolist()

    def test_without_a_source_all_is_infinitely_far(self):
        assert distances(2, [0], [1], [1], []).tolist() == [inf, inf]
