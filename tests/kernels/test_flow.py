"""Flows are compared with all subsets of cells, with networkx, and with each other."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services._kernels import _flow
from integrated_services._kernels._flow import Block, Flow, allocation_flow, cut_blocks, fair_shares, max_flow

VIEVIS = ([0, 1, 2, 2], [0, 0, 0, 1], [30, 40, 10], [40, 15])  # cells 0 and 1 share one site, cell 2 has another

amounts = st.integers(0, 12) | st.fractions(0, 8, max_denominator=6)


@st.composite
def networks(draw, values=amounts, rooms=None, max_cells=6, max_sites=5):
    demand = draw(st.lists(values, max_size=max_cells))
    capacity = draw(st.lists(values | st.none() if rooms is None else rooms, max_size=max_sites))
    pair = st.tuples(st.integers(0, len(demand) - 1), st.integers(0, len(capacity) - 1))
    arcs = draw(st.lists(pair, max_size=14)) if demand and capacity else []
    return [cell for cell, _ in arcs], [site for _, site in arcs], demand, capacity


@st.composite
def shortages(draw):
    """Networks in which some levels of fairness are likely: much demand, little and different room."""
    return draw(networks(st.integers(1, 30), st.integers(0, 15)))


def subsets(items):
    items = list(items)
    return [frozenset(chosen) for size in range(len(items) + 1) for chosen in combinations(items, size)]


def cut_value(network, cells):
    """What at most is served if the demand outside `cells` is, and the sites of `cells` are full."""
    arc_cell, arc_site, demand, capacity = network
    rooms = [capacity[site] for site in {site for cell, site in zip(arc_cell, arc_site, strict=True) if cell in cells}]
    if None in rooms:
        return None
    return sum(demand[cell] for cell in range(len(demand)) if cell not in cells) + sum(rooms)


def least_cuts(network):
    values = {cells: cut_value(network, cells) for cells in subsets(range(len(network[2])))}
    total = min(value for value in values.values() if value is not None)
    return total, [cells for cells, value in values.items() if value == total]


def fair_by_all_subsets(network):
    """Fix the largest set of least ratio, again and again (the definition, no flow involved)."""
    arc_cell, arc_site, demand, capacity = network
    most = {}  # what each set of cells can be served at most
    for cells in subsets(cell for cell, wanted in enumerate(demand) if wanted):
        arcs = [(cell, site) for cell, site in zip(arc_cell, arc_site, strict=True) if cell in cells]
        only = [wanted if cell in cells else 0 for cell, wanted in enumerate(demand)]
        most[cells] = least_cuts(([c for c, _ in arcs], [s for _, s in arcs], only, capacity))[0]
    shares, fixed = [Fraction(0)] * len(demand), frozenset()
    everybody = max(most, key=len)
    while fixed != everybody:
        ratios = {
            cells: Fraction(most[cells] - most[fixed]) / sum(demand[cell] for cell in cells - fixed)
            for cells in most
            if cells > fixed
        }
        least = min(ratios.values())
        tight = frozenset().union(*(cells for cells, ratio in ratios.items() if ratio == least))
        for cell in tight - fixed:
            shares[cell] = least * demand[cell]
        fixed = tight
    return shares


def assert_possible(flow, network):
    arc_cell, arc_site, demand, capacity = network
    assert all(amount >= 0 for amount in flow.flow)
    for cell, wanted in enumerate(demand):
        through = sum(amount for amount, other in zip(flow.flow, arc_cell, strict=True) if other == cell)
        assert through == flow.served[cell] <= wanted
    for site, room in enumerate(capacity):
        through = sum(amount for amount, other in zip(flow.flow, arc_site, strict=True) if other == site)
        assert through == flow.used[site]
        assert room is None or through <= room
    assert sum(flow.served) == flow.total


def shuffled(network, order_of_cells, order_of_sites, order_of_arcs):
    """Give cell i the place order_of_cells[i], and so on."""
    arc_cell, arc_site, demand, capacity = network
    new_demand, new_capacity = list(demand), list(capacity)
    for old, new in enumerate(order_of_cells):
        new_demand[new] = demand[old]
    for old, new in enumerate(order_of_sites):
        new_capacity[new] = capacity[old]
    arcs = [(order_of_cells[arc_cell[arc]], order_of_sites[arc_site[arc]]) for arc in order_of_arcs]
    return [cell for cell, _ in arcs], [site for _, site in arcs], new_demand, new_capacity


def permutations_of(network):
    arcs, _, demand, capacity = network
    return st.tuples(*(st.permutations(range(len(items))) for items in (demand, capacity, arcs)))


def big_network(seed, largest=100, arcs=2_600):
    choose = random.Random(seed)
    arcs = sorted({(choose.randrange(400), choose.randrange(80)) for _ in range(arcs)})
    demand = [choose.randrange(largest) for _ in range(400)]
    capacity = [choose.randrange(7 * largest // 2) for _ in range(80)]
    return [cell for cell, _ in arcs], [site for _, site in arcs], demand, capacity


def by_networkx(network):
    arc_cell, arc_site, demand, capacity = network
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    graph.add_edges_from((("cell", cell), ("site", site)) for cell, site in zip(arc_cell, arc_site, strict=True))
    for cell, wanted in enumerate(demand):
        graph.add_edge("source", ("cell", cell), capacity=wanted)
    for site, room in enumerate(capacity):
        graph.add_edge(("site", site), "sink", **({} if room is None else {"capacity": room}))
    return nx.maximum_flow_value(graph, "source", "sink")


class TestMaxFlow:
    @given(networks())
    def test_total_is_the_least_cut_over_all_sets_of_cells(self, network):
        assert max_flow(*network).total == least_cuts(network)[0]

    @given(networks())
    def test_cut_is_what_all_least_cuts_have_in_common(self, network):
        flow = max_flow(*network)
        smallest = frozenset.intersection(*least_cuts(network)[1])
        assert set(np.flatnonzero(flow.cut_cell)) == smallest
        sites = {site for cell, site in zip(network[0], network[1], strict=True) if cell in smallest}
        assert set(np.flatnonzero(flow.cut_site)) == sites

    @given(networks())
    def test_flow_is_possible_and_adds_up_to_the_total(self, network):
        assert_possible(max_flow(*network), network)

    @given(networks(st.integers(0, 12)))
    def test_total_equals_that_of_networkx(self, network):
        assert max_flow(*network).total == by_networkx(network)

    @pytest.mark.parametrize("seed", range(3))
    def test_total_of_a_big_network_equals_that_of_networkx(self, seed):
        network = big_network(seed)
        assert max_flow(*network).total == by_networkx(network)

    @given(networks(), st.data())
    def test_more_room_never_lowers_the_total(self, network, data):
        arc_cell, arc_site, demand, capacity = network
        more = [room if room is None else room + data.draw(amounts) for room in capacity]
        assert max_flow(arc_cell, arc_site, demand, more).total >= max_flow(*network).total

    @given(networks().flatmap(lambda network: st.tuples(st.just(network), permutations_of(network))))
    def test_order_changes_neither_total_nor_cut(self, case):
        network, orders = case
        flow, other = max_flow(*network), max_flow(*shuffled(network, *orders))
        assert other.total == flow.total
        assert [other.cut_cell[new] for new in orders[0]] == flow.cut_cell.tolist()
        assert [other.cut_site[new] for new in orders[1]] == flow.cut_site.tolist()

    def test_whole_numbers_stay_whole_numbers(self):
        flow = max_flow(*VIEVIS)
        assert {type(value) for value in (flow.total, *flow.flow, *flow.served, *flow.used)} == {int}

    def test_fractions_are_exact(self):
        flow = max_flow([0, 0, 0], [0, 1, 2], [1], [Fraction(1, 3), Fraction(1, 3), Fraction(1, 7)])
        assert flow.total == Fraction(17, 21)

    def test_cell_without_a_site_is_cut_off_if_it_has_demand(self):
        assert max_flow([], [], [3, 0], [5]).cut_cell.tolist() == [True, False]

    def test_unlimited_site_serves_all_that_reach_it(self):
        flow = max_flow([0, 0, 1], [0, 1, 0], [10**12, 7], [3, None])
        assert (flow.served, flow.used) == ((10**12, 3), (3, 10**12))

    def test_of_arcs_between_the_same_two_only_the_first_carries(self):
        assert max_flow([0, 0], [0, 0], [5], [3]).flow == (3, 0)

    def test_numpy_numbers_do_not_overflow(self):
        most = np.iinfo(np.int64).max
        assert max_flow([0, 1], [0, 0], np.array([most, most]), [None]).total == 2 * most

    def test_cut_cannot_be_changed(self):
        with pytest.raises(ValueError, match="read-only"):
            max_flow(*VIEVIS).cut_cell[0] = False

    def test_equal_problems_have_equal_flows(self):
        assert max_flow(*VIEVIS) == max_flow(*VIEVIS)
        assert len({max_flow(*VIEVIS), max_flow(*VIEVIS)}) == 1


class TestCompiledFlow:
    """SciPy takes over when there are many arcs; nothing else may change."""

    @pytest.fixture
    def calls(self, monkeypatch):
        calls, compiled = [], _flow._compiled_flow

        def watched(*problem):
            calls.append(problem)
            return compiled(*problem)

        monkeypatch.setattr(_flow, "_compiled_flow", watched)
        return calls

    def listed(self, network):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_flow, "COMPILED_FROM_ARCS", 10**9)
            return max_flow(*network)

    def assert_same(self, network):
        flow, listed = max_flow(*network), self.listed(network)
        assert_possible(flow, network)
        assert flow.total == listed.total
        assert flow.cut_cell.tolist() == listed.cut_cell.tolist()
        assert flow.cut_site.tolist() == listed.cut_site.tolist()

    @given(networks())
    def test_small_networks_have_the_same_total_and_cut(self, network):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_flow, "COMPILED_FROM_ARCS", 1)
            self.assert_same(network)

    @pytest.mark.parametrize("seed", range(4))
    def test_big_networks_have_the_same_total_and_cut(self, calls, seed):
        self.assert_same(big_network(seed))
        assert calls

    def test_total_may_pass_32_bits(self, calls):
        network = big_network(0, largest=2**29)
        flow = max_flow(*network)
        assert calls
        assert flow.total > 2**31
        assert_possible(flow, network)
        assert flow.total == self.listed(network).total

    @pytest.mark.parametrize("which", ["demand", "capacity"])
    def test_what_does_not_fit_32_bits_is_left_to_lists(self, calls, which):
        arc_cell, arc_site, demand, capacity = big_network(0)
        demand[arc_cell[0]] = 2**31 - (which == "capacity")
        if which == "capacity":
            capacity = [room + 2**33 for room in capacity]
        assert_possible(max_flow(arc_cell, arc_site, demand, capacity), (arc_cell, arc_site, demand, capacity))
        assert not calls

    def test_much_room_alone_does_fit(self, calls):
        arc_cell, arc_site, demand, capacity = big_network(0)
        flow = max_flow(arc_cell, arc_site, demand, [room + 10**15 for room in capacity])
        assert calls
        assert flow.total == sum(demand[cell] for cell in set(arc_cell))


class TestFairShares:
    @given(networks(max_cells=5, max_sites=4))
    def test_shares_are_those_of_the_definition(self, network):
        assert fair_shares(*network) == fair_by_all_subsets(network)

    @given(shortages())
    def test_shares_in_a_shortage_are_those_of_the_definition(self, network):
        assert fair_shares(*network) == fair_by_all_subsets(network)

    @given(networks())
    def test_fairness_costs_nobody_a_place(self, network):
        assert sum(fair_shares(*network)) == max_flow(*network).total

    @pytest.mark.parametrize("seed", range(3))
    def test_fairness_costs_nobody_a_place_in_a_big_network(self, seed):
        network = big_network(seed, arcs=600)
        shares = fair_shares(*network)
        assert sum(shares) == max_flow(*network).total
        assert all(0 <= share <= wanted for share, wanted in zip(shares, network[2], strict=True))
        assert len({share / wanted for share, wanted in zip(shares, network[2], strict=True) if wanted}) > 10

    @given(shortages().flatmap(lambda network: st.tuples(st.just(network), permutations_of(network))))
    def test_order_changes_no_share(self, case):
        network, orders = case
        shares = fair_shares(*shuffled(network, *orders))
        assert [shares[new] for new in orders[0]] == fair_shares(*network)

    @given(shortages(), st.data())
    def test_more_room_never_lowers_a_share(self, network, data):
        arc_cell, arc_site, demand, capacity = network
        more = [room + data.draw(st.integers(0, 15)) for room in capacity]
        shares = fair_shares(*network)
        assert all(new >= old for new, old in zip(fair_shares(arc_cell, arc_site, demand, more), shares, strict=True))

    @given(shortages(), st.fractions(Fraction(1, 9), 9, max_denominator=9))
    def test_counting_in_other_units_changes_no_ratio(self, network, unit):
        arc_cell, arc_site, demand, capacity = network
        shares = fair_shares(arc_cell, arc_site, [value * unit for value in demand], [room * unit for room in capacity])
        assert shares == [share * unit for share in fair_shares(*network)]

    @given(shortages(), st.data())
    def test_cell_split_in_two_gets_the_same_together(self, network, data):
        arc_cell, arc_site, demand, capacity = network
        if not demand:
            return
        part = data.draw(st.fractions(0, 1, max_denominator=7)) * demand[0]
        twins = [(len(demand), site) for cell, site in zip(arc_cell, arc_site, strict=True) if cell == 0]
        shares = fair_shares(
            arc_cell + [cell for cell, _ in twins],
            arc_site + [site for _, site in twins],
            [demand[0] - part, *demand[1:], part],
            capacity,
        )
        assert [shares[0] + shares[-1], *shares[1:-1]] == fair_shares(*network)

    def test_who_competes_for_one_site_gets_the_same_ratio(self):
        assert fair_shares(*VIEVIS) == [Fraction(120, 7), Fraction(160, 7), 10]

    def test_cell_with_a_choice_leaves_the_short_site_to_others(self):
        assert fair_shares([0, 0, 1], [0, 1, 1], [10, 10], [10, 10]) == [10, 10]

    def test_cell_without_demand_is_served_nothing(self):
        assert fair_shares([0, 1], [0, 0], [0, 9], [3]) == [0, 3]

    def test_closed_site_serves_nobody(self):
        assert fair_shares([0, 1], [0, 0], [4, 9], [0]) == [0, 0]

    def test_shares_are_fractions(self):
        assert {type(share) for share in fair_shares(*VIEVIS)} == {Fraction}


class TestAllocationFlow:
    @given(networks() | shortages())
    def test_everybody_gets_the_fair_share(self, network):
        flow = allocation_flow(*network)
        assert_possible(flow, network)
        assert list(flow.served) == fair_shares(*network)

    @given(networks() | shortages())
    def test_total_and_cut_are_those_of_any_largest_flow(self, network):
        fair, flow = allocation_flow(*network), max_flow(*network)
        assert fair.total == flow.total
        assert fair.cut_cell.tolist() == flow.cut_cell.tolist()
        assert fair.cut_site.tolist() == flow.cut_site.tolist()

    def test_of_arcs_between_the_same_two_only_the_first_carries(self):
        assert allocation_flow([0, 0, 1], [0, 0, 0], [5, 5], [4]).flow == (2, 0, 2)

    def test_flow_in_a_big_network_is_possible(self):
        network = big_network(0, arcs=600)
        flow = allocation_flow(*network)
        assert_possible(flow, network)
        assert list(flow.served) == fair_shares(*network)


class TestCutBlocks:
    @given(networks())
    def test_blocks_make_up_the_cut(self, network):
        flow = max_flow(*network)
        blocks = cut_blocks(flow, *network)
        assert sorted(cell for block in blocks for cell in block.cells) == np.flatnonzero(flow.cut_cell).tolist()
        assert sorted(site for block in blocks for site in block.sites) == np.flatnonzero(flow.cut_site).tolist()

    @given(networks())
    def test_shortages_add_up_to_what_is_not_served(self, network):
        flow = max_flow(*network)
        blocks = cut_blocks(flow, *network)
        assert all(block.shortage > 0 for block in blocks)
        assert sum(block.shortage for block in blocks) == sum(network[2]) - flow.total

    @given(networks())
    def test_blocks_are_the_connected_parts_of_the_cut(self, network):
        flow = max_flow(*network)
        graph = nx.Graph()
        graph.add_nodes_from(("cell", cell) for cell in np.flatnonzero(flow.cut_cell).tolist())
        for cell, site in zip(network[0], network[1], strict=True):
            if flow.cut_cell[cell]:
                graph.add_edge(("cell", cell), ("site", site))
        expected = sorted(
            tuple(sorted(node for kind, node in part if kind == "cell")) for part in nx.connected_components(graph)
        )
        assert [block.cells for block in cut_blocks(flow, *network)] == expected

    def test_block_knows_its_demand_and_capacity(self):
        [block] = cut_blocks(max_flow(*VIEVIS), *VIEVIS)
        assert block == Block(cells=(0, 1), sites=(0,), demand=70, capacity=40)
        assert block.shortage == 30

    def test_blocks_come_in_the_order_of_their_first_cell(self):
        network = ([3, 0, 2, 1], [0, 0, 1, 1], [5, 5, 5, 5], [1, 2])
        assert [block.cells for block in cut_blocks(max_flow(*network), *network)] == [(0, 3), (1, 2)]

    def test_cells_and_sites_of_a_block_come_in_ascending_order(self):
        network = ([0, 0, 2, 1], [2, 1, 2, 1], [5, 5, 5], [0, 3, 1])
        [block] = cut_blocks(max_flow(*network), *network)
        assert (block.cells, block.sites) == ((0, 1, 2), (1, 2))

    def test_blocks_come_from_a_fair_flow_as_well(self):
        assert cut_blocks(allocation_flow(*VIEVIS), *VIEVIS) == cut_blocks(max_flow(*VIEVIS), *VIEVIS)

    def test_enough_for_all_has_no_block(self):
        network = ([0], [0], [5], [5])
        flow = max_flow(*network)
        assert isinstance(flow, Flow)
        assert cut_blocks(flow, *network) == []
